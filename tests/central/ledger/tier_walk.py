"""One random history of some members under one set of rules, beside `tier_reference`."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tests.central.ledger.tier_ground import LADDER, TierGround
from tests.central.ledger.tier_reference import ZONE, Gift, Rules, Sale, Shopper, midnight
from wire.ids import new_id

MEMBERS = 3
START = datetime(2026, 12, 3, 15, 59, tzinfo=UTC)
"""A minute before midnight in Shanghai, and before a year's end."""


def rules_of(period: str, seed: int) -> Rules:
    """Rules of this period; every three seeds hold every downgrade."""
    rng = random.Random(f"{period} {seed}")
    return Rules(
        measure=rng.choice(["points", "spend"]),
        period=period,
        period_months=rng.choice([1, 3, 12]) if period == "rolling" else None,
        downgrade=("none", "step", "full")[seed % 3],
        grace_days=rng.choice([0, 0, 1, 30, 89]),
        thresholds=(None, 1000, 3000),
        life=rng.choice([(None, None, None), (None, None, 7000)]),
    )


@dataclass(slots=True)
class TierWalk:
    ground: TierGround
    rules: Rules
    seed: str
    shoppers: dict[UUID, Shopper] = field(default_factory=dict)
    sales: list[tuple[str, UUID, Sale]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    async def walk(self, steps: int) -> None:
        """Every step ends with each member's tier, base and date of review as the reference has
        them, and the walk with every invariant.
        """
        rng = random.Random(self.seed)
        await self.ground.begin(self.rules, START + timedelta(days=rng.randrange(400)))
        for _ in range(MEMBERS):
            self.shoppers[await self.ground.chain.member()] = Shopper(self.rules)
        does = [self.sell, self.sell, self.sell, self.sell, self.days, self.days, self.days,
            self.night, self.night, self.give_back, self.gift, self.withdraw]  # fmt: skip
        for _ in range(steps):
            await rng.choice(does)(rng)
            await self.compare()
        await self.ground.right()

    @property
    def now(self) -> datetime:
        return self.ground.chain.clock()

    async def compare(self) -> None:
        rows = await self.ground.chain.rows(
            "SELECT m.id, m.tier_id, s.base_tier_id, s.review_at FROM member m"
            " LEFT JOIN tier_standing s ON s.member_id = m.id WHERE m.id = ANY($1)",
            list(self.shoppers),
        )
        for row in rows:
            shopper = self.shoppers[row["id"]]
            assert row["tier_id"] == LADDER[shopper.shown], self.story(row["id"])
            assert row["base_tier_id"] in (None, LADDER[shopper.base]), self.story(row["id"])
            assert row["review_at"] == shopper.review, self.story(row["id"])

    def story(self, member: UUID) -> str:
        who = list(self.shoppers).index(member)
        lines = [line for line in self.told if line[0] in (str(who), " ")]
        return "\n".join([f"seed {self.seed!r}: {self.rules}", *lines, repr(self.shoppers[member])])

    def pick(self, rng: random.Random, what: str) -> UUID:
        member = rng.choice(list(self.shoppers))
        self.told.append(f"{list(self.shoppers).index(member)} {self.now} {what}")
        return member

    # --- Steps ---------------------------------------------------------------------------

    async def sell(self, rng: random.Random) -> None:
        member = self.pick(rng, "sells")
        points, spend = rng.choice([(0, 500), (rng.randrange(1, 2000), rng.randrange(3000))])
        gift = rng.choice([0, 0, rng.randrange(1, 900)])
        late = rng.choice([0, 0, 0, rng.randrange(40)])
        at = self.now - timedelta(days=late)
        receipt = await self.ground.sell(member, points, spend=spend, gift=gift, at=at)
        sale = Sale(at.astimezone(ZONE).date(), points + gift, points, spend)
        self.told[-1] += f" {sale}"
        self.shoppers[member].sell(sale, self.now)
        self.sales.append((receipt, member, sale))

    async def give_back(self, rng: random.Random) -> None:
        if self.sales:
            receipt, member, sale = rng.choice(self.sales)
            points = rng.choice([sale.points, rng.randrange(sale.points + 1)])
            spend = rng.choice([None, rng.randrange(1, 3000)])
            if points or spend:
                self.told.append(f"{list(self.shoppers).index(member)} {self.now} returns"
                    f" {points}, {spend} of {sale}")  # fmt: skip
                await self.ground.take_back(receipt, points, spend)
                shopper = self.shoppers[member]
                shopper.take_back(sale, points, spend, self.now)

    async def days(self, rng: random.Random) -> None:
        days = rng.choice([1, 3, 20, 45, 100])
        self.ground.chain.clock.forward(days=days, minutes=rng.choice([0, 0, 1, 700]))

    async def night(self, rng: random.Random) -> None:
        self.told.append(f"  {self.now} night")
        for _ in range(rng.choice([1, 2])):
            await self.ground.night()
        for shopper in self.shoppers.values():
            if shopper.met:
                shopper.night(self.now)

    async def gift(self, rng: random.Random) -> None:
        member = self.pick(rng, "is given")
        rank = rng.choice([1, 2])
        days = rng.choice([None, 0, 10, 200])
        today = self.now.astimezone(ZONE).date()
        last = None if days is None else today + timedelta(days=days)
        await self.ground.tiers.give(
            operator="E1", key=str(new_id()), member=member, tier=LADDER[rank], last_day=last,
            reason="walk",
        )  # fmt: skip
        ends = None if last is None else midnight(last + timedelta(days=1))
        self.told[-1] += f" {LADDER[rank]} until {ends}"
        self.shoppers[member].give(Gift(rank, ends), self.now)

    async def withdraw(self, rng: random.Random) -> None:
        member = self.pick(rng, "loses gifts")
        await self.ground.tiers.withdraw(
            operator="E1", key=str(new_id()), member=member, reason="walk"
        )
        shopper = self.shoppers[member]
        alive = [g for g in shopper.gifts if g.by_staff and (g.ends is None or g.ends > self.now)]
        if alive:
            shopper.withdraw(self.now)
