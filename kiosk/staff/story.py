"""Rows of the journal's chain as moments of one voucher's story.

The states say most; the fixed forms of reasons (`kiosk.journal.staff_book`, `reprint`, `slot`)
say the rest. A reason that is not known here is told as a note, never left out.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from kiosk.flow.staff.values.case import COPIES_MAX, Mark, Moment
from kiosk.journal.row import JournalRow
from kiosk.journal.state import JournalState
from wire.api.redemptions import State

S = JournalState
_STATES = {
    S.INTENT: Mark.ASKED,
    S.RESERVED: Mark.HELD,
    S.ARMED: Mark.ALLOWED,
    S.PRINTING: Mark.TO_PRINTER,
    S.PRINTED: Mark.PRINTED,
    S.CAPTURED: Mark.CAPTURED,
    S.UNCERTAIN: Mark.UNSURE,
    S.RELEASE_PENDING: Mark.NOT_PRINTED,
    S.RELEASED: Mark.RETURNED,
    S.CLOSED: Mark.OVER,
}
"""What an arrow into this state means, unless its reason says more."""
_REASONS: tuple[tuple[re.Pattern[str], Mark], ...] = tuple(
    (re.compile(pattern), mark)
    for pattern, mark in (
        (r"on paper again", Mark.REPRINTED),
        (r"on paper: reprint", Mark.REPRINTED),
        (r"reprint \d+ asked for", Mark.REPRINT_ASKED),
        (r"reprint \d+ begun", Mark.REPRINT_BEGUN),
        (r"(not ours, )?reprint refused", Mark.REPRINT_REFUSED),
        (r"said to be taken", Mark.STAFF_TAKEN_ASKED),
        (r"taken, by", Mark.STAFF_TAKEN),
        (r"to be voided", Mark.STAFF_VOID_ASKED),
        (r"voided, by", Mark.STAFF_VOID),
        (r"(not ours, )?(confirm|void) refused", Mark.STAFF_REFUSED),
        (r"slot: taken", Mark.TAKEN),
        (r"slot: left standing", Mark.NOT_TAKEN),
        (r"slot: retracted", Mark.RETRACTED),
        (r"refused: ", Mark.REFUSED),
        (r"not ours, asked for again", Mark.ENTERED),
        (rf"{State.USED} at the service", Mark.USED),
    )
)
_FAILED = re.compile(r"printer lost|nothing printed|cannot be drawn|interrupted")
"""How a reprint ends that came to no fence; of a first print the state says it."""
_SILENT = frozenset({"known to be uncertain"})
"""Remarks between kiosk and service that mean nothing to anybody who asks about paper."""
_ISSUED = f"{State.ISSUED} at the service"
_MM = re.compile(r"(\d+) mm")
_COPY = re.compile(r"reprint (\d+)")
_BY = re.compile(r"by ([0-9a-f]{12})")


def moments(rows: Sequence[JournalRow]) -> tuple[Moment, ...]:
    """The story of one redemption, oldest first."""
    told = []
    before: str | None = None
    for row in rows:
        if row.reason not in _SILENT:
            told.append(_moment(row, before))
        before = row.state
    return tuple(told)


def _moment(row: JournalRow, before: str | None) -> Moment:
    mark = _mark(row, before)
    by = _BY.search(row.reason)
    return Moment(mark, datetime.fromisoformat(row.wall), _detail(row, mark), by[1] if by else "")


def _mark(row: JournalRow, before: str | None) -> Mark:
    for pattern, mark in _REASONS:
        if pattern.match(row.reason):
            return mark
    if row.state != before:
        if row.state == S.UNCERTAIN and before is None:
            return Mark.ENTERED
        if row.state == S.CLOSED and before == S.UNCERTAIN and row.reason == _ISSUED:
            return Mark.SETTLED
        return _STATES[S(row.state)]
    return Mark.REPRINT_FAILED if _FAILED.match(row.reason) else Mark.NOTE


def _detail(row: JournalRow, mark: Mark) -> str:
    """The figure that belongs to it: paper, or which copy."""
    if mark in (Mark.PRINTED, Mark.REPRINTED) and (paper := _MM.search(row.reason)):
        return f"{paper[1]} mm"
    if mark is Mark.REPRINT_BEGUN and (copy := _COPY.search(row.reason)):
        return f"{copy[1]}/{COPIES_MAX}"
    if mark in (Mark.STAFF_REFUSED, Mark.REPRINT_REFUSED, Mark.REFUSED):
        return row.reason.rpartition(": ")[2]
    return ""
