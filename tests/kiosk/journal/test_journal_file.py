"""The file itself: how it is opened, what is found at opening, what a failure does."""

import hashlib
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.clock import ManualClock
from kiosk.journal import chain, database
from kiosk.journal.book import Book
from kiosk.journal.database import latest_schema, open_database
from kiosk.journal.error import JournalBroken, JournalUnreadable
from kiosk.journal.journal import Journal
from kiosk.journal.state import JournalState
from wire.ids import new_id

BOOT = "00000000-0000-4000-8000-000000000001"
CLOCK = ManualClock(datetime(2026, 3, 4, 12, tzinfo=UTC))


def filled(path: Path, redemptions: int = 3) -> None:
    book = Book(open_database(path), CLOCK, BOOT)
    for _ in range(redemptions):
        redemption = new_id()
        book.begin(redemption, new_id(), 300)
        book.reserved(redemption, "5W8C")
        book.armed(redemption)
        book.printing(redemption)
        book.printed(redemption, 104)
    book.close()


def test_write_ahead_log_and_full_sync_are_on(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "journal.sqlite3")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (database.SYNCHRONOUS_FULL,)
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    connection.close()


def test_a_file_system_without_wal_is_refused() -> None:
    # An in-memory database cannot have a write-ahead log; SQLite answers "memory".
    connection = sqlite3.connect(":memory:", isolation_level=None)
    with pytest.raises(JournalBroken, match="not WAL and FULL"):
        database._configure(connection)
    connection.close()


