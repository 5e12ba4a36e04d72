"""All of them: what `central check` tells counts and ids of."""

from typing import Any

import asyncpg

from central.ledger.invariants.accounts import ACCOUNTS
from central.ledger.invariants.allowed import ALLOWED
from central.ledger.invariants.balances import BALANCES
from central.ledger.invariants.invariant import Invariant
from central.ledger.invariants.spending import SPENDING
from central.ledger.invariants.tiers import TIERS
from central.ledger.invariants.vouchers import VOUCHERS

INVARIANTS: tuple[Invariant, ...] = (
    *BALANCES,
    *SPENDING,
    *ALLOWED,
    *VOUCHERS,
    *TIERS,
    *ACCOUNTS,
)
"""By number."""


async def violations(connection: Any) -> list[str]:
    """`name: id` of everything that is broken; empty when the books are right."""
    found = []
    for invariant in INVARIANTS:
        rows: list[asyncpg.Record] = await connection.fetch(invariant.broken)
        found += [f"{invariant.name}: {row[0]}" for row in rows]
    return found
