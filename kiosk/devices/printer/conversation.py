"""Questions to the printer and answers from it, on a line that may also carry garbage."""

import time

from kiosk.devices.ports import PrinterStatus
from kiosk.devices.printer.answer import (
    ASB_FOLLOWING,
    ASB_FOLLOWING_FIXED,
    QUESTIONS,
    Kind,
    StatusBytes,
    kind_of,
)
from kiosk.devices.printer.line import Line, Monotonic
from kiosk.devices.printer.page import FENCE

_DLE_EOT = b"\x10\x04"
_ANSWER_S = 0.4
"""A status byte takes some milliseconds; this long without one is silence."""
_QUIET_S = 0.02
"""Garbage has ended when nothing came for this long (200 byte times at 115200)."""
_REST_OF_FRAME_S = 0.05
_MOST_DRAINED = 4096
"""Bytes read at one go: a line that never falls silent must not hold the thread."""


class Conversation:
    """One question open at a time; every byte that fits no question is counted, never believed.

    Fence answers (GS r) come when their turn has come, also between two status bytes;
    those that are owed are kept in `fences` until `forget` is called.
    """

    def __init__(self, line: Line, monotonic: Monotonic = time.monotonic) -> None:
        self._line = line
        self._monotonic = monotonic
        self.garbage = 0
        """Bytes since the start that no answer of ours begins with."""
        self.fences: list[int] = []
        self.owed = 0
        """Fences asked for whose answer has not come."""

    def status(self, deadline: float, questions: tuple[int, ...] = QUESTIONS) -> PrinterStatus:
        """What the printer says of itself; UNKNOWN facts where it said nothing in time.

        Only a round of answers without a foreign byte in between counts.

        Raises:
            LineGone
        """
        best = StatusBytes({})
        while True:
            self.drain()
            garbage = self.garbage
            answers: dict[int, int | None] = {}
            for question in questions:
                answers[question] = self._ask(question, deadline)
                if answers[question] is None:
                    break
            extra = self.drain()
            complete = None not in answers.values()
            if self.garbage == garbage and not extra:
                if complete:
                    return StatusBytes(answers).facts()
                best = StatusBytes(answers)
            if self._monotonic() >= deadline:
                return best.facts()

    def ask_fence(self, deadline: float) -> None:
        """Send GS r; its answer will come after everything sent before is on paper.

        Raises:
            LineGone, LineSlow
        """
        self._line.write(FENCE, deadline)
        self.owed += 1

    def await_fence(self, deadline: float) -> int | None:
        """The next fence answer, or None when the deadline passes first.

        Raises:
            LineGone
        """
        while not self.fences:
            if self._next_kind(deadline) is None or self._monotonic() >= deadline:
                break
        return self.fences.pop(0) if self.fences else None

    def forget(self) -> None:
        """Drop the fence answers of what was before."""
        self.fences.clear()

    def drain(self) -> int:
        """Read what came unasked; the number of bytes that were no fence and no ASB."""
        foreign = 0
        for _ in range(_MOST_DRAINED):
            kind = self._next_kind(self._monotonic())
            if kind is None:
                break
            foreign += kind in (Kind.STATUS, Kind.GARBAGE)
        return foreign

    def quiet(self, seconds: float, deadline: float) -> None:
        """Read until nothing has come for so long, at most until the deadline."""
        while self._monotonic() < deadline:
            if self._next_kind(min(deadline, self._monotonic() + seconds)) is None:
                return

    def _ask(self, question: int, deadline: float) -> int | None:
        """The status byte for DLE EOT n, or None."""
        self._line.write(_DLE_EOT + bytes((question,)), deadline)
        patience = min(deadline, self._monotonic() + _ANSWER_S)
        while True:
            byte = self._line.read_byte(patience)
            if byte is None:
                return None
            kind = self._classify(byte)
            if kind is Kind.STATUS:
                return byte
            if kind is Kind.GARBAGE or self._monotonic() >= patience:
                self.quiet(_QUIET_S, patience)
                return None

    def _next_kind(self, deadline: float) -> Kind | None:
        byte = self._line.read_byte(deadline)
        return None if byte is None else self._classify(byte)

    def _classify(self, byte: int) -> Kind:
        """Take one byte, and the rest of its frame, for what it is."""
        kind = kind_of(byte)
        if kind is Kind.FENCE:
            if self.owed:
                self.fences.append(byte)
                self.owed -= 1
            else:
                kind = Kind.GARBAGE
        elif kind is Kind.ASB and not self._rest_of_frame():
            kind = Kind.GARBAGE
        if kind is Kind.GARBAGE:
            self.garbage += 1
        return kind

    def _rest_of_frame(self) -> bool:
        """Whether three more bytes came that an ASB frame may have."""
        for _ in range(ASB_FOLLOWING):
            byte = self._line.read_byte(self._monotonic() + _REST_OF_FRAME_S)
            if byte is None or byte & ASB_FOLLOWING_FIXED:
                return False
        return True
