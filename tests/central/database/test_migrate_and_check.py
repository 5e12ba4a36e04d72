"""`central migrate` and `central check`, as programs over real databases."""

import asyncio
import subprocess
import sys

import asyncpg
import psycopg
import pytest

from central.database.trouble import FunctionsChanged, NotMigrated
from central.ledger import functions
from tests.chain import Chain
from tests.office import office
from tests.postgres import Database, PostgresServer
from wire.api.redemptions import State
from wire.ids import new_id


def central(database: Database, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "central", *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=database.environment(),
    )


def test_migrate_again_changes_nothing(database: Database) -> None:
    with psycopg.connect(database.owner) as connection:
        before = connection.execute("SELECT kid, public_key FROM token_key").fetchall()
        functions.verify(connection)
    done = central(database, "migrate")
    assert done.returncode == 0, done.stderr
    assert "tables: up to date" in done.stdout
    assert "migrations to apply" not in done.stdout
    with psycopg.connect(database.owner) as connection:
        functions.verify(connection)
        assert connection.execute("SELECT kid, public_key FROM token_key").fetchall() == before


def test_a_function_changed_in_the_database_is_refused_until_migrated(database: Database) -> None:
    with psycopg.connect(database.owner) as connection:
        connection.execute(
            "CREATE OR REPLACE FUNCTION content_hash(p_content jsonb) RETURNS bytea"
            " LANGUAGE sql IMMUTABLE AS $$ SELECT ''::bytea $$"
        )
    with psycopg.connect(database.app) as connection, pytest.raises(FunctionsChanged):
        functions.verify(connection)
    checked = central(database, "check")
    assert checked.returncode == 1
    assert "run `central migrate`" in checked.stderr
    assert central(database, "migrate").returncode == 0
    assert central(database, "check").returncode == 0


async def test_functions_of_another_version_are_refused(database: Database) -> None:
    owner = await asyncpg.connect(database.owner)
    await owner.execute("UPDATE function_set SET source_hash = 'other'")
    with pytest.raises(FunctionsChanged, match="another version"):
        await functions.verify_async(owner)
    await owner.close()


def test_a_database_without_tables_says_migrate(postgres: PostgresServer) -> None:
    empty = postgres.create("empty_one", "template0")
    try:
        with psycopg.connect(empty.app) as connection, pytest.raises(NotMigrated):
            functions.verify(connection)
        checked = central(empty, "check")
        assert (checked.returncode, "run `central migrate`" in checked.stderr) == (1, True)
    finally:
        postgres.drop("empty_one")


def test_a_database_that_does_not_answer(database: Database) -> None:
    url = "postgresql://nobody@127.0.0.1:1/none"
    done = subprocess.run(
        [sys.executable, "-m", "central", "migrate"],
        check=False,
        capture_output=True,
        text=True,
        env=database.environment() | {"DATABASE_URL": url},
    )
    assert done.returncode == 1
    assert "does not answer" in done.stderr
    assert "Traceback" not in done.stderr


async def _busy(chain: Chain) -> None:
    """One member with a redemption in every state, a pending lot and a limit."""
    member = await chain.member()
    await chain.award(member, 5000, point_type="forever")
    reward = await chain.reward(stock=20, per_member_ever=20)
    await chain.campaign("spring", reward, points=5000)
    for state in State:
        await chain.in_state(state, reward, member)
    await chain.award(member, 30, point_type="forever")
    other = await chain.member(50)
    await chain.ledger.clawback(
        client="t", key="c", member=other, points=60, reference="R", reason="returned"
    )
    await chain.release(new_id())


