"""A stream of JPEGs at a path: a FIFO or a Unix socket that somebody feeds, or a film."""

import os
import select
import socket
import stat
import time
from contextlib import suppress
from pathlib import Path

from kiosk.devices.camera.jpeg_feed import Jpeg, JpegFeed
from kiosk.devices.camera.jpeg_stream import JpegSplitter
from kiosk.devices.camera.pace import Pace
from kiosk.devices.camera.source import NO_FRAME_S, CameraMissing, CameraStopped

FILM_FPS = 15.0
"""Bare JPEGs have no clock in them."""
_CHUNK_BYTES = 256 * 1024
_CATCH_UP_BYTES = 4 * 1024 * 1024
"""So much is read at most before a picture is handed on: a writer may be faster than we are."""


class PathFeed(JpegFeed):
    """Whatever stands at the path when it is opened."""

    def __init__(self, path: Path, pace: Pace | None = None) -> None:
        self._path = path
        self._pace = pace or Pace(FILM_FPS)
        self._fd: int | None = None
        self._splitter = JpegSplitter()
        self._waiting: list[bytes] = []
        """Of a film: read already, not yet due."""
        self.live = True

    def prepare(self) -> None:
        return

    def open(self) -> None:
        self.close()
        try:
            mode = self._path.stat().st_mode
            if not (stat.S_ISSOCK(mode) or stat.S_ISFIFO(mode) or stat.S_ISREG(mode)):
                raise CameraMissing(f"{self._path} is no file, FIFO or socket")
            self._fd = (
                _connected(self._path)
                if stat.S_ISSOCK(mode)
                else os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            )
        except OSError as error:
            raise CameraMissing(f"{self._path}: {error.strerror or error}") from error
        self.live = not stat.S_ISREG(mode)
        self._splitter = JpegSplitter()

    def newest(self) -> Jpeg:
        if self._fd is None:
            raise CameraStopped(f"{self._path} is not open")
        return self._latest(self._fd) if self.live else self._next_of_film(self._fd)

    def close(self) -> None:
        fd, self._fd = self._fd, None
        self._waiting.clear()
        if fd is not None:
            with suppress(OSError):
                os.close(fd)

    def end(self) -> None:
        self.close()

    def _latest(self, fd: int) -> Jpeg:
        poller = select.poll()
        poller.register(fd, select.POLLIN)
        give_up_s = time.monotonic() + NO_FRAME_S
        latest: Jpeg | None = None
        caught_up_bytes = 0
        while caught_up_bytes < _CATCH_UP_BYTES or latest is None:
            wait_s = 0.0 if latest else max(0.0, give_up_s - time.monotonic())
            if not poller.poll(wait_s * 1000):
                break
            try:
                chunk = os.read(fd, _CHUNK_BYTES)
            except BlockingIOError:
                continue
            except OSError as error:
                raise CameraStopped(f"{self._path}: {error.strerror}") from error
            if not chunk:
                if latest:
                    break
                raise CameraStopped(f"{self._path}: whoever writes there hung up")
            caught_up_bytes += len(chunk)
            if whole := self._splitter.feed(chunk):
                latest = Jpeg(whole[-1], time.monotonic())
            elif time.monotonic() > give_up_s:
                break  # bytes, and no picture among them
        if latest is None:
            raise CameraStopped(f"{self._path}: no picture for {NO_FRAME_S:g} s")
        return latest

    def _next_of_film(self, fd: int) -> Jpeg:
        for _ in range(self._pace.next()):  # those that are late are dropped
            picture = self._of_film(fd)
        return Jpeg(picture, time.monotonic())

    def _of_film(self, fd: int) -> bytes:
        began_anew = False
        while not self._waiting:
            chunk = os.read(fd, _CHUNK_BYTES)
            if chunk:
                self._waiting = self._splitter.feed(chunk)
                continue
            if began_anew:
                raise CameraStopped(f"{self._path} holds no whole picture")
            began_anew = True
            os.lseek(fd, 0, os.SEEK_SET)
            self._splitter = JpegSplitter()
        return self._waiting.pop(0)


def _connected(path: Path) -> int:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(NO_FRAME_S)
        client.connect(str(path))
        client.setblocking(False)
        return client.detach()
