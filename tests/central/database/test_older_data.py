"""What the first version wrote comes over whole, and goes on: however many migrations later."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from central.database import dsn
from central.ledger.invariants import violations
from central.ledger.refusal import LedgerRefused
from central.ledger.timekeeper import Timekeeper
from tests.central_program import central
from tests.chain import Chain
from tests.first_version import first_version, its_chain
from tests.postgres import Database, PostgresServer
from wire.api.redemptions import PrintResult, ReprintRequest, State
from wire.api.vouchers import RestoreRequest, UseRequest
from wire.errors import ErrorCode
from wire.ids import new_id

UNCHANGED = {
    "balances": "SELECT member_id, pending, available, held, debt FROM balance ORDER BY 1",
    "lots": "SELECT id, member_id, type, source, reference, state, granted, remaining, held,"
    " redeemed, expired, clawed, settled_debt, available_at, expires_at, created_at FROM lot"
    " ORDER BY id",
    "holds": "SELECT h.id, h.member_id, h.points, h.state, h.deadline, h.ended_at, a.lot_id,"
    " a.points AS part FROM hold h JOIN hold_allocation a ON a.hold_id = h.id"
    " ORDER BY h.id, a.lot_id",
    "redemptions": "SELECT id, member_id, reward_id, points, hold_id, state, device_id,"
    " device_seq, store_id, reserved_at, stock_counted FROM redemption ORDER BY id",
    "vouchers": "SELECT redemption_id, code, state, reward_name::text, value_fen, min_spend_fen,"
    " print_fields::text, valid_from, valid_to FROM voucher ORDER BY 1",
    "voucher events": "SELECT id, voucher_id, kind, at FROM voucher_event ORDER BY id",
    "journal": "SELECT id, kind, member_id, at, redemption, lot_id, reason, operator FROM journal"
    " ORDER BY id",
    "postings": "SELECT id, journal_id, account, detail, member_id, points FROM posting"
    " ORDER BY id",
    "stock": "SELECT reward_id, store_id, on_hand, reserved, issued, received, written_off"
    " FROM stock_bucket ORDER BY 1, 2",
    "limits": "SELECT member_id, reward_id, period, starts_on, used FROM limit_counter"
    " ORDER BY 1, 2, 3, 4",
    "members": "SELECT id, number, display, tier_id, status FROM member ORDER BY id",
    "cards": "SELECT card_ref, member_id FROM member_card ORDER BY 1",
    "pseudonyms": "SELECT ref, member_id FROM member_ref ORDER BY 1",
    "devices": "SELECT id, number, role, store_id, public_key, acked_seq FROM device ORDER BY id",
    "device events": "SELECT id, device_id, seq, type, payload::text FROM device_event ORDER BY id",
    "answers": "SELECT client, key, content_hash, response::text FROM idempotency_key"
    " ORDER BY 1, 2",
    "rewards": "SELECT id, kind, name::text, price_points, value_fen, voucher_days, stock_counted"
    " FROM reward ORDER BY id",
    "tombstones": "SELECT id, device_id FROM tombstone ORDER BY id",
    "token keys": "SELECT kid, public_key, retired_at FROM token_key ORDER BY kid",
}


async def rows(database: Database) -> dict[str, list[Any]]:
    connection = await asyncpg.connect(database.owner)
    try:
        return {what: await connection.fetch(query) for what, query in UNCHANGED.items()}
    finally:
        await connection.close()


@pytest.fixture
async def old(postgres: PostgresServer) -> AsyncIterator[Database]:
    with first_version(postgres) as database:
        yield database


@pytest.fixture(scope="module")
def migrated(postgres: PostgresServer) -> Iterator[str]:
    """Brought to today, to be copied."""
    with first_version(postgres) as database:
        central(database.environment(), "migrate")
        yield dsn.database_of(database.url)


@pytest.fixture
async def grown(postgres: PostgresServer, migrated: str) -> AsyncIterator[Chain]:
    """Today's ledger over a copy of its own."""
    name = f"grown_{new_id().hex[-20:]}"
    try:
        async with its_chain(postgres.create(name, migrated)) as chain:
            yield chain
            assert await violations(chain.owner) == []
    finally:
        postgres.drop(name)


