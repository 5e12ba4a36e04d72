"""The journal's SQLite file: opened so that an acknowledged commit survives a power cut.

WAL with synchronous=FULL is asserted at each opening: in simulated power cuts WAL with
NORMAL lost acknowledged commits, with FULL none.
"""

import importlib.resources
import logging
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from kiosk.journal import chain
from kiosk.journal.error import JournalBroken, JournalUnreadable

log = logging.getLogger(__name__)

SYNCHRONOUS_FULL = 2
_LOG_PAGES = 4000
"""Of 512 bytes: about 2 MB of log, then it is worked into the file."""
_BUSY_S = 2.0
"""Nobody else writes; `kiosk journal` may read for a moment."""
_UNREADABLE = frozenset(
    {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,  # a table or column is not there
        sqlite3.SQLITE_SCHEMA,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
    }
)
"""What the content can be blamed for; for anything else the disk is."""
_PRIMARY = 0xFF
"""The low byte of an extended result code is the primary one."""


def open_database(path: Path) -> sqlite3.Connection:
    """The journal's connection, migrated and checked; use it from one thread.

    Raises:
        JournalUnreadable: the file is damaged, or its chain is broken.
        JournalBroken: the folder or the disk refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise JournalBroken(f"{path} cannot be opened: {error}") from error
    try:
        _configure(connection)
        _migrate(connection)
        _check(connection)
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.Error):
            raise _reading_error(error, path) from error
        if isinstance(error, ValueError | TypeError):  # damaged text, a damaged column
            raise JournalUnreadable(f"{path} is damaged: {type(error).__name__}") from error
        raise
    return connection


def _reading_error(error: sqlite3.Error, path: Path) -> JournalUnreadable | JournalBroken:
    """Damage can be put aside; a disk that refuses cannot."""
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    if code in _UNREADABLE:
        return JournalUnreadable(f"{path} is damaged: {error}")
    return JournalBroken(f"{path} cannot be used: {error}")


def _configure(connection: sqlite3.Connection) -> None:
    # A small page for a new file: each arrow changes a few rows of some hundred bytes, and
    # each changed page is written whole; with 4,096 a redemption wrote three times as much.
    connection.execute("PRAGMA page_size = 512")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    level = connection.execute("PRAGMA synchronous").fetchone()[0]
    if mode != "wal" or level != SYNCHRONOUS_FULL:
        raise JournalBroken(f"SQLite runs with {mode} and synchronous {level}, not WAL and FULL")


def _migrations() -> list[tuple[int, str]]:
    """Number and text of each migration, in order."""
    folder = importlib.resources.files("kiosk.journal") / "schema"
    found = [
        (int(match[1]), entry.read_text("utf-8"))
        for entry in folder.iterdir()
        if (match := re.fullmatch(r"(\d{4})_\w+\.sql", entry.name))
    ]
    return sorted(found)


def latest_schema() -> int:
    """The schema that this program writes."""
    return _migrations()[-1][0]


def _migrate(connection: sqlite3.Connection) -> None:
    done = connection.execute("PRAGMA user_version").fetchone()[0]
    known = _migrations()
    if done > known[-1][0]:
        raise JournalBroken(f"the journal has schema {done}; this program knows {known[-1][0]}")
    for number, text in known:
        if number > done:
            script = f"BEGIN IMMEDIATE;\n{text}\nPRAGMA user_version = {number};\nCOMMIT;"
            connection.executescript(script)


def _check(connection: sqlite3.Connection) -> None:
    # quick_check would take half the time (0.5 s less with 5,000 redemptions), but does not compare
    # rows with their indexes: a flipped bit in a key, and what it names is not found any more.
    problem = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if problem != "ok":
        raise JournalUnreadable(f"the journal is damaged: {problem}")
    if _schema(connection) != _schema_wanted():
        # Names are not compared: a flipped bit in one would fail at its first use only.
        raise JournalUnreadable("the journal's tables are not those of this program")
    verdict = chain.verify(connection)
    if not verdict.ok:
        raise JournalUnreadable(f"the journal's row {verdict.bad_seq} {verdict.why}")


def _schema(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    """Every table, index and trigger as it is defined, in one order."""
    return connection.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    ).fetchall()


def _schema_wanted() -> list[tuple[object, ...]]:
    """As the migrations make it."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        _migrate(fresh)
        return _schema(fresh)


def quarantine(path: Path, now: datetime) -> Path:
    """Puts an unreadable journal aside, whole, under a name with the time; its new path.

    Raises:
        JournalBroken: even that is refused.
    """
    stamp = now.strftime("%Y%m%dT%H%M%S.%fZ")
    aside = path.with_name(f"{path.name}.quarantined-{stamp}")
    try:
        for suffix in ("", "-wal", "-shm"):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
        _sync_folder(path.parent)
    except OSError as error:
        raise JournalBroken(f"{path} cannot be put aside: {error}") from error
    return aside


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Begin, and commit with an fsync at the end; roll back on any exception.

    After an sqlite3.Error it is not known whether the commit is on disk: the journal must
    not be written again by this process.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite rolls back by itself on some errors
            connection.execute("ROLLBACK")
        raise
