"""The drawing of a member's card, a little tilted."""

from typing import Any

from kivy.graphics import Color, PopMatrix, PushMatrix, Rectangle, Rotate, SmoothRoundedRectangle

from kiosk.screens.theme import rgba
from kiosk.screens.widgets.drawn_code import drawn_code
from kiosk.screens.widgets.placing import Hideable

_ANGLE = -6
_SHAPE = 1.586
"""Width by height of a bank card (ISO/IEC 7810 ID-1)."""


class MemberCard(Hideable):
    """As wide as its box, in the middle of it."""

    def __init__(self, card: str, mark: str, glass: str, **properties: Any) -> None:
        super().__init__(**properties)
        with self.canvas:
            PushMatrix()
            self._turn = Rotate(angle=_ANGLE)
            Color(0, 0, 0, 0.18)
            self._shadow = SmoothRoundedRectangle()
            Color(*rgba(card))
            self._card = SmoothRoundedRectangle()
            Color(*rgba(mark))
            self._lines = [SmoothRoundedRectangle() for _ in range(2)]
            Color(*rgba(glass))
            self._glass = SmoothRoundedRectangle()
            Color(1, 1, 1, 1)
            self._code = Rectangle(texture=drawn_code())
            PopMatrix()
        self.bind(pos=self._redraw, size=self._redraw)

    def _redraw(self, *_: object) -> None:
        w = self.width
        h = w / _SHAPE
        x, y = self.x, self.center_y - h / 2
        self._turn.origin = self.center
        self._shadow.pos, self._shadow.size = (x + w * 0.02, y - h * 0.06), (w, h)
        self._card.pos, self._card.size = (x, y), (w, h)
        self._shadow.radius = self._card.radius = [w * 0.06]
        side = h * 0.66
        left, low = x + w - side - h * 0.16, y + (h - side) / 2
        self._glass.pos, self._glass.size, self._glass.radius = (
            (left, low),
            (side, side),
            [h * 0.06],
        )
        inner = side * 0.84
        self._code.pos = (left + (side - inner) / 2, low + (side - inner) / 2)
        self._code.size = (inner, inner)
        for i, line in enumerate(self._lines):
            line.size = (w * (0.30 - 0.1 * i), h * 0.08)
            line.pos = (x + h * 0.16, y + h * (0.66 - 0.18 * i))
            line.radius = [h * 0.04]
