"""Bytes to and from a printer at /dev/usb/lp, the kernel's usblp.

usblp knows one opener, no speed and no line settings. A printer that is pulled out ends
with ENODEV and comes back under the next free number: name a udev link, or a pattern.
"""

import os
import select
import time
from contextlib import suppress
from pathlib import Path

from kiosk.devices.printer.line import LineGone, LineSlow, Monotonic

_MOST_WRITTEN = 4096
"""At one go: usblp takes 8192 bytes, and a deadline is looked at in between."""
_NOTHING_YET_S = 0.005
"""usblp is readable also when the printer had nothing to say: look again after this."""


class UsbLine:
    """A printer's character device. Used from one thread. Deadlines are of the given clock."""

    def __init__(self, port: str, monotonic: Monotonic = time.monotonic) -> None:
        """Open the port; with a * in it, the first of those that can be opened.

        Raises:
            LineGone: none can be opened; the message says why.
        """
        self._monotonic = monotonic
        why = "there is none"
        for path in _candidates(Path(port)):
            try:
                self._fd = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
            except OSError as error:
                why = os.strerror(error.errno or 0)
            else:
                self._open = True
                return
        raise LineGone(f"{port} cannot be opened: {why}")

    def write(self, data: bytes, deadline: float) -> None:
        """Give all bytes to the system, waiting while the port is full.

        Raises:
            LineGone, LineSlow: `written` says how many were taken.
        """
        view, written = memoryview(data), 0
        while written < len(view):
            try:
                written += os.write(self._fd, view[written : written + _MOST_WRITTEN])
            except BlockingIOError:
                if not self._ready(deadline, reading=False):
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
        while self._ready(deadline, reading=True):
            try:
                data = os.read(self._fd, 1)
            except BlockingIOError:
                data = b""
            except OSError as error:
                raise LineGone(f"the port is gone: {os.strerror(error.errno or 0)}") from error
            if data:
                return data[0]
            rest = deadline - self._monotonic()
            if rest <= 0:
                return None
            time.sleep(min(_NOTHING_YET_S, rest))
        return None

    def discard_output(self) -> None:
        """Nothing: usblp cannot take back what it took. The next job clears it away."""

    def close(self) -> None:
        """Close the port; idempotent."""
        if self._open:
            self._open = False
            with suppress(OSError):
                os.close(self._fd)

    def _ready(self, deadline: float, *, reading: bool) -> bool:
        """Whether the port is ready, or becomes so before the deadline."""
        if not self._open:
            raise LineGone("the port is closed")
        poll = select.poll()
        poll.register(self._fd, select.POLLIN if reading else select.POLLOUT)
        rest = max(0.0, deadline - self._monotonic())
        return bool(poll.poll(rest * 1000))


def _candidates(port: Path) -> list[Path]:
    """The port itself, or those that its last part with a * fits, in their order."""
    return sorted(port.parent.glob(port.name)) if "*" in port.name else [port]
