"""A ladder of three tiers over `tests.chain`, and sales as a till would report them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from central.ledger.invariants import violations
from central.ledger.night import NightDone, NightRun
from central.ledger.proposal import AwardBook, AwardGiven, Proposal, ProposedLine
from central.ledger.tiers import Tiers
from tests.central.ledger.tier_reference import Rules
from tests.chain import START, Chain, text
from wire.ids import new_id

LADDER = ("plain", "gold", "vip")


@dataclass(slots=True)
class TierGround:
    chain: Chain
    awards: AwardBook
    tiers: Tiers
    nights: NightRun
    sold: dict[str, UUID] = field(default_factory=dict)
    """Whose each receipt is."""

    @classmethod
    async def over(cls, chain: Chain, pool: "asyncpg.Pool[Any]") -> "TierGround":
        clock = chain.clock
        ground = cls(chain, AwardBook(pool, clock), Tiers(pool, clock), NightRun(pool, clock))
        await ground.open()
        return ground

    async def open(self) -> None:
        await self.chain.execute("INSERT INTO tier (id, name, rank) VALUES ('vip', $1, 2)",
            text("贵宾"))  # fmt: skip
        await self.chain.execute(
            "INSERT INTO point_type (code, name, qualifying) VALUES ('gift', $1, false)",
            text("赠分"),
        )

    async def begin(self, rules: Rules, at: datetime = START) -> None:
        """A new case in the same database: whoever was there before stays as they are."""
        self.chain.clock.at = at
        await self.chain.execute("UPDATE member SET status = 'frozen'")
        await self.chain.execute("DELETE FROM night")
        await self.rule(rules)

    async def rule(self, rules: Rules) -> None:
        """As a back office writes them."""
        for tier, threshold, life in zip(LADDER, rules.thresholds, rules.life, strict=True):
            await self.chain.execute(
                "UPDATE tier SET threshold = $2, life_threshold = $3 WHERE id = $1",
                tier, threshold, life,
            )  # fmt: skip
        await self.chain.execute("DELETE FROM tier_policy")
        await self.chain.execute(
            "INSERT INTO tier_policy (id, measure, period, period_months, downgrade, grace_days)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            new_id(), rules.measure, rules.period, rules.period_months, rules.downgrade,
            rules.grace_days,
        )  # fmt: skip

    async def sell(
        self,
        member: UUID,
        points: int,
        *,
        spend: int = 0,
        gift: int = 0,
        at: datetime | None = None,
    ) -> str:
        """A sale's award, of qualifying points and of others; the receipt."""
        receipt = f"R{len(self.sold) + 1}"
        lines = [ProposedLine(points, "base", "sale")] if points else []
        lines += [ProposedLine(gift, "gift", "campaign")] if gift else []
        facts = await self.chain.value("SELECT facts_version FROM member WHERE id = $1", member)
        proposal = Proposal(
            member, receipt, f"basket {receipt}", tuple(lines), at=at, spend_fen=spend
        )
        given = await self.awards.award(proposal, facts, client="till", key=receipt)
        assert isinstance(given, AwardGiven)
        self.sold[receipt] = member
        return receipt

    async def take_back(self, receipt: str, points: int, spend: int | None = None) -> None:
        await self.chain.ledger.clawback(
            client="till", key=str(new_id()), member=self.sold[receipt], points=points,
            reference=receipt, reason="returned", spend_fen=spend,
        )  # fmt: skip

    async def tier(self, member: UUID) -> str:
        tier: str = await self.chain.value("SELECT tier_id FROM member WHERE id = $1", member)
        return tier

    async def changes(self, member: UUID) -> list[tuple[str, str, str]]:
        rows = await self.chain.rows(
            "SELECT from_tier_id, to_tier_id, cause FROM tier_change WHERE member_id = $1"
            " ORDER BY seq",
            member,
        )
        return [tuple(row) for row in rows]

    async def night(self, at: datetime | None = None) -> NightDone:
        """A night at this time, from then on now."""
        if at is not None:
            self.chain.clock.at = at
        return await self.nights.run()

    async def right(self) -> None:
        assert await violations(self.chain.owner) == []

    async def row(self, query: str, *arguments: Any) -> dict[str, Any]:
        return dict((await self.chain.rows(query, *arguments))[0])
