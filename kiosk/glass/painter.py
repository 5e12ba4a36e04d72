"""What stands in the window, as a PNG."""

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
    snapshot(window, path)


def snapshot(window: Any, path: Path) -> None:
    """The frame as it is, drawn anew; whole file or none. Costs about 60 ms."""
    window.dispatch("on_draw")
    glFinish()
    width, height = window.system_size
    pixels = glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)
    image = Image.frombytes("RGBA", (width, height), bytes(pixels)).convert("RGB")
    part = path.with_name(f".{path.name}.part")
    image.transpose(Image.Transpose.FLIP_TOP_BOTTOM).save(part, format="PNG")
    part.replace(path)
