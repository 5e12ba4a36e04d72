"""One function call, one commit: with its refusals understood and its collisions retried."""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import asyncpg
import msgspec

from central.ledger.refusal import LedgerBroken, LedgerRefused, from_database
from wire.errors import ErrorCode

T = TypeVar("T")
WallClock = Callable[[], datetime]

_TRIES = 5
_FIRST_PAUSE_S = 0.01


class _Refused(msgspec.Struct, frozen=True):
    """A refusal that had to be recorded, so that it was answered and not raised."""

    refused: ErrorCode
    facts: dict[str, Any] = {}


class Caller:
    """Calls SQL functions that answer jsonb. Safe for concurrent use in one event loop."""

    def __init__(
        self,
        pool: "asyncpg.Pool[Any] | asyncpg.Connection[Any]",
        clock: WallClock | None = None,
    ) -> None:
        """Args:
        pool: a command's one connection does as well.
        clock: for tests and for history being made up; without it the database's counts.
        """
        self._pool = pool
        self._clock = clock

    @property
    def now(self) -> datetime | None:
        """What functions get as `p_now`: None means the database's clock."""
        return self._clock() if self._clock else None

    async def call(
        self, statement: str, answer: type[T], *arguments: object, timeout_s: float | None = None
    ) -> T:
        """The decoded answer of one `SELECT function(...)`, committed.

        Args:
            timeout_s: for jobs that may take longer than the pool lets a call take.

        Raises:
            LedgerRefused: the function said no; nothing moved.
            LedgerBroken: no answer came where one must.
            OSError, asyncpg.PostgresError: the database has trouble; whether the call was
                committed is unknown, so call again with the same key.
        """
        raw = await self._fetch(statement, arguments, timeout_s)
        if raw is None:
            raise LedgerBroken(f"no answer from: {statement}")
        # In a text within an answer the quotes would be escaped.
        if '"refused":' in raw[:80]:
            refused = msgspec.json.decode(raw, type=_Refused)
            raise LedgerRefused(refused.refused, refused.facts)
        return msgspec.json.decode(raw, type=answer)

    async def _fetch(
        self, statement: str, arguments: tuple[object, ...], timeout_s: float | None
    ) -> str | None:
        for attempt in range(_TRIES):
            try:
                value: str | None = await self._pool.fetchval(
                    statement, *arguments, timeout=timeout_s
                )
            except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError):
                # The whole transaction was rolled back: calling again is safe.
                if attempt == _TRIES - 1:
                    raise
                await asyncio.sleep(_FIRST_PAUSE_S * 2**attempt * (1 + random.random()))  # noqa: S311  # spreads retries, no secret
            except asyncpg.PostgresError as error:
                refusal = from_database(error)
                if refusal is None:
                    raise
                raise refusal from None
            else:
                return value
        raise AssertionError("unreachable: the last attempt returns or raises")


class Functions:
    """A part of the ledger's face: typed methods over SQL functions."""

    def __init__(
        self,
        pool: "asyncpg.Pool[Any] | asyncpg.Connection[Any]",
        clock: WallClock | None = None,
    ) -> None:
        """Args:
        pool: from `central.ledger.pool.open_pool`, connected as central_app.
        clock: for tests and made-up history; without it the database's clock counts.
        """
        self._caller = Caller(pool, clock)
