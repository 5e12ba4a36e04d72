"""A USB camera."""

import time
from pathlib import Path
from typing import cast

import cv2

from kiosk.devices.camera.frame import HEIGHT_PX, WIDTH_PX, Frame, Luma, fitted, luminance
from kiosk.devices.camera.source import CameraMissing, CameraStopped

_MJPG = int.from_bytes(b"MJPG", "little")


class V4l2Camera:
    """Frames of a V4L2 device: MJPG at 1280x720, one buffer, so that a frame is never old."""

    def __init__(self, device: Path) -> None:
        self._device = device
        self._capture: cv2.VideoCapture | None = None
        self._picture = 0

    def open(self) -> None:
        self.close()
        if not self._device.exists():
            raise CameraMissing(f"{self._device} is not there: is the camera plugged in?")
        capture = cv2.VideoCapture(str(self._device), cv2.CAP_V4L2)
        if not capture.isOpened():
            capture.release()
            raise CameraMissing(f"{self._device} cannot be opened: is another program using it?")
        # In this order: a driver resets the size when the pixel format changes.
        capture.set(cv2.CAP_PROP_FOURCC, _MJPG)
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, WIDTH_PX)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, HEIGHT_PX)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        # Raw JPEG: we take the brightness only, which costs half of making colours of it.
        capture.set(cv2.CAP_PROP_CONVERT_RGB, 0)
        self._capture = capture

    def read(self) -> Frame:
        if self._capture is None:
            raise CameraStopped(f"{self._device} is not open")
        there, raw = self._capture.read()
        mono_s = time.monotonic()
        if not there or raw is None:
            raise CameraStopped(f"{self._device} gives no frame")
        try:
            luma = fitted(luminance(cast("Luma", raw)))
        except (ValueError, cv2.error) as error:
            raise CameraStopped(f"{self._device} gives {error}") from error
        self._picture += 1
        return Frame(luma, mono_s, self._picture)

    def close(self) -> None:
        if self._capture is not None:
            self._capture.release()
            self._capture = None
