"""A database with data of the tables before the point policies comes over whole."""

import subprocess
import sys

import asyncpg

from tests.central_program import central
from tests.chain import Chain
from tests.postgres import Database
from wire.api.redemptions import State


def _back(database: Database, app: str, migration: str) -> None:
    """Django's own way back, as the owner."""
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", app, migration, "--database", "owner"],
        check=False,
        capture_output=True,
        text=True,
        env=database.environment() | {"DJANGO_SETTINGS_MODULE": "central.settings"},
    )
    assert done.returncode == 0, done.stdout + done.stderr


async def test_point_types_and_lots_stay_what_they_were(chain: Chain, database: Database) -> None:
    member = await chain.member(500)
    await chain.in_state(State.USED, await chain.reward(), member)
    await chain.award(member, 70, point_type="forever")
    before = await chain.rows("SELECT id, remaining, expires_at FROM lot ORDER BY id")
    _back(database, "ledger", "0001_initial")
    _back(database, "programme", "0002_catalogue_rev")
    old = await asyncpg.connect(database.owner)
    types = await old.fetch("SELECT code, expiry_months FROM point_type ORDER BY code")
    assert [tuple(row) for row in types] == [("base", 12), ("forever", None)]
    await old.close()
    told = central(database.environment(), "migrate")
    assert "migrations to apply" in told.stdout
    new = await asyncpg.connect(database.owner)
    types = await new.fetch(
        "SELECT code, expiry, expiry_length, expiry_unit, expiry_round FROM point_type"
        " ORDER BY code"
    )
    assert [tuple(row) for row in types] == [
        ("base", "rolling", 12, "month", "exact"),
        ("forever", "none", None, "", "day"),
    ]
    assert await new.fetch("SELECT id, remaining, expires_at FROM lot ORDER BY id") == before
    await new.close()
    assert "the books are right" in central(database.environment(), "check").stdout
