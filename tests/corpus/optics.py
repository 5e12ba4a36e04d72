"""The camera: from light on the sensor to the luminance of a decoded MJPG frame.

Light is linear here, 1.0 = what fills a pixel in a well-lit shop. The order is that of a
real camera: lens (defocus, movement, veiling light, vignetting), photons and read noise,
gain, clipping, gamma, JPEG.
"""

import math
from functools import cache
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.devices.camera.frame import HEIGHT_PX, WIDTH_PX, Luma
from tests.corpus.faults import Faults

Light = npt.NDArray[np.float32]

_GAMMA = 2.2
_FULL_WELL = 9000.0
"""Electrons of a full pixel of a small cheap sensor."""
_READ_NOISE = 6.0
"""Electrons."""
_VEIL = 0.015
"""Share of all light that the lens scatters over its surroundings."""
_LEVELS = 4096
_MARGIN = 64

_TO_LIGHT = ((np.arange(256) / 255) ** _GAMMA).astype(np.float32)
_TO_SHADE = (np.linspace(0, 1, _LEVELS) ** (1 / _GAMMA) * 255).astype(np.float32)


def light_of(luma: Luma) -> Light:
    """Linear light of 8-bit shades."""
    return cast("Light", cv2.LUT(luma, _TO_LIGHT))


def disk(radius: float) -> Light:
    """The picture of a point out of focus; its edge is anti-aliased."""
    size = math.ceil(radius) * 2 + 3
    rows, columns = np.mgrid[0:size, 0:size].astype(np.float32) - size // 2
    kernel = np.clip(radius + 0.5 - np.hypot(rows, columns), 0, 1)
    return cast("Light", (kernel / kernel.sum()).astype(np.float32))


def track(length: float, angle: float) -> Light:
    """The picture of a point that moves `length` pixels in the direction `angle` (radians)."""
    size = math.ceil(length / 2) * 2 + 3
    fine = 8
    big = np.zeros((size * fine, size * fine), np.float32)
    middle = size * fine / 2
    step = length * fine / 2
    start = (round(middle - step * math.cos(angle)), round(middle - step * math.sin(angle)))
    end = (round(middle + step * math.cos(angle)), round(middle + step * math.sin(angle)))
    cv2.line(big, start, end, 1.0, fine, cv2.LINE_8)
    kernel = cv2.resize(big, (size, size), interpolation=cv2.INTER_AREA)
    return cast("Light", (kernel / kernel.sum()).astype(np.float32))


def blurred(light: Light, faults: Faults, angle: float) -> Light:
    """Out of focus, then moved."""
    if faults.defocus:
        light = cast("Light", cv2.filter2D(light, -1, disk(faults.defocus)))
    if faults.smear:
        light = cast("Light", cv2.filter2D(light, -1, track(faults.smear, angle)))
    return light


def exposed(light: Light, faults: Faults, rng: np.random.Generator) -> Luma:
    """What the sensor makes of this light, and MJPG of that."""
    quarter = (WIDTH_PX // 16, HEIGHT_PX // 16)
    small = cv2.resize(light, quarter, interpolation=cv2.INTER_AREA)
    veil = cv2.resize(cv2.GaussianBlur(small, (0, 0), 6), (WIDTH_PX, HEIGHT_PX))
    seen = cv2.addWeighted(light, 1 - _VEIL, veil, _VEIL, 0)
    seen = cv2.multiply(seen, _vignette(), scale=2.0**faults.exposure)
    well = _FULL_WELL * faults.light  # electrons that become full white after the gain
    spread = cv2.sqrt(seen * np.float32(1 / well) + np.float32((_READ_NOISE / well) ** 2))
    seen = cv2.add(seen, cv2.multiply(spread, _grain(rng)))
    cut = np.clip(seen, 0, 1)  # black, and a full pixel
    shade = _TO_SHADE[(cut * (_LEVELS - 1)).astype(np.uint16)]
    if faults.noise:
        shade = shade + faults.noise * _grain(rng)
    return through_mjpg(np.clip(shade + 0.5, 0, 255).astype(np.uint8), faults.jpeg)


def through_mjpg(luma: Luma, quality: int) -> Luma:
    """Packed and unpacked as the camera's MJPG: its luminance has its blocks and ringing."""
    packed = cv2.imencode(".jpg", luma, (cv2.IMWRITE_JPEG_QUALITY, quality))[1]
    return cast("Luma", cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE))


@cache
def _vignette() -> Light:
    rows = np.linspace(-1, 1, HEIGHT_PX, dtype=np.float32)[:, None] * (HEIGHT_PX / WIDTH_PX)
    columns = np.linspace(-1, 1, WIDTH_PX, dtype=np.float32)
    cosine = 1 / np.sqrt(1 + (rows**2 + columns**2) * 0.33)  # 60 degrees across
    return cast("Light", (cosine**4).astype(np.float32))


@cache
def _grain_field() -> Light:
    """Normal noise, a little soft as demosaicing leaves it; deviation 1, larger than a frame."""
    shape = (HEIGHT_PX + _MARGIN, WIDTH_PX + _MARGIN)
    field = np.random.default_rng(42).standard_normal(shape, np.float32)
    soft = cv2.GaussianBlur(field, (0, 0), 0.55)
    return cast("Light", (soft / soft.std()).astype(np.float32))


def _grain(rng: np.random.Generator) -> Light:
    """A frame's worth of noise: a random piece of the field, turned over at random."""
    top, left = rng.integers(0, _MARGIN, 2)
    piece = _grain_field()[top : top + HEIGHT_PX, left : left + WIDTH_PX]
    turn = int(rng.integers(0, 4))
    return piece[:: -1 if turn & 1 else 1, :: -1 if turn & 2 else 1]
