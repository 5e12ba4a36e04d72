"""Awards given and taken back by hand: limited as adjustments are, and in the audit chain."""

from datetime import datetime, timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

from central.ledger.accounts import Accounts
from central.ledger.award_desk import AwardDesk
from central.ledger.invariants import violations
from central.ledger.proposal import AwardBook, Counter, Proposal, ProposedLine, Scope
from central.ledger.refusal import LedgerRefused
from tests.chain import Chain, HandClock
from wire.api.redemptions import State
from wire.errors import ErrorCode

E1 = {"operator": "E1", "reason": "the till was down"}


@pytest.fixture
def at_desk(pool: "asyncpg.Pool[Any]", clock: HandClock) -> AwardDesk:
    return AwardDesk(pool, clock)


def sale(
    member: Any, *points: int, counters: tuple[Counter, ...] = (), reference: str = "S1:1:77"
) -> Proposal:
    lines = tuple(ProposedLine(each, "base", "sale", counters=counters) for each in points)
    return Proposal(member, reference, "basket", lines)


async def test_it_is_an_award_and_in_the_chain(chain: Chain, at_desk: AwardDesk) -> None:
    member = await chain.member()
    cap = Counter(Scope.ALL, "budget", "ever", 50)
    given = await at_desk.award(sale(member, 40, 30, counters=(cap,)), key="1", **E1)
    assert ([line.granted for line in given.lines], given.spendable) == ([40, 10], 50)
    assert await at_desk.award(sale(member, 40, 30, counters=(cap,)), key="1", **E1) == given
    rows = await chain.rows("SELECT actor, action, subject, detail FROM audit_event")
    assert [(r["actor"], r["action"], r["subject"]) for r in rows] == [("E1", "award", str(member))]
    assert '"points": 50' in rows[0]["detail"]
    assert '"asked": 70' in rows[0]["detail"]
    with pytest.raises(LedgerRefused) as refused:
        await at_desk.award(sale(member, 41), key="1", **E1)
    assert refused.value.code is ErrorCode.IDEMPOTENCY_MISMATCH
    assert await violations(chain.owner) == []


async def test_it_is_no_way_round_the_second_person(chain: Chain, at_desk: AwardDesk) -> None:
    member = await chain.member()
    with pytest.raises(LedgerRefused) as refused:
        await at_desk.award(sale(member, 600, 401), key="1", **E1)
    assert (refused.value.code, refused.value.facts) == (
        ErrorCode.APPROVAL_NEEDED, {"need": 1000}
    )  # fmt: skip
    with pytest.raises(LedgerRefused) as refused:
        await at_desk.award(sale(member, 1001), key="2", approver="E1", **E1)
    assert refused.value.code is ErrorCode.STAFF_SAME_PERSON
    assert (await at_desk.award(sale(member, 1000), key="3", **E1)).points == 1000


async def test_many_small_ones_are_no_way_round_it_either(chain: Chain, at_desk: AwardDesk) -> None:
    member, other = await chain.member(), await chain.member()
    for n in range(2):
        await at_desk.award(sale(member, 500, reference=f"S1:1:{n}"), key=f"{n}", **E1)
    with pytest.raises(LedgerRefused) as refused:
        await at_desk.award(sale(member, 1, reference="S1:1:9"), key="9", **E1)
    assert refused.value.code is ErrorCode.APPROVAL_NEEDED
    assert (
        await at_desk.award(sale(other, 500, reference="S1:1:10"), key="10", **E1)
    ).points == 500


async def test_half_an_award(chain: Chain, at_desk: AwardDesk) -> None:
    member = await chain.member()
    for proposal, more in (
        (sale(member), E1),
        (sale(member, 0), E1),
        (sale(member, 5), E1 | {"reason": ""}),
        (sale(member, 5), E1 | {"operator": ""}),
    ):
        with pytest.raises(LedgerRefused) as refused:
            await at_desk.award(proposal, key="1", **more)
        assert refused.value.code is ErrorCode.BAD_REQUEST


