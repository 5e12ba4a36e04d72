"""kiosk.md's recovery table: a process killed at each state, started again, and what is left."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.journal import chain
from kiosk.journal.database import open_database
from kiosk.sync.identity import save_enrolment, save_key
from tests.fault_proxy import FaultProxy, What
from tests.kiosk.crash.victim import Order
from tests.kiosk.small_service import NOW, SmallService
from wire.api.devices import EnrolAnswer, Role, Store
from wire.api.text import Text
from wire.ids import new_id

TEXT = Text("店", "店", "Shop")
CHECKOUT = Path(__file__).parents[3]
LIMIT_S = 40.0
"""For one process on a busy machine; it takes about one second."""


@dataclass
class Kiosk:
    """One kiosk's folder, and its processes one after the other."""

    folder: Path
    service: SmallService
    proxy: FaultProxy
    redemption: UUID
    running: asyncio.subprocess.Process | None = None

    async def start(self, do: str, kill_at: str = "", **more: Any) -> dict[str, Any] | None:
        """What the process said at its end; None when it was killed."""
        order = Order(
            folder=str(self.folder),
            url=self.proxy.url,
            do=do,
            redemption=self.redemption,
            session=new_id(),
            item=new_id(),
            kill_at=kill_at,
            **more,
        )
        path = self.folder / "order.json"
        path.write_bytes(msgspec.json.encode(order))
        self.running = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.kiosk.crash.victim",
            str(path),
            cwd=CHECKOUT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(LIMIT_S):
                out, err = await self.running.communicate()
        finally:
            if self.running.returncode is None:
                self.running.kill()
        if self.running.returncode == -signal.SIGKILL:
            return None
        assert self.running.returncode == 0, err.decode()
        said: dict[str, Any] = msgspec.json.decode(out)
        return said

    async def kill(self) -> None:
        """The plug, pulled from outside."""
        assert self.running is not None
        os.kill(self.running.pid, signal.SIGKILL)

    @property
    def paper(self) -> list[str]:
        path = self.folder / "paper.txt"
        return path.read_text().splitlines() if path.exists() else []

    @property
    def there(self) -> str | None:
        return self.service.state(self.redemption)

    def check(self, state: str | None, there: str | None) -> None:
        """Both books, the chain, and that no second code was ever on paper."""
        connection = open_database(self.folder / "journal.sqlite3")
        try:
            assert chain.verify(connection).ok
            row = connection.execute(
                "SELECT state FROM redemption WHERE id = ?", (str(self.redemption),)
            ).fetchone()
        finally:
            connection.close()
        assert (None if row is None else row[0]) == state
        assert self.there == there
        codes = {line.split()[1] for line in self.paper if line.startswith("whole")} - {"VOID"}
        assert len(codes) <= 1


@pytest.fixture
async def kiosk(tmp_path: Path) -> AsyncIterator[Kiosk]:
    save_key(tmp_path / "key.pem", Ed25519PrivateKey.generate())
    enrolment = EnrolAnswer(new_id(), Role.KIOSK, Store("S1", TEXT, TEXT, ""), [], NOW)
    save_enrolment(tmp_path / "device.json", enrolment)
    async with SmallService().running() as service:
        proxy = FaultProxy(service.port)
        async with proxy.running():
            yield Kiosk(tmp_path, service, proxy, new_id())


async def test_nobody_is_killed(kiosk: Kiosk) -> None:
    said = await kiosk.start("redeem")
    assert said == {"answer": "VoucherPrinted", "heard": True, "state": "CLOSED"}
    kiosk.check("CLOSED", "ISSUED")
    code = kiosk.service.rows[str(kiosk.redemption)].code
    assert kiosk.paper == [f"rows of {code} copy 0", f"whole {code} copy 0"]


# The row, where it is killed, on disk then; after the restart: on disk, at the service, slips.
TABLE = {
    "before INTENT": ("before:begin", None, None, None, 0),
    "INTENT, not sent": ("after:begin", "INTENT", "RELEASED", "RELEASED", 0),
    "INTENT, answered": ("before:reserved", "INTENT", "RELEASED", "RELEASED", 0),
    "RESERVED, printing not sent": ("after:reserved", "RESERVED", "RELEASED", "RELEASED", 0),
    "RESERVED, printing answered": ("before:armed", "RESERVED", "RELEASED", "RELEASED", 0),
    "ARMED, 0 bytes": ("after:armed", "ARMED", "UNCERTAIN", "UNCERTAIN", 1),
    "PRINTING, 0 bytes": ("after:printing", "PRINTING", "UNCERTAIN", "UNCERTAIN", 1),
    "PRINTING, some bytes": ("printer:START", "PRINTING", "UNCERTAIN", "UNCERTAIN", 1),
    "PRINTING, fence read": ("printer:FENCE", "PRINTING", "UNCERTAIN", "UNCERTAIN", 1),
    "PRINTING, not committed": ("before:printed", "PRINTING", "UNCERTAIN", "UNCERTAIN", 1),
    "PRINTED, capture not sent": ("after:printed", "PRINTED", "CLOSED", "ISSUED", 0),
    "PRINTED, capture answered": ("before:captured", "PRINTED", "CLOSED", "ISSUED", 0),
    "CAPTURED": ("after:captured", "CAPTURED", "CLOSED", "ISSUED", 0),
    "CLOSED": ("after:closed", "CLOSED", "CLOSED", "ISSUED", 0),
}


def on_disk(kiosk: Kiosk) -> str | None:
    connection = open_database(kiosk.folder / "journal.sqlite3")
    row = connection.execute("SELECT state FROM redemption").fetchone()
    connection.close()
    return None if row is None else str(row[0])


