"""The scanner process: two threads for camera and decoders, the main one for the socket."""

import logging
import os
import selectors
import signal
import socket
import stat
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from kiosk.devices.camera.source import CameraSource
from kiosk.devices.decoder.chain import without_thread_pool
from kiosk.devices.decoder.live import LiveReader
from kiosk.devices.decoder.repeats import Repeats
from kiosk.devices.scanner.capture import CaptureLoop
from kiosk.devices.scanner.decoding import DecodeLoop
from kiosk.devices.scanner.mailbox import Mailbox
from kiosk.devices.scanner.messages import (
    PACKET_MAX,
    PULSE_S,
    CameraState,
    Capture,
    Code,
    FromScanner,
    Hello,
    Pulse,
    encode,
)
from kiosk.devices.scanner.preview import PreviewWriter

log = logging.getLogger(__name__)

_JOIN_S = 1.0


class ScannerProgram:
    """Serves one kiosk at a time on a socket; a kiosk that connects later takes its place."""

    def __init__(
        self,
        camera: CameraSource,
        make_reader: Callable[[], LiveReader],
        preview: PreviewWriter,
        socket_path: Path,
        *,
        one_kiosk: bool,
    ) -> None:
        """With `one_kiosk` the program ends when its first kiosk hangs up."""
        self._preview = preview
        self._socket_path = socket_path
        self._one_kiosk = one_kiosk
        self._mailbox = Mailbox()
        self._capture = CaptureLoop(camera, self._mailbox, preview, self._wake)
        self._decoding = DecodeLoop(self._mailbox, make_reader, Repeats(), self._tell_code)
        self._decode_command = msgspec.json.Decoder(Capture)
        self._kiosk: socket.socket | None = None
        self._kiosk_lock = threading.Lock()
        self._waker = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._ending = False
        self._failed = False

    def run(self) -> int:
        """Serves until SIGTERM, SIGINT or (with `one_kiosk`) the kiosk's end; the exit status."""
        without_thread_pool()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._end())
        threads = [
            threading.Thread(target=self._guard, args=(work,), name=name, daemon=True)
            for name, work in (("camera", self._capture.run), ("decoders", self._decoding.run))
        ]
        with _listening(self._socket_path) as listener, selectors.DefaultSelector() as selector:
            selector.register(listener, selectors.EVENT_READ)
            selector.register(self._waker, selectors.EVENT_READ)
            for thread in threads:
                thread.start()
            self._serve(listener, selector)
        self._capture.end()
        self._mailbox.close()
        for thread in threads:
            thread.join(_JOIN_S)  # one stuck in the camera's driver ends with the process
        return os.EX_SOFTWARE if self._failed else os.EX_OK

    def _guard(self, work: Callable[[], None]) -> None:
        """A thread that fails ends the process, visibly; whoever started it starts it again."""
        try:
            work()
        except Exception:
            log.exception("scanner thread failed")
            self._failed = True
            self._end()

    def _end(self) -> None:
        self._ending = True
        self._wake()

    def _wake(self) -> None:
        os.eventfd_write(self._waker, 1)

    # --- the main thread -----------------------------------------------------------------

    def _serve(self, listener: socket.socket, selector: selectors.BaseSelector) -> None:
        pulse_due_s = time.monotonic()
        while not self._ending:
            ready = selector.select(max(0.0, pulse_due_s - time.monotonic()))
            woken = False
            for key, _ in ready:
                if key.fileobj is listener:
                    with suppress(OSError):  # whoever knocked has gone again
                        self._welcome(listener.accept()[0], selector)
                elif key.fileobj == self._waker:
                    os.eventfd_read(self._waker)
                    woken = True
                elif key.fileobj is self._kiosk:
                    self._hear(selector)
            if woken or time.monotonic() >= pulse_due_s:
                self._tell(self._pulse())
                pulse_due_s = time.monotonic() + PULSE_S
        self._hang_up(selector)

    def _welcome(self, kiosk: socket.socket, selector: selectors.BaseSelector) -> None:
        self._hang_up(selector)
        kiosk.setblocking(False)
        hello = Hello(os.getpid(), self._preview.width, self._preview.height)
        with suppress(OSError):  # gone again already: the next read says so
            socket.send_fds(kiosk, [encode(hello)], [self._preview.fd])
        selector.register(kiosk, selectors.EVENT_READ)
        with self._kiosk_lock:
            self._kiosk = kiosk
        self._tell(self._pulse())

    def _hang_up(self, selector: selectors.BaseSelector) -> None:
        with self._kiosk_lock:
            kiosk, self._kiosk = self._kiosk, None
        if kiosk is not None:
            selector.unregister(kiosk)
            kiosk.close()
            self._capture.switch(on=False)

    def _hear(self, selector: selectors.BaseSelector) -> None:
        if self._kiosk is None:
            return
        try:
            packet = self._kiosk.recv(PACKET_MAX)
        except BlockingIOError:
            return
        except OSError:
            packet = b""
        if not packet:
            self._hang_up(selector)
            self._ending = self._ending or self._one_kiosk
            return
        try:
            command = self._decode_command.decode(packet)
        except msgspec.DecodeError:  # a newer kiosk's; both come from one package, so rare
            log.warning("scanner was told something that it does not know")
            return
        self._capture.switch(on=command.on)

    def _pulse(self) -> Pulse:
        now_s = time.monotonic()
        status = self._capture.status
        opening_s, decoding_s = self._capture.opening_since_s, self._decoding.busy_since_s
        return Pulse(
            camera=status.camera,
            reason=status.reason,
            fps=round(status.fps, 1),
            frames=status.frames,
            opening_s=0.0 if opening_s is None else now_s - opening_s,
            frame_age_s=(
                now_s - max(status.last_frame_s, status.since_s)
                if status.camera is CameraState.READING
                else 0.0
            ),
            decoding_s=0.0 if decoding_s is None else now_s - decoding_s,
        )

    # --- any thread ----------------------------------------------------------------------

    def _tell_code(self, code: Code) -> None:
        log.info("code read: %s, %d characters", code.symbology, len(code.text))
        self._tell(code)

    def _tell(self, message: FromScanner) -> None:
        """A kiosk that does not listen misses it: a late code is worth nothing."""
        with self._kiosk_lock:
            if self._kiosk is not None:
                with suppress(OSError):  # full, or gone: the main thread sees the end of file
                    self._kiosk.send(encode(message))


def _listening(path: Path) -> socket.socket:
    """A listening socket at `path`, for its owner only; a dead one left there is replaced."""
    with suppress(FileNotFoundError):
        if stat.S_ISSOCK(path.stat().st_mode):
            path.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    listener.listen(1)
    listener.setblocking(False)
    return listener
