"""A camera that streams over HTTP, read through a child process."""

import socket
import subprocess
import sys

from kiosk.devices.camera.feeder import HEADER
from kiosk.devices.camera.jpeg_feed import Jpeg, JpegFeed
from kiosk.devices.camera.jpeg_stream import LIMIT_BYTES
from kiosk.devices.camera.source import CameraMissing, CameraStopped

_ANSWER_S = 7.0
"""The feeder answers within 3 s, and starts within as much on a cold Pi; then it is stuck."""
_END_S = 2.0


class FeederLost(Exception):
    """The child is gone or stuck. It cannot be started again from here: the scanner process may
    start no program any more. So this is no CameraError; it ends the process, which is started
    again as a whole.
    """


class HttpFeed(JpegFeed):
    """The feeder's other end; see `feeder` for what they say to each other."""

    live = True

    def __init__(self, url: str) -> None:
        self._url = url
        self.name = url.partition("?")[0]
        """As it may be told: in the query many cameras take a password."""
        self._child: subprocess.Popen[bytes] | None = None
        self._end: socket.socket | None = None
        self._is_open = False

    def prepare(self) -> None:
        if self._child is not None:
            return
        ours, theirs = socket.socketpair()
        with theirs:
            words = [sys.executable, "-m", "kiosk.devices.camera.feeder"]
            words += [str(theirs.fileno()), self._url]
            self._child = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()]
            )
        ours.settimeout(_ANSWER_S)
        self._end = ours

    def open(self) -> None:
        letter, _, reason = self._ask(b"o")
        if letter != b"K":
            raise CameraMissing(f"{self.name}: {reason.decode(errors='replace')}")
        self._is_open = True

    def newest(self) -> Jpeg:
        if not self._is_open:
            raise CameraStopped(f"{self.name} is not open")
        letter, mono_s, content = self._ask(b"n")
        if letter != b"F":
            raise CameraStopped(f"{self.name}: {content.decode(errors='replace')}")
        return Jpeg(content, mono_s)

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            try:
                self._ask(b"c")
            except FeederLost:
                self._break_off()  # the next opening tells it

    def end(self) -> None:
        self._is_open = False
        self._break_off()
        child, self._child = self._child, None
        if child is not None:
            try:
                child.wait(_END_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def _break_off(self) -> None:
        end, self._end = self._end, None
        if end is not None:
            end.close()

    def _ask(self, request: bytes) -> tuple[bytes, float, bytes]:
        if self._end is None:
            raise FeederLost("the feeder of the camera does not run")
        try:
            self._end.sendall(request)
            letter, mono_s, length = HEADER.unpack(self._receive(HEADER.size))
            if length > LIMIT_BYTES:
                raise FeederLost(f"the feeder of the camera tells of {length} bytes")
            return letter, mono_s, self._receive(length)
        except OSError as error:
            raise FeederLost(f"the feeder of the camera: {error}") from error

    def _receive(self, count: int) -> bytes:
        if self._end is None:
            raise FeederLost("the feeder of the camera does not run")
        content = bytearray(count)
        view = memoryview(content)
        while view:
            got = self._end.recv_into(view)
            if not got:
                raise FeederLost("the feeder of the camera has ended")
            view = view[got:]
        return bytes(content)
