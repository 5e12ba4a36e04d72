"""The ledger of paper as the rest of the kiosk meets it: one gauge, and what changes it."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from kiosk.journal.book import Book
from kiosk.journal.entry import By, Time
from kiosk.journal.journal import Journal
from kiosk.journal.roll import Proof, UseKind
from kiosk.paper.gauge import NO_ROLL, PaperGauge
from kiosk.paper.near_end import NearEndSensors
from kiosk.paper.reckoning import WINDOW, PaperLengths, Warnings, reckon
from kiosk.paper.wizard_record import FIRST_STEP, WizardRecord

log = logging.getLogger(__name__)

REST_S = 60.0
"""How often the gauge is reckoned when nothing happens: its hour of running out moves."""
LEFT_AFTER = timedelta(minutes=5)
"""A change takes a minute or two: one that is not finished by then was left, and the service
hears that nothing is printed here until somebody finishes it."""
_WIZARD = "wizard"


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
        self._sensors = NearEndSensors()
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
        self._change(await self._journal.do(Book.wizard))
        await self.refresh()

    async def run(self) -> None:
        """Keeps the gauge true; ends by cancellation, or by JournalBroken."""
        while True:
            await self.refresh()
            try:
                async with asyncio.timeout(self._rest_s()):
                    await self._woken.wait()
            except TimeoutError:
                pass
            self._woken.clear()

    def _rest_s(self) -> float:
        """Until something is due: what a sensor says, at the latest when it is believed."""
        due_s = self._sensors.due_s
        if due_s is None:
            return REST_S
        return min(REST_S, max(0.1, due_s - self._clock.now_s()))

    def near_end(self, near: bool, sensor: str = "panel") -> None:
        """What a near-end sensor says now; returns at once.

        It counts once it has held with nobody's hands at the roll, and where it takes it back
        without a roll change, so does the ledger.
        """
        now_s = self._clock.now_s()
        moved = self._sensors.says(sensor, now_s, near=near)
        due_s = self._sensors.due_s
        if moved or (due_s is not None and now_s >= due_s):
            self._woken.set()

    def touched(self, touched: bool) -> None:
        """Whether the roll's door or the cover is open, paper out, or the printer silent."""
        self._sensors.touched("sensors", self._clock.now_s(), touched=touched)

    async def refresh(self) -> PaperGauge:
        """The gauge, reckoned anew from the journal. Tells who listens, and warns once."""
        async with self._one_at_a_time:
            near_end = self._sensors.near(self._clock.now_s())
            await self._go_by(near_end)
            now = self._clock.best()
            gauge = reckon(
                await self._journal.do(Book.paper_account, now - WINDOW),
                self._lengths,
                self._warnings,
                now,
                near_end=bool(near_end),
                changing=self._changing,
            )
            await self._warn(gauge)
            before, self._gauge = self._gauge, gauge
        if gauge != before:
            for hear in self._hearers:
                hear(gauge)
        return gauge

    async def _go_by(self, near_end: bool | None) -> None:
        if near_end is True and await self._journal.do(Book.near_end, self._near_end_mm):
            log.warning("the roll is nearer to its end than was reckoned")
        elif near_end is False and await self._journal.do(Book.not_near_end):
            log.warning("the roll is not near its end after all: reckoned as before")

    @property
    def _changing(self) -> bool:
        """Whether the roll may be out."""
        return self._wizard is not None and self._wizard.step > FIRST_STEP

    @property
    def _left_half_way(self) -> bool:
        """Whether whoever was changing the roll has left it so: nothing can be printed."""
        change = self._wizard
        if change is None or not self._changing:
            return False
        return change.interrupted or self._clock.best() >= change.begun_at + LEFT_AFTER

    async def _warn(self, gauge: PaperGauge) -> None:
        halted = self._left_half_way
        payload: dict[str, str | int | bool | None] = {"enough": gauge.enough}
        if gauge.known:
            payload |= {
                "serial": gauge.serial,
                "mm_left": gauge.mm_left,
                "vouchers_left": gauge.vouchers_left,
            }
        if halted:
            payload["changing"] = True
        if await self._journal.do(Book.paper_low, payload, low=gauge.low, halted=halted):
            if halted:
                log.warning("a roll change was left half way: nothing is printed")
            elif gauge.low:
                log.warning("paper is low: about %d vouchers left", gauge.vouchers_left)
            else:
                log.info("paper is not low any more")
            self._tell_events()

    # --- A roll change -------------------------------------------------------------------

    async def wizard_at(self, record: WizardRecord) -> None:
        """The roll change stands here now: on disk before the step is shown."""
        await self._journal.do(Book.wizard_at, record)
        self._change(record)
        await self.refresh()

    async def roll_loaded(self, record: WizardRecord) -> WizardRecord:
        """The new roll is in: from now on it is reckoned from. The record, marked `loaded`.

        Idempotent by the record's id.
        """
        loaded = await self._journal.do(Book.roll_loaded, record)
        self._change(loaded)
        log.info("roll changed: %s, %d mm", record.roll_serial or "no serial", record.length_mm)
        self._sensors.another_roll()
        await self.refresh()
        self._tell_events()
        return loaded

    async def wizard_ended(self, seconds: int | None) -> None:
        """The change is over, or was given up; a roll that was loaded is told to the service.

        Args:
            seconds: what it took; None where nobody can know.
        """
        await self._journal.do(Book.wizard_ended, seconds)
        self._change(None)
        await self.refresh()
        self._tell_events()

    def _change(self, record: WizardRecord | None) -> None:
        """While a roll change is not finished, the sensors speak of hands, not of paper."""
        self._wizard = record
        self._sensors.touched(_WIZARD, self._clock.now_s(), touched=record is not None)

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