def test_opening_twice_migrates_once(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    filled(path)
    before = path.read_bytes()
    connection = open_database(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (latest_schema(),)
    connection.close()
    assert path.read_bytes() == before


def test_a_later_schema_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    filled(path)
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA user_version = 99")
    raw.close()
    with pytest.raises(JournalBroken, match="schema 99"):
        open_database(path)


def test_the_chain_is_what_its_docstring_says(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    filled(path, 1)
    connection = open_database(path)
    (first, previous, digest), *_ = chain.rows(connection)
    connection.close()
    text = (
        f'[1,"{BOOT}",{first.mono_ns},"{first.wall}","{first.subject}","INTENT",'
        '"confirmed by the shopper"]'
    )
    assert previous == bytes(32)
    assert digest == hashlib.sha256(bytes(32) + text.encode()).digest()


TAMPERING = {
    "a reason changed": ("UPDATE journal SET reason = 'x' WHERE seq = 7", 7),
    "a state changed": ("UPDATE journal SET state = 'RELEASED' WHERE seq = 7", 7),
    "a time changed": ("UPDATE journal SET mono_ns = mono_ns + 1 WHERE seq = 7", 7),
    "a hash changed": ("UPDATE journal SET hash = zeroblob(32) WHERE seq = 7", 7),
    "a link changed": ("UPDATE journal SET previous = zeroblob(32) WHERE seq = 7", 7),
    "a row removed": ("DELETE FROM journal WHERE seq = 7", 8),
    "the first row removed": ("DELETE FROM journal WHERE seq = 1", 2),
    "the end cut off": ("DELETE FROM journal WHERE seq = 15", 14),
    "two rows swapped": (
        """UPDATE journal SET seq = -seq WHERE seq IN (7, 8);
        UPDATE journal SET seq = 8 WHERE seq = -7; UPDATE journal SET seq = 7 WHERE seq = -8""",
        7,
    ),
    "a redemption moved": (
        "UPDATE redemption SET state = 'RELEASED' WHERE id = (SELECT min(id) FROM redemption)",
        5,
    ),
    "a redemption removed": (
        """PRAGMA foreign_keys = OFF;
        DELETE FROM redemption WHERE id = (SELECT min(id) FROM redemption)""",
        5,
    ),
}


@pytest.mark.parametrize("how", list(TAMPERING))
def test_tampering_is_found_and_its_first_row_told(tmp_path: Path, how: str) -> None:
    path = tmp_path / "journal.sqlite3"
    filled(path)
    script, bad_seq = TAMPERING[how]
    raw = sqlite3.connect(path)
    assert chain.verify(raw) == chain.Verdict(15)
    raw.executescript(script)
    verdict = chain.verify(raw)
    raw.close()
    assert verdict.bad_seq == bad_seq
    assert ("missing" in verdict.why) == ("removed" in how)
    with pytest.raises(JournalUnreadable):
        open_database(path)


def put_aside(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if "quarantined" in path.name]


async def test_an_unreadable_journal_is_put_aside_whole_and_a_new_one_begun(
    tmp_path: Path,
) -> None:
    path = tmp_path / "journal.sqlite3"
    filled(path)
    damaged = b"not a database at all" * 999
    path.write_bytes(damaged)
    journal = await Journal.open(path, CLOCK, BOOT)
    assert await journal.do(Book.must_ask_open)
    assert await journal.do(Book.entries) == []
    await journal.do(Book.events_acknowledged, 0, 0)
    events = await journal.do(Book.next_events, 10)
    await journal.close()
    aside = put_aside(tmp_path)
    assert [p.read_bytes() for p in aside] == [damaged]
    assert events is not None
    assert [(e.type, e.payload) for e in events] == [
        ("journal_quarantined", {"file": aside[0].name})
    ]


async def test_a_log_left_behind_by_a_quarantine_cut_short_is_not_played(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    book = Book(open_database(path), CLOCK, BOOT)
    book.begin(new_id(), new_id(), 300)
    log = path.with_name(path.name + "-wal").read_bytes()  # as a killed process leaves it
    book.close()
    path.unlink()
    path.with_name(path.name + "-wal").write_bytes(log)
    journal = await Journal.open(path, CLOCK, BOOT)
    assert await journal.do(Book.entries) == []
    await journal.close()


@pytest.mark.parametrize("seed", range(40))
async def test_a_flipped_byte_is_found_or_harmless(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "journal.sqlite3"
    filled(path)
    whole = bytearray(path.read_bytes())
    place = (seed * 7919) % len(whole)
    whole[place] ^= 1 << (seed % 8)
    path.write_bytes(whole)
    try:
        connection = open_database(path)
    except (JournalUnreadable, JournalBroken):
        return
    states = [row[0] for row in connection.execute("SELECT state FROM redemption")]
    connection.close()
    assert states == [JournalState.PRINTED] * 3


async def test_a_full_disk_breaks_the_journal_for_good(tmp_path: Path) -> None:
    journal = await Journal.open(tmp_path / "journal.sqlite3", CLOCK, BOOT)
    await journal.do(lambda book: book._db.execute("PRAGMA max_page_count = 1"))
    redemption = new_id()
    await journal.do(Book.begin, redemption, new_id(), 300)
    with pytest.raises(JournalBroken, match="full"):
        await journal.do(Book.refused, redemption, "x" * 20_000)
    assert journal.broken
    with pytest.raises(JournalBroken, match="failed before"):
        await journal.do(Book.entries)
    journal._thread.submit(journal._book.close).result()  # left open, for the process to die
    await journal.close()


async def test_a_folder_that_refuses_is_told(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("in the way")
    with pytest.raises(JournalBroken, match="cannot be opened"):
        await Journal.open(blocker / "journal.sqlite3", CLOCK, BOOT)


async def test_closing_twice_is_fine(tmp_path: Path) -> None:
    journal = await Journal.open(tmp_path / "journal.sqlite3", CLOCK, BOOT)
    await journal.close()
    await journal.close()


def test_a_renamed_column_is_damage_and_not_a_crash_at_first_use(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    open_database(path).close()
    damaged = path.read_bytes().replace(b"value ", b"vamue ", 1)
    assert damaged != path.read_bytes()
    path.write_bytes(damaged)
    with pytest.raises(JournalUnreadable):
        open_database(path)


def test_a_name_that_changed_in_its_row_alone_is_damage(tmp_path: Path) -> None:
    """Its index still has the old one: what it says would silently not be found."""
    path = tmp_path / "journal.sqlite3"
    filled(path)
    content = path.read_bytes()
    path.write_bytes(b"asc_open".join(content.rsplit(b"ask_open", 1)))
    with pytest.raises(JournalUnreadable):
        open_database(path)
