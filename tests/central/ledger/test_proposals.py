"""Awards as rules propose them: facts and counters checked again, clipped, or stale."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from central.ledger.accounts import Accounts
from central.ledger.award_desk import AwardDesk
from central.ledger.invariants import violations
from central.ledger.proposal import (
    AwardBook,
    AwardGiven,
    Counter,
    Proposal,
    ProposedLine,
    Scope,
    Stale,
)
from central.ledger.refusal import LedgerRefused
from tests.chain import Chain
from tests.postgres import Database
from wire.api.redemptions import State
from wire.errors import ErrorCode
from wire.ids import new_id

BUDGET = Counter(Scope.CAMPAIGN, "double day", "ever", 100, "spring")


def line(points: int, *counters: Counter, **more: Any) -> ProposedLine:
    return ProposedLine(points, **({"type": "base", "source": "sale", "counters": counters} | more))


@dataclass(slots=True)
class Till:
    """Sends a member's sales, each once, with the facts as they are."""

    chain: Chain
    awards: AwardBook
    sold: int = 0

    async def sell(self, member: UUID, *lines: ProposedLine, **more: Any) -> AwardGiven:
        self.sold += 1
        facts = await self.chain.value("SELECT facts_version FROM member WHERE id = $1", member)
        proposal = Proposal(member, f"S1:1:R{self.sold}", f"basket {self.sold}", lines, **more)
        given = await self.awards.award(proposal, facts, client="pos", key=str(self.sold))
        assert isinstance(given, AwardGiven)
        return given


@pytest.fixture
def till(chain: Chain, awards: AwardBook) -> Till:
    return Till(chain, awards)


async def test_each_line_is_a_lot_of_its_own_source(chain: Chain, till: Till) -> None:
    """The worked example of the domain: 30 + 15 + 30 = 75."""
    member = await chain.member()
    given = await till.sell(
        member, line(30), line(15, source="tier"), line(30, BUDGET, source="campaign")
    )
    assert (given.points, given.spendable, given.facts_version) == (75, 75, 2)
    assert [told.granted for told in given.lines] == [30, 15, 30]
    issued = await chain.rows(
        "SELECT detail, points FROM posting WHERE account = 'issued' ORDER BY detail"
    )
    assert [tuple(row) for row in issued] == [("campaign", -30), ("sale", -30), ("tier", -15)]
    assert await violations(chain.owner) == []


async def test_pending_and_immediate_in_one(chain: Chain, till: Till) -> None:
    member = await chain.member()
    later = chain.clock() + timedelta(days=7)
    given = await till.sell(member, line(30), line(20, available_at=later))
    assert [told.pending for told in given.lines] == [0, 20]
    assert await chain.balance(member) == {"pending": 20, "available": 30, "held": 0, "debt": 0}


async def test_debt_is_settled_across_lines(chain: Chain, till: Till) -> None:
    member = await chain.member()
    await chain.ledger.clawback(
        client="t", key="1", member=member, points=40, reference="", reason="returned"
    )
    given = await till.sell(member, line(30), line(30))
    assert [told.settled_debt for told in given.lines] == [30, 10]
    assert given.spendable == 20
    assert await violations(chain.owner) == []


async def test_facts_that_have_changed_are_stale_and_nothing_moves(
    chain: Chain, awards: AwardBook
) -> None:
    member = await chain.member()
    proposal = Proposal(member, "R1", "basket", (line(10),))
    await chain.award(member, 1)
    assert await awards.award(proposal, 1, client="pos", key="1") == Stale(member, 2)
    assert (await chain.balance(member))["available"] == 1
    anew = Proposal(member, "R1", "basket", (line(8),))
    given = await awards.award(anew, 2, client="pos", key="1")
    assert isinstance(given, AwardGiven)
    assert await awards.award(proposal, 99, client="pos", key="1") == given, "the same sale"
    other = Proposal(member, "R1", "another basket", (line(8),))
    with pytest.raises(LedgerRefused) as refused:
        await awards.award(other, 3, client="pos", key="1")
    assert refused.value.code is ErrorCode.IDEMPOTENCY_MISMATCH


