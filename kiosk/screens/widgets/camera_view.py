"""The small mirror of the scan window."""

from typing import Any

import numpy as np
from kivy.graphics import Color, RoundedRectangle
from kivy.graphics.texture import Texture

from kiosk.devices.ports import Preview
from kiosk.screens.theme import rgba
from kiosk.screens.widgets.placing import Hideable


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
        rows = self._fitted(preview)
        height, width = rows.shape
        if self.texture is None or tuple(self.texture.size) != (width, height):
            self.texture = Texture.create(size=(width, height), colorfmt="luminance")
        self.texture.blit_buffer(rows.tobytes(), colorfmt="luminance", bufferfmt="ubyte")
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

    def _fitted(self, preview: Preview) -> "np.ndarray[Any, np.dtype[np.uint8]]":
        """The middle of the frame in the shape of this view, highest row first.

        Cut here, because rounded rectangles ignore where in a texture they are told to look.
        They also draw a texture's first row on top, where Kivy's other shapes draw it below.
        """
        rows = np.frombuffer(preview.pixels, np.uint8).reshape(preview.height, preview.width)
        shape = self.width / max(self.height, 1)
        width = min(preview.width, round(preview.height * shape))
        height = min(preview.height, round(preview.width / shape))
        left, top = (preview.width - width) // 2, (preview.height - height) // 2
        cut: np.ndarray[Any, np.dtype[np.uint8]] = rows[top : top + height, left : left + width]
        return cut

    def _redraw(self, *_: object) -> None:
        self._shape.pos, self._shape.size = self.pos, self.size
