"""The arrows of the state machine, each one transaction. Used on the journal's thread only."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from kiosk.journal import call, outbox
from kiosk.journal.entry import Call, Entry, Verb
from kiosk.journal.error import JournalBusy, MoveRefused
from kiosk.journal.outbox import Payload
from kiosk.journal.roll import Proof, Use, UseKind
from kiosk.journal.rows import ASK_OPEN, SEQ_FLOOR
from kiosk.journal.staff_book import StaffBook
from kiosk.journal.state import IN_HAND, JournalState
from wire.api.devices import Event, EventType
from wire.api.redemptions import (
    CaptureRequest,
    PrintingRequest,
    PrintResult,
    Redemption,
    ReleaseReason,
    ReleaseRequest,
    ReprintRequest,
    State,
)

S = JournalState


class Book(StaffBook):
    """One journal: every method that writes is one commit, on disk when it returns.

    Each raises MoveRefused for an arrow that is not in the table, and sqlite3.Error when
    the disk or the file fails, which `Journal` makes a JournalBroken.
    """

    def close(self) -> None:
        self._db.close()

    # --- One redemption, in order --------------------------------------------------------

    def begin(self, redemption: UUID, item: UUID, points: int) -> Entry:
        """DRAFT -> INTENT: the service is about to be asked.

        Raises:
            JournalBusy: another redemption is in hand.
        """
        with self._transaction():
            busy = self._in(IN_HAND)
            if busy:
                raise JournalBusy(f"redemption {busy[0].id} stands at {busy[0].state}")
            self._insert(redemption, S.INTENT, ours=True, item=item, points=points)
            self._remark(redemption, S.INTENT, "confirmed by the shopper")
            return self._entry(redemption)

    def reserved(self, redemption: UUID, tail: str) -> Call:
        """INTENT -> RESERVED; the /printing call that comes next."""
        with self._transaction():
            self._move(redemption, S.RESERVED, "points are held")
            self._set(redemption, "tail", tail)
            request = PrintingRequest(at=self._time.best())
            return call.write(self._db, redemption, Verb.PRINTING, request)

    def refused(self, redemption: UUID, code: str) -> None:
        """INTENT -> RELEASED: the service said no before it held anything."""
        with self._transaction():
            self._move(redemption, S.RELEASED, f"refused: {code}", {S.INTENT})

    def armed(self, redemption: UUID) -> None:
        """RESERVED -> ARMED: the service has acknowledged /printing."""
        with self._transaction():
            call.acknowledge(self._db, redemption, Verb.PRINTING)
            self._move(redemption, S.ARMED, "printing acknowledged")

    def printing(self, redemption: UUID) -> None:
        """ARMED -> PRINTING: the next thing that happens is the first byte."""
        with self._transaction():
            self._move(redemption, S.PRINTING, "given to the printer")

    def printed(self, redemption: UUID, paper_mm: int) -> Call | None:
        """PRINTING or UNCERTAIN (a reprint) -> PRINTED; the capture that must reach the service.

        A reprint of one that is settled leaves it where it is: there is nothing to capture.
        """
        with self._transaction():
            entry = self._entry(redemption)
            if entry.reprinting:
                self._tell_reprint(entry, paper_mm)
            else:
                self._tell(EventType.PRINTED, redemption, {"paper_mm": paper_mm})
            kind = UseKind.REPRINT if entry.reprinting else UseKind.VOUCHER
            self._set(redemption, "reprinting", 0)
            if entry.reprinting and entry.state is not S.UNCERTAIN:
                self._remark(redemption, entry.state, "on paper again", Use(kind, paper_mm))
                return None
            self._move(redemption, S.PRINTED, "on paper", paper=Use(kind, paper_mm))
            request = CaptureRequest(
                print_result=PrintResult.OK, paper_mm=paper_mm, printed_at=self._time.best()
            )
            # Another kiosk's that comes here again is captured again: a call per paper.
            return call.write(self._db, redemption, Verb.CAPTURE_OK, request, entry.copy)

    def uncertain(
        self, redemption: UUID, reason: str, paper_mm: int = 0, proof: Proof = Proof.LOST
    ) -> Call:
        """ARMED or PRINTING -> UNCERTAIN; the capture (unknown) that must reach the service.

        Args:
            paper_mm: the most that may have come out.
        """
        with self._transaction():
            use = Use(UseKind.VOUCHER, paper_mm, proof)
            self._move(redemption, S.UNCERTAIN, reason, {S.ARMED, S.PRINTING}, use)
            self._tell(EventType.UNCERTAIN, redemption, {"reason": reason})
            return self._capture_unknown(redemption)

    def release_pending(self, redemption: UUID, reason: ReleaseReason) -> Call:
        """-> RELEASE_PENDING: nothing is on paper; the release that must reach the service."""
        with self._transaction():
            self._move(redemption, S.RELEASE_PENDING, reason)
            request = ReleaseRequest(reason=reason)
            return call.write(self._db, redemption, Verb.RELEASE, request)

    # --- What the service says -----------------------------------------------------------

    def captured(self, redemption: UUID, reason: str = "capture acknowledged") -> None:
        """PRINTED -> CAPTURED."""
        with self._transaction():
            call.acknowledge(self._db, redemption, Verb.CAPTURE_OK)
            self._move(redemption, S.CAPTURED, reason)

    def closed(self, redemption: UUID, reason: str) -> None:
        """CAPTURED, UNCERTAIN or RELEASE_PENDING -> CLOSED."""
        with self._transaction():
            self._move(redemption, S.CLOSED, reason)

    def released(self, redemption: UUID, reason: str) -> None:
        """-> RELEASED: the points are back."""
        with self._transaction():
            call.acknowledge(self._db, redemption, Verb.RELEASE)
            heard = {S.RELEASE_PENDING, S.UNCERTAIN, S.PRINTED}
            self._move(redemption, S.RELEASED, reason, heard)

    def release_refused(self, redemption: UUID) -> None:
        """RELEASE_PENDING -> UNCERTAIN: the service had given up waiting for us."""
        with self._transaction():
            call.acknowledge(self._db, redemption, Verb.RELEASE)
            why = "release refused: uncertain there"
            self._move(redemption, S.UNCERTAIN, why, {S.RELEASE_PENDING})

    def uncertain_known(self, redemption: UUID) -> None:
        """The service has acknowledged that this one is UNCERTAIN; it stays so."""
        with self._transaction():
            call.acknowledge(self._db, redemption, Verb.CAPTURE_UNKNOWN)
            self._remark(redemption, self._entry(redemption).state, "known to be uncertain")

    # --- The same code once more ---------------------------------------------------------

    def reprint_asked(self, redemption: UUID, session: UUID) -> Call:
        """A reprint of this one, or of another kiosk's (enters as UNCERTAIN); the call to make.

        Raises:
            MoveRefused: it does not stand at UNCERTAIN.
        """
        with self._transaction():
            entry = self._entered(redemption, {S.UNCERTAIN})
            self._remark(redemption, entry.state, f"reprint {entry.copy + 1} asked for")
            return call.again(self._db, redemption, Verb.REPRINT, ReprintRequest(session=session))

    def reprint_refused(self, redemption: UUID, code: str) -> None:
        """It stays as it is; one that never was this kiosk's to print -> CLOSED."""
        with self._transaction():
            call.acknowledge(self._db, redemption, Verb.REPRINT)
            self._not_granted(redemption, f"reprint refused: {code}")

    def reprint_begun(self, redemption: UUID, copy: int, tail: str) -> None:
        """Granted; the next thing that happens is the first byte.

        Raises:
            MoveRefused: it was settled while a shopper's reprint was asked for.
        """
        with self._transaction():
            entry = self._entry(redemption)
            asked = call.find(self._db, redemption, Verb.REPRINT)
            by = None if asked is None else asked.by
            may = {S.UNCERTAIN} if by is None else {S.UNCERTAIN, S.CAPTURED, S.CLOSED}
            if entry.state not in may:
                raise MoveRefused(f"redemption {redemption} is {entry.state}: not to reprint")
            call.acknowledge(self._db, redemption, Verb.REPRINT)
            self._set(redemption, "copy", copy)
            self._set(redemption, "tail", tail)
            self._set(redemption, "reprinting", 1)
            words = ", ".join(filter(None, [f"reprint {copy} begun", by.text if by else ""]))
            self._remark(redemption, entry.state, words)

    def reprint_ended(
        self, redemption: UUID, reason: str, paper_mm: int = 0, proof: Proof = Proof.LOST
    ) -> None:
        """It did not come to a fence: it stays as it is.

        Args:
            paper_mm: the most that may have come out.
        """
        with self._transaction():
            self._set(redemption, "reprinting", 0)
            use = Use(UseKind.REPRINT, paper_mm, proof)
            self._remark(redemption, self._entry(redemption).state, reason, use)

    def _tell_reprint(self, entry: Entry, paper_mm: int) -> None:
        """Who asked for it, and why, is written in its call."""
        asked = call.find(self._db, entry.id, Verb.REPRINT)
        payload: Payload = {"paper_mm": paper_mm}
        if asked is not None and asked.by is not None:
            reason = msgspec.json.decode(asked.body, type=ReprintRequest).reason
            payload |= {"reason": reason, **asked.by.payload}
        self._tell(EventType.REPRINTED, entry.id, payload)

    # --- A journal begun anew ------------------------------------------------------------

    def first_life(self) -> None:
        """A device that was just enrolled has nothing open there and counts from 1."""
        with self._transaction():
            self._set_fact(ASK_OPEN, 0)
            self._set_fact(SEQ_FLOOR, 0)
            outbox.forget_base(self._db)

    def must_ask_open(self) -> bool:
        """Whether this journal may have forgotten redemptions that the service still has open."""
        return self._fact(ASK_OPEN) == 1

    def adopt(self, open_there: Iterable[Redemption]) -> int:
        """Takes the service's open redemptions as UNCERTAIN; how many were unknown here."""
        adopted = 0
        with self._transaction():
            for redemption in open_there:
                if self._find(redemption.id) is not None:
                    continue
                self._insert(redemption.id, S.UNCERTAIN, ours=True)
                self._remark(redemption.id, S.UNCERTAIN, f"{redemption.state} at the service")
                if redemption.state is State.PRINTING:
                    self._capture_unknown(redemption.id)
                adopted += 1
            self._set_fact(ASK_OPEN, 0)
        return adopted

    # --- Events --------------------------------------------------------------------------

    def tell(self, kind: EventType, payload: Payload) -> None:
        """One more event for the service. Never a name, a phone, a full code."""
        with self._transaction():
            self._tell(kind, None, payload)

    def next_events(self, limit: int) -> list[Event] | None:
        """The oldest events that wait; None while the service must be asked where it stands."""
        return outbox.next_batch(self._db, limit)

    def events_acknowledged(self, heard: int, acked_seq: int) -> bool:
        """See `outbox.acknowledge`."""
        with self._transaction():
            return outbox.acknowledge(self._db, heard, acked_seq)

    # --- Inside a transaction ------------------------------------------------------------

    def _capture_unknown(self, redemption: UUID) -> Call:
        request = CaptureRequest(print_result=PrintResult.UNKNOWN, printed_at=self._time.best())
        return call.write(self._db, redemption, Verb.CAPTURE_UNKNOWN, request)
