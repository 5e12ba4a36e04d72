"""What counts towards a tier and how long it holds: docs/tiers.md, example by example."""

from datetime import datetime, timedelta

import asyncpg
import pytest

from central.ledger.accounts import Accounts
from tests.central.ledger.tier_ground import TierGround
from tests.central.ledger.tier_reference import ZONE, Rules
from wire.api.redemptions import State

SECOND = timedelta(seconds=1)


def local(words: str) -> datetime:
    """Wall time in Shanghai."""
    return datetime.fromisoformat(words).replace(tzinfo=ZONE)


async def test_what_is_reached_is_had_in_the_same_transaction(tier_ground: TierGround) -> None:
    ground = tier_ground
    await ground.rule(Rules())
    member = await ground.chain.member()
    await ground.sell(member, 999)
    assert await ground.tier(member) == "plain"
    await ground.sell(member, 1)
    assert await ground.tier(member) == "gold"
    await ground.sell(member, 2000)
    assert await ground.tier(member) == "vip"
    told = await ground.row("SELECT * FROM tier_change WHERE seq = 1")
    assert (told["cause"], told["measure"], told["amount"], told["threshold"]) == (
        "earned", "points", 1000, 1000
    )  # fmt: skip
    assert (told["period_from"], told["period_to"]) == (local("2026-01-01"), local("2027-01-01"))
    assert told["valid_to"] == local("2027-01-01"), "looked at when the period ends"
    # A tier is a fact that rules look at: an evaluation from before it is stale.
    assert await ground.chain.value("SELECT facts_version FROM member WHERE id = $1", member) == 6
    await ground.right()


HELD = [
    ("year", None, "2026-12-31 23:59:59", "2028-01-01"),
    ("year", None, "2027-01-01 00:00:00", "2029-01-01"),
    ("half", None, "2026-06-30 23:59:59", "2027-01-01"),
    ("half", None, "2026-07-01 00:00:00", "2027-07-01"),
    ("quarter", None, "2026-03-31 23:59:59", "2026-07-01"),
    ("quarter", None, "2026-04-01 00:00:00", "2026-10-01"),
    ("rolling", 12, "2026-11-22 12:00:00", "2027-11-22"),
    ("rolling", 12, "2028-02-29 00:00:00", "2029-03-01"),
    ("rolling", 1, "2027-01-31 23:59:59", "2027-03-01"),
    ("rolling", 1, "2027-02-28 00:00:00", "2027-03-28"),
]


async def test_held_through_the_period_to_midnight_in_shanghai(tier_ground: TierGround) -> None:
    ground = tier_ground
    for period, months, sold, gone in HELD:
        await ground.begin(Rules(period=period, period_months=months), local(sold))
        member = await ground.chain.member()
        await ground.sell(member, 1000)
        await ground.night(local(gone) - SECOND)
        assert await ground.tier(member) == "gold", (period, sold)
        done = await ground.night(local(gone))
        assert (await ground.tier(member), done.tiers) == ("plain", {"downgraded": 1}), sold
        again = await ground.night(local(gone) + SECOND)
        assert (again.settled, again.tiers) == (0, {})
    await ground.right()


async def test_ever_never_ends(tier_ground: TierGround) -> None:
    ground = tier_ground
    await ground.rule(Rules(period="ever"))
    member = await ground.chain.member()
    await ground.sell(member, 400)
    ground.chain.clock.at = local("2036-01-01")
    await ground.sell(member, 600)
    assert await ground.tier(member) == "gold"
    assert (await ground.night(local("2056-01-01"))).tiers == {}


ADDED_UP = [
    ("year", None, "plain"),
    ("half", None, "plain"),
    ("quarter", None, "plain"),
    ("rolling", 1, "gold"),
    ("ever", None, "gold"),
]


async def test_two_calendar_periods_do_not_add_up(tier_ground: TierGround) -> None:
    ground = tier_ground
    for period, months, tier in ADDED_UP:
        await ground.begin(Rules(period=period, period_months=months), local("2026-12-31 23:59:59"))
        member = await ground.chain.member()
        await ground.sell(member, 999)
        ground.chain.clock.forward(seconds=1)
        await ground.sell(member, 999)
        assert await ground.tier(member) == tier, period
        await ground.sell(member, 1)
        assert await ground.tier(member) == "gold"


NOT_AGAIN = [("none", "vip", "vip"), ("step", "gold", "plain"), ("full", "plain", "plain")]


