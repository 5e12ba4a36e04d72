"""The worked examples of docs/ledger.md, each taken by the real ledger.

The numbers stand here and there: every test also asks that the page shows its table as it is.
"""

from collections.abc import Awaitable
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from central.ledger.invariants import violations
from central.ledger.night import NightRun
from central.ledger.refusal import LedgerRefused
from tests.central.ledger.expiry_reference import Policy
from tests.chain import Chain, text
from wire.errors import ErrorCode

SHANGHAI = ZoneInfo("Asia/Shanghai")
PAGE = Path(__file__).parents[3] / "docs" / "ledger.md"


def there(*clock: int) -> datetime:
    """A wall clock's time in Shanghai."""
    return datetime(*clock, tzinfo=SHANGHAI)  # type: ignore[arg-type, misc]  # year to second


def shown(table: str) -> bool:
    return table in PAGE.read_text("utf-8")


# --- Dates -------------------------------------------------------------------------------

DATES: dict[str, tuple[Policy, datetime, date]] = {
    "12 months, end of month": (
        Policy("rolling", 12, "month", "month"), there(2026, 3, 15, 10), date(2027, 3, 31)
    ),
    "3 months, end of quarter": (
        Policy("rolling", 3, "month", "quarter"), there(2026, 2, 10, 10), date(2026, 6, 30)
    ),
    "the calendar quarter": (Policy("quarter"), there(2026, 2, 10, 10), date(2026, 3, 31)),
    "1 month": (Policy("rolling", 1, "month"), there(2026, 1, 31, 10), date(2026, 2, 28)),
    "1 month, leap year": (
        Policy("rolling", 1, "month"), there(2028, 1, 31, 10), date(2028, 2, 29)
    ),
    "1 year": (Policy("rolling", 1, "year"), there(2028, 2, 29, 10), date(2029, 2, 28)),
    "12 months, end of month (in UTC it is still 28 February)": (
        Policy("rolling", 12, "month", "month"), there(2026, 3, 1, 0, 30), date(2027, 3, 31)
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", DATES)
async def test_when_points_die(chain: Chain, rule: str) -> None:
    """Spendable until the last instant of the last day in Shanghai, and not at the next."""
    policy, available, last_day = DATES[rule]
    assert shown(f"| {rule} | {available:%Y-%m-%d %H:%M} | {last_day} |\n")
    row = {"code": "example", "name": text("积分")} | asdict(policy)
    places = ", ".join(f"${i}" for i in range(1, len(row) + 1))
    await chain.execute(
        f"INSERT INTO point_type ({', '.join(row)}) VALUES ({places})", *row.values()
    )
    chain.clock.at = available.astimezone(UTC)
    member = await chain.member()
    await chain.award(member, 100, point_type="example")
    end = datetime.combine(last_day + timedelta(days=1), time(), SHANGHAI)
    chain.clock.at = end - timedelta(microseconds=1)
    assert await chain.value("SELECT spendable($1, $2)", member, chain.clock()) == 100
    chain.clock.at = end
    with pytest.raises(LedgerRefused) as refused:
        await chain.reserve(member, await chain.reward())
    assert refused.value.facts == {"need": 100, "have": 0}


# --- Stories -----------------------------------------------------------------------------

HEAD = "| what happens | pending | available | held | debt |\n|---|---|---|---|---|\n"


@dataclass(slots=True)
class Story:
    """One member's account, step by step, as the page shows it."""

    chain: Chain
    member: UUID
    rows: list[str] = field(default_factory=list)

    async def step(
        self, what: str, done: Awaitable[Any] | None, pending: int, available: int, held: int,
        debt: int,
    ) -> Any:  # fmt: skip
        answer = await done if done is not None else None
        balance = await self.chain.balance(self.member)
        assert tuple(balance.values()) == (pending, available, held, debt), what
        self.rows.append(f"| {what} | {pending} | {available} | {held} | {debt} |\n")
        return answer

    async def end(self) -> None:
        assert await violations(self.chain.owner) == []
        assert shown(HEAD + "".join(self.rows))

    def award(self, points: int, **more: Any) -> Awaitable[UUID]:
        return self.chain.award(self.member, points, **more)

    def returned(self, points: int, **more: Any) -> Awaitable[Any]:
        return self.chain.ledger.clawback(
            client="pos", key=f"return of {points}", member=self.member, points=points,
            reference="", reason="returned", **more,
        )  # fmt: skip


@pytest.fixture
async def story(chain: Chain) -> Story:
    return Story(chain, await chain.member())


async def remaining(chain: Chain) -> list[tuple[int, int, int]]:
    """(remaining, held, redeemed) by the points that were granted."""
    rows = await chain.rows("SELECT remaining, held, redeemed FROM lot ORDER BY granted")
    return [tuple(row) for row in rows]


async def test_lots_and_fefo_with_a_part(story: Story) -> None:
    chain, now = story.chain, story.chain.clock()
    await story.step("40 without an end", story.award(40, point_type="forever"), 0, 40, 0, 0)
    end = now + timedelta(days=30)
    await story.step("80 that end in 30 days", story.award(80, expires_at=end), 0, 120, 0, 0)
    soon = now + timedelta(days=3)
    await story.step("50 that end in 3 days", story.award(50, expires_at=soon), 0, 170, 0, 0)
    reward = await chain.reward(100)
    redemption = await story.step(
        "100 reserved: the 50, and 50 of the 80", chain.reserve(story.member, reward), 0, 70, 100, 0
    )
    assert await remaining(chain) == [(40, 0, 0), (50, 50, 0), (80, 50, 0)]
    await chain.printing(redemption.id)
    await story.step("printed: exactly those are gone", chain.capture(redemption.id), 0, 70, 0, 0)
    assert await remaining(chain) == [(40, 0, 0), (0, 0, 50), (30, 0, 50)]
    await story.end()


async def test_of_the_same_end_the_older_first(chain: Chain) -> None:
    """30 of the same end, a second older: of 60 they give all, the 50 give the other 30."""
    member, end = await chain.member(), chain.clock() + timedelta(days=9)
    chain.clock.forward(seconds=1)
    younger = await chain.award(member, 50, expires_at=end)
    chain.clock.forward(seconds=-1)
    older = await chain.award(member, 30, expires_at=end)
    chain.clock.forward(minutes=1)
    await chain.reserve(member, await chain.reward(60), 60)
    rows = await chain.rows("SELECT id, held FROM lot")
    assert {row["id"]: row["held"] for row in rows} == {older: 30, younger: 30}


async def test_expiry_during_a_hold(story: Story, night: NightRun) -> None:
    chain = story.chain
    end = chain.clock() + timedelta(hours=12)
    await story.step("150 that end at midnight", story.award(150, expires_at=end), 0, 150, 0, 0)
    reward = await chain.reward(100)
    redemption = await story.step(
        "100 reserved, printing begins", chain.reserve(story.member, reward), 0, 50, 100, 0
    )
    await chain.printing(redemption.id)
    chain.clock.forward(hours=15)
    done = await story.step("the night: only what is free dies", night.run(), 0, 0, 100, 0)
    assert done.lots == {"expired": 1}
    await story.step("the paper is out: captured", chain.capture(redemption.id), 0, 0, 0, 0)
    assert await remaining(chain) == [(0, 0, 100)]
    await story.end()


async def test_release_after_expiry(story: Story) -> None:
    chain = story.chain
    end = chain.clock() + timedelta(hours=12)
    await story.step("60 that end at midnight", story.award(60, expires_at=end), 0, 60, 0, 0)
    await story.step("70 without an end", story.award(70, point_type="forever"), 0, 130, 0, 0)
    reward = await chain.reward(100)
    redemption = await story.step(
        "100 reserved: the 60, and 40 of the 70", chain.reserve(story.member, reward), 0, 30, 100, 0
    )
    await chain.printing(redemption.id)
    chain.clock.forward(hours=15)
    await story.step(
        "after midnight, no paper came: released, and the 60 expire at once",
        chain.release(redemption.id), 0, 70, 0, 0,
    )  # fmt: skip
    assert await chain.value("SELECT sum(points) FROM posting WHERE account = 'expired'") == 60
    await story.end()


async def test_debt_and_its_repayment(story: Story) -> None:
    chain = story.chain
    await story.step("100 from a sale", story.award(100), 0, 100, 0, 0)
    reward = await chain.reward(80)
    redemption = await story.step(
        "80 reserved", chain.reserve(story.member, reward, 80), 0, 20, 80, 0
    )
    await chain.printing(redemption.id)
    await story.step("printed", chain.capture(redemption.id), 0, 20, 0, 0)
    back = await story.step(
        "the sale is returned: 20 are there, 80 become debt", story.returned(100), 0, 0, 0, -80
    )
    assert (back.from_lots, back.to_debt) == (20, 80)
    await story.step("50 from another sale: all to the debt", story.award(50), 0, 0, 0, -30)
    with pytest.raises(LedgerRefused) as refused:
        await chain.reserve(story.member, reward, 80)
    assert refused.value.code is ErrorCode.INSUFFICIENT
    assert refused.value.facts == {"need": 80, "have": 0}
    await story.step("110 more: 30 to the debt, 80 to spend", story.award(110), 0, 80, 0, 0)
    await story.step("80 reserved", chain.reserve(story.member, reward, 80), 0, 0, 80, 0)
    await story.end()
