"""What stands in the window, as a picture."""

from pathlib import Path
from typing import Any

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glFinish, glReadPixels
from PIL import Image


def png(window: Any, path: Path, settle: int = 3) -> None:
    """Draw a few frames, so that layouts and textures are in place, and write the last one."""
    for _ in range(settle):
        EventLoop.idle()
        Clock.tick()
    save(grab(window), path)


def grab(window: Any) -> Image.Image:
    """The frame as it is, drawn anew. Costs about 30 ms; in the loop, because OpenGL is there."""
    window.dispatch("on_draw")
    glFinish()
    width, height = window.system_size
    pixels = glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)
    return Image.frombytes("RGBA", (width, height), bytes(pixels)).convert("RGB")


def save(picture: Image.Image, path: Path) -> None:
    """Write a grabbed frame as PNG, whole or not at all; slow, so away from the loop.

    Raises:
        OSError
    """
    part = path.with_name(f".{path.name}.part")
    upright = picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    upright.save(part, format="PNG", compress_level=4)
    part.replace(path)
