"""Returns, merges and many at once: what they do to tiers."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg

from central.ledger.accounts import Accounts
from central.ledger.money import Ledger
from tests.central.ledger.test_tier_periods import local
from tests.central.ledger.tier_ground import TierGround
from tests.central.ledger.tier_reference import Rules
from tests.postgres import Database
from wire.api.redemptions import State


async def test_a_return_lowers_in_the_night_and_never_in_the_visit(
    tier_ground: TierGround,
) -> None:
    ground = tier_ground
    for downgrade, tier in (("none", "vip"), ("step", "gold"), ("full", "plain")):
        await ground.begin(Rules(downgrade=downgrade))
        member = await ground.chain.member()
        receipt = await ground.sell(member, 3000)
        await ground.take_back(receipt, 2500)
        assert await ground.tier(member) == "vip"
        await ground.sell(member, 100)
        assert await ground.tier(member) == "vip", "nor by the next sale"
        for _ in range(2):
            await ground.night()
            assert await ground.tier(member) == tier, "one step, not one a night"
    await ground.right()


async def test_bought_again_before_the_night(tier_ground: TierGround) -> None:
    ground = tier_ground
    await ground.rule(Rules())
    member = await ground.chain.member()
    await ground.take_back(await ground.sell(member, 1000), 1000)
    await ground.sell(member, 1000)
    assert (await ground.night()).tiers == {}
    assert await ground.changes(member) == [("plain", "gold", "earned")]


async def test_a_return_takes_from_the_period_of_its_sale(tier_ground: TierGround) -> None:
    ground = tier_ground
    await ground.rule(Rules())
    member = await ground.chain.member()
    ground.chain.clock.at = local("2026-12-30")
    receipt = await ground.sell(member, 1000)
    ground.chain.clock.at = local("2027-01-05")
    await ground.sell(member, 1000)
    await ground.take_back(receipt, 1000)
    assert (await ground.night()).tiers == {}, "2027 reached it by itself"
    await ground.night(local("2028-01-01"))
    assert await ground.tier(member) == "gold", "and that holds through 2028"
    await ground.right()


async def test_a_tier_that_was_kept_by_a_step_is_not_lost_to_a_later_return(
    tier_ground: TierGround,
) -> None:
    ground = tier_ground
    await ground.rule(Rules(downgrade="step"))
    member = await ground.chain.member()
    await ground.sell(member, 3000)
    await ground.night(local("2028-01-01"))
    await ground.take_back(await ground.sell(member, 500), 500)
    await ground.night()
    assert await ground.tier(member) == "gold", "it did not rest on that sale"


async def test_partial_returns_add_up_to_the_whole(tier_ground: TierGround) -> None:
    """Of 7 points 3 qualify: whatever the parts, all of it is taken in the end."""
    ground = tier_ground
    await ground.rule(Rules())
    member = await ground.chain.member()
    receipt = await ground.sell(member, 3, gift=4, spend=1000)
    left = []
    for _ in range(7):
        await ground.take_back(receipt, 1)
        left.append(
            tuple(
                await ground.chain.value(
                    "SELECT array[sum(points), sum(qualifying), sum(spend_fen)] FROM tier_entry"
                )
            )
        )
    assert left == [
        (6, 3, 858), (5, 3, 715), (4, 2, 572), (3, 2, 429), (2, 1, 286), (1, 1, 143), (0, 0, 0)
    ]  # fmt: skip
    await ground.right()


async def test_a_return_of_points_that_were_spent_counts_whole(tier_ground: TierGround) -> None:
    """Whatever the policy reaches: what was returned was not earned."""
    ground = tier_ground
    await ground.rule(Rules())
    member = await ground.chain.member()
    receipt = await ground.sell(member, 1000)
    await ground.chain.in_state(State.USED, await ground.chain.reward(900), member, 900)
    await ground.chain.ledger.clawback(
        client="till", key="1", member=member, points=1000, reference=receipt, reason="returned",
        policy="only_pending",
    )  # fmt: skip
    await ground.night()
    assert await ground.tier(member) == "plain"
    await ground.right()


async def test_a_return_of_an_unknown_sale_takes_what_counted_last(tier_ground: TierGround) -> None:
    ground = tier_ground
    await ground.rule(Rules())
    member = await ground.chain.member()
    ground.chain.clock.at = local("2026-12-30")
    await ground.sell(member, 1000)
    ground.chain.clock.at = local("2027-01-05")
    await ground.sell(member, 1000)
    await ground.chain.ledger.clawback(
        client="till", key="1", member=member, points=1500, reference="of before", reason="returned"
    )
    sums = await ground.chain.rows(
        "SELECT at, sum(qualifying) FROM tier_entry GROUP BY at ORDER BY at"
    )
    assert [row["sum"] for row in sums] == [500, 0]


async def test_twenty_sales_at_once_are_one_change(
    tier_ground: TierGround, database: Database
) -> None:
    ground = tier_ground
    await ground.rule(Rules())
    member = await ground.chain.member()
    pool: asyncpg.Pool[Any] = await asyncpg.create_pool(database.app, min_size=10, max_size=10)
    ledger = Ledger(pool, ground.chain.clock)
    await asyncio.gather(
        *(
            ledger.award(
                client=f"till {n}", key="1", member=member, points=100, point_type="base",
                source="sale", reference=f"P{n}",
            )
            for n in range(20)
        )
    )  # fmt: skip
    await pool.close()
    assert await ground.changes(member) == [("plain", "gold", "earned")]
    assert (await ground.row("SELECT amount FROM tier_change"))["amount"] == 1000
    await ground.right()


async def test_a_merge_keeps_the_higher_tier_and_both_sums(
    tier_ground: TierGround, accounts: Accounts
) -> None:
    ground = tier_ground
    await ground.rule(Rules())
    one, other = await ground.chain.member(), await ground.chain.member(tier="gold")
    receipt = await ground.sell(one, 1600)
    await ground.sell(other, 1400)
    await accounts.merge(operator="E1", key="1", member=one, into=other, reason="same person")
    assert await ground.tier(other) == "vip", "3000 of both together"
    assert (await ground.changes(other))[-1] == ("gold", "vip", "merged")
    await ground.take_back(receipt, 1600)
    await ground.night()
    assert await ground.tier(other) == "gold"
    await ground.right()


async def test_a_merge_into_the_lower_one(tier_ground: TierGround, accounts: Accounts) -> None:
    ground = tier_ground
    vip, plain = await ground.chain.member(tier="vip"), await ground.chain.member()
    await accounts.merge(operator="E1", key="1", member=vip, into=plain, reason="same person")
    assert await ground.tier(plain) == "vip", "without rules, too"
    await ground.right()


async def test_what_a_frozen_account_earns_counts_when_it_is_free_again(
    tier_ground: TierGround, accounts: Accounts
) -> None:
    ground = tier_ground
    await ground.rule(Rules())
    member = await ground.chain.member()
    await ground.sell(member, 10)
    await accounts.freeze(operator="E1", key="1", member=member, reason="card lost")
    await ground.sell(member, 1000)
    assert (await ground.night()).tiers == {}
    assert await ground.tier(member) == "plain"
    await accounts.freeze(operator="E1", key="2", member=member, reason="found", frozen=False)
    ground.chain.clock.forward(days=1)
    assert (await ground.night()).tiers == {"upgraded": 1}
    await ground.right()


async def test_a_replay_counts_nothing(tier_ground: TierGround) -> None:
    ground = tier_ground
    await ground.rule(Rules())
    member = await ground.chain.member()
    for _ in range(3):
        await ground.chain.ledger.award(
            client="till", key="same", member=member, points=600, point_type="base", source="sale"
        )
        ground.chain.clock.forward(seconds=5)
    assert await ground.tier(member) == "plain"
    for _ in range(3):
        await ground.chain.ledger.clawback(
            client="till", key="back", member=member, points=1, reference="", reason="returned"
        )
    assert await ground.chain.value("SELECT sum(qualifying) FROM tier_entry") == 599
    await ground.right()


async def test_a_night_as_of_a_day_looks_at_what_was_due_then(tier_ground: TierGround) -> None:
    ground = tier_ground
    await ground.rule(Rules())
    member = await ground.chain.member()
    await ground.sell(member, 1000)
    ground.chain.clock.at = local("2028-01-03 12:00")
    before = (local("2027-12-31")).date()
    assert (await ground.nights.run(before)).tiers == {}
    done = await ground.nights.run(before + timedelta(days=1))
    assert done.tiers == {"downgraded": 1}
