"""The call table: keys and bodies fixed before the first send. Inside the caller's transaction.

A call that staff answer for names them; the token that speaks for them is put into the body
at each send (`kiosk.sync.staff_call`) and never stands here.
"""

import sqlite3
from datetime import datetime
from uuid import UUID

import msgspec

from kiosk.journal.entry import By, Call, Verb
from wire.api.redemptions import CaptureRequest
from wire.ids import new_id


def write(
    connection: sqlite3.Connection,
    redemption: UUID,
    verb: Verb,
    body: msgspec.Struct,
    number: int = 0,
    by: By | None = None,
) -> Call:
    """The call to make, or the one that was written before: there is one per verb and number."""
    before = find(connection, redemption, verb, number)
    if before is not None:
        return before
    if getattr(body, "staff_token", None) is not None:
        raise ValueError("a staff token is never written down")
    call = Call(new_id(), redemption, verb, msgspec.json.encode(body), by=by)
    connection.execute(
        "INSERT INTO call (key, redemption, verb, number, body, staff_ref, login)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            str(call.key),
            str(redemption),
            verb,
            number,
            call.body,
            None if by is None else by.staff_ref,
            None if by is None or by.login is None else str(by.login),
        ),
    )
    return call


def again(
    connection: sqlite3.Connection,
    redemption: UUID,
    verb: Verb,
    body: msgspec.Struct,
    by: By | None = None,
) -> Call:
    """A call that may be asked for many times: one whose answer was lost is repeated by the same
    person with the same body, else it is a new one.
    """
    number, last_body, acknowledged, staff_ref = connection.execute(
        "SELECT number, body, acknowledged, staff_ref FROM call WHERE redemption = ? AND verb = ?"
        " UNION ALL SELECT 0, x'', 1, NULL ORDER BY number DESC LIMIT 1",
        (str(redemption), verb),
    ).fetchone()
    same = last_body == msgspec.json.encode(body) and staff_ref == (by and by.staff_ref)
    if acknowledged or not same:
        return write(connection, redemption, verb, body, number + 1, by)
    if by is not None and by.login is not None:  # who logged in anew has another token
        connection.execute(
            "UPDATE call SET login = ? WHERE redemption = ? AND verb = ? AND number = ?",
            (str(by.login), str(redemption), verb, number),
        )
    return write(connection, redemption, verb, body, number, by)


def find(
    connection: sqlite3.Connection, redemption: UUID, verb: Verb, number: int | None = None
) -> Call | None:
    """The call of this verb and number; without a number, the newest of the verb."""
    row = connection.execute(
        "SELECT key, body, acknowledged, staff_ref, login FROM call"
        " WHERE redemption = ? AND verb = ?"
        " AND number = ifnull(?, number) ORDER BY number DESC LIMIT 1",
        (str(redemption), verb, number),
    ).fetchone()
    if row is None:
        return None
    key, body, acknowledged, staff_ref, login = row
    by = None if staff_ref is None else By(staff_ref, None if login is None else UUID(login))
    return Call(UUID(key), redemption, verb, body, bool(acknowledged), by)


def printed_at(call: Call) -> datetime:
    """The time that stands in a capture."""
    return msgspec.json.decode(call.body, type=CaptureRequest).printed_at


def acknowledge(connection: sqlite3.Connection, redemption: UUID, verb: Verb) -> None:
    """The service has answered; nothing of this verb is sent again."""
    connection.execute(
        "UPDATE call SET acknowledged = 1 WHERE redemption = ? AND verb = ?",
        (str(redemption), verb),
    )
