"""The shop for trouble tests: one real service process for the run, clean books for each test."""

import asyncio
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import psycopg
import pytest

from central.ledger.money import Ledger
from central.ledger.pool import open_pool
from central.members.desk import MemberDesk
from tests.chain import Chain, HandClock
from tests.kiosk.run.floor import Floor
from tests.kiosk.run.shop import Shop, opened_shop
from tests.postgres import Database, PostgresServer

START_S = 30.0
_ROOTS = "programme, point_type, tier, store, category, reward_image, member, device"
"""Every row of a chain hangs on one of these."""


@dataclass(frozen=True, slots=True)
class ServiceProcess:
    """The API as `central serve` starts it, over a database of its own."""

    port: int
    database: Database


@pytest.fixture(scope="session")
def service_process(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServiceProcess]:
    name = f"shop_{uuid.uuid4().hex}"
    database = postgres.create(name)
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (tmp_path_factory.mktemp("service") / "log").open("wb")
    words = [sys.executable, "-m", "central.serving.api", "--host", "127.0.0.1"]
    process = subprocess.Popen(
        [*words, "--port", str(port)], env=database.environment(), stdout=log, stderr=log
    )
    try:
        _wait_until_ready(process, port, Path(log.name))
        yield ServiceProcess(port, database)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()
        postgres.drop(name)


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/readyz", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(f"the service did not start:\n{log.read_text()}")


@pytest.fixture
async def shop(service_process: ServiceProcess, tmp_path: Path) -> AsyncIterator[Shop]:
    """A member with 1,000 points, a reward for 300, a kiosk that is still switched off."""
    database = service_process.database
    await asyncio.to_thread(_forget, database)
    owner = await asyncpg.create_pool(database.owner, min_size=1, max_size=2)
    pool = await open_pool(database.app)
    # The service is a process of its own: rows are made at the real time.
    clock = HandClock(datetime.now(UTC))
    chain = Chain(owner, Ledger(pool), MemberDesk(pool), clock)
    try:
        await chain.open()
        async with opened_shop(chain, database, service_process.port, tmp_path) as shop:
            yield shop
    finally:
        await pool.close()
        await owner.close()


@pytest.fixture
def floor(shop: Shop, service_process: ServiceProcess, tmp_path: Path) -> Floor:
    folder = tmp_path / "floor"
    folder.mkdir()
    return Floor(shop, f"http://127.0.0.1:{service_process.port}", folder)


def _forget(database: Database) -> None:
    with psycopg.connect(database.superuser, autocommit=True) as admin:
        admin.execute(f"TRUNCATE {_ROOTS} CASCADE".encode())
