"""A line to an emulated printer within one thread, with a clock that only waiting moves.

It stands for the tty alone: driver and printer at its two ends are the real ones. So a
fault can be put at every row of paper and every byte, thousands of times in seconds.
"""

from collections.abc import Callable

from kiosk.devices.printer.emulator.mechanism import EmulatedPrinter
from kiosk.devices.printer.line import LineGone, LineSlow

SYSTEM_BYTES = 4096
"""What the system takes for a port before a writer has to wait."""
_READ_S = 1e-3
"""A byte takes its time on the line too: endless noise must not stop the clock."""
_STEP_S = 0.05


class MemoryLine:
    """`noise()` gives bytes that appear on the line besides what the printer says."""

    def __init__(self, printer: EmulatedPrinter, noise: Callable[[], bytes] | None = None) -> None:
        self.now_s = 1000.0
        self.printer = printer
        self.written = bytearray()
        """What has reached the printer."""
        self.before_byte: Callable[[int], None] | None = None
        """Called with the number of bytes that have arrived, before each byte arrives."""
        self.gone = False
        self.noise = noise
        self._strikes: list[tuple[int, Callable[[], None]]] = []
        self._incoming = bytearray()
        self._held = bytearray()
        """Taken by the system, not yet by the printer."""
        self._credit = 0.0
        """Bytes that a slow printer has had time for."""
        self._credited_s = self.now_s

    def strike(self, at: int, act: Callable[[], None]) -> None:
        """Have something happen, once, when so many bytes have arrived in all."""
        self._strikes = sorted([*self._strikes, (at, act)], key=lambda strike: strike[0])

    def calm(self) -> None:
        """Nothing more happens, and nothing but the printer is heard."""
        self._strikes.clear()
        self.noise = None

    def monotonic(self) -> float:
        return self.now_s

    def open(self) -> "MemoryLine":
        if self.gone:
            raise LineGone("no such port")
        return self

    def write(self, data: bytes, deadline: float) -> None:
        taken = 0
        while taken < len(data):
            if self.gone:
                raise LineGone("pulled out", taken)
            size = 1 if self.before_byte else SYSTEM_BYTES - len(self._held)
            part = data[taken : taken + max(0, min(size, SYSTEM_BYTES - len(self._held)))]
            self._held += part
            self._run()
            if self.gone:
                raise LineGone("pulled out", taken)
            taken += len(part)
            if not part:
                if self.now_s >= deadline:
                    raise LineSlow("the port takes no more bytes", taken)
                self.now_s = min(deadline, self.now_s + _STEP_S)

    def read_byte(self, deadline: float) -> int | None:
        if self.gone:
            raise LineGone("pulled out")
        self._run()
        if self.noise is not None and self.now_s < deadline:
            self._incoming += self.noise()
        while not self._incoming and self.now_s < deadline:
            slow = self.printer.condition.bytes_per_s is not None and self._held
            self.now_s = min(deadline, self.now_s + (_STEP_S if slow else deadline))
            self._run()
        rate = self.printer.condition.bytes_per_s
        takes_s = _READ_S if rate is None else 1 / rate
        if not self._incoming or (rate is not None and self.now_s + takes_s > deadline):
            self.now_s = max(self.now_s, deadline)
            return None
        byte = self._incoming[0]
        del self._incoming[0]
        self.now_s += takes_s
        return byte

    def discard_output(self) -> None:
        self._held.clear()

    def close(self) -> None:
        pass

    def _run(self) -> None:
        """Bytes reach the printer, and it does what it can."""
        while self._held and not self.gone:
            if self._strikes and self._strikes[0][0] <= len(self.written):
                self._strikes.pop(0)[1]()
                continue
            ready = min(len(self._held), self._room(), self._bearable())
            if self._strikes:
                ready = min(ready, self._strikes[0][0] - len(self.written))
            if ready <= 0:
                break
            if self.before_byte is not None:
                ready = 1
                self.before_byte(len(self.written))
                if self.gone or self.printer.condition.stuck:
                    break
            self.written += self._held[:ready]
            self._credit -= ready
            self.printer.receive(bytes(self._held[:ready]))
            del self._held[:ready]
            self.printer.work(self.now_s)
        self.printer.work(self.now_s)
        self._incoming += self.printer.answers()

    def _room(self) -> int:
        if self.printer.room <= 0:
            self.printer.work(self.now_s)
        return self.printer.room

    def _bearable(self) -> int:
        """Bytes that the printer has had time for; many if it is not slow."""
        rate = self.printer.condition.bytes_per_s
        if rate is None:
            self._credit = 0.0
        else:
            self._credit += (self.now_s - self._credited_s) * rate
        self._credited_s = self.now_s
        return SYSTEM_BYTES if rate is None else int(self._credit)
