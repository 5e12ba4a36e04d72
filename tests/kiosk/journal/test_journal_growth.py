"""What is asked again and again of a journal of years: found by an index, never by reading all."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.clock import ManualClock
from kiosk.journal import chain, database
from kiosk.journal.book import Book
from kiosk.journal.database import latest_schema, open_database
from tests.kiosk.journal.paper_of_a_shop import BOOT, issued, printed, put_in
from wire.ids import new_id

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
YEARS = 300
"""So many vouchers before what is asked for: a walk over them would show in the steps."""


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    clock = ManualClock(NOON)
    book = Book(open_database(tmp_path / "journal.sqlite3"), clock, BOOT)
    book._db.execute("PRAGMA synchronous = OFF")
    for _ in range(5):
        put_in(book)
        for _ in range(YEARS // 5):
            issued(book)
    clock.advance(48 * 3600)
    put_in(book)
    yield book
    book.close()


def steps(book: Book, ask: Callable[[], object]) -> int:
    """Thousands of SQLite's own steps that a question takes."""
    count = 0

    def one() -> int:
        nonlocal count
        count += 1
        return 0

    book._db.set_progress_handler(one, 100)
    ask()
    book._db.set_progress_handler(None, 100)
    return count


def test_the_day_is_counted_without_the_years_before(book: Book) -> None:
    today = datetime(2026, 3, 6, tzinfo=UTC)
    assert steps(book, lambda: book.counts(today)) < 3
    assert book.counts(today).issued == 0
    assert book.counts(NOON).issued == YEARS


def test_the_gauge_is_reckoned_from_this_roll_and_today(book: Book) -> None:
    assert steps(book, lambda: book.paper_account(datetime(2026, 3, 6, tzinfo=UTC))) < 12
    assert book.paper_account(NOON).window_papers == YEARS


def test_one_history_is_read_without_the_others(book: Book) -> None:
    one = book.entries()[7].id
    assert steps(book, lambda: book.history(one)) < 3
    assert len(book.history(one)) == 7


def test_the_last_rows_of_a_list_are_one_question(book: Book) -> None:
    ids = [entry.id for entry in book.entries()[:35]]
    asked = steps(book, lambda: book.last_rows(ids))
    assert asked < 60
    last = book.last_rows([*ids, new_id()])
    assert last == {one: book.history(one)[-1] for one in ids}
    assert book.last_rows([]) == {}


def test_the_chain_is_followed_at_one_moment(book: Book, tmp_path: Path) -> None:
    """Beside a kiosk that goes on writing: what it writes meanwhile is not half seen."""
    redemption = printed(book)
    reader = sqlite3.connect(f"file:{tmp_path / 'journal.sqlite3'}?mode=ro", uri=True)
    written = []

    def write_meanwhile(statement: str) -> None:
        if statement.startswith("SELECT id, state FROM redemption"):
            book.captured(redemption)
            written.append(statement)

    reader.set_trace_callback(write_meanwhile)
    try:
        verdict = chain.verify(reader)
        assert written, "the journal went on while it was looked at"
        assert (verdict.ok, verdict.why) == (True, "")
        assert not reader.in_transaction
    finally:
        reader.close()


def test_a_journal_of_schema_2_gets_the_indexes_and_keeps_its_paper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, known = tmp_path / "journal.sqlite3", database._migrations()
    with monkeypatch.context() as old:
        old.setattr(database, "_migrations", lambda: known[:2])
        book = Book(open_database(path), ManualClock(NOON), BOOT)
        assert book._db.execute("PRAGMA user_version").fetchone() == (2,)
        put_in(book)
        issued(book)
        assert book.near_end(4000)
        before = book._db.execute("SELECT * FROM paper_use ORDER BY seq").fetchall()
        rows = len(chain.rows(book._db))
        book.close()
    book = Book(open_database(path), ManualClock(NOON), BOOT)
    assert book._db.execute("PRAGMA user_version").fetchone() == (latest_schema(),)
    assert book._db.execute("SELECT * FROM paper_use ORDER BY seq").fetchall() == before
    assert len(before) == 2
    assert book.not_near_end()
    assert chain.verify(book._db) == chain.Verdict(rows + 1)
    book.close()
