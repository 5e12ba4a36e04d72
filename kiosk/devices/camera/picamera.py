"""A camera on the CSI connector of a Raspberry Pi.

picamera2 belongs to Raspberry Pi OS: it comes with its system package, never from PyPI, and
is imported only when such a camera is opened.
"""

import importlib
import time
from contextlib import suppress
from typing import Any, cast

import numpy as np

from kiosk.devices.camera.frame import HEIGHT_PX, WIDTH_PX, Frame, Luma, fitted
from kiosk.devices.camera.settings import CameraSettings
from kiosk.devices.camera.source import (
    NO_FRAME_S,
    CameraMissing,
    CameraSource,
    CameraStopped,
    Expectation,
)

_FRAME_US = 33_333
_BUFFERS = 2
_AF_MANUAL = 0
"""libcamera's AfModeEnum.Manual; its module is not imported for one number."""


class PiCamera(CameraSource):
    """The brightness plane of 1280x720 YUV420 frames."""

    def __init__(self, index: int, settings: CameraSettings | None = None) -> None:
        """`index`: as `rpicam-hello --list-cameras` counts them."""
        self._index = index
        self._settings = settings or CameraSettings()
        self._camera: Any = None  # picamera2 has no types
        self._size = (WIDTH_PX, HEIGHT_PX)
        self._picture = 0

    @property
    def expects(self) -> Expectation:
        return Expectation(min_fps=self._settings.min_fps)

    def open(self) -> None:
        self.close()
        try:
            picamera2 = importlib.import_module("picamera2")
        except ImportError as error:
            raise CameraMissing(
                "picamera2 is missing: `sudo apt install python3-picamera2` on Raspberry Pi OS,"
                f" in a virtualenv with --system-site-packages ({error})"
            ) from error
        try:
            self._camera = picamera2.Picamera2(self._index)
            wanted = self._camera.create_video_configuration(
                main={"size": (WIDTH_PX, HEIGHT_PX), "format": "YUV420"},
                buffer_count=_BUFFERS,
                queue=False,  # a frame is taken after it was asked for, never before
                controls=self._controls(self._camera.camera_controls),
            )
            self._camera.configure(wanted)
            self._size = self._camera.camera_configuration()["main"]["size"]
            self._camera.start()
        # IndexError: no such camera; RuntimeError: in use, or none of libcamera's liking.
        except (IndexError, RuntimeError, OSError) as error:
            self.close()
            raise CameraMissing(f"CSI camera {self._index}: {error}") from error

    def read(self) -> Frame:
        if self._camera is None:
            raise CameraStopped(f"CSI camera {self._index} is not open")
        try:
            request = self._camera.wait(self._camera.capture_request(wait=False), NO_FRAME_S)
        except TimeoutError as error:
            raise CameraStopped(
                f"CSI camera {self._index} gives no frame for {NO_FRAME_S:g} s"
            ) from error
        except RuntimeError as error:
            raise CameraStopped(f"CSI camera {self._index}: {error}") from error
        try:
            planes = request.make_array("main")
        finally:
            request.release()
        mono_s = time.monotonic()
        width, height = self._size
        # Rows are padded to a stride that the hardware likes; below stand the colours.
        luma = cast("Luma", np.ascontiguousarray(planes[:height, :width]))
        self._picture += 1
        return Frame(fitted(luma), mono_s, self._picture, (width, height))

    def close(self) -> None:
        camera, self._camera = self._camera, None
        if camera is not None:
            with suppress(RuntimeError):  # it may be half open, or gone
                camera.close()  # which also stops it

    def _controls(self, known: dict[str, object]) -> dict[str, object]:
        settings = self._settings
        controls: dict[str, object] = {"FrameDurationLimits": (_FRAME_US, _FRAME_US)}
        if settings.exposure_us is not None:
            controls |= {"ExposureTime": settings.exposure_us}
        if settings.focus is not None and "LensPosition" in known:
            controls |= {"AfMode": _AF_MANUAL, "LensPosition": settings.focus}
        return controls
