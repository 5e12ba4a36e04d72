"""Whether this kiosk can serve: printer, scanner, link, clock, disk, pause; told once each way."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from kiosk.clock import AnchoredClock
from kiosk.devices.ports import Fact, PrinterStatus, ScannerHealth
from kiosk.flow.event import Event, HealthChanged
from kiosk.flow.state import Health, PrinterReadiness
from wire.api.devices import EventType

log = logging.getLogger(__name__)

POLL_S = 3.0
DISK_LOW_MB = 20
"""Less than this, and the journal may not be able to write what it must: pause."""


class Tell(Protocol):
    """Hands an event for the service to the outbox; returns at once."""

    def __call__(self, kind: EventType, /, **payload: str | int | bool | None) -> None: ...


def readiness(status: PrinterStatus) -> PrinterReadiness:
    """What a status means for shoppers; an unknown fact is neither a fault nor fine."""
    if status.paper is Fact.FAULT:
        return PrinterReadiness.NO_PAPER
    facts = {status.cover, status.mechanism, status.online}
    if Fact.FAULT in facts:
        return PrinterReadiness.FAULT
    return PrinterReadiness.READY if status.ready else PrinterReadiness.UNKNOWN


class HealthMonitor:
    """Gathers what the devices say and tells the flow when it changes. Thread: the loop.

    Args:
        printer_status: asks the printer on its own thread; never raises.
        busy: whether the printer belongs to a redemption now and must be left alone.
        free_mb: free space of the data folder; blocks, so it is called in a thread.
    """

    def __init__(
        self,
        *,
        printer_status: Callable[[], Awaitable[PrinterStatus]],
        clock: AnchoredClock,
        emit: Callable[[Event], None],
        tell: Tell,
        busy: Callable[[], bool],
        free_mb: Callable[[], int],
    ) -> None:
        self._printer_status = printer_status
        self._clock = clock
        self._emit = emit
        self._tell = tell
        self._busy = busy
        self._free_mb = free_mb
        self._told: Health | None = None
        self._online: bool | None = None
        self._printer: PrinterReadiness | None = None
        self._paper_enough = True
        self._scanner = ScannerHealth(ok=True, reason="")
        self._pauses: frozenset[str] = frozenset()
        self._clock_suspect = False
        self.disk_free_mb = 0
        self.printer_said = PrinterStatus()
        """What the printer said last, whole."""
        self.printer_said_s: float | None = None
        """When, in boot time; None before the first time."""
        self.reached_at: datetime | None = None
        """When the service last answered; aware, None before the first time."""
        self.silent_since_s: float | None = None
        """Since when it has not, in boot time; None while it does."""

    @property
    def now(self) -> Health:
        return Health(
            online=bool(self._online),
            printer=self._readiness,
            scanner_ok=self._scanner.ok,
            clock_ok=self._clock.usable,
            paused=bool(self._pauses),
        )

    @property
    def _readiness(self) -> PrinterReadiness:
        """What the printer says; without paper for a whole voucher and its trailer, no paper."""
        said = self._printer or PrinterReadiness.UNKNOWN
        if said is PrinterReadiness.READY and not self._paper_enough:
            return PrinterReadiness.NO_PAPER
        return said

    def link(self, online: bool) -> None:
        """The last call to the service got an answer, or got none."""
        if online is not self._online:
            log.log(
                logging.INFO if online else logging.WARNING,
                "service %s",
                "reached" if online else "not reached",
            )
        self._online = online
        if online:
            self.reached_at, self.silent_since_s = self._clock.best(), None
        elif self.silent_since_s is None:
            self.silent_since_s = self._clock.now_s()
        self._publish()

    @property
    def scanner_said(self) -> ScannerHealth:
        """The scanner's last account of itself."""
        return self._scanner

    def scanner(self, health: ScannerHealth) -> None:
        """The scanner's own account of itself."""
        before, self._scanner = self._scanner, health
        if not health.ok and before.ok:
            log.warning("scanner unavailable: %s", health.reason)
            self._tell(EventType.SCANNER_FAULT, reason=health.reason)
        elif health.ok and health.reason and (not before.ok or before.reason != health.reason):
            # Shoppers are served; whoever looks after the kiosk should look at the camera.
            log.warning("scanner works, but: %s", health.reason)
            self._tell(EventType.SCANNER_FAULT, reason=health.reason, usable=True)
        elif health.ok and not health.reason and (not before.ok or before.reason):
            log.info("scanner is back")
            self._tell(EventType.SCANNER_OK)
        self._publish()

    def pause(self, reason: str, on: bool) -> None:
        """Stop or resume serving for one of possibly several reasons."""
        pauses = self._pauses | {reason} if on else self._pauses - {reason}
        if pauses != self._pauses:
            log.warning("paused by: %s", ", ".join(sorted(pauses)) or "nothing any more")
        self._pauses = pauses
        self._publish()

    def paused_by(self, reason: str) -> bool:
        return reason in self._pauses

    def printer(self, status: PrinterStatus) -> None:
        """What the printer said now."""
        self.printer_said, self.printer_said_s = status, self._clock.now_s()
        was, self._printer = self._printer, readiness(status)
        if self._printer is not was:
            if self._printer is PrinterReadiness.READY:
                log.info("printer ready")
                if was is not None:
                    self._tell(EventType.PRINTER_OK)
            else:
                log.warning("printer not ready: %s", self._printer)
                self._tell(EventType.PRINTER_FAULT, state=self._printer.value)
        self._publish()

    def paper(self, *, enough: bool) -> None:
        """Whether the roll has enough for a redemption, as the ledger of paper reckons."""
        if enough is not self._paper_enough:
            log.log(
                logging.INFO if enough else logging.WARNING,
                "paper for a voucher and its trailer: %s",
                "there is" if enough else "there is not",
            )
        self._paper_enough = enough
        self._publish()

    async def check(self) -> None:
        """Ask everything once that does not speak up by itself."""
        if not self._busy():
            self.printer(await self._printer_status())
        self.disk_free_mb = await asyncio.to_thread(self._free_mb)
        self.pause("disk full", on=self.disk_free_mb < DISK_LOW_MB)
        self._check_clock()
        self._publish()

    async def run(self, period_s: float = POLL_S) -> None:
        """Check for ever; ends by cancellation."""
        while True:
            await self.check()
            await asyncio.sleep(period_s)

    def _check_clock(self) -> None:
        suspect = self._clock.suspect
        if suspect and not self._clock_suspect:
            skew = timedelta(seconds=round(self._clock.skew_s() or 0.0))
            log.warning("the system's clock is wrong by %s; the service's time is used", skew)
            self._tell(EventType.CLOCK_SUSPECT, skew_s=round(skew.total_seconds()))
        elif self._clock_suspect and not suspect:
            log.info("the system's clock is right again")
        self._clock_suspect = suspect

    def _publish(self) -> None:
        health = self.now
        if health != self._told:
            self._told = health
            self._emit(HealthChanged(health))