async def test_a_merged_member_is_stale_and_tells_whose_facts_to_read(
    chain: Chain, awards: AwardBook, accounts: Accounts
) -> None:
    one, other = await chain.member(), await chain.member()
    await accounts.merge(operator="E1", key="1", member=one, into=other, reason="same")
    proposal = Proposal(one, "R1", "basket", (line(10),))
    stale = await awards.award(proposal, 2, client="pos", key="1")
    assert stale == Stale(other, 2)


async def test_fifty_first_purchases_at_once_are_one(chain: Chain, database: Database) -> None:
    member = await chain.member()
    pool: asyncpg.Pool[Any] = await asyncpg.create_pool(database.app, min_size=10, max_size=10)
    awards = AwardBook(pool, chain.clock)
    answers = await asyncio.gather(
        *(
            awards.award(
                Proposal(member, f"R{n}", "basket", (line(100, source="first"),)),
                1, client="pos", key=str(n),
            )
            for n in range(50)
        )
    )  # fmt: skip
    await pool.close()
    assert sum(isinstance(answer, AwardGiven) for answer in answers) == 1
    assert (await chain.balance(member))["available"] == 100


async def test_the_last_line_is_clipped_first(chain: Chain, till: Till) -> None:
    member = await chain.member()
    limit = Counter(Scope.MEMBER, "per day", "day", 100)
    given = await till.sell(member, line(80, limit), line(30, limit), line(30, limit))
    assert [(told.granted, told.clipped_by) for told in given.lines] == [
        (80, None), (20, "per day"), (0, "per day")
    ]  # fmt: skip
    assert given.lines[2].lot is None
    assert await violations(chain.owner) == []


async def test_all_or_nothing(chain: Chain, till: Till) -> None:
    member = await chain.member()
    limit = Counter(Scope.MEMBER, "gift", "ever", 100, stop=True)
    given = await till.sell(member, line(80, limit), line(30, limit), line(20, limit))
    assert [told.granted for told in given.lines] == [80, 0, 20]


@pytest.mark.parametrize(("left", "granted", "told"), [(50, 40, "clips"), (30, 0, "stops")])
@pytest.mark.parametrize("scope", [Scope.MEMBER, Scope.ALL])
async def test_all_of_what_others_leave_or_nothing(
    chain: Chain, till: Till, scope: Scope, left: int, granted: int, told: str
) -> None:
    """In whatever order they stand: a budget that is not passed stops nothing."""
    for name in ("a", "z"):
        stops = Counter(scope, f"{name} stops", "day", left, stop=True)
        given = await till.sell(
            await chain.member(), line(100, Counter(Scope.MEMBER, "m clips", "day", 40), stops)
        )
        assert given.points == granted
        assert (given.lines[0].clipped_by or "").endswith(told)
    assert await violations(chain.owner) == []


async def test_a_line_that_has_ended_stops_no_other_one(chain: Chain, till: Till) -> None:
    """A sale is told three days late, and its campaign's points ended yesterday."""
    await chain.execute(
        "INSERT INTO point_type (code, name, pending_days) VALUES ('slow', '{}', 7)"
    )
    member, now = await chain.member(), chain.clock()
    given = await till.sell(
        member,
        line(30),
        line(20, source="campaign", expires_at=now - timedelta(days=1)),
        line(7, source="bonus", type="slow", expires_at=now + timedelta(days=7)),
        line(5, source="bonus", type="slow", expires_at=now + timedelta(days=7, seconds=1)),
        at=now - timedelta(days=3),
    )
    assert [(each.granted, each.clipped_by) for each in given.lines] == [
        (30, None), (0, "expiry:base"), (0, "expiry:slow"), (5, None)
    ]  # fmt: skip
    with pytest.raises(LedgerRefused) as refused:
        await till.sell(member, line(30), line(20, available_at=now, expires_at=now))
    assert refused.value.code is ErrorCode.BAD_REQUEST, "a line that contradicts itself"
    assert await violations(chain.owner) == []


