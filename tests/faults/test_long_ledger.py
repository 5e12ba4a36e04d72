"""Thousands of random walks over the whole ledger, beside its model."""

import random
from collections.abc import Callable

import pytest

from tests.central.ledger.ledger_walk import walk
from tests.postgres import PostgresServer


@pytest.mark.parametrize("part", range(4))
def test_2000_walks_over_the_ledger(
    postgres: PostgresServer, chance: random.Random, times: Callable[[int], int], part: int
) -> None:
    """In four parts, each with a seed of its own: each prints what its walks have met."""
    walked = walk(postgres, walks=times(500), steps=50, seed_number=chance.randrange(10**9))
    print(f"part {part + 1} of 4: {walked}")
    assert walked.walks >= times(500)
