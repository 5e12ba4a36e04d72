"""A folder of pictures played like a film: for demonstrations and tests."""

import time
from pathlib import Path

from kiosk.devices.camera import pictures
from kiosk.devices.camera.frame import Frame, Luma
from kiosk.devices.camera.pace import Pace
from kiosk.devices.camera.source import CameraMissing, CameraSource, CameraStopped

FPS = 15.0


class ImageFolder(CameraSource):
    """Its pictures in the order of their names, for ever; what is no picture is skipped."""

    def __init__(self, folder: Path, pace: Pace | None = None) -> None:
        self._folder = folder
        self._pace = pace or Pace(FPS)
        self._playing: list[Path] = []
        self._picture = 0

    def open(self) -> None:
        self._playing = []
        if not self._listed():
            raise CameraMissing(f"no pictures in {self._folder}")

    def read(self) -> Frame:
        self._pace.next()
        luma = self._next_luma()
        self._picture += 1
        return Frame(luma, time.monotonic(), self._picture)

    def close(self) -> None:
        self._playing = []

    def _next_luma(self) -> Luma:
        for _lap in range(2):  # the rest of this lap, then one whole lap
            while self._playing:
                luma = pictures.load(self._playing.pop(0))
                if luma is not None:
                    return luma
            self._playing = self._listed()
        raise CameraStopped(f"no readable picture in {self._folder}")

    def _listed(self) -> list[Path]:
        try:
            return sorted(path for path in self._folder.iterdir() if pictures.is_picture(path))
        except OSError:
            return []