@pytest.mark.parametrize(
    ("period", "days", "free"), [("day", 1, 50), ("week", 1, 50), ("month", 8, 0), ("ever", 99, 0)]
)
async def test_a_limit_begins_anew_with_its_period(
    chain: Chain, till: Till, period: str, days: int, free: int
) -> None:
    # A Sunday, half an hour before midnight in Shanghai.
    chain.clock.at = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
    member = await chain.member()
    limit = Counter(Scope.MEMBER, "limit", period, 50)
    assert (await till.sell(member, line(70, limit))).points == 50
    assert (await till.sell(member, line(1, limit))).points == 0
    chain.clock.forward(days=days, hours=-23) if days == 1 else chain.clock.forward(days=days)
    assert (await till.sell(member, line(70, limit))).points == free


async def test_the_sales_time_says_which_period(chain: Chain, till: Till) -> None:
    member = await chain.member()
    limit = Counter(Scope.MEMBER, "limit", "day", 50)
    yesterday = chain.clock() - timedelta(days=1)
    assert (await till.sell(member, line(70, limit), at=yesterday)).points == 50
    assert (await till.sell(member, line(70, limit))).points == 50
    assert (await till.sell(member, line(70, limit), at=yesterday)).points == 0


async def test_scopes_are_told_apart(chain: Chain, till: Till) -> None:
    one, other = await chain.member(), await chain.member()
    for scope, expected in ((Scope.MEMBER, 50), (Scope.STORE, 0), (Scope.ALL, 0)):
        limit = Counter(scope, f"by {scope}", "ever", 50)
        assert (await till.sell(one, line(50, limit), store="S1")).points == 50
        assert (await till.sell(other, line(50, limit), store="S1")).points == expected
    limit = Counter(Scope.STORE, "by store", "ever", 50)
    assert (await till.sell(one, line(50, limit), store="S2")).points == 50


@pytest.mark.parametrize("scope", [Scope.ALL, Scope.CAMPAIGN])
async def test_a_budget_is_its_newest_versions(chain: Chain, till: Till, scope: Scope) -> None:
    """A sale that was evaluated before the budget was lowered does not pass it."""

    async def sold(points: int, cap: int, version: int) -> int:
        budget = Counter(scope, "budget", "ever", cap, "spring", version=version)
        return (await till.sell(await chain.member(), line(points, budget))).points

    assert await sold(60, 100, 1) == 60
    assert await sold(60, 90, 2) == 30
    assert await sold(60, 1_000_000, 1) == 0, "evaluated under the old one"
    assert await sold(60, 1_000_000, 2) == 0, "the same version has one cap"
    assert await sold(20, 100, 3) == 10
    assert await sold(20, 50, 4) == 0, "less than is given already"
    assert await sold(20, 100, 3) == 0
    assert await chain.value("SELECT used FROM award_counter") == 100
    assert await violations(chain.owner) == []


async def test_a_cap_in_a_file_of_the_desk_holds_for_that_file(
    chain: Chain, till: Till, pool: "asyncpg.Pool[Any]"
) -> None:
    """A clerk closes no campaign, whatever version stands in the file."""
    desk = AwardDesk(pool, chain.clock)
    one = await chain.member()
    for number, version in ((1, 0), (2, 2**31 - 1)):
        closed = Counter(Scope.CAMPAIGN, "double day", "ever", 0, "spring", version=version)
        by_hand = Proposal(one, f"S1:9:{number}", "by hand", (line(40, closed),))
        given = await desk.award(by_hand, operator="E1", reason="no till", key=str(number))
        assert given.points == 0
    assert (await till.sell(one, line(60, BUDGET))).points == 60
    wide = Counter(Scope.CAMPAIGN, "double day", "ever", 1000, "spring")
    by_hand = Proposal(one, "S1:9:3", "by hand", (line(90, wide),))
    given = await desk.award(by_hand, operator="E1", reason="no till", key="3")
    assert given.points == 40, "nor does it widen one"
    assert await violations(chain.owner) == []


