"""The arrows, one by one, and what each leaves on disk."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from kiosk.clock import ManualClock
from kiosk.journal import chain
from kiosk.journal.book import Book
from kiosk.journal.database import open_database
from kiosk.journal.entry import Verb
from kiosk.journal.error import JournalBusy, MoveRefused
from kiosk.journal.state import ARROWS, IN_HAND, OVER, WAITING, JournalState, allowed
from wire.api.devices import EventType
from wire.api.redemptions import (
    CaptureRequest,
    PrintResult,
    Redemption,
    ReleaseReason,
    ReleaseRequest,
    State,
)
from wire.ids import new_id

S = JournalState
BOOT = "00000000-0000-4000-8000-000000000001"
ITEM = new_id()


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_database(tmp_path / "journal.sqlite3")
    yield connection
    connection.close()


@pytest.fixture
def book(connection: sqlite3.Connection) -> Book:
    return Book(connection, ManualClock(datetime(2026, 3, 4, 12, tzinfo=UTC)), BOOT)


def state_of(book: Book, redemption: UUID) -> JournalState | None:
    entry = book.find(redemption)
    return None if entry is None else entry.state


WAYS: dict[JournalState, Callable[[Book, UUID], None]] = {}


def way_to(state: JournalState) -> Callable[[Callable[[Book, UUID], None]], None]:
    def keep(way: Callable[[Book, UUID], None]) -> None:
        WAYS[state] = way

    return keep


@way_to(S.INTENT)
def _intent(book: Book, redemption: UUID) -> None:
    book.begin(redemption, ITEM, 300)


@way_to(S.RESERVED)
def _reserved(book: Book, redemption: UUID) -> None:
    WAYS[S.INTENT](book, redemption)
    book.reserved(redemption, "5W8C")


@way_to(S.ARMED)
def _armed(book: Book, redemption: UUID) -> None:
    WAYS[S.RESERVED](book, redemption)
    book.armed(redemption)


@way_to(S.PRINTING)
def _printing(book: Book, redemption: UUID) -> None:
    WAYS[S.ARMED](book, redemption)
    book.printing(redemption)


@way_to(S.PRINTED)
def _printed(book: Book, redemption: UUID) -> None:
    WAYS[S.PRINTING](book, redemption)
    book.printed(redemption, 104)


@way_to(S.CAPTURED)
def _captured(book: Book, redemption: UUID) -> None:
    WAYS[S.PRINTED](book, redemption)
    book.captured(redemption)


@way_to(S.CLOSED)
def _closed(book: Book, redemption: UUID) -> None:
    WAYS[S.CAPTURED](book, redemption)
    book.closed(redemption, "done")


@way_to(S.UNCERTAIN)
def _uncertain(book: Book, redemption: UUID) -> None:
    WAYS[S.PRINTING](book, redemption)
    book.uncertain(redemption, "paper end")


@way_to(S.RELEASE_PENDING)
def _release_pending(book: Book, redemption: UUID) -> None:
    WAYS[S.RESERVED](book, redemption)
    book.release_pending(redemption, ReleaseReason.CANCELLED)


@way_to(S.RELEASED)
def _released(book: Book, redemption: UUID) -> None:
    WAYS[S.RELEASE_PENDING](book, redemption)
    book.released(redemption, "acknowledged")


# Every step that moves, and the states it may move from, written out by hand from the design.
STEPS: dict[str, tuple[Callable[[Book, UUID], object], JournalState, set[JournalState]]] = {
    "reserved": (lambda b, r: b.reserved(r, "5W8C"), S.RESERVED, {S.INTENT}),
    "refused": (
        lambda b, r: b.refused(r, "insufficient"),
        S.RELEASED,
        {S.INTENT},
    ),
    "armed": (lambda b, r: b.armed(r), S.ARMED, {S.RESERVED}),
    "printing": (lambda b, r: b.printing(r), S.PRINTING, {S.ARMED}),
    "printed": (lambda b, r: b.printed(r, 104), S.PRINTED, {S.PRINTING, S.UNCERTAIN}),
    "captured": (lambda b, r: b.captured(r), S.CAPTURED, {S.PRINTED}),
    "closed": (
        lambda b, r: b.closed(r, "x"),
        S.CLOSED,
        {S.CAPTURED, S.UNCERTAIN, S.RELEASE_PENDING},
    ),
    "uncertain": (
        lambda b, r: b.uncertain(r, "x"),
        S.UNCERTAIN,
        {S.ARMED, S.PRINTING},
    ),
    "release_pending": (
        lambda b, r: b.release_pending(r, ReleaseReason.RECOVERED),
        S.RELEASE_PENDING,
        {S.INTENT, S.RESERVED, S.ARMED, S.PRINTING},
    ),
    "released": (
        lambda b, r: b.released(r, "x"),
        S.RELEASED,
        {S.UNCERTAIN, S.RELEASE_PENDING, S.PRINTED},
    ),
    "release_refused": (
        lambda b, r: b.release_refused(r),
        S.UNCERTAIN,
        {S.RELEASE_PENDING},
    ),
}


@pytest.mark.parametrize("before", list(S))
@pytest.mark.parametrize("step", list(STEPS))
def test_a_step_moves_from_its_states_and_from_no_other(
    book: Book, connection: sqlite3.Connection, before: JournalState, step: str
) -> None:
    act, after, from_states = STEPS[step]
    redemption = new_id()
    WAYS[before](book, redemption)
    rows = len(chain.rows(connection))
    if before in from_states:
        act(book, redemption)
        assert state_of(book, redemption) == after
        assert len(chain.rows(connection)) == rows + 1
    else:
        with pytest.raises(MoveRefused):
            act(book, redemption)
        assert state_of(book, redemption) == before
        assert len(chain.rows(connection)) == rows
    assert chain.verify(connection).ok


def test_the_table_knows_every_state_once() -> None:
    assert set(ARROWS) == {None, *S}
    assert set(S) == IN_HAND | WAITING | OVER
    assert len(IN_HAND) + len(WAITING) + len(OVER) == len(S)
    assert {state: ARROWS[state] for state in OVER} == {
        S.RELEASED: frozenset(),
        S.CLOSED: {S.UNCERTAIN},  # another kiosk's, asked for again; ours are refused below
    }
    # What may be on paper is never released by the kiosk on its own.
    assert not allowed(S.UNCERTAIN, S.RELEASE_PENDING)
    assert not allowed(S.PRINTED, S.RELEASE_PENDING)


def test_unknown_redemptions_are_not_moved(book: Book) -> None:
    with pytest.raises(MoveRefused):
        book.armed(new_id())


@pytest.mark.parametrize("standing", sorted(IN_HAND))
def test_one_redemption_in_hand_at_a_time(book: Book, standing: JournalState) -> None:
    first = new_id()
    WAYS[standing](book, first)
    with pytest.raises(JournalBusy):
        book.begin(new_id(), ITEM, 300)
    in_hand = book.in_hand()
    assert in_hand is not None
    assert in_hand.id == first


@pytest.mark.parametrize("standing", sorted(WAITING | OVER))
def test_what_waits_never_locks_the_kiosk(book: Book, standing: JournalState) -> None:
    WAYS[standing](book, new_id())
    second = book.begin(new_id(), ITEM, 300)
    assert second.state is S.INTENT


def test_the_schema_itself_holds_the_one_in_hand(
    book: Book, connection: sqlite3.Connection
) -> None:
    book.begin(new_id(), ITEM, 300)
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(
            "INSERT INTO redemption (id, state, ours, begun_at) VALUES ('x', 'ARMED', 1, 'now')"
        )


def test_an_id_begins_once(book: Book) -> None:
    redemption = new_id()
    WAYS[S.RELEASED](book, redemption)
    with pytest.raises(MoveRefused):
        book.begin(redemption, ITEM, 300)


def test_calls_have_keys_of_their_own_that_stay(book: Book) -> None:
    redemption = new_id()
    WAYS[S.PRINTED](book, redemption)
    printing = book.call_of(redemption, Verb.PRINTING)
    capture = book.call_of(redemption, Verb.CAPTURE_OK)
    assert printing is not None
    assert capture is not None
    assert printing.acknowledged
    assert not capture.acknowledged
    assert len({printing.key, capture.key, redemption}) == 3
    assert book.call_of(redemption, Verb.CAPTURE_OK) == capture
    body = msgspec.json.decode(capture.body, type=CaptureRequest)
    assert (body.print_result, body.paper_mm) == (PrintResult.OK, 104)


def test_a_release_never_claims_that_something_was_printed(book: Book) -> None:
    redemption = new_id()
    WAYS[S.RELEASE_PENDING](book, redemption)
    call = book.call_of(redemption, Verb.RELEASE)
    assert call is not None
    body = msgspec.json.decode(call.body, type=ReleaseRequest)
    assert (body.reason, body.printed_any) == (ReleaseReason.CANCELLED, False)


def test_device_sequence_rises_and_a_new_journal_begins_beyond_the_old(
    book: Book, tmp_path: Path
) -> None:
    seqs = []
    for _ in range(3):
        redemption = new_id()
        seqs.append(book.begin(redemption, ITEM, 300).device_seq)
        book.refused(redemption, "x")
    first = seqs[0]
    assert first is not None
    assert seqs == [first, first + 1, first + 2]
    later = ManualClock(datetime(2026, 3, 4, 12, 1, tzinfo=UTC))
    anew = Book(open_database(tmp_path / "anew.sqlite3"), later, BOOT)
    seq = anew.begin(new_id(), ITEM, 300).device_seq
    anew.close()
    assert seq is not None
    assert seq > first + 2


def test_a_reprint_of_another_kiosks_enters_as_uncertain(book: Book) -> None:
    redemption, session = new_id(), new_id()
    first = book.reprint_asked(redemption, session)
    entry = book.find(redemption)
    assert entry is not None
    assert (entry.state, entry.ours, entry.device_seq) == (S.UNCERTAIN, False, None)
    book.reprint_begun(redemption, 1, "5W8C")
    book.reprint_ended(redemption, "printer lost")
    assert state_of(book, redemption) is S.UNCERTAIN
    second = book.reprint_asked(redemption, session)
    assert second.key != first.key
    book.reprint_begun(redemption, 2, "5W8C")
    entry = book.find(redemption)
    assert entry is not None
    assert (entry.copy, entry.reprinting) == (2, True)
    book.printed(redemption, 104)
    entry = book.find(redemption)
    assert entry is not None
    assert (entry.state, entry.reprinting) == (S.PRINTED, False)


@pytest.mark.parametrize("state", sorted(set(S) - {S.UNCERTAIN}))
def test_only_uncertain_ones_are_printed_again(book: Book, state: JournalState) -> None:
    redemption = new_id()
    WAYS[state](book, redemption)
    with pytest.raises(MoveRefused):
        book.reprint_asked(redemption, new_id())


def test_another_kiosks_that_was_refused_can_be_asked_for_again(
    book: Book, connection: sqlite3.Connection
) -> None:
    redemption = new_id()
    first = book.reprint_asked(redemption, new_id())
    book.reprint_refused(redemption, "rate_limited")
    assert state_of(book, redemption) is S.CLOSED
    assert book.waiting() == []
    second = book.reprint_asked(redemption, new_id())
    assert second.key != first.key
    assert state_of(book, redemption) is S.UNCERTAIN
    rows = chain.rows(connection)
    told = [(row.state, row.reason) for row, _, _ in rows[-2:]]
    assert told == [
        ("UNCERTAIN", "not ours, asked for again"),
        ("UNCERTAIN", "reprint 1 asked for"),
    ]
    assert chain.verify(connection).ok


def test_each_paper_of_another_kiosks_is_captured_by_a_call_of_its_own(book: Book) -> None:
    redemption = new_id()
    captures = []
    for copy in (1, 2):
        book.reprint_asked(redemption, new_id())
        book.reprint_begun(redemption, copy, "5W8C")
        captures.append(book.printed(redemption, 104))
        assert book.call_of(redemption, Verb.CAPTURE_OK) == captures[-1]
        book.captured(redemption)
        book.closed(redemption, "x")
    assert captures[0].key != captures[1].key


def test_a_new_journal_adopts_what_the_service_has_open(book: Book) -> None:
    known, printing, reserved = new_id(), new_id(), new_id()
    WAYS[S.PRINTED](book, known)
    assert book.must_ask_open()
    answer = [
        Redemption(id=known, state=State.PRINTING, points=300),
        Redemption(id=printing, state=State.PRINTING, points=300),
        Redemption(id=reserved, state=State.RESERVED, points=300),
    ]
    assert book.adopt(answer) == 2
    assert not book.must_ask_open()
    assert book.adopt(answer) == 0
    assert state_of(book, known) is S.PRINTED
    assert state_of(book, printing) is S.UNCERTAIN
    assert state_of(book, reserved) is S.UNCERTAIN
    assert book.call_of(printing, Verb.CAPTURE_UNKNOWN) is not None
    assert book.call_of(reserved, Verb.CAPTURE_UNKNOWN) is None


def test_events_of_a_redemption_name_it_and_no_code(book: Book) -> None:
    redemption = new_id()
    WAYS[S.PRINTED](book, redemption)
    book.events_acknowledged(0, 0)
    events = book.next_events(100)
    assert events is not None
    assert [e.type for e in events] == [EventType.PRINTED]
    assert events[0].payload == {"redemption_id": str(redemption), "copy": 0, "paper_mm": 104}
    assert str(events[0].boot_id) == BOOT
