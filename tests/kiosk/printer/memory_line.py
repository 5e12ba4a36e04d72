"""A line to an emulated printer within one thread, with a clock that only waiting moves.

It stands for the tty alone: driver and printer at its two ends are the real ones. So a
fault can be put at every row of paper and every byte, thousands of times in seconds.
"""

from collections.abc import Callable

from kiosk.devices.printer.emulator.mechanism import EmulatedPrinter
from kiosk.devices.printer.line import LineGone


class MemoryLine:
    """`noise(now)` gives bytes that appear on the line besides what the printer says."""

    def __init__(self, printer: EmulatedPrinter, noise: Callable[[], bytes] | None = None) -> None:
        self.now_s = 1000.0
        self.printer = printer
        self.written = bytearray()
        self.before_byte: Callable[[int], None] | None = None
        """Called with the number of bytes written before each byte arrives."""
        self.gone = False
        self._noise = noise
        self._incoming = bytearray()

    def monotonic(self) -> float:
        return self.now_s

    def open(self) -> "MemoryLine":
        if self.gone:
            raise LineGone("no such port")
        return self

    def write(self, data: bytes, deadline: float) -> None:
        step = 1 if self.before_byte is not None else max(1, len(data))
        for count in range(0, len(data), step):
            if self.before_byte is not None:
                self.before_byte(len(self.written))
            if self.gone:
                raise LineGone("pulled out", count)
            self.written += data[count : count + step]
            self.printer.receive(data[count : count + step])
        self._run()

    def read_byte(self, deadline: float) -> int | None:
        if self.gone:
            raise LineGone("pulled out")
        self._run()
        if self._noise is not None and deadline > self.now_s:
            self._incoming += self._noise()
        if self._incoming:
            byte = self._incoming[0]
            del self._incoming[0]
            # A byte takes its time on the line too: endless noise must not stop the clock.
            self.now_s += 1e-3
            return byte
        self.now_s = max(self.now_s, deadline)
        return None

    def discard_output(self) -> None:
        pass

    def close(self) -> None:
        pass

    def _run(self) -> None:
        self.printer.work(self.now_s)
        self._incoming += self.printer.answers()
