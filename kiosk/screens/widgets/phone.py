"""The drawing of a phone that shows a code."""

from typing import Any

from kivy.animation import Animation
from kivy.graphics import Color, PopMatrix, PushMatrix, Rectangle, Rotate, SmoothRoundedRectangle

from kiosk.screens.theme import rgba
from kiosk.screens.widgets.drawn_code import drawn_code
from kiosk.screens.widgets.placing import Hideable

_ANGLE = -6


class Phone(Hideable):
    """A phone, a little tilted; it breathes while `animate` is on."""

    def __init__(self, body: str, glass: str, **properties: Any) -> None:
        super().__init__(**properties)
        with self.canvas:
            PushMatrix()
            self._turn = Rotate(angle=_ANGLE)
            Color(0, 0, 0, 0.18)
            self._shadow = SmoothRoundedRectangle()
            Color(*rgba(body))
            self._body = SmoothRoundedRectangle()
            Color(*rgba(glass))
            self._glass = SmoothRoundedRectangle()
            Color(1, 1, 1, 1)
            self._code = Rectangle(texture=drawn_code())
            PopMatrix()
        self._moving: Animation | None = None
        self.bind(pos=self._redraw, size=self._redraw)

    def animate(self, on: bool, distance: float) -> None:
        """Up and down by `distance` px, slowly; the one motion of the attract screen."""
        if on == (self._moving is not None):
            return
        if self._moving is not None:
            self._moving.cancel(self)
            self._moving = None
            return
        low = Animation(y=self.y - distance, d=1.4, t="in_out_sine")
        self._moving = low + Animation(y=self.y, d=1.4, t="in_out_sine")
        self._moving.repeat = True
        self._moving.start(self)

    def _redraw(self, *_: object) -> None:
        x, y, w, h = self.x, self.y, self.width, self.height
        edge = w * 0.075
        self._turn.origin = self.center
        self._shadow.pos, self._shadow.size = (x + edge * 0.5, y - edge * 0.9), (w, h)
        self._body.pos, self._body.size = (x, y), (w, h)
        inner = (w - 2 * edge, h - 2 * edge)
        self._glass.pos, self._glass.size = (x + edge, y + edge), inner
        self._shadow.radius = self._body.radius = [w * 0.16]
        self._glass.radius = [w * 0.1]
        side = inner[0] * 0.78
        self._code.size = (side, side)
        self._code.pos = (self.center_x - side / 2, self.center_y - side / 2)
