"""The scanner process: two threads for camera and decoders, the main one for the socket."""

import logging
import os
import selectors
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import msgspec

from kiosk.aim import Measurement
from kiosk.devices.camera.source import CameraSource
from kiosk.devices.decoder.live import LiveReader
from kiosk.devices.decoder.reading import Reading
from kiosk.devices.decoder.repeats import Repeats
from kiosk.devices.decoder.steps import without_thread_pool
from kiosk.devices.decoder.symbology import OURS, Symbology
from kiosk.devices.scanner import door, supervision
from kiosk.devices.scanner.aiming import AimMeter
from kiosk.devices.scanner.capture import CaptureLoop
from kiosk.devices.scanner.decoding import DecodeLoop
from kiosk.devices.scanner.foreign import content_of
from kiosk.devices.scanner.mailbox import Mailbox
from kiosk.devices.scanner.messages import (
    PACKET_MAX,
    PULSE_S,
    REASON_MAX,
    Aim,
    CameraState,
    Capture,
    Code,
    Foreign,
    FromScanner,
    Hello,
    Pulse,
    encode,
)
from kiosk.devices.scanner.notice import ServiceNotice
from kiosk.devices.scanner.preview import PreviewWriter

log = logging.getLogger(__name__)

_JOIN_S = 1.0


class ScannerProgram:
    """Serves one kiosk at a time; a kiosk that connects later takes its place."""

    def __init__(
        self,
        camera: CameraSource,
        make_reader: Callable[[], LiveReader],
        preview: PreviewWriter,
        *,
        listener: socket.socket | None = None,
        kiosk: socket.socket | None = None,
        one_kiosk: bool = False,
        notice: ServiceNotice | None = None,
    ) -> None:
        """Takes over its sockets.

        Args:
            listener: bound to where kiosks connect, or None when there is only `kiosk`.
            kiosk: one that is connected already.
            one_kiosk: the program ends when a kiosk hangs up.
            notice: whom to tell that it lives, besides the kiosk.
        """
        self._preview = preview
        self._listener = listener
        self._first_kiosk = kiosk
        self._one_kiosk = one_kiosk
        self._notice = notice
        self._mailbox = Mailbox()
        self._capture = CaptureLoop(camera, self._mailbox, preview, self._wake)
        size = (preview.width, preview.height)
        self._aiming = AimMeter(size, self._tell_aim)
        self._decoding = DecodeLoop(
            self._mailbox, make_reader, Repeats(), self._tell_code, self._aiming.look
        )
        self._decode_command = msgspec.json.Decoder(Capture)
        self._kiosk: socket.socket | None = None
        self._kiosk_lock = threading.Lock()
        self._allowance = supervision.Allowance()
        """With the kiosk's lock."""
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
        with selectors.DefaultSelector() as selector:
            if self._listener is not None:
                self._listener.listen(1)
                selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._waker, selectors.EVENT_READ)
            for thread in threads:
                thread.start()
            if self._first_kiosk is not None:
                self._welcome(self._first_kiosk, selector)
            if self._notice is not None:
                self._notice.ready()
            self._serve(selector)
        if self._listener is not None:
            self._listener.close()
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

    def _serve(self, selector: selectors.BaseSelector) -> None:
        pulse_due_s = time.monotonic()
        while not self._ending:
            ready = selector.select(max(0.0, pulse_due_s - time.monotonic()))
            woken = False
            for key, _ in ready:
                if key.fileobj is self._listener:
                    with suppress(OSError):  # whoever knocked has gone again
                        self._open(self._listener.accept()[0], selector)
                elif key.fileobj == self._waker:
                    os.eventfd_read(self._waker)
                    woken = True
                elif key.fileobj is self._kiosk:
                    self._hear(selector)
            if woken or time.monotonic() >= pulse_due_s:
                pulse = self._pulse()
                self._tell(pulse)
                self._notify(pulse)
                pulse_due_s = time.monotonic() + PULSE_S
        self._hang_up(selector)

    def _notify(self, pulse: Pulse) -> None:
        if self._notice is None:
            return
        reason = supervision.hung(pulse, 0.0)
        if reason is None:
            self._notice.alive()
        else:
            log.error("%s: asks to be killed", reason)
            self._notice.hung(reason)

    def _open(self, kiosk: socket.socket, selector: selectors.BaseSelector) -> None:
        if door.trusted(kiosk):
            self._welcome(kiosk, selector)
        else:
            log.warning("a process of another user and group was turned away")
            kiosk.close()

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
            self._aiming.switch(on=False)

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
        except (ValueError, RecursionError):  # a newer kiosk's; both are one package, so rare
            log.warning("scanner was told something that it does not know")
            return
        self._capture.switch(on=command.on)
        self._aiming.switch(on=command.on and command.aim)

    def _pulse(self) -> Pulse:
        now_s = time.monotonic()
        status = self._capture.status
        opening_s, decoding_s = self._capture.opening_since_s, self._decoding.busy_since_s
        return Pulse(
            camera=status.camera,
            reason=status.reason[:REASON_MAX],
            fps=round(status.fps, 1),
            frames=status.frames,
            decoded=self._decoding.decoded,
            decode_ms=self._durations_ms(),
            unsaid=self._allowance.refused,
            opening_s=0.0 if opening_s is None else now_s - opening_s,
            frame_age_s=(
                now_s - max(status.last_frame_s, status.since_s)
                if status.camera is CameraState.READING
                else 0.0
            ),
            decoding_s=0.0 if decoding_s is None else now_s - decoding_s,
        )

    def _durations_ms(self) -> tuple[float, ...]:
        waiting = self._decoding.durations_s
        return tuple(round(waiting.popleft() * 1000, 2) for _ in range(len(waiting)))

    # --- any thread ----------------------------------------------------------------------

    def _tell_code(self, reading: Reading, mono_s: float) -> None:
        if reading.symbology not in OURS:
            return  # engines read relatives (Micro QR) where they were asked for QR
        symbology = Symbology(reading.symbology)
        length = len(reading.data)
        if reading.is_ours:
            if self._tell(Code(reading.text, symbology, mono_s)):
                log.info("code read: %s, %d bytes", symbology, length)
        else:
            content = content_of(reading.data)
            if self._tell(Foreign(symbology, content, length, mono_s)):
                log.info("foreign code: %s, %s, %d bytes", symbology, content, length)

    def _tell_aim(self, measured: Measurement) -> None:
        self._tell(Aim(measured))

    def _tell(self, message: FromScanner) -> bool:
        """Whether it was not one too many.

        A kiosk that does not listen misses it: a late code is worth nothing.
        """
        with self._kiosk_lock:
            if not self._allowance.grants(time.monotonic(), pulse=isinstance(message, Pulse)):
                return False
            if self._kiosk is not None:
                with suppress(OSError):  # full, or gone: the main thread sees the end of file
                    self._kiosk.send(encode(message))
            return True