async def test_what_a_period_did_not_reach_again(tier_ground: TierGround) -> None:
    ground = tier_ground
    for downgrade, in_2028, in_2029 in NOT_AGAIN:
        await ground.begin(Rules(downgrade=downgrade))
        on_time, late = await ground.chain.member(), await ground.chain.member()
        await ground.sell(on_time, 3000)
        await ground.sell(late, 3000)
        await ground.chain.execute("UPDATE member SET status = 'frozen' WHERE id = $1", late)
        for day, tier in (("2027-12-31", "vip"), ("2028-01-01", in_2028), ("2029-01-01", in_2029)):
            await ground.night(local(day))
            assert await ground.tier(on_time) == tier
            assert await ground.tier(late) == "vip", "of a frozen account nothing moves"
        await ground.chain.execute("UPDATE member SET status = 'active' WHERE id = $1", late)
        await ground.night()
        assert await ground.tier(late) == in_2029, "years late, and the same"
    await ground.right()


async def test_full_goes_to_what_the_last_period_did_reach(tier_ground: TierGround) -> None:
    ground = tier_ground
    await ground.rule(Rules())
    member = await ground.chain.member()
    await ground.sell(member, 3000)
    ground.chain.clock.at = local("2027-06-01")
    await ground.sell(member, 1200)
    await ground.night(local("2028-01-01"))
    assert await ground.changes(member) == [
        ("plain", "vip", "earned"), ("vip", "gold", "review")
    ]  # fmt: skip
    told = await ground.row("SELECT * FROM tier_change WHERE seq = 2")
    assert (told["amount"], told["threshold"]) == (1200, 3000), "what it reached of what it took"


async def test_grace(tier_ground: TierGround) -> None:
    ground = tier_ground
    await ground.rule(Rules(grace_days=30))
    saved, lost = await ground.chain.member(), await ground.chain.member()
    await ground.sell(saved, 1000)
    await ground.sell(lost, 1000)
    await ground.night(local("2028-01-30 23:59:59"))
    assert await ground.tier(lost) == "gold"
    await ground.sell(saved, 1000)
    await ground.night(local("2028-01-31"))
    assert (await ground.tier(saved), await ground.tier(lost)) == ("gold", "plain")
    await ground.right()


async def test_the_day_of_the_sale_counts_not_of_its_report(tier_ground: TierGround) -> None:
    ground = tier_ground
    await ground.rule(Rules())
    member = await ground.chain.member()
    ground.chain.clock.at = local("2027-01-02")
    await ground.sell(member, 400, at=local("2026-12-31 23:59:59"))
    await ground.sell(member, 999, at=local("2027-01-01"))
    assert await ground.tier(member) == "plain"
    await ground.sell(member, 600, at=local("2026-12-30"))
    assert await ground.tier(member) == "gold", "2026 reached it, for 2027"
    await ground.night(local("2028-01-01"))
    assert await ground.tier(member) == "plain"


async def test_only_qualifying_types_count_and_not_what_staff_add(
    tier_ground: TierGround, accounts: Accounts
) -> None:
    ground = tier_ground
    await ground.rule(Rules())
    member = await ground.chain.member()
    await ground.sell(member, 999, gift=5000)
    await accounts.adjust(operator="E1", key="1", member=member, points=900, reason="sorry")
    assert await ground.tier(member) == "plain"
    # What was spent and comes back was not earned either.
    await ground.chain.in_state(State.VOIDED, await ground.chain.reward(), member)
    assert await ground.tier(member) == "plain"
    await ground.chain.award(member, 1)
    assert await ground.tier(member) == "gold", "an award without a proposal counts, too"


async def test_by_spend(tier_ground: TierGround) -> None:
    ground = tier_ground
    await ground.rule(Rules(measure="spend"))
    member = await ground.chain.member()
    await ground.sell(member, 5000, spend=999)
    assert await ground.tier(member) == "plain"
    receipt = await ground.sell(member, 0, spend=1)
    assert await ground.tier(member) == "gold", "a sale without points counts"
    await ground.take_back(receipt, 0, spend=1)
    await ground.night()
    assert await ground.tier(member) == "plain"
    await ground.right()