async def test_everything_is_what_it_was(old: Database) -> None:
    before = await rows(old)
    assert min(len(found) for found in before.values()) > 0, "each kind of row is there"
    told = central(old.environment(), "migrate").stdout
    assert "migrations to apply" in told
    after = await rows(old)
    for what, found in before.items():
        assert after[what] == found, what
    assert "the books are right" in central(old.environment(), "check").stdout


async def test_what_the_dump_holds(old: Database) -> None:
    """So that nobody makes it smaller by mistake."""
    connection = await asyncpg.connect(old.owner)
    states = dict(await connection.fetch("SELECT state, count(*) FROM redemption GROUP BY 1"))
    assert states == {
        "RESERVED": 2, "PRINTING": 1, "UNCERTAIN": 2, "ISSUED": 3, "USED": 2, "EXPIRED": 1,
        "VOIDED": 1, "RELEASED": 1,
    }  # fmt: skip
    balances = await connection.fetch(
        "SELECT pending, available, held, debt FROM balance ORDER BY available, held"
    )
    assert [tuple(row) for row in balances] == [
        (0, 0, 0, -10), (0, 0, 100, 0), (55, 185, 0, 0), (0, 400, 0, 0), (0, 1830, 100, 0),
        (0, 4400, 300, 0),
    ]  # fmt: skip
    applied = await connection.fetch("SELECT app, name FROM django_migrations WHERE app = 'ledger'")
    assert [tuple(row) for row in applied] == [("ledger", "0001_initial")]
    await connection.close()


async def test_a_rewards_figures_below_nothing_become_nothing(old: Database) -> None:
    connection = await asyncpg.connect(old.owner)
    await connection.execute(
        "ALTER TABLE reward DISABLE TRIGGER USER"
    )  # the dump has not all of it
    await connection.execute(
        "UPDATE reward SET voucher_days = -1, min_spend_fen = -5, per_member_per_day = -2,"
        " per_member_per_month = NULL, per_member_ever = 3"
    )
    central(old.environment(), "migrate")
    figures = await connection.fetch(
        "SELECT DISTINCT voucher_days, min_spend_fen, per_member_per_day, per_member_per_month,"
        " per_member_ever FROM reward"
    )
    assert [tuple(row) for row in figures] == [(0, 0, 0, None, 3)]
    await connection.close()


async def test_point_types_keep_their_ends(grown: Chain) -> None:
    types = await grown.rows(
        "SELECT code, expiry, expiry_length, expiry_unit, expiry_round FROM point_type"
        " ORDER BY code"
    )
    assert [tuple(row) for row in types] == [
        ("base", "rolling", 12, "month", "exact"),
        ("forever", "none", None, "", "day"),
    ]


async def of_state(chain: Chain, state: State, number: int = 0) -> Any:
    """A redemption of the member who has one in every state."""
    found = await chain.rows(
        "SELECT r.id, r.points, v.code FROM redemption r JOIN voucher v ON v.redemption_id = r.id"
        " WHERE r.state = $1 ORDER BY r.reserved_at, r.id",
        state.value,
    )
    return found[number]


