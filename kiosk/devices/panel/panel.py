"""The panel: lights, melodies, printer power and gate out; debounced inputs in."""

import asyncio
import logging
from collections.abc import Callable
from datetime import time

from kiosk.bridge import Bridge
from kiosk.devices.panel.inputs import EdgeBox, Inputs, Later
from kiosk.devices.panel.layout import PanelLayout, Signal
from kiosk.devices.panel.melody import SCORES, Player
from kiosk.devices.panel.solenoid import Solenoid
from kiosk.devices.panel.wires import Wires
from kiosk.devices.ports import Clock, Melody, PanelState

log = logging.getLogger(__name__)


class WiredPanel:
    """The `Panel` over some wires. Thread: the loop; `printer_power` and `busy` any.

    Args:
        local_time: time on the shop's wall clock for the night cap, None while unknown.
        later: the loop's `call_later` unless a test moves the time.
    """

    def __init__(
        self,
        wires: Wires,
        layout: PanelLayout,
        clock: Clock,
        local_time: Callable[[], time | None] = lambda: None,
        later: Later | None = None,
    ) -> None:
        self._wires = wires
        self._layout = layout
        self._clock = clock
        self._local_time = local_time
        self._later = later
        self._player = Player(wires.sound)
        self._gate = Solenoid(
            self._drive_gate,
            on_s=layout.gate_s,
            max_on_s=layout.gate_max_s,
            duty=layout.gate_duty,
            now_s=clock.now_s,
        )
        self._inputs: Inputs | None = None
        self._bridge: Bridge[None] | None = None
        self._edges = EdgeBox()
        self._breathing = False
        self._closed = False

    @property
    def state(self) -> PanelState:
        return PanelState() if self._inputs is None else self._inputs.state

    def watch(self, on_change: Callable[[PanelState], None], on_key: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        inputs = self._inputs = Inputs(
            self._layout,
            self._wires.active,
            self._clock,
            self._later or loop.call_later,
            on_change,
            on_key,
        )
        bridge = self._bridge = Bridge(loop, lambda _: inputs.moved(self._edges.take()))
        self._wires.listen(self._edge)
        for signal in self._layout.wired:  # what moved between the first look and now
            if not signal.is_output and (active := self._wires.active(signal)) is not None:
                self._edges.put(signal, active)
        bridge.post(None)

    def _edge(self, signal: Signal, active: bool) -> None:
        """Thread: the pin factory's."""
        if self._edges.put(signal, active) and self._bridge is not None:
            self._bridge.post(None)

    def scan_light(self, on: bool) -> None:
        self._wires.switch(Signal.SCAN_LIGHT, on=on)

    def exit_light(self, on: bool) -> None:
        if on is not self._breathing:
            self._breathing = on
            self._wires.breathe(on=on)

    def play(self, melody: Melody) -> None:
        self._player.play(SCORES[melody], self._layout.loudness(self._local_time()))

    def printer_power(self, on: bool) -> None:
        self._wires.switch(Signal.PRINTER_POWER, on=on)

    def busy(self) -> bool | None:
        return self._wires.active(Signal.BUSY)

    def open_gate(self) -> bool:
        if self._layout.line(Signal.GATE).bcm is None:
            return False
        return self._gate.pulse()

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._bridge is not None:
            self._bridge.close()
        self._gate.close()
        self._player.close()
        self._wires.close()

    def _drive_gate(self, on: bool) -> None:
        self._wires.switch(Signal.GATE, on=on)
