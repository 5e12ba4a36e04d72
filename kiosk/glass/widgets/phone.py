"""The drawing of a phone that shows a code, and of a card."""

from io import BytesIO
from typing import Any

import segno
from kivy.animation import Animation
from kivy.core.image import Image as CoreImage
from kivy.graphics import Color, PopMatrix, PushMatrix, Rectangle, Rotate, SmoothRoundedRectangle

from kiosk.glass.theme import rgba
from kiosk.glass.widgets.placing import Hideable

_ANGLE = -6
_DRAWN_TEXT = "POINTS KIOSK: A DRAWING OF A MEMBER CODE, NOT ONE. POINTS KIOSK: A DRAWING."
"""Looks like a member code (version 5), is none: the scanner of another kiosk ignores it."""


def _symbol() -> Any:
    png = BytesIO()
    segno.make_qr(_DRAWN_TEXT, version=5, error="m").save(png, kind="png", scale=1, border=0)
    png.seek(0)
    texture = CoreImage(png, ext="png", nocache=True).texture
    texture.mag_filter = "nearest"
    return texture


class Phone(Hideable):
    """A phone, a little tilted; it breathes while `animate` is on."""

    def __init__(self, body: str, glass: str, **properties: Any) -> None:
        super().__init__(**properties)
        self._texture = _symbol()
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
            self._code = Rectangle(texture=self._texture)
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
