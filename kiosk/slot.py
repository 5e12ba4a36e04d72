"""The voucher in the slot: is it taken, is it to be taken back, is there room for the next.

A voucher that is not taken chimes after 10 s, and again every 10 s. A presenter takes it back
after `[printer] retract_after_s`; where there is none it stays, and the service is told so.
Either way its code lives: the paper was never what it is worth.

The next voucher waits for the slot, before any point is touched: whoever redeems twice in a
row gets 8 s to take the first one, with a chime and the words on the screen. Then a presenter
takes it back; a printer without one pushes it out, which is what it would do anyway.
Unknown is neither: where nothing sees the slot nothing is said and nothing is waited for. A
slot that is said to be full although a voucher was pushed through it is not believed until it
was said to be empty once: a dirty light barrier must not make every shopper wait.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import NoReturn, Protocol
from uuid import UUID

from kiosk.devices.ports import Clock, Fact, VoucherPrinter
from kiosk.flow.event import Event, VoucherRetracted, VoucherTaken, VoucherWaits

log = logging.getLogger(__name__)

LOOK_S = 0.5
PRESENT_S = 2.0
"""A slot that is empty so soon after the cut may not have its voucher yet."""
UNSEEN_S = 5.0
"""Nothing has seen the slot for so long: nothing will."""
CHIME_S = 10.0
RETRACT_S = 6.0
"""How long a presenter may take to draw a voucher in."""
ROOM_S = 8.0
"""How long the next voucher waits for the last one to be taken."""


class SlotBook(Protocol):
    """Writes down what became of a voucher; returns when it is on disk."""

    def __call__(self, redemption: UUID | None, what: str) -> Awaitable[None]:
        """`what` is "taken", "retracted" or "left standing"."""


class PrinterSlot(Protocol):
    """The printer's own presenter, asked on the printer's thread."""

    async def look(self) -> Fact:
        """FAULT: something stands in it."""

    async def retract(self) -> bool:
        """Take it back; whether the slot is known to be free then."""


class PresenterOnThread:
    """The `PrinterSlot` of a printer that is used on one thread only."""

    def __init__(self, printer: VoucherPrinter, thread: Executor) -> None:
        self._printer = printer
        self._thread = thread

    async def look(self) -> Fact:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._printer.slot)

    async def retract(self) -> bool:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._printer.retract, RETRACT_S)


@dataclass(slots=True)
class _Waiting:
    """A voucher on its way to the shopper."""

    redemption: UUID | None
    since_s: float
    chime_at_s: float
    seen: bool = False
    """Whether something saw it in the slot."""
    given_up: bool = False
    """Not taken and not to be taken back: it stays, silently."""


class SlotKeeper:
    """Watches the last voucher until it is taken. Thread: the loop.

    Args:
        sensor: what the panel's light barrier says now.
        printer: the presenter.
        retracts: whether the printer has one.
        printing: whether the printer belongs to a redemption now.
    """

    def __init__(
        self,
        *,
        sensor: Callable[[], Fact],
        printer: PrinterSlot,
        retracts: bool,
        retract_after_s: float,
        clock: Clock,
        emit: Callable[[Event], None],
        write: SlotBook,
        chime: Callable[[], None],
        printing: Callable[[], bool],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._sensor = sensor
        self._printer = printer
        self._retracts = retracts
        self._retract_after_s = retract_after_s
        self._clock = clock
        self._emit = emit
        self._write = write
        self._chime = chime
        self._printing = printing
        self._sleep = sleep
        self._waiting: _Waiting | None = None
        self._something = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        """A voucher that is just being taken back must not look as if it was taken."""
        self._disbelieved = False
        """Whether "full" means nothing, because it was said of a slot that let paper through."""

    def printed(self, redemption: UUID) -> None:
        """A voucher has been cut: from now on it should be taken."""
        now_s = self._clock.now_s()
        self._waiting = _Waiting(redemption, now_s, chime_at_s=now_s + CHIME_S)
        self._something.set()

    async def run(self) -> NoReturn:
        """Look for ever; ends by cancellation, or by JournalBroken."""
        while True:
            await self._something.wait()
            await self.look()
            if self._waiting is None:
                self._something.clear()
            else:
                await self._sleep(LOOK_S)

    async def look(self) -> None:
        """Once: what has become of it."""
        if self._waiting is None or self._printing():
            return
        async with self._one_at_a_time:
            await self._look()

    async def _look(self) -> None:
        waiting = self._waiting
        if waiting is None or self._printing():
            return
        fact = await self._fact()
        if self._waiting is not waiting or self._printing():
            return  # the next one began while the printer was asked
        age_s = self._clock.now_s() - waiting.since_s
        match fact:
            case Fact.OK if waiting.seen or age_s >= PRESENT_S:
                await self._taken(waiting)
            case Fact.FAULT:
                waiting.seen = True
                await self._still_there(waiting, age_s)
            case Fact.UNKNOWN if not waiting.seen and age_s >= UNSEEN_S:
                self._waiting = None

    async def make_room(self) -> None:
        """Before something is printed: the slot is free, or everything was done for it.

        No point was touched yet, so waiting costs nothing but time.
        """
        async with self._one_at_a_time:
            await self._make_room()

    async def _make_room(self) -> None:
        if await self._is_free():
            return
        waiting = self._waiting or _Waiting(None, self._clock.now_s(), 0.0)
        self._tell_waits(waiting)
        end_s = self._clock.now_s() + ROOM_S
        while self._clock.now_s() < end_s:
            await self._sleep(LOOK_S)
            fact = await self._fact()
            if fact is Fact.OK:
                await self._taken(waiting)
                return
        if not await self._take_back(waiting):
            log.warning("the slot is not free; the next voucher pushes the last one out")
            self._disbelieved = True
            await self._leave(waiting)
        self._waiting = None

    async def _is_free(self) -> bool:
        fact = await self._fact()
        if self._waiting is not None and fact is Fact.OK:
            await self._taken(self._waiting)
        return fact is not Fact.FAULT

    async def _still_there(self, waiting: _Waiting, age_s: float) -> None:
        if waiting.given_up:
            return
        if age_s >= self._retract_after_s:
            if not await self._take_back(waiting):
                await self._leave(waiting)
        elif self._clock.now_s() >= waiting.chime_at_s:
            waiting.chime_at_s += CHIME_S
            self._tell_waits(waiting)

    async def _take_back(self, waiting: _Waiting) -> bool:
        if not self._retracts or not await self._printer.retract():
            return False
        await self._write(waiting.redemption, "retracted")
        log.info("a voucher was not taken: the presenter took it back")
        self._ended(waiting, VoucherRetracted(waiting.redemption))
        return True

    async def _leave(self, waiting: _Waiting) -> None:
        if not waiting.given_up:
            waiting.given_up = True
            await self._write(waiting.redemption, "left standing")
            log.warning("a voucher was not taken and stays in the slot")

    async def _taken(self, waiting: _Waiting) -> None:
        await self._write(waiting.redemption, "taken")
        self._ended(waiting, VoucherTaken(waiting.redemption))

    def _ended(self, waiting: _Waiting, happened: Event) -> None:
        if self._waiting is waiting:
            self._waiting = None
        self._emit(happened)

    def _tell_waits(self, waiting: _Waiting) -> None:
        self._emit(VoucherWaits(waiting.redemption))
        self._chime()

    async def _fact(self) -> Fact:
        """What is known of the slot, and may be believed."""
        fact = await self._said()
        if fact is Fact.OK:
            self._disbelieved = False
        return Fact.UNKNOWN if fact is Fact.FAULT and self._disbelieved else fact

    async def _said(self) -> Fact:
        """By the panel's barrier and the printer's; FAULT wins."""
        sensor = self._sensor()
        if sensor is Fact.FAULT or not self._retracts:
            return sensor
        facts = {sensor, await self._printer.look()}
        if Fact.FAULT in facts:
            return Fact.FAULT
        return Fact.OK if Fact.OK in facts else Fact.UNKNOWN