async def test_a_cap_in_a_file_of_the_desk_is_not_the_next_files(
    chain: Chain, pool: "asyncpg.Pool[Any]"
) -> None:
    """Where no rule has told a cap, an earlier file's stays behind neither lower nor higher."""
    desk = AwardDesk(pool, chain.clock)
    member = await chain.member()

    async def give(cap: int) -> int:
        receipt = str(new_id())
        counter = Counter(Scope.CAMPAIGN, "double day", "ever", cap, "spring")
        by_hand = Proposal(member, receipt, "by hand", (line(90, counter),))
        given = await desk.award(by_hand, operator="E1", reason="no till", key=receipt)
        return given.points

    assert [await give(cap) for cap in (100, 150, 300, 280)] == [90, 60, 90, 40]
    assert await violations(chain.owner) == []


async def test_what_is_clawed_back_is_free_again(chain: Chain, till: Till) -> None:
    member = await chain.member()
    assert (await till.sell(member, line(90, BUDGET))).points == 90
    await chain.ledger.clawback(
        client="t", key="1", member=member, points=60, reference="S1:1:R1", reason="returned"
    )
    assert (await till.sell(member, line(90, BUDGET))).points == 70
    assert await violations(chain.owner) == []


async def test_a_return_frees_no_limit_of_another_sale(chain: Chain, till: Till) -> None:
    """B's points were spent first, so that what is taken for B are points of A."""
    member = await chain.member()
    limit = Counter(Scope.MEMBER, "bonus", "day", 100)
    await till.sell(member, line(100, limit))
    await till.sell(member, line(100, expires_at=chain.clock() + timedelta(days=3)))
    await chain.in_state(State.ISSUED, await chain.reward(), member)
    await chain.ledger.clawback(
        client="t", key="1", member=member, points=100, reference="S1:1:R2", reason="returned"
    )
    assert (await till.sell(member, line(100, limit))).points == 0
    assert await violations(chain.owner) == []


@pytest.mark.parametrize("more", [0, 100], ids=["debt", "other points"])
async def test_what_a_returned_sale_spent_is_free_again(
    chain: Chain, till: Till, more: int
) -> None:
    member = await chain.member()
    await till.sell(member, line(40), line(60, BUDGET))
    await chain.in_state(State.ISSUED, await chain.reward(), member)
    if more:
        await chain.award(member, more)
    await chain.ledger.clawback(
        client="t", key="1", member=member, points=100, reference="S1:1:R1", reason="returned"
    )
    assert await chain.value("SELECT used FROM award_counter") == 0
    assert await violations(chain.owner) == []


async def test_a_budget_is_never_passed_by_many_at_once(chain: Chain, database: Database) -> None:
    members = [await chain.member() for _ in range(30)]
    pool: asyncpg.Pool[Any] = await asyncpg.create_pool(database.app, min_size=10, max_size=10)
    awards = AwardBook(pool, chain.clock)
    mine = Counter(Scope.MEMBER, "per day", "day", 6)
    lines = (line(7, BUDGET, mine), line(2, mine, BUDGET))
    answers = await asyncio.gather(
        *(
            awards.award(
                Proposal(member, f"R {member}", "s", lines), 1, client=str(member), key="1"
            )
            for member in members
        )
    )  # fmt: skip
    await pool.close()
    granted = sum(answer.points for answer in answers if isinstance(answer, AwardGiven))
    assert granted == 100
    assert await chain.value("SELECT used FROM award_counter WHERE scope = 'campaign'") == 100
    assert await violations(chain.owner) == []


@pytest.mark.parametrize(
    "counter",
    [
        {"scope": "member", "rule": "r", "period": "fortnight", "cap": 5},
        {"scope": "chain", "rule": "r", "period": "day", "cap": 5},
        {"scope": "member", "rule": "r", "period": "day", "cap": -1},
        {"scope": "store", "rule": "r", "period": "day", "cap": 5},
    ],
)
async def test_half_a_limit_is_refused(
    chain: Chain, pool: "asyncpg.Pool[Any]", counter: dict[str, Any]
) -> None:
    import msgspec

    member = await chain.member()
    one = {"points": 5, "type": "base", "source": "sale", "counters": [counter]}
    proposal = {"member": member, "reference": "R", "sale": "s", "lines": [one]}
    with pytest.raises(asyncpg.PostgresError, match="bad_request"):
        await pool.fetchval(
            "SELECT award_proposal('pos', '1', $1, 1)", msgspec.json.encode(proposal).decode()
        )
