"""Numbers of events: in order, never used twice, and in step with the service."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.clock import ManualClock
from kiosk.journal.book import Book
from kiosk.journal.database import open_database
from wire.api.devices import EventType

BOOT = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    clock = ManualClock(datetime(2026, 3, 4, 12, tzinfo=UTC))
    book = Book(open_database(tmp_path / "journal.sqlite3"), clock, BOOT)
    yield book
    book.close()


def tell(book: Book, count: int) -> None:
    for number in range(count):
        book.tell(EventType.STARTED, {"n": number})


def seqs(book: Book, limit: int = 100) -> list[int]:
    events = book.next_events(limit)
    assert events is not None
    return [event.seq for event in events]


def test_a_new_journal_asks_first_where_the_service_stands(book: Book) -> None:
    tell(book, 2)
    assert book.next_events(100) is None
    assert not book.events_acknowledged(0, 41)
    assert seqs(book) == [42, 43]
    assert book.backlog().last_acked == 41


def test_acknowledged_events_go_and_numbers_go_on(book: Book) -> None:
    book.events_acknowledged(0, 0)
    tell(book, 5)
    assert seqs(book, 3) == [1, 2, 3]
    assert book.events_acknowledged(2, 2)
    assert seqs(book) == [3, 4, 5]
    assert book.events_acknowledged(3, 5)
    assert seqs(book) == []
    tell(book, 1)
    assert seqs(book) == [6]
    assert (book.backlog().depth, book.backlog().last_acked) == (1, 5)


def test_nothing_acknowledged_means_the_same_again(book: Book) -> None:
    book.events_acknowledged(0, 0)
    tell(book, 3)
    assert book.events_acknowledged(0, 0)
    assert seqs(book) == [1, 2, 3]


def test_a_service_that_forgot_gets_the_rest_under_the_numbers_it_expects(book: Book) -> None:
    book.events_acknowledged(0, 0)
    tell(book, 5)
    assert book.events_acknowledged(4, 4)
    assert not book.events_acknowledged(0, 1)  # restored from an older backup
    assert seqs(book) == [2]


def test_a_journal_from_an_old_copy_goes_on_where_the_service_is(book: Book) -> None:
    book.events_acknowledged(0, 0)
    tell(book, 2)
    assert not book.events_acknowledged(0, 90)
    assert seqs(book) == [91, 92]


def test_numbers_that_another_life_used_do_not_swallow_events(book: Book) -> None:
    book.events_acknowledged(0, 0)
    tell(book, 4)
    assert not book.events_acknowledged(1, 3)  # it has our first; 2 and 3 are others
    assert seqs(book) == [4, 5, 6]
