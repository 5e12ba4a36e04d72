"""A panel without a header that misbehaves on command, for tests of what uses one."""

from collections.abc import Callable
from datetime import time

from kiosk.devices.panel.inputs import Later
from kiosk.devices.panel.layout import PanelLayout, Signal
from kiosk.devices.panel.panel import WiredPanel
from kiosk.devices.ports import Clock


class FakeWires:
    """`Wires` that remember what was done to them and have edges when they are told to."""

    def __init__(self, layout: PanelLayout) -> None:
        self._layout = layout
        self._active = {s: False for s in layout.wired if not s.is_output}
        self._moved: Callable[[Signal, bool], None] = lambda _signal, _active: None
        self.on = {s: False for s in layout.wired if s.is_output}
        """What each output is now."""
        self.switched: list[tuple[Signal, bool]] = []
        self.notes: list[tuple[str | None, float]] = []
        self.closed = False

    def drive(self, signal: Signal, *, active: bool) -> None:
        """From outside: an input is now so. Thread: any."""
        if signal in self._active and self._active[signal] is not active:
            self._active[signal] = active
            self._moved(signal, active)

    def listen(self, moved: Callable[[Signal, bool], None]) -> None:
        self._moved = moved

    def active(self, signal: Signal) -> bool | None:
        return None if self.closed else self._active.get(signal)

    def switch(self, signal: Signal, *, on: bool) -> None:
        if signal in self.on and not self.closed:
            self.on[signal] = on
            self.switched.append((signal, on))

    def breathe(self, *, on: bool) -> None:
        self.switch(Signal.EXIT_LIGHT, on=on)

    def sound(self, note: str | None, loudness: float = 0.0) -> None:
        if Signal.BUZZER in self.on and not self.closed:
            self.on[Signal.BUZZER] = note is not None
            self.notes.append((note, loudness))

    def close(self) -> None:
        for signal in self.on:
            self.switch(signal, on=False)
        self._moved = lambda _signal, _active: None
        self.closed = True


class FakePanel(WiredPanel):
    """A `WiredPanel` whose wires are in your hand: `drive`, `chatter`, `turn_key`."""

    def __init__(
        self,
        clock: Clock,
        layout: PanelLayout | None = None,
        local_time: Callable[[], time | None] = lambda: None,
        later: Later | None = None,
    ) -> None:
        layout = layout or PanelLayout()
        self.wires = FakeWires(layout)
        super().__init__(self.wires, layout, clock, local_time, later)

    def drive(self, signal: Signal, *, active: bool) -> None:
        """An input is now so, and stays so (a key left turned: drive it and never let go)."""
        self.wires.drive(signal, active=active)

    def chatter(self, signal: Signal, edges: int) -> None:
        """A bad contact: so many edges at once; an odd number leaves it changed."""
        for _ in range(edges):
            self.wires.drive(signal, active=not self.wires.active(signal))
