"""Many rounds of every race: never one too many, never a needless refusal."""

import random
from collections.abc import Awaitable, Callable

import pytest

from tests.central.races.counter_races import COUNTER_RACES
from tests.central.races.crowd import Crowd, crowd_over
from tests.central.races.ledger_races import LEDGER_RACES
from tests.chain import Chain
from tests.postgres import Database
from tests.service import Api


@pytest.mark.parametrize("race", COUNTER_RACES, ids=lambda race: race.__name__)
async def test_25_rounds_at_the_counter(
    race: Callable[[Api, random.Random], Awaitable[None]],
    api: Api,
    chance: random.Random,
    times: Callable[[int], int],
) -> None:
    for _ in range(times(25)):
        await race(api, chance)


@pytest.mark.parametrize("race", LEDGER_RACES, ids=lambda race: race.__name__)
async def test_25_rounds_in_the_ledger(
    race: Callable[[Crowd, random.Random], Awaitable[None]],
    chain: Chain,
    database: Database,
    chance: random.Random,
    times: Callable[[int], int],
) -> None:
    async with crowd_over(chain, database) as crowd:
        for _ in range(times(25)):
            await race(crowd, chance)
