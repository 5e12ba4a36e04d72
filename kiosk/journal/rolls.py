"""The tables of rolls and paper, read and written. Inside the caller's transaction."""

import sqlite3
from datetime import datetime
from uuid import UUID

from kiosk.journal.entry import By
from kiosk.journal.roll import (
    PaperAccount,
    PaperUse,
    Proof,
    Roll,
    RollCall,
    RollTally,
    Use,
    UseKind,
)

RECENT = 50
"""So many vouchers tell how long the next one will be."""
_PAPER = "kind NOT IN ('sensor', 'restored')"
"""Uses that took paper; of the others a sensor only says that more or less is left."""
_SELECT_ROLL = (
    "SELECT id, serial, length_mm, loaded_at, staff_ref, login,"
    " removed_at, removed_mm_left, seconds FROM roll"
)
_SELECT_USE = "SELECT seq, roll, kind, mm, proof, redemption, staff_ref, at FROM paper_use"


def find(connection: sqlite3.Connection, roll: UUID) -> Roll | None:
    row = connection.execute(_SELECT_ROLL + " WHERE id = ?", (str(roll),)).fetchone()
    return None if row is None else _roll(row)


def loaded(connection: sqlite3.Connection) -> Roll | None:
    """The roll that is in, as far as anybody has told."""
    row = connection.execute(_SELECT_ROLL + " WHERE removed_seq IS NULL").fetchone()
    return None if row is None else _roll(row)


def put_in(
    connection: sqlite3.Connection, roll: UUID, serial: str, length_mm: int, seq: int, by: By
) -> None:
    """The roll is in; `seq` is the chain's row that tells of it."""
    connection.execute(
        "INSERT INTO roll (id, serial, length_mm, loaded_seq, loaded_at, staff_ref, login)"
        " SELECT ?, ?, ?, seq, wall, ?, ? FROM journal WHERE seq = ?",
        (str(roll), serial, length_mm, by.staff_ref, _text(by.login), seq),
    )


def take_out(connection: sqlite3.Connection, roll: UUID, mm_left: int, seq: int) -> None:
    connection.execute(
        "UPDATE roll SET removed_seq = ?, removed_mm_left = ?,"
        " removed_at = (SELECT wall FROM journal WHERE seq = ?) WHERE id = ?",
        (seq, mm_left, seq, str(roll)),
    )


def account(connection: sqlite3.Connection, window_from: datetime) -> PaperAccount:
    """What the gauge is reckoned from; the window reaches back to a time in UTC."""
    roll = loaded(connection)
    taken = 0 if roll is None else _sum(connection, "roll = ?", (str(roll.id),))
    recent = connection.execute(
        "SELECT mm FROM paper_use WHERE kind IN ('voucher', 'reprint') AND proof = 'fence'"
        " ORDER BY seq DESC LIMIT ?",
        (RECENT,),
    ).fetchall()
    slip = connection.execute(
        "SELECT ifnull(max(mm), 0) FROM paper_use WHERE kind = 'void' AND proof = 'fence'"
    ).fetchone()[0]
    first, window_mm, papers = connection.execute(
        "SELECT min(at), ifnull(sum(mm), 0), count(*) FROM paper_use"  # noqa: S608 - our own words
        f" WHERE {_PAPER} AND at >= ?",
        (window_from.isoformat(),),
    ).fetchone()
    return PaperAccount(
        roll=roll,
        taken_mm=taken,
        recent_mm=tuple(mm for (mm,) in recent),
        slip_mm=slip,
        window_from=None if first is None else datetime.fromisoformat(first),
        window_mm=window_mm,
        window_papers=papers,
    )


def longest_mm(connection: sqlite3.Connection, kind: UseKind) -> int:
    """The longest whole page of late of a kind; 0 before the first."""
    longest: int = connection.execute(
        "SELECT ifnull(max(mm), 0) FROM (SELECT mm FROM paper_use WHERE kind = ?"
        " AND proof = 'fence' ORDER BY seq DESC LIMIT ?)",
        (kind, RECENT),
    ).fetchone()[0]
    return longest


def left_mm(connection: sqlite3.Connection, roll: Roll) -> int:
    """As reckoned; never negative, though paper may have gone beyond the length that was told."""
    return max(0, roll.length_mm - _sum(connection, "roll = ?", (str(roll.id),)))


def sensed_mm(connection: sqlite3.Connection, roll: Roll) -> int:
    """How much less is left than was reckoned, because a near-end sensor says so."""
    return _sum(connection, "roll = ? AND kind IN ('sensor', 'restored')", (str(roll.id),))


def uses_of(connection: sqlite3.Connection, redemption: UUID) -> list[PaperUse]:
    """Every piece of paper that was taken for a redemption, in order."""
    rows = connection.execute(
        _SELECT_USE + " WHERE redemption = ? ORDER BY seq", (str(redemption),)
    )
    return [_use(row) for row in rows]


def tallies(connection: sqlite3.Connection) -> list[RollTally]:
    """Every roll, oldest first."""
    rows = connection.execute(_SELECT_ROLL + " ORDER BY loaded_seq").fetchall()
    return [tally(connection, _roll(row)) for row in rows]


