"""Fifty clients of the real service at once; tests/faults runs many more rounds."""

import random
from collections.abc import Awaitable, Callable

import pytest

from tests.central.races.counter_races import COUNTER_RACES
from tests.service import Api

ROUNDS = 2


@pytest.mark.parametrize("race", COUNTER_RACES, ids=lambda race: race.__name__)
async def test_at_the_counter(
    race: Callable[[Api, random.Random], Awaitable[None]], api: Api
) -> None:
    seed = random.SystemRandom().randrange(10**9)
    print(f"seed {seed}")  # beside a failure
    chance = random.Random(seed)
    for _ in range(ROUNDS):
        await race(api, chance)
