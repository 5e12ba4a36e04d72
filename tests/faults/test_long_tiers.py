"""Tiers beside their reference, for long: random rules, random histories."""

import random
from collections.abc import Callable
from typing import Any

import asyncpg

from tests.central.ledger.tier_ground import TierGround
from tests.central.ledger.tier_walk import TierWalk, rules_of
from tests.chain import Chain

PERIODS = ("year", "half", "quarter", "rolling", "ever")


async def test_300_walks_over_tiers(
    chain: Chain,
    pool: "asyncpg.Pool[Any]",
    chance: random.Random,
    times: Callable[[int], int],
) -> None:
    ground = await TierGround.over(chain, pool)
    for n in range(times(300)):
        seed = chance.randrange(10**9)
        rules = rules_of(PERIODS[n % len(PERIODS)], seed)
        await TierWalk(ground, rules, str(seed)).walk(steps=40)
