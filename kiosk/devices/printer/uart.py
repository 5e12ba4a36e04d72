"""The printer on the Pi's header: a serial line with two wires more, busy and power.

Busy (DTR) pauses the writing before the printer's buffer overflows. What the system has
taken goes out whatever busy says, so it is given little at a time. The power of the
printer is switched on only once its port is open, because a Pi's UART pin twitches when it
starts and a printer that listens prints that; it is switched off when the port is closed.
"""

import time
from collections.abc import Callable

from kiosk.devices.printer.conversation import DLE_EOT
from kiosk.devices.printer.line import LineError, LineSlow, Monotonic, SerialLine

Busy = Callable[[], bool | None]
"""Whether the printer asks to wait; None where the line is not wired. Any thread."""
Power = Callable[[bool], None]
"""Switch the printer's supply. Any thread."""

_CHUNK_BYTES = 64
"""5.6 ms at 115200: a printer says busy while it still has room for more than two of these."""
_LOOK_AGAIN_S = 0.001


class UartLine(SerialLine):
    """A `SerialLine` with busy and power on pins."""

    def __init__(
        self,
        port: str,
        baud: int,
        *,
        busy: Busy | None = None,
        power: Power | None = None,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        """Open the port, then switch the printer on.

        Raises:
            LineGone: there is no such port, or it may not be opened; the printer stays off.
        """
        super().__init__(port, baud, monotonic)
        self._busy = busy
        self._power = power
        if power is not None:
            power(True)

    def write(self, data: bytes, deadline: float) -> None:
        """Give all bytes to the system, none while the printer is busy.

        A question by DLE EOT goes out all the same: printers answer it while they are busy,
        and a printer that is busy because its cover is open is to be asked why.

        Raises:
            LineGone, LineSlow: `written` says how many were taken.
        """
        if self._busy is None or data.startswith(DLE_EOT) or self._busy() is None:
            super().write(data, deadline)
            return
        for start in range(0, len(data), _CHUNK_BYTES):
            try:
                self._wait_until_free(deadline)
                super().write(data[start : start + _CHUNK_BYTES], deadline)
            except LineError as error:
                error.written += start
                raise

    def close(self) -> None:
        """Switch the printer off and close the port; idempotent."""
        if self._power is not None:
            self._power(False)
        super().close()

    def _wait_until_free(self, deadline: float) -> None:
        while self._busy is not None and (self._busy() or self.waiting_bytes > _CHUNK_BYTES):
            if self._monotonic() >= deadline:
                raise LineSlow("the printer stays busy")
            time.sleep(_LOOK_AGAIN_S)
