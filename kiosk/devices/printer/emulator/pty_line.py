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
from kiosk.devices.printer.emulator.customer import Customer
from kiosk.devices.printer.emulator.mechanism import EmulatedPrinter
from kiosk.devices.printer.emulator.noise import Noise
from kiosk.devices.printer.emulator.pace import Pace
from kiosk.devices.printer.emulator.script import Measure, Prompter, Script

_BITS_PER_BYTE = 10
"""8N1: start bit, eight bits, stop bit."""
_MOST_READ = 4096
_MOST_UNSENT = 65536


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
        script: Script | None = None,
        customer: Customer | None = None,
        seed: int = 0,
    ) -> None:
        """Open the pty; `run` or `with` begins to serve it.

        Args:
            baud: speed of the line; None takes bytes as fast as they come.
            link: where to put a symbolic link to the pty, replaced if there is one.
            on_turn: called in each turn of the loop, before it sleeps, on its thread.
            script: orders that are given by themselves.
            customer: takes what comes out; else it stays where it is.
            seed: of the noise.

        Raises:
            OSError: no pty can be had, or the link cannot be made.
        """
        self._printer = printer
        self._bytes_per_s = baud / _BITS_PER_BYTE if baud else None
        self._in, self._out = Pace(), Pace()
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
        self._noise = Noise(seed)
        self._control = Control(printer, self._say_raw, time.monotonic, self._noise)
        self._prompter = Prompter(script or Script(), self._control.obey)
        self._customer = customer
        printer.on_progress = self._progressed
        self._began = time.monotonic()
        self._unsent = bytearray()
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
        finally:
            self._close()

    def _turn(self) -> None:
        now = time.monotonic()
        self._prompter.reached(Measure.SECONDS, now - self._began)
        again = self._printer.work(now)
        if self._on_turn is not None:
            self._on_turn()
        hand = self._customer.look(now) if self._customer else None
        self._unsent += self._noise.due(now)
        self._send(now)
        room = self._printer.room
        readable = min(room, self._in.allowed(now, self._rate, held=room <= 0), _MOST_READ)
        soon = [moment for moment in (again, hand, self._noise.next_s) if moment is not None]
        came = self._wait(self._patience(soon, room, readable, now), readable, now)
        self._obey()
        if came:
            with suppress(BlockingIOError):
                data = os.read(self._master, readable)
                self._in.used(len(data), ran_dry=len(data) < readable, rate=self._rate)
                self._receive(data)

    def _wait(self, patience: float | None, readable: int, now: float) -> bool:
        """Sleep until something is to be done; whether bytes have come that may be read."""
        reads = [self._wake_read] + ([self._master] if readable > 0 else [])
        writes = [self._master] if self._unsent and self._out.allowed(now, self._slowed) else []
        can_read, can_write, _ = select.select(reads, writes, [], 0 if readable > 0 else patience)
        if readable > 0 and self._master not in can_read:
            if not can_read and not can_write:
                can_read, _, _ = select.select(reads, writes, [], patience)
            self._in.idle(time.monotonic())
        if self._wake_read in can_read:
            os.read(self._wake_read, _MOST_READ)
        return self._master in can_read

    @property
    def _slowed(self) -> float | None:
        """Bytes a second that the printer itself bears, if somebody made it slow."""
        return self._printer.condition.bytes_per_s

    @property
    def _rate(self) -> float | None:
        rates = [rate for rate in (self._bytes_per_s, self._slowed) if rate is not None]
        return min(rates, default=None)

    def _receive(self, data: bytes) -> None:
        """Hand bytes over, up to each one that the script waits for."""
        while data:
            until = self._prompter.until_next(Measure.BYTES, self._printer.bytes_received)
            take = len(data) if until is None else max(1, min(len(data), int(until)))
            self._printer.receive(data[:take])
            data = data[take:]
            if until is not None:
                self._printer.work(time.monotonic())  # what came before has had its effect
            self._prompter.reached(Measure.BYTES, self._printer.bytes_received)

    def _progressed(self) -> None:
        self._prompter.reached(Measure.ROWS, self._printer.paper.rows_moved)
        self._prompter.reached(Measure.CUTS, self._printer.cuts)

    def _patience(self, soon: list[float], room: int, readable: int, now: float) -> float | None:
        """How long to sleep when nothing comes: until the mechanism or the line goes on."""
        waits = [self._prompter.until_next(Measure.SECONDS, now - self._began)]
        waits += [max(0.0, moment - now) for moment in soon]
        if readable <= 0 and room > 0:
            waits.append(self._in.until_allowed(self._rate))
        if self._unsent and self._slowed is not None:
            waits.append(self._out.until_allowed(self._slowed))
        return min((wait for wait in waits if wait is not None), default=None)

    def _send(self, now: float) -> None:
        self._unsent += self._printer.answers()
        del self._unsent[_MOST_UNSENT:]  # nobody reads: the line drops them
        allowed = min(len(self._unsent), self._out.allowed(now, self._slowed))
        if allowed:
            with suppress(BlockingIOError):
                sent = os.write(self._master, self._unsent[:allowed])
                del self._unsent[:sent]
                self._out.used(sent, ran_dry=not self._unsent, rate=self._slowed)

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
