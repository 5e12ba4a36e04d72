"""What time does to redemptions, vouchers and lots: called by the worker, one member at a time.

Every step is idempotent and may be days late; nothing dead can be spent meanwhile.
"""

import logging
from typing import Any
from uuid import UUID

import asyncpg

from central.ledger.call import Caller, WallClock
from central.ledger.night import NightRun

log = logging.getLogger(__name__)

_BATCH = 200
_OF_THE_SERVER = ("08", "40", "53", "55", "57", "58")
"""Classes of SQLSTATE: a connection, a deadlock, a full disk, a lock not had, a stop."""


class Timekeeper:
    """Safe to run beside itself: a row that another run has settled is left alone."""

    def __init__(self, pool: "asyncpg.Pool[Any]", clock: WallClock | None = None) -> None:
        self._caller = Caller(pool, clock)
        self._night = NightRun(pool, clock)

    async def settle_redemptions(self) -> dict[str, int]:
        """How many went to each state.

        RESERVED past its deadline -> RELEASED; PRINTING 24 h without word -> UNCERTAIN;
        UNCERTAIN for 72 h -> ISSUED; ISSUED past its validity -> EXPIRED. Run every minute.

        `failed`: left as they were, and named in the log; `central check` tells what is wrong.
        """
        return await self._each("redemptions_due", "redemption_settle")

    async def settle_lots(self) -> dict[str, int]:
        """The night's run: how many lots were `cleared`, `activated`, `expired`, `forfeited`, and
        how many members `upgraded`, `downgraded`.

        `failed`: members left as they were; `central check` tells what is wrong with them.
        """
        done = await self._night.run()
        return done.lots | done.tiers | ({"failed": len(done.failed)} if done.failed else {})

    async def settle_hours(self) -> dict[str, int]:
        """How many clock-outs were `forgotten`: open for over 16 hours, closed for review."""
        return await self._caller.call("SELECT staff_settle($1)", dict[str, int], self._caller.now)

    async def forget(self) -> dict[str, int]:
        """Rows deleted: seen and bad codes, wrong PINs, ended sessions (a day), keys (90 days)."""
        return await self._caller.call("SELECT forget($1)", dict[str, int], self._caller.now)

    async def _each(self, due: str, settle: str) -> dict[str, int]:
        totals: dict[str, int] = {}
        after: UUID | None = None
        while True:
            # One commit per member keeps the lock order: nobody waits for two members.
            ids = await self._caller.call(
                f"SELECT {due}($1, $2, $3)",  # the two callers above name the functions
                list[UUID],
                after,
                _BATCH,
                self._caller.now,
            )
            for each in ids:
                done = await self._settled(settle, each)
                for name, count in done.items():
                    totals[name] = totals.get(name, 0) + count
            if len(ids) < _BATCH:
                return totals
            after = ids[-1]

    async def _settled(self, settle: str, each: UUID) -> dict[str, int]:
        """One of them. Broken rows stop nobody else's time; what is wrong with the server does."""
        try:
            return await self._caller.call(
                f"SELECT {settle}($1, $2)", dict[str, int], each, self._caller.now
            )
        except asyncpg.PostgresError as error:
            if (error.sqlstate or "").startswith(_OF_THE_SERVER):
                raise
            # Without its traceback, which would be told every minute.
            log.error("%s: %s is left as it was: %s", settle, each, error)  # noqa: TRY400
            return {"failed": 1}
