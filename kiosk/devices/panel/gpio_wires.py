"""The header's pins by gpiozero: lgpio on a Raspberry Pi, gpiozero's mock elsewhere.

The pin factory is the one that kiosk.toml names and no other: gpiozero's own search through
all factories that it can import (and its environment variable) is never used, because a
kiosk that silently drives no pin is worse than one that does not start.
"""

import logging
import math
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, Literal

from kiosk.devices.panel.faults import PanelUnusable
from kiosk.devices.panel.header import place
from kiosk.devices.panel.layout import INPUTS, OUTPUTS, Line, PanelLayout, Pull, Signal

log = logging.getLogger(__name__)

FactoryName = Literal["lgpio", "mock"]
_PI_4 = "c03111"
_BREATH_S = 2.4
_BREATH_STEP_S = 0.04
_OCTAVES = 3
"""Around A4: A1 to A7."""


def pin_factory(name: FactoryName) -> Any:
    """A gpiozero factory of our own; nothing is put into gpiozero's global one.

    Raises:
        PanelUnusable: the library or the machine's GPIO chip cannot be had.
    """
    if name == "mock":
        from gpiozero.pins.mock import MockFactory, MockPWMPin

        return MockFactory(revision=_PI_4, pin_class=MockPWMPin)
    try:
        from gpiozero.pins.lgpio import LGPIOFactory
    except ImportError as error:
        raise PanelUnusable(
            f"the pins cannot be reached: {error}",
            'install lgpio (requirements.lock has it for a Pi); on a PC say pin_factory = "mock"'
            " or enabled = false",
        ) from error
    try:
        return LGPIOFactory()
    except Exception as error:  # lgpio raises its own error class for whatever is wrong
        raise PanelUnusable(
            f"the GPIO chip cannot be opened: {error}",
            "is this a Raspberry Pi? is the user in the group gpio? does DeviceAllow of the"
            " unit name char-gpiochip?",
        ) from error


class GpioWires:
    """The `Wires` of a real header. Thread: any.

    Every output is off from the moment when its pin becomes an output, and off again before
    it is let go. A pin that was let go floats: each MOSFET needs its resistor (docs/panel.md).

    Args:
        factory: from `pin_factory`; it is closed with these wires.
        signals: only these; a tool that only looks must not drive anything.

    Raises:
        PanelUnusable: a line is in use already, or cannot be what it should be.
    """

    def __init__(
        self, layout: PanelLayout, factory: Any, signals: Iterable[Signal] = tuple(Signal)
    ) -> None:
        self._layout = layout
        self._factory = factory
        self._lock = threading.RLock()
        self._devices: dict[Signal, Any] = {}
        wanted = set(signals)
        try:
            for signal in (*OUTPUTS, *INPUTS):
                line = layout.line(signal)
                if signal in wanted and line.bcm is not None:
                    self._devices[signal] = self._opened(signal, line.bcm, line)
        except PanelUnusable:
            self.close()
            raise

    def _opened(self, signal: Signal, bcm: int, line: Line) -> Any:
        try:
            return _device(signal, bcm, line, self._factory)
        except Exception as error:  # each factory has error classes of its own
            raise PanelUnusable(
                f"{signal.value} cannot have {place(bcm)}: {error}",
                "end whatever else uses this pin (another kiosk? a script? an overlay?), or"
                " give the signal another pin in [panel]",
            ) from error

    def listen(self, moved: Callable[[Signal, bool], None]) -> None:
        """See `Wires`; gpiozero calls back on a thread of its factory."""
        for signal in INPUTS:
            device = self._devices.get(signal)
            if device is None or signal is Signal.BUSY:
                continue

            def edge(of: Any, signal: Signal = signal) -> None:
                active = self._active_of(signal, of)
                if active is not None:
                    moved(signal, active)

            device.when_activated = edge
            device.when_deactivated = edge

    def active(self, signal: Signal) -> bool | None:
        device = self._devices.get(signal)
        return None if device is None else self._active_of(signal, device)

    def _active_of(self, signal: Signal, device: Any) -> bool | None:
        """As kiosk.toml means it; to gpiozero a pulled-up input is active when it is low."""
        line = self._layout.line(signal)
        with self._lock:
            if device.closed:
                return None
            raised = bool(device.value) is not (line.pull is Pull.UP)
        return raised is line.active_high

    def switch(self, signal: Signal, *, on: bool) -> None:
        with self._lock:
            if (device := self._devices.get(signal)) is not None:
                device.value = on

    def breathe(self, *, on: bool) -> None:
        with self._lock:
            if (led := self._devices.get(Signal.EXIT_LIGHT)) is None:
                return
            led.source = None
            led.off()
            if on:
                led.source_delay = _BREATH_STEP_S
                led.source = breath(self._layout.exit_light_brightness)

    def sound(self, note: str | None, loudness: float = 0.0) -> None:
        with self._lock:
            if (buzzer := self._devices.get(Signal.BUZZER)) is None:
                return
            if note is None:
                buzzer.stop()
                # Without a frequency the line could stand high, with a current through the coil.
                buzzer.pwm_device.off()
            else:
                buzzer.play(note)
                buzzer.pwm_device.value = loudness

    def close(self) -> None:
        with self._lock:
            devices, self._devices = self._devices, {}
            for signal, device in devices.items():
                if signal.is_output:
                    _off(signal, device)
            for device in devices.values():
                with suppress(Exception):
                    device.close()
            factory, self._factory = self._factory, None
            if factory is not None:
                with suppress(Exception):
                    factory.close()


def _device(signal: Signal, bcm: int, line: Line, factory: Any) -> Any:
    """The gpiozero device of the pin map in docs/panel.md."""
    import gpiozero  # a tenth of a second: only a kiosk with a panel pays it

    if signal in INPUTS:
        pull = {Pull.UP: True, Pull.DOWN: False, Pull.NONE: None}[line.pull]
        floating = {"active_state": True} if pull is None else {}
        return gpiozero.DigitalInputDevice(bcm, pull_up=pull, pin_factory=factory, **floating)
    if signal is Signal.EXIT_LIGHT:
        return gpiozero.PWMLED(bcm, active_high=line.active_high, pin_factory=factory)
    if signal is Signal.BUZZER:
        return gpiozero.TonalBuzzer(bcm, octaves=_OCTAVES, pin_factory=factory)
    return gpiozero.OutputDevice(bcm, active_high=line.active_high, pin_factory=factory)


def _off(signal: Signal, device: Any) -> None:
    try:
        if signal is Signal.BUZZER:
            device.stop()
            device.pwm_device.off()
        else:
            device.source = None
            device.off()
    except Exception:  # one line that fails must not keep the others on
        log.exception("%s could not be switched off", signal.value)


def breath(brightness: float) -> Iterator[float]:
    """Brightness of a light that breathes, for ever, one value per step; at most as given.

    A squared sine: the eye sees brightness on a curve, and the light is never off for long.
    """
    steps = round(_BREATH_S / _BREATH_STEP_S)
    while True:
        for step in range(steps):
            yield brightness * math.sin(math.pi * step / steps) ** 2
