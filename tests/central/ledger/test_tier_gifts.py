"""Tiers that are given and not earned: by staff, and for points."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from central.ledger.accounts import Accounts
from central.ledger.refusal import LedgerRefused
from central.ledger.tiers import Tiers
from tests.central.ledger.test_tier_periods import SECOND, local
from tests.central.ledger.tier_ground import TierGround
from tests.central.ledger.tier_reference import Rules
from wire.api.redemptions import PrintResult, State
from wire.errors import ErrorCode
from wire.ids import new_id


async def give(
    tiers: Tiers, member: UUID, tier: str = "vip", last_day: date | None = None, key: str = ""
) -> bool:
    given = await tiers.give(
        operator="E1", key=key or str(new_id()), member=member, tier=tier, last_day=last_day,
        reason="a guest of the house",
    )  # fmt: skip
    return given.raised


async def test_by_staff_through_the_last_day(tier_ground: TierGround) -> None:
    ground = tier_ground
    member = await ground.chain.member()
    assert await give(ground.tiers, member, last_day=date(2026, 12, 24), key="1")
    assert await give(ground.tiers, member, last_day=date(2026, 12, 24), key="1"), "a replay"
    assert await ground.tier(member) == "vip", "without any rules, too"
    await ground.night(local("2026-12-25") - SECOND)
    assert await ground.tier(member) == "vip"
    assert (await ground.night(local("2026-12-25"))).tiers == {"downgraded": 1}
    assert await ground.changes(member) == [("plain", "vip", "given"), ("vip", "plain", "ended")]
    assert await ground.chain.value("SELECT count(*) FROM audit_event") == 1
    await ground.right()


async def test_what_was_given_ends_by_its_date_and_not_by_the_policy(
    tier_ground: TierGround,
) -> None:
    ground = tier_ground
    for downgrade in ("none", "step", "full"):
        await ground.begin(Rules(downgrade=downgrade))
        member = await ground.chain.member()
        await give(ground.tiers, member, last_day=date(2026, 12, 24))
        await ground.sell(member, 1000)
        await ground.night(local("2026-12-26"))
        assert await ground.tier(member) == "gold", "what was earned meanwhile"
    await ground.right()


async def test_a_gift_that_ends_with_a_review_is_told_as_ended(tier_ground: TierGround) -> None:
    """Where nothing is ever lost, no period was missed."""
    ground = tier_ground
    for downgrade, cause in (("none", "ended"), ("full", "review")):
        await ground.begin(Rules(period="quarter", downgrade=downgrade))
        member = await ground.chain.member()
        await ground.sell(member, 1000)
        await give(ground.tiers, member, last_day=date(2027, 3, 31))
        await ground.night(local("2027-07-02"))
        assert (await ground.changes(member))[-1] == (
            "vip", "gold" if downgrade == "none" else "plain", cause
        )  # fmt: skip
        measure = "SELECT measure FROM tier_change WHERE member_id = $1 ORDER BY seq DESC LIMIT 1"
        assert await ground.chain.value(measure, member) == (
            "" if downgrade == "none" else "points"
        )
    await ground.right()


async def test_by_staff_for_life_until_withdrawn(tier_ground: TierGround) -> None:
    ground = tier_ground
    await ground.rule(Rules())
    member = await ground.chain.member()
    await give(ground.tiers, member)
    assert (await ground.night(local("2056-01-01"))).tiers == {}
    left = await ground.tiers.withdraw(operator="E2", key="1", member=member, reason="by mistake")
    assert (left.tier, left.ended) == ("plain", 1)
    assert (await ground.changes(member))[-1] == ("vip", "plain", "withdrawn")
    left = await ground.tiers.withdraw(operator="E2", key="2", member=member, reason="again")
    assert left.ended == 0
    actions = await ground.chain.rows("SELECT action FROM audit_event ORDER BY seq")
    assert [row["action"] for row in actions] == ["tier_give", "tier_withdraw"]
    await ground.right()


async def test_what_cannot_be_given(tier_ground: TierGround, accounts: Accounts) -> None:
    ground = tier_ground
    member = await ground.chain.member()
    yesterday = date(2026, 11, 21)
    for tier, last_day in (("vip", yesterday), ("bronze", None)):
        with pytest.raises(LedgerRefused) as refused:
            await give(ground.tiers, member, tier, last_day)
        assert refused.value.code is ErrorCode.BAD_REQUEST
    await accounts.freeze(operator="E1", key="1", member=member, reason="card lost")
    with pytest.raises(LedgerRefused) as refused:
        await give(ground.tiers, member)
    assert refused.value.code is ErrorCode.MEMBER_FROZEN
    assert await ground.chain.value("SELECT count(*) FROM tier_grant") == 0


# --- For points ---------------------------------------------------------------------------


async def test_for_points_it_is_had_at_once_and_nothing_is_printed(tier_ground: TierGround) -> None:
    ground = tier_ground
    await ground.rule(Rules())
    member = await ground.chain.member()
    await ground.sell(member, 999)
    reward = await ground.chain.reward(500, kind="tier", gives_tier_id="gold", tier_days=30)
    umbrella = await ground.chain.reward(80, tiers=("gold",))
    request = await ground.chain.request(member, reward, 500)
    answer = await ground.chain.ledger.reserve(ground.chain.kiosk, request)
    assert (answer.state, answer.voucher, answer.spendable) == (State.USED, None, 499)
    assert await ground.chain.ledger.reserve(ground.chain.kiosk, request) == answer, "a replay"
    assert await ground.tier(member) == "gold"
    assert await ground.chain.balance(member) == {
        "pending": 0, "available": 499, "held": 0, "debt": 0
    }  # fmt: skip
    redeemed = "SELECT sum(points) FROM posting WHERE account = 'redeemed' AND detail = 'tier'"
    assert await ground.chain.value(redeemed) == 500
    # The new tier's rewards are there in the same visit.
    assert (await ground.chain.reserve(member, umbrella, 80)).state is State.RESERVED
    # Points that were spent for it do not count, nor does what came of them.
    await ground.sell(member, 1)
    assert await ground.changes(member) == [("plain", "gold", "bought")]
    assert await ground.chain.value("SELECT base_tier_id FROM tier_standing") == "gold"
    await ground.right()


async def test_no_verb_of_a_kiosk_moves_it_any_more(tier_ground: TierGround) -> None:
    ground = tier_ground
    member = await ground.chain.member(1000)
    reward = await ground.chain.reward(500, kind="tier", gives_tier_id="gold")
    bought = (await ground.chain.reserve(member, reward, 500)).id
    for call in (ground.chain.printing, ground.chain.release):
        with pytest.raises(LedgerRefused) as refused:
            await call(bought)
        assert refused.value.code is ErrorCode.REDEMPTION_STATE
    assert (await ground.chain.capture(bought, PrintResult.UNKNOWN)).state is State.USED
    assert (await ground.chain.balance(member))["available"] == 500
    await ground.right()


BOUGHT = [
    (Rules(), 30, "2026-12-23"),
    (Rules(), None, "2027-01-01"),
    (Rules(period="quarter", downgrade="none"), None, "2027-01-01"),
    (Rules(period="rolling", period_months=3), None, "2027-02-22"),
]


async def test_bought_for_days_or_to_the_end_of_the_period(tier_ground: TierGround) -> None:
    ground = tier_ground
    for rules, days, gone in BOUGHT:
        await ground.begin(rules)
        member = await ground.chain.member(600)
        reward = await ground.chain.reward(500, kind="tier", gives_tier_id="vip", tier_days=days)
        await ground.chain.reserve(member, reward, 500)
        await ground.night(local(gone) - SECOND)
        assert await ground.tier(member) == "vip"
        await ground.night(local(gone))
        assert await ground.tier(member) == "plain", "whatever the policy: it was not earned"
    await ground.right()


async def test_nobody_pays_for_a_tier_that_does_not_raise_them(tier_ground: TierGround) -> None:
    ground = tier_ground
    reward = await ground.chain.reward(500, kind="tier", gives_tier_id="gold")
    for tier in ("gold", "vip"):
        member = await ground.chain.member(1000, tier=tier)
        with pytest.raises(LedgerRefused) as refused:
            await ground.chain.reserve(member, reward, 500)
        assert refused.value.code is ErrorCode.REWARD_UNAVAILABLE
        assert (await ground.chain.balance(member))["available"] == 1000


async def test_points_given_back_end_what_they_bought(tier_ground: TierGround) -> None:
    ground = tier_ground
    await ground.rule(Rules())
    member = await ground.chain.member(600)
    reward = await ground.chain.reward(500, kind="tier", gives_tier_id="gold")
    bought = (await ground.chain.reserve(member, reward, 500)).id
    answer = await ground.chain.ledger.goods_returned(
        operator="E1", key="1", redemption=bought, reason="by mistake"
    )
    assert (answer.state, answer.spendable) == (State.VOIDED, 600)
    assert await ground.tier(member) == "plain"
    assert (await ground.changes(member))[-1] == ("gold", "plain", "withdrawn")
    await ground.right()


@pytest.mark.parametrize("ended", ["by staff", "by its last day", "points given back"])
async def test_what_has_ended_does_not_come_back_with_a_merge(
    tier_ground: TierGround, accounts: Accounts, ended: str
) -> None:
    ground = tier_ground
    await ground.rule(Rules())
    one, other = await ground.chain.member(100), await ground.chain.member()
    if ended == "by staff":
        await give(ground.tiers, one)
        ground.chain.clock.forward(days=1)
        await ground.tiers.withdraw(operator="E2", key="1", member=one, reason="by mistake")
    elif ended == "by its last day":
        await give(ground.tiers, one, last_day=date(2026, 12, 24))
        await ground.night(local("2026-12-26"))
    else:
        reward = await ground.chain.reward(kind="tier", gives_tier_id="vip", tier_days=30)
        bought = await ground.chain.reserve(one, reward)
        await ground.chain.ledger.goods_returned(
            operator="E1", key="1", redemption=bought.id, reason="by mistake"
        )
    ground.chain.clock.forward(days=1)
    await accounts.merge(operator="E1", key="2", member=one, into=other, reason="one person")
    assert await ground.tier(other) == "plain"
    assert await ground.changes(other) == []
    assert (await ground.night(local("2027-01-15"))).tiers == {}
    await ground.right()


async def test_what_holds_goes_along_with_a_merge(
    tier_ground: TierGround, accounts: Accounts
) -> None:
    """Given with an end that is to come: it ends there as it would have here."""
    one, other = [await tier_ground.chain.member() for _ in range(2)]
    await give(tier_ground.tiers, one, last_day=date(2026, 12, 24))
    await accounts.merge(operator="E1", key="2", member=one, into=other, reason="one person")
    await tier_ground.night(local("2026-12-25") - SECOND)
    assert await tier_ground.tier(other) == "vip"
    await tier_ground.night(local("2026-12-25"))
    assert await tier_ground.changes(other) == [
        ("plain", "vip", "merged"), ("vip", "plain", "ended")
    ]  # fmt: skip
    await tier_ground.right()


async def test_a_code_nobody_has_seen_is_worth_nothing_at_a_till(tier_ground: TierGround) -> None:
    ground = tier_ground
    member = await ground.chain.member(600)
    reward = await ground.chain.reward(500, kind="tier", gives_tier_id="gold")
    bought = (await ground.chain.reserve(member, reward, 500)).id
    told = await ground.chain.ledger.check_voucher(
        ground.chain.till, await ground.chain.code_of(bought)
    )
    assert not told.usable


async def test_the_story_tells_each_change_and_what_is_missing(tier_ground: TierGround) -> None:
    ground = tier_ground
    await ground.rule(Rules())
    member = await ground.chain.member()
    await ground.sell(member, 1200)
    await give(ground.tiers, member, last_day=date(2026, 12, 24))
    story = await ground.tiers.explain(member)
    assert (story.tier.en, story.earned.en, story.next) == ("贵宾", "卡", None)
    assert [(each.cause, each.reason) for each in story.changes] == [
        ("earned", ""), ("given", "a guest of the house")
    ]  # fmt: skip
    assert [gift.valid_to for gift in story.given] == [local("2026-12-25")]
    ground.chain.clock.at = local("2026-12-25") + timedelta(hours=3)
    await ground.night()
    story = await ground.tiers.explain(member)
    assert story.next is not None
    assert (story.next.tier.en, story.next.missing, story.given) == ("贵宾", 1800, ())
    assert story.progress is not None
    assert (story.progress.amount, story.progress.ends) == (1200, local("2027-01-01"))
    with pytest.raises(LedgerRefused) as refused:
        await ground.tiers.explain(new_id())
    assert refused.value.code is ErrorCode.MEMBER_UNKNOWN
