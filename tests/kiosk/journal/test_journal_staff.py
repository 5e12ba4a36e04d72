"""What staff do about redemptions, as it is written down: who, why, and never a token."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from kiosk.clock import ManualClock
from kiosk.journal import call, chain
from kiosk.journal.book import Book
from kiosk.journal.database import open_database
from kiosk.journal.entry import Verb
from kiosk.journal.error import MoveRefused
from kiosk.journal.roll import Proof, UseKind
from kiosk.journal.state import JournalState
from kiosk.sync.staff_call import StaffGone, body_to_send
from tests.kiosk.journal.paper_of_a_shop import (
    BOOT,
    LI,
    OFFLINE,
    WANG,
    issued,
    printed,
    printing,
    put_in,
)
from wire.api.devices import EventType
from wire.api.redemptions import (
    CaptureRequest,
    PrintResult,
    ReleaseReason,
    ReleaseRequest,
    ReprintReason,
    ReprintRequest,
)
from wire.ids import new_id

S = JournalState
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Tokens:
    def token_for(self, login: UUID) -> str | None:
        return "secret-token" if login == LI.login else None


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 4, 12, tzinfo=UTC))


@pytest.fixture
def book(tmp_path: Path, clock: ManualClock) -> Iterator[Book]:
    book = Book(open_database(tmp_path / "journal.sqlite3"), clock, BOOT)
    book.events_acknowledged(0, 0)
    yield book
    assert chain.verify(book._db).ok
    book.close()


def uncertain(book: Book, mm: int = 40, tail: str = "5W8C") -> UUID:
    redemption = printing(book, tail)
    book.uncertain(redemption, "printer lost", mm)
    return redemption


def state(book: Book, redemption: UUID) -> JournalState:
    entry = book.find(redemption)
    assert entry is not None
    return entry.state


def events(book: Book) -> list[tuple[str, dict[str, object]]]:
    batch = book.next_events(1000)
    assert batch is not None
    return [(event.type, dict(event.payload)) for event in batch]


def test_an_issued_voucher_is_printed_again_and_stays_issued(book: Book) -> None:
    put_in(book)
    redemption = issued(book)
    asked = book.staff_reprint_asked(redemption, LI, ReprintReason.TORN)
    assert (asked.by, asked.verb) == (LI, Verb.REPRINT)
    book.reprint_begun(redemption, 1, "5W8C")
    assert [entry.id for entry in book.reprinting()] == [redemption]
    assert book.printed(redemption, 104) is None, "there is nothing to capture"
    entry = book.find(redemption)
    assert entry is not None
    assert (entry.state, entry.copy, entry.reprinting) == (S.CLOSED, 1, False)
    assert [use.use.kind for use in book.papers_of(redemption)] == [
        UseKind.VOUCHER,
        UseKind.REPRINT,
    ]
    assert events(book)[-1] == (
        EventType.REPRINTED,
        {
            "redemption_id": str(redemption),
            "copy": 1,
            "paper_mm": 104,
            "reason": "torn",
            "staff_ref": LI.staff_ref,
            "login": str(LI.login),
        },
    )


def test_a_reprint_of_an_issued_one_that_fails_leaves_it_issued(book: Book) -> None:
    redemption = issued(book)
    book.staff_reprint_asked(redemption, LI, ReprintReason.UNREADABLE)
    book.reprint_begun(redemption, 1, "5W8C")
    book.reprint_ended(redemption, "printer lost", 30)
    assert state(book, redemption) is S.CLOSED
    assert book.papers_of(redemption)[-1].use.proof is Proof.LOST
    assert book.reprinting() == []


def test_a_shoppers_reprint_of_a_settled_one_is_refused_where_staffs_is_not(book: Book) -> None:
    redemption = uncertain(book)
    book.reprint_asked(redemption, new_id())
    book.closed(redemption, "USED at the service")
    with pytest.raises(MoveRefused):
        book.reprint_begun(redemption, 1, "5W8C")


def test_an_uncertain_one_printed_again_by_staff_is_captured(book: Book) -> None:
    redemption = uncertain(book)
    book.staff_reprint_asked(redemption, LI, ReprintReason.NOT_PRINTED)
    book.reprint_begun(redemption, 1, "5W8C")
    capture = book.printed(redemption, 104)
    assert capture is not None
    assert (state(book, redemption), capture.verb) == (S.PRINTED, Verb.CAPTURE_OK)


NOT_FOR_REPRINT = {
    "INTENT": lambda b: b.begin(new_id(), new_id(), 300).id,
    "PRINTING": printing,
    "PRINTED": printed,
}


@pytest.mark.parametrize("standing", list(NOT_FOR_REPRINT))
def test_what_is_in_hand_or_not_told_yet_is_not_printed_again(book: Book, standing: str) -> None:
    redemption = NOT_FOR_REPRINT[standing](book)
    with pytest.raises(MoveRefused):
        book.staff_reprint_asked(redemption, LI, ReprintReason.TORN)


def test_another_kiosks_enters_as_uncertain_and_leaves_if_refused(book: Book) -> None:
    redemption = new_id()
    book.staff_reprint_asked(redemption, LI, ReprintReason.TORN)
    entry = book.find(redemption)
    assert entry is not None
    assert (entry.state, entry.ours) == (S.UNCERTAIN, False)
    book.reprint_refused(redemption, "reprint_limit")
    assert state(book, redemption) is S.CLOSED


def test_the_same_person_repeats_a_call_and_another_makes_a_new_one(book: Book) -> None:
    redemption = uncertain(book)
    first = book.staff_reprint_asked(redemption, LI, ReprintReason.TORN)
    anew = type(LI)(LI.staff_ref, new_id())
    again = book.staff_reprint_asked(redemption, anew, ReprintReason.TORN)
    assert (again.key, again.body) == (first.key, first.body)
    assert again.by == anew, "another log-in has another token"
    assert book.staff_reprint_asked(redemption, LI, ReprintReason.UNREADABLE).key != first.key
    assert book.staff_reprint_asked(redemption, WANG, ReprintReason.TORN).key != first.key


def test_said_to_be_taken_moves_only_once_the_service_has_it(
    book: Book, clock: ManualClock
) -> None:
    redemption = uncertain(book)
    first = book.staff_confirm_asked(redemption, LI)
    assert state(book, redemption) is S.UNCERTAIN
    clock.advance(5)
    assert book.staff_confirm_asked(redemption, LI).body == first.body
    body = msgspec.json.decode(first.body, type=CaptureRequest)
    assert (body.print_result, body.staff_token) == (PrintResult.OK, None)
    rows = len(book.history(redemption))
    book.staff_confirmed(redemption, LI)
    assert state(book, redemption) is S.CLOSED
    told = [(row.state, row.reason) for row in book.history(redemption)[rows:]]
    assert [where for where, _ in told] == ["PRINTED", "CAPTURED", "CLOSED"]
    assert told[0][1] == f"taken, by {LI.staff_ref}, login {LI.login}"
    assert book.papers_of(redemption)[0].use.proof is Proof.LOST, "a word is no fence"


def test_points_go_back_only_once_the_service_has_it(book: Book) -> None:
    redemption = uncertain(book)
    asked = book.staff_void_asked(redemption, LI, ReleaseReason.STAFF_TORN)
    assert state(book, redemption) is S.UNCERTAIN
    body = msgspec.json.decode(asked.body, type=ReleaseRequest)
    assert (body.reason, body.printed_any) == (ReleaseReason.STAFF_TORN, False)
    book.staff_voided(redemption, LI)
    assert state(book, redemption) is S.RELEASED


def test_points_go_back_by_nobody_offline_and_for_no_reason_of_a_kiosks(book: Book) -> None:
    redemption = uncertain(book)
    with pytest.raises(ValueError, match="logged in"):
        book.staff_void_asked(redemption, OFFLINE, ReleaseReason.STAFF_TORN)
    with pytest.raises(ValueError, match="reason"):
        book.staff_void_asked(redemption, LI, ReleaseReason.RECOVERED)
    assert book.call_of(redemption, Verb.VOID) is None


@pytest.mark.parametrize("verb", [Verb.CONFIRM, Verb.VOID])
def test_a_refusal_leaves_it_uncertain_and_the_next_try_is_a_new_call(
    book: Book, verb: Verb
) -> None:
    redemption = uncertain(book)

    def ask() -> UUID:
        if verb is Verb.CONFIRM:
            return book.staff_confirm_asked(redemption, LI).key
        return book.staff_void_asked(redemption, LI, ReleaseReason.STAFF_TORN).key

    first = ask()
    book.staff_refused(redemption, verb, "staff_session_expired")
    assert state(book, redemption) is S.UNCERTAIN
    assert ask() != first


@pytest.mark.parametrize("way", [issued, printed, printing])
def test_only_uncertain_ones_are_confirmed_or_voided(book: Book, way: object) -> None:
    redemption = way(book)  # type: ignore[operator]  # one of three functions
    with pytest.raises(MoveRefused):
        book.staff_confirm_asked(redemption, LI)
    with pytest.raises(MoveRefused):
        book.staff_void_asked(redemption, LI, ReleaseReason.STAFF_TORN)
    with pytest.raises(MoveRefused):
        book.staff_confirmed(redemption, LI)
    with pytest.raises(MoveRefused):
        book.staff_voided(redemption, LI)


def test_a_token_goes_into_the_body_at_the_send_and_never_onto_the_disk(
    book: Book, tmp_path: Path
) -> None:
    redemption = uncertain(book)
    asked = [
        book.staff_reprint_asked(redemption, LI, ReprintReason.TORN),
        book.staff_confirm_asked(redemption, LI),
        book.staff_void_asked(redemption, LI, ReleaseReason.STAFF_TORN),
    ]
    for one in asked:
        assert b"secret-token" not in one.body
        assert b'"staff_token":"secret-token"' in body_to_send(one, Tokens())
    with pytest.raises(ValueError, match="never written down"):
        call.write(
            book._db, redemption, Verb.REPRINT, ReprintRequest(staff_token="secret-token"), 9
        )
    for part in tmp_path.glob("journal.sqlite3*"):
        assert b"secret-token" not in part.read_bytes()


def test_a_call_of_somebody_who_has_gone_is_not_sent(book: Book) -> None:
    redemption = uncertain(book)
    with pytest.raises(StaffGone):
        body_to_send(book.staff_confirm_asked(redemption, WANG), Tokens())
    with pytest.raises(StaffGone):
        body_to_send(book.staff_reprint_asked(redemption, OFFLINE, ReprintReason.TORN), Tokens())


def test_search_by_tail_and_time_uncertain_first_newest_first(
    book: Book, clock: ManualClock
) -> None:
    first = issued(book, tail="AAAA")
    clock.advance(60)
    second = uncertain(book, tail="BBBB")
    clock.advance(60)
    third = printed(book, tail="AAAA")
    noon = clock.best()
    book.refused(book.begin(new_id(), new_id(), 300).id, "insufficient")
    ids = [entry.id for entry in book.search()]
    assert ids == [second, third, first], "what never had a code is not found"
    assert [entry.id for entry in book.search(tail="AAAA")] == [third, first]
    assert [entry.id for entry in book.search(since=noon - timedelta(seconds=60))] == [
        second,
        third,
    ]
    assert [entry.id for entry in book.search(until=noon)] == [second, first]
    assert [entry.id for entry in book.search(limit=1)] == [second]


def test_counts_of_the_day(book: Book, clock: ManualClock) -> None:
    issued(book)
    clock.advance(86_400)
    today = clock.best()
    issued(book)
    printed(book)
    uncertain(book)
    book.refused(book.begin(new_id(), new_id(), 300).id, "insufficient")
    put_in(book)
    counts = book.counts(today)
    assert (counts.issued, counts.uncertain, counts.released) == (2, 1, 1)
    assert (counts.open, counts.rolls, counts.events) == (2, 1, 5)
    assert counts.to_upload == 1 + 1 + 5


def test_what_staff_do_besides_is_a_row_and_an_event(book: Book) -> None:
    book.staff_acted(EventType.STAFF_IN, LI, {"counter": 2})
    row = chain.rows(book._db)[-1][0]
    assert (row.subject, row.state) == (f"staff {LI.staff_ref}", "STAFF_IN")
    assert row.reason == f"counter 2, by {LI.staff_ref}, login {LI.login}"
    assert events(book) == [
        (
            EventType.STAFF_IN,
            {"counter": 2, "staff_ref": LI.staff_ref, "login": str(LI.login)},
        )
    ]


@pytest.mark.parametrize(
    ("what", "told"),
    [("taken", []), ("retracted", [True]), ("left standing", [False])],
)
def test_the_slot_is_told_of_the_redemption_and_moves_nothing(
    book: Book, what: str, told: list[bool]
) -> None:
    redemption = issued(book)
    book.slot_told(redemption, what)
    book.slot_told(None, what)
    last = book.history(redemption)[-1]
    assert (last.state, last.reason) == ("CLOSED", f"slot: {what}")
    payloads = [p["retracted"] for kind, p in events(book) if kind == EventType.NOT_TAKEN]
    assert payloads == told * 2
