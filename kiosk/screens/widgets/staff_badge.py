"""The drawing of a badge on its clip: a head, a name, a code."""

from typing import Any

from kivy.graphics import Color, Rectangle, SmoothEllipse, SmoothLine, SmoothRoundedRectangle

from kiosk.screens.theme import rgba
from kiosk.screens.widgets.drawn_code import drawn_code
from kiosk.screens.widgets.placing import Hideable

_SHAPE = 0.68
"""Width by height of the card."""


class StaffBadge(Hideable):
    """As large as fits in the middle of its box.

    Args:
        card, clip, head, line: colours.
    """

    def __init__(self, card: str, clip: str, head: str, line: str, **properties: Any) -> None:
        super().__init__(**properties)
        with self.canvas:
            Color(*rgba(clip))
            self._cord = SmoothLine(cap="round")
            Color(*rgba(card))
            self._card = SmoothRoundedRectangle()
            Color(*rgba(head))
            self._hole = SmoothRoundedRectangle()
            self._face = SmoothEllipse()
            self._chest = SmoothRoundedRectangle()
            Color(*rgba(line))
            self._lines = [SmoothRoundedRectangle() for _ in range(2)]
            Color(1, 1, 1, 1)
            self._code = Rectangle(texture=drawn_code())
        self.bind(pos=self._redraw, size=self._redraw)

    def _redraw(self, *_: object) -> None:
        h = min(self.height * 0.88, self.width / _SHAPE)
        w = h * _SHAPE
        x, y = self.center_x - w / 2, self.y
        middle = self.center_x
        self._card.pos, self._card.size, self._card.radius = (x, y), (w, h), [w * 0.08]
        self._cord.points = (
            middle - w * 0.2,
            y + h * 1.13,
            middle,
            y + h * 0.965,
            middle + w * 0.2,
            y + h * 1.13,
        )
        self._cord.width = w * 0.018
        self._hole.pos = (middle - w * 0.1, y + h * 0.925)
        self._hole.size, self._hole.radius = (w * 0.2, h * 0.026), [h * 0.013]
        side = w * 0.24
        self._face.pos, self._face.size = (middle - side / 2, y + h * 0.735), (side, side)
        self._chest.pos = (middle - w * 0.2, y + h * 0.64)
        self._chest.size = (w * 0.4, h * 0.085)
        self._chest.radius = [w * 0.16, w * 0.16, 0, 0]
        for line, (low, wide) in zip(self._lines, ((0.575, 0.5), (0.525, 0.34)), strict=True):
            line.pos = (middle - w * wide / 2, y + h * low)
            line.size, line.radius = (w * wide, h * 0.026), [h * 0.013]
        side = h * 0.4
        self._code.pos, self._code.size = (middle - side / 2, y + h * 0.07), (side, side)
