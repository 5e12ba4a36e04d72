"""Fifty connections of the ledger at once; tests/faults runs many more rounds."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.central.races.crowd import Crowd, crowd_over
from tests.central.races.ledger_races import LEDGER_RACES
from tests.chain import Chain
from tests.postgres import Database

ROUNDS = 2


@pytest.fixture
async def crowd(chain: Chain, database: Database) -> AsyncIterator[Crowd]:
    async with crowd_over(chain, database) as made:
        yield made


@pytest.mark.parametrize("race", LEDGER_RACES, ids=lambda race: race.__name__)
async def test_in_the_ledger(
    race: Callable[[Crowd, random.Random], Awaitable[None]], crowd: Crowd
) -> None:
    seed = random.SystemRandom().randrange(10**9)
    print(f"seed {seed}")  # beside a failure
    chance = random.Random(seed)
    for _ in range(ROUNDS):
        await race(crowd, chance)
