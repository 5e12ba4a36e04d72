"""A folder in which somebody else puts pictures: the newest one is what the camera sees."""

import os
import time
from pathlib import Path

from kiosk.devices.camera import pictures
from kiosk.devices.camera.frame import Frame, Luma
from kiosk.devices.camera.pace import Pace
from kiosk.devices.camera.source import CameraMissing, CameraSource, CameraStopped

FPS = 15.0

_Mark = tuple[int, str, int, int]
"""(time of change in ns, path, size in bytes, inode): the newest compares greatest."""


class FollowedFolder(CameraSource):
    """Its newest complete picture, fifteen times a second.

    Whoever writes there writes under another name (a leading dot) and renames, so that no
    half picture is ever seen. An empty or missing folder is a camera without a plug.
    """

    def __init__(self, folder: Path, pace: Pace | None = None) -> None:
        self._folder = folder
        self._pace = pace or Pace(FPS)
        self._mark: _Mark | None = None
        self._luma: Luma | None = None
        self._picture = 0

    def open(self) -> None:
        if self._newest() is None:
            raise CameraMissing(f"no picture in {self._folder}")

    def read(self) -> Frame:
        self._pace.next()
        mark = self._newest()
        if mark is None:
            raise CameraStopped(f"no picture in {self._folder} any more")
        if mark != self._mark:
            self._mark = mark
            luma = pictures.load(Path(mark[1]))
            if luma is not None:  # else it was replaced or is none: the last one stands
                self._luma = luma
                self._picture += 1
        if self._luma is None:
            raise CameraStopped(f"no readable picture in {self._folder}")
        return Frame(self._luma, time.monotonic(), self._picture)

    def close(self) -> None:
        self._mark = self._luma = None

    def _newest(self) -> _Mark | None:
        marks: list[_Mark] = []
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    if not pictures.is_picture(Path(entry.name)):
                        continue
                    try:
                        stat = entry.stat()
                    except FileNotFoundError:
                        continue  # replaced while we looked
                    marks.append((stat.st_mtime_ns, entry.path, stat.st_size, stat.st_ino))
        except OSError:
            return None
        return max(marks, default=None)
