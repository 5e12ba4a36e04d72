"""The last words between kiosk and printer, for whoever looks for a fault: questions, answers."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from kiosk.devices.printer.line import Line

QUESTION_BYTES = 8
"""What is written in longer pieces is a picture, no question."""
KEPT = 40


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question, and the bytes that came before the next one."""

    at_s: float
    """Of the kiosk's clock."""
    asked: bytes
    """b"": the bytes came unasked."""
    answered: bytes = b""

    @property
    def text(self) -> str:
        """`10 04 01 > 12`; a question that nothing followed ends in `>`."""
        return f"{self.asked.hex(' ')} > {self.answered.hex(' ')}".strip().upper()


@dataclass
class Heard:
    """Keeps the newest exchanges. Written on the printer's thread, read anywhere.

    Args:
        now_s: the kiosk's clock.
    """

    now_s: Callable[[], float]
    _kept: "deque[Exchange]" = field(default_factory=lambda: deque(maxlen=KEPT))
    _lock: Lock = field(default_factory=Lock)

    def asked(self, data: bytes) -> None:
        with self._lock:
            self._kept.append(Exchange(self.now_s(), data))

    def answered(self, byte: int) -> None:
        with self._lock:
            last = self._kept.pop() if self._kept else Exchange(self.now_s(), b"")
            whole = (last.answered + bytes((byte,)))[-QUESTION_BYTES:]
            self._kept.append(Exchange(last.at_s, last.asked, whole))

    def exchanges(self) -> tuple[Exchange, ...]:
        """Oldest first."""
        with self._lock:
            return tuple(self._kept)


class HeardLine:
    """The line itself, and a pen that writes along."""

    def __init__(self, line: Line, heard: Heard) -> None:
        self._line = line
        self._heard = heard

    def write(self, data: bytes, deadline: float) -> None:
        if len(data) <= QUESTION_BYTES:
            self._heard.asked(data)
        self._line.write(data, deadline)

    def read_byte(self, deadline: float) -> int | None:
        byte = self._line.read_byte(deadline)
        if byte is not None:
            self._heard.answered(byte)
        return byte

    def discard_output(self) -> None:
        self._line.discard_output()

    def close(self) -> None:
        self._line.close()
