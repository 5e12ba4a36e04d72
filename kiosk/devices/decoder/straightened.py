"""Bars turned upright and averaged along themselves: noise goes, edges stay."""

from typing import cast

import cv2
import numpy as np

from kiosk.devices.camera.frame import Luma

_ALONG_PX = 11
_WIDER = 2
"""So many times as wide, so that thin bars have pixels to spare."""
_SMOOTH_SIGMA = 1.0
_CLAHE_LIMIT = 3.0
_CLAHE_TILES = (8, 8)
_SIDE_MIN_PX = 16


def straightened(luma: Luma) -> Luma:
    """The picture turned so that its stripes stand upright, averaged along them, twice as wide.

    The angle is the main axis of the structure tensor summed over the whole picture, so
    most of what has edges in it should be the bars.
    """
    height, width = luma.shape
    if min(height, width) < _SIDE_MIN_PX:
        return luma
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), _across_degrees(luma), 1.0)
    cosine, sine = abs(turn[0, 0]), abs(turn[0, 1])
    size = (round(width * cosine + height * sine), round(width * sine + height * cosine))
    turn[:, 2] += (size[0] / 2 - width / 2, size[1] / 2 - height / 2)
    upright = cv2.warpAffine(
        luma, turn, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    averaged = cv2.blur(upright, (1, _ALONG_PX))
    even = cv2.createCLAHE(clipLimit=_CLAHE_LIMIT, tileGridSize=_CLAHE_TILES).apply(averaged)
    return cast("Luma", cv2.resize(even, None, fx=_WIDER, fy=1, interpolation=cv2.INTER_CUBIC))


def _across_degrees(luma: Luma) -> float:
    """The direction in which the picture changes most, counterclockwise from the x axis."""
    smooth = cv2.GaussianBlur(luma, (0, 0), _SMOOTH_SIGMA)
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3)
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3)
    xx = float(cv2.sumElems(cv2.multiply(across, across))[0])
    yy = float(cv2.sumElems(cv2.multiply(down, down))[0])
    xy = float(cv2.sumElems(cv2.multiply(across, down))[0])
    return float(np.degrees(np.arctan2(2 * xy, xx - yy))) / 2
