"""What staff do about redemptions: each step one transaction, with who and why.

Nothing here moves on a promise: a reprint, 券已取 and 作废退分 are asked for, written down,
and take effect once the service has acknowledged them.
"""

from uuid import UUID

from kiosk.journal import call
from kiosk.journal.entry import By, Call, Entry, Verb
from kiosk.journal.error import MoveRefused
from kiosk.journal.outbox import Payload
from kiosk.journal.paper_book import PaperBook
from kiosk.journal.row import PAPER, STAFF
from kiosk.journal.state import JournalState
from wire.api.devices import EventType
from wire.api.redemptions import (
    CaptureRequest,
    PrintResult,
    ReleaseReason,
    ReleaseRequest,
    ReprintReason,
    ReprintRequest,
)

S = JournalState
STAFF_REASONS = frozenset({ReleaseReason.STAFF_NOT_PRINTED, ReleaseReason.STAFF_TORN})


class StaffBook(PaperBook):
    """Staff's calls. Each raises MoveRefused where the redemption stands elsewhere."""

    def staff_reprint_asked(self, redemption: UUID, by: By, reason: ReprintReason) -> Call:
        """The same code once more: of an UNCERTAIN one or one that is CLOSED as issued, of this
        kiosk or another (which enters as UNCERTAIN); the call to make, without its token.
        """
        with self._transaction():
            entry = self._entered(redemption, {S.UNCERTAIN, S.CAPTURED, S.CLOSED})
            words = f"reprint {entry.copy + 1} asked for, {reason}, {by.text}"
            self._remark(redemption, entry.state, words)
            request = ReprintRequest(reason=reason)
            return call.again(self._db, redemption, Verb.REPRINT, request, by)

    def staff_confirm_asked(self, redemption: UUID, by: By) -> Call:
        """券已取: the call to make (a capture), without its token. It stays UNCERTAIN."""
        with self._transaction():
            entry = self._entered(redemption, {S.UNCERTAIN})
            self._remark(redemption, entry.state, f"said to be taken, {by.text}")
            before = call.find(self._db, redemption, Verb.CONFIRM)
            at = self._time.best()
            if before is not None and before.by and before.by.staff_ref == by.staff_ref:
                at = call.printed_at(before)  # the same person says the same: the same body
            request = CaptureRequest(print_result=PrintResult.OK, printed_at=at)
            return call.again(self._db, redemption, Verb.CONFIRM, request, by)

    def staff_confirmed(self, redemption: UUID, by: By) -> None:
        """UNCERTAIN -> PRINTED -> CAPTURED -> CLOSED: the service has acknowledged it."""
        with self._transaction():
            call.acknowledge(self._db, redemption, Verb.CONFIRM)
            self._move(redemption, S.PRINTED, f"taken, {by.text}", {S.UNCERTAIN})
            self._move(redemption, S.CAPTURED, "capture acknowledged")
            self._move(redemption, S.CLOSED, "confirmed by staff")

    def staff_void_asked(self, redemption: UUID, by: By, reason: ReleaseReason) -> Call:
        """作废退分: the call to make (a release), without its token. It stays UNCERTAIN.

        Raises:
            ValueError: offline, or a reason that is not for staff.
        """
        if by.login is None or reason not in STAFF_REASONS:
            raise ValueError("points go back by somebody who is logged in, with a reason")
        with self._transaction():
            entry = self._entered(redemption, {S.UNCERTAIN})
            words = f"to be voided, points back, {reason}, {by.text}"
            self._remark(redemption, entry.state, words)
            request = ReleaseRequest(reason=reason)
            return call.again(self._db, redemption, Verb.VOID, request, by)

    def staff_voided(self, redemption: UUID, by: By) -> None:
        """UNCERTAIN -> RELEASED: the code is dead and the points are back."""
        with self._transaction():
            call.acknowledge(self._db, redemption, Verb.VOID)
            self._move(redemption, S.RELEASED, f"voided, {by.text}", {S.UNCERTAIN})

    def staff_refused(self, redemption: UUID, verb: Verb, code: str) -> None:
        """The service said no to CONFIRM or VOID: it stands as before."""
        with self._transaction():
            call.acknowledge(self._db, redemption, verb)
            self._not_granted(redemption, f"{verb} refused: {code}")

    def staff_acted(self, kind: EventType, by: By, payload: Payload | None = None) -> None:
        """Something that staff did which moves no redemption: a row of the chain and an event."""
        with self._transaction():
            words = ", ".join(f"{name} {value}" for name, value in (payload or {}).items())
            self._row(STAFF + by.staff_ref, kind.name, ", ".join(filter(None, [words, by.text])))
            self._tell(kind, None, {**(payload or {}), **by.payload})

    def noted(
        self, redemption: UUID, words: str, kind: EventType, payload: Payload | None = None
    ) -> None:
        """Something about a redemption that moves nothing (drawn back from the slot, say)."""
        with self._transaction():
            self._remark(redemption, self._entry(redemption).state, words)
            self._tell(kind, redemption, payload or {})

    def slot_told(self, redemption: UUID | None, what: str) -> None:
        """What became of a voucher in the slot: "taken", "retracted" or "left standing".

        Of the last two the service hears as well.
        """
        with self._transaction():
            if redemption is not None:
                self._remark(redemption, self._entry(redemption).state, f"slot: {what}")
            else:
                self._row(PAPER, "SLOT", f"slot: {what}")
            if what != "taken":
                payload: Payload = {"retracted": what == "retracted"}
                self._tell(EventType.NOT_TAKEN, redemption, payload)

    # --- Inside a transaction ------------------------------------------------------------

    def _entered(self, redemption: UUID, standing: set[JournalState]) -> Entry:
        """A redemption that stands so; another kiosk's enters this journal as UNCERTAIN.

        Another kiosk's that was CLOSED here is open again: what ended for us then (a passing
        refusal, paper elsewhere) may be otherwise now, and the service decides.
        """
        entry = self._find(redemption)
        if entry is None:
            self._insert(redemption, S.UNCERTAIN, ours=False)
        elif entry.state is S.CLOSED and not entry.ours:
            self._move(redemption, S.UNCERTAIN, "not ours, asked for again", {S.CLOSED})
        entry = self._entry(redemption)
        if entry.state not in standing:
            raise MoveRefused(f"redemption {redemption} is {entry.state}")
        return entry

    def _not_granted(self, redemption: UUID, words: str) -> None:
        """It stays as it is; one that never was this kiosk's to print -> CLOSED."""
        entry = self._entry(redemption)
        if entry.ours or entry.copy > 0 or entry.state is not S.UNCERTAIN:
            self._remark(redemption, entry.state, words)
        else:
            self._move(redemption, S.CLOSED, f"not ours, {words}")
