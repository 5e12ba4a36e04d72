"""Points moved by hand: with a reason, by somebody, and above a limit by two."""

import asyncio
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from central.ledger.accounts import Accounts
from central.ledger.invariants import violations
from central.ledger.refusal import LedgerRefused
from tests.chain import Chain
from wire.errors import ErrorCode
from wire.ids import new_id

SHANGHAI = ZoneInfo("Asia/Shanghai")
E1 = {"operator": "E1", "key": "1", "reason": "complaint 77"}


async def hired(chain: Chain, number: str, role: str, *, active: bool = True) -> None:
    await chain.execute(
        "INSERT INTO staff (ref, staff_no, display, role, every_store, active)"
        " VALUES ($1, $2, '李**', $3, true, $4)",
        secrets.token_bytes(6),
        number,
        role,
        active,
    )


async def test_more_points_are_a_lot_and_settle_debt_first(
    chain: Chain, accounts: Accounts
) -> None:
    member = await chain.member()
    await chain.ledger.clawback(
        client="t", key="1", member=member, points=30, reference="", reason="returned"
    )
    done = await accounts.adjust(member=member, points=100, **E1)
    assert (done.settled_debt, done.spendable) == (30, 70)
    assert await accounts.adjust(member=member, points=100, **E1) == done
    row = (await chain.rows("SELECT * FROM journal WHERE kind = 'adjust'"))[0]
    assert (row["operator"], row["approver"], row["reason"]) == ("E1", "", "complaint 77")
    posted = await chain.rows(
        "SELECT account, detail, points FROM posting WHERE journal_id = $1 ORDER BY points",
        row["id"],
    )
    assert [tuple(p) for p in posted] == [
        ("issued", "adjust", -100), ("debt", "", 30), ("available", "", 70)
    ]  # fmt: skip
    assert await violations(chain.owner) == []


async def test_fewer_points_come_from_what_is_free_first_to_expire_first(
    chain: Chain, accounts: Accounts
) -> None:
    member = await chain.member()
    late = await chain.award(member, 50, point_type="forever")
    soon = await chain.award(member, 50, expires_at=chain.clock() + timedelta(days=2))
    done = await accounts.adjust(member=member, points=-70, **E1)
    assert done.spendable == 30
    left = {r["id"]: (r["remaining"], r["adjusted"]) for r in await chain.rows("TABLE lot")}
    assert left == {soon: (0, 50), late: (30, 20)}
    assert await violations(chain.owner) == []


async def test_fewer_points_than_there_are_never_become_debt(
    chain: Chain, accounts: Accounts
) -> None:
    member = await chain.member(100)
    await chain.reserve(member, await chain.reward(60), 60)
    with pytest.raises(LedgerRefused) as refused:
        await accounts.adjust(member=member, points=-41, **E1)
    assert (refused.value.code, refused.value.facts) == (
        ErrorCode.INSUFFICIENT, {"need": 41, "have": 40}
    )  # fmt: skip


@pytest.mark.parametrize("points", [1001, -1001])
async def test_above_the_limit_it_takes_two(chain: Chain, accounts: Accounts, points: int) -> None:
    member = await chain.member(5000)
    with pytest.raises(LedgerRefused) as refused:
        await accounts.adjust(member=member, points=points, **E1)
    assert (refused.value.code, refused.value.facts) == (
        ErrorCode.APPROVAL_NEEDED, {"need": 1000}
    )  # fmt: skip
    await hired(chain, "E1", "manager")
    with pytest.raises(LedgerRefused) as refused:
        await accounts.adjust(member=member, points=points, approver="E1", **E1)
    assert refused.value.code is ErrorCode.STAFF_SAME_PERSON
    await hired(chain, "E3", "clerk")
    await hired(chain, "E4", "it")
    await hired(chain, "E5", "manager", active=False)
    for nobody in ("E3", "E4", "E5", "E2"):
        with pytest.raises(LedgerRefused) as refused:
            await accounts.adjust(member=member, points=points, approver=nobody, **E1)
        assert refused.value.code is ErrorCode.STAFF_ROLE, nobody
    await hired(chain, "E2", "manager")
    done = await accounts.adjust(member=member, points=points, approver="E2", **E1)
    assert done.spendable == 5000 + points
    assert await chain.value("SELECT approver FROM journal WHERE kind = 'adjust'") == "E2"


