"""The panel that kiosk.toml describes, opened, and made safe whatever ends the program."""

import atexit
import logging
import signal as signals
import threading
from collections.abc import Callable, Iterable
from datetime import time
from typing import Any

from kiosk.config_panel import PanelConfig
from kiosk.config_printer import PrinterConfig
from kiosk.devices.panel.faults import Miswired, find_faults
from kiosk.devices.panel.gpio_wires import FactoryName, GpioWires, pin_factory
from kiosk.devices.panel.layout import INPUTS, PanelLayout, Signal
from kiosk.devices.panel.machine import held_pins
from kiosk.devices.panel.nobody import NoPanel
from kiosk.devices.panel.panel import WiredPanel
from kiosk.devices.ports import Clock, Panel

log = logging.getLogger(__name__)

_DEADLY = (signals.SIGTERM, signals.SIGINT, signals.SIGHUP, signals.SIGQUIT)


def panel_from(
    config: PanelConfig,
    printer: PrinterConfig,
    clock: Clock,
    local_time: Callable[[], time | None],
) -> Panel:
    """The panel that [panel] names, open and watched over by nobody yet.

    Raises:
        Miswired, PanelUnusable: see `open_wires`.
    """
    if not config.enabled:
        return NoPanel()
    layout = config.layout_for(busy_high=printer.model.busy_high)
    on_uart = printer.backend == "uart"
    panel = open_panel(
        layout, config.pin_factory, printer.port if on_uart else "", clock, local_time
    )
    # A serial printer gets its power with its port, because a Pi that starts sends garbage;
    # on USB there is no port without power.
    panel.printer_power(not on_uart)
    return panel


def open_wires(
    layout: PanelLayout,
    factory_name: FactoryName,
    printer_port: str = "",
    factory: Any = None,
    signals: Iterable[Signal] = tuple(Signal),
) -> GpioWires:
    """Lines of a layout, outputs off.

    Args:
        signals: only these.
        factory: another one of gpiozero's than `factory_name` gives, for a test.

    Raises:
        Miswired: the layout cannot work on this machine.
        PanelUnusable: a library, the chip or a line cannot be had.
    """
    held = held_pins() if factory_name == "lgpio" else {}
    if faults := find_faults(layout, printer_port, held):
        raise Miswired(faults)
    factory = factory or pin_factory(factory_name)
    wires = GpioWires(layout, factory, signals)
    if factory_name == "mock":
        _at_rest(layout, factory)
    return wires


def open_panel(
    layout: PanelLayout,
    factory_name: FactoryName,
    printer_port: str,
    clock: Clock,
    local_time: Callable[[], time | None] = lambda: None,
) -> WiredPanel:
    """A panel that is safe from here on; raises as `open_wires`."""
    panel = WiredPanel(open_wires(layout, factory_name, printer_port), layout, clock, local_time)
    safe_at_the_end(panel.close)
    wired = ", ".join(f"{signal.value} GPIO{bcm}" for signal, bcm in layout.wired.items())
    log.info("panel on %s: %s", factory_name, wired)
    return panel


def safe_at_the_end(make_safe: Callable[[], None]) -> None:
    """Have this called at the interpreter's end, and before a signal kills it.

    A signal that somebody handles already (the running loop ends the kiosk by SIGTERM and
    SIGINT) is left to them: their end is an orderly one. What no handler sees (SIGKILL, a
    crash in C) is the unit's: ExecStopPost runs `kiosk pins --safe`.
    """
    atexit.register(make_safe)
    if threading.current_thread() is not threading.main_thread():
        return
    for number in _DEADLY:
        if signals.getsignal(number) is signals.SIG_DFL:
            signals.signal(number, _dying(make_safe))


def _dying(make_safe: Callable[[], None]) -> Callable[[int, object], None]:
    def die(number: int, _frame: object) -> None:
        make_safe()
        signals.signal(number, signals.SIG_DFL)
        signals.raise_signal(number)

    return die


def _at_rest(layout: PanelLayout, factory: Any) -> None:
    """A desk has no contacts: let the mock's inputs say that all is well, as closed ones do."""
    for signal in INPUTS:
        line = layout.line(signal)
        if line.bcm is not None:
            pin = factory.pin(line.bcm)
            pin.drive_low() if line.active_high else pin.drive_high()
