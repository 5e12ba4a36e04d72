"""Changing a roll, as six drawings of a printer seen from its side.

Drawn in a picture 164 wide and 124 high, y upwards, and scaled to its box. Staff look at
these; they do not read.
"""

from collections.abc import Callable
from itertools import pairwise
from math import cos, hypot, radians, sin
from typing import Any

from kivy.graphics import (
    Color,
    PopMatrix,
    PushMatrix,
    Rectangle,
    Rotate,
    SmoothEllipse,
    SmoothLine,
    SmoothRoundedRectangle,
)

from kiosk.screens.theme import rgba
from kiosk.screens.widgets.drawn_code import drawn_code
from kiosk.screens.widgets.placing import Hideable

Point = tuple[float, float]

_WIDE, _HIGH = 164.0, 124.0
_HINGE = (24.0, 56.0)
_OPEN, _HALF = 52.0, 20.0
"""Degrees by which the lid stands up."""
_BAY = (62.0, 44.0)
"""Where the roll lies."""
_SMOOTH = 18
"""Points of a curve."""


class RollPicture(Hideable):
    """One of the six; `draw` chooses.

    Args:
        body, bay, lid: the printer.
        paper, print_: paper and what is on it.
        core: cardboard.
        mark: arrows.
    """

    def __init__(
        self,
        *,
        body: str,
        bay: str,
        lid: str,
        paper: str,
        print_: str,
        core: str,
        mark: str,
        **properties: Any,
    ) -> None:
        super().__init__(**properties)
        self._body, self._bay, self._lid = body, bay, lid
        self._paper, self._print, self._core, self._mark = paper, print_, core, mark
        self._code = drawn_code()
        self._step = 1
        self._steps: dict[int, Callable[[], None]] = {
            1: self._open_the_cover,
            2: self._take_the_core_out,
            3: self._put_the_roll_in,
            4: self._pull_and_shut,
            5: self._print_a_test,
            6: self._is_it_sharp,
        }
        self.bind(pos=self._redraw, size=self._redraw)

    def draw(self, step: int) -> None:
        if step != self._step:
            self._step = step
            self._redraw()

    def _redraw(self, *_: object) -> None:
        self._unit = min(self.width / _WIDE, self.height / _HIGH)
        self._left = self.center_x - _WIDE / 2 * self._unit
        self._low = self.center_y - _HIGH / 2 * self._unit
        self.canvas.clear()
        with self.canvas:
            self._steps[self._step]()

    # --- The six -------------------------------------------------------------------------

    def _open_the_cover(self) -> None:
        self._printer(_OPEN)
        self._core_at(*_BAY)
        self._arrow((118, 66), (120, 94), (92, 108))

    def _take_the_core_out(self) -> None:
        self._printer(_OPEN)
        self._core_at(_BAY[0] + 24, _BAY[1] + 44)
        self._arrow((112, 60), (122, 84), (112, 106))

    def _put_the_roll_in(self) -> None:
        self._printer(_OPEN)
        self._roll_at(_BAY[0] + 26, _BAY[1] + 30)
        # Paper leaves the roll from below, towards the front: the outside is what prints.
        self._band((88, 51.5), (116, 52), (144, 66))
        self._arrow((134, 118), (134, 104), (130, 86))

    def _pull_and_shut(self) -> None:
        self._roll_at(_BAY[0] + 2, _BAY[1] + 6)
        self._printer(_HALF, empty=False)
        self._band((108, 56), (146, 66), (150, 14))
        self._arrow((96, 112), (110, 106), (112, 88))
        self._ruler(158, 15, 52)

    def _print_a_test(self) -> None:
        self._slip(100, 50, 38, 58, sharp=True)
        self._printer(0, empty=False)
        self._arrow((80, 76), (80, 92), (80, 112))

    def _is_it_sharp(self) -> None:
        self._slip(16, 30, 58, 84, sharp=True)
        self._slip(90, 30, 58, 84, sharp=False)
        self._strokes([(34, 14), (41, 7), (55, 21)])
        self._strokes([(112, 21), (126, 7)])
        self._strokes([(112, 7), (126, 21)])

    # --- Parts ---------------------------------------------------------------------------

    def _printer(self, lid_degrees: float, *, empty: bool = True) -> None:
        """The housing with its bay, and the lid at an angle."""
        self._colour(self._body)
        self._rounded(20, 8, 124, 46, 9)
        if empty:
            self._colour(self._bay)
            self._disc(*_BAY, 27)
        self._colour(self._mark)
        self._disc(130, 22, 3)
        PushMatrix()
        Rotate(angle=lid_degrees, origin=self._at(*_HINGE))
        self._colour(self._lid)
        self._rounded(20, 52, 82, 12, 6)
        PopMatrix()

    def _roll_at(self, x: float, y: float) -> None:
        self._colour(self._paper)
        self._disc(x, y, 24)
        self._colour(self._core, 0.55)
        for radius in (20, 16, 12):
            SmoothLine(circle=(*self._at(x, y), radius * self._unit), width=0.35 * self._unit)
        self._core_at(x, y)

    def _core_at(self, x: float, y: float) -> None:
        self._colour(self._core)
        self._disc(x, y, 9)
        self._colour(self._bay)
        self._disc(x, y, 5.4)

    def _band(self, start: Point, bend: Point, end: Point) -> None:
        """Paper, edge on."""
        self._colour(self._paper)
        self._line(_curve(start, bend, end), 3.2)

    def _slip(self, x: float, y: float, wide: float, high: float, *, sharp: bool) -> None:
        """A printed slip, seen from the front: dark and whole, or pale with a white stripe."""
        self._colour(self._paper)
        self._rounded(x, y, wide, high, 2)
        self._colour(self._print, 1.0 if sharp else 0.34)
        for place, share in ((0.86, 0.7), (0.76, 0.5)):
            self._rounded(
                x + wide * (1 - share) / 2, y + high * place, wide * share, high * 0.06, 1
            )
        side = min(wide * 0.66, high * 0.5)
        self._colour("#FFFFFF", 1.0 if sharp else 0.34)
        Rectangle(
            texture=self._code,
            pos=self._at(x + (wide - side) / 2, y + high * 0.2),
            size=(side * self._unit, side * self._unit),
        )
        self._colour(self._print, 1.0 if sharp else 0.34)
        self._rounded(x + wide * 0.2, y + high * 0.08, wide * 0.6, high * 0.05, 1)
        if not sharp:
            self._colour(self._paper)
            for place in (0.36, 0.6):
                self._rounded(x + wide * place, y + 2, wide * 0.07, high - 4, 0.5)

    def _ruler(self, x: float, low: float, high: float) -> None:
        """How much paper is to hang out."""
        self._colour(self._mark)
        self._line([(x, low), (x, high)], 1.4)
        for end in (low, high):
            self._line([(x - 4, end), (x + 4, end)], 1.4)

    def _arrow(self, start: Point, bend: Point, end: Point) -> None:
        self._colour(self._mark)
        self._line(_curve(start, bend, end), 4)
        length = hypot(end[0] - bend[0], end[1] - bend[1])
        dx, dy = (end[0] - bend[0]) / length, (end[1] - bend[1]) / length
        for angle in (140, -140):
            turn = radians(angle)
            barb = (
                end[0] + 9 * (dx * cos(turn) - dy * sin(turn)),
                end[1] + 9 * (dx * sin(turn) + dy * cos(turn)),
            )
            self._line([end, barb], 4)

    def _strokes(self, points: list[Point]) -> None:
        self._colour(self._mark)
        for one, other in pairwise(points):
            self._line([one, other], 4)

    # --- In the picture's own measure ----------------------------------------------------

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return self._left + x * self._unit, self._low + y * self._unit

    def _colour(self, colour: str, alpha: float = 1.0) -> None:
        Color(*rgba(colour, alpha))

    def _rounded(self, x: float, y: float, w: float, h: float, radius: float) -> None:
        SmoothRoundedRectangle(
            pos=self._at(x, y),
            size=(w * self._unit, h * self._unit),
            radius=[radius * self._unit],
        )

    def _disc(self, x: float, y: float, radius: float) -> None:
        side = 2 * radius * self._unit
        SmoothEllipse(pos=self._at(x - radius, y - radius), size=(side, side))

    def _line(self, points: list[Point], thick: float) -> None:
        flat = [value for point in points for value in self._at(*point)]
        SmoothLine(points=flat, width=thick * self._unit / 2, cap="round", joint="round")

    _unit = _left = _low = 0.0


def _curve(start: Point, bend: Point, end: Point) -> list[Point]:
    """A quadratic Bezier as points."""
    points = []
    for i in range(_SMOOTH + 1):
        t = i / _SMOOTH
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
        points.append(
            (
                a * start[0] + b * bend[0] + c * end[0],
                a * start[1] + b * bend[1] + c * end[1],
            )
        )
    return points
