"""Loops that keep and show that the kiosk is alive: the clock's memory, the journal's pulse."""

import asyncio
import logging
from typing import NoReturn

from kiosk.clock import AnchoredClock
from kiosk.clock_file import ClockFile
from kiosk.journal.book import Book
from kiosk.journal.journal import Journal

log = logging.getLogger(__name__)

SAVE_S = 60.0
PULSE_S = 2.0


class TimeKeeper:
    """Keeps the high-water mark and the anchor on disk, once a minute."""

    def __init__(self, clock: AnchoredClock, file: ClockFile) -> None:
        self._clock = clock
        self._file = file
        self._failed = False

    async def run(self, period_s: float = SAVE_S) -> NoReturn:
        """For ever; ends by cancellation."""
        while True:
            await asyncio.sleep(period_s)
            await self.save()

    async def save(self) -> None:
        """Now. A disk that refuses costs the mark of this minute, and one line in the log."""
        try:
            await asyncio.to_thread(self._file.save, self._clock)
        except OSError as error:
            if not self._failed:
                log.warning("the time is not kept: %s", error.strerror)
            self._failed = True
        else:
            self._failed = False


class JournalSign:
    """When the journal's thread last answered: a sign of life for the watchdog."""

    def __init__(self, journal: Journal, clock: AnchoredClock) -> None:
        self._journal = journal
        self._clock = clock
        self.answered_s = clock.now_s()
        """Boot time in seconds."""

    async def run(self, period_s: float = PULSE_S) -> NoReturn:
        """For ever; ends by cancellation, or by JournalBroken."""
        while True:
            await self._journal.do(Book.backlog)
            self.answered_s = self._clock.now_s()
            await asyncio.sleep(period_s)
