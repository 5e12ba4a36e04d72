"""What the heartbeat says about this kiosk."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from kiosk.clock import AnchoredClock
from kiosk.health import HealthMonitor
from kiosk.journal.book import Book
from kiosk.journal.journal import Journal
from kiosk.paper.gauge import NO_ROLL, PaperGauge
from wire.api.devices import Heartbeat

THERMAL = Path("/sys/class/thermal/thermal_zone0/temp")
"""Millidegrees Celsius, on a Raspberry Pi and most PCs."""


class Vitals:
    """Gathers a `Heartbeat`. Thread: the loop."""

    def __init__(
        self,
        journal: Journal,
        health: HealthMonitor,
        clock: AnchoredClock,
        temperature: Callable[[], float | None],
        paper: Callable[[], PaperGauge] = lambda: NO_ROLL,
    ) -> None:
        self._paper = paper
        self._journal = journal
        self._health = health
        self._clock = clock
        self._temperature = temperature
        self._started_s = clock.now_s()

    async def heartbeat(self) -> Heartbeat:
        backlog = await self._journal.do(Book.backlog)
        skew_s = self._clock.skew_s()
        health, paper = self._health.now, self._paper()
        return Heartbeat(
            app=version("points-kiosk"),
            image="",  # the device's image is another issue: a checkout has none
            uptime_s=int(self._clock.now_s() - self._started_s),
            clock_skew_ms=None if skew_s is None else round(skew_s * 1000),
            queue_depth=backlog.depth,
            last_acked=backlog.last_acked,
            paper_mm_left=paper.mm_left if paper.known else None,
            printer_state=health.printer.value,
            camera_ok=health.scanner_ok,
            cpu_temp=self._temperature(),
            disk_free_mb=self._health.disk_free_mb,
        )


def cpu_temperature(path: Path = THERMAL) -> float | None:
    """Degrees Celsius, or None where the machine does not tell."""
    try:
        return int(path.read_text(encoding="ascii")) / 1000
    except (OSError, ValueError):
        return None
