"""A database as the first version of the service left it, and a face to go on with it."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
import psycopg

from central.database import binaries, rights
from central.ledger.money import Ledger
from central.ledger.pool import open_pool
from central.members.desk import MemberDesk
from tests.chain import Chain, HandClock
from tests.postgres import Database, PostgresServer
from wire.ids import new_id

DUMP = Path(__file__).parent / "central" / "database" / "first_version.sql"


@contextmanager
def first_version(postgres: PostgresServer) -> Iterator[Database]:
    """Loaded as it was, not migrated; dropped at the end of the block."""
    name = f"first_{new_id().hex[-20:]}"
    database = postgres.create(name, "template0")
    try:
        with psycopg.connect(database.superuser) as connection:
            rights.create_roles(connection)
        loaded = subprocess.run(
            [binaries.find().path("psql"), "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1",
             "--single-transaction", f"--file={DUMP}", database.owner],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert loaded.returncode == 0, loaded.stderr
        yield database
    finally:
        postgres.drop(name)


@asynccontextmanager
async def its_chain(database: Database) -> AsyncIterator[Chain]:
    """Today's ledger over its members and devices, at its time."""
    owner = await asyncpg.create_pool(database.owner, min_size=1, max_size=2)
    pool = await open_pool(database.app)
    clock = HandClock()
    devices = {row["number"]: row["id"] for row in await owner.fetch("SELECT * FROM device")}
    try:
        yield Chain(
            owner,
            Ledger(pool, clock),
            MemberDesk(pool, clock),
            clock,
            kiosk=devices["K01"],
            kiosk_2=devices["K02"],
            till=devices["T01"],
            till_2=devices["T02"],
            _seq=1000,
        )
    finally:
        await pool.close()
        await owner.close()
