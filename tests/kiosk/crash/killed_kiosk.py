"""One kiosk whose processes are killed one after the other, and the real books beside it."""

import asyncio
import multiprocessing
import os
import signal
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from kiosk.clock import ManualClock
from kiosk.journal import chain as journal_chain
from kiosk.journal.book import Book
from kiosk.journal.database import open_database
from tests.chain import Chain
from tests.fault_proxy import FaultProxy
from tests.kiosk.crash.victim import Order, carry_out

T = TypeVar("T")
LIMIT_S = 40.0
"""For one process on a busy machine; it takes less than one second."""
VICTIMS = multiprocessing.get_context("forkserver")
"""Each victim is forked from a process that has read the kiosk's code already and does nothing
else: reading it takes longer than all that a victim does."""
VICTIMS.set_forkserver_preload(["pytest", carry_out.__module__])
POINTS = 1000
PRICE = 300


@dataclass
class KilledKiosk:
    """A kiosk's folder, and the member who stands before it with 1,000 points."""

    folder: Path
    chain: Chain
    proxy: FaultProxy
    device: UUID
    member: UUID
    reward: UUID
    redemption: UUID
    running: BaseProcess | None = None

    async def start(self, do: str, kill_at: str = "", **more: Any) -> dict[str, Any] | None:
        """What a process said at its end; None when it was killed."""
        order = Order(
            folder=str(self.folder),
            url=self.proxy.url,
            do=do,
            redemption=self.redemption,
            session=await self.chain.session(self.member, device=self.device),
            item=self.reward,
            price=PRICE,
            kill_at=kill_at,
            **more,
        )
        path = self.folder / "order.json"
        path.write_bytes(msgspec.json.encode(order))
        said = self.folder / "said.json"
        said.unlink(missing_ok=True)
        self.running = VICTIMS.Process(target=carry_out, args=(path,))
        await asyncio.to_thread(self.running.start)
        await asyncio.to_thread(self.running.join, LIMIT_S)
        if self.running.exitcode is None:
            self.running.kill()
            raise TimeoutError((self.folder / "stderr.txt").read_text())
        if self.running.exitcode == -signal.SIGKILL:
            return None
        assert self.running.exitcode == 0, (self.folder / "stderr.txt").read_text()
        heard: dict[str, Any] = msgspec.json.decode(said.read_bytes())
        return heard

    async def kill(self) -> None:
        """The plug, pulled from outside."""
        assert self.running is not None
        assert self.running.pid is not None
        os.kill(self.running.pid, signal.SIGKILL)

    @property
    def paper(self) -> list[str]:
        """What came out of the printer, in order."""
        path = self.folder / "paper.txt"
        return path.read_text().splitlines() if path.exists() else []

    @property
    def slips(self) -> int:
        return sum(line.startswith("whole VOID") for line in self.paper)

    def on_disk(self) -> str | None:
        """Where the journal sees the redemption; its chain must be whole."""
        connection = open_database(self.folder / "journal.sqlite3")
        try:
            assert journal_chain.verify(connection).ok
            return self._state(connection)
        finally:
            connection.close()

    def in_journal(self, read: Callable[[Book], T]) -> T:
        """What the journal tells; its chain must be whole."""
        clock = ManualClock(datetime(2026, 3, 4, 12, tzinfo=UTC))
        book = Book(open_database(self.folder / "journal.sqlite3"), clock, "reading")
        try:
            return read(book)
        finally:
            book.close()

    def _state(self, connection: sqlite3.Connection) -> str | None:
        row = connection.execute(
            "SELECT state FROM redemption WHERE id = ?", (str(self.redemption),)
        ).fetchone()
        return None if row is None else str(row[0])

    async def there(self) -> str | None:
        """Where the service sees it."""
        state: str | None = await self.chain.value(
            "SELECT state FROM redemption WHERE id = $1", self.redemption
        )
        if state is not None:
            return state
        tombstone = await self.chain.value(
            "SELECT count(*) FROM tombstone WHERE id = $1", self.redemption
        )
        return "RELEASED" if tombstone else None

    async def check(self, state: str | None, there: str | None) -> None:
        """Both books, the member's points, and never two codes on paper.

        The ledger's invariants are examined over all of it when the module ends.
        """
        assert (self.on_disk(), await self.there()) == (state, there)
        balance = await self.chain.balance(self.member)
        spent = PRICE if there in {"ISSUED", "USED"} else 0
        held = PRICE if there in {"PRINTING", "UNCERTAIN"} else 0
        assert (balance["available"], balance["held"]) == (POINTS - spent - held, held)
        codes = {line.split()[1] for line in self.paper if line.startswith("whole")} - {
            "VOID",
            "TEST",
        }
        assert len(codes) <= 1
