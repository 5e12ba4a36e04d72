"""The arrows of the state machine, each one transaction. Used on the journal's thread only."""

from collections.abc import Iterable
from uuid import UUID

from kiosk.journal import call, outbox
from kiosk.journal.entry import SELECT_ENTRY, Call, Entry, Verb, entry_of
from kiosk.journal.error import JournalBusy, MoveRefused
from kiosk.journal.outbox import Backlog, Payload
from kiosk.journal.rows import ASK_OPEN, SEQ_FLOOR, Rows
from kiosk.journal.state import IN_HAND, WAITING, JournalState
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


class Book(Rows):
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

    def printed(self, redemption: UUID, paper_mm: int) -> Call:
        """PRINTING or UNCERTAIN (a reprint) -> PRINTED; the capture that must reach the service."""
        with self._transaction():
            self._move(redemption, S.PRINTED, f"on paper, {paper_mm} mm")
            self._set(redemption, "reprinting", 0)
            self._tell(EventType.PRINTED, redemption, {"paper_mm": paper_mm})
            request = CaptureRequest(
                print_result=PrintResult.OK, paper_mm=paper_mm, printed_at=self._time.best()
            )
            # Another kiosk's that comes here again is captured again: a call per paper.
            copy = self._entry(redemption).copy
            return call.write(self._db, redemption, Verb.CAPTURE_OK, request, copy)

    def uncertain(self, redemption: UUID, reason: str) -> Call:
        """ARMED or PRINTING -> UNCERTAIN; the capture (unknown) that must reach the service."""
        with self._transaction():
            self._move(redemption, S.UNCERTAIN, reason, {S.ARMED, S.PRINTING})
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

        Another kiosk's that was CLOSED here is open again: what ended for us then (a passing
        refusal, paper elsewhere) may be otherwise now, and the service decides.

        Raises:
            MoveRefused: it does not stand at UNCERTAIN.
        """
        with self._transaction():
            entry = self._find(redemption)
            if entry is None:
                self._insert(redemption, S.UNCERTAIN, ours=False)
            elif entry.state is S.CLOSED and not entry.ours:
                self._move(redemption, S.UNCERTAIN, "not ours, asked for again", {S.CLOSED})
            entry = self._entry(redemption)
            if entry.state is not S.UNCERTAIN:
                raise MoveRefused(f"redemption {redemption} is {entry.state}: not to reprint")
            self._remark(redemption, entry.state, f"reprint {entry.copy + 1} asked for")
            return call.reprint(self._db, redemption, ReprintRequest(session=session))

    def reprint_refused(self, redemption: UUID, code: str) -> None:
        """Stays UNCERTAIN; one that never was this kiosk's to print -> CLOSED."""
        with self._transaction():
            call.acknowledge(self._db, redemption, Verb.REPRINT)
            entry = self._entry(redemption)
            if entry.ours or entry.copy > 0:
                self._remark(redemption, entry.state, f"reprint refused: {code}")
            else:
                self._move(redemption, S.CLOSED, f"not ours, reprint refused: {code}")

    def reprint_begun(self, redemption: UUID, copy: int, tail: str) -> None:
        """Granted; the next thing that happens is the first byte.

        Raises:
            MoveRefused: it was settled while the reprint was asked for.
        """
        with self._transaction():
            entry = self._entry(redemption)
            if entry.state is not S.UNCERTAIN:
                raise MoveRefused(f"redemption {redemption} is {entry.state}: not to reprint")
            call.acknowledge(self._db, redemption, Verb.REPRINT)
            self._set(redemption, "copy", copy)
            self._set(redemption, "tail", tail)
            self._set(redemption, "reprinting", 1)
            self._remark(redemption, entry.state, f"reprint {copy} begun")

    def reprint_ended(self, redemption: UUID, reason: str) -> None:
        """It did not come to a fence: stays UNCERTAIN."""
        with self._transaction():
            self._set(redemption, "reprinting", 0)
            self._remark(redemption, self._entry(redemption).state, reason)

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

    def backlog(self) -> Backlog:
        return outbox.backlog(self._db)

    # --- Reading -------------------------------------------------------------------------

    def find(self, redemption: UUID) -> Entry | None:
        return self._find(redemption)

    def in_hand(self) -> Entry | None:
        """The redemption between INTENT and PRINTING, if any."""
        return next(iter(self._in(IN_HAND)), None)

    def waiting(self) -> list[Entry]:
        """Redemptions that wait for the service, oldest first."""
        return self._in(WAITING)

    def call_of(self, redemption: UUID, verb: Verb) -> Call | None:
        """The newest call of a verb that was written down."""
        return call.find(self._db, redemption, verb)

    def entries(self) -> list[Entry]:
        """All redemptions, oldest first."""
        return [entry_of(row) for row in self._db.execute(SELECT_ENTRY + " ORDER BY id")]

    # --- Inside a transaction ------------------------------------------------------------

    def _capture_unknown(self, redemption: UUID) -> Call:
        request = CaptureRequest(print_result=PrintResult.UNKNOWN, printed_at=self._time.best())
        return call.write(self._db, redemption, Verb.CAPTURE_UNKNOWN, request)

    def _tell(self, kind: EventType, redemption: UUID | None, payload: Payload) -> None:
        if redemption is not None:
            entry = self._entry(redemption)
            payload = {"redemption_id": str(redemption), "copy": entry.copy, **payload}
        mono_ms = int(self._time.now_s() * 1000)
        outbox.write(self._db, kind, self._time.best(), mono_ms, self._boot_id, payload)