def tally(connection: sqlite3.Connection, roll: Roll) -> RollTally:
    """Printed beside issued, as it stands now."""
    printed, acknowledged, returned = connection.execute(
        "SELECT count(*), ifnull(sum(state IN ('CAPTURED', 'CLOSED')), 0),"
        " ifnull(sum(state = 'RELEASED'), 0) FROM redemption"
        " WHERE id IN (SELECT redemption FROM paper_use WHERE roll = ? AND proof = 'fence'"
        "              AND kind IN ('voucher', 'reprint'))",
        (str(roll.id),),
    ).fetchone()
    unproven = connection.execute(
        "SELECT count(*) FROM redemption WHERE state = 'CLOSED'"
        " AND id IN (SELECT redemption FROM paper_use WHERE roll = ?"
        "            AND kind IN ('voucher', 'reprint'))"
        " AND id NOT IN (SELECT redemption FROM paper_use WHERE proof = 'fence'"
        "                AND kind IN ('voucher', 'reprint'))",
        (str(roll.id),),
    ).fetchone()[0]
    reprints, torn, voids, tests = connection.execute(
        "SELECT ifnull(sum(kind = 'reprint' AND proof = 'fence'), 0),"
        " ifnull(sum(kind IN ('voucher', 'reprint') AND proof <> 'fence'), 0),"
        " ifnull(sum(kind = 'void'), 0), ifnull(sum(kind = 'test'), 0)"
        " FROM paper_use WHERE roll = ?",
        (str(roll.id),),
    ).fetchone()
    return RollTally(
        roll=roll,
        used_mm=_sum(connection, f"roll = ? AND {_PAPER}", (str(roll.id),)),
        mm_left=left_mm(connection, roll),
        printed=printed,
        issued=acknowledged + unproven,
        waiting=printed - acknowledged - returned,
        returned=returned,
        unproven=unproven,
        reprints=reprints,
        torn=torn,
        voids=voids,
        tests=tests,
    )


# --- Calls that wait for the service -----------------------------------------------------


def write_call(connection: sqlite3.Connection, roll: UUID, body: bytes) -> None:
    """Not to be sent yet."""
    connection.execute("INSERT INTO roll_call (key, body) VALUES (?, ?)", (str(roll), body))


def body_of_call(connection: sqlite3.Connection, roll: UUID) -> bytes | None:
    """Of a call that may still be changed: it was not ready."""
    row = connection.execute(
        "SELECT body FROM roll_call WHERE key = ? AND ready = 0", (str(roll),)
    ).fetchone()
    return None if row is None else bytes(row[0])


def fix_call(connection: sqlite3.Connection, roll: UUID, body: bytes, seconds: int | None) -> None:
    """From now on it is sent, and always with this body."""
    connection.execute(
        "UPDATE roll_call SET body = ?, ready = 1 WHERE key = ? AND ready = 0", (body, str(roll))
    )
    connection.execute("UPDATE roll SET seconds = ? WHERE id = ?", (seconds, str(roll)))


def next_call(connection: sqlite3.Connection) -> RollCall | None:
    """The oldest change that the service has not acknowledged; they go in order."""
    row = connection.execute(
        "SELECT key, body, ready FROM roll_call WHERE refused IS NULL ORDER BY number LIMIT 1"
    ).fetchone()
    return RollCall(UUID(row[0]), row[1]) if row is not None and row[2] else None


def call_acknowledged(connection: sqlite3.Connection, roll: UUID) -> None:
    connection.execute("DELETE FROM roll_call WHERE key = ?", (str(roll),))


def call_refused(connection: sqlite3.Connection, roll: UUID, code: str) -> None:
    connection.execute("UPDATE roll_call SET refused = ? WHERE key = ?", (code, str(roll)))


def refusals(connection: sqlite3.Connection) -> dict[UUID, str]:
    """Changes that the service will never take, and why."""
    rows = connection.execute("SELECT key, refused FROM roll_call WHERE refused IS NOT NULL")
    return {UUID(key): code for key, code in rows}


def calls_waiting(connection: sqlite3.Connection) -> int:
    count: int = connection.execute(
        "SELECT count(*) FROM roll_call WHERE refused IS NULL"
    ).fetchone()[0]
    return count


# --- Rows --------------------------------------------------------------------------------


def _sum(connection: sqlite3.Connection, where: str, values: tuple[str, ...]) -> int:
    total: int = connection.execute(
        "SELECT ifnull(sum(CASE kind WHEN 'restored' THEN -mm ELSE mm END), 0)"  # noqa: S608 - our own words
        f" FROM paper_use WHERE {where}",
        values,
    ).fetchone()[0]
    return total


_RollRow = tuple[str, str, int, str, str, str | None, str | None, int | None, int | None]


def _roll(row: _RollRow) -> Roll:
    id_, serial, length_mm, loaded_at, staff_ref, login, removed_at, mm_left, seconds = row
    return Roll(
        id=UUID(id_),
        serial=serial,
        length_mm=length_mm,
        loaded_at=datetime.fromisoformat(loaded_at),
        by=By(staff_ref, _uuid(login)),
        removed_at=None if removed_at is None else datetime.fromisoformat(removed_at),
        removed_mm_left=mm_left,
        seconds=seconds,
    )


_UseRow = tuple[int, str | None, str, int, str, str | None, str | None, str]


def _use(row: _UseRow) -> PaperUse:
    seq, roll, kind, mm, proof, redemption, staff_ref, at = row
    return PaperUse(
        seq=seq,
        roll=_uuid(roll),
        use=Use(UseKind(kind), mm, Proof(proof)),
        redemption=_uuid(redemption),
        staff_ref=staff_ref,
        at=datetime.fromisoformat(at),
    )


def _uuid(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def _text(id_: UUID | None) -> str | None:
    return None if id_ is None else str(id_)
