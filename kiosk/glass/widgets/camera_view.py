"""The small mirror of the scan window."""

from typing import Any

from kivy.graphics import Color, RoundedRectangle
from kivy.graphics.texture import Texture

from kiosk.devices.ports import Preview
from kiosk.glass.theme import rgba
from kiosk.glass.widgets.placing import Hideable


class CameraView(Hideable):
    """Shows luminance frames in one texture that is made once per size and used again."""

    def __init__(self, radius: float, empty: str, **properties: Any) -> None:
        super().__init__(**properties)
        self._empty = rgba(empty)
        self._frame = -1
        self.texture: Any = None
        with self.canvas:
            self._colour = Color(*self._empty)
            self._shape = RoundedRectangle(radius=[radius])
        self.bind(pos=self._redraw, size=self._redraw)

    def draw(self, preview: Preview | None) -> None:
        """The newest frame; one that is drawn already costs nothing."""
        if preview is None:
            self.clear()
            return
        if preview.frame == self._frame:
            return
        self._frame = preview.frame
        size = (preview.width, preview.height)
        if self.texture is None or tuple(self.texture.size) != size:
            self.texture = Texture.create(size=size, colorfmt="luminance")
            self.texture.flip_vertical()
        self.texture.blit_buffer(preview.pixels, colorfmt="luminance", bufferfmt="ubyte")
        self._shape.texture = self.texture
        self._colour.rgba = (1, 1, 1, 1)
        self.canvas.ask_update()

    def clear(self) -> None:
        """Nothing of the last picture stays."""
        if self._frame == -1:
            return
        self._frame = -1
        if self.texture is not None:
            width, height = self.texture.size
            self.texture.blit_buffer(bytes(width * height), colorfmt="luminance", bufferfmt="ubyte")
        self._shape.texture = None
        self._colour.rgba = self._empty

    def _redraw(self, *_: object) -> None:
        self._shape.pos, self._shape.size = self.pos, self.size
