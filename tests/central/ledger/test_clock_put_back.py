"""A clock that was put back, as a time server does after a machine has run ahead: nobody loses
points, nothing is refused for it, and `central check` tells no order by times.
"""

from datetime import timedelta

import pytest

from central.ledger.accounts import Accounts
from central.ledger.invariants import violations
from central.ledger.night import NightRun
from central.ledger.refusal import LedgerRefused
from central.ledger.timekeeper import Timekeeper
from tests.central.ledger.stopped_night import stopped
from tests.chain import Chain, text
from wire.api.redemptions import State
from wire.api.vouchers import UseRequest
from wire.errors import ErrorCode

BY = {"operator": "E1", "reason": "fraud?"}


@pytest.mark.parametrize("verb", ["freeze", "close"])
async def test_who_reserved_before_the_hold_did_so_whatever_the_clock_says(
    chain: Chain, accounts: Accounts, verb: str
) -> None:
    member, reward = await chain.member(300), await chain.reward()
    await chain.reserve(member, reward)
    chain.clock.forward(hours=-2)
    await getattr(accounts, verb)(key="1", member=member, **BY)
    assert await violations(chain.owner) == []
    chain.clock.forward(hours=-2)
    if verb == "freeze":
        await accounts.freeze(key="2", member=member, frozen=False, **BY)
    else:
        await accounts.reopen(key="2", member=member, **BY)
    await chain.reserve(member, reward)
    assert await violations(chain.owner) == []


async def test_who_reserved_on_hold_is_found_whatever_the_clock_says(
    chain: Chain, accounts: Accounts
) -> None:
    member, reward = await chain.member(300), await chain.reward()
    await accounts.freeze(key="1", member=member, **BY)
    chain.clock.forward(hours=-2)
    await chain.execute("UPDATE member SET status = 'active' WHERE id = $1", member)
    await chain.reserve(member, reward)
    found = await chain.value("SELECT id::text FROM journal WHERE kind = 'reserve'")
    assert await violations(chain.owner) == [
        f"9c. nobody has reserved while on hold or closed: {found}"
    ]


@pytest.mark.parametrize("scope", ["member", "store", "chain"])
async def test_a_day_that_comes_again_counts_what_is_its_own(chain: Chain, scope: str) -> None:
    """Tomorrow's redemptions, already had, are none of today's."""
    member, reward = await chain.member(500), await chain.reward()
    await chain.limit(reward, scope, "day", 1)
    chain.clock.forward(days=1)
    await chain.reserve(member, reward)
    chain.clock.forward(days=-1)
    await chain.reserve(member, reward)
    with pytest.raises(LedgerRefused) as refused:
        await chain.reserve(member, reward)
    assert refused.value.code is ErrorCode.LIMIT_REACHED
    assert await violations(chain.owner) == []


async def test_what_was_swept_ahead_of_time_was_not_there_to_be_spent(
    chain: Chain, night: NightRun
) -> None:
    member, reward = await chain.member(), await chain.reward()
    await chain.award(member, 100, expires_at=chain.clock() + timedelta(hours=2))
    await chain.award(member, 100, point_type="forever")
    chain.clock.forward(hours=3)
    await night.run()
    chain.clock.forward(hours=-2)
    await chain.reserve(member, reward)
    assert await violations(chain.owner) == []


async def test_what_is_still_held_of_a_swept_lot_slides_on(chain: Chain, night: NightRun) -> None:
    await chain.execute(
        "INSERT INTO point_type (code, name, expiry, expiry_length, expiry_unit, expiry_round)"
        " VALUES ('slide', $1, 'sliding', 3, 'day', 'exact')",
        text("滑动"),
    )
    member = await chain.member()
    await chain.award(member, 150, point_type="slide")
    held = await chain.in_state(State.PRINTING, await chain.reward(), member)
    chain.clock.forward(days=3)
    await night.run()
    chain.clock.forward(days=-1)
    await chain.award(member, 10, point_type="slide")
    assert await violations(chain.owner) == []
    await chain.release(held)
    assert (await chain.balance(member))["available"] == 110
    assert await violations(chain.owner) == []


async def test_a_clearing_that_took_place_ahead_of_time_can_be_withdrawn(
    chain: Chain, accounts: Accounts, night: NightRun
) -> None:
    member = await chain.member()
    await chain.award(member, 150, point_type="forever")
    held = await chain.in_state(State.PRINTING, await chain.reward(), member)
    last_day = chain.clock().date() + timedelta(days=1)
    await chain.manager()
    clearing = {"point_type": "forever", "last_day": last_day} | BY
    await accounts.announce_clearing(key="1", approver="M1", **clearing)
    chain.clock.forward(days=3)
    await night.run()
    chain.clock.forward(days=-3)
    await accounts.withdraw_clearing(key="2", **clearing)
    await chain.release(held)
    assert (await chain.balance(member))["available"] == 100
    assert await violations(chain.owner) == []


async def test_a_clearing_announced_after_what_was_reserved_ahead_of_it(
    chain: Chain, accounts: Accounts, night: NightRun
) -> None:
    member = await chain.member()
    await chain.award(member, 150, point_type="forever")
    chain.clock.forward(days=5)
    await chain.in_state(State.PRINTING, await chain.reward(), member)
    chain.clock.forward(days=-5)
    last_day = chain.clock().date() + timedelta(days=1)
    await chain.manager()
    await accounts.announce_clearing(
        key="1", approver="M1", point_type="forever", last_day=last_day, **BY
    )
    await night.run()
    assert await violations(chain.owner) == []


