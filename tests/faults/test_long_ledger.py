"""Many random walks over the whole ledger, beside its model."""

import random
from collections.abc import Callable

from tests.central.ledger.ledger_walk import walk
from tests.postgres import PostgresServer


def test_300_walks_over_the_ledger(
    postgres: PostgresServer, chance: random.Random, times: Callable[[int], int]
) -> None:
    walk(postgres, walks=times(300), steps=60, seed_number=chance.randrange(10**9))
