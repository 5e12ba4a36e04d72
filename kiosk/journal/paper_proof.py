"""The tables of rolls and paper held beside the chain that tells of them.

The chain's own hashes prove its rows. Here each figure that staff and the service go by must
be the one that its row says, so that no millimetre can be changed without a trace.
"""

import re
import sqlite3
from collections.abc import Iterable
from uuid import UUID

from kiosk.journal.entry import By
from kiosk.journal.roll import Proof, Use, UseKind
from kiosk.journal.row import ROLL, JournalRow

LOADED, REMOVED = "LOADED", "REMOVED"
_TOLD = re.compile(
    r": (voucher|reprint|void|test|cut|sensor|restored) \d+ mm( at most| by estimate)?$"
)


def loaded_text(serial: str, length_mm: int, by: By) -> str:
    """The reason of a LOADED row."""
    return f"roll {serial or 'without a serial'}, {length_mm} mm, {by.text}"


def removed_text(mm_left: int, printed: int, issued: int, by: By) -> str:
    """The reason of a REMOVED row."""
    return f"{mm_left} mm left, {printed} printed, {issued} issued, {by.text}"


def concerns_paper(row: JournalRow) -> bool:
    """Whether a row of the chain tells of paper or of a roll."""
    return row.state in (LOADED, REMOVED) or _TOLD.search(row.reason) is not None


def first_bad(connection: sqlite3.Connection, rows: Iterable[JournalRow]) -> tuple[int, str] | None:
    """The first row whose figures are not those in the tables, and why; None: all agree.

    Args:
        rows: at least those that `concerns_paper`.
    """
    told = {row.seq: row for row in rows}
    return _bad_use(connection, told) or _bad_roll(connection, told)


def _bad_use(connection: sqlite3.Connection, told: dict[int, JournalRow]) -> tuple[int, str] | None:
    expected = {seq for seq, row in told.items() if _TOLD.search(row.reason)}
    query = "SELECT seq, kind, mm, proof, redemption FROM paper_use ORDER BY seq"
    for seq, kind, mm, proof, redemption in connection.execute(query):
        text = Use(UseKind(kind), mm, Proof(proof)).text
        row = told.get(seq)
        if row is None or not row.reason.endswith(f": {text}"):
            return seq, f"does not tell of the paper that was taken: {text}"
        if row.about_redemption != (redemption is not None) or (
            redemption is not None and redemption != row.subject
        ):
            return seq, "tells of another redemption than its paper does"
        expected.discard(seq)
    if expected:
        return min(expected), "tells of paper that is missing"
    return None


def _bad_roll(
    connection: sqlite3.Connection, told: dict[int, JournalRow]
) -> tuple[int, str] | None:
    loaded = {row.subject for row in told.values() if row.state == LOADED}
    removed = {row.subject for row in told.values() if row.state == REMOVED}
    query = (
        "SELECT id, serial, length_mm, loaded_seq, loaded_at, staff_ref, login,"
        " removed_seq, removed_mm_left FROM roll ORDER BY loaded_seq"
    )
    for (
        id_,
        serial,
        length_mm,
        seq,
        at,
        staff_ref,
        login,
        removed_seq,
        mm_left,
    ) in connection.execute(query):
        subject, by = ROLL + id_, By(staff_ref, None if login is None else UUID(login))
        row = told.get(seq)
        if row is None or (row.subject, row.state, row.reason, row.wall) != (
            subject,
            LOADED,
            loaded_text(serial, length_mm, by),
            at,
        ):
            return seq, f"does not tell of roll {id_} as the table has it"
        loaded.discard(subject)
        if removed_seq is None:
            continue
        end = told.get(removed_seq)
        if (
            end is None
            or (end.subject, end.state) != (subject, REMOVED)
            or not end.reason.startswith(f"{mm_left} mm left, ")
        ):
            return removed_seq, f"does not tell of the end of roll {id_} as the table has it"
        removed.discard(subject)
    for subject in loaded | removed:
        seq = max(row.seq for row in told.values() if row.subject == subject)
        return seq, f"tells of {subject}, which is missing or not so"
    return None
