"""How this kiosk is, gathered from everybody who knows, for the dashboard of staff."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from kiosk.clock import AnchoredClock
from kiosk.flow.event import Event
from kiosk.flow.staff.values.door import FactsTold
from kiosk.flow.staff.values.facts import KioskFacts
from kiosk.health import HealthMonitor
from kiosk.journal.counts import Counts
from kiosk.paper.wizard_record import WizardRecord
from kiosk.staff.printer_facts import printer_facts


class DayBook(Protocol):
    """What the journal knows of a day."""

    async def __call__(self, since: datetime) -> Counts: ...


class Dashboard:
    """Gathers `KioskFacts`. Thread: the loop.

    Args:
        unfinished: the roll change that waits, if any.
        timezone: the store's, by which its day begins.
        temperature: of the processor; blocks for a file read of no length.
    """

    def __init__(
        self,
        counts: DayBook,
        unfinished: Callable[[], Awaitable[WizardRecord | None]],
        health: HealthMonitor,
        clock: AnchoredClock,
        timezone: Callable[[], str],
        temperature: Callable[[], float | None],
    ) -> None:
        self._counts = counts
        self._unfinished = unfinished
        self._health = health
        self._clock = clock
        self._timezone = timezone
        self._temperature = temperature

    async def facts(self) -> Event:
        counts = await self._counts(self._midnight())
        health, now_s = self._health, self._clock.now_s()
        said_s, silent_s = health.printer_said_s, health.silent_since_s
        scanner = health.scanner_said
        facts = KioskFacts(
            issued_today=counts.issued,
            released_today=counts.released,
            uncertain=counts.uncertain,
            pending=counts.to_upload,
            last_sync=health.reached_at,
            offline_s=0.0 if silent_s is None else now_s - silent_s,
            printer=printer_facts(health.printer_said),
            printer_age_s=None if said_s is None else now_s - said_s,
            scanner_fps=scanner.fps or None,
            scanner_reason=scanner.reason,
            clock_skew_s=self._clock.skew_s(),
            clock_suspect=self._clock.suspect,
            cpu_temp=self._temperature(),
            disk_free_mb=health.disk_free_mb,
        )
        return FactsTold(facts, await self._unfinished())

    def _midnight(self) -> datetime:
        """When the store's day began."""
        local = self._clock.best().astimezone(ZoneInfo(self._timezone()))
        return local.replace(hour=0, minute=0, second=0, microsecond=0)
