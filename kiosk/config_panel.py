"""The table [panel] of `kiosk.toml`: what is wired to the header, and how."""

from dataclasses import replace
from datetime import time
from typing import Any, Literal, Self

from pydantic import Field, ValidationInfo, field_validator

from kiosk.config_mistake import Mistake
from kiosk.config_section import Section, asks
from kiosk.devices.panel.faults import PinFault, find_faults
from kiosk.devices.panel.layout import DEFAULT_LINES, VOLUMES, Line, PanelLayout, Signal
from kiosk.devices.panel.wiring_text import read_line, written

_OUTPUT_FIX = 'like "GPIO18" or "GPIO18, active low" (BCM numbers), or "off"'
_INPUT_FIX = 'like "GPIO20" or "GPIO20, pull up, active high, 50 ms" (BCM numbers), or "off"'


def _written(signal: Signal, line: Line) -> str:
    text = written(line, is_output=signal.is_output)
    return text.replace(", active high", "") if signal is Signal.BUSY else text


def _signal(signal: Signal, what: str) -> Any:
    return Field(
        default=_written(signal, DEFAULT_LINES[signal]),
        description=what,
        json_schema_extra={"fix": _OUTPUT_FIX if signal.is_output else _INPUT_FIX},
    )


class PanelConfig(Section):
    enabled: bool = Field(
        default=False,
        description="Whether lights, sensors and switches are on this machine's header.",
        json_schema_extra={"fix": "true on a Raspberry Pi with a panel, false elsewhere"},
    )
    pin_factory: Literal["lgpio", "mock"] = Field(
        default="lgpio",
        description="lgpio drives the pins of a Raspberry Pi; mock only pretends (a desk).",
        json_schema_extra={"fix": '"lgpio" or "mock"; there is no falling back to another'},
    )
    scan_light: str = _signal(Signal.SCAN_LIGHT, "Light beside the camera, on while it reads.")
    exit_light: str = _signal(Signal.EXIT_LIGHT, "Light at the slot; breathes for a voucher.")
    buzzer: str = _signal(Signal.BUZZER, "Passive buzzer.")
    printer_power: str = _signal(
        Signal.PRINTER_POWER, "MOSFET of the printer's power; off until its port is open."
    )
    gate: str = _signal(Signal.GATE, "Solenoid of a cutter or gate that the printer has not.")
    busy: str = _signal(Signal.BUSY, "The printer's busy (DTR) line; active while it must wait.")
    near_end: str = _signal(Signal.NEAR_END, "Active when the roll is nearly used up.")
    paper_end: str = _signal(Signal.PAPER_END, "Active when there is no paper.")
    taken: str = _signal(Signal.TAKEN, "Light barrier of the slot; active while paper is in it.")
    roll_door: str = _signal(Signal.ROLL_DOOR, "Contact of the door; active while it is open.")
    staff_key: str = _signal(Signal.STAFF_KEY, "Key switch; held, it opens the staff screen.")
    key_hold_s: float = Field(
        default=2.0,
        ge=0.5,
        le=10.0,
        description="How long the key is held, in seconds.",
        json_schema_extra={"fix": "a number from 0.5 to 10"},
    )
    gate_ms: int = Field(
        default=200,
        ge=10,
        le=1000,
        description="How long the solenoid is driven, in milliseconds.",
        json_schema_extra={"fix": "a number from 10 to gate_max_ms"},
    )
    gate_max_ms: int = Field(
        default=500,
        ge=10,
        le=1000,
        description="Longest time that the solenoid bears; nothing drives it longer.",
        json_schema_extra={"fix": "from its data sheet: a number from gate_ms to 1000"},
    )
    gate_duty_percent: int = Field(
        default=10,
        ge=1,
        le=50,
        description="Share of the time that its coil bears; between pulses it rests.",
        json_schema_extra={"fix": 'from its data sheet ("ED 10 %"): a number from 1 to 50'},
    )
    volume: int = Field(
        default=3,
        ge=0,
        lt=len(VOLUMES),
        description="Loudness of the buzzer: 0 silent to 4.",
        json_schema_extra={"fix": "a whole number from 0 to 4"},
    )
    night: str = Field(
        default="22:00-08:00",
        description='Hours with `night_volume`, by the shop\'s clock; "" for none.',
        json_schema_extra={"fix": 'like "22:00-08:00", or ""'},
    )
    night_volume: int = Field(
        default=1,
        ge=0,
        lt=len(VOLUMES),
        description="No louder than this in these hours, nor while the time is unknown.",
        json_schema_extra={"fix": "a whole number from 0 to 4"},
    )
    exit_light_percent: int = Field(
        default=100,
        ge=1,
        le=100,
        description="Brightness of the exit light.",
        json_schema_extra={"fix": "a whole number from 1 to 100"},
    )

    @field_validator(*(signal.value for signal in Signal), mode="before")
    @classmethod
    def _a_line(cls, text: Any, known: ValidationInfo) -> str:
        signal = Signal(known.field_name or "")
        if isinstance(text, int) and not isinstance(text, bool):
            text = str(text)
        if not isinstance(text, str):
            raise asks("is no text")
        try:
            line = read_line(text, DEFAULT_LINES[signal], is_output=signal.is_output)
        except ValueError as error:
            raise asks(str(error)) from None
        if signal is Signal.BUSY and "active" in text.lower():
            raise asks("says active; which level means busy is known by the printer's profile")
        return _written(signal, line)

    @field_validator("buzzer")
    @classmethod
    def _driven_high(cls, buzzer: str) -> str:
        if "active low" in buzzer:
            raise asks("is active low, but silence is a line that stands low")
        return buzzer

    @field_validator("gate_max_ms")
    @classmethod
    def _longer_than_the_pulse(cls, gate_max_ms: int, known: ValidationInfo) -> int:
        gate_ms = known.data.get("gate_ms")
        if gate_ms is not None and gate_max_ms < gate_ms:
            raise asks(f"is less than gate_ms ({gate_ms})")
        return gate_max_ms

    @field_validator("night")
    @classmethod
    def _two_times(cls, night: str) -> str:
        try:
            _hours(night)
        except ValueError:
            raise asks("are no two times of day") from None
        return night

    @property
    def powers_printer(self) -> bool:
        """Whether a pin switches the printer's supply."""
        return self.enabled and Signal.PRINTER_POWER in self.layout.wired

    @property
    def layout(self) -> PanelLayout:
        return self.layout_for(busy_high=True)

    def layout_for(self, *, busy_high: bool) -> PanelLayout:
        """The layout with a printer whose busy line is high, or low, while it must wait."""
        lines = {
            s: read_line(getattr(self, s.value), DEFAULT_LINES[s], is_output=s.is_output)
            for s in Signal
        }
        lines[Signal.BUSY] = replace(lines[Signal.BUSY], active_high=busy_high)
        return PanelLayout(
            lines=lines,
            gate_s=self.gate_ms / 1000,
            gate_max_s=self.gate_max_ms / 1000,
            gate_duty=self.gate_duty_percent / 100,
            key_hold_s=self.key_hold_s,
            volume=self.volume,
            night_volume=self.night_volume,
            night=_hours(self.night),
            exit_light_brightness=self.exit_light_percent / 100,
        )

    @classmethod
    def of_pins(cls, **pins: str | int | bool) -> Self:
        """A panel with these lines wired and no others."""
        off: dict[str, Any] = {signal.value: "off" for signal in Signal}
        return cls.model_validate({"enabled": True, **off, **pins})


def pin_mistakes(
    panel: PanelConfig, printer_port: str, lines: dict[str, int]
) -> tuple[Mistake, ...]:
    """Clashes and impossible pins of a panel that is to be used, as mistakes of the file.

    Args:
        lines: line of each key in the file, by dotted name.
    """
    if not panel.enabled:
        return ()
    return tuple(_mistake(panel, fault, lines) for fault in find_faults(panel.layout, printer_port))


def _mistake(panel: PanelConfig, fault: PinFault, lines: dict[str, int]) -> Mistake:
    """Told at the line that the file has; of a clash with a default, at the one it changed."""
    key, says = f"panel.{fault.signal.value}", fault.says
    if fault.other is not None and key not in lines:
        key = f"panel.{fault.other.value}"
        says = says.replace(fault.other.value, fault.signal.value)
    value = getattr(panel, key.removeprefix("panel."))
    return Mistake(lines.get(key, lines.get("panel")), key, f'"{value}"', says, fault.do)


def _hours(night: str) -> tuple[time, time] | None:
    if not night:
        return None
    begins, _, ends = night.partition("-")
    return time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip())