async def test_a_receipt_gives_once(
    chain: Chain, at_desk: AwardDesk, accounts: Accounts, awards: AwardBook
) -> None:
    """Whether the till was heard or the desk was quicker, also of an account that was merged."""
    one, other = await chain.member(), await chain.member()
    first = chain.clock()
    await awards.award(sale(one, 40), 1, client="till", key="S1:1:77")
    chain.clock.forward(hours=1)
    await accounts.merge(key="m", member=one, into=other, **E1)
    for key, member, by in (("1", one, "E1"), ("2", other, "E2")):
        with pytest.raises(LedgerRefused) as refused:
            await at_desk.award(sale(member, 40), key=key, operator=by, reason="again?")
        assert refused.value.code is ErrorCode.RECEIPT_AWARDED
        assert refused.value.facts["have"] == 40
        assert datetime.fromisoformat(refused.value.facts["at"]) == first
    assert (await at_desk.award(sale(other, 10), key="3", again=True, **E1)).spendable == 50
    for reference in ("", " "):
        nameless = msgspec.structs.replace(sale(other, 5), reference=reference)
        with pytest.raises(LedgerRefused) as refused:
            await at_desk.award(nameless, key="4", **E1)
        assert refused.value.code is ErrorCode.BAD_REQUEST
    assert await violations(chain.owner) == []


async def test_never_more_is_taken_back_than_the_sale_gave(
    chain: Chain, at_desk: AwardDesk
) -> None:
    member = await chain.member(500)
    await chain.award(member, 60, reference="R1")
    await chain.award(member, 40, reference="R1")
    back: dict[str, Any] = {"member": member, "reference": "R1", **E1}
    with pytest.raises(LedgerRefused) as refused:
        await at_desk.clawback(key="1", points=101, **back)
    assert (refused.value.code, refused.value.facts) == (
        ErrorCode.INSUFFICIENT, {"need": 101, "have": 100}
    )  # fmt: skip
    done = await at_desk.clawback(key="2", points=30, **back)
    assert (done.from_lots, done.spendable) == (30, 570)
    assert await at_desk.clawback(key="2", points=30, **back) == done
    assert (await at_desk.clawback(key="3", **back)).points == 70
    for key, points in (("4", None), ("5", 1)):
        with pytest.raises(LedgerRefused) as refused:
            await at_desk.clawback(key=key, points=points, **back)
        assert refused.value.facts == {"need": 1, "have": 0}
    with pytest.raises(LedgerRefused) as refused:
        await at_desk.clawback(key="6", **back | {"reference": "R2"})
    assert refused.value.code is ErrorCode.BAD_REQUEST
    assert await chain.value("SELECT count(*) FROM audit_event WHERE action = 'clawback'") == 2
    assert await violations(chain.owner) == []


async def test_what_became_debt_is_not_taken_again(
    chain: Chain, accounts: Accounts, at_desk: AwardDesk
) -> None:
    one, other = await chain.member(), await chain.member()
    await chain.award(one, 100, reference="R1")
    await chain.reserve(one, await chain.reward(80), 80)
    done = await at_desk.clawback(key="1", member=one, points=60, reference="R1", **E1)
    assert (done.from_lots, done.to_debt) == (20, 40)
    await accounts.merge(key="2", member=one, into=other, **E1)
    with pytest.raises(LedgerRefused) as refused:
        await at_desk.clawback(key="3", member=other, points=41, reference="R1", **E1)
    assert refused.value.facts == {"need": 41, "have": 40}
    assert (await at_desk.clawback(key="4", member=one, reference="R1", **E1)).points == 40
    assert await violations(chain.owner) == []


