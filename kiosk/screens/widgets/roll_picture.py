"""Changing a roll, as six drawings of a printer seen from its side.

Drawn in a picture 160 wide and 110 high, y upwards, and scaled to its box. Staff look at
these; they do not read.
"""

from collections.abc import Callable
from math import cos, radians, sin
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

_WIDE, _HIGH = 160.0, 110.0
_HINGE = (22.0, 54.0)
_OPEN, _HALF = 62.0, 22.0
"""Degrees by which the lid stands up."""
_BAY = (66.0, 46.0)
"""Where the roll lies."""


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
        self._arrow([(112, 62), (110, 76), (100, 88), (86, 96)])

    def _take_the_core_out(self) -> None:
        self._printer(_OPEN)
        self._core_at(_BAY[0] + 12, _BAY[1] + 42)
        self._arrow([(104, 52), (108, 66), (107, 82), (101, 94)])

    def _put_the_roll_in(self) -> None:
        self._printer(_OPEN)
        self._roll_at(_BAY[0] + 6, _BAY[1] + 26)
        # Paper leaves the roll from below, towards the front: the outside is what prints.
        self._band([(72, 48), (96, 47), (124, 52), (146, 46)])
        self._arrow([(126, 98), (126, 84), (124, 68)])

    def _pull_and_shut(self) -> None:
        self._roll_in_its_bay()
        self._printer(_HALF, empty=False)
        self._band([(132, 57), (142, 55), (150, 46), (154, 30), (155, 12)])
        self._arrow([(96, 104), (104, 94), (108, 84)])
        self._ruler(144, 14, 52)

    def _print_a_test(self) -> None:
        self._slip(104, 58, 38, 46, sharp=True)
        self._printer(0, empty=False)
        self._arrow([(84, 70), (84, 84), (84, 98)])

    def _is_it_sharp(self) -> None:
        self._slip(14, 26, 56, 76, sharp=True)
        self._slip(90, 26, 56, 76, sharp=False)
        self._sign([(34, 12), (40, 6), (52, 18)])
        self._sign([(112, 18), (124, 6)])
        self._sign([(112, 6), (124, 18)])

    # --- Parts ---------------------------------------------------------------------------

    def _printer(self, lid_degrees: float, *, empty: bool = True) -> None:
        """The housing with its bay, and the lid at an angle."""
        self._colour(self._body)
        self._rounded(20, 8, 120, 46, 9)
        if empty:
            self._colour(self._bay)
            self._disc(*_BAY, 27)
            self._rounded(39, 46, 54, 9, 2)
        self._colour(self._mark)
        self._disc(128, 22, 3)
        PushMatrix()
        Rotate(angle=lid_degrees, origin=self._at(*_HINGE))
        self._colour(self._lid)
        self._rounded(20, 52, 112, 13, 6)
        PopMatrix()

    def _roll_in_its_bay(self) -> None:
        """Seen above the housing while the lid is on its way down."""
        self._roll_at(_BAY[0] + 2, _BAY[1] + 4)

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

    def _band(self, points: list[tuple[float, float]]) -> None:
        """Paper, edge on."""
        self._colour(self._paper)
        self._line(points, 3.2)

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

    def _arrow(self, points: list[tuple[float, float]]) -> None:
        self._colour(self._mark)
        self._line(points, 4)
        (x0, y0), (x, y) = points[-2:]
        length = ((x - x0) ** 2 + (y - y0) ** 2) ** 0.5
        dx, dy = (x - x0) / length, (y - y0) / length
        for angle in (140, -140):
            turn = radians(angle)
            end = (
                x + 9 * (dx * cos(turn) - dy * sin(turn)),
                y + 9 * (dx * sin(turn) + dy * cos(turn)),
            )
            self._line([(x, y), end], 4)

    def _sign(self, points: list[tuple[float, float]]) -> None:
        self._colour(self._mark)
        self._line(points, 4)

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

    def _line(self, points: list[tuple[float, float]], thick: float) -> None:
        flat = [value for point in points for value in self._at(*point)]
        SmoothLine(points=flat, width=thick * self._unit / 2, cap="round", joint="round")

    _unit = _left = _low = 0.0
