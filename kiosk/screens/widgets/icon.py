"""Icons as strokes on a 24 x 24 grid, y downwards, drawn by the kiosk itself."""

from itertools import pairwise
from math import cos, radians, sin
from typing import Any

from kivy.graphics import Color, SmoothEllipse, SmoothLine

from kiosk.screens.theme import rgba
from kiosk.screens.widgets.placing import Hideable

Stroke = tuple[float, ...]
"""x, y, x, y, ...; three numbers are a dot: x, y, radius; four that start with -1 ... a circle."""


def _arc(x: float, y: float, radius: float, start: float, end: float) -> Stroke:
    """Part of a circle as a stroke; degrees clockwise from three o'clock."""
    steps = max(2, round(abs(end - start) / 12))
    angles = [radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return tuple(v for a in angles for v in (x + radius * cos(a), y + radius * sin(a)))


_STROKES: dict[str, tuple[Stroke, ...]] = {
    "check": ((5, 12.5, 10, 17.5, 19.5, 7),),
    "cross": ((6, 6, 18, 18), (18, 6, 6, 18)),
    "down": ((4, 8, 12, 16, 20, 8),),
    "left": ((15, 5, 8, 12, 15, 19),),
    "right": ((9, 5, 16, 12, 9, 19),),
    "exclaim": ((12, 4.5, 12, 13.5), (12, 19, 1.3)),
    "paper": (
        (5.5, 10.5, 5.5, 3, 14.5, 3, 18.5, 7, 18.5, 10.5),
        (14.5, 3, 14.5, 7, 18.5, 7),
        (3, 13.2, 5, 13.2),
        (8.2, 13.2, 10.2, 13.2),
        (13.8, 13.2, 15.8, 13.2),
        (19, 13.2, 21, 13.2),
        (5.5, 16, 5.5, 21, 18.5, 21, 18.5, 16),
    ),
    "printer": (
        (7, 9, 7, 3.5, 17, 3.5, 17, 9),
        (5, 17, 3, 17, 3, 9, 21, 9, 21, 17, 19, 17),
        (7, 14, 17, 14, 17, 21, 7, 21, 7, 14),
    ),
    "cloud": (
        (4, 4, 20, 20),
        (*_arc(7, 14.2, 4.3, -70, -270), 16.4, 18.5),
        (*_arc(11.8, 10.2, 5.2, -115, -10), *_arc(17, 14.4, 4.1, -80, 30)),
    ),
    "camera": (
        (3, 7.5, 7, 7.5, 9, 4.5, 15, 4.5, 17, 7.5, 21, 7.5, 21, 19, 3, 19, 3, 7.5),
        (-1, 12, 13, 3.6),
    ),
    "clock": ((-1, 12, 12, 8.6), (12, 7, 12, 12, 15.5, 14)),
    "person": ((-1, 12, 8, 4), _arc(12, 21.4, 7.6, -176, -4)),
    "pause": ((8.5, 5, 8.5, 19), (15.5, 5, 15.5, 19)),
    "lock": (
        (5.5, 11, 18.5, 11, 18.5, 20.5, 5.5, 20.5, 5.5, 11),
        (8, 11, *_arc(12, 7.6, 4, 180, 360), 16, 11),
    ),
    "eye": (
        _arc(12, 17.4, 10.9, -150, -30),
        _arc(12, 6.6, 10.9, 30, 150),
        (-1, 12, 12, 3.2),
    ),
    "eye-off": (
        _arc(12, 17.4, 10.9, -150, -30),
        _arc(12, 6.6, 10.9, 30, 150),
        (4, 20, 20, 4),
    ),
    "box": (
        (3.5, 8, 12, 4, 20.5, 8, 20.5, 17, 12, 21, 3.5, 17, 3.5, 8, 12, 12, 20.5, 8),
        (12, 12, 12, 21),
    ),
    "tag": ((3.5, 11, 3.5, 3.5, 11, 3.5, 20.5, 13, 13, 20.5, 3.5, 11), (7.8, 7.8, 1.3)),
    "code": (
        (4, 4, 10, 4, 10, 10, 4, 10, 4, 4),
        (14, 4, 20, 4, 20, 10, 14, 10, 14, 4),
        (4, 14, 10, 14, 10, 20, 4, 20, 4, 14),
        (14, 14, 14, 17),
        (17, 14, 20, 14),
        (20, 17, 20, 20, 17, 20),
        (14, 20, 1.2),
    ),
    "again": (_arc(12, 12, 7.6, -40, -320), (18.4, 2.6, 18.2, 7.4, 13.4, 7.4)),
    "dot": ((12, 12, 6),),
    "phone": ((7, 3, 17, 3, 17, 21, 7, 21, 7, 3), (11, 18, 13, 18)),
    "card": ((3, 6, 21, 6, 21, 18, 3, 18, 3, 6), (3, 10, 21, 10)),
    "sun": (
        (-1, 12, 12, 4),
        *(
            (
                12 + 7.2 * cos(radians(a)),
                12 + 7.2 * sin(radians(a)),
                12 + 9.6 * cos(radians(a)),
                12 + 9.6 * sin(radians(a)),
            )
            for a in range(0, 360, 45)
        ),
    ),
    "focus": (
        (4, 8.5, 4, 4, 8.5, 4),
        (15.5, 4, 20, 4, 20, 8.5),
        (20, 15.5, 20, 20, 15.5, 20),
        (8.5, 20, 4, 20, 4, 15.5),
        (-1, 12, 12, 3.4),
    ),
    "closer": (
        (4, 4, 9.5, 9.5, 9.5, 4.8),
        (9.5, 9.5, 4.8, 9.5),
        (20, 20, 14.5, 14.5, 14.5, 19.2),
        (14.5, 14.5, 19.2, 14.5),
    ),
    "further": (
        (9.5, 9.5, 4, 4, 4, 8.7),
        (4, 4, 8.7, 4),
        (14.5, 14.5, 20, 20, 20, 15.3),
        (20, 20, 15.3, 20),
    ),
    "cloud-up": (
        (*_arc(7, 14.2, 4.3, -70, -270), 17, 18.5),
        (*_arc(11.8, 10.2, 5.2, -140, -10), *_arc(17, 14.4, 4.1, -80, 90)),
        (12, 17, 12, 11.5),
        (9.6, 13.6, 12, 11.2, 14.4, 13.6),
    ),
    "rub": (
        (8.5, 5, 21, 5, 21, 19, 8.5, 19, 2.5, 12, 8.5, 5),
        (11.5, 9, 17, 15),
        (17, 9, 11.5, 15),
    ),
    "pen": ((4, 20, 5, 15.5, 16.5, 4, 20, 7.5, 8.5, 19, 4, 20), (14, 6.5, 17.5, 10)),
    "box-empty": ((5, 5, 19, 5, 19, 19, 5, 19, 5, 5),),
    "help": ((*_arc(12, 8.6, 3.6, -170, 45), 12, 12.4, 12, 14.4), (12, 18.6, 1.3)),
}
_DOT, _CIRCLE = 3, -1
_SMOOTH_PX = 0.8
"""By which a smooth disc is larger than it says."""


class Icon(Hideable):
    """One icon in one colour; `thickness` is in grid units."""

    def __init__(self, name: str, colour: str, thickness: float = 2.2, **properties: Any) -> None:
        super().__init__(**properties)
        self._name = name
        self._hex = colour
        self._thickness = thickness
        self.bind(pos=self._redraw, size=self._redraw)

    def draw(self, name: str, colour: str) -> None:
        if (name, colour) != (self._name, self._hex):
            self._name, self._hex = name, colour
            self._redraw()

    def _redraw(self, *_: object) -> None:
        self.canvas.clear()
        unit = min(self.size) / 24
        with self.canvas:
            Color(*rgba(self._hex))
            for stroke in _STROKES[self._name]:
                self._stroke(stroke, unit)

    def _stroke(self, stroke: Stroke, unit: float) -> None:
        # Not center_x: Kivy keeps that of before while `pos` is being told.
        left = self.x + self.width / 2 - 12 * unit
        top = self.y + self.height / 2 + 12 * unit
        half = self._thickness * unit / 2
        if stroke[0] == _CIRCLE:
            _, x, y, radius = stroke
            SmoothLine(circle=(left + x * unit, top - y * unit, radius * unit), width=half)
            return
        if len(stroke) == _DOT:
            _disc(left + stroke[0] * unit, top - stroke[1] * unit, stroke[2] * unit)
            return
        places = [
            (left + stroke[i] * unit, top - stroke[i + 1] * unit) for i in range(0, len(stroke), 2)
        ]
        for (x, y), (x2, y2) in pairwise(places):
            SmoothLine(points=(x, y, x2, y2), width=half)
        for x, y in places:  # SmoothLine has no round ends and joints of its own
            _disc(x, y, max(half - _SMOOTH_PX, 0.5))


def _disc(x: float, y: float, radius: float) -> None:
    SmoothEllipse(pos=(x - radius, y - radius), size=(2 * radius, 2 * radius))
