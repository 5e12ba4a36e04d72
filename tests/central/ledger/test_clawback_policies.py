"""A return takes its points back: in which order, and how far each policy reaches."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from central.ledger.invariants import violations
from central.ledger.night import NightRun
from central.ledger.refusal import LedgerRefused
from tests.chain import Chain
from wire.api.redemptions import State
from wire.errors import ErrorCode

REFERENCE = "S1:1:R1"


async def sale(chain: Chain) -> UUID:
    """A member with 40 pending and 30 active of a sale that gave 100, and 20 of another."""
    member = await chain.member()
    later = chain.clock() + timedelta(days=7)
    await chain.award(member, 40, reference=REFERENCE, available_at=later)
    await chain.award(member, 60, reference=REFERENCE)
    await chain.in_state(State.ISSUED, await chain.reward(30), member, 30)
    await chain.award(member, 20, reference="S1:1:R2")
    return member


async def taken(chain: Chain, member: UUID, points: int, policy: str) -> tuple[int, int, int]:
    back = await chain.ledger.clawback(
        client="pos", key="1", member=member, points=points, reference=REFERENCE,
        reason="returned", policy=policy,
    )  # fmt: skip
    assert await violations(chain.owner) == []
    return back.from_lots, back.to_debt, back.waived


@pytest.mark.parametrize(
    ("policy", "points", "told", "left"),
    [
        ("only_pending", 60, (40, 0, 20), (0, 50, 0)),
        ("within_balance", 60, (60, 0, 0), (0, 30, 0)),
        ("within_balance", 100, (90, 0, 10), (0, 0, 0)),
        ("debt", 100, (90, 10, 0), (0, 0, -10)),
        ("debt", 70, (70, 0, 0), (0, 20, 0)),
    ],
)
async def test_how_far_it_reaches(
    chain: Chain, policy: str, points: int, told: tuple[int, ...], left: tuple[int, ...]
) -> None:
    member = await sale(chain)
    assert await taken(chain, member, points, policy) == told
    balance = await chain.balance(member)
    assert (balance["pending"], balance["available"], balance["debt"]) == left


@pytest.mark.parametrize(("policy", "told"), [("within_balance", (0, 0, 60)), ("debt", (0, 60, 0))])
async def test_what_is_held_is_never_taken(
    chain: Chain, policy: str, told: tuple[int, ...]
) -> None:
    member = await chain.member(100)
    redemption = (await chain.reserve(member, await chain.reward())).id
    assert await taken(chain, member, 60, policy) == told
    await chain.release(redemption)
    balance = await chain.balance(member)
    assert (balance["available"], balance["debt"]) == ((100, 0) if told[2] else (40, 0))
    assert await violations(chain.owner) == []


async def test_without_a_policy_the_programmes_counts(chain: Chain) -> None:
    member = await chain.member(10)
    await chain.execute("UPDATE programme SET clawback_policy = 'within_balance'")
    back = await chain.ledger.clawback(
        client="pos", key="1", member=member, points=25, reference="", reason="returned"
    )
    assert (back.from_lots, back.waived) == (10, 15)


async def test_nothing_to_take_posts_nothing(chain: Chain) -> None:
    member = await chain.member()
    assert await taken(chain, member, 25, "within_balance") == (0, 0, 25)
    assert await chain.value("SELECT count(*) FROM journal") == 0
    with pytest.raises(LedgerRefused) as refused:
        await taken(chain, member, 25, "forgive")
    assert refused.value.code is ErrorCode.IDEMPOTENCY_MISMATCH, "the policy is content"


async def test_partial_returns_in_any_order_add_up_to_the_grant(chain: Chain) -> None:
    member = await chain.member()
    await chain.award(member, 75, reference=REFERENCE)
    for number, points in enumerate((31, 1, 43)):
        await chain.ledger.clawback(
            client="pos", key=str(number), member=member, points=points, reference=REFERENCE,
            reason="returned",
        )  # fmt: skip
    assert await chain.balance(member) == {"pending": 0, "available": 0, "held": 0, "debt": 0}
    assert await chain.value("SELECT clawed FROM lot") == 75


async def test_returns_never_take_more_than_the_sale_gave(chain: Chain) -> None:
    """A till that has lost its key tells a return twice: the other sale's points stay."""
    member = await chain.member()
    for receipt in (REFERENCE, "S1:1:R2"):
        await chain.award(member, 100, reference=receipt)
    till: dict[str, Any] = {
        "client": "pos",
        "member": member,
        "reference": REFERENCE,
        "reason": "r",
    }
    for key, points, told in (("1", 60, (60, 0)), ("2", 60, (40, 20)), ("3", 60, (0, 60))):
        back = await chain.ledger.clawback(key=key, points=points, **till)
        assert (back.from_lots + back.to_debt, back.beyond) == told
    assert (await chain.balance(member))["available"] == 100
    assert await violations(chain.owner) == []


async def test_nobody_owes_points_that_died_unused(chain: Chain, night: NightRun) -> None:
    """Nor loses others for them: of 100, 40 were spent and 60 died."""
    member = await chain.member()
    end = chain.clock() + timedelta(days=7)
    await chain.award(member, 100, reference=REFERENCE, expires_at=end)
    await chain.in_state(State.ISSUED, await chain.reward(40), member, 40)
    chain.clock.forward(days=8)
    assert (await night.run()).lots == {"expired": 1}
    await chain.award(member, 50, reference="S1:1:R2")
    till: dict[str, Any] = {
        "client": "pos",
        "member": member,
        "reference": REFERENCE,
        "reason": "r",
    }
    for key, told in (("1", (30, 0)), ("2", (10, 20)), ("3", (0, 30))):
        back = await chain.ledger.clawback(key=key, points=30, **till)
        assert (back.from_lots, back.died) == told
    assert await chain.balance(member) == {"pending": 0, "available": 10, "held": 0, "debt": 0}
    assert await violations(chain.owner) == []
