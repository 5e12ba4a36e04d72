"""A kiosk whose service was restored: what it still has to tell arrives, and nothing twice.

The kiosk's real journal and client, the service as a process, and both commands.
"""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.ledger.money import Ledger
from central.ledger.pool import open_pool
from central.members.desk import MemberDesk
from kiosk.clock import AnchoredClock, boot_time_s, system_time
from kiosk.journal.book import Book
from kiosk.journal.journal import Journal
from kiosk.journal.state import JournalState
from kiosk.sync.client import ServiceClient
from kiosk.sync.events import EventSender
from kiosk.sync.settle import Settler
from kiosk.sync.transport import Transport
from tests.central.backup.conftest import databases, own_folder
from tests.central_program import central
from tests.chain import Chain, HandClock
from tests.postgres import Database, PostgresServer
from tests.service import ServiceProcess, service_over
from wire.api.devices import EventType
from wire.api.redemptions import ReserveRequest, State
from wire.ids import new_id

BOOT = "00000000-0000-4000-8000-000000000001"


class Kiosk:
    """Its journal and its key; the service may change beneath it."""

    def __init__(self, journal: Journal, clock: AnchoredClock) -> None:
        self.id, self.key = new_id(), Ed25519PrivateKey.generate()
        self.journal, self.clock = journal, clock
        self._seq = 0

    @asynccontextmanager
    async def talks_to(self, service: ServiceProcess) -> AsyncIterator[ServiceClient]:
        transport = Transport(service.url, self.key, str(self.id), self.clock, 5.0)
        client = ServiceClient(transport, self.clock)
        try:
            yield client
        finally:
            await client.close()

    async def prints(self, chain: Chain, client: ServiceClient, member: UUID, reward: UUID) -> UUID:
        """On paper; the capture waits in the journal."""
        self._seq += 1
        redemption = new_id()
        session = await chain.session(member, device=self.id)
        await self.journal.do(Book.begin, redemption, reward, 100)
        made = await client.reserve(
            ReserveRequest(
                id=redemption, session=session, item_id=reward, item_rev=1, expected_points=100,
                device_seq=self._seq,
            )
        )  # fmt: skip
        assert made.voucher is not None
        call = await self.journal.do(Book.reserved, redemption, made.voucher.code[-4:])
        await client.move(redemption, "printing", call.body, call.key)
        await self.journal.do(Book.armed, redemption)
        await self.journal.do(Book.printing, redemption)
        await self.journal.do(Book.printed, redemption, 98)
        return redemption

    async def state(self, redemption: UUID) -> JournalState | None:
        entry = await self.journal.do(Book.find, redemption)
        return entry.state if entry else None

    async def settles(self, client: ServiceClient) -> None:
        await Settler(self.journal, client).round()

    async def tells(self, client: ServiceClient) -> bool:
        return await EventSender(self.journal, client).round()


@asynccontextmanager
async def books(database: Database) -> AsyncIterator[Chain]:
    owner = await asyncpg.create_pool(database.owner, min_size=1, max_size=2)
    pool = await open_pool(database.app)
    clock = HandClock(datetime.now(UTC))
    try:
        yield Chain(owner, Ledger(pool, clock), MemberDesk(pool, clock), clock)
    finally:
        await pool.close()
        await owner.close()


@pytest.fixture
async def kiosk(tmp_path: Path) -> AsyncIterator[Kiosk]:
    clock = AnchoredClock(boot_time_s, system_time)
    journal = await Journal.open(tmp_path / "journal.sqlite3", clock, BOOT)
    yield Kiosk(journal, clock)
    await journal.close()


async def test_what_waits_at_a_kiosk_arrives_once(
    kiosk: Kiosk, postgres: PostgresServer, tmp_path: Path
) -> None:
    name = f"lost_{new_id().hex[-20:]}"
    database = own_folder(postgres.create(name), tmp_path / "data")
    file = str(tmp_path / "night.zip")
    environment = database.environment()

    async def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return await asyncio.to_thread(central, environment, *arguments)

    try:
        with service_over(database) as service:
            async with books(database) as chain, kiosk.talks_to(service) as client:
                await chain.open()
                await chain.execute(
                    "INSERT INTO device (id, number, role, store_id, public_key)"
                    " VALUES ($1, 'K09', 'kiosk', 'S1', $2)",
                    kiosk.id,
                    kiosk.key.public_key().public_bytes_raw(),
                )
                member, reward = await chain.member(1000), await chain.reward(100)
                in_it = await kiosk.prints(chain, client, member, reward)
                for number in range(3):
                    await kiosk.journal.do(Book.tell, EventType.STARTED, {"n": number})
                assert await kiosk.tells(client)
                known = await chain.value("SELECT max(seq) FROM device_event")

                await run("backup", "--to", file)

                # These hours are lost: one redemption, and events that were acknowledged.
                lost = await kiosk.prints(chain, client, member, reward)
                assert await kiosk.tells(client)
                assert await chain.value("SELECT max(seq) FROM device_event") > known
                assert (await chain.balance(member))["held"] == 200

        await run("restore", file, "--replace")

        with service_over(database) as service:
            async with books(database) as chain, kiosk.talks_to(service) as client:
                assert await chain.value("SELECT max(seq) FROM device_event") == known
                for _ in range(3):  # again and again, as it does
                    await kiosk.settles(client)
                assert await kiosk.state(in_it) is JournalState.CLOSED
                assert await chain.state(in_it) is State.ISSUED
                captured = "SELECT count(*) FROM journal WHERE kind = 'capture'"
                assert await chain.value(captured) == 1
                # The lost one took no points; the kiosk keeps it for staff to see.
                assert await kiosk.state(lost) is JournalState.PRINTED
                assert await chain.balance(member) == {
                    "pending": 0, "available": 900, "held": 0, "debt": 0
                }  # fmt: skip

                await kiosk.journal.do(Book.tell, EventType.STARTED, {"n": "after"})
                await kiosk.tells(client)  # hears that the service counts otherwise
                assert await kiosk.tells(client), "and goes on with its numbers"
                told = await chain.rows(
                    "SELECT seq, payload FROM device_event WHERE device_id = $1 ORDER BY seq",
                    kiosk.id,
                )
                assert [row["seq"] for row in told] == list(range(1, known + 2))
                assert '"after"' in told[-1]["payload"]

                again = await kiosk.prints(chain, client, member, reward)
                await kiosk.settles(client)
                assert await chain.state(again) is State.ISSUED
        assert "the books are right" in (await run("check")).stdout
    finally:
        for left in databases(postgres, name):
            postgres.drop(left)
