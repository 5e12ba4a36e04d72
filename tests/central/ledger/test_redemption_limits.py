"""How often a reward may be had: by a member, in a store, in the whole chain, and what a campaign
may cost."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from central.ledger.invariants import violations
from central.ledger.money import Ledger
from central.ledger.refusal import LedgerRefused
from tests.chain import Chain
from tests.postgres import Database
from tests.service import eventually
from wire.api.redemptions import State
from wire.errors import ErrorCode

# Noon of Sunday, 2026-11-22 in Shanghai: a new day there begins at 16:00 UTC.
RESETS = {
    "day": datetime(2026, 11, 22, 16, tzinfo=UTC),
    "week": datetime(2026, 11, 22, 16, tzinfo=UTC),  # the next is a Monday
    "month": datetime(2026, 11, 30, 16, tzinfo=UTC),
    "quarter": datetime(2026, 12, 31, 16, tzinfo=UTC),
    "year": datetime(2026, 12, 31, 16, tzinfo=UTC),
    "ever": None,
}

_ONE_A_DAY = """
INSERT INTO reward_limit (id, reward_id, scope, period, cap)
VALUES (gen_random_uuid(), $1, 'chain', 'day', 1)
"""


async def somebody_waits(chain: Chain) -> bool:
    """For the table of redemptions."""
    waiting: int = await chain.value(
        "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
        " WHERE NOT granted AND datname = current_database() AND"
        " relation = 'redemption'::regclass"
    )
    return waiting > 0


async def refusal(chain: Chain, member: UUID, reward: UUID, **more: Any) -> tuple[str, Any]:
    """Which limit was reached, and when it is over."""
    with pytest.raises(LedgerRefused) as refused:
        await chain.reserve(member, reward, **more)
    assert refused.value.code is ErrorCode.LIMIT_REACHED
    at = refused.value.facts["resets_at"]
    return refused.value.facts["limit"], at and datetime.fromisoformat(at)


def name(scope: str, period: str) -> str:
    return f"per_{scope}_ever" if period == "ever" else f"per_{scope}_per_{period}"


@pytest.mark.parametrize("period", RESETS)
@pytest.mark.parametrize("scope", ["member", "store", "chain"])
async def test_each_scope_and_period(chain: Chain, scope: str, period: str) -> None:
    reward = await chain.reward()
    await chain.limit(reward, scope, period, 2)
    member, other = await chain.member(1000), await chain.member(1000)
    first = await chain.reserve(member, reward)
    await chain.reserve(member, reward)
    assert await refusal(chain, member, reward) == (name(scope, period), RESETS[period])
    # Whom it does not concern.
    if scope == "member":
        await chain.reserve(other, reward)
    else:
        assert (await refusal(chain, other, reward))[0] == name(scope, period)
    if scope == "store":
        await chain.reserve(other, reward, device=chain.kiosk_2)
    elif scope == "chain":
        assert (await refusal(chain, other, reward, device=chain.kiosk_2))[0] == name(scope, period)
    # What is given back is free again, once.
    await chain.release(first.id)
    await chain.reserve(member, reward)
    assert (await refusal(chain, member, reward))[0] == name(scope, period)
    ends = RESETS[period]
    if ends is not None:
        chain.clock.at = ends - timedelta(seconds=1)
        assert (await refusal(chain, member, reward))[0] == name(scope, period)
        chain.clock.at = ends
        await chain.reserve(member, reward)
    assert await violations(chain.owner) == []


async def test_the_first_limit_that_is_reached_is_told_and_the_lower_cap_counts(
    chain: Chain,
) -> None:
    reward = await chain.reward(per_member_per_day=3, per_member_ever=5)
    await chain.limit(reward, "member", "day", 1)
    await chain.limit(reward, "chain", "ever", 2)
    await chain.reserve(await chain.member(100), reward)
    member = await chain.member(1000)
    await chain.reserve(member, reward)
    assert (await refusal(chain, member, reward))[0] == "per_member_per_day"
    assert (await refusal(chain, await chain.member(100), reward))[0] == "per_chain_ever"
    assert await violations(chain.owner) == []


@pytest.mark.parametrize("ended", [State.RELEASED, State.VOIDED])
async def test_what_came_to_nothing_is_given_back_in_every_scope(
    chain: Chain, ended: State
) -> None:
    reward = await chain.reward()
    for scope in ("member", "store", "chain"):
        await chain.limit(reward, scope, "month", 1)
    await chain.campaign("spring", reward, points=100, pieces=1)
    member = await chain.member(1000)
    await chain.in_state(ended, reward, member)
    assert await chain.value("SELECT sum(used) FROM limit_counter") == 0
    assert tuple((await chain.rows("SELECT points_used, pieces_used FROM campaign"))[0]) == (0, 0)
    await chain.reserve(member, reward)
    assert await violations(chain.owner) == []


async def test_a_cap_of_none_at_all(chain: Chain) -> None:
    reward = await chain.reward()
    await chain.limit(reward, "store", "day", 0)
    assert (await refusal(chain, await chain.member(100), reward))[0] == "per_store_per_day"


async def test_a_limit_set_later_counts_what_came_before_in_its_scope(chain: Chain) -> None:
    reward = await chain.reward()
    await chain.reserve(await chain.member(100), reward)
    await chain.reserve(await chain.member(100), reward, device=chain.kiosk_2)
    await chain.limit(reward, "chain", "year", 3)
    await chain.limit(reward, "store", "ever", 2)
    member = await chain.member(1000)
    await chain.reserve(member, reward)
    assert (await refusal(chain, member, reward))[0] == "per_store_ever"
    assert (await refusal(chain, member, reward, device=chain.kiosk_2))[0] == "per_chain_per_year"
    assert await violations(chain.owner) == []


@pytest.mark.parametrize("where", ["column", "row"])
async def test_a_limit_that_was_lifted_for_a_while_counts_what_came_meanwhile(
    chain: Chain, where: str
) -> None:
    member = await chain.member(1000)
    reward = await chain.reward(per_member_ever=2 if where == "column" else None)
    if where == "row":
        await chain.limit(reward, "member", "ever", 2)
    await chain.reserve(member, reward)
    if where == "column":
        await chain.execute("UPDATE reward SET per_member_ever = NULL")
    else:
        await chain.execute("DELETE FROM reward_limit")
    await chain.reserve(member, reward)
    assert await violations(chain.owner) == [], "a counter that stands still"
    if where == "column":
        await chain.execute("UPDATE reward SET per_member_ever = 2")
    else:
        await chain.limit(reward, "member", "ever", 2)
    assert (await refusal(chain, member, reward))[0] == "per_member_ever"


@pytest.mark.parametrize(
    ("setting_it", "limit"),
    [
        (_ONE_A_DAY, "per_chain_per_day"),
        ("UPDATE reward SET per_member_ever = 1 WHERE id = $1", "per_member_ever"),
    ],
    ids=["row", "column"],
)
async def test_a_limit_waits_for_what_is_half_way(
    chain: Chain, database: Database, setting_it: str, limit: str
) -> None:
    """A reserve that is not committed yet is counted by a limit that is set meanwhile."""
    reward = await chain.reward()
    member = await chain.member(1000)
    request = await chain.request(member, reward)
    half_way = await asyncpg.connect(database.owner)
    other = await asyncpg.connect(database.owner)
    transaction = half_way.transaction()
    await transaction.start()
    await half_way.fetchval(
        "SELECT reserve($1, $2, $3, $4, 1, 1, 100, $5, NULL, '0000000000000000', $6)",
        chain.kiosk, request.id, request.session, reward, request.device_seq, chain.clock(),
    )  # fmt: skip
    setting = asyncio.create_task(other.execute(setting_it, reward))
    await eventually(partial(somebody_waits, chain), within_s=20)
    assert not setting.done()
    await transaction.commit()
    await setting
    assert (await refusal(chain, member, reward))[0] == limit
    await half_way.close()
    await other.close()


async def test_a_release_meets_the_counter_that_is_just_being_made(
    chain: Chain, database: Database
) -> None:
    """The new counter has what is being released in it, before anybody else can see it."""
    reward = await chain.reward()
    before = (await chain.reserve(await chain.member(100), reward)).id
    await chain.limit(reward, "chain", "day", 2)
    request = await chain.request(await chain.member(100), reward)
    half_way = await asyncpg.connect(database.app)
    transaction = half_way.transaction()
    await transaction.start()
    await Ledger(half_way, chain.clock).reserve(chain.kiosk, request)
    releasing = asyncio.create_task(chain.release(before))

    async def waits_or_done() -> bool:
        waiting = await chain.value(
            "SELECT count(*) FROM pg_locks w JOIN pg_locks h USING (transactionid)"
            " WHERE NOT w.granted AND h.granted AND h.pid = $1",
            half_way.get_server_pid(),
        )
        return releasing.done() or waiting > 0

    await eventually(waits_or_done, within_s=20)
    await transaction.commit()
    await releasing
    await half_way.close()
    assert await chain.value("SELECT used FROM limit_counter") == 1
    await chain.reserve(await chain.member(100), reward)
    assert await violations(chain.owner) == []


async def test_what_was_reserved_before_its_limit_is_given_back_once(chain: Chain) -> None:
    reward = await chain.reward()
    first, second = [(await chain.reserve(await chain.member(100), reward)).id for _ in range(2)]
    for scope in ("member", "store", "chain"):
        await chain.limit(reward, scope, "month", 1)
    await chain.release(first)
    assert await violations(chain.owner) == []
    assert (await refusal(chain, await chain.member(100), reward))[0] == "per_store_per_month"
    await chain.release(second)
    await chain.reserve(await chain.member(100), reward)
    assert await violations(chain.owner) == []


@pytest.mark.parametrize("scope", ["member", "store", "chain"])
async def test_what_a_clock_ahead_has_counted_is_of_its_own_day(chain: Chain, scope: str) -> None:
    member = await chain.member(1000)
    reward = await chain.reward()
    await chain.limit(reward, scope, "day", 1)
    chain.clock.forward(days=1)
    await chain.reserve(member, reward)
    chain.clock.forward(days=-1)
    await chain.reserve(member, reward)
    assert (await refusal(chain, member, reward))[0] == name(scope, "day")
    assert await violations(chain.owner) == []


# --- Campaigns ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("budget", "told"),
    [({"points": 250}, "campaign_points"), ({"pieces": 2}, "campaign_pieces")],
)
async def test_a_campaigns_budget_is_shared_by_its_rewards(
    chain: Chain, budget: dict[str, int], told: str
) -> None:
    one, two, outside = [await chain.reward() for _ in range(3)]
    await chain.campaign("double11", one, two, **budget)
    await chain.campaign("no limits", one, outside)
    member = await chain.member(2000)
    first = await chain.reserve(member, one)
    await chain.reserve(member, two, device=chain.kiosk_2)
    ends = chain.clock() + timedelta(days=7, hours=-1)
    for reward in (one, two):
        assert await refusal(chain, member, reward) == (told, ends)
    await chain.reserve(member, outside)
    await chain.release(first.id)
    await chain.reserve(member, two)
    assert (await refusal(chain, member, one))[0] == told
    assert await violations(chain.owner) == []
    chain.clock.at = ends
    await chain.reserve(member, one)
    assert await chain.value("SELECT pieces_used FROM campaign WHERE id = 'double11'") == 2


async def test_a_budget_before_its_window_limits_nothing(chain: Chain) -> None:
    reward = await chain.reward()
    await chain.campaign("soon", reward, pieces=0)
    member = await chain.member(1000)
    chain.clock.forward(hours=-1, seconds=-1)
    await chain.award(member, 100)
    await chain.reserve(member, reward)
    chain.clock.forward(seconds=1)
    assert (await refusal(chain, member, reward))[0] == "campaign_pieces"


async def test_what_is_given_back_after_the_window_is_given_back(chain: Chain) -> None:
    reward = await chain.reward()
    await chain.campaign("spring", reward, points=100, days=1)
    redemption = await chain.in_state(State.ISSUED, reward, await chain.member(100))
    chain.clock.forward(days=3)
    await chain.ledger.void(operator="E1", key="1", redemption=redemption, reason="why")
    assert await chain.value("SELECT points_used FROM campaign") == 0
    assert await violations(chain.owner) == []


async def test_a_budget_cannot_be_set_below_what_is_spent(chain: Chain) -> None:
    reward = await chain.reward()
    await chain.campaign("spring", reward, points=1000)
    await chain.reserve(await chain.member(100), reward)
    with pytest.raises(asyncpg.CheckViolationError):
        await chain.execute("UPDATE campaign SET points_budget = 99")


async def test_limits_and_budgets_hold_for_sixteen_connections(
    chain: Chain, database: Database
) -> None:
    """60 reserves at once, of which some are released: 7 a day in the store, 9 of the campaign."""
    in_store, in_campaign = await chain.reward(), await chain.reward()
    await chain.limit(in_store, "store", "day", 7)
    await chain.limit(in_store, "chain", "ever", 50)
    await chain.campaign("double11", in_campaign, in_store, points=1600)
    rewards = [in_store, in_campaign] * 30
    requests = [await chain.request(await chain.member(100), reward) for reward in rewards]
    pool = await asyncpg.create_pool(database.app, min_size=16, max_size=16)
    ledger = Ledger(pool, chain.clock)
    answers = await asyncio.gather(
        *(ledger.reserve(chain.kiosk, request) for request in requests), return_exceptions=True
    )
    await pool.close()
    codes = [getattr(answer, "code", None) for answer in answers]
    assert set(codes) == {None, ErrorCode.LIMIT_REACHED}
    assert codes[::2].count(None) <= 7
    assert codes.count(None) == 16, "the whole budget, and no more"
    assert await chain.value("SELECT points_used FROM campaign") == 1600
    assert await violations(chain.owner) == []


async def test_in_another_time_zone_each_period_is_counted_anew(chain: Chain) -> None:
    """Noon of Sunday in Shanghai is Saturday evening in Los Angeles: its Sunday is to come."""
    reward, member = await chain.reward(), await chain.member(1000)
    await chain.limit(reward, "member", "day", 1)
    await chain.reserve(member, reward)
    await chain.execute("UPDATE programme SET timezone = 'America/Los_Angeles'")
    assert await violations(chain.owner) == []
    sunday = datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert await refusal(chain, member, reward) == ("per_member_per_day", sunday)
    chain.clock.at = sunday
    await chain.reserve(member, reward)
    assert await violations(chain.owner) == []


async def test_a_reserve_that_waits_for_another_time_zone_counts_in_it(chain: Chain) -> None:
    """Monday in Shanghai is still Sunday in London."""
    chain.clock.at = datetime(2026, 11, 22, 20, tzinfo=UTC)
    reward, member = await chain.reward(), await chain.member(1000)
    await chain.limit(reward, "member", "day", 1)
    async with chain.owner.acquire() as merchant, merchant.transaction():
        await merchant.execute("UPDATE programme SET timezone = 'Europe/London'")
        reserving = asyncio.create_task(chain.reserve(member, reward))
        await eventually(partial(somebody_waits, chain), within_s=20)
    await reserving
    resets_at = datetime(2026, 11, 23, tzinfo=UTC)
    assert await refusal(chain, member, reward) == ("per_member_per_day", resets_at)
    assert await violations(chain.owner) == []
