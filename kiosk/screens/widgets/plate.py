"""A rounded plate, with or without the one soft shadow."""

from typing import Any

from kivy.graphics import BoxShadow, Color, SmoothRoundedRectangle

from kiosk.screens.theme import RADIUS, rgba
from kiosk.screens.widgets.placing import Hideable

_SHADOW = (0.106, 0.141, 0.125, 0.10)


class Plate(Hideable):
    """A filled rounded rectangle. Sizes in window px."""

    def __init__(
        self, fill: str, radius: float = RADIUS, *, shadow: bool = False, **properties: Any
    ) -> None:
        super().__init__(**properties)
        self.fill = fill
        self._radius = radius
        with self.canvas.before:
            self._shadow = None
            if shadow:
                Color(*_SHADOW)
                self._shadow = BoxShadow(
                    offset=(0, -radius * 0.3), blur_radius=radius * 1.3, spread_radius=(-4, -4)
                )
            self._colour = Color(*rgba(fill))
            self._shape = SmoothRoundedRectangle()
        self.bind(pos=self._redraw, size=self._redraw)

    def paint(self, fill: str) -> None:
        self.fill = fill
        self._colour.rgba = rgba(fill)

    def _redraw(self, *_: object) -> None:
        radius = min(self._radius, self.height / 2, self.width / 2)
        self._shape.pos, self._shape.size = self.pos, self.size
        self._shape.radius = [radius]
        if self._shadow is not None:
            self._shadow.pos, self._shadow.size = self.pos, self.size
            self._shadow.border_radius = (radius,) * 4
