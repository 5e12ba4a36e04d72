"""A receipt gives points once: to one member of the chain, by the till or by hand."""

import asyncio
from datetime import datetime
from typing import Any

import asyncpg
import pytest

from central.ledger.accounts import Accounts
from central.ledger.award_desk import AwardDesk
from central.ledger.invariants import violations
from central.ledger.proposal import AwardBook, AwardGiven, Counter, Proposal, ProposedLine, Scope
from central.ledger.refusal import LedgerRefused
from tests.chain import Chain, HandClock
from tests.postgres import Database
from wire.api.redemptions import State
from wire.errors import ErrorCode

RECEIPT = "S1:1:77"
E1 = {"operator": "E1", "reason": "the till was down"}


@pytest.fixture
def at_desk(pool: "asyncpg.Pool[Any]", clock: HandClock) -> AwardDesk:
    return AwardDesk(pool, clock)


def sale(member: Any, points: int = 40, spend_fen: int = 0) -> Proposal:
    lines = (ProposedLine(points, "base", "sale"),) if points else ()
    return Proposal(member, RECEIPT, "basket", lines, spend_fen=spend_fen)


async def by_till(chain: Chain, awards: AwardBook, proposal: Proposal) -> Any:
    facts = await chain.value("SELECT facts_version FROM member WHERE id = $1", proposal.member)
    return await awards.award(proposal, facts, client="till", key=f"sale for {proposal.member}")


async def refused(awarding: Any) -> dict[str, Any]:
    with pytest.raises(LedgerRefused) as said:
        await awarding
    assert said.value.code is ErrorCode.RECEIPT_AWARDED
    return said.value.facts


async def test_another_member_is_told_who_has_it(
    chain: Chain, at_desk: AwardDesk, awards: AwardBook
) -> None:
    one, other = await chain.member(), await chain.member()
    first = chain.clock()
    await by_till(chain, awards, sale(one))
    chain.clock.forward(hours=1)
    tail = await chain.value("SELECT right(number, 4) FROM member WHERE id = $1", one)
    for awarding in (
        by_till(chain, awards, sale(other)),
        at_desk.award(sale(other), key="1", **E1),
        at_desk.award(sale(other), key="2", again=True, **E1),
    ):
        facts = await refused(awarding)
        assert datetime.fromisoformat(facts.pop("at")) == first
        assert facts == {"have": 40, "account": tail}
    assert (await chain.balance(other))["available"] == 0
    assert await violations(chain.owner) == []


async def test_a_sale_that_went_to_the_wrong_account_is_put_right(
    chain: Chain, at_desk: AwardDesk, awards: AwardBook
) -> None:
    """All of it must be taken back before another member gets it: points and spend."""
    wrong, right = await chain.member(), await chain.member()
    await by_till(chain, awards, sale(wrong, spend_fen=9900))
    back: dict[str, Any] = {"member": wrong, "reference": RECEIPT, **E1}
    await at_desk.clawback(key="1", points=10, **back)
    assert (await refused(at_desk.award(sale(right), key="2", **E1)))["have"] == 30
    await at_desk.clawback(key="3", **back)
    assert (await at_desk.award(sale(right), key="4", **E1)).points == 40
    assert (await refused(at_desk.award(sale(wrong), key="5", again=True, **E1)))["have"] == 40
    assert await violations(chain.owner) == []


@pytest.mark.parametrize("policy", ["only_pending", "within_balance"])
async def test_what_a_policy_waived_is_still_had(
    chain: Chain, at_desk: AwardDesk, awards: AwardBook, policy: str
) -> None:
    """The sale counts towards tiers no more; its points are not given a second time."""
    one, other = await chain.member(), await chain.member()
    await by_till(chain, awards, sale(one))
    if policy == "within_balance":
        await chain.in_state(State.ISSUED, await chain.reward(40), one, 40)
    taken = await at_desk.clawback(key="1", member=one, reference=RECEIPT, policy=policy, **E1)
    assert taken.waived == 40
    assert (await refused(by_till(chain, awards, sale(other))))["have"] == 40
    assert (await refused(at_desk.award(sale(other), key="2", **E1)))["have"] == 40


