"""What a reserve is refused for; nothing moves, and the facts say why."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from central.ledger.invariants import violations
from central.ledger.money import Ledger
from central.ledger.refusal import LedgerRefused
from tests.chain import Chain
from tests.postgres import Database
from wire.errors import ErrorCode
from wire.ids import new_id


async def refusal(chain: Chain, member: UUID, reward: UUID, points: int = 100, **more: Any) -> Any:
    before = await chain.value("SELECT count(*) FROM posting")
    with pytest.raises(LedgerRefused) as refused:
        await chain.reserve(member, reward, points, **more)
    assert await chain.value("SELECT count(*) FROM posting") == before
    assert await violations(chain.owner) == []
    return refused.value


async def test_too_few_points(chain: Chain) -> None:
    told = await refusal(chain, await chain.member(99), await chain.reward())
    assert (told.code, told.facts) == (ErrorCode.INSUFFICIENT, {"need": 100, "have": 99})


@pytest.mark.parametrize(
    "figure",
    [
        "voucher_days",
        "min_spend_fen",
        "per_member_per_day",
        "per_member_per_month",
        "per_member_ever",
    ],
)
async def test_no_reward_has_a_figure_below_nothing(chain: Chain, figure: str) -> None:
    """A voucher that is dead when it is reserved, a limit that can never be kept."""
    await chain.reward(**{figure: 0})
    with pytest.raises(asyncpg.CheckViolationError, match=r"reward_(voucher|limits)_not_negative"):
        await chain.reward(**{figure: -1})


async def test_price_changed_between_screen_and_tap(chain: Chain) -> None:
    member = await chain.member(1000)
    reward = await chain.reward()
    await chain.execute("UPDATE reward SET price_points = 120 WHERE id = $1", reward)
    told = await refusal(chain, member, reward)
    assert (told.code, told.facts) == (ErrorCode.PRICE_CHANGED, {"price": 120})
    assert (await chain.reserve(member, reward, 120)).points == 120


async def test_the_cheapest_step_of_the_ladder_that_applies(chain: Chain) -> None:
    reward = await chain.reward(100)
    now = chain.clock()
    steps: list[tuple[int, str | None, datetime | None, datetime | None]] = [
        (80, "gold", None, None),
        (60, None, now + timedelta(hours=1), now + timedelta(hours=2)),
        (50, None, None, now),
    ]
    for step in steps:
        await chain.execute(
            "INSERT INTO reward_price (id, reward_id, points, tier_id, valid_from, valid_to)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            new_id(),
            reward,
            *step,
        )
    plain, gold = await chain.member(1000), await chain.member(1000, tier="gold")
    assert (await refusal(chain, plain, reward, 80)).facts == {"price": 100}
    assert (await chain.reserve(gold, reward, 80)).points == 80
    chain.clock.forward(hours=1)
    assert (await chain.reserve(gold, reward, 60)).points == 60
    chain.clock.forward(hours=1)
    assert (await refusal(chain, gold, reward, 60)).facts == {"price": 80}


async def test_window_not_open_and_over(chain: Chain) -> None:
    member = await chain.member(1000)
    now = chain.clock()
    soon = await chain.reward(valid_from=now + timedelta(minutes=1))
    over = await chain.reward(valid_to=now)
    for reward in (soon, over):
        assert (await refusal(chain, member, reward)).code is ErrorCode.WINDOW_CLOSED


@pytest.mark.parametrize("case", ["other store", "other tier", "deleted", "no such reward"])
async def test_not_offered_here(chain: Chain, case: str) -> None:
    member = await chain.member(1000)
    reward = {
        "other store": lambda: chain.reward(stores=("S2",)),
        "other tier": lambda: chain.reward(tiers=("gold",)),
        "deleted": lambda: chain.reward(deleted_at=chain.clock()),
        "no such reward": lambda: asyncio.sleep(0, new_id()),
    }[case]
    told = await refusal(chain, member, await reward())
    assert told.code is ErrorCode.REWARD_UNAVAILABLE


async def test_offered_where_and_to_whom_it_should(chain: Chain) -> None:
    reward = await chain.reward(stores=("S1",), tiers=("gold",))
    assert await chain.reserve(await chain.member(1000, tier="gold"), reward)


async def test_pin_over_points(chain: Chain) -> None:
    await chain.execute("UPDATE programme SET pin_over_points = 300")
    member = await chain.member(1000)
    told = await refusal(chain, member, await chain.reward(301), 301)
    assert told.code is ErrorCode.PIN_REQUIRED
    assert await chain.reserve(member, await chain.reward(300), 300)
    await chain.execute("UPDATE programme SET pin_over_points = NULL")
    assert await chain.reserve(member, await chain.reward(301), 301)


async def test_sessions(chain: Chain) -> None:
    member = await chain.member(1000)
    reward = await chain.reward()
    read_only = await chain.session(member, read_only=True)
    elsewhere = await chain.session(member, device=chain.kiosk_2)
    old = await chain.session(member)
    cases = {new_id(): ErrorCode.SESSION_EXPIRED, elsewhere: ErrorCode.SESSION_EXPIRED}
    cases[read_only] = ErrorCode.SESSION_READ_ONLY
    for session, code in cases.items():
        assert (await refusal(chain, member, reward, session=session)).code is code
    chain.clock.forward(minutes=20)
    told = await refusal(chain, member, reward, session=old)
    assert told.code is ErrorCode.SESSION_EXPIRED


@pytest.mark.parametrize(
    ("status", "code"),
    [("frozen", ErrorCode.MEMBER_FROZEN), ("closed", ErrorCode.MEMBER_UNKNOWN)],
)
async def test_a_frozen_or_closed_member_cannot_spend_but_what_is_held_resolves(
    chain: Chain, status: str, code: ErrorCode
) -> None:
    member = await chain.member(1000)
    reward = await chain.reward()
    redemption = await chain.reserve(member, reward)
    await chain.execute("UPDATE member SET status = $1", status)
    assert (await refusal(chain, member, reward)).code is code
    await chain.printing(redemption.id)
    await chain.capture(redemption.id)
    assert (await chain.balance(member))["available"] == 900


async def test_device_paused_revoked_or_a_till(chain: Chain) -> None:
    member = await chain.member(1000)
    reward = await chain.reward()
    told = await refusal(chain, member, reward, device=chain.till)
    assert told.code is ErrorCode.FORBIDDEN
    await chain.execute("UPDATE device SET paused = true WHERE id = $1", chain.kiosk)
    assert (await refusal(chain, member, reward)).code is ErrorCode.DEVICE_PAUSED
    await chain.execute("UPDATE device SET revoked_at = now() WHERE id = $1", chain.kiosk)
    assert (await refusal(chain, member, reward)).code is ErrorCode.DEVICE_REVOKED


async def test_one_voucher_at_a_time(chain: Chain) -> None:
    told = await refusal(chain, await chain.member(1000), await chain.reward(), qty=2)
    assert told.code is ErrorCode.BAD_REQUEST


# --- Limits and stock --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "resets_at"),
    [
        ("per_member_per_day", datetime(2026, 11, 22, 16, 0, tzinfo=UTC)),
        ("per_member_per_month", datetime(2026, 11, 30, 16, 0, tzinfo=UTC)),
        ("per_member_ever", None),
    ],
)
async def test_limit_per_member(chain: Chain, limit: str, resets_at: datetime | None) -> None:
    member = await chain.member(1000)
    reward = await chain.reward(**{limit: 2})
    first = await chain.reserve(member, reward)
    await chain.reserve(member, reward)
    told = await refusal(chain, member, reward)
    assert told.code is ErrorCode.LIMIT_REACHED
    assert told.facts["limit"] == limit
    told_at = told.facts["resets_at"]
    assert (told_at and datetime.fromisoformat(told_at)) == resets_at
    await chain.release(first.id)
    await chain.reserve(member, reward)
    assert await chain.reserve(await chain.member(1000), reward), "another member's own limit"
    if resets_at:
        chain.clock.at = resets_at
        assert await chain.reserve(member, reward)
    assert await violations(chain.owner) == []


async def test_a_limit_set_later_counts_what_came_before(chain: Chain) -> None:
    member = await chain.member(1000)
    reward = await chain.reward()
    await chain.reserve(member, reward)
    await chain.execute("UPDATE reward SET per_member_ever = 1 WHERE id = $1", reward)
    assert (await refusal(chain, member, reward)).code is ErrorCode.LIMIT_REACHED


async def test_stock_of_another_store_does_not_help(chain: Chain) -> None:
    member = await chain.member(1000)
    reward = await chain.reward(stock=3)
    told = await refusal(chain, member, reward, device=chain.kiosk_2)
    assert told.code is ErrorCode.OUT_OF_STOCK


async def test_stock_and_limits_hold_under_parallel_clients(
    chain: Chain, database: Database
) -> None:
    """40 members and 40 tries of one member, 16 connections: 10 umbrellas, 3 mugs a day."""
    umbrella = await chain.reward(stock=10)
    mug = await chain.reward(per_member_per_day=3)
    members = [await chain.member(100) for _ in range(40)]
    greedy = await chain.member(10_000)
    requests = [await chain.request(member, umbrella) for member in members]
    requests += [await chain.request(greedy, mug) for _ in range(40)]
    pool = await asyncpg.create_pool(database.app, min_size=16, max_size=16)
    ledger = Ledger(pool, chain.clock)
    answers = await asyncio.gather(
        *(ledger.reserve(chain.kiosk, request) for request in requests), return_exceptions=True
    )
    await pool.close()
    codes = [getattr(answer, "code", None) for answer in answers]
    assert codes[:40].count(None) == 10
    assert codes[:40].count(ErrorCode.OUT_OF_STOCK) == 30
    assert codes[40:].count(None) == 3
    assert codes[40:].count(ErrorCode.LIMIT_REACHED) == 37
    assert await violations(chain.owner) == []
    bucket = (await chain.rows("SELECT on_hand, reserved FROM stock_bucket"))[0]
    assert tuple(bucket) == (0, 10)


async def test_one_member_cannot_spend_the_same_points_twice_at_once(
    chain: Chain, database: Database
) -> None:
    member = await chain.member(500)
    reward = await chain.reward()
    requests = [await chain.request(member, reward) for _ in range(30)]
    pool = await asyncpg.create_pool(database.app, min_size=16, max_size=16)
    ledger = Ledger(pool, chain.clock)
    answers = await asyncio.gather(
        *(ledger.reserve(chain.kiosk, request) for request in requests), return_exceptions=True
    )
    await pool.close()
    codes = [getattr(answer, "code", None) for answer in answers]
    assert (codes.count(None), codes.count(ErrorCode.INSUFFICIENT)) == (5, 25)
    assert (await chain.balance(member))["available"] == 0
    assert await violations(chain.owner) == []
