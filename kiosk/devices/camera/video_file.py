"""A film as a camera: for demonstrations and measurements."""

import time
from pathlib import Path
from typing import cast

import cv2

from kiosk.devices.camera.frame import Frame, Luma, fitted, luminance
from kiosk.devices.camera.pace import Pace
from kiosk.devices.camera.source import CameraMissing, CameraSource, CameraStopped

_FPS_IF_UNTOLD = 15.0
_FPS_MAX = 120.0


class VideoFile(CameraSource):
    """The film at its own speed, from the start again at its end; late frames are dropped."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._film: cv2.VideoCapture | None = None
        self._pace = Pace(_FPS_IF_UNTOLD)
        self._picture = 0

    def open(self) -> None:
        self.close()
        film = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG)
        if not film.isOpened():
            film.release()
            raise CameraMissing(f"{self._path} cannot be played")
        fps = film.get(cv2.CAP_PROP_FPS)
        self._pace = Pace(fps if 0 < fps <= _FPS_MAX else _FPS_IF_UNTOLD)
        self._film = film

    def read(self) -> Frame:
        if self._film is None:
            raise CameraStopped(f"{self._path} is not open")
        for _ in range(self._pace.next() - 1):
            self._film.grab()
        there, raw = self._film.read()
        if not there:
            self._film.set(cv2.CAP_PROP_POS_FRAMES, 0)
            there, raw = self._film.read()
        if not there:
            raise CameraStopped(f"{self._path} has no frame")
        self._picture += 1
        return Frame(fitted(luminance(cast("Luma", raw))), time.monotonic(), self._picture)

    def close(self) -> None:
        if self._film is not None:
            self._film.release()
            self._film = None
