"""The ledger's further faces, over the same pool and clock as `chain`."""

from typing import Any

import asyncpg
import pytest

from central.ledger.accounts import Accounts
from central.ledger.night import NightRun
from central.ledger.proposal import AwardBook
from tests.central.ledger.tier_ground import TierGround
from tests.chain import Chain, HandClock


@pytest.fixture
def accounts(pool: "asyncpg.Pool[Any]", clock: HandClock) -> Accounts:
    return Accounts(pool, clock)


@pytest.fixture
def awards(pool: "asyncpg.Pool[Any]", clock: HandClock) -> AwardBook:
    return AwardBook(pool, clock)


@pytest.fixture
def night(pool: "asyncpg.Pool[Any]", clock: HandClock) -> NightRun:
    return NightRun(pool, clock)


@pytest.fixture
async def tier_ground(chain: Chain, pool: "asyncpg.Pool[Any]") -> TierGround:
    return await TierGround.over(chain, pool)
