"""The call table: keys and bodies fixed before the first send. Inside the caller's transaction."""

import sqlite3
from uuid import UUID

import msgspec

from kiosk.journal.entry import Call, Verb
from wire.ids import new_id


def write(
    connection: sqlite3.Connection,
    redemption: UUID,
    verb: Verb,
    body: msgspec.Struct,
    number: int = 0,
) -> Call:
    """The call to make, or the one that was written before: there is one per verb and number."""
    before = find(connection, redemption, verb, number)
    if before is not None:
        return before
    call = Call(new_id(), redemption, verb, msgspec.json.encode(body))
    connection.execute(
        "INSERT INTO call (key, redemption, verb, number, body) VALUES (?, ?, ?, ?, ?)",
        (str(call.key), str(redemption), verb, number, call.body),
    )
    return call


def reprint(connection: sqlite3.Connection, redemption: UUID, body: msgspec.Struct) -> Call:
    """The reprint call to make: one whose answer was lost is repeated, else a new one."""
    number, last_body, acknowledged = connection.execute(
        "SELECT number, body, acknowledged FROM call WHERE redemption = ? AND verb = ?"
        " UNION ALL SELECT 0, x'', 1 ORDER BY number DESC LIMIT 1",
        (str(redemption), Verb.REPRINT),
    ).fetchone()
    repeat = not acknowledged and last_body == msgspec.json.encode(body)
    return write(connection, redemption, Verb.REPRINT, body, number if repeat else number + 1)


def find(
    connection: sqlite3.Connection, redemption: UUID, verb: Verb, number: int | None = None
) -> Call | None:
    """The call of this verb and number; without a number, the newest of the verb."""
    row = connection.execute(
        "SELECT key, body, acknowledged FROM call WHERE redemption = ? AND verb = ?"
        " AND number = ifnull(?, number) ORDER BY number DESC LIMIT 1",
        (str(redemption), verb, number),
    ).fetchone()
    return None if row is None else Call(UUID(row[0]), redemption, verb, row[1], bool(row[2]))


def acknowledge(connection: sqlite3.Connection, redemption: UUID, verb: Verb) -> None:
    """The service has answered; nothing of this verb is sent again."""
    connection.execute(
        "UPDATE call SET acknowledged = 1 WHERE redemption = ? AND verb = ?",
        (str(redemption), verb),
    )