async def test_for_life(tier_ground: TierGround) -> None:
    ground = tier_ground
    await ground.rule(Rules(life=(None, None, 5000)))
    member = await ground.chain.member()
    receipts = []
    for year in (2026, 2028, 2030, 2032, 2034):
        ground.chain.clock.at = local(f"{year}-03-01")
        await ground.night()
        receipts.append(await ground.sell(member, 1000))
    assert (await ground.changes(member))[-1] == ("plain", "vip", "life")
    assert (await ground.night(local("2060-01-01"))).tiers == {}
    assert await ground.tier(member) == "vip"
    await ground.take_back(receipts[0], 1)
    await ground.night()
    assert await ground.tier(member) == "plain", "of what was returned nothing was reached"
    await ground.right()


async def test_without_rules_nothing_moves_and_what_was_earned_counts_later(
    tier_ground: TierGround,
) -> None:
    ground = tier_ground
    member, gold = await ground.chain.member(), await ground.chain.member(tier="gold")
    await ground.sell(member, 1000)
    assert (await ground.night()).tiers == {}
    await ground.rule(Rules())
    assert (await ground.night()).tiers == {"upgraded": 1}
    assert (await ground.tier(member), await ground.tier(gold)) == ("gold", "gold")
    await ground.night(local("2027-01-01"))
    assert await ground.tier(gold) == "plain", "to the end of the period it was found in"


async def test_other_rules_take_nothing_at_once(tier_ground: TierGround) -> None:
    ground = tier_ground
    await ground.rule(Rules())
    member = await ground.chain.member()
    await ground.sell(member, 1000)
    await ground.chain.execute("UPDATE tier SET threshold = 2000 WHERE id = 'gold'")
    assert (await ground.night()).tiers == {}
    await ground.chain.execute("UPDATE tier SET threshold = 900 WHERE id = 'vip'")
    assert (await ground.night()).tiers == {"upgraded": 1}
    await ground.chain.execute("UPDATE tier SET threshold = 9000 WHERE id = 'vip'")
    assert (await ground.night()).settled == 1, "looked at once"
    assert (await ground.night()).settled == 0
    await ground.night(local("2027-01-01"))
    assert await ground.tier(member) == "plain"
    await ground.right()


async def test_in_another_time_zone_everybody_is_looked_at_again(tier_ground: TierGround) -> None:
    """The last half hour of June in Shanghai is the first one of July in Tokyo."""
    ground = tier_ground
    await ground.begin(Rules(period="quarter"), local("2026-06-30 23:30"))
    member = await ground.chain.member()
    await ground.sell(member, 1000)
    await ground.night(local("2026-10-02"))
    assert await ground.tier(member) == "plain"
    await ground.chain.execute("UPDATE programme SET timezone = 'Asia/Tokyo'")
    assert (await ground.night(local("2026-10-05"))).tiers == {"upgraded": 1}
    await ground.right()
    await ground.chain.execute("UPDATE programme SET timezone = 'Asia/Tokyo'")
    assert (await ground.night(local("2026-10-06"))).settled == 0, "the same one is no other"


async def test_rules_that_make_no_sense_are_not_rows(tier_ground: TierGround) -> None:
    for wrong in (
        Rules(period="week"),
        Rules(grace_days=90),
        Rules(measure="visits"),
        Rules(period="rolling"),
    ):
        with pytest.raises(asyncpg.CheckViolationError):
            await tier_ground.rule(wrong)


async def test_the_example_of_the_page(tier_ground: TierGround) -> None:
    """docs/tiers.md"""
    ground = tier_ground
    await ground.begin(Rules(downgrade="step", grace_days=30), local("2026-05-02 12:00"))
    member = await ground.chain.member()
    await ground.sell(member, 3200)
    assert await ground.tier(member) == "vip"
    ground.chain.clock.at = local("2027-06-01 12:00")
    await ground.sell(member, 200)
    for day, tier in (("2028-01-01", "vip"), ("2028-01-30", "vip"), ("2028-01-31", "gold")):
        await ground.night(local(day))
        assert await ground.tier(member) == tier
    ground.chain.clock.at = local("2028-03-08 12:00")
    receipt = await ground.sell(member, 1100)
    assert await ground.tier(member) == "gold"
    ground.chain.clock.at = local("2028-03-09 12:00")
    await ground.take_back(receipt, 300)
    assert await ground.tier(member) == "gold"
    await ground.night(local("2028-03-10"))
    assert await ground.tier(member) == "plain"
    assert [cause for _, _, cause in await ground.changes(member)] == [
        "earned", "review", "review"
    ]  # fmt: skip
    await ground.right()
