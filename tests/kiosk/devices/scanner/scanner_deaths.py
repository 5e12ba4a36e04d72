"""Ways in which a scanner process ends or hangs, and how long it is away."""

import asyncio
import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass

from kiosk.devices.scanner.client import ScannerProcess
from tests.kiosk.devices.scanner.hostile_film import Seen, late
from tests.kiosk.devices.scanner.scanner_stage import StrangeScanner, running

DEAD_S, HUNG_S = 3.0, 5.0
"""Within which it must be back."""
HOW = {
    "SIGKILL": DEAD_S,
    "SIGSTOP": HUNG_S,
    "a crash of its own": DEAD_S,
    "a decoder without an end": HUNG_S,
}


@dataclass
class Death:
    how: str
    moment_s: float
    """After its first frame."""
    start_s: float
    """How long this machine took to start it."""
    away_s: float
    """From its end, or from when it hung, to a process that reads frames."""
    loop_late_p99_ms: float

    @property
    def in_time(self) -> bool:
        """The second bound is for a machine that is too busy to start it at all."""
        limit_s = HOW[self.how]
        return self.away_s < max(limit_s, 2 * self.start_s + limit_s - 2)

    def told(self) -> str:
        return (
            f"{self.how} {self.moment_s:.2f} s after the first frame: away {self.away_s:.2f} s"
            f" (a start took {self.start_s:.2f} s), loop late p99 {self.loop_late_p99_ms:.1f} ms"
        )


async def away(how, moment_s, folder, put_picture, drawing) -> Death:
    """One scanner from its start through its end to its return."""
    frame = max(8, round(moment_s * 15))  # not before its first word
    put_picture(folder / "now.png", drawing.shop())
    match how:
        case "a crash of its own":
            scanner = StrangeScanner(f"test:segv:{frame}")
        case "a decoder without an end":
            scanner = StrangeScanner(f"test:endless:{frame}")
        case _:
            scanner = ScannerProcess(f"follow:{folder}")
    seen = Seen()
    async with running(scanner) as heard:
        start_s = await heard.until(lambda: heard.well)
        lateness = asyncio.create_task(late(seen))
        first = scanner.pid
        await asyncio.sleep(moment_s)  # the moment is what is tried
        began_s = time.monotonic()
        if how.startswith("SIG"):
            os.kill(first, getattr(signal, how))
        await heard.until(lambda: heard.well and scanner.pid not in {first, None})
        away_s = time.monotonic() - began_s
        lateness.cancel()
        with suppress(asyncio.CancelledError):
            await lateness
    ordered = sorted(seen.late_ms)
    return Death(how, moment_s, start_s, away_s, ordered[int(0.99 * (len(ordered) - 1))])