async def by(accounts: Accounts, member: UUID, points: int, **more: str) -> None:
    given = {"operator": "E1", "key": str(new_id()), "reason": "complaint 77"} | more
    await accounts.adjust(member=member, points=points, **given)


async def test_a_days_small_ones_are_one_large_one(chain: Chain, accounts: Accounts) -> None:
    """Per person, member and way; what two have seen does not count."""
    chain.clock.at = datetime(2026, 11, 22, 23, 0, tzinfo=SHANGHAI)
    member, other = await chain.member(), await chain.member()
    await by(accounts, member, 5000, approver=await chain.manager())
    await by(accounts, member, 600)
    await by(accounts, member, 400)
    for points in (1, 1000):
        with pytest.raises(LedgerRefused) as refused:
            await by(accounts, member, points)
        assert (refused.value.code, refused.value.facts) == (
            ErrorCode.APPROVAL_NEEDED, {"need": 1000}
        )  # fmt: skip
    await by(accounts, member, 1, approver="M1")
    await by(accounts, member, -1000)
    with pytest.raises(LedgerRefused):
        await by(accounts, member, -1)
    await by(accounts, other, 1000)
    await by(accounts, member, 1000, operator="E3")
    chain.clock.at = datetime(2026, 11, 23, 0, 0, tzinfo=SHANGHAI)
    await by(accounts, member, 1000)
    assert await violations(chain.owner) == []


async def test_a_merge_is_no_way_round_the_second_person(chain: Chain, accounts: Accounts) -> None:
    member, other = await chain.member(), await chain.member()
    await by(accounts, member, 1000)
    await accounts.merge(member=member, into=other, **E1)
    with pytest.raises(LedgerRefused) as refused:
        await by(accounts, other, 1)
    assert refused.value.code is ErrorCode.APPROVAL_NEEDED


async def test_two_at_a_time_are_no_way_round_it(chain: Chain, accounts: Accounts) -> None:
    member = await chain.member()
    told = await asyncio.gather(
        *(by(accounts, member, 600) for _ in range(4)), return_exceptions=True
    )
    assert sum(one is None for one in told) == 1
    assert (await chain.balance(member))["available"] == 600


@pytest.mark.parametrize(
    "more", [{"operator": ""}, {"reason": ""}, {"points": 0}, {"point_type": "no such"}]
)
async def test_half_an_adjustment(chain: Chain, accounts: Accounts, more: dict[str, Any]) -> None:
    member = await chain.member(10)
    with pytest.raises(LedgerRefused) as refused:
        await accounts.adjust(**({"member": member, "points": 5, **E1} | more))
    assert refused.value.code is ErrorCode.BAD_REQUEST


async def test_another_content_of_the_same_key(chain: Chain, accounts: Accounts) -> None:
    member = await chain.member(10)
    await accounts.adjust(member=member, points=5, **E1)
    with pytest.raises(LedgerRefused) as refused:
        await accounts.adjust(member=member, points=6, **E1)
    assert refused.value.code is ErrorCode.IDEMPOTENCY_MISMATCH


async def test_the_audit_chain_shows_what_was_changed(chain: Chain, accounts: Accounts) -> None:
    member = await chain.member(500)
    for number in range(4):
        await accounts.adjust(
            operator="E1", key=str(number), member=member, points=10, reason=f"r{number}"
        )
    assert await violations(chain.owner) == []
    await chain.execute(
        "UPDATE audit_event SET detail = detail || '{\"points\": 1000}' WHERE seq = 2"
    )
    assert await violations(chain.owner) == ["9a. the audit chain holds: 2"]
    await chain.execute("DELETE FROM audit_event WHERE seq = 2")
    assert await violations(chain.owner) == ["9a. the audit chain holds: 3"]