async def test_what_the_till_has_taken_is_not_taken_again(chain: Chain, at_desk: AwardDesk) -> None:
    """Whether of the sale's own lot, or as debt since that was spent."""
    member = await chain.member()
    await chain.award(member, 100, reference="R1")
    till: dict[str, Any] = {"client": "till", "member": member, "reference": "R1", "reason": "r"}
    await chain.ledger.clawback(key="1", points=40, **till)
    await chain.in_state(State.ISSUED, await chain.reward(60), member, 60)
    await chain.ledger.clawback(key="2", points=30, **till)
    back: dict[str, Any] = {"member": member, "reference": "R1", **E1}
    assert (await at_desk.clawback(key="3", **back)).to_debt == 30
    assert (await chain.balance(member))["debt"] == -60
    with pytest.raises(LedgerRefused) as refused:
        await at_desk.clawback(key="4", **back)
    assert refused.value.facts == {"need": 1, "have": 0}
    assert await violations(chain.owner) == []


async def test_what_the_desk_has_taken_a_late_till_does_not_take_again(
    chain: Chain, at_desk: AwardDesk
) -> None:
    """Not of the member's other points either, and what the desk left is taken."""
    member = await chain.member()
    for receipt in ("R1", "R2", "R3"):
        await chain.award(member, 100, reference=receipt)
    await at_desk.clawback(key="1", member=member, reference="R1", **E1)
    await at_desk.clawback(key="2", member=member, reference="R2", points=30, **E1)
    till: dict[str, Any] = {"client": "till", "member": member, "points": 100, "reason": "r"}
    for receipt, by_desk in (("R1", 100), ("R2", 30), ("R3", 0)):
        taken = await chain.ledger.clawback(key=receipt, reference=receipt, **till)
        assert (taken.by_desk, taken.from_lots) == (by_desk, 100 - by_desk)
    assert (await chain.balance(member))["available"] == 0
    assert (await chain.balance(member))["debt"] == 0
    assert await violations(chain.owner) == []


async def test_a_part_that_the_desk_has_booked_is_the_part_that_the_till_tells(
    chain: Chain, at_desk: AwardDesk, awards: AwardBook
) -> None:
    """Once, of the points, of what counts towards tiers, and of the spend; later parts are new."""
    member = await chain.member()
    line = (ProposedLine(100, "base", "sale"),)
    await awards.award(Proposal(member, "R1", "b", line, spend_fen=999), 1, client="till", key="1")
    await at_desk.clawback(key="1", member=member, reference="R1", points=30, **E1)
    till: dict[str, Any] = {"client": "till", "member": member, "reference": "R1", "reason": "r"}
    for key, points, told in (("2", 20, (0, 20)), ("3", 20, (10, 10)), ("4", 60, (60, 0))):
        back = await chain.ledger.clawback(key=key, points=points, **till)
        assert (back.from_lots, back.by_desk) == told
        counts = (await chain.rows("SELECT sum(points), sum(spend_fen) FROM tier_entry"))[0]
        have = (await chain.balance(member))["available"]
        assert (have, counts[0]) == ({"2": 70, "3": 60, "4": 0}[key],) * 2
    assert counts[1] == 0
    assert await violations(chain.owner) == []


async def test_what_the_desk_has_waived_no_till_takes(chain: Chain, at_desk: AwardDesk) -> None:
    await chain.execute("UPDATE programme SET clawback_policy = 'within_balance'")
    member = await chain.member()
    await chain.award(member, 100, reference="R1")
    await chain.in_state(State.ISSUED, await chain.reward(40), member, 40)
    done = await at_desk.clawback(key="1", member=member, reference="R1", **E1)
    assert (done.from_lots, done.waived) == (60, 40)
    await chain.award(member, 50, reference="R2")
    back = await chain.ledger.clawback(
        client="till", key="1", member=member, points=100, reference="R1", reason="returned"
    )
    assert (back.from_lots, back.by_desk) == (0, 100)
    assert (await chain.balance(member))["available"] == 50
    assert await violations(chain.owner) == []


