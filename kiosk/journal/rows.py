"""The journal's tables, row by row. Inside the caller's transaction, on the journal's thread."""

import sqlite3
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from uuid import UUID

from kiosk.journal import chain, outbox
from kiosk.journal.database import transaction
from kiosk.journal.entry import SELECT_ENTRY, By, Entry, Time, entry_of
from kiosk.journal.error import MoveRefused
from kiosk.journal.outbox import Payload
from kiosk.journal.roll import Use
from kiosk.journal.row import JournalRow
from kiosk.journal.state import JournalState, allowed
from wire.api.devices import EventType
from wire.tokens import EPOCH

S = JournalState
ASK_OPEN = "ask_open"
"""Fact: 1 while the service must be asked for redemptions that this journal may not know."""
SEQ_FLOOR = "device_seq_floor"
"""Fact: the highest device sequence number that can have been used before this journal."""


class Rows:
    """What an arrow is made of: the redemption's row, and a row of the hash chain.

    Args:
        connection: from `open_database`.
        boot_id: the kernel's id of this boot.
    """

    def __init__(self, connection: sqlite3.Connection, time: Time, boot_id: str) -> None:
        self._db = connection
        self._time = time
        self._boot_id = boot_id

    def _transaction(self) -> AbstractContextManager[None]:
        return transaction(self._db)

    def _insert(
        self,
        redemption: UUID,
        state: JournalState,
        *,
        ours: bool,
        item: UUID | None = None,
        points: int | None = None,
    ) -> None:
        before = self._find(redemption)
        if before is not None or not allowed(None, state):
            raise MoveRefused(f"redemption {redemption} cannot begin at {state}")
        self._db.execute(
            "INSERT INTO redemption (id, state, ours, device_seq, item, points, begun_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                str(redemption),
                state,
                int(ours),
                self._next_device_seq() if item is not None else None,
                None if item is None else str(item),
                points,
                self._time.best().isoformat(),
            ),
        )

    def _next_device_seq(self) -> int:
        """One more than ever used here.

        A journal that may have forgotten some begins at the seconds since 2026, which is
        beyond whatever can have been used.
        """
        last = self._db.execute("SELECT max(device_seq) FROM redemption").fetchone()[0]
        if last is None:
            last = self._fact(SEQ_FLOOR)
        if last is None:
            last = int((self._time.best() - EPOCH).total_seconds())
        return max(0, int(last)) + 1

    def _move(
        self,
        redemption: UUID,
        after: JournalState,
        reason: str,
        only_from: AbstractSet[JournalState] = frozenset(JournalState),
        paper: Use | None = None,
    ) -> None:
        before = self._entry(redemption).state
        if before not in only_from or not allowed(before, after):
            raise MoveRefused(f"redemption {redemption}: {before} -> {after} is not an arrow")
        self._set(redemption, "state", after)
        self._remark(redemption, after, reason, paper)

    def _set(self, redemption: UUID, column: str, value: str | int) -> None:
        self._db.execute(
            f"UPDATE redemption SET {column} = ? WHERE id = ?",  # noqa: S608 - our own names
            (value, str(redemption)),
        )

    def _remark(
        self, redemption: UUID, state: JournalState, reason: str, paper: Use | None = None
    ) -> None:
        """A row about a redemption; with the paper that it took, if it took any."""
        if paper is None or paper.nothing:
            self._row(str(redemption), state, reason)
            return
        seq = self._row(str(redemption), state, f"{reason}: {paper.text}")
        self._take(seq, paper, redemption, None)

    def _row(self, subject: str, state: str, reason: str) -> int:
        """One more row of the chain; its number."""
        seq, previous = chain.head(self._db)
        row = JournalRow(
            seq=seq + 1,
            boot_id=self._boot_id,
            mono_ns=int(self._time.now_s() * 1_000_000_000),
            wall=self._time.best().isoformat(),
            subject=subject,
            state=state,
            reason=reason,
        )
        chain.append(self._db, row, previous)
        return row.seq

    def _take(self, seq: int, use: Use, redemption: UUID | None, by: By | None) -> None:
        """Paper off the roll that is in, told by the row of the chain with this number."""
        self._db.execute(
            "INSERT INTO paper_use (seq, roll, kind, proof, mm, redemption, staff_ref, at)"
            " VALUES (?, (SELECT id FROM roll WHERE removed_seq IS NULL), ?, ?, ?, ?, ?, ?)",
            (
                seq,
                use.kind,
                use.proof,
                use.mm,
                None if redemption is None else str(redemption),
                None if by is None else by.staff_ref,
                self._time.best().isoformat(),
            ),
        )

    def _tell(self, kind: EventType, redemption: UUID | None, payload: Payload) -> None:
        if redemption is not None:
            entry = self._entry(redemption)
            payload = {"redemption_id": str(redemption), "copy": entry.copy, **payload}
        mono_ms = int(self._time.now_s() * 1000)
        outbox.write(self._db, kind, self._time.best(), mono_ms, self._boot_id, payload)

    def _fact(self, name: str) -> int | None:
        row = self._db.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return None if row is None else int(row[0])

    def _set_fact(self, name: str, value: int) -> None:
        self._db.execute(
            "INSERT INTO fact (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    def _find(self, redemption: UUID) -> Entry | None:
        row = self._db.execute(SELECT_ENTRY + " WHERE id = ?", (str(redemption),)).fetchone()
        return None if row is None else entry_of(row)

    def _entry(self, redemption: UUID) -> Entry:
        entry = self._find(redemption)
        if entry is None:
            raise MoveRefused(f"redemption {redemption} is not in the journal")
        return entry

    def _in(self, states: frozenset[JournalState]) -> list[Entry]:
        names = ", ".join(f"'{state}'" for state in sorted(states))
        return [
            entry_of(row)
            for row in self._db.execute(f"{SELECT_ENTRY} WHERE state IN ({names}) ORDER BY id")
        ]
