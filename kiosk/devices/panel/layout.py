"""What is wired where, and how: the panel's configuration as the devices need it."""

from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum


class Signal(StrEnum):
    """Each line between the header and the machine, by its name in kiosk.toml."""

    SCAN_LIGHT = "scan_light"
    EXIT_LIGHT = "exit_light"
    BUZZER = "buzzer"
    PRINTER_POWER = "printer_power"
    GATE = "gate"
    BUSY = "busy"
    NEAR_END = "near_end"
    PAPER_END = "paper_end"
    TAKEN = "taken"
    ROLL_DOOR = "roll_door"
    STAFF_KEY = "staff_key"

    @property
    def is_output(self) -> bool:
        return self in OUTPUTS


OUTPUTS = (
    Signal.SCAN_LIGHT,
    Signal.EXIT_LIGHT,
    Signal.BUZZER,
    Signal.PRINTER_POWER,
    Signal.GATE,
)
INPUTS = tuple(signal for signal in Signal if signal not in OUTPUTS)


class Pull(StrEnum):
    """The Pi's own resistor on an input."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Line:
    """One signal's wire. `pull` and `settle_ms` say nothing about an output."""

    bcm: int | None
    """None: not wired."""
    active_high: bool = True
    """Whether 3.3 V on the pin means that the signal is on."""
    pull: Pull = Pull.UP
    settle_ms: int = 30
    """An input must stand still for so long before it is believed."""


NOT_WIRED = Line(None)

# Every sensor is a contact to ground that is closed while all is well: a torn wire or a plug
# that has come off reads as the fault that it may be, never as "fine".
DEFAULT_LINES = {
    Signal.SCAN_LIGHT: Line(18),
    Signal.EXIT_LIGHT: Line(12),
    Signal.BUZZER: Line(23),
    Signal.PRINTER_POWER: Line(19),
    Signal.GATE: Line(16),
    Signal.BUSY: Line(6, settle_ms=0),
    Signal.NEAR_END: Line(13, settle_ms=200),
    Signal.PAPER_END: Line(5, settle_ms=100),
    Signal.TAKEN: Line(26, settle_ms=100),
    Signal.ROLL_DOOR: Line(20, settle_ms=50),
    Signal.STAFF_KEY: Line(21, active_high=False, settle_ms=50),
}

VOLUMES = (0.0, 0.02, 0.06, 0.16, 0.5)
"""Share of each period in which the buzzer is driven, by volume step: a piezo is loudest at
half, and each step is about twice as loud to the ear."""


@dataclass(frozen=True, slots=True)
class PanelLayout:
    lines: dict[Signal, Line] = field(default_factory=lambda: dict(DEFAULT_LINES))
    gate_s: float = 0.2
    """How long the solenoid is driven."""
    gate_max_s: float = 0.5
    """It is never driven longer than this, whatever asks for it."""
    gate_duty: float = 0.1
    """Share of the time that its coil bears."""
    key_hold_s: float = 2.0
    volume: int = 3
    night_volume: int = 1
    night: tuple[time, time] | None = None
    """From and to, by the clock on the wall of the shop; over midnight if from is later."""
    exit_light_brightness: float = 1.0

    def line(self, signal: Signal) -> Line:
        return self.lines.get(signal, NOT_WIRED)

    @property
    def wired(self) -> dict[Signal, int]:
        """BCM number of each signal that is wired."""
        return {s: line.bcm for s in Signal if (line := self.line(s)).bcm is not None}

    def loudness(self, local: time | None) -> float:
        """Share of each period for the buzzer now; in the night, or without a clock, capped."""
        quiet = self.night is not None and (local is None or in_night(self.night, local))
        return VOLUMES[min(self.volume, self.night_volume) if quiet else self.volume]


def in_night(night: tuple[time, time], local: time) -> bool:
    begins, ends = night
    if begins <= ends:
        return begins <= local < ends
    return local >= begins or local < ends
