"""The drawing of the slot from which a voucher comes."""

from typing import Any

from kivy.graphics import (
    BoxShadow,
    Color,
    PopMatrix,
    PushMatrix,
    Rectangle,
    RoundedRectangle,
    SmoothRoundedRectangle,
    StencilPop,
    StencilPush,
    StencilUnUse,
    StencilUse,
    Translate,
)
from kivy.properties import NumericProperty

from kiosk.screens.theme import rgba
from kiosk.screens.widgets.drawn_code import drawn_code
from kiosk.screens.widgets.placing import Hideable

_BAR = 0.15
"""Height of the housing, as a share of the whole drawing."""
_PAGE_WIDTH = 0.68
_LINES = ((0.075, 0.52, 0.034), (0.155, 0.76, 0.052), (0.235, 0.44, 0.026))
"""Printed lines from the paper's top: place, width, height, as shares of the paper."""


class Slot(Hideable):
    """A slot with paper hanging out of it; `out` is the share of the paper that has come."""

    out = NumericProperty(0.0)

    def __init__(
        self, paper: str, housing: str, print_: str, faint: str, **properties: Any
    ) -> None:
        super().__init__(**properties)
        with self.canvas:
            Color(*rgba(housing))
            self._housing = SmoothRoundedRectangle()
            Color(0, 0, 0, 1)
            self._mouth = SmoothRoundedRectangle()
            # Plain shapes below: a smooth one draws its edge outside the stencil too.
            StencilPush()
            self._open = Rectangle()
            StencilUse()
            PushMatrix()
            self._hidden = Translate(0, 0)
            Color(0.1, 0.14, 0.12, 0.16)
            self._shadow = BoxShadow(blur_radius=40, spread_radius=(-6, -6), offset=(0, -12))
            Color(*rgba(paper))
            self._page = RoundedRectangle()
            Color(*rgba(faint))
            self._faint = [RoundedRectangle() for _ in range(2)]
            Color(*rgba(print_))
            self._dark = RoundedRectangle()
            Color(1, 1, 1, 1)
            self._code = Rectangle(texture=drawn_code())
            PopMatrix()
            StencilUnUse()
            self._closed = Rectangle()
            StencilPop()
        self.bind(pos=self._redraw, size=self._redraw, out=self._move)

    def _redraw(self, *_: object) -> None:
        w, h = self.width, self.height
        bar = h * _BAR
        self._housing.pos, self._housing.size = (self.x, self.top - bar), (w, bar)
        self._housing.radius = [bar * 0.3]
        mouth = bar * 0.11
        self._mouth.pos = (self.x + w * 0.085, self.top - bar * 0.56 - mouth / 2)
        self._mouth.size, self._mouth.radius = (w * 0.83, mouth), [mouth / 2]
        edge = self.top - bar * 0.56
        for area in (self._open, self._closed):
            area.pos, area.size = (self.x, self.y - h * 0.1), (w, edge - self.y + h * 0.1)
        self._page_h = edge - self.y
        page_w = w * _PAGE_WIDTH
        left = self.center_x - page_w / 2
        self._page.pos, self._page.size = (left, self.y), (page_w, self._page_h)
        self._shadow.pos, self._shadow.size = self._page.pos, self._page.size
        self._page.radius = [w * 0.016]
        self._shadow.border_radius = (w * 0.016,) * 4
        shapes = (self._faint[0], self._dark, self._faint[1])
        for shape, (place, wide, high) in zip(shapes, _LINES, strict=True):
            shape.size = (page_w * wide, self._page_h * high)
            shape.pos = (self.center_x - page_w * wide / 2, edge - self._page_h * (place + high))
            shape.radius = [self._page_h * high / 2]
        side = min(page_w * 0.62, self._page_h * 0.56)
        self._code.pos = (self.center_x - side / 2, self.y + self._page_h * 0.1)
        self._code.size = (side, side)
        self._move()

    def _move(self, *_: object) -> None:
        """The paper hangs lower the more of it has come."""
        self._hidden.y = self._page_h * (1 - self.out)

    _page_h = 0.0