async def test_what_was_begun_then_is_ended_now(grown: Chain) -> None:
    used = await of_state(grown, State.USED)
    printing = await of_state(grown, State.PRINTING)
    assert (await grown.capture(printing["id"])).state is State.ISSUED
    for number in range(2):
        uncertain = await of_state(grown, State.UNCERTAIN)
        assert (await grown.capture(uncertain["id"])).state is State.ISSUED, number
    issued = await of_state(grown, State.ISSUED)
    use = UseRequest(pos="2", receipt="N1", basket_fen=9000)
    assert (
        await grown.ledger.use_voucher(grown.till, issued["code"], "n", use)
    ).state is State.USED
    again = UseRequest(pos="9", receipt="N2", basket_fen=9000)
    with pytest.raises(LedgerRefused) as refused:
        await grown.ledger.use_voucher(grown.till, used["code"], "m", again)
    assert refused.value.code is ErrorCode.ALREADY_USED
    back = await grown.ledger.restore_voucher(
        grown.till, used["code"], "b", RestoreRequest(pos="1", receipt="R1")
    )
    assert back.state is State.ISSUED
    dead = await of_state(grown, State.RELEASED)
    with pytest.raises(LedgerRefused) as refused:
        await grown.ledger.use_voucher(grown.till, dead["code"], "d", use)
    assert refused.value.code is ErrorCode.VOUCHER_REVOKED
    void = await of_state(grown, State.ISSUED)
    voided = await grown.ledger.void(
        operator="E1", key="v", redemption=void["id"], reason="a mistake"
    )
    assert voided.state is State.VOIDED
    assert await violations(grown.owner) == []


async def test_a_hold_of_then_whose_lot_died_expires_when_it_is_released(grown: Chain) -> None:
    held = await of_state(grown, State.RESERVED, 1)
    member = await grown.value("SELECT member_id FROM redemption WHERE id = $1", held["id"])
    grown.clock.forward(minutes=5)  # its only lot has died by now
    assert (await grown.release(held["id"])).state is State.RELEASED
    assert await grown.balance(member) == {"pending": 0, "available": 0, "held": 0, "debt": 0}
    assert await violations(grown.owner) == []


async def test_an_answer_of_then_is_the_answer_now(grown: Chain) -> None:
    """A kiosk that was switched off during the update repeats its call."""
    reprinted = await grown.value("SELECT response FROM idempotency_key WHERE key = 'p1'")
    postings = await grown.value("SELECT count(*) FROM posting")
    session = await grown.value(
        "SELECT s.id FROM member_session s JOIN redemption r ON r.member_id = s.member_id"
        " WHERE r.id = $1 ORDER BY s.created_at DESC, s.id DESC LIMIT 1",
        (await of_state(grown, State.UNCERTAIN, 1))["id"],
    )
    redemption = (await of_state(grown, State.UNCERTAIN, 1))["id"]
    answer = await grown.ledger.reprint(
        grown.kiosk, redemption, "p1", ReprintRequest(session=session)
    )
    assert answer.voucher.code in reprinted
    assert answer.copy == 1, "not a second copy"
    assert await grown.value("SELECT count(*) FROM posting") == postings


async def test_nights_go_on_from_there(grown: Chain) -> None:
    keeper = Timekeeper(grown.ledger._caller._pool, grown.clock)
    grown.clock.forward(days=3)
    await keeper.settle_redemptions()
    await keeper.settle_lots()
    pending = "SELECT sum(pending)::int FROM balance"
    assert await grown.value(pending) == 0, "what waited then has become available"
    grown.clock.at += timedelta(days=400)
    await keeper.settle_redemptions()
    await keeper.settle_lots()
    assert await violations(grown.owner) == []
    left = await grown.rows("SELECT type, sum(remaining)::int FROM lot GROUP BY 1 ORDER BY 1")
    assert tuple(left[0]) == ("base", 0), "a year on, all of those have died"


async def test_new_points_and_rewards_beside_the_old(grown: Chain) -> None:
    member = await grown.value("SELECT id FROM member WHERE status = 'frozen'")
    await grown.execute("UPDATE member SET status = 'active' WHERE id = $1", member)
    await grown.award(member, 100)
    made = await grown.in_state(State.ISSUED, await grown.reward(450), member, 450)
    assert await grown.state(made) is State.ISSUED
    assert await violations(grown.owner) == []
    unsure = await grown.in_state(
        State.UNCERTAIN, await grown.value("SELECT id FROM reward WHERE stock_counted"),
        await grown.member(500),
    )  # fmt: skip
    assert (await grown.capture(unsure, PrintResult.OK)).state is State.ISSUED
