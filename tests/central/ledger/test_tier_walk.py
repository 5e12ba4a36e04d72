"""Tiers beside a reference in plain Python: random histories under every kind of rules."""

from tests.central.ledger.tier_ground import TierGround
from tests.central.ledger.tier_walk import TierWalk, rules_of


async def test_random_histories_end_where_the_reference_does(tier_ground: TierGround) -> None:
    for period in ("year", "half", "quarter", "rolling", "ever"):
        for seed in range(3):
            walk = TierWalk(tier_ground, rules_of(period, seed), f"{period} {seed}")
            await walk.walk(steps=24)
