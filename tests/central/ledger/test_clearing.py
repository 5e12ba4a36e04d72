"""A redemption window, and then what is not held is gone (固定时段兑换后清空); sliding points."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from central.ledger.accounts import Accounts
from central.ledger.invariants import violations
from central.ledger.night import NightRun
from central.ledger.refusal import LedgerRefused
from tests.chain import Chain, text
from wire.api.redemptions import State
from wire.errors import ErrorCode

SHANGHAI = ZoneInfo("Asia/Shanghai")
LAST_DAY = date(2026, 11, 30)
END = datetime(2026, 12, 1, tzinfo=SHANGHAI)


async def announce(
    chain: Chain,
    accounts: Accounts,
    key: str = "1",
    last_day: date = LAST_DAY,
    point_type: str = "base",
) -> None:
    told = await accounts.announce_clearing(
        operator="E1",
        key=key,
        point_type=point_type,
        last_day=last_day,
        reason="end of year",
        approver=await chain.manager(),
    )
    assert told.clears_at == datetime.combine(
        last_day + timedelta(days=1), datetime.min.time(), SHANGHAI
    )


async def test_everything_that_is_not_held_is_cleared(
    chain: Chain, accounts: Accounts, night: NightRun
) -> None:
    member = await chain.member(500)
    await chain.award(member, 70, point_type="forever")
    soon = await chain.award(member, 30, expires_at=chain.clock() + timedelta(days=2))
    await announce(chain, accounts)
    new = await chain.award(member, 5)
    assert await chain.value("SELECT expires_at FROM lot WHERE id = $1", new) == END
    assert (await night.run()).lots == {"cleared": 1}
    assert await chain.value("SELECT expires_at FROM lot WHERE id = $1", soon) < END
    assert await chain.value("SELECT applied_at FROM point_clearing") is None, "announced just now"
    chain.clock.at = END - timedelta(minutes=1)
    held = await chain.in_state(State.PRINTING, await chain.reward(), member)
    chain.clock.at = END
    assert (await night.run()).lots == {"expired": 2}
    balance = await chain.balance(member)
    assert (balance["available"], balance["held"]) == (70, 100)
    await chain.capture(held)
    assert await chain.value("SELECT applied_at FROM point_clearing") is not None
    assert await violations(chain.owner) == []


async def test_no_night_is_needed_for_it_to_hold(chain: Chain, accounts: Accounts) -> None:
    member = await chain.member(500)
    await announce(chain, accounts)
    chain.clock.at = END
    with pytest.raises(LedgerRefused) as refused:
        await chain.reserve(member, await chain.reward())
    assert refused.value.facts == {"need": 100, "have": 0}


async def test_points_that_become_available_only_later_stay(
    chain: Chain, accounts: Accounts, night: NightRun
) -> None:
    member = await chain.member()
    await chain.award(member, 40, available_at=END)
    await announce(chain, accounts)
    chain.clock.at = END + timedelta(days=1)
    assert (await night.run()).lots == {"activated": 1}
    assert (await chain.balance(member))["available"] == 40


@pytest.mark.parametrize("last_day", [date(2026, 11, 22), date(2026, 11, 21), date(2020, 1, 1)])
async def test_only_for_a_day_after_today(chain: Chain, accounts: Accounts, last_day: date) -> None:
    with pytest.raises(LedgerRefused) as refused:
        await announce(chain, accounts, last_day=last_day)
    assert refused.value.code is ErrorCode.BAD_REQUEST
    assert await chain.value("SELECT count(*) FROM point_clearing") == 0


@pytest.mark.parametrize(
    ("approver", "code"),
    [
        ("", ErrorCode.APPROVAL_NEEDED),
        ("E1", ErrorCode.STAFF_SAME_PERSON),
        ("E9", ErrorCode.STAFF_ROLE),
    ],
)
async def test_it_always_takes_two(
    chain: Chain, accounts: Accounts, approver: str, code: ErrorCode
) -> None:
    await chain.execute("UPDATE programme SET adjust_limit_points = 1000000000")
    await chain.manager("E1")
    with pytest.raises(LedgerRefused) as refused:
        await accounts.announce_clearing(
            operator="E1",
            key="1",
            point_type="base",
            last_day=LAST_DAY,
            reason="end of year",
            approver=approver,
        )
    assert refused.value.code is code
    assert await chain.value("SELECT count(*) FROM point_clearing") == 0
    await announce(chain, accounts)
    assert await chain.value("SELECT detail->>'approver' FROM audit_event") == "M1"


async def sliding(chain: Chain) -> None:
    await chain.execute(
        "INSERT INTO point_type (code, name, expiry, expiry_length, expiry_unit)"
        " VALUES ('slide', $1, 'sliding', 30, 'day')",
        text("积分"),
    )


async def test_sliding_points_live_on_with_every_visit(chain: Chain, night: NightRun) -> None:
    await sliding(chain)
    chain.clock.at = datetime(2026, 3, 1, 4, tzinfo=UTC)
    member = await chain.member()
    lot = await chain.award(member, 300, point_type="slide")

    async def lives_through() -> date:
        end = await chain.value("SELECT expires_at FROM lot WHERE id = $1", lot)
        return (end.astimezone(SHANGHAI) - timedelta(seconds=1)).date()

    assert await lives_through() == date(2026, 3, 31)
    chain.clock.forward(days=10)
    await chain.award(member, 1)
    assert await lives_through() == date(2026, 4, 10), "an earning"
    chain.clock.forward(days=10)
    await chain.in_state(State.RELEASED, await chain.reward(), member)
    assert await lives_through() == date(2026, 4, 10), "nothing came of it"
    await chain.in_state(State.ISSUED, await chain.reward(), member)
    assert await lives_through() == date(2026, 4, 20), "a redemption"
    chain.clock.forward(days=31)
    await chain.award(member, 1)
    assert await lives_through() == date(2026, 4, 20), "too late: they are dead"
    assert (await night.run()).lots == {"expired": 1}
    assert await violations(chain.owner) == []


async def test_sliding_points_end_with_a_clearing_all_the_same(
    chain: Chain, accounts: Accounts
) -> None:
    await sliding(chain)
    member = await chain.member()
    await chain.award(member, 300, point_type="slide")
    await announce(chain, accounts, point_type="slide")
    await chain.award(member, 1)
    await chain.in_state(State.ISSUED, await chain.reward(), member)
    ends = await chain.rows("SELECT expires_at FROM lot WHERE type = 'slide'")
    assert [row["expires_at"] for row in ends] == [END]


async def withdraw(accounts: Accounts, key: str = "2") -> None:
    await accounts.withdraw_clearing(
        operator="E1", key=key, point_type="base", last_day=LAST_DAY, reason="a mistake"
    )


async def test_withdrawn_it_never_was(chain: Chain, accounts: Accounts, night: NightRun) -> None:
    member = await chain.member(500)
    end = await chain.value("SELECT expires_at FROM lot")
    await announce(chain, accounts)
    assert (await night.run()).lots == {"cleared": 1}
    await chain.award(member, 5)
    chain.clock.forward(hours=1)
    await withdraw(accounts)
    assert await chain.value("SELECT count(*) FROM lot WHERE expires_at = $1", END) == 2
    assert (await night.run()).lots == {"cleared": 2}
    ends = [row["expires_at"] for row in await chain.rows("SELECT expires_at FROM lot ORDER BY id")]
    assert ends == [end, end], "the second one would have had the same end, too"
    chain.clock.at = END
    assert (await night.run()).lots == {}
    assert (await chain.balance(member))["available"] == 505
    assert await violations(chain.owner) == []


async def test_withdrawn_just_before_and_no_night_between(
    chain: Chain, accounts: Accounts, night: NightRun
) -> None:
    member = await chain.member(500)
    await announce(chain, accounts)
    await night.run()
    chain.clock.at = END - timedelta(minutes=1)
    await withdraw(accounts)
    chain.clock.at = END
    await chain.reserve(member, await chain.reward())
    assert (await night.run()).lots == {}
    assert await violations(chain.owner) == []


async def test_sliding_under_a_clearing_is_kept_for_a_withdrawal(
    chain: Chain, accounts: Accounts
) -> None:
    await chain.execute(
        "INSERT INTO point_type (code, name, expiry, expiry_length, expiry_unit, expiry_round)"
        " VALUES ('slide', $1, 'sliding', 30, 'day', 'exact')",
        text("积分"),
    )
    member = await chain.member()
    slides = await chain.award(member, 10, point_type="slide")
    await announce(chain, accounts, point_type="slide")
    chain.clock.forward(days=3)
    await chain.award(member, 1)
    await accounts.withdraw_clearing(
        operator="E1", key="2", point_type="slide", last_day=LAST_DAY, reason="a mistake"
    )
    await chain.reserve(member, await chain.reward(1), 1)
    assert await chain.value(
        "SELECT expires_at FROM lot WHERE id = $1", slides
    ) == chain.clock() + timedelta(days=30)


async def test_what_has_taken_place_or_was_never_announced_is_not_withdrawn(
    chain: Chain, accounts: Accounts
) -> None:
    with pytest.raises(LedgerRefused) as refused:
        await withdraw(accounts)
    assert refused.value.code is ErrorCode.BAD_REQUEST
    await announce(chain, accounts)
    await withdraw(accounts)
    await withdraw(accounts)
    with pytest.raises(LedgerRefused):
        await withdraw(accounts, key="3")
    await announce(chain, accounts, key="4")
    assert await chain.value("SELECT withdrawn_at FROM point_clearing") is None, "announced anew"
    chain.clock.at = END
    with pytest.raises(LedgerRefused):
        await withdraw(accounts, key="5")


async def test_a_void_after_the_clearing_gives_points_that_can_be_spent(
    chain: Chain, accounts: Accounts, night: NightRun
) -> None:
    member, reward = await chain.member(100), await chain.reward()
    issued = await chain.in_state(State.ISSUED, reward, member)
    await announce(chain, accounts)
    chain.clock.forward(hours=1)
    await night.run()
    chain.clock.at = END + timedelta(hours=4)
    await night.run()
    voided = await chain.ledger.void(key="v", redemption=issued, operator="E1", reason="broken")
    assert voided.spendable == 100
    chain.clock.forward(days=1)
    assert (await night.run()).lots == {}, "of the same lot they would be dead"
    await chain.reserve(member, reward)
    assert await violations(chain.owner) == []


async def test_a_void_before_the_clearing_gives_points_that_die_with_it(
    chain: Chain, accounts: Accounts, night: NightRun
) -> None:
    member = await chain.member(100)
    issued = await chain.in_state(State.ISSUED, await chain.reward(), member)
    await announce(chain, accounts)
    chain.clock.forward(hours=1)
    await night.run()
    await chain.ledger.void(key="v", redemption=issued, operator="E1", reason="broken")
    assert await chain.value("SELECT expires_at FROM lot") == END
    chain.clock.at = END
    assert (await night.run()).lots == {"expired": 1}
    assert await violations(chain.owner) == []


async def test_a_release_after_a_withdrawn_clearing_gives_the_points_back(
    chain: Chain, accounts: Accounts, night: NightRun
) -> None:
    member = await chain.member(100)
    await announce(chain, accounts)
    chain.clock.forward(hours=1)
    await night.run()
    chain.clock.at = END - timedelta(hours=1)
    printing = await chain.in_state(State.PRINTING, await chain.reward(), member)
    await withdraw(accounts)
    chain.clock.at = END + timedelta(minutes=5)
    await chain.release(printing)
    assert (await chain.balance(member))["available"] == 100
    assert await chain.value("SELECT spendable($1, $2)", member, chain.clock()) == 100
    chain.clock.forward(hours=4)
    await night.run()
    assert (await chain.balance(member))["available"] == 100
    assert await violations(chain.owner) == []
