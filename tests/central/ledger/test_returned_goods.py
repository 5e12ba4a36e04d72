"""Vouchers voided, goods brought back: the same lots if they live, grace if they do not."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from central.ledger.accounts import Accounts
from central.ledger.invariants import violations
from central.ledger.refusal import LedgerRefused
from tests.chain import Chain
from wire.api.redemptions import State
from wire.errors import ErrorCode


@pytest.mark.parametrize(("restock", "on_hand", "written_off"), [(True, 5, 0), (False, 4, 1)])
async def test_goods_brought_back(
    chain: Chain, restock: bool, on_hand: int, written_off: int
) -> None:
    member = await chain.member()
    lot = await chain.award(member, 150)
    redemption = await chain.in_state(State.USED, await chain.reward(stock=5), member)
    answer = await chain.ledger.goods_returned(
        operator="E1", key="1", redemption=redemption, reason="broken", restock=restock
    )
    assert answer.state is State.VOIDED
    assert (await chain.rows("SELECT id, remaining, redeemed FROM lot")) == [(lot, 150, 0)]
    stock = (await chain.rows("TABLE stock_bucket"))[0]
    assert (stock["on_hand"], stock["issued"], stock["written_off"]) == (on_hand, 0, written_off)
    assert await violations(chain.owner) == []
    again = await chain.ledger.goods_returned(
        operator="E1", key="1", redemption=redemption, reason="broken", restock=restock
    )
    assert again == answer
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.goods_returned(
            operator="E1", key="2", redemption=redemption, reason="broken"
        )
    assert refused.value.facts == {"state": "VOIDED"}


@pytest.mark.parametrize("state", [State.RESERVED, State.UNCERTAIN, State.ISSUED, State.RELEASED])
async def test_only_what_was_used_is_brought_back(chain: Chain, state: State) -> None:
    redemption = await chain.in_state(state, await chain.reward(), await chain.member(100))
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.goods_returned(
            operator="E1", key="1", redemption=redemption, reason="broken"
        )
    assert refused.value.code in {ErrorCode.REDEMPTION_STATE, ErrorCode.REDEMPTION_RELEASED}


async def test_goods_come_back_for_as_long_as_the_programme_says(chain: Chain) -> None:
    await chain.execute("UPDATE programme SET return_days = 7")
    reward = await chain.reward()
    one, other = [
        await chain.in_state(State.USED, reward, await chain.member(100)) for _ in range(2)
    ]
    until = chain.clock() + timedelta(days=7)
    chain.clock.at = until - timedelta(seconds=1)
    await chain.ledger.goods_returned(operator="E1", key="1", redemption=one, reason="broken")
    chain.clock.at = until
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.goods_returned(operator="E1", key="2", redemption=other, reason="broken")
    assert refused.value.code is ErrorCode.WINDOW_CLOSED
    assert datetime.fromisoformat(refused.value.facts["until"]) == until
    assert await chain.state(other) is State.USED
    assert await violations(chain.owner) == []


async def test_a_voucher_past_its_end_is_not_voided_though_no_night_has_come(chain: Chain) -> None:
    redemption = await chain.in_state(State.ISSUED, await chain.reward(), await chain.member(100))
    chain.clock.at = await chain.value("SELECT valid_to FROM voucher")
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.void(operator="E1", key="v", redemption=redemption, reason="why")
    assert refused.value.code is ErrorCode.REDEMPTION_STATE
    assert refused.value.facts == {"state": "EXPIRED"}
    assert await chain.state(redemption) is State.ISSUED
    chain.clock.at -= timedelta(microseconds=1)
    await chain.ledger.void(operator="E1", key="w", redemption=redemption, reason="why")


async def test_points_come_back_from_what_they_were_redeemed_for(chain: Chain) -> None:
    """Though the merchant has made the reward another kind since."""
    reward = await chain.reward()
    redemption = await chain.in_state(State.ISSUED, reward, await chain.member(100))
    await chain.execute("UPDATE reward SET kind = 'coupon'")
    await chain.ledger.void(operator="E1", key="v", redemption=redemption, reason="why")
    redeemed = "SELECT detail, sum(points) FROM posting WHERE account = 'redeemed' GROUP BY detail"
    assert [tuple(row) for row in await chain.rows(redeemed)] == [("goods", 0)]


async def test_a_dead_lots_points_get_the_programmes_days_of_grace(chain: Chain) -> None:
    await chain.execute("UPDATE programme SET grace_days = 7")
    member = await chain.member()
    await chain.award(member, 60, expires_at=chain.clock() + timedelta(days=1))
    alive = await chain.award(member, 60, point_type="forever")
    redemption = await chain.in_state(State.USED, await chain.reward(), member)
    chain.clock.forward(days=3)
    await chain.ledger.goods_returned(
        operator="E1", key="1", redemption=redemption, reason="broken"
    )
    lots = await chain.rows("SELECT * FROM lot WHERE remaining > 0 ORDER BY expires_at")
    assert [(lot["remaining"], lot["expires_at"]) for lot in lots] == [
        (60, chain.clock() + timedelta(days=7)), (60, None)
    ]  # fmt: skip
    assert lots[1]["id"] == alive
    assert await violations(chain.owner) == []


async def test_debt_is_settled_by_what_comes_back(chain: Chain) -> None:
    member = await chain.member(100)
    redemption = await chain.in_state(State.ISSUED, await chain.reward(), member)
    await chain.ledger.clawback(
        client="t", key="1", member=member, points=70, reference="", reason="returned"
    )
    answer = await chain.ledger.void(operator="E1", key="1", redemption=redemption, reason="why")
    assert answer.spendable == 30
    assert await chain.balance(member) == {"pending": 0, "available": 30, "held": 0, "debt": 0}
    assert await violations(chain.owner) == []


async def sliding_lot(chain: Chain, points: int) -> tuple[UUID, UUID, UUID]:
    """A member, 100 of their points spent at once, and the lot that they are of: alive for 10 days
    from each visit.
    """
    await chain.execute(
        "INSERT INTO point_type (code, name, expiry, expiry_length, expiry_unit, expiry_round)"
        " VALUES ('slide', '{}', 'sliding', 10, 'day', 'exact') ON CONFLICT DO NOTHING"
    )
    member = await chain.member()
    lot = await chain.award(member, points, point_type="slide")
    chain.clock.forward(days=8)
    return member, lot, await chain.in_state(State.ISSUED, await chain.reward(), member)


async def left(chain: Chain, lot: UUID) -> tuple[int, float]:
    """Points in it, and for how many days."""
    row = (await chain.rows("SELECT remaining, expires_at FROM lot WHERE id = $1", lot))[0]
    return row["remaining"], (row["expires_at"] - chain.clock()) / timedelta(days=1)


@pytest.mark.parametrize("points", [100, 101])
async def test_sliding_points_come_back_alive_by_the_redemption_itself(
    chain: Chain, points: int
) -> None:
    """A lot that was spent wholly is no worse off than one with a point left."""
    _, lot, redemption = await sliding_lot(chain, points)
    chain.clock.forward(days=4)
    await chain.ledger.void(operator="E1", key="1", redemption=redemption, reason="why")
    assert await left(chain, lot) == (points, 6)
    assert await violations(chain.owner) == []


@pytest.mark.parametrize("points", [100, 101])
async def test_sliding_points_come_back_alive_by_every_visit_since(
    chain: Chain, points: int
) -> None:
    await chain.execute("UPDATE programme SET void_days = 99")
    member, lot, redemption = await sliding_lot(chain, points)
    for _ in range(3):
        chain.clock.forward(days=8)
        await chain.award(member, 1)
    chain.clock.forward(days=5)
    await chain.ledger.void(operator="E1", key="1", redemption=redemption, reason="why")
    assert await left(chain, lot) == (points, 5)
    assert await violations(chain.owner) == []


async def test_sliding_points_that_died_meanwhile_stay_dead(chain: Chain) -> None:
    await chain.execute("UPDATE programme SET void_days = 99, grace_days = 7")
    member, lot, redemption = await sliding_lot(chain, 100)
    chain.clock.forward(days=10)
    await chain.award(member, 1)
    await chain.ledger.void(operator="E1", key="1", redemption=redemption, reason="why")
    assert await left(chain, lot) == (0, 0)
    anew = await chain.value("SELECT id FROM lot WHERE source = 'void'")
    assert await left(chain, anew) == (100, 7)
    assert await violations(chain.owner) == []


async def test_sliding_points_come_back_alive_by_visits_after_a_merge(
    chain: Chain, accounts: Accounts
) -> None:
    await chain.execute("UPDATE programme SET void_days = 99")
    member, _, redemption = await sliding_lot(chain, 100)
    other = await chain.member()
    await accounts.merge(operator="E1", key="m", member=member, into=other, reason="one person")
    for _ in range(2):
        chain.clock.forward(days=8)
        await chain.award(other, 1)
    await chain.ledger.void(operator="E1", key="1", redemption=redemption, reason="why")
    anew = await chain.value("SELECT id FROM lot WHERE source = 'void'")
    assert await left(chain, anew) == (100, 10)
    assert await violations(chain.owner) == []
