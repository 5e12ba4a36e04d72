"""The panel: its pins by themselves, and then as the kiosk would open them."""

from collections.abc import Callable

from kiosk.config import KioskConfig
from kiosk.devices.panel.choice import open_wires
from kiosk.devices.panel.faults import PanelUnusable, find_faults
from kiosk.devices.panel.layout import INPUTS, OUTPUTS, PanelLayout, Signal
from kiosk.devices.panel.machine import held_pins
from kiosk.devices.panel.wires import Wires
from kiosk.doctor.finding import Finding, fail, ok, warn


def pins(
    config: KioskConfig,
    held: Callable[[], dict[int, str]] = held_pins,
    open_inputs: Callable[[KioskConfig, PanelLayout], Wires] | None = None,
) -> Finding:
    """Outputs are not driven: the printer keeps its power."""
    if not config.panel.enabled:
        return ok("pins", "no panel here: [panel] enabled = false")
    layout = config.panel.layout_for(busy_high=config.printer.model.busy_high)
    port = config.printer.port if config.printer.backend == "uart" else ""
    if faults := find_faults(layout, port, held()):
        says = "; ".join(f"{fault.signal.value} {fault.says}" for fault in faults)
        return fail("pins", says, f"{faults[0].do}; `kiosk pins` shows the header")
    try:
        wires = (open_inputs or _open_inputs)(config, layout)
    except PanelUnusable as unusable:
        return fail("pins", unusable.says, unusable.do)
    try:
        active = {signal: wires.active(signal) for signal in INPUTS}
    finally:
        wires.close()
    return _finding(config, layout, active)


def _open_inputs(config: KioskConfig, layout: PanelLayout) -> Wires:
    return open_wires(layout, config.panel.pin_factory, signals=INPUTS)


def _finding(
    config: KioskConfig, layout: PanelLayout, active: dict[Signal, bool | None]
) -> Finding:
    for signal, (says, do) in _AT_FAULT.items():
        if active[signal]:
            return warn("pins", says, f"{do}; `kiosk pins --watch` shows it live")
    wired = layout.wired
    outputs = sum(signal in wired for signal in OUTPUTS)
    factory = config.panel.pin_factory
    if factory == "mock":
        return warn(
            "pins",
            f"{len(wired)} lines, but only pretended (mock)",
            'say pin_factory = "lgpio" on a Raspberry Pi',
        )
    inputs = len(wired) - outputs
    return ok("pins", f"{outputs} outputs and {inputs} inputs on {factory}; none at fault")


_AT_FAULT = {
    Signal.PAPER_END: ("the paper-end sensor says: no paper", "put in a roll, or see its wire"),
    Signal.NEAR_END: ("the near-end sensor speaks", "change the roll soon, or see its wire"),
    Signal.ROLL_DOOR: ("the roll door is open", "close it, or see its contact's wire"),
    Signal.TAKEN: ("something stands in the slot", "take it out; wipe the light barrier"),
    Signal.STAFF_KEY: ("the staff key is turned", "turn it back; only the turning opens"),
}
