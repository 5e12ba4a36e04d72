"""Connections for one-call transactions."""

from typing import Any

import asyncpg

POOL_SIZE = 8
"""More connections make a hot row slower (measured)."""


async def _leave_as_it_is(_connection: object) -> None:
    """Every use is one autocommit call: nothing to reset, a round trip saved after each."""


async def open_pool(dsn: str, *, size: int = POOL_SIZE) -> "asyncpg.Pool[Any]":
    """A pool for `Ledger`, `MemberDesk` and `Timekeeper`: autocommit function calls only.

    Do not open transactions that may be left open, or change settings, on its connections.

    Raises:
        OSError, asyncpg.PostgresError: the database cannot be reached.
    """
    return await asyncpg.create_pool(
        dsn, min_size=1, max_size=size, reset=_leave_as_it_is, command_timeout=10
    )
