"""A few random walks each time, the same ones; tests/faults/test_long_ledger.py takes many."""

import pytest

from tests.central.ledger.ledger_walk import walk
from tests.postgres import PostgresServer


@pytest.mark.timeout(300)
def test_random_walks(postgres: PostgresServer) -> None:
    print(walk(postgres, walks=12, steps=40, seed_number=20261122))
