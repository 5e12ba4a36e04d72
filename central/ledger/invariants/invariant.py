"""One thing that must hold over the whole database, and what was found."""

from dataclasses import dataclass
from typing import Any

import asyncpg


@dataclass(frozen=True, slots=True)
class Invariant:
    name: str
    """Begins with its number on the domain page."""
    counted: str
    """How many things it looks at: a query with one number."""
    broken: str
    """The ids of those that break it: a query with one text column `id`, ordered."""


@dataclass(frozen=True, slots=True)
class Finding:
    invariant: Invariant
    checked: int
    broken: list[str]


async def examine(connection: Any, invariant: Invariant) -> Finding:
    """Counts and broken ids of one invariant; `connection` is asyncpg's, or a pool."""
    checked = await connection.fetchval(invariant.counted)
    rows: list[asyncpg.Record] = await connection.fetch(invariant.broken)
    return Finding(invariant, checked, [str(row[0]) for row in rows])
