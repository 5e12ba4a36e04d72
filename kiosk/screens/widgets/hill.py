"""A disc of colour that rises in the corner of a card and is cut at the card's edge."""

from typing import Any

from kivy.graphics import (
    Color,
    Ellipse,
    RoundedRectangle,
    StencilPop,
    StencilPush,
    StencilUnUse,
    StencilUse,
)

from kiosk.screens.theme import rgba
from kiosk.screens.widgets.placing import Hideable


class Hill(Hideable):
    def __init__(self, colour: str, radius: float, **properties: Any) -> None:
        super().__init__(**properties)
        with self.canvas:
            StencilPush()
            self._inside = RoundedRectangle(radius=[radius])
            StencilUse()
            Color(*rgba(colour))
            self._disc = Ellipse()
            StencilUnUse()
            self._again = RoundedRectangle(radius=[radius])
            StencilPop()
        self.bind(pos=self._redraw, size=self._redraw)

    def _redraw(self, *_: object) -> None:
        for shape in (self._inside, self._again):
            shape.pos, shape.size = self.pos, self.size
        side = max(self.size) * 0.46
        if self.height > self.width:
            side = self.height * 0.62
        self._disc.size = (side, side)
        self._disc.pos = (self.right - side * 0.74, self.y - side * 0.46)