async def test_check_passes_over_a_busy_chain_with_counts(chain: Chain, database: Database) -> None:
    await _busy(chain)
    done = central(database, "check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "BROKEN" not in done.stdout
    assert "6a. each redemption is exactly one voucher in the matching state: 8 checked, ok" in (
        done.stdout
    )
    assert "the books are right" in done.stdout


_A_LOT = "(SELECT id FROM lot WHERE redeemed > 0 LIMIT 1)"
_FREE = "ALTER TABLE {0} DROP CONSTRAINT {1};"
DAMAGE: dict[str, str] = {
    "1a.": "UPDATE posting SET points = points + 1 WHERE id = (SELECT min(id::text)::uuid FROM"
    " posting WHERE account = 'issued')",
    "1b.": "DELETE FROM posting WHERE account = 'redeemed'",
    "1c.": "UPDATE balance SET available = available + 1",
    "1e.": "UPDATE journal SET seq = 1",
    "1d.": "DELETE FROM balance WHERE debt < 0",
    "2a.": "UPDATE lot SET granted = granted + 5, remaining = remaining + 5",
    "2b.": "UPDATE hold SET state = 'released', ended_at = now() WHERE id = (SELECT hold_id FROM"
    " redemption WHERE state = 'PRINTING')",
    "2c.": _FREE.format("lot", "lot_held_within_remaining")
    + f"UPDATE lot SET held = remaining + 1 WHERE id = {_A_LOT}",
    "2d.": _FREE.format("balance", "balance_debt_not_positive")
    + "UPDATE balance SET debt = 1 WHERE debt < 0",
    "2e.": "UPDATE journal SET seq = -seq WHERE kind = 'reserve'",
    "3b.": f"UPDATE lot SET source = 'other' WHERE id = {_A_LOT}",
    "3.": _FREE.format("lot", "lot_adds_up") + "UPDATE lot SET expired = expired + 1",
    "4a.": "DELETE FROM hold_allocation WHERE hold_id = (SELECT hold_id FROM redemption WHERE"
    " state = 'ISSUED')",
    "4b.": f"UPDATE lot SET redeemed = redeemed - 1, expired = expired + 1 WHERE id = {_A_LOT}",
    "4c.": "UPDATE journal SET kind = 'capture' WHERE kind = 'release'",
    "4d.": "UPDATE redemption SET points = points - 1 WHERE state = 'USED'",
    "4e.": "UPDATE lot SET expires_at = created_at",
    "4f.": f"UPDATE journal SET kind = 'expire', lot_id = {_A_LOT} WHERE kind = 'reserve'",
    "4g.": "UPDATE balance SET debt = -5 WHERE available > 0",
    "4h.": f"UPDATE lot SET expired = expired + 1, remaining = remaining - 1 WHERE id = {_A_LOT}",
    "4i.": f"UPDATE lot SET merged_out = 1, remaining = remaining - 1 WHERE id = {_A_LOT}",
    "4j.": "UPDATE lot SET expires_at = '2034-01-01' WHERE remaining > held;"
    "INSERT INTO night (day, due_at, started_at, finished_at, members)"
    " VALUES ('2035-01-01', '2035-01-01', '2035-01-01', now(), 0)",
    "4k.": "UPDATE lot SET expires_at = available_at + interval '1 year' WHERE granted = 30;"
    "UPDATE journal SET seq = -seq WHERE kind = 'award'",
    "4l.": "UPDATE posting SET member_id = (SELECT member_id FROM redemption LIMIT 1)"
    " WHERE account = 'debt'; UPDATE journal SET seq = -seq WHERE kind = 'clawback'",
    "4m.": "INSERT INTO point_clearing (id, type, clears_at, announced_at, operator, reason)"
    " VALUES (gen_random_uuid(), 'base', now(), now(), 'E1', 'r');"
    "UPDATE lot SET clearing_id = (SELECT id FROM point_clearing) WHERE type = 'forever'",
    "4n.": "UPDATE journal SET kind = 'adjust' WHERE kind = 'award'",
    "4o.": "INSERT INTO point_clearing (id, type, clears_at, announced_at, applied_at, operator,"
    " reason) VALUES (gen_random_uuid(), 'forever', '2099-01-01', now(), now(), 'E1', 'r')",
    "5a.": _FREE.format("stock_bucket", "stock_bucket_adds_up")
    + "UPDATE stock_bucket SET on_hand = on_hand + 1",
    "5b.": "UPDATE stock_bucket SET reserved = reserved - 1, issued = issued + 1",
    "5g.": "UPDATE stock_bucket SET received = received + 1, on_hand = on_hand + 1",
    "5h.": "UPDATE stock_move SET kind = 'moved', other_id = bucket_id",
    "5c.": "UPDATE limit_counter SET used = used + 1",
    "5d.": "INSERT INTO award_counter (id, scope, subject, rule, period, starts_on, used, cap)"
    " VALUES (gen_random_uuid(), 'all', '', 'r', 'ever', '1970-01-01', 5, 9)",
    "5e.": "UPDATE campaign SET points_used = points_used + 1",
    "5f.": "UPDATE campaign_count SET given_back = NOT given_back",
    "6a.": "UPDATE voucher SET state = 'live' WHERE state = 'revoked'",
    "6b.": "INSERT INTO voucher_event (id, voucher_id, kind, at) SELECT gen_random_uuid(),"
    " voucher_id, 'use', at FROM voucher_event WHERE kind = 'use'",
    "6c.": "UPDATE redemption SET state = 'VOIDED' WHERE state = 'ISSUED'",
    "6d.": "INSERT INTO tombstone (id, device_id, reason, at) SELECT id, device_id, '', now() FROM"
    " redemption WHERE state = 'RESERVED'",
    "7.": "UPDATE device SET acked_seq = 3 WHERE number = 'K01'",
    "8a.": "UPDATE tier_entry SET points = points + 1 WHERE returns_id IS NULL",
    "8b.": "UPDATE tier_entry SET at = at + interval '1 day' WHERE returns_id IS NOT NULL",
    "8c.": "INSERT INTO tier_standing (member_id, base_tier_id, seen_at, policy_version) SELECT id,"
    " 'gold', now(), 0 FROM member",
    "8d.": "INSERT INTO tier_change (id, member_id, seq, at, from_tier_id, to_tier_id, cause)"
    " SELECT gen_random_uuid(), id, 2, now(), 'gold', 'plain', 'review' FROM member",
    "8e.": "INSERT INTO sale_return (id, member_id, reference, at, points, spend_fen, operator)"
    " SELECT gen_random_uuid(), id, 'R', now(), 1, 0, '' FROM member",
    "9a.": "UPDATE audit_event SET actor = 'E2'",
    "9b.": "UPDATE member SET status = 'merged'",
    "9c.": "INSERT INTO audit_event (seq, at, actor, action, subject, detail, hash)"
    " SELECT 999, '2026-01-01', 'E1', 'freeze', member_id, '{}', '' FROM redemption LIMIT 1",
    "9d.": "UPDATE journal SET operator = 'E2' WHERE kind = 'void'",
    "10.": "ALTER TABLE stock_bucket DISABLE TRIGGER stock_changed;"
    "UPDATE stock_bucket SET catalogue_rev = 0",
}


@pytest.mark.parametrize("number", DAMAGE)
async def test_check_finds_planted_damage(chain: Chain, database: Database, number: str) -> None:
    await _busy(chain)
    with psycopg.connect(database.superuser) as superuser:
        for statement in DAMAGE[number].split(";"):
            superuser.execute(statement.encode())
    done = await asyncio.to_thread(office, database, "check", status=1)
    found = [line for line in done.out.splitlines() if "BROKEN" in line]
    assert any(line.startswith(number) for line in found), done.out
    assert "invariants are broken" in done.out


def test_every_invariant_has_its_damage() -> None:
    from central.ledger.invariants import INVARIANTS

    assert {i.name.split(" ")[0] for i in INVARIANTS} == set(DAMAGE)
