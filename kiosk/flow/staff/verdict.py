"""Did it print? One answer from what was written down and what the service says; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.flow.staff.values.case import Case, Mark, Moment, Standing


class Answer(StrEnum):
    """What is said in large letters."""

    PRINTED = "printed"
    """The printer answered after the cut; the code lives."""
    RETRACTED = "retracted"
    """Printed, and drawn back into the kiosk: nobody took it."""
    NOT_PRINTED = "not_printed"
    """No byte reached the printer; the points are back or were never taken."""
    UNSURE = "unsure"
    """Bytes went out, no answer came: nobody can know from here."""
    USED = "used"
    """Somebody had it: it was used at a till."""
    RETURNED = "returned"
    """The points are back and the code is dead, whatever is on paper."""
    SETTLED = "settled"
    """This kiosk saw no paper, but the service counts it as issued: the code lives."""
    ELSEWHERE = "elsewhere"
    """Another kiosk's, which knows the rest: the code lives."""
    IN_HAND = "in_hand"
    EXPIRED = "expired"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Verdict:
    answer: Answer
    at: datetime | None = None
    """When: of the fence, of the use; None where it does not belong to the answer."""
    where: str = ""
    """USED: the store. ELSEWHERE: the kiosk."""


_PAPER = frozenset({Mark.PRINTED, Mark.REPRINTED})
_GONE = {
    Standing.EXPIRED: Answer.EXPIRED,
    Standing.VOIDED: Answer.VOIDED,
    Standing.IN_HAND: Answer.IN_HAND,
    Standing.UNCERTAIN: Answer.UNSURE,
}


def verdict(case: Case, history: Sequence[Moment] = ()) -> Verdict:
    """What can be said for certain, and nothing more."""
    if case.standing is Standing.USED:
        used = _last(history, frozenset({Mark.USED}))
        return Verdict(Answer.USED, case.used_at or used, case.used_where or "")
    if case.standing is Standing.RETURNED:
        touched = any(m.mark in {Mark.TO_PRINTER, Mark.UNSURE} | _PAPER for m in history)
        proven = _last(history, frozenset({Mark.NOT_PRINTED, Mark.REFUSED}))
        if proven is not None or (case.in_journal and case.here and history and not touched):
            return Verdict(Answer.NOT_PRINTED, proven)
        return Verdict(Answer.RETURNED, _last(history, frozenset({Mark.RETURNED, Mark.STAFF_VOID})))
    if case.standing in _GONE:
        return Verdict(_GONE[case.standing])
    return _issued(case, history)


def _issued(case: Case, history: Sequence[Moment]) -> Verdict:
    printed = _last(history, _PAPER)
    drawn_back = _last(history, frozenset({Mark.RETRACTED}))
    if drawn_back is not None and (printed is None or drawn_back >= printed):
        return Verdict(Answer.RETRACTED, drawn_back)
    if printed is not None:
        return Verdict(Answer.PRINTED, printed)
    if case.in_journal:
        return Verdict(Answer.SETTLED)
    return Verdict(Answer.ELSEWHERE, where=case.device_no)


def _last(history: Sequence[Moment], marks: frozenset[Mark]) -> datetime | None:
    return next((m.at for m in reversed(history) if m.mark in marks), None)
