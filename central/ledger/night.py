"""The nightly run: points that become available, die, are cleared or forfeited; and tiers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import msgspec

from central.ledger.call import Functions

_BATCH = 50
"""Members of one commit. Shoppers among them wait for it: some 50 ms."""
_BEGIN_S = 600.0
_BATCH_S = 120.0


class _Begun(msgspec.Struct, frozen=True):
    day: date
    members: int
    settled: int


class _Batch(msgspec.Struct, frozen=True):
    settled: int
    failed: tuple[UUID, ...]
    cleared: int
    activated: int
    expired: int
    forfeited: int
    upgraded: int
    downgraded: int
    finished: bool


@dataclass(slots=True)
class NightDone:
    """What one run did; a night that was taken up tells its own part only."""

    day: date
    settled: int = 0
    """Members."""
    lots: dict[str, int] = field(default_factory=dict)
    """By what was done to them: cleared, activated, expired, forfeited. None that is zero."""
    tiers: dict[str, int] = field(default_factory=dict)
    """How many members were upgraded, downgraded. None that is zero."""
    failed: list[UUID] = field(default_factory=list)
    """Left as they were: their rows contradict each other. `central check` tells how."""


class NightRun(Functions):
    """Idempotent per lot, resumable, may run beside itself and be days late: nothing dead can be
    spent meanwhile.
    """

    async def run(
        self, day: date | None = None, progress: Callable[[int, int], None] | None = None
    ) -> NightDone:
        """Settles everybody who has something due.

        Args:
            day: what was due at its first instant in the programme's zone; without it, now.
            progress: gets how many members are settled, of how many.

        Raises:
            LedgerRefused: bad_request, the day has not begun.
        """
        begun = await self._caller.call(
            "SELECT night_begin($1, $2)", _Begun, day, self._caller.now, timeout_s=_BEGIN_S
        )
        done = NightDone(begun.day)
        settled = begun.settled
        while True:
            batch = await self._caller.call(
                "SELECT night_batch($1, $2, $3)",
                _Batch,
                begun.day,
                _BATCH,
                self._caller.now,
                timeout_s=_BATCH_S,
            )
            done.settled += batch.settled
            done.failed += batch.failed
            for name in ("cleared", "activated", "expired", "forfeited"):
                if count := getattr(batch, name):
                    done.lots[name] = done.lots.get(name, 0) + count
            for name in ("upgraded", "downgraded"):
                if count := getattr(batch, name):
                    done.tiers[name] = done.tiers.get(name, 0) + count
            settled += batch.settled + len(batch.failed)
            if progress:
                progress(settled, begun.members)
            # Nothing left for us: what others have in hand, they will finish.
            if batch.finished or not (batch.settled or batch.failed):
                return done
