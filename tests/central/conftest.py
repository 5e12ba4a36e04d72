"""The demo's chain in a database, made once for all tests that only read it."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.central_program import central
from tests.postgres import Database, PostgresServer


@dataclass(frozen=True, slots=True)
class DemoChain:
    database: Database
    said: str
    """By `central demo-data` while it was made."""


@pytest.fixture(scope="session")
def demo_chain(postgres: PostgresServer) -> Iterator[DemoChain]:
    name = f"demo_{uuid.uuid4().hex}"
    database = postgres.create(name)
    yield DemoChain(database, central(database.environment(), "demo-data").stdout)
    postgres.drop(name)
