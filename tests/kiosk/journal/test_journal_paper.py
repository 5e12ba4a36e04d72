"""Rolls, slips and millimetres: what each leaves on disk, in the chain and for the service."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from kiosk.clock import ManualClock
from kiosk.journal import chain
from kiosk.journal.book import Book
from kiosk.journal.database import open_database
from kiosk.journal.error import JournalUnreadable
from kiosk.journal.roll import Proof, Use, UseKind
from tests.kiosk.journal.paper_of_a_shop import (
    BOOT,
    LI,
    OFFLINE,
    WANG,
    change,
    issued,
    printed,
    printing,
    put_in,
)
from wire.api.devices import EventType
from wire.api.staff import RemovedRoll, RollChange

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


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


def events(book: Book) -> list[tuple[str, dict[str, object]]]:
    batch = book.next_events(1000)
    assert batch is not None
    return [(event.type, dict(event.payload)) for event in batch]


def left(book: Book) -> int:
    account = book.paper_account(LONG_AGO)
    assert account.roll is not None
    return account.roll.length_mm - account.taken_mm


def test_without_a_roll_paper_is_counted_and_nothing_is_reckoned(book: Book) -> None:
    redemption = printed(book)
    account = book.paper_account(LONG_AGO)
    assert (account.roll, account.recent_mm) == (None, (104,))
    (use,) = book.papers_of(redemption)
    assert (use.roll, use.use) == (None, Use(UseKind.VOUCHER, 104, Proof.FENCE))


def test_every_millimetre_is_taken_off_the_roll_that_is_in(book: Book) -> None:
    put_in(book)
    printed(book, 104)
    book.uncertain(printing(book), "printer lost", 55)
    book.slip_begun(UseKind.TEST, None, LI)
    book.slip_ended(95)
    book.cut(30)
    assert left(book) == 30_000 - 104 - 55 - 95 - 30


def test_what_never_reached_the_printer_takes_nothing(book: Book) -> None:
    put_in(book)
    book.uncertain(printing(book), "interrupted at ARMED", 0)
    book.slip_begun(UseKind.TEST, None, LI)
    book.slip_ended(0, Proof.LOST, "nothing printed")
    assert left(book) == 30_000
    assert book.rolls()[0].tests == 0


def test_a_roll_change_is_told_to_the_service_once_it_is_over(book: Book) -> None:
    record = change()
    book.wizard_at(record)
    loaded = book.roll_loaded(record)
    assert loaded.loaded
    assert book.next_roll_call() is None, "its seconds are not known yet"
    assert book.wizard() == loaded
    book.wizard_ended(52)
    assert book.wizard() is None
    call = book.next_roll_call()
    assert call is not None
    assert call.key == record.id
    assert msgspec.json.decode(call.body, type=RollChange) == RollChange(
        id=record.id,
        staff_ref=LI.staff_ref,
        login=LI.login,
        at=datetime(2026, 3, 4, 12, tzinfo=UTC),
        roll_serial="R-1",
        length_mm=30_000,
        seconds=52,
    )
    assert b"token" not in call.body
    assert book.rolls()[0].roll.seconds == 52


def test_a_body_is_fixed_before_its_first_send(book: Book) -> None:
    put_in(book)
    first = book.next_roll_call()
    book.wizard_interrupted()
    book.wizard_ended(99)
    assert book.next_roll_call() == first


def test_roll_changes_go_in_order_and_until_they_are_acknowledged(book: Book) -> None:
    first, second = put_in(book), put_in(book, serial="R-2")
    for _ in range(2):
        assert book.next_roll_call().key == first.id  # type: ignore[union-attr]  # is waiting
    book.roll_acknowledged(first.id)
    assert book.next_roll_call().key == second.id  # type: ignore[union-attr]  # is waiting
    book.roll_refused(second.id, "bad_request")
    assert book.next_roll_call() is None
    assert book.counts(LONG_AGO).rolls == 0


def test_a_change_without_the_service_names_the_badge(book: Book) -> None:
    put_in(book, OFFLINE)
    body = msgspec.json.decode(book.next_roll_call().body, type=RollChange)  # type: ignore[union-attr]  # is waiting
    assert (body.staff_ref, body.login, body.offline) == (OFFLINE.staff_ref, None, True)


def test_loading_twice_is_loading_once(book: Book) -> None:
    record = change()
    book.wizard_at(record)
    book.roll_loaded(record)
    book.roll_loaded(record)
    book.wizard_ended(None)
    assert len(book.rolls()) == 1
    assert [kind for kind, _ in events(book)] == [EventType.ROLL_CHANGED]


def test_a_change_given_up_before_the_new_roll_is_in_leaves_the_old(book: Book) -> None:
    put_in(book)
    book.roll_acknowledged(book.next_roll_call().key)  # type: ignore[union-attr]  # is waiting
    book.wizard_at(change(serial="R-2", step=2))
    book.wizard_ended(None)
    assert (book.wizard(), book.next_roll_call()) == (None, None)
    assert [tally.roll.serial for tally in book.rolls()] == ["R-1"]


def test_an_interrupted_change_is_sent_without_a_time(book: Book) -> None:
    record = change()
    book.wizard_at(record)
    book.roll_loaded(record)
    resumed = book.wizard_interrupted()
    assert resumed is not None
    assert resumed.interrupted
    call = book.next_roll_call()
    assert call is not None
    assert msgspec.json.decode(call.body, type=RollChange).seconds is None
    book.wizard_ended(60)
    assert book.next_roll_call() == call
    assert book.wizard_interrupted() is None


def test_a_change_interrupted_before_loading_is_sent_when_it_is_loaded(book: Book) -> None:
    book.wizard_at(change(step=3))
    resumed = book.wizard_interrupted()
    assert resumed is not None
    assert book.next_roll_call() is None
    book.roll_loaded(resumed)
    assert book.next_roll_call() is not None


def test_the_end_of_a_roll_is_reconciled(book: Book) -> None:
    put_in(book)
    issued(book, 104)
    issued(book, 110)
    waiting = printed(book, 106)
    torn = printing(book)
    book.uncertain(torn, "printer lost", 40)
    book.slip_begun(UseKind.VOID, torn, None)
    book.slip_ended(55)
    book.slip_begun(UseKind.TEST, None, LI)
    book.slip_ended(95)
    put_in(book, WANG, "R-2", 50_000)
    first, second = book.rolls()
    used = 104 + 110 + 106 + 40 + 55 + 95
    assert (first.used_mm, first.roll.removed_mm_left) == (used, 30_000 - used)
    assert (first.printed, first.issued, first.difference) == (3, 2, 1)
    assert (first.waiting, first.unproven) == (1, 0)
    assert (first.torn, first.voids, first.tests, first.reprints) == (1, 1, 1, 0)
    assert (second.used_mm, second.mm_left) == (0, 50_000)
    told = dict(events(book))[EventType.ROLL_RECONCILED]
    assert told["serial"] == "R-1"
    assert (told["printed"], told["issued"], told["difference"], told["waiting"]) == (3, 2, 1, 1)
    assert told["staff_ref"] == WANG.staff_ref
    book.roll_acknowledged(book.next_roll_call().key)  # type: ignore[union-attr]  # is waiting
    body = msgspec.json.decode(book.next_roll_call().body, type=RollChange)  # type: ignore[union-attr]  # is waiting
    assert body.removed == RemovedRoll("R-1", 30_000 - used, printed=3, issued=2, difference=0), (
        "the third is not amiss: it waits"
    )
    book.captured(waiting)
    book.closed(waiting, "ISSUED at the service")
    assert book.rolls()[0].difference == 0, "the service has heard since"
    assert book.rolls()[0].roll.removed_mm_left == 30_000 - used


def test_paper_of_which_the_points_had_gone_back_is_named(book: Book) -> None:
    put_in(book)
    book.released(printed(book), "released before the capture")
    (tally,) = book.rolls()
    assert (tally.printed, tally.issued, tally.waiting, tally.returned) == (1, 0, 0, 1)


def test_a_torn_voucher_that_is_used_all_the_same_is_issued_without_proof(book: Book) -> None:
    put_in(book)
    torn = printing(book)
    book.uncertain(torn, "printer lost", 40)
    book.closed(torn, "USED at the service")
    (tally,) = book.rolls()
    assert (tally.printed, tally.issued, tally.unproven) == (0, 1, 1)
    again = printing(book)
    book.uncertain(again, "printer lost", 40)
    put_in(book, serial="R-2")
    book.staff_reprint_asked(again, LI, "torn")  # type: ignore[arg-type]  # a StrEnum's text
    book.reprint_begun(again, 1, "5W8C")
    book.printed(again, 104)
    book.captured(again)
    book.closed(again, "ISSUED at the service")
    first, second = book.rolls()
    assert first.unproven == 1, "the second one came out whole, on the second roll"
    assert (second.printed, second.issued, second.reprints) == (1, 1, 1)


def test_more_paper_than_the_length_that_was_told_is_never_less_than_nothing(book: Book) -> None:
    put_in(book, length_mm=150)
    printed(book, 104)
    printed(book, 104)
    (tally,) = book.rolls()
    assert (tally.mm_left, tally.used_mm) == (0, 208)
    put_in(book, serial="R-2")
    assert book.rolls()[0].roll.removed_mm_left == 0


def test_the_sensor_lowers_the_reckoning_and_never_raises_it(book: Book) -> None:
    assert not book.near_end(4000), "no roll, nothing to correct"
    put_in(book)
    assert book.near_end(4000)
    assert left(book) == 4000
    assert not book.near_end(4000)
    printed(book, 104)
    assert not book.near_end(4000)
    assert left(book) == 3896
    assert book.rolls()[0].used_mm == 104, "what a sensor knows is no paper"


def test_a_sensor_that_speaks_no_more_gives_back_what_it_took(book: Book) -> None:
    assert not book.not_near_end(), "no roll"
    put_in(book)
    assert not book.not_near_end(), "it has taken nothing"
    book.near_end(4000)
    printed(book, 104)
    assert book.not_near_end()
    assert left(book) == 30_000 - 104, "what was printed stays printed"
    assert not book.not_near_end(), "once"
    assert book.near_end(4000)
    assert left(book) == 4000
    assert book.rolls()[0].used_mm == 104
    assert chain.verify(book._db).ok
    put_in(book, serial="R-2")
    assert book.rolls()[0].roll.removed_mm_left == 4000
    assert not book.not_near_end(), "what the roll before lost is not this one's"


def test_that_nothing_is_printed_is_told_beside_that_paper_is_low(book: Book) -> None:
    assert book.paper_low({"enough": True}, low=True)
    assert book.paper_low({"enough": False}, low=True, halted=True)
    assert not book.paper_low({"enough": False}, low=True, halted=True)
    assert book.paper_low({"enough": True}, low=True)
    assert book.paper_low({}, low=False)
    assert [event.type for event in book.next_events(9) or ()] == ["paper_low"] * 3 + ["paper_ok"]


@pytest.mark.parametrize("kind", [UseKind.VOID, UseKind.TEST])
def test_a_slip_that_never_ended_is_counted_by_an_estimate_once(book: Book, kind: UseKind) -> None:
    put_in(book)
    redemption = None
    if kind is UseKind.VOID:
        redemption = printing(book)
        book.uncertain(redemption, "printer lost")
    book.slip_begun(kind, redemption, LI if kind is UseKind.TEST else None)
    estimates = {UseKind.VOID: 60, UseKind.TEST: 120}
    assert book.slip_interrupted(estimates) is kind
    assert book.slip_interrupted(estimates) is None
    assert left(book) == 30_000 - estimates[kind]


def test_an_estimate_is_as_long_as_the_longest_of_late(book: Book) -> None:
    assert book.estimate(UseKind.VOUCHER, 120) == 120
    printed(book, 131)
    printed(book, 99)
    assert book.estimate(UseKind.VOUCHER, 120) == 131


def test_low_is_told_once_each_way(book: Book) -> None:
    assert not book.paper_low({}, low=False)
    assert book.paper_low({"vouchers_left": 39}, low=True)
    assert not book.paper_low({"vouchers_left": 38}, low=True)
    assert book.paper_low({}, low=False)
    assert [kind for kind, _ in events(book)] == [EventType.PAPER_LOW, EventType.PAPER_OK]


def test_slips_are_told_with_who_and_how_much(book: Book) -> None:
    torn = printing(book)
    book.uncertain(torn, "printer lost", 40)
    book.slip_begun(UseKind.VOID, torn, None)
    book.slip_ended(55)
    book.slip_begun(UseKind.TEST, None, OFFLINE)
    book.slip_ended(20, Proof.LOST, "printer lost")
    assert events(book)[1:] == [
        (
            EventType.VOID_PRINTED,
            {"redemption_id": str(torn), "copy": 0, "paper_mm": 55, "whole": True},
        ),
        (
            EventType.TEST_PRINTED,
            {"paper_mm": 20, "whole": False, "staff_ref": OFFLINE.staff_ref, "offline": True},
        ),
    ]
    reasons = [row.reason for row, _, _ in chain.rows(book._db)][-2:]
    assert reasons == [
        "void slip: void 55 mm",
        f"test print, printer lost, by {OFFLINE.staff_ref}, offline: test 20 mm at most",
    ]


def test_the_window_reaches_back_as_far_as_was_asked(book: Book, clock: ManualClock) -> None:
    printed(book, 100)
    clock.advance(3600)
    printed(book, 104)
    printed(book, 105)
    account = book.paper_account(clock.best() - timedelta(minutes=30))
    assert (account.window_mm, account.window_papers) == (209, 2)
    assert account.window_from == clock.best()


TAMPERING = {
    "a millimetre less": ("UPDATE paper_use SET mm = 103", 7, "does not tell of the paper"),
    "a fence that never came": (
        "UPDATE paper_use SET proof = 'fence' WHERE proof = 'lost'",
        12,
        "does not tell of the paper",
    ),
    "a use removed": ("DELETE FROM paper_use WHERE seq = 7", 7, "paper that is missing"),
    "another redemption": (
        "UPDATE paper_use SET redemption = (SELECT max(id) FROM redemption) WHERE seq = 7",
        7,
        "another redemption",
    ),
    "a longer roll": ("UPDATE roll SET length_mm = 50000", 2, "does not tell of roll"),
    "somebody else": ("UPDATE roll SET staff_ref = 'ffffffffffff'", 2, "does not tell of roll"),
    "a roll back in": (
        "UPDATE roll SET removed_seq = NULL, removed_at = NULL WHERE serial = 'R-1'",
        13,
        "missing or not so",
    ),
    "more left": ("UPDATE roll SET removed_mm_left = 1 WHERE serial = 'R-1'", 13, "end of roll"),
    "a roll removed": (
        "PRAGMA foreign_keys = OFF; DELETE FROM roll WHERE serial = 'R-2'",
        14,
        "missing or not so",
    ),
}


@pytest.mark.parametrize("how", list(TAMPERING))
def test_no_figure_of_paper_can_be_changed_without_a_trace(tmp_path: Path, how: str) -> None:
    clock = ManualClock(datetime(2026, 3, 4, 12, tzinfo=UTC))
    path = tmp_path / "tampered.sqlite3"
    book = Book(open_database(path), clock, BOOT)
    book.tell(EventType.STARTED, {})
    book.staff_acted(EventType.STAFF_IN, LI)
    put_in(book, length_mm=40_000)
    printed(book, 104)
    book.uncertain(printing(book), "printer lost", 40)
    put_in(book, serial="R-2")
    assert chain.verify(book._db) == chain.Verdict(14)
    script, seq, why = TAMPERING[how]
    book._db.execute("DROP INDEX one_roll_in")
    book._db.executescript(script)
    verdict = chain.verify(book._db)
    assert (verdict.bad_seq, why in verdict.why) == (seq, True), verdict
    book.close()
    with pytest.raises(JournalUnreadable):
        open_database(path)
