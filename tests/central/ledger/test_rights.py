"""The service's own role cannot move a point but through the functions."""

import asyncpg
import pytest

from tests.chain import Chain
from tests.postgres import Database

_WRITTEN_BY_FUNCTIONS_ONLY = (
    "balance",
    "lot",
    "hold",
    "hold_allocation",
    "journal",
    "posting",
    "limit_counter",
    "idempotency_key",
    "redemption",
    "tombstone",
    "voucher",
    "voucher_event",
    "stock_bucket",
    "function_set",
    "reward",
    "programme",
    "staff_try",
    "staff_login",
    "time_entry",
    "handover",
    "roll",
    "award_counter",
    "lot_count",
    "point_clearing",
    "account_closing",
    "night",
    "night_member",
    "audit_event",
)


@pytest.mark.parametrize("table", _WRITTEN_BY_FUNCTIONS_ONLY)
async def test_no_write_to(database: Database, chain: Chain, table: str) -> None:
    await chain.member(100)
    app = await asyncpg.connect(database.app)
    column = await chain.value(
        "SELECT column_name FROM information_schema.columns WHERE table_name = $1 LIMIT 1", table
    )
    for statement in (
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"INSERT INTO {table} DEFAULT VALUES",
        f"TRUNCATE {table}",
        f"DROP TABLE {table}",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(statement)
    await app.fetch(f"SELECT * FROM {table}")
    await app.close()


@pytest.mark.parametrize("column", ["ref", "staff_no", "pin_hash", "pin_set_at", "pin_blocked_at"])
async def test_a_person_is_who_they_are_and_their_pin_is_set_by_a_function(
    database: Database, chain: Chain, column: str
) -> None:
    await chain.member(100)
    app = await asyncpg.connect(database.app)
    for statement in (
        f"UPDATE staff SET {column} = {column}",
        "DELETE FROM staff",
        "UPDATE staff_store SET store_id = store_id",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(statement)
    await app.close()


async def test_inner_functions_are_not_the_apps(database: Database) -> None:
    app = await asyncpg.connect(database.app)
    for call in (
        "SELECT post('award', NULL, now(), ARRAY['available'], ARRAY[1::bigint])",
        "SELECT hold_end(NULL, 'released', now())",
        "SELECT catalogue_next()",
        "SELECT staff_session(NULL, NULL, now(), false)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SET ROLE central_owner",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(call)
    await app.close()


async def test_what_the_app_may_call_is_what_its_faces_call(database: Database) -> None:
    owner = await asyncpg.connect(database.owner)
    rows = await owner.fetch(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND proname NOT LIKE 'procrastinate%'"
        " AND has_function_privilege('central_app', oid, 'EXECUTE')"
    )
    await owner.close()
    assert {row["proname"] for row in rows} == {
        "award", "clawback", "reserve", "printing", "capture", "release", "reprint",
        "redemption_read", "redemptions_open", "voucher_check", "voucher_use", "voucher_restore",
        "voucher_void", "release_uncertain", "redemption_settle", "redemptions_due", "forget",
        "goods_returned", "award_proposal", "adjust", "merge", "member_freeze", "member_close",
        "member_reopen", "clearing_announce", "clearing_withdraw",
        "member_statement", "desk_award", "desk_clawback",
        "night_begin", "night_batch", "audit_broken",
        "stock_receive", "stock_write_off", "stock_transfer", "stock_count", "reward_words",
        "tier_give", "tier_withdraw", "tier_explain", "tiers_broken",
        "tier_rules_set", "tier_threshold_set",
        "member_by_code", "member_by_card", "member_by_plain_card",
        "voucher_mistyped", "staff_try", "staff_wrong", "staff_admit", "staff_logout",
        "staff_stay",
        "staff_pin_set", "staff_clock", "staff_settle", "staff_handover", "staff_find",
        "roll_changed",
    }  # fmt: skip