async def test_a_sale_that_counts_by_spend_only_is_taken_back(
    chain: Chain, at_desk: AwardDesk, awards: AwardBook
) -> None:
    """Also part by part, and what of a sale with points was beside them."""
    member = await chain.member()
    await awards.award(Proposal(member, "A", "A", (), spend_fen=5000), 1, client="till", key="A")
    line = (ProposedLine(40, "base", "sale"),)
    sold = Proposal(member, "B", "B", line, spend_fen=901)
    await awards.award(sold, 2, client="till", key="B")
    back: dict[str, Any] = {"member": member, "reference": "A", **E1}
    for fen, points, facts in (
        (5001, None, {"need": 5001, "have": 5000, "limit": "spend_fen"}),
        (None, 1, {"need": 1, "have": 0}),
    ):
        with pytest.raises(LedgerRefused) as refused:
            await at_desk.clawback(key="1", points=points, spend_fen=fen, **back)
        assert (refused.value.code, refused.value.facts) == (ErrorCode.INSUFFICIENT, facts)
    part = await at_desk.clawback(key="2", spend_fen=1200, **back)
    assert (part.points, part.spend_fen) == (0, 1200)
    assert await at_desk.clawback(key="2", spend_fen=1200, **back) == part
    assert (await at_desk.clawback(key="3", **back)).spend_fen == 3800
    with pytest.raises(LedgerRefused) as refused:
        await at_desk.clawback(key="4", **back)
    assert refused.value.facts == {"need": 1, "have": 0}
    both = await at_desk.clawback(key="5", **back | {"reference": "B"})
    assert (both.points, both.from_lots, both.spend_fen) == (40, 40, 901)
    assert await chain.value("SELECT sum(spend_fen) FROM tier_entry") == 0
    assert await chain.value("SELECT count(*) FROM audit_event WHERE action = 'clawback'") == 3
    assert await violations(chain.owner) == []


async def test_what_was_taken_for_another_sale_is_not_this_ones(
    chain: Chain, at_desk: AwardDesk
) -> None:
    member = await chain.member()
    await chain.award(member, 100, reference="A")
    await chain.award(member, 100, reference="B", expires_at=chain.clock() + timedelta(days=3))
    await chain.in_state(State.ISSUED, await chain.reward(), member)
    for key, reference in (("1", "B"), ("2", "A")):
        done = await at_desk.clawback(key=key, member=member, reference=reference, **E1)
        assert done.points == 100
    assert (await chain.balance(member))["debt"] == -100, "given 200, spent 100, all returned"
    assert await violations(chain.owner) == []


async def test_what_is_in_no_chain_is_found(chain: Chain, at_desk: AwardDesk) -> None:
    """`central check` asks for an entry of each award, clawback and release by hand."""
    member = await chain.member(100)
    uncertain = await chain.in_state(State.UNCERTAIN, await chain.reward(), member)
    await at_desk.award(sale(member, 40), key="1", **E1)
    await at_desk.clawback(key="2", member=member, points=10, reference="S1:1:77", **E1)
    await chain.ledger.release_uncertain(key="3", redemption=uncertain, **E1)
    assert await violations(chain.owner) == []
    for kind in ("award", "clawback", "release"):
        journal = await chain.value(
            "SELECT id FROM journal WHERE kind = $1 AND operator = 'E1'", kind
        )
        await chain.execute("UPDATE audit_event SET action = 'x' WHERE action = $1", kind)
        told = [line for line in await violations(chain.owner) if line.startswith("9d.")]
        assert len(told) == 1
        assert told[0].endswith(str(journal))
        await chain.execute("UPDATE audit_event SET action = $1 WHERE action = 'x'", kind)


async def test_a_release_by_hand_is_in_the_chain(chain: Chain) -> None:
    uncertain = await chain.in_state(State.UNCERTAIN, await chain.reward(), await chain.member(100))
    await chain.ledger.release_uncertain(key="1", redemption=uncertain, **E1)
    rows = await chain.rows("SELECT actor, action, subject FROM audit_event")
    assert [tuple(row) for row in rows] == [("E1", "release", str(uncertain))]
