"""A USB camera."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path
from typing import Protocol, cast

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.devices.camera.frame import HEIGHT_PX, WIDTH_PX, Frame, fitted, luminance
from kiosk.devices.camera.settings import CameraSettings
from kiosk.devices.camera.source import (
    NO_FRAME_S,
    CameraMissing,
    CameraSource,
    CameraStopped,
    Expectation,
)

log = logging.getLogger(__name__)

_MJPG = int.from_bytes(b"MJPG", "little")
_FPS = 30
_MANUAL_EXPOSURE = 1
_APERTURE_PRIORITY = 3
"""V4L2's words for manual, and for automatic time at a fixed aperture, as UVC cameras have it."""
_EXPOSURE_UNIT_US = 100


class Capture(Protocol):
    """The part of cv2.VideoCapture that is used here."""

    def isOpened(self) -> bool: ...  # noqa: N802  # OpenCV's name
    def set(self, property_id: int, value: float, /) -> bool: ...
    def get(self, property_id: int, /) -> float: ...
    def read(self) -> tuple[bool, npt.NDArray[np.uint8] | None]: ...
    def release(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Granted:
    """What the driver made of what it was asked for."""

    width_px: int
    height_px: int
    fourcc: str
    fps: float
    exposure_us: int | None
    """None where the device does not tell."""
    focus: float | None
    refused: tuple[str, ...]
    """What was asked for and is otherwise, in words for an engineer."""


def _opened(device: str) -> Capture:
    return cast("Capture", cv2.VideoCapture(device, cv2.CAP_V4L2))


def _ready(capture: Capture) -> bool:
    """Whether a frame comes in time. Waits outside of Python's lock.

    Raises:
        cv2.error: the device is gone.
    """
    streams = cast("Sequence[cv2.VideoCapture]", [capture])
    return cv2.VideoCapture.waitAny(streams, int(NO_FRAME_S * 1e9))[0]


class V4l2Camera(CameraSource):
    """Frames of a V4L2 device: MJPG at 1280x720, one buffer, so that a frame is never old."""

    def __init__(
        self,
        device: str | Path,
        settings: CameraSettings | None = None,
        *,
        open_capture: Callable[[str], Capture] = _opened,
        ready: Callable[[Capture], bool] = _ready,
    ) -> None:
        """`device`: a path, or a pattern like `settings.ANY_BY_ID`, of which the first is taken."""
        self._pattern = str(device)
        self._settings = settings or CameraSettings()
        self._open_capture = open_capture
        self._ready = ready
        self._device = Path(device)
        self._capture: Capture | None = None
        self._streams = False
        self._picture = 0
        self._told: tuple[str, ...] = ()
        self.granted: Granted | None = None
        """Since it was last opened."""

    @property
    def expects(self) -> Expectation:
        return Expectation(min_fps=self._settings.min_fps)

    def open(self) -> None:
        self.close()
        self._device = self._find()
        capture = self._open_capture(str(self._device))
        if not capture.isOpened():
            capture.release()
            raise CameraMissing(f"{self._device} cannot be opened: is another program using it?")
        self._capture = capture
        self.granted = self._negotiate(capture)
        if self.granted.refused != self._told:  # once, not at every opening
            self._told = self.granted.refused
            for remark in self._told:
                log.warning("camera: %s", remark)

    def read(self) -> Frame:
        if self._capture is None:
            raise CameraStopped(f"{self._device} is not open")
        # The first frame is taken without waiting: the device begins to stream in `read`, and
        # with its only buffer in our hands there is nothing that could become ready.
        try:
            in_time = not self._streams or self._ready(self._capture)
            there, raw = self._capture.read() if in_time else (False, None)
        except cv2.error:  # the device is gone
            there, raw = False, None
        mono_s = time.monotonic()
        if not there or raw is None:
            gone = not self._device.exists()
            raise CameraStopped(f"{self._device} {'was unplugged' if gone else 'gives no frame'}")
        self._streams = True
        try:
            luma = luminance(raw)
        except (ValueError, cv2.error) as error:
            raise CameraStopped(f"{self._device} gives {error}") from error
        self._picture += 1
        return Frame(fitted(luma), mono_s, self._picture, (luma.shape[1], luma.shape[0]))

    def close(self) -> None:
        self._streams = False
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _find(self) -> Path:
        if has_magic(self._pattern):
            found = sorted(glob(self._pattern))  # noqa: PTH207  # a pattern from the root on
            if not found:
                raise CameraMissing(f"nothing is like {self._pattern}: is the camera plugged in?")
            return Path(found[0])
        device = Path(self._pattern)
        if not device.exists():
            raise CameraMissing(f"{device} is not there: is the camera plugged in?")
        return device

    def _negotiate(self, capture: Capture) -> Granted:
        # In this order: each of these starts the stream anew, and a driver takes its own size
        # when the pixel format changes. The controls come last, and outlive all that.
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        capture.set(cv2.CAP_PROP_FOURCC, _MJPG)
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, WIDTH_PX)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, HEIGHT_PX)
        capture.set(cv2.CAP_PROP_FPS, _FPS)
        # Raw JPEG: we take the brightness only, which costs half of making colours of it.
        capture.set(cv2.CAP_PROP_CONVERT_RGB, 0)
        refused = [*self._set_exposure(capture), *self._set_focus(capture)]
        width = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH))
        height = int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        fourcc = int(capture.get(cv2.CAP_PROP_FOURCC)).to_bytes(4, "little", signed=True)
        code = fourcc.decode("ascii", "replace")
        if (width, height) != (WIDTH_PX, HEIGHT_PX):
            refused.append(f"asked for {WIDTH_PX}x{HEIGHT_PX}, it gives {width}x{height}")
        if code != "MJPG":
            refused.append(f"asked for MJPG, it gives {code}: fewer frames a second over USB 2")
        exposure = capture.get(cv2.CAP_PROP_EXPOSURE)
        focus = capture.get(cv2.CAP_PROP_FOCUS)
        return Granted(
            width,
            height,
            code,
            capture.get(cv2.CAP_PROP_FPS),
            round(exposure * _EXPOSURE_UNIT_US) if exposure > 0 else None,
            focus if focus >= 0 else None,
            tuple(refused),
        )

    def _set_exposure(self, capture: Capture) -> list[str]:
        asked_us = self._settings.exposure_us
        if asked_us is None:
            # A device keeps what an earlier run set by hand.
            if capture.get(cv2.CAP_PROP_AUTO_EXPOSURE) == _MANUAL_EXPOSURE:
                capture.set(cv2.CAP_PROP_AUTO_EXPOSURE, _APERTURE_PRIORITY)
            return []
        asked = max(1, round(asked_us / _EXPOSURE_UNIT_US))
        capture.set(cv2.CAP_PROP_AUTO_EXPOSURE, _MANUAL_EXPOSURE)
        capture.set(cv2.CAP_PROP_EXPOSURE, asked)
        got = capture.get(cv2.CAP_PROP_EXPOSURE)
        if got <= 0:
            return ["it has no exposure time to set"]
        if round(got) != asked:
            got_us = round(got * _EXPOSURE_UNIT_US)
            return [f"asked for an exposure of {asked_us} us, it keeps {got_us} us"]
        if capture.get(cv2.CAP_PROP_AUTO_EXPOSURE) != _MANUAL_EXPOSURE:
            return ["its exposure stays automatic"]
        return []

    def _set_focus(self, capture: Capture) -> list[str]:
        asked = self._settings.focus
        if asked is None:
            return []
        capture.set(cv2.CAP_PROP_AUTOFOCUS, 0)
        capture.set(cv2.CAP_PROP_FOCUS, asked)
        got = capture.get(cv2.CAP_PROP_FOCUS)
        if got < 0:
            return ["it has no focus to set"]
        if got != asked:
            return [f"asked for focus {asked:g}, it keeps {got:g}"]
        return []
