"""The ledger of paper as the rest of the kiosk meets it: one gauge, and what changes it."""

import asyncio
import logging
from collections.abc import Callable

from kiosk.journal.book import Book
from kiosk.journal.entry import By, Time
from kiosk.journal.journal import Journal
from kiosk.journal.roll import Proof, UseKind
from kiosk.paper.gauge import NO_ROLL, PaperGauge
from kiosk.paper.reckoning import WINDOW, PaperLengths, Warnings, reckon
from kiosk.paper.wizard_record import FIRST_STEP, WizardRecord

log = logging.getLogger(__name__)

REST_S = 60.0
"""How often the gauge is reckoned when nothing happens: its hour of running out moves."""


class PaperLedger:
    """Reckons the gauge from the journal; nothing here is known that is not on disk.

    Vouchers and reprints take their paper in the same transaction as their arrow (`Book`);
    whoever made one calls `refresh`. Thread: the loop.

    Args:
        near_end_mm: what is left at most when the near-end sensor speaks.
    """

    def __init__(
        self,
        journal: Journal,
        clock: Time,
        lengths: PaperLengths,
        warnings: Warnings,
        near_end_mm: int,
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._lengths = lengths
        self._warnings = warnings
        self._near_end_mm = near_end_mm
        self._tell_events: Callable[[], None] = lambda: None
        self._hearers: list[Callable[[PaperGauge], None]] = []
        self._near_end: frozenset[str] = frozenset()
        self._wizard: WizardRecord | None = None
        self._gauge = NO_ROLL
        self._one_at_a_time = asyncio.Lock()
        self._woken = asyncio.Event()

    @property
    def gauge(self) -> PaperGauge:
        return self._gauge

    @property
    def enough(self) -> bool:
        """Whether a redemption may start, as far as the roll is concerned."""
        return self._gauge.enough

    async def wizard(self) -> WizardRecord | None:
        """The roll change that is not finished, if any."""
        return await self._journal.do(Book.wizard)

    def subscribe(self, hear: Callable[[PaperGauge], None]) -> None:
        """Hear of each new gauge, and of the present one at once."""
        self._hearers.append(hear)
        hear(self._gauge)

    def wake_with(self, tell_events: Callable[[], None]) -> None:
        """Call this when the service has something to hear."""
        self._tell_events = tell_events

    # --- How much there is ---------------------------------------------------------------

    async def restore(self) -> None:
        """At a start, after recovery: the gauge and an unfinished roll change, from disk."""
        self._wizard = await self._journal.do(Book.wizard)
        await self.refresh()

    async def run(self) -> None:
        """Keeps the gauge true; ends by cancellation, or by JournalBroken."""
        while True:
            await self.refresh()
            try:
                async with asyncio.timeout(REST_S):
                    await self._woken.wait()
            except TimeoutError:
                pass
            self._woken.clear()

    def near_end(self, near: bool, sensor: str = "panel") -> None:
        """What a near-end sensor says now; returns at once."""
        before = self._near_end
        self._near_end = before | {sensor} if near else before - {sensor}
        if self._near_end != before:
            self._woken.set()

    async def refresh(self) -> PaperGauge:
        """The gauge, reckoned anew from the journal. Tells who listens, and warns once."""
        async with self._one_at_a_time:
            if bool(self._near_end) and await self._journal.do(Book.near_end, self._near_end_mm):
                log.warning("the roll is nearer to its end than was reckoned")
            now = self._clock.best()
            gauge = reckon(
                await self._journal.do(Book.paper_account, now - WINDOW),
                self._lengths,
                self._warnings,
                now,
                near_end=bool(self._near_end),
                changing=self._wizard is not None and self._wizard.step > FIRST_STEP,
            )
            await self._warn(gauge)
            before, self._gauge = self._gauge, gauge
        if gauge != before:
            for hear in self._hearers:
                hear(gauge)
        return gauge

    async def _warn(self, gauge: PaperGauge) -> None:
        payload: dict[str, str | int | bool | None] = {"enough": gauge.enough}
        if gauge.known:
            payload |= {
                "serial": gauge.serial,
                "mm_left": gauge.mm_left,
                "vouchers_left": gauge.vouchers_left,
            }
        if await self._journal.do(Book.paper_low, payload, low=gauge.low):
            if gauge.low:
                log.warning("paper is low: about %d vouchers left", gauge.vouchers_left)
            else:
                log.info("paper is not low any more")
            self._tell_events()

    # --- A roll change -------------------------------------------------------------------

    async def wizard_at(self, record: WizardRecord) -> None:
        """The roll change stands here now: on disk before the step is shown."""
        await self._journal.do(Book.wizard_at, record)
        self._wizard = record
        await self.refresh()

    async def roll_loaded(self, record: WizardRecord) -> WizardRecord:
        """The new roll is in: from now on it is reckoned from. The record, marked `loaded`.

        Idempotent by the record's id.
        """
        self._wizard = await self._journal.do(Book.roll_loaded, record)
        log.info("roll changed: %s, %d mm", record.roll_serial or "no serial", record.length_mm)
        self._near_end = frozenset()  # until the sensors speak of the new one
        await self.refresh()
        self._tell_events()
        return self._wizard

    async def wizard_ended(self, seconds: int | None) -> None:
        """The change is over, or was given up; a roll that was loaded is told to the service.

        Args:
            seconds: what it took; None where nobody can know.
        """
        await self._journal.do(Book.wizard_ended, seconds)
        self._wizard = None
        await self.refresh()
        self._tell_events()

    # --- Slips ---------------------------------------------------------------------------

    async def test_begun(self, by: By) -> None:
        """The next thing that happens is the first byte of a test print."""
        await self._journal.do(Book.slip_begun, UseKind.TEST, None, by)

    async def test_ended(self, mm: int, proof: Proof, why: str = "") -> None:
        """The test print is out, or as much of it as came.

        Args:
            mm: `Printed.paper_mm` or `PrinterLost.paper_mm`; 0 where nothing came.
            why: of one that is not whole, in a few words.
        """
        await self._journal.do(Book.slip_ended, mm, proof, why)
        await self.refresh()
        self._tell_events()
