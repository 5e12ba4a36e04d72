"""A code that looks like a member's and is none."""

from typing import Any

import numpy as np
import segno
from kivy.graphics.texture import Texture

_TEXT = "POINTS KIOSK: A DRAWING OF A MEMBER CODE, NOT ONE. POINTS KIOSK: A DRAWING."
"""Looks like a member code (version 5), is none: the scanner of another kiosk ignores it."""
_MODULE_PX = 8
"""Large modules keep sharp edges when the drawing is turned."""


def drawn_code() -> Any:
    """A texture of it, with a margin of one module."""
    code = segno.make_qr(_TEXT, version=5, error="m")
    dark = np.array([list(row) for row in code.matrix_iter(scale=_MODULE_PX, border=1)], np.uint8)
    grey = np.where(dark[::-1] != 0, np.uint8(0x1B), np.uint8(0xFF))
    texture = Texture.create(size=grey.shape[::-1], colorfmt="luminance", mipmap=True)
    texture.blit_buffer(grey.tobytes(), colorfmt="luminance", bufferfmt="ubyte")
    texture.min_filter = "linear_mipmap_linear"
    return texture
