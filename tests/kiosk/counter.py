"""The real service, a process of its own over a database of its own, for one module of tests.

Import `counter` and `chain` into a conftest.py to have them there.
"""

import asyncio
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import asyncpg
import httpx
import pytest

from central.ledger.money import Ledger
from central.ledger.pool import open_pool
from central.members.desk import MemberDesk
from tests.chain import Chain, HandClock
from tests.postgres import Database, PostgresServer

STARTS_WITHIN_S = 40.0


@dataclass(frozen=True)
class Counter:
    """Where the service listens, and its database."""

    port: int
    database: Database
    opened: list[Chain] = field(default_factory=list)
    """The chain as the test before left it: its stores and devices are in the database."""


@pytest.fixture(scope="module")
def counter(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counter]:
    """The service, its log in a file: a pipe that nobody reads fills up, and stops it."""
    name = f"crash_{uuid.uuid4().hex}"
    database = postgres.create(name)
    port = _free_port()
    command = [sys.executable, "-m", "central.serving.api", "--host", "127.0.0.1"]
    log = tmp_path_factory.mktemp("service") / "service.log"
    with log.open("wb") as errors:
        service = subprocess.Popen(
            [*command, "--port", str(port)], env=database.environment(), stderr=errors
        )
    try:
        _wait_until_ready(service, port)
        yield Counter(port, database)
        _check_the_books(database)
    finally:
        service.terminate()
        service.wait(timeout=STARTS_WITHIN_S)
        postgres.drop(name)


def _check_the_books(database: Database) -> None:
    """Every invariant of the ledger, over all that this module's tests have done to it."""
    check = subprocess.run(
        [sys.executable, "-m", "central", "check"],
        env=database.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert check.returncode == 0, check.stdout + check.stderr


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_ready(service: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline:
        assert service.poll() is None, "the service has ended by itself"
        try:
            if httpx.get(f"http://127.0.0.1:{port}/v1/readyz").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)  # a process that starts tells nobody when it listens
    raise AssertionError("the service does not become ready")


@pytest.fixture
async def chain(counter: Counter) -> AsyncIterator[Chain]:
    """The chain of this module: opened by its first test, used by all."""
    owner = await asyncpg.create_pool(counter.database.owner, min_size=1, max_size=2)
    pool = await open_pool(counter.database.app)
    clock = HandClock(datetime.now(UTC))
    parts = {"owner": owner, "ledger": Ledger(pool, clock), "desk": MemberDesk(pool, clock)}
    if counter.opened:
        made = replace(counter.opened.pop(), clock=clock, **parts)
    else:
        made = Chain(clock=clock, **parts)
        await made.open()
    yield made
    counter.opened.append(made)
    await asyncio.gather(pool.close(), owner.close())
