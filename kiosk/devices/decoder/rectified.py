"""Codes that stand askew, drawn anew as squares."""

from collections.abc import Iterator
from typing import cast

import cv2
import numpy as np

from kiosk.devices.camera.frame import Luma

_SIDE_PX = 360
_QUIET_PX = 36


def rectified(luma: Luma) -> Iterator[Luma]:
    """Each place where OpenCV finds the corners of a QR code, as a square with a quiet zone.

    Only OpenCV's finder is used: its decoder raises on foreign texts.
    """
    there, quads = cv2.QRCodeDetectorAruco().detectMulti(luma)
    if not there or quads is None:
        return
    inner, outer = _QUIET_PX, _QUIET_PX + _SIDE_PX
    square = np.array([(inner, inner), (outer, inner), (outer, outer), (inner, outer)], np.float32)
    size = (_SIDE_PX + 2 * _QUIET_PX, _SIDE_PX + 2 * _QUIET_PX)
    for quad in quads:
        way = cv2.getPerspectiveTransform(np.asarray(quad, np.float32), square)
        drawn = cv2.warpPerspective(luma, way, size, flags=cv2.INTER_CUBIC)
        yield cast("Luma", drawn)
