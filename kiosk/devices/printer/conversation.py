"""Questions to the printer and answers from it, on a line that may also carry garbage."""

import time

from kiosk.devices.ports import Fact, PrinterStatus
from kiosk.devices.printer.answer import (
    ASB_FOLLOWING,
    ASB_FOLLOWING_FIXED,
    PROBES,
    Kind,
    StatusBytes,
    asb_facts,
    fence_of,
    kind_of,
)
from kiosk.devices.printer.line import Line, LineError, Monotonic
from kiosk.devices.printer.profile import Presenter, PrinterProfile

DLE_EOT = b"\x10\x04"
_ANSWER_S = 0.4
"""A status byte takes some milliseconds; this long without one is silence."""
_IN_TURN_S = 2.0
"""An answer in turn comes when the printer is through with what was sent before it."""
_QUIET_S = 0.02
"""Garbage has ended when nothing came for this long (200 byte times at 115200)."""
_LATE_S = 0.3
"""Answers to questions that were given up come one after the other, no further apart."""
_REST_OF_FRAME_S = 0.05
_MOST_DRAINED = 4096
"""Bytes read at one go: a line that never falls silent must not hold the thread."""


class Conversation:
    """One question open at a time; every byte that fits no question is counted, never believed.

    Fence answers come when their turn has come, also between two status bytes; those that
    are owed are kept in `fences` until `forget` is called. Automatic status frames are read
    wherever they come; one that tells a fault raises `alarm`.
    """

    def __init__(
        self,
        line: Line,
        profile: PrinterProfile,
        monotonic: Monotonic = time.monotonic,
        bytes_per_s: float | None = None,
    ) -> None:
        """Nothing is sent yet.

        Args:
            line: where the printer is.
            profile: what it understands and answers.
            monotonic: the clock of all deadlines.
            bytes_per_s: how fast the line carries bytes, when that matters for how long an
                answer may take: what was written before the question has to get there first.
        """
        self._line = line
        self._profile = profile
        self._monotonic = monotonic
        self._s_per_byte = 1 / bytes_per_s if bytes_per_s else 0.0
        self._line_free_at = 0.0
        self.fence = fence_of(profile)
        self.garbage = 0
        """Bytes since the start that no answer of ours begins with."""
        self.fences: list[int] = []
        self.owed = 0
        """Fences asked for whose answer has not come."""
        self.alarm: PrinterStatus | None = None
        """The fault that it told unasked since its status was last asked in full."""
        self._probed_for: int | None = None
        self._turn = 0
        self._doubtful = False

    def write(self, data: bytes, deadline: float) -> None:
        """Give all bytes to the line.

        Raises:
            LineGone, LineSlow: `written` says how many were taken.
        """
        began, taken = self._monotonic(), len(data)
        try:
            self._line.write(data, deadline)
        except LineError as error:
            taken = error.written
            raise
        finally:
            self._line_free_at = max(began, self._line_free_at) + taken * self._s_per_byte

    # --- How the printer is ----------------------------------------------------------------

    def status(self, deadline: float, questions: tuple[int, ...] | None = None) -> PrinterStatus:
        """What the printer says of itself; UNKNOWN facts where it said nothing in time.

        Only a round of answers without a foreign byte in between counts. A model without
        DLE EOT is asked in turn, whatever the `questions`.

        Raises:
            LineGone, LineSlow
        """
        if not self._profile.dle_eot:
            return self._status_in_turn(deadline)
        told_before = self.alarm
        if questions is None:
            questions, self.alarm = self._profile.dle_eot, None
        best = self._facts({})
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
                    return self._facts(answers)
                best = self._facts(answers)
            if self._monotonic() >= deadline:
                self.alarm = self.alarm or told_before  # nothing has taken it back
                return best

    def _facts(self, answers: dict[int, int | None]) -> PrinterStatus:
        profile = self._profile
        return StatusBytes(answers, profile.dle_eot, profile.cover == "switch").facts()

    def _status_in_turn(self, deadline: float) -> PrinterStatus:
        """What the answer to the fence's question says, when its turn has come."""
        while True:
            self.drain()
            self.forget()
            garbage = self.garbage
            self.ask_fence(deadline)
            patience = self._patience(_IN_TURN_S, deadline)
            while self.owed and self._next_kind(patience) is not None:
                pass
            if not self.owed and not self.drain() and self.garbage == garbage:
                return self.fence.facts(self.fences.pop())
            if self.fences and self.owed:
                # Some of the answers that are owed were lost, with the printer's power say.
                self.quiet(_LATE_S, deadline)
                self.owed = 0
            elif not self.fences or self._monotonic() >= deadline:
                return PrinterStatus()

    # --- Between two bands -----------------------------------------------------------------

    def probe(self, deadline: float) -> None:
        """Ask one thing and go on; `probed` reads the answer, so that the line is never idle.

        Raises:
            LineGone, LineSlow
        """
        self._doubtful = bool(self.drain())
        if not self._profile.dle_eot:
            self.ask_fence(deadline)
            return
        self._turn = (self._turn + 1) % len(PROBES)
        self._probed_for = PROBES[self._turn]
        self.write(DLE_EOT + bytes((self._probed_for,)), deadline)

    def probed(self, deadline: float) -> PrinterStatus | None:
        """What is amiss by the answer to the last probe; None when nothing is, or none is open.

        Without a fault in it: there was no answer, or garbage with it.

        Raises:
            LineGone
        """
        if not self._profile.dle_eot:
            return self._probed_in_turn(deadline)
        if self._probed_for is None:
            return self.alarm
        question, self._probed_for = self._probed_for, None
        garbage = self.garbage
        byte = self._status_byte(self._patience(_ANSWER_S, deadline))
        if byte is None or self._doubtful or self.garbage != garbage:
            return PrinterStatus()
        facts = self._facts({question: byte})
        return facts if Fact.FAULT in (facts.online, facts.paper) else self.alarm

    def _probed_in_turn(self, deadline: float) -> PrinterStatus | None:
        if not self.owed and not self.fences:
            return None
        garbage = self.garbage
        patience = self._patience(_IN_TURN_S, deadline)
        while self.owed and self._next_kind(patience) is not None:
            pass
        if self.owed or self._doubtful or self.garbage != garbage:
            return PrinterStatus()
        facts = self.fence.facts(self.fences.pop())
        self.forget()
        return facts if facts.online is Fact.FAULT else None

    # --- The fence -------------------------------------------------------------------------

    def ask_fence(self, deadline: float) -> None:
        """Ask what is answered after everything sent before is on paper.

        Raises:
            LineGone, LineSlow
        """
        self.write(self.fence.question, deadline)
        self.owed += 1

    def await_fence(self, deadline: float) -> int | None:
        """The next fence answer, or None when the deadline passes first or `alarm` is raised.

        Raises:
            LineGone
        """
        while not self.fences:
            if self.alarm or self._next_kind(deadline) is None or self._monotonic() >= deadline:
                break
        return self.fences.pop(0) if self.fences else None

    def knock(self, silent_s: float, prompt_s: float, deadline: float) -> int | None:
        """The fence answer of a printer that has nothing else to do: at once, and alone.

        Args:
            silent_s: so long nothing may come unasked.
            prompt_s: so soon the answer must be there.

        Raises:
            LineGone, LineSlow
        """
        if self._next_kind(min(deadline, self._monotonic() + silent_s)) is not None:
            return None
        self.ask_fence(deadline)
        answer = self.await_fence(self._patience(prompt_s, deadline))
        return None if self.drain() or self.fences or self.owed else answer

    def forget(self) -> None:
        """Drop the fence answers of what was before."""
        self.fences.clear()

    # --- The presenter ---------------------------------------------------------------------

    def presenter(self, presenter: Presenter, deadline: float) -> int | None:
        """The presenter's status byte, when two answers in a row are equal and alone.

        Raises:
            LineGone, LineSlow
        """
        first = self._ask_presenter(presenter, deadline)
        if first is None or first != self._ask_presenter(presenter, deadline):
            return None
        return first

    def _ask_presenter(self, presenter: Presenter, deadline: float) -> int | None:
        self.drain()
        self.write(presenter.ask, deadline)
        patience = self._patience(_ANSWER_S, deadline)
        while True:
            byte = self._line.read_byte(patience)
            if byte is None:
                return None
            if self._profile.asb and kind_of(byte) is Kind.ASB:
                self._classify(byte)
                continue
            return None if byte & presenter.never or self.drain() else byte

    # --- Bytes -----------------------------------------------------------------------------

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

    def _patience(self, seconds: float, deadline: float) -> float:
        """Until when an answer may come: what was written first has to get there."""
        return min(deadline, max(self._monotonic(), self._line_free_at) + seconds)

    def _ask(self, question: int, deadline: float) -> int | None:
        """The status byte for DLE EOT n, or None."""
        self.write(DLE_EOT + bytes((question,)), deadline)
        return self._status_byte(self._patience(_ANSWER_S, deadline))

    def _status_byte(self, patience: float) -> int | None:
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
        kind = kind_of(byte, self.fence)
        if kind is Kind.FENCE:
            if self.owed:
                self.fences.append(byte)
                self.owed -= 1
            else:
                kind = Kind.GARBAGE
        elif kind is Kind.ASB and not self._rest_of_frame(byte):
            kind = Kind.GARBAGE
        if kind is Kind.GARBAGE:
            self.garbage += 1
        return kind

    def _rest_of_frame(self, first: int) -> bool:
        """Whether three more bytes came that an ASB frame may have."""
        frame = bytearray((first,))
        for _ in range(ASB_FOLLOWING):
            byte = self._line.read_byte(self._monotonic() + _REST_OF_FRAME_S)
            if byte is None or byte & ASB_FOLLOWING_FIXED:
                return False
            frame.append(byte)
        facts = asb_facts(bytes(frame))
        # Only a model that has such frames is believed: noise that looks like one would
        # raise an alarm that nothing ever takes back.
        told = (facts.paper, facts.cover, facts.mechanism, facts.online)
        if self._profile.asb and Fact.FAULT in told:
            self.alarm = facts
        return True
