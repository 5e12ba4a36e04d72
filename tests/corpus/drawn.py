"""A thing that carries a code, drawn flat, before any camera looks at it."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.devices.camera.frame import Luma
from tests.corpus.codes import Code
from tests.corpus.faults import Faults

Box = tuple[int, int, int, int]
"""Left, top, right, bottom."""

_QR_QUIET = 4
_BARS_QUIET = 10
_BARS_HEIGHT = 28
"""Modules; bars on cards are about a quarter as high as they are long."""


@dataclass(frozen=True)
class Drawn:
    """Flat picture of a phone, card or voucher."""

    luma: Luma
    """Brightness as the eye would grade it (gamma-coded), 255 = the screen's or paper's white."""
    opaque: Luma
    """255 where the thing is; the shop shows through elsewhere."""
    code: Box
    """Where the code is, quiet zone included."""
    glass: Box
    """Where light is mirrored, and where a screen has its pixels."""
    module_px: int
    """Pixels of this picture for one module."""
    is_screen: bool
    is_bars: bool

    @property
    def middle(self) -> tuple[float, float]:
        left, top, right, bottom = self.code
        return (left + right) / 2, (top + bottom) / 2


def patch(code: Code, module_px: int, faults: Faults, dark: int = 8, light: int = 255) -> Luma:
    """The code with its quiet zone, in two shades that `faults.contrast` brings together."""
    modules = code.modules
    if code.is_bars:
        modules = np.pad(modules, ((0, 0), (_BARS_QUIET, _BARS_QUIET))).repeat(_BARS_HEIGHT, 0)
    else:
        modules = np.pad(modules, _QR_QUIET)
    if faults.mirrored:
        modules = modules[:, ::-1]
    shown = modules ^ faults.inverted
    dark_shade = light - faults.contrast * (light - dark)
    shades = np.where(shown, dark_shade, light).round().astype(np.uint8)
    return np.ascontiguousarray(shades.repeat(module_px, 0).repeat(module_px, 1))


def rounded(shape: tuple[int, int], radius: int) -> Luma:
    """255 inside a rectangle of this shape with round corners."""
    height, width = shape
    mask = np.zeros((height, width), np.uint8)
    for box in ((radius, 0, width - radius, height), (0, radius, width, height - radius)):
        cv2.rectangle(mask, box[:2], (box[2] - 1, box[3] - 1), 255, -1)
    for x in (radius, width - 1 - radius):
        for y in (radius, height - 1 - radius):
            cv2.circle(mask, (x, y), radius, 255, -1, cv2.LINE_AA)
    return mask


def write(picture: Luma, text: str, at: tuple[int, int], height: int, shade: int) -> None:
    """Words, `height` pixels tall, the left end of their base line at `at`."""
    thick = max(1, height // 9)
    scale = height / 22
    cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, shade, thick, cv2.LINE_AA)


def bent(drawn: Drawn, radians: float, *, upright: bool) -> Drawn:
    """The same thing round a cylinder: shorter towards its edges, and darker there.

    Args:
        radians: from one edge to the other.
        upright: the cylinder's axis stands upright, so that columns are squeezed.
    """
    if not radians:
        return drawn
    height, width = drawn.luma.shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    length = width if upright else height
    middle = drawn.middle[0 if upright else 1]
    along = columns if upright else rows
    radius = length / radians
    sine = np.clip((along - middle) / radius, -0.999, 0.999)
    source = (np.arcsin(sine) * radius + middle).astype(np.float32)
    maps = (source, rows) if upright else (columns, source)
    shade = np.sqrt(1 - sine**2) ** 0.5
    luma = cv2.remap(drawn.luma, *maps, cv2.INTER_LINEAR, borderValue=0)
    opaque = cv2.remap(drawn.opaque, *maps, cv2.INTER_LINEAR, borderValue=0)
    opaque[np.abs(along - middle) > 0.998 * radius] = 0
    return Drawn(
        (luma * shade).astype(np.uint8),
        np.asarray(opaque, np.uint8),
        drawn.code,
        drawn.glass,
        drawn.module_px,
        drawn.is_screen,
        drawn.is_bars,
    )


def worn(luma: Luma, box: Box, level: float, rng: np.random.Generator) -> None:
    """Scratches, creases and rubbed places over `box`, drawn into the picture."""
    if not level:
        return
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    view = luma[top:bottom, left:right]
    rubbed = np.zeros((height, width), np.float32)
    for _ in range(round(30 * level)):
        start = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        angle, length = rng.uniform(0, np.pi), rng.uniform(0.1, 0.6) * width
        end = (int(start[0] + length * np.cos(angle)), int(start[1] + length * np.sin(angle)))
        thick = max(1, int(rng.uniform(0.3, 1.2) * width / 90))
        cv2.line(rubbed, start, end, float(rng.uniform(0.4, 1.0)), thick, cv2.LINE_AA)
    blots: npt.NDArray[np.float32] = rng.random((8, 8), np.float32)
    soft = cv2.resize(blots, (width, height), interpolation=cv2.INTER_CUBIC)
    rubbed = np.maximum(rubbed, np.clip((soft - 1 + 0.55 * level) * 3, 0, 0.85))
    view[:] = (view + (225.0 - view) * rubbed).astype(np.uint8)
