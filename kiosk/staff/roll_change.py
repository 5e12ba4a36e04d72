"""A roll change as it is written down, step by step, and how long it took."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from kiosk.clock import AnchoredClock
from kiosk.flow.event import Event
from kiosk.flow.staff.values.rolls import (
    BeginRoll,
    FinishRoll,
    KeepStep,
    LoadRoll,
    RollBegun,
    RollFinished,
    StepKept,
)
from kiosk.paper.gauge import PaperGauge
from kiosk.paper.wizard_record import FIRST_STEP, WizardRecord


class RollLedger(Protocol):
    """Where rolls and their change are kept; each call is on disk when it returns."""

    @property
    def gauge(self) -> PaperGauge: ...

    async def wizard(self) -> WizardRecord | None: ...

    async def wizard_at(self, record: WizardRecord) -> None: ...

    async def roll_loaded(self, record: WizardRecord) -> WizardRecord: ...

    async def wizard_ended(self, seconds: int | None) -> None: ...


class RollChange:
    """How the wizard's effects are done. Thread: the loop.

    Args:
        boot_id: of this boot; boot times of another one say nothing here.
        device_no: how this kiosk is called, for the number of a roll that has none.
        timezone: the store's.
    """

    def __init__(
        self,
        ledger: RollLedger,
        clock: AnchoredClock,
        boot_id: str,
        device_no: Callable[[], str],
        timezone: Callable[[], str],
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._boot_id = boot_id
        self._device_no = device_no
        self._timezone = timezone

    async def begin(self, wanted: BeginRoll) -> Event:
        """The first step, on disk; one that waits already goes on instead."""
        if (waiting := await self._ledger.wizard()) is not None:
            return RollBegun(waiting)
        now = self._clock.best()
        record = WizardRecord(
            id=wanted.id,
            step=FIRST_STEP,
            staff_ref=wanted.staff_ref,
            login=wanted.login,
            begun_at=now,
            begun_s=self._clock.now_s(),
            boot_id=self._boot_id,
            roll_serial=self._serial(now),
            length_mm=wanted.length_mm,
        )
        await self._ledger.wizard_at(record)
        return RollBegun(record)

    async def drop(self) -> None:
        """The old roll stayed in."""
        await self._ledger.wizard_ended(None)

    async def keep(self, wanted: KeepStep) -> Event:
        await self._ledger.wizard_at(wanted.record)
        return StepKept(wanted.record)

    async def load(self, wanted: LoadRoll) -> Event:
        """The new roll is in the ledger, the old one out of it."""
        return StepKept(await self._ledger.roll_loaded(wanted.record))

    async def finish(self, wanted: FinishRoll) -> Event:
        """Sharp: the change is over and goes to the service with its time."""
        seconds = self._seconds(wanted.record)
        await self._ledger.wizard_ended(seconds)
        return RollFinished(wanted.record, self._ledger.gauge.vouchers_left, seconds)

    def _seconds(self, record: WizardRecord) -> int | None:
        """From the first step to the sharp print; None where nobody can know."""
        if record.interrupted or record.boot_id != self._boot_id:
            return None
        return max(1, round(self._clock.now_s() - record.begun_s))

    def _serial(self, now: datetime) -> str:
        """A number for a roll that has none: this kiosk, and when it was put in."""
        local = now.astimezone(ZoneInfo(self._timezone()))
        return f"{self._device_no()}-{local:%y%m%d-%H%M%S}"
