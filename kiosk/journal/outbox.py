"""The event table: what the service will be told, in order. Inside the caller's transaction.

A row's number rises by one and is never used twice in this file; its sequence number on
the wire is the number plus a base, which is 0 on a device's first journal. After a journal
was begun anew the service's last acknowledged sequence gives the base, so that new events
do not look like duplicates of forgotten ones.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from wire.api.devices import Event
from wire.ids import new_id

Payload = dict[str, str | int | bool | None]
_BASE = "event_base"


@dataclass(frozen=True, slots=True)
class Backlog:
    """How far the service has heard."""

    depth: int
    """Events that wait."""
    last_acked: int
    """Sequence number of the last acknowledged event; 0 while unknown."""


def write(
    connection: sqlite3.Connection,
    kind: str,
    at: datetime,
    mono_ms: int,
    boot_id: str,
    payload: Payload,
) -> None:
    connection.execute(
        "INSERT INTO event (id, type, at, mono_ms, boot_id, payload) VALUES (?, ?, ?, ?, ?, ?)",
        (str(new_id()), kind, at.isoformat(), mono_ms, boot_id, msgspec.json.encode(payload)),
    )


def next_batch(connection: sqlite3.Connection, limit: int) -> list[Event] | None:
    """The oldest events that wait, in order; None while the base is unknown: ask with none."""
    base = _base(connection)
    if base is None:
        return None
    rows = connection.execute(
        "SELECT number, id, type, at, mono_ms, boot_id, payload FROM event ORDER BY number LIMIT ?",
        (limit,),
    )
    return [
        Event(
            seq=base + number,
            id=UUID(id_),
            type=kind,
            at=datetime.fromisoformat(at),
            mono_ms=mono_ms,
            boot_id=UUID(boot_id),
            payload=msgspec.json.decode(payload, type=Payload),
        )
        for number, id_, kind, at, mono_ms, boot_id, payload in rows
    ]


def acknowledge(connection: sqlite3.Connection, heard: int, acked_seq: int) -> bool:
    """Forget what the service has; whether it counts as this journal does.

    Args:
        heard: how many of the oldest events it has, as told one by one: not merely their
            numbers, which another life of this device may have used for other events.
        acked_seq: the last number that it has used. Where that is not the last of ours,
            the two have different pasts, and numbering goes on where the service is.
    """
    connection.execute(
        "DELETE FROM event WHERE number IN (SELECT number FROM event ORDER BY number LIMIT ?)",
        (heard,),
    )
    base = acked_seq - (_next_number(connection) - 1)
    if base == _base(connection):
        return True
    connection.execute(
        "INSERT INTO fact (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (_BASE, base),
    )
    return False


def forget_base(connection: sqlite3.Connection) -> None:
    """The service counts anew for this device: ask where it stands."""
    connection.execute("DELETE FROM fact WHERE name = ?", (_BASE,))


def backlog(connection: sqlite3.Connection) -> Backlog:
    depth = connection.execute("SELECT count(*) FROM event").fetchone()[0]
    base = _base(connection)
    return Backlog(depth, 0 if base is None else base + _next_number(connection) - 1)


def _base(connection: sqlite3.Connection) -> int | None:
    row = connection.execute("SELECT value FROM fact WHERE name = ?", (_BASE,)).fetchone()
    return None if row is None else int(row[0])


def _next_number(connection: sqlite3.Connection) -> int:
    """Number of the oldest event that waits, or the one that the next event will get."""
    oldest = connection.execute("SELECT min(number) FROM event").fetchone()[0]
    if oldest is not None:
        return int(oldest)
    used = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'event'").fetchone()
    return 1 if used is None else int(used[0]) + 1
