"""Rows that each carry the hash of the one before: an edit anywhere breaks all that follow.

hash = SHA-256(previous hash + the row as a JSON list [seq, boot id, monotonic ns, wall
time, subject, state, reason]); the first row's previous hash is 32 zero bytes.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kiosk.journal import paper_proof
from kiosk.journal.row import JournalRow

GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the whole chain found."""

    rows: int
    """Rows that are good, counted from the first."""
    bad_seq: int | None = None
    """The first bad row, or None."""
    why: str = ""

    @property
    def ok(self) -> bool:
        return self.bad_seq is None


def rows(connection: sqlite3.Connection) -> list[tuple[JournalRow, bytes, bytes]]:
    """All rows in order, each with the previous hash and the own hash that it claims."""
    return list(_walk(connection))


def _walk(connection: sqlite3.Connection) -> Iterator[tuple[JournalRow, bytes, bytes]]:
    """The same, one after the other: a year's journal is never held in memory."""
    cursor = connection.execute(
        "SELECT seq, boot_id, mono_ns, wall, subject, state, reason, previous, hash"
        " FROM journal ORDER BY seq"
    )
    for row in cursor:
        yield JournalRow(*row[:7]), row[7], row[8]


def rows_about(connection: sqlite3.Connection, subject: str) -> list[JournalRow]:
    """The rows about one subject, in order."""
    cursor = connection.execute(
        "SELECT seq, boot_id, mono_ns, wall, subject, state, reason FROM journal"
        " WHERE subject = ? ORDER BY seq",
        (subject,),
    )
    return [JournalRow(*row) for row in cursor]


def last_rows(connection: sqlite3.Connection, subjects: list[str]) -> dict[str, JournalRow]:
    """The last row about each of these subjects that has one."""
    marks = ", ".join("?" * len(subjects))
    cursor = connection.execute(
        "SELECT seq, boot_id, mono_ns, wall, subject, state, reason FROM journal"  # noqa: S608 - question marks only
        f" WHERE seq IN (SELECT max(seq) FROM journal WHERE subject IN ({marks}) GROUP BY subject)",
        subjects,
    )
    return {row[4]: JournalRow(*row) for row in cursor}


@contextmanager
def _snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is read within is of one moment, also while another connection writes."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def verify(connection: sqlite3.Connection) -> Verdict:
    """Follows the chain from its beginning, then holds the redemptions beside their last rows.

    It looks at one moment of the journal, so another connection may write meanwhile.

    Raises:
        sqlite3.Error, ValueError, TypeError: what is there is damaged beyond comparing.
    """
    with _snapshot(connection):
        return _verified(connection)


def _verified(connection: sqlite3.Connection) -> Verdict:
    previous = GENESIS
    last: dict[str, tuple[int, str]] = {}
    count = 0
    told: list[JournalRow] = []
    for row, claimed_previous, claimed_hash in _walk(connection):
        if row.seq != count + 1:
            return Verdict(count, row.seq, f"row {count + 1} is missing")
        if claimed_previous != previous:
            return Verdict(count, row.seq, "does not follow the row before it")
        previous = row.hash_after(previous)
        if claimed_hash != previous:
            return Verdict(count, row.seq, "was changed after it was written")
        count = row.seq
        if paper_proof.concerns_paper(row):
            told.append(row)
        if row.about_redemption:
            last[row.subject] = (row.seq, row.state)
    for redemption, state in connection.execute("SELECT id, state FROM redemption ORDER BY id"):
        seq, said = last.pop(redemption, (count + 1, "nothing"))
        if said != state:
            why = f"redemption {redemption} stands at {state}, but its last row says {said}"
            return Verdict(count, seq, why)
    if last:
        redemption, (seq, _) = next(iter(last.items()))
        return Verdict(count, seq, f"redemption {redemption} is missing")
    bad = paper_proof.first_bad(connection, told)
    return Verdict(count) if bad is None else Verdict(count, *bad)


def head(connection: sqlite3.Connection) -> tuple[int, bytes]:
    """Sequence number and hash of the last row; (0, GENESIS) of an empty journal."""
    row = connection.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    return (0, GENESIS) if row is None else (row[0], row[1])


def append(connection: sqlite3.Connection, row: JournalRow, previous: bytes) -> None:
    """One more row, inside the caller's transaction."""
    connection.execute(
        "INSERT INTO journal"
        " (seq, boot_id, mono_ns, wall, subject, state, reason, previous, hash)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            row.seq,
            row.boot_id,
            row.mono_ns,
            row.wall,
            row.subject,
            row.state,
            row.reason,
            previous,
            row.hash_after(previous),
        ),
    )
