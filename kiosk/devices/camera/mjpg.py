"""A stream of JPEGs as a camera."""

import time
from pathlib import Path

import cv2
import numpy as np

from kiosk.devices.camera.address import check_address, is_address
from kiosk.devices.camera.frame import Frame, Luma, fitted, luminance
from kiosk.devices.camera.jpeg_feed import JpegFeed
from kiosk.devices.camera.mjpg_http import HttpFeed
from kiosk.devices.camera.mjpg_path import PathFeed
from kiosk.devices.camera.settings import CameraSettings
from kiosk.devices.camera.source import NO_FRAME_S, CameraSource, CameraStopped, Expectation


class MjpgCamera(CameraSource):
    """Bare JPEGs one after another or multipart/x-mixed-replace, the newest picture only."""

    def __init__(self, place: str, feed: JpegFeed, settings: CameraSettings | None = None) -> None:
        self._place = place
        self._feed = feed
        self._settings = settings or CameraSettings()
        self._picture = 0

    @property
    def expects(self) -> Expectation | None:
        return Expectation(min_fps=self._settings.min_fps) if self._feed.live else None

    def prepare(self) -> None:
        self._feed.prepare()

    def open(self) -> None:
        self._feed.open()

    def read(self) -> Frame:
        give_up_s = time.monotonic() + NO_FRAME_S
        while True:
            jpeg = self._feed.newest()
            luma = _unpacked(jpeg.packed)
            if luma is not None:
                break
            if time.monotonic() > give_up_s:
                raise CameraStopped(f"{self._place}: no readable picture for {NO_FRAME_S:g} s")
        self._picture += 1
        return Frame(fitted(luma), jpeg.mono_s, self._picture, (luma.shape[1], luma.shape[0]))

    def close(self) -> None:
        self._feed.close()

    def end(self) -> None:
        self._feed.end()


def mjpg_camera(place: str, settings: CameraSettings | None = None) -> MjpgCamera:
    """The camera at an address (http://, https://) or a path.

    Raises:
        ValueError: an address that cannot be asked for, or that holds a password.
    """
    if is_address(place):
        check_address(place)
        network = HttpFeed(place)
        return MjpgCamera(network.name, network, settings)
    return MjpgCamera(place, PathFeed(Path(place)), settings)


def _unpacked(jpeg: bytes) -> Luma | None:
    try:
        return luminance(np.frombuffer(jpeg, np.uint8).reshape(1, -1))
    except (ValueError, cv2.error):
        return None
