"""One picture as the decoders take it: 8-bit luminance, at most 1280x720."""

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

WIDTH_PX = 1280
HEIGHT_PX = 720

Luma = npt.NDArray[np.uint8]
"""Rows by columns, C-contiguous, 0 = black."""
_BGR = 3
_YUYV = 2


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    luma: Luma
    mono_s: float
    """time.monotonic() when it was taken."""
    picture: int
    """Rises whenever the content is new: a still source gives the same picture in many frames."""
    taken_px: tuple[int, int] | None = None
    """Width and height as the camera gave it, before it was fitted; None: as `luma`."""


def fitted(luma: Luma, factor: float = 1.0) -> Luma:
    """The picture as large as `factor` times 1280x720 allows; a smaller one is left as it is."""
    height, width = luma.shape
    scale = factor * min(WIDTH_PX / width, HEIGHT_PX / height)
    if scale >= 1:
        return luma
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cast("Luma", cv2.resize(luma, size, interpolation=cv2.INTER_AREA))


def luminance(raw: npt.NDArray[np.uint8]) -> Luma:
    """The brightness in whatever OpenCV gives for a frame.

    Known forms: BGR; luminance; YUYV as two channels (the first is luminance); and a
    JPEG still packed in one row, which V4L2 gives when it is told not to convert, and
    from which the brightness alone comes out at half the cost.

    Raises:
        ValueError: none of these.
    """
    height, width, *channels = raw.shape
    if not channels and 1 in {height, width}:
        unpacked = cv2.imdecode(raw.reshape(-1), cv2.IMREAD_GRAYSCALE)
        if unpacked is None:
            raise ValueError("a frame that is no JPEG")
        return cast("Luma", unpacked)
    if not channels:
        return raw
    if channels == [_BGR]:
        return cast("Luma", cv2.cvtColor(raw, cv2.COLOR_BGR2GRAY))
    if channels == [_YUYV]:
        return np.ascontiguousarray(raw[:, :, 0])
    raise ValueError(f"a frame of the form {raw.shape}")
