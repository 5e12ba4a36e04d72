"""Rows that each carry the hash of the one before: an edit anywhere breaks all that follow.

hash = SHA-256(previous hash + the row as a JSON list [seq, boot id, monotonic ns, wall
time, redemption, state, reason]); the first row's previous hash is 32 zero bytes.
"""

import hashlib
import sqlite3
from dataclasses import dataclass

import msgspec

GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One arrow, or a remark about a redemption that stays where it is."""

    seq: int
    boot_id: str
    mono_ns: int
    """Boot time in nanoseconds, comparable within one boot id."""
    wall: str
    """RFC 3339 by the best clock there was."""
    redemption: str
    state: str
    reason: str

    def hash_after(self, previous: bytes) -> bytes:
        """This row's hash (32 bytes) when `previous` is the hash of the row before."""
        row = [
            self.seq,
            self.boot_id,
            self.mono_ns,
            self.wall,
            self.redemption,
            self.state,
            self.reason,
        ]
        return hashlib.sha256(previous + msgspec.json.encode(row)).digest()


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
    cursor = connection.execute(
        "SELECT seq, boot_id, mono_ns, wall, redemption, state, reason, previous, hash"
        " FROM journal ORDER BY seq"
    )
    return [(JournalRow(*row[:7]), row[7], row[8]) for row in cursor]


def verify(connection: sqlite3.Connection) -> Verdict:
    """Follows the chain from its beginning, then holds the redemptions beside their last rows."""
    previous = GENESIS
    last: dict[str, tuple[int, str]] = {}
    count = 0
    for row, claimed_previous, claimed_hash in rows(connection):
        if row.seq != count + 1:
            return Verdict(count, row.seq, f"row {count + 1} is missing")
        if claimed_previous != previous:
            return Verdict(count, row.seq, "does not follow the row before it")
        previous = row.hash_after(previous)
        if claimed_hash != previous:
            return Verdict(count, row.seq, "was changed after it was written")
        count = row.seq
        last[row.redemption] = (row.seq, row.state)
    for redemption, state in connection.execute("SELECT id, state FROM redemption ORDER BY id"):
        seq, told = last.pop(redemption, (count + 1, "nothing"))
        if told != state:
            why = f"redemption {redemption} stands at {state}, but its last row says {told}"
            return Verdict(count, seq, why)
    if last:
        redemption, (seq, _) = next(iter(last.items()))
        return Verdict(count, seq, f"redemption {redemption} is missing")
    return Verdict(count)


def head(connection: sqlite3.Connection) -> tuple[int, bytes]:
    """Sequence number and hash of the last row; (0, GENESIS) of an empty journal."""
    row = connection.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    return (0, GENESIS) if row is None else (row[0], row[1])


def append(connection: sqlite3.Connection, row: JournalRow, previous: bytes) -> None:
    """One more row, inside the caller's transaction."""
    connection.execute(
        "INSERT INTO journal"
        " (seq, boot_id, mono_ns, wall, redemption, state, reason, previous, hash)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            row.seq,
            row.boot_id,
            row.mono_ns,
            row.wall,
            row.redemption,
            row.state,
            row.reason,
            previous,
            row.hash_after(previous),
        ),
    )
