"""From edges, told by device threads, to what the inputs are believed to say."""

import logging
import threading
from collections.abc import Callable

from kiosk.devices.panel.debounce import Debounced
from kiosk.devices.panel.layout import INPUTS, PanelLayout, Signal
from kiosk.devices.ports import Clock, Fact, PanelState

log = logging.getLogger(__name__)

Later = Callable[[float, Callable[[], None]], object]
"""Calls back once in the loop after so many seconds."""


class EdgeBox:
    """The newest level of each input that moved. Thread: any.

    However fast a bad contact chatters, the loop is woken once for all that waits.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._moved: dict[Signal, bool] = {}

    def put(self, signal: Signal, active: bool) -> bool:
        """Whether the loop must be woken: nothing waited before."""
        with self._lock:
            first = not self._moved
            self._moved[signal] = active
        return first

    def take(self) -> dict[Signal, bool]:
        with self._lock:
            moved, self._moved = self._moved, {}
        return moved


class Inputs:
    """Debounces all inputs of a layout and tells changes. Thread: the loop.

    Args:
        read: what an input says now, raw; None for one that is not wired.
        later: for looking again after an input should have settled.
        on_change: gets each new state, the first one from here.
        on_key: the staff key was held for `layout.key_hold_s`, once per turn.
    """

    def __init__(
        self,
        layout: PanelLayout,
        read: Callable[[Signal], bool | None],
        clock: Clock,
        later: Later,
        on_change: Callable[[PanelState], None],
        on_key: Callable[[], None],
    ) -> None:
        self._layout = layout
        self._clock = clock
        self._later = later
        self._on_change = on_change
        self._on_key = on_key
        self._inputs: dict[Signal, Debounced] = {}
        self._turn = 0
        """Counts turns of the key, so that a look after its release is known as late."""
        for signal in INPUTS:
            active = read(signal)
            if active is not None and signal is not Signal.BUSY:
                settle_s = layout.line(signal).settle_ms / 1000
                self._inputs[signal] = Debounced(settle_s, active=active)
        self.state = self._seen()
        on_change(self.state)

    def moved(self, edges: dict[Signal, bool]) -> None:
        """These inputs had edges, and say so now."""
        now_s = self._clock.now_s()
        for signal, active in edges.items():
            if (debounced := self._inputs.get(signal)) is None:
                continue
            waited = debounced.due_s is not None
            if debounced.moved(active, now_s):
                self._believed(signal)
            if not waited:
                self._look_later(signal)

    def _look_later(self, signal: Signal) -> None:
        due_s = self._inputs[signal].due_s
        if due_s is not None:
            self._later(max(0.0, due_s - self._clock.now_s()), lambda: self._look(signal))

    def _look(self, signal: Signal) -> None:
        if self._inputs[signal].settle(self._clock.now_s()):
            self._believed(signal)
        self._look_later(signal)

    def _believed(self, signal: Signal) -> None:
        if signal is Signal.STAFF_KEY:
            self._turn += 1
            if self._says(signal):  # the turning counts: a key may be left turned
                turn = self._turn
                self._later(self._layout.key_hold_s, lambda: self._held(turn))
        if self._says(signal) is None:
            log.warning("%s chatters: it is taken for unknown", signal.value)
        self._publish()

    def _held(self, turn: int) -> None:
        if turn == self._turn:
            self._on_key()

    def _publish(self) -> None:
        seen = self._seen()
        if seen != self.state:
            self.state = seen
            self._on_change(seen)

    def _says(self, signal: Signal) -> bool | None:
        debounced = self._inputs.get(signal)
        return None if debounced is None else debounced.active

    def _seen(self) -> PanelState:
        faults = [f"{s.value} chatters" for s, d in self._inputs.items() if d.active is None]
        return PanelState(
            roll_door_open=_fact(self._says(Signal.ROLL_DOOR)),
            paper_near_end=_fact(self._says(Signal.NEAR_END)),
            paper_end=_fact(self._says(Signal.PAPER_END)),
            slot=_fact(self._says(Signal.TAKEN)),
            faults=tuple(faults),
        )


def _fact(active: bool | None) -> Fact:
    if active is None:
        return Fact.UNKNOWN
    return Fact.FAULT if active else Fact.OK