async def test_another_till_gives_the_same_member_nothing(chain: Chain, awards: AwardBook) -> None:
    one = await chain.member()
    await by_till(chain, awards, sale(one))
    facts = await chain.value("SELECT facts_version FROM member WHERE id = $1", one)
    assert (await refused(awards.award(sale(one), facts, client="t2", key="k2")))["have"] == 40
    assert (await chain.balance(one))["available"] == 40


async def test_what_the_desk_gave_and_took_back_is_given_by_the_till(
    chain: Chain, at_desk: AwardDesk, awards: AwardBook
) -> None:
    one = await chain.member()
    await at_desk.award(sale(one), key="1", **E1)
    await at_desk.clawback(key="2", member=one, reference=RECEIPT, **E1)
    assert isinstance(await by_till(chain, awards, sale(one)), AwardGiven)
    assert await violations(chain.owner) == []


async def test_a_sale_by_hand_whose_points_were_clipped_counts_its_spend_once(
    chain: Chain, at_desk: AwardDesk, awards: AwardBook
) -> None:
    one = await chain.member()
    full = Counter(Scope.CAMPAIGN, "spent", "ever", 0, "spring")
    clipped = Proposal(
        one,
        RECEIPT,
        "basket",
        (ProposedLine(40, "base", "sale", counters=(full,)),),
        spend_fen=9900,
    )
    assert (await at_desk.award(clipped, key="1", **E1)).points == 0
    await refused(by_till(chain, awards, sale(one, spend_fen=9900)))
    assert await chain.value("SELECT sum(spend_fen) FROM tier_entry") == 9900


async def test_spend_alone_is_had_by_one_member_too(
    chain: Chain, at_desk: AwardDesk, awards: AwardBook
) -> None:
    one, other = await chain.member(), await chain.member()
    await by_till(chain, awards, sale(one, 0, spend_fen=9900))
    assert (await refused(at_desk.award(sale(other), key="1", **E1)))["have"] == 0


async def test_the_desk_was_quicker_than_the_till(
    chain: Chain, at_desk: AwardDesk, awards: AwardBook, accounts: Accounts
) -> None:
    """Also of an account that was merged, when the points were spent long ago."""
    one, other, last = [await chain.member() for _ in range(3)]
    await at_desk.award(sale(one), key="1", **E1)
    assert (await refused(by_till(chain, awards, sale(one))))["have"] == 40
    for key, source, into in (("a", one, other), ("b", other, last)):
        await accounts.merge(key=key, member=source, into=into, **E1)
        facts = await refused(by_till(chain, awards, sale(into)))
        number = await chain.value("SELECT number FROM member WHERE id = $1", into)
        assert (facts["have"], facts["account"]) == (40, number[-4:])
    assert (await chain.balance(last))["available"] == 40


async def test_without_a_receipt_nothing_is_compared(chain: Chain, awards: AwardBook) -> None:
    for member in (await chain.member(), await chain.member()):
        gift = Proposal(member, "", "birthday", (ProposedLine(5, "base", "birthday"),))
        assert isinstance(await by_till(chain, awards, gift), AwardGiven)


async def test_of_many_at_once_one_has_it(chain: Chain, database: Database) -> None:
    members = [await chain.member() for _ in range(20)]
    pool: asyncpg.Pool[Any] = await asyncpg.create_pool(database.app, min_size=10, max_size=10)
    book = AwardBook(pool, chain.clock)
    answers = await asyncio.gather(
        *(book.award(sale(member), 1, client=str(member), key="1") for member in members),
        return_exceptions=True,
    )
    await pool.close()
    assert [type(answer) for answer in answers].count(AwardGiven) == 1
    codes = [answer.code for answer in answers if isinstance(answer, LedgerRefused)]
    assert codes == [ErrorCode.RECEIPT_AWARDED] * 19
    assert await chain.value("SELECT sum(available) FROM balance") == 40
    assert await violations(chain.owner) == []
