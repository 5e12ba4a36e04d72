"""What was earned before there were tiers counts from the day there are."""

import subprocess
import sys

import asyncpg

from central.ledger.accounts import Accounts
from central.ledger.invariants import violations
from tests.central_program import central
from tests.chain import Chain
from tests.postgres import Database


def _without_tiers(database: Database) -> None:
    """Django's own way back, as the owner."""
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "members", "0003", "--database", "owner"],
        check=False,
        capture_output=True,
        text=True,
        env=database.environment() | {"DJANGO_SETTINGS_MODULE": "central.settings"},
    )
    assert done.returncode == 0, done.stdout + done.stderr


async def test_lots_of_before_are_entries(
    chain: Chain, database: Database, pool: "asyncpg.Pool[asyncpg.Record]"
) -> None:
    one, other = await chain.member(700), await chain.member()
    await chain.award(other, 500, reference="R1")
    await chain.execute("INSERT INTO point_type (code, name, qualifying)"
        " SELECT 'gift', name, false FROM point_type WHERE code = 'base'")  # fmt: skip
    await chain.award(other, 90, point_type="gift", reference="R1")
    await chain.ledger.clawback(
        client="t", key="1", member=other, points=200, reference="R1", reason="returned"
    )
    accounts = Accounts(pool, chain.clock)
    await accounts.merge(operator="E1", key="1", member=one, into=other, reason="same person")
    await accounts.adjust(operator="E1", key="2", member=other, points=60, reason="sorry")
    _without_tiers(database)
    central(database.environment(), "migrate")
    new = await asyncpg.connect(database.owner)
    rows = await new.fetch(
        "SELECT member_id, sum(points) AS points, sum(qualifying) AS counts FROM tier_entry"
        " GROUP BY member_id"
    )
    assert [tuple(row) for row in rows] == [(other, 700 + 500 + 90 - 200, 700 + 500 - 200)]
    assert await violations(new) == []
    await new.close()
