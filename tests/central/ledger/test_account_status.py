"""Frozen, closed, opened again, forfeited."""

from datetime import timedelta

import pytest

from central.ledger.accounts import Accounts
from central.ledger.invariants import violations
from central.ledger.night import NightRun
from central.ledger.refusal import LedgerRefused
from tests.chain import Chain
from wire.api.redemptions import State
from wire.errors import ErrorCode


async def test_a_frozen_member_cannot_spend_and_what_was_held_resolves(
    chain: Chain, accounts: Accounts
) -> None:
    member = await chain.member(300)
    reward = await chain.reward()
    first = await chain.in_state(State.PRINTING, reward, member)
    told = await accounts.freeze(operator="E1", key="1", member=member, reason="fraud?")
    assert told.status == "frozen"
    with pytest.raises(LedgerRefused) as refused:
        await chain.reserve(member, reward)
    assert refused.value.code is ErrorCode.MEMBER_FROZEN
    await chain.capture(first)
    await chain.award(member, 10)
    told = await accounts.freeze(
        operator="E1", key="2", member=member, reason="it was not", frozen=False
    )
    assert told.status == "active"
    await chain.reserve(member, reward)
    assert await violations(chain.owner) == []


async def test_a_closed_accounts_points_go_after_the_cooling_off_time(
    chain: Chain, accounts: Accounts, night: NightRun
) -> None:
    member = await chain.member(300)
    await chain.award(member, 40, available_at=chain.clock() + timedelta(days=60))
    reward = await chain.reward()
    held = await chain.in_state(State.PRINTING, reward, member)
    told = await accounts.close(operator="E1", key="1", member=member, reason="asked for")
    assert (told.status, told.forfeits_at) == ("closed", chain.clock() + timedelta(days=15))
    with pytest.raises(LedgerRefused) as refused:
        await chain.reserve(member, reward)
    assert refused.value.code is ErrorCode.MEMBER_UNKNOWN
    with pytest.raises(LedgerRefused):
        await chain.award(member, 10)
    chain.clock.forward(days=15, seconds=-1)
    assert (await night.run()).lots == {}
    chain.clock.forward(seconds=1)
    assert (await night.run()).lots == {"forfeited": 2}
    assert await chain.balance(member) == {"pending": 0, "available": 0, "held": 100, "debt": 0}
    await chain.release(held)
    assert (await night.run()).lots == {"forfeited": 1}
    assert await chain.value("SELECT sum(points) FROM posting WHERE account = 'forfeited'") == 340
    assert await violations(chain.owner) == []


async def test_opened_again_within_that_time_nothing_is_lost(
    chain: Chain, accounts: Accounts, night: NightRun
) -> None:
    member = await chain.member(300)
    for number in range(2):  # however often it is asked for, the first time counts
        told = await accounts.close(
            operator="E1", key=f"c{number}", member=member, reason="asked for"
        )
        chain.clock.forward(days=7)
    assert told.forfeits_at == chain.clock() + timedelta(days=1)
    told = await accounts.reopen(operator="E1", key="r", member=member, reason="changed mind")
    assert (told.status, told.forfeits_at) == ("active", None)
    chain.clock.forward(days=30)
    assert (await night.run()).lots == {}
    assert (await chain.reserve(member, await chain.reward())).spendable == 200


async def test_opened_again_is_no_end_of_a_hold(chain: Chain, accounts: Accounts) -> None:
    """Nor does the check take it for one: a redemption there would be told."""
    member = await chain.member(300)
    reward = await chain.reward()
    by = {"operator": "E1", "member": member, "reason": "fraud?"}
    await accounts.freeze(key="1", **by)
    await accounts.close(key="2", **by)
    chain.clock.forward(days=1)
    assert (await accounts.reopen(key="3", **by)).status == "frozen"
    with pytest.raises(LedgerRefused) as refused:
        await chain.reserve(member, reward)
    assert refused.value.code is ErrorCode.MEMBER_FROZEN
    chain.clock.forward(days=1)
    await chain.execute("UPDATE member SET status = 'active'")  # as a mistake of ours would
    await chain.reserve(member, reward)
    wrong = await chain.value("SELECT id FROM journal WHERE kind = 'reserve'")
    told = await violations(chain.owner)
    assert told == [f"9c. nobody has reserved while on hold or closed: {wrong}"]
    await chain.execute("UPDATE member SET status = 'frozen'")
    await accounts.freeze(key="4", frozen=False, **by)
    chain.clock.forward(days=1)
    await chain.reserve(member, reward)
    assert await violations(chain.owner) == told


async def test_too_late_to_open_again(chain: Chain, accounts: Accounts) -> None:
    member = await chain.member(300)
    await accounts.close(operator="E1", key="c", member=member, reason="asked for")
    chain.clock.forward(days=15)
    with pytest.raises(LedgerRefused) as refused:
        await accounts.reopen(operator="E1", key="r", member=member, reason="changed mind")
    assert refused.value.code is ErrorCode.MEMBER_UNKNOWN
    with pytest.raises(LedgerRefused) as refused:
        await accounts.freeze(operator="E1", key="f", member=member, reason="why", frozen=False)
    assert refused.value.code is ErrorCode.MEMBER_UNKNOWN, "no way round"


@pytest.mark.parametrize("more", [{"operator": ""}, {"reason": ""}])
async def test_who_and_why_are_never_left_out(
    chain: Chain, accounts: Accounts, more: dict[str, str]
) -> None:
    member = await chain.member()
    for verb in (accounts.freeze, accounts.close, accounts.reopen):
        with pytest.raises(LedgerRefused) as refused:
            await verb(
                **({"operator": "E1", "key": verb.__name__, "member": member, "reason": "r"} | more)
            )
        assert refused.value.code is ErrorCode.BAD_REQUEST
