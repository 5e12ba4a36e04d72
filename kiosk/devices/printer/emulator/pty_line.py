"""The emulator's socket in the wall: a pty that the kiosk opens like a serial port.

The slave side is held open here, so that the kiosk may come and go; the bytes are read
no faster than a serial line of the given speed would bring them.
"""

import os
import queue
import select
import threading
import time
import tty
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from kiosk.devices.printer.emulator.control import Control
from kiosk.devices.printer.emulator.mechanism import EmulatedPrinter

_BITS_PER_BYTE = 10
"""8N1: start bit, eight bits, stop bit."""
_MOST_READ = 4096
_BUNCH_BYTES = 16
"""A UART hands its bytes over in bunches of its FIFO's size."""


class PtyLine:
    """Runs an `EmulatedPrinter` behind a pty, on a thread of its own or in the caller's.

    All that touches the printer happens on that one thread; `command` may be called
    from any other.
    """

    def __init__(
        self,
        printer: EmulatedPrinter,
        *,
        baud: int | None = None,
        link: Path | None = None,
        on_turn: Callable[[], None] | None = None,
    ) -> None:
        """Open the pty; `run` or `with` begins to serve it.

        Args:
            baud: speed of the line; None takes bytes as fast as they come.
            link: where to put a symbolic link to the pty, replaced if there is one.
            on_turn: called after each turn of the loop, on its thread.

        Raises:
            OSError: no pty can be had, or the link cannot be made.
        """
        self._printer = printer
        self._bytes_per_s = baud / _BITS_PER_BYTE if baud else None
        self._on_turn = on_turn
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)
        self._link = link
        if link is not None:
            _replace_link(link, self.path)
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self._orders: queue.SimpleQueue[tuple[str, Future[str]]] = queue.SimpleQueue()
        self._control = Control(printer, self._say_raw)
        self._unsent = bytearray()
        self._allowance = 0.0
        self._counted_at = time.monotonic()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "PtyLine":
        self._thread = threading.Thread(target=self.run, name="emulated-printer", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        if self._thread is not None:
            self._thread.join()

    @property
    def wake_fd(self) -> int:
        """For `signal.set_wakeup_fd`: a signal caught by another thread must end the sleep too."""
        return self._wake_write

    def stop(self) -> None:
        """End `run` after its turn; from any thread."""
        self._stopping = True
        self._wake()

    def command(self, line: str, timeout_s: float = 5.0) -> str:
        """Have an order of `control` obeyed on the printer's thread; its answer.

        Raises:
            UnknownCommand
        """
        done: Future[str] = Future()
        self._orders.put((line, done))
        self._wake()
        return done.result(timeout_s)

    def run(self) -> None:
        """Serve until `stop`; then take away the pty and its link."""
        try:
            while not self._stopping:
                self._turn()
                if self._on_turn is not None:
                    self._on_turn()
        finally:
            self._close()

    def _turn(self) -> None:
        now = time.monotonic()
        again = self._printer.work(now)
        self._send()
        readable = min(self._printer.room, self._line_allowance(now), _MOST_READ)
        reads = [self._wake_read] + ([self._master] if readable > 0 else [])
        writes = [self._master] if self._unsent else []
        ready, _, _ = select.select(reads, writes, [], self._patience(again, readable, now))
        if readable > 0 or self._printer.room <= 0:
            # An idle line brings nothing, nor does one that is held: such waits earn nothing.
            self._counted_at = time.monotonic()
        if self._wake_read in ready:
            os.read(self._wake_read, _MOST_READ)
        self._obey()
        if self._master in ready:
            with suppress(BlockingIOError):
                data = os.read(self._master, readable)
                # A line that had less than it could bring has run empty: no more than one
                # bunch is saved up.
                drained = len(data) < readable
                left = self._allowance - len(data)
                self._allowance = min(left, _BUNCH_BYTES) if drained else left
                self._printer.receive(data)

    def _patience(self, again: float | None, readable: int, now: float) -> float | None:
        """How long to sleep when nothing comes: until the mechanism or the line goes on."""
        waits = []
        if again is not None:
            waits.append(max(0.0, again - now))
        if readable <= 0 and self._printer.room > 0:
            waits.append(_BUNCH_BYTES / self._bytes_per_s if self._bytes_per_s else 0.0)
        return min(waits) if waits else None

    def _line_allowance(self, now: float) -> int:
        """Bytes that the line has brought by now, at its speed."""
        if self._bytes_per_s is None:
            return _MOST_READ
        self._allowance += (now - self._counted_at) * self._bytes_per_s
        self._counted_at = now
        return int(self._allowance)

    def _send(self) -> None:
        self._unsent += self._printer.answers()
        if self._unsent:
            with suppress(BlockingIOError):
                del self._unsent[: os.write(self._master, self._unsent)]

    def _say_raw(self, data: bytes) -> None:
        self._unsent += data

    def _obey(self) -> None:
        while not self._orders.empty():
            line, done = self._orders.get()
            try:
                done.set_result(self._control.obey(line))
            except ValueError as error:
                done.set_exception(error)

    def _wake(self) -> None:
        with suppress(OSError):
            os.write(self._wake_write, b"!")

    def _close(self) -> None:
        if self._link is not None and _points_at(self._link, self.path):
            self._link.unlink(missing_ok=True)
        for fd in (self._master, self._slave, self._wake_read, self._wake_write):
            with suppress(OSError):
                os.close(fd)


def _replace_link(link: Path, target: str) -> None:
    part = link.with_name(f".{link.name}.{os.getpid()}")
    part.unlink(missing_ok=True)
    part.symlink_to(target)
    part.replace(link)


def _points_at(link: Path, target: str) -> bool:
    return link.is_symlink() and str(link.readlink()) == target
