"""A journal that the first version of the kiosk wrote, opened by this one.

journal_0001.sql is the dump of a journal made by that version's own code.
"""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.clock import ManualClock
from kiosk.journal import chain
from kiosk.journal.book import Book
from kiosk.journal.database import open_database
from kiosk.journal.entry import Verb
from kiosk.journal.error import JournalUnreadable
from kiosk.journal.state import JournalState
from wire.ids import new_id

DUMP = Path(__file__).parent / "journal_0001.sql"
ROWS = 25
S = JournalState
STATES = [S.CLOSED, S.RELEASED, S.UNCERTAIN, S.RELEASE_PENDING, S.PRINTED, S.UNCERTAIN, S.INTENT]


def redemption(number: int) -> UUID:
    return UUID(f"019503f0-0000-7000-8000-{number:012d}")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "journal.sqlite3"
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(DUMP.read_text("utf-8"))
        raw.execute("PRAGMA user_version = 1")
    return path


def opened(path: Path) -> Book:
    clock = ManualClock(datetime(2026, 3, 5, 12, tzinfo=UTC))
    return Book(open_database(path), clock, "00000000-0000-4000-8000-000000000002")


def test_everything_is_there_and_the_chain_is_whole(old: Path) -> None:
    book = opened(old)
    assert chain.verify(book._db) == chain.Verdict(ROWS)
    assert [entry.id for entry in book.entries()] == [redemption(n) for n in range(1, 8)]
    assert [entry.state for entry in book.entries()] == STATES
    reprinting = book.reprinting()
    assert [(entry.id, entry.copy, entry.tail) for entry in reprinting] == [
        (redemption(6), 1, "7XYZ")
    ]
    capture = book.call_of(redemption(5), Verb.CAPTURE_OK)
    assert capture is not None
    assert (capture.acknowledged, capture.by) == (False, None)
    assert b'"paper_mm":104' in capture.body
    assert book.backlog().depth == 4
    assert not book.must_ask_open()
    book.close()


def test_the_chain_goes_on_from_its_last_row(old: Path) -> None:
    book = opened(old)
    book.captured(redemption(5))
    book.refused(redemption(7), "insufficient")
    another = new_id()
    book.begin(another, new_id(), 300)
    assert book.find(another).device_seq == 7  # type: ignore[union-attr]  # was just begun
    assert chain.verify(book._db) == chain.Verdict(ROWS + 3)
    assert [row.seq for row in book.history(redemption(5))][-1] == ROWS + 1
    book.close()


def test_once_is_enough(old: Path) -> None:
    opened(old).close()
    before = old.read_bytes()
    opened(old).close()
    assert old.read_bytes() == before


def test_an_old_journal_that_was_tampered_with_is_found_out(old: Path) -> None:
    with closing(sqlite3.connect(old)) as raw, raw:
        raw.execute("UPDATE journal SET reason = 'x' WHERE seq = 9")
    with pytest.raises(JournalUnreadable, match="row 9 was changed"):
        opened(old)


def test_a_migration_that_is_cut_off_leaves_the_old_journal(old: Path) -> None:
    """Everything is one transaction: a power cut before its end has changed nothing."""
    with closing(sqlite3.connect(old)) as raw, raw:
        raw.execute("CREATE TABLE roll (in_the_way INTEGER)")
    with pytest.raises(JournalUnreadable, match="damaged"):
        opened(old)
    with closing(sqlite3.connect(old)) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (1,)
        assert raw.execute("SELECT count(redemption) FROM journal").fetchone() == (ROWS,)
        raw.execute("DROP TABLE roll")
    book = opened(old)
    assert len(book.entries()) == 7
    book.close()
