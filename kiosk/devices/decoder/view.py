"""A frame, or the part of one where a code may be, and the treated copies that steps share."""

import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import cv2
import numpy as np

from kiosk.devices.camera.frame import Luma
from kiosk.devices.decoder.straightened import straightened

_CLAHE_LIMIT = 3.0
_CLAHE_TILES = (8, 8)
_THRESHOLD_SIDE_PX = 31
_THRESHOLD_BELOW_MEAN = 5


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of a frame in pixels; `right` and `bottom` are outside of it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def area_px(self) -> int:
        return (self.right - self.left) * (self.bottom - self.top)

    def scaled(self, factor: float) -> "Region":
        """The same place in a picture `factor` times as large."""
        sides = (self.left, self.top, self.right, self.bottom)
        return Region(*(round(side * factor) for side in sides))

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x < self.right and self.top <= y < self.bottom


class View:
    """Pixels and what is made of them, each at most once; used by one thread."""

    def __init__(self, luma: Luma, origin: tuple[int, int] = (0, 0)) -> None:
        """`origin`: where the upper left pixel stands in the frame, (x, y)."""
        self.luma = luma
        self.origin = origin
        self._middle: View | None = None

    @property
    def area_px(self) -> int:
        return self.luma.size

    def part(self, region: Region) -> "View":
        """The pixels of a region of this view, as a view of its own."""
        luma = self.luma[region.top : region.bottom, region.left : region.right]
        left, top = self.origin
        return View(np.ascontiguousarray(luma), (left + region.left, top + region.top))

    def middle(self, width: int, height: int) -> "View":
        """The middle of this view, as large as that; the same one each time."""
        if self._middle is None:
            left = (self.luma.shape[1] - width) // 2
            top = (self.luma.shape[0] - height) // 2
            self._middle = self.part(Region(left, top, left + width, top + height))
        return self._middle

    @cached_property
    def fingerprint(self) -> int:
        """Differs between two pictures, unless they are the same one delivered twice."""
        return zlib.crc32(self.half.tobytes())

    @cached_property
    def half(self) -> Luma:
        """Half as wide and high, each pixel the mean of four."""
        return scaled(self.luma, 0.5)

    @cached_property
    def double(self) -> Luma:
        return scaled(self.luma, 2.0)

    @cached_property
    def equalized(self) -> Luma:
        """Contrast evened out place by place (CLAHE), against glare and shadow."""
        clahe = cv2.createCLAHE(clipLimit=_CLAHE_LIMIT, tileGridSize=_CLAHE_TILES)
        return cast("Luma", clahe.apply(self.luma))

    @cached_property
    def straightened(self) -> Luma:
        """Stripes turned upright and averaged along themselves, twice as wide."""
        return straightened(self.luma)

    @cached_property
    def thresholded_half(self) -> Luma:
        """Black and white by the mean of each pixel's neighbourhood, half size."""
        return cast(
            "Luma",
            cv2.adaptiveThreshold(
                self.half,
                255,
                cv2.ADAPTIVE_THRESH_MEAN_C,
                cv2.THRESH_BINARY,
                _THRESHOLD_SIDE_PX,
                _THRESHOLD_BELOW_MEAN,
            ),
        )


def scaled(luma: Luma, factor: float) -> Luma:
    """A copy of another size; made smaller by area mean, larger by cubic interpolation."""
    height, width = luma.shape
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return cast("Luma", cv2.resize(luma, size, interpolation=way))
