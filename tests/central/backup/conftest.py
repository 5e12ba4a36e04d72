"""A small chain with every kind of row, and one backup of it that many tests read."""

import asyncio
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
import psycopg
import pytest

from central.database import dsn
from central.ledger.accounts import Accounts
from central.ledger.money import Ledger
from central.ledger.pool import open_pool
from central.members.desk import MemberDesk
from tests.central_program import central
from tests.chain import Chain, HandClock
from tests.postgres import Database, PostgresServer
from wire.api.redemptions import State


@dataclass(frozen=True, slots=True)
class Backup:
    file: Path
    of: Database
    """Its data folder is its own."""


@pytest.fixture(scope="module")
def backup(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backup]:
    """Made by the command, of a chain at rest."""
    folder = tmp_path_factory.mktemp("backup")
    name = f"kept_{uuid.uuid4().hex[:20]}"
    database = own_folder(postgres.create(name), folder / "data")
    try:
        asyncio.run(fill(database))
        central(database.environment(), "backup", "--to", str(folder / "all.zip"))
        yield Backup(folder / "all.zip", database)
    finally:
        postgres.drop(name)


def own_folder(database: Database, data: Path) -> Database:
    """The same database with a data folder that a test may write."""
    shutil.copytree(database.data / "keys", data / "keys")
    shutil.copy(database.data / "secret_key", data / "secret_key")
    return replace(database, data=data)


async def fill(database: Database) -> None:
    """A redemption in every state, points that wait, debt, and a link of the audit chain."""
    owner = await asyncpg.create_pool(database.owner, min_size=1, max_size=2)
    pool = await open_pool(database.app)
    clock = HandClock()
    try:
        chain = Chain(owner, Ledger(pool, clock), MemberDesk(pool, clock), clock)
        await chain.open()
        member = await chain.member(5000)
        reward = await chain.reward(stock=20, per_member_ever=20)
        for state in State:
            await chain.in_state(state, reward, member)
        indebted = await chain.member(50)
        await chain.ledger.clawback(
            client="t", key="c", member=indebted, points=60, reference="R", reason="returned"
        )
        await Accounts(pool, clock).adjust(
            operator="E1", key="a", member=member, points=5, reason="goodwill"
        )
    finally:
        await pool.close()
        await owner.close()


def content(database: Database) -> dict[str, str]:
    """Per table, a hash over all its rows; without the note of when functions were installed."""
    with psycopg.connect(database.owner) as connection:
        tables = [
            row[0]
            for row in connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                " AND tablename <> 'function_set' ORDER BY 1"
            )
        ]
        hashes = {}
        for table in tables:
            row = connection.execute(
                f"SELECT count(*) || ' ' || md5(coalesce(string_agg(t::text, E'\\n'"
                f" ORDER BY t::text COLLATE \"C\"), '')) FROM {table} AS t".encode()
            ).fetchone()
            assert row is not None
            hashes[table] = str(row[0])
        return hashes


def databases(postgres: PostgresServer, like: str) -> set[str]:
    """Names of the databases that begin so."""
    with psycopg.connect(postgres.dsns("postgres").admin) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (like,)
        )
        return {row[0] for row in rows}


@pytest.fixture
def empty(postgres: PostgresServer, tmp_path: Path) -> Iterator[Database]:
    """A name that no database has yet, and a data folder that is not there."""
    name = f"back_{uuid.uuid4().hex[:20]}"
    yield Database(postgres.dsns(name), tmp_path / "data")
    for left in databases(postgres, name):
        postgres.drop(left)


def name_of(database: Database) -> str:
    return dsn.database_of(database.url)