@pytest.mark.parametrize("row", list(TABLE))
async def test_killed_at(kiosk: Kiosk, row: str) -> None:
    kill_at, left, after, there, slips = TABLE[row]
    assert await kiosk.start("redeem", kill_at) is None
    assert on_disk(kiosk) == left
    for _ in range(2):  # a restart after the restart changes nothing
        said = await kiosk.start("recover")
        assert said is not None
        assert said["heard"]
        kiosk.check(after, there)
        assert sum(line.startswith("whole VOID") for line in kiosk.paper) == slips
        assert kiosk.paper.count("reset") == slips
    assert kiosk.service.held == 0


# Killed while a call is on its way: before the service hears it, and after it did it.
ON_THE_WIRE = {
    "reserve, not arrived": (What.REFUSE, "/v1/redemptions", "INTENT", "RELEASED", "RELEASED"),
    "reserve, done": (What.LOSE_ANSWER, "/v1/redemptions", "INTENT", "RELEASED", "RELEASED"),
    "printing, not arrived": (What.REFUSE, ".*/printing", "RESERVED", "RELEASED", "RELEASED"),
    "printing, done": (What.LOSE_ANSWER, ".*/printing", "RESERVED", "RELEASED", "RELEASED"),
    "capture, not arrived": (What.REFUSE, ".*/capture", "PRINTED", "CLOSED", "ISSUED"),
    "capture, done": (What.LOSE_ANSWER, ".*/capture", "PRINTED", "CLOSED", "ISSUED"),
}


@pytest.mark.parametrize("row", list(ON_THE_WIRE))
async def test_killed_on_the_wire(kiosk: Kiosk, row: str) -> None:
    what, path, left, after, there = ON_THE_WIRE[row]
    kiosk.proxy.suffer(what, path=path, then=kiosk.kill)
    assert await kiosk.start("redeem") is None
    assert on_disk(kiosk) == left
    assert await kiosk.start("recover")
    kiosk.check(after, there)
    assert kiosk.service.held == 0


# Recovery itself, killed at each of its steps after a kill at PRINTING.
RECOVERY_KILLS = [
    "printer:RESET",
    "printer:START",
    "printer:FENCE",
    "before:uncertain",
    "after:uncertain",
    "before:tell",
    "after:tell",
    "before:uncertain_known",
    "after:uncertain_known",
]


@pytest.mark.parametrize("kill_at", RECOVERY_KILLS)
async def test_recovery_of_a_print_killed(kiosk: Kiosk, kill_at: str) -> None:
    assert await kiosk.start("redeem", "printer:START") is None
    assert await kiosk.start("recover", kill_at) is None
    assert await kiosk.start("recover")
    kiosk.check("UNCERTAIN", "UNCERTAIN")


@pytest.mark.parametrize(
    "kill_at", ["before:release_pending", "after:release_pending", "before:released"]
)
async def test_recovery_of_a_reserve_killed(kiosk: Kiosk, kill_at: str) -> None:
    assert await kiosk.start("redeem", "before:reserved") is None
    assert await kiosk.start("recover", kill_at) is None
    assert await kiosk.start("recover")
    kiosk.check("RELEASED", "RELEASED")


REPRINT_KILLS = {
    "asked, not sent": ("after:reprint_asked", "UNCERTAIN", 0),
    "granted, not begun": ("before:reprint_begun", "UNCERTAIN", 0),
    "begun, 0 bytes": ("after:reprint_begun", "UNCERTAIN", 1),
    "some bytes": ("printer:START", "UNCERTAIN", 1),
    "fence read": ("printer:FENCE", "UNCERTAIN", 1),
    "printed": ("after:printed", "CLOSED", 0),
}


@pytest.mark.parametrize("row", list(REPRINT_KILLS))
async def test_a_reprint_killed(kiosk: Kiosk, row: str) -> None:
    kill_at, after, slips = REPRINT_KILLS[row]
    said = await kiosk.start("redeem", lose_paper_at_row=5)
    assert said == {"answer": "VoucherUncertain", "heard": True, "state": "UNCERTAIN"}
    assert await kiosk.start("reprint", kill_at) is None
    assert await kiosk.start("recover")
    kiosk.check(after, "ISSUED" if after == "CLOSED" else "UNCERTAIN")
    assert sum(line.startswith("whole VOID") for line in kiosk.paper) == slips
    if after == "UNCERTAIN":
        assert (await kiosk.start("reprint") or {})["answer"] == "VoucherPrinted"
        kiosk.check("CLOSED", "ISSUED")


async def test_a_lost_database_takes_over_what_is_open(kiosk: Kiosk) -> None:
    assert await kiosk.start("redeem", "printer:START") is None
    journal = kiosk.folder / "journal.sqlite3"
    for part in kiosk.folder.glob("journal.sqlite3*"):
        part.unlink()
    journal.write_bytes(b"this was a database" * 100)
    assert await kiosk.start("recover")
    kiosk.check("UNCERTAIN", "UNCERTAIN")
    assert len(list(kiosk.folder.glob("*.quarantined-*"))) == 1


async def test_the_service_is_away_at_the_restart(kiosk: Kiosk) -> None:
    assert await kiosk.start("redeem", "before:reserved") is None
    kiosk.proxy.down = True
    said = await kiosk.start("recover")
    assert said == {"answer": "NoneType", "heard": False, "state": "RELEASE_PENDING"}
    kiosk.proxy.down = False
    assert await kiosk.start("recover")
    kiosk.check("RELEASED", "RELEASED")