async def test_what_was_spent_after_its_clearing_is_found(chain: Chain, accounts: Accounts) -> None:
    member = await chain.member()
    await chain.award(member, 150, point_type="forever")
    last_day = chain.clock().date() + timedelta(days=1)
    await chain.manager()
    await accounts.announce_clearing(
        key="1", approver="M1", point_type="forever", last_day=last_day, **BY
    )
    await chain.reserve(member, await chain.reward())
    await chain.execute("UPDATE hold SET created_at = (SELECT clears_at FROM point_clearing)")
    found = await chain.value("SELECT id FROM hold_allocation")
    assert f"4e. no dead lot was spent: {found}" in await violations(chain.owner)


async def test_points_given_after_a_night_that_was_ahead_of_time(
    chain: Chain, accounts: Accounts, night: NightRun
) -> None:
    """A night with nothing to do; its points go along with a merge and are spent there."""
    member, other = await chain.member(), await chain.member()
    chain.clock.forward(days=1)
    assert (await night.run()).lots == {}
    chain.clock.forward(days=-1)
    await chain.award(member, 100, expires_at=chain.clock() + timedelta(hours=3))
    assert await violations(chain.owner) == []
    await accounts.merge(key="1", member=member, into=other, **BY)
    assert await violations(chain.owner) == []
    await chain.reserve(other, await chain.reward())
    assert await violations(chain.owner) == []


async def test_what_was_held_over_a_night_that_was_ahead_of_time_comes_back(
    chain: Chain, night: NightRun
) -> None:
    member = await chain.member()
    await chain.award(member, 150, expires_at=chain.clock() + timedelta(hours=3))
    held = await chain.in_state(State.PRINTING, await chain.reward(), member)
    chain.clock.forward(days=1)
    assert (await night.run()).lots == {"expired": 1}
    chain.clock.forward(days=-1)
    await chain.release(held)
    assert (await chain.balance(member))["available"] == 100
    assert await violations(chain.owner) == []


async def test_a_lot_that_a_night_left_is_found_whatever_the_clock_says(
    chain: Chain, night: NightRun
) -> None:
    member = await chain.member()
    lot = await chain.award(member, 100, expires_at=chain.clock() + timedelta(hours=3))
    await chain.execute("UPDATE lot SET expires_at = NULL")
    chain.clock.forward(days=1)
    await night.run()
    await chain.execute("UPDATE lot SET expires_at = $1", chain.clock() - timedelta(hours=21))
    chain.clock.forward(hours=-2)
    await chain.award(member, 10)
    assert await violations(chain.owner) == [
        f"4j. a lot that was dead when the last night began has no free points: {lot}"
    ]


async def test_a_night_that_was_ahead_of_time_is_run_again_at_the_right_one(
    chain: Chain, night: NightRun
) -> None:
    """What it would have found by the wrong clock waits, and is not dead."""
    chain.clock.forward(hours=4)
    await night.run()
    chain.clock.forward(hours=-4)
    member = await chain.member()
    await chain.award(member, 30, available_at=chain.clock() + timedelta(hours=2))
    await chain.award(member, 20, expires_at=chain.clock() + timedelta(hours=2))
    assert (await night.run()).lots == {}
    assert await chain.balance(member) == {"pending": 30, "available": 20, "held": 0, "debt": 0}
    assert await violations(chain.owner) == []


async def test_a_night_that_was_ahead_of_time_is_taken_up_at_the_right_one(
    chain: Chain, night: NightRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = sorted([await chain.member(), await chain.member()])
    for member in (first, second):
        await chain.award(member, 30, available_at=chain.clock() + timedelta(hours=2))
        await chain.award(member, 20, expires_at=chain.clock() + timedelta(hours=2))
    chain.clock.forward(hours=4)
    await stopped(night, monkeypatch, batch=1)
    chain.clock.forward(hours=-4)
    done = await night.run()
    assert (done.settled, done.lots) == (1, {})
    assert await chain.balance(second) == {"pending": 30, "available": 20, "held": 0, "debt": 0}
    assert await violations(chain.owner) == []
    chain.clock.forward(hours=3)
    assert (await night.run()).lots == {"activated": 1, "expired": 1}
    assert await chain.balance(second) == {"pending": 0, "available": 30, "held": 0, "debt": 0}
    assert await violations(chain.owner) == []


async def test_what_was_reserved_ahead_of_time_is_released_in_time(
    chain: Chain, timekeeper: Timekeeper
) -> None:
    reward = await chain.reward()
    chain.clock.forward(days=30)
    ahead = (await chain.reserve(await chain.member(100), reward)).id
    chain.clock.forward(days=-30)
    first = (await chain.reserve(await chain.member(100), reward)).id
    chain.clock.forward(minutes=-15)  # no longer than the deadline itself: it is waited for
    assert await timekeeper.settle_redemptions() == {"released": 1}
    assert (await chain.state(ahead), await chain.state(first)) == (State.RELEASED, State.RESERVED)
    assert await violations(chain.owner) == []


async def test_a_pause_that_began_ahead_of_time_is_none(chain: Chain) -> None:
    member, reward = await chain.member(100), await chain.reward()
    code = await chain.code_of(await chain.in_state(State.ISSUED, reward, member))
    chain.clock.forward(days=2)
    for _ in range(5):
        await chain.ledger.count_mistyped(chain.till)
    chain.clock.forward(days=-2)
    for _ in range(4):  # nor do those five count with these
        await chain.ledger.count_mistyped(chain.till)
    used = await chain.ledger.use_voucher(chain.till, code, "1", UseRequest("1", "R1"))
    assert used.state is State.USED
    await chain.ledger.count_mistyped(chain.till)
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.count_mistyped(chain.till)
    assert refused.value.code is ErrorCode.TILL_PAUSED
