"""A panel on a stage: its inputs are driven and its outputs read from outside."""

import asyncio
import heapq
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

from gpiozero.pins.mock import MockPWMPin

from kiosk.clock import ManualClock
from kiosk.devices.panel.fake import FakePanel
from kiosk.devices.panel.gpio_wires import GpioWires, pin_factory
from kiosk.devices.panel.layout import PanelLayout, Signal
from kiosk.devices.panel.panel import WiredPanel
from kiosk.devices.ports import PanelState

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PATIENCE_S = 5.0


class ManualTimers:
    """`call_later` of a loop whose time is moved by hand, together with a clock."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._number = count()

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        heapq.heappush(self._due, (self._clock.now_s() + seconds, next(self._number), call))

    def advance(self, seconds: float) -> None:
        until_s = self._clock.now_s() + seconds
        while self._due and self._due[0][0] <= until_s + 1e-9:
            due_s, _, call = heapq.heappop(self._due)
            self._clock.advance(max(0.0, due_s - self._clock.now_s()))
            call()
        self._clock.advance(max(0.0, until_s - self._clock.now_s()))


async def until(true: Callable[[], bool]) -> None:
    """Wait for what a thread does; the loop runs meanwhile."""
    end_s = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end_s, "it did not happen"
        await asyncio.sleep(0)


def until_without_the_loop(true: Callable[[], bool]) -> None:
    """The same while the loop hangs."""
    end_s = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end_s, "it did not happen"


class Stage:
    """What the contract asks of a panel and of the world around it."""

    panel: WiredPanel

    def __init__(self, layout: PanelLayout, hour: Callable[[], Any]) -> None:
        self.layout = layout
        self.hour = hour
        self.clock = ManualClock(NOON)
        self.timers = ManualTimers(self.clock)
        self.states: list[PanelState] = []
        self.keys = 0

    def drive(self, signal: Signal, *, active: bool) -> None:
        raise NotImplementedError

    def on(self, signal: Signal) -> bool:
        raise NotImplementedError

    def _turned(self) -> None:
        self.keys += 1

    async def watch(self) -> None:
        self.panel.watch(self.states.append, self._turned)
        await self.advance(5)  # whatever the first look set in motion

    async def advance(self, seconds: float) -> None:
        """Let edges that are under way arrive, then let time pass."""
        for _ in range(3):
            await asyncio.sleep(0)
        self.timers.advance(seconds)
        for _ in range(3):
            await asyncio.sleep(0)

    @property
    def state(self) -> PanelState:
        return self.states[-1]


class FakeStage(Stage):
    def __init__(self, layout: PanelLayout, hour: Callable[[], Any]) -> None:
        super().__init__(layout, hour)
        self.fake = FakePanel(self.clock, layout, hour, self.timers.later)
        self.panel = self.fake

    def drive(self, signal: Signal, *, active: bool) -> None:
        self.fake.drive(signal, active=active)

    def on(self, signal: Signal) -> bool:
        return self.fake.wires.on[signal]


class DrivenPin(MockPWMPin):
    """A mock pin that keeps what it was last driven to; gpiozero's own goes low when let go."""

    driven = 0.0

    def _set_state(self, value: float) -> None:
        super()._set_state(value)
        self.driven = float(value)


class MockStage(Stage):
    """gpiozero's devices on gpiozero's mock pins."""

    def __init__(self, layout: PanelLayout, hour: Callable[[], Any]) -> None:
        super().__init__(layout, hour)
        self.factory = pin_factory("mock")
        self.factory.pin_class = DrivenPin
        wires = GpioWires(layout, self.factory)
        self.pins = {signal: self.factory.pin(bcm) for signal, bcm in layout.wired.items()}
        for signal in layout.wired:
            if not signal.is_output:
                self.drive(signal, active=False)
        self.panel = WiredPanel(wires, layout, self.clock, hour, self.timers.later)

    def drive(self, signal: Signal, *, active: bool) -> None:
        pin = self.pins[signal]
        if self.layout.line(signal).active_high is active:
            pin.drive_high()
        else:
            pin.drive_low()

    def on(self, signal: Signal) -> bool:
        return (self.pins[signal].driven > 0) is self.layout.line(signal).active_high


JUMPERS = {
    Signal.ROLL_DOOR: 17,
    Signal.NEAR_END: 27,
    Signal.PAPER_END: 22,
    Signal.TAKEN: 24,
    Signal.STAFF_KEY: 25,
    Signal.BUSY: 4,
}
"""On a bench Pi: a jumper wire from each of these GPIOs to the input that it drives."""


class HeaderStage(Stage):
    """A real Raspberry Pi with nothing on its header but the jumpers above.

    Outputs are read back through their own pins; time is moved by hand here too.
    """

    def __init__(self, layout: PanelLayout, hour: Callable[[], Any]) -> None:
        super().__init__(layout, hour)
        import gpiozero

        self.factory = pin_factory("lgpio")
        wires = GpioWires(layout, self.factory)
        self.jumpers = {
            signal: gpiozero.OutputDevice(
                bcm,
                initial_value=not layout.line(signal).active_high,
                pin_factory=self.factory,
            )
            for signal, bcm in JUMPERS.items()
            if signal in layout.wired
        }
        self.pins = {signal: self.factory.pin(bcm) for signal, bcm in layout.wired.items()}
        self.panel = WiredPanel(wires, layout, self.clock, hour, self.timers.later)

    def drive(self, signal: Signal, *, active: bool) -> None:
        self.jumpers[signal].value = self.layout.line(signal).active_high is active

    def on(self, signal: Signal) -> bool:
        if self.panel._closed:
            return False  # the lines were let go of: there is nothing left to read
        return (self.pins[signal].state > 0) is self.layout.line(signal).active_high
