"""The shop for trouble tests: one real service process for the run, clean books for each test."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import psycopg
import pytest

from central.ledger.money import Ledger
from central.ledger.pool import open_pool
from central.members.desk import MemberDesk
from tests.chain import Chain
from tests.kiosk.run.floor import Floor
from tests.kiosk.run.shop import Shop, opened_shop
from tests.postgres import Database, PostgresServer
from tests.service import LiveClock, ServiceProcess, running_service

_ROOTS = "programme, point_type, tier, store, category, reward_image, member, device"
"""Every row of a chain hangs on one of these."""


@pytest.fixture(scope="session")
def shop_service(postgres: PostgresServer) -> Iterator[ServiceProcess]:
    """A service of the shops' own: they forget everything between two tests."""
    with running_service(postgres) as process:
        yield process


@pytest.fixture
async def shop(shop_service: ServiceProcess, tmp_path: Path) -> AsyncIterator[Shop]:
    """A member with 1,000 points, a reward for 300, a kiosk that is still switched off."""
    database = shop_service.database
    await asyncio.to_thread(_forget, database)
    owner = await asyncpg.create_pool(database.owner, min_size=1, max_size=2)
    pool = await open_pool(database.app)
    chain = Chain(owner, Ledger(pool), MemberDesk(pool), LiveClock())
    try:
        await chain.open()
        async with opened_shop(chain, database, shop_service.port, tmp_path) as shop:
            yield shop
    finally:
        await pool.close()
        await owner.close()


@pytest.fixture
def floor(shop: Shop, shop_service: ServiceProcess, tmp_path: Path) -> Floor:
    folder = tmp_path / "floor"
    folder.mkdir()
    return Floor(shop, shop_service.url, folder)


def _forget(database: Database) -> None:
    with psycopg.connect(database.superuser, autocommit=True) as admin:
        admin.execute(f"TRUNCATE {_ROOTS} CASCADE".encode())
