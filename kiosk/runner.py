"""The one place where the pure flow meets the world: state in, effects out, answers back."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from kiosk.devices.ports import Clock
from kiosk.flow import effect, event
from kiosk.flow.effect import Effect
from kiosk.flow.event import Event
from kiosk.flow.handle import handle
from kiosk.flow.staff.values.unions import StaffEffect
from kiosk.flow.state import KioskState, Message
from wire.ids import new_id

log = logging.getLogger(__name__)

TICK_S = 0.25
OnStep = Callable[[event.StepReached], None]


class View(Protocol):
    """What draws the state; called in the event loop, returns at once."""

    def show(self, state: KioskState) -> None:
        """The state has changed."""

    def wipe(self) -> None:
        """The shopper has gone: forget every text and picture of theirs."""


class Deeds(Protocol):
    """How effects are done; each answer is an event of the flow."""

    async def look_up(self, wanted: effect.LookUp) -> Event:
        """Never raises for what a code, the network or the service may do."""

    async def redeem(self, wanted: effect.Redeem, on_step: OnStep) -> Event:
        """Raises only what must end the kiosk (a journal that cannot be written)."""

    async def reprint(self, wanted: effect.Reprint, on_step: OnStep) -> Event:
        """As `redeem`."""

    def tell_staff(self, wanted: effect.TellStaff) -> None:
        """Hand the call to the outbox."""

    async def staff(self, wanted: StaffEffect, on_step: OnStep) -> Event | None:
        """What staff want done; as `redeem`, for what prints and for what does not.

        None where the effect says that nothing is answered.
        """


class Runner:
    """Holds the state; every event goes through `emit`, in the loop, one after the other.

    Before each event the flow is told the time, so that no event is judged by an old one.
    An effect runs as a task of the group that holds the whole kiosk: if it raises, the
    kiosk ends visibly.

    Args:
        on_state: hears of each new state before the view does (the camera follows it).
    """

    def __init__(
        self,
        state: KioskState,
        clock: Clock,
        tasks: asyncio.TaskGroup,
        on_state: Callable[[KioskState], None] = lambda _: None,
    ) -> None:
        self._state = state
        self._deeds: Deeds | None = None
        self._clock = clock
        self._tasks = tasks
        self._on_state = on_state
        self._view: View | None = None
        self._waiting: deque[Event] = deque()
        self._handling = False
        self._look_up: asyncio.Task[None] | None = None
        self._dispensing: set[asyncio.Task[None]] = set()
        self.ticked_s = clock.now_s()
        """When the loop last came round: the watchdog's sign of life."""

    @property
    def state(self) -> KioskState:
        return self._state

    @property
    def dispensing(self) -> bool:
        """Whether a redemption or reprint is between its start and its answer."""
        return bool(self._dispensing)

    def perform_with(self, deeds: Deeds) -> None:
        """From now on effects are done; before, nothing can have an effect: nobody is there."""
        self._deeds = deeds

    def attach(self, view: View) -> None:
        """Draw from now on with `view`, beginning with the present state."""
        self._view = view
        view.show(self._state)

    def emit(self, happened: Event) -> None:
        """Something happened. Thread: the loop's (others go through the bridge).

        An event emitted while another is handled (a screen that reacts to being shown)
        waits its turn.
        """
        self._waiting.append(happened)
        if self._handling:
            return
        self._handling = True
        try:
            while self._waiting:
                self._step(self._waiting.popleft())
        finally:
            self._handling = False

    def tick(self) -> None:
        """Tell the flow the time."""
        self.emit(self._now())

    async def run_ticks(self, period_s: float = TICK_S) -> None:
        """Tick for ever; ends by cancellation."""
        while True:
            self.tick()
            await asyncio.sleep(period_s)

    async def finish_dispensing(self, timeout_s: float) -> bool:
        """Wait for a running redemption to end; whether none is left."""
        if self._dispensing:
            await asyncio.wait(self._dispensing, timeout=timeout_s)
        return not self._dispensing

    def _now(self) -> event.Tick:
        self.ticked_s = self._clock.now_s()
        return event.Tick(self.ticked_s, self._clock.wall(), new_id())

    def _step(self, happened: Event) -> None:
        before = self._state
        effects: list[Effect] = []
        steps = [happened] if isinstance(happened, event.Tick) else [self._now(), happened]
        for step in steps:
            self._state, new = handle(self._state, step)
            effects.extend(new)
        _log_screen(before, self._state)
        for wanted in effects:
            self._perform(self._deeds, wanted)
        if self._state != before:
            self._on_state(self._state)
            if self._view is not None:
                self._view.show(self._state)

    def _perform(self, deeds: Deeds | None, wanted: Effect) -> None:
        if deeds is None:
            raise RuntimeError(f"{type(wanted).__name__} before anybody could do it")
        match wanted:
            case effect.LookUp():
                self._drop_look_up()
                self._look_up = self._tasks.create_task(self._answer(deeds.look_up(wanted)))
            case effect.Redeem():
                self._dispense(deeds.redeem(wanted, self.emit))
            case effect.Reprint():
                self._dispense(deeds.reprint(wanted, self.emit))
            case effect.TellStaff():
                deeds.tell_staff(wanted)
            case effect.WipeSession():
                self._drop_look_up()
                if self._view is not None:
                    self._view.wipe()
            case _:
                if wanted.dispenses:
                    self._dispense(deeds.staff(wanted, self.emit))
                else:
                    self._tasks.create_task(self._answer_staff(deeds, wanted))

    async def _answer_staff(self, deeds: Deeds, wanted: StaffEffect) -> None:
        # Begun in here: one that is cancelled before its first step is never begun.
        if (answer := await deeds.staff(wanted, self.emit)) is not None:
            self.emit(answer)

    def _drop_look_up(self) -> None:
        """The answer to come belongs to a shopper who has gone: nobody must see it."""
        if self._look_up is not None:
            self._look_up.cancel()
            self._look_up = None

    async def _answer(self, look_up: Coroutine[Any, Any, Event]) -> None:
        answer = await look_up  # cancelled here by `_drop_look_up`, at any moment before
        self._look_up = None
        self.emit(answer)

    def _dispense(self, work: Coroutine[Any, Any, Event | None]) -> None:
        task = self._tasks.create_task(self._answer_dispensing(work))
        self._dispensing.add(task)

    async def _answer_dispensing(self, work: Coroutine[Any, Any, Event | None]) -> None:
        try:
            answer = await work
        finally:
            task = asyncio.current_task()
            self._dispensing = {t for t in self._dispensing if t is not task}
        if answer is not None:
            self.emit(answer)


def _log_screen(before: KioskState, after: KioskState) -> None:
    """One line per change of screen: names only, nothing of the shopper."""
    old, new = type(before.screen).__name__, type(after.screen).__name__
    if old == new:
        return
    told = getattr(after.screen, "message", None) or getattr(after.screen, "notice", None)
    redemption = getattr(after.screen, "redemption", None)
    log.info(
        "screen %s -> %s%s",
        old,
        new,
        f" {told.code}" if isinstance(told, Message) else "",
        extra={"redemption_id": str(redemption)} if redemption else {},
    )
