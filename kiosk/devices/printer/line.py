"""Bytes to and from a serial port, each wait bounded by a deadline.

pyserial opens and configures the port; the bytes go by os.write and os.read, because
only so is it known exactly how many the system took: "nothing was sent" is a claim
that gives points back.
"""

import os
import select
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Protocol

import serial

Monotonic = Callable[[], float]
BITS_PER_BYTE = 10
"""8N1: a start bit, eight bits, a stop bit."""


class LineError(Exception):
    """A port that does not do what a port does.

    LineError
    ├── LineGone   the port is not there, or no longer
    └── LineSlow   the deadline passed while the port took no more bytes
    """

    def __init__(self, message: str, written: int = 0) -> None:
        super().__init__(message)
        self.written = written
        """Bytes of the failed write that the system had taken."""


class LineGone(LineError):
    pass


class LineSlow(LineError):
    pass


class Line(Protocol):
    """Bytes both ways to one printer; other backends are other lines."""

    def write(self, data: bytes, deadline: float) -> None: ...

    def read_byte(self, deadline: float) -> int | None: ...

    def discard_output(self) -> None: ...

    def close(self) -> None: ...


class SerialLine:
    """A tty or pty, raw, 8N1. Used from one thread. Deadlines are of the given clock."""

    def __init__(self, port: str, baud: int, monotonic: Monotonic = time.monotonic) -> None:
        """Open the port.

        Raises:
            LineGone: there is no such port, or it may not be opened; the message says why.
        """
        self._monotonic = monotonic
        try:
            # No modem line is touched: python-escpos's default (dsrdtr) hangs on a
            # header that wires only RX, TX and ground.
            # Exclusive: two programs at one printer make one unreadable voucher of two.
            self._serial = serial.Serial(
                port,
                baud,
                timeout=0,
                write_timeout=0,
                dsrdtr=False,
                rtscts=False,
                xonxoff=False,
                exclusive=True,
            )
        except (serial.SerialException, OSError, ValueError) as error:
            raise LineGone(f"{port} cannot be opened: {error}") from error
        self._fd = self._serial.fileno()

    def __enter__(self) -> "SerialLine":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def write(self, data: bytes, deadline: float) -> None:
        """Give all bytes to the system, waiting while the port is full.

        Raises:
            LineGone, LineSlow: `written` says how many were taken.
        """
        view, written = memoryview(data), 0
        while written < len(view):
            try:
                written += os.write(self._fd, view[written:])
            except BlockingIOError:
                if not self._wait(deadline, reading=False):
                    raise LineSlow("the port takes no more bytes", written) from None
            except OSError as error:
                raise LineGone(f"the port is gone: {os.strerror(error.errno or 0)}", written) from (
                    error
                )

    def read_byte(self, deadline: float) -> int | None:
        """The next byte, or None when the deadline passes first.

        Raises:
            LineGone
        """
        if not self._wait(deadline, reading=True):
            return None
        try:
            data = os.read(self._fd, 1)
        except BlockingIOError:
            return None
        except OSError as error:
            raise LineGone(f"the port is gone: {os.strerror(error.errno or 0)}") from error
        if not data:
            # pyserial sets VMIN 0: readable and yet empty means hung up.
            raise LineGone("the port is gone: hung up")
        return data[0]

    @property
    def waiting_bytes(self) -> int:
        """What the system has taken but not sent."""
        try:
            return self._serial.out_waiting
        except (OSError, serial.SerialException) as error:
            raise LineGone("the port is gone") from error

    def discard_output(self) -> None:
        """Drop what the system has taken but not sent."""
        with suppress(OSError, serial.SerialException):
            self._serial.reset_output_buffer()

    def close(self) -> None:
        """Close the port; idempotent."""
        with suppress(OSError, serial.SerialException):
            self._serial.close()

    def _wait(self, deadline: float, *, reading: bool) -> bool:
        """Whether the port is ready, or becomes so before the deadline."""
        rest = max(0.0, deadline - self._monotonic())
        reads, writes = ([self._fd], []) if reading else ([], [self._fd])
        try:
            ready = select.select(reads, writes, [], rest)
        except (OSError, ValueError) as error:
            raise LineGone("the port is gone") from error
        return any(ready)
