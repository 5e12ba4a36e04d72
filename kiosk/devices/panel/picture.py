"""The header as a picture in text: which wire goes where, what is free, what is the machine's."""

from collections.abc import Mapping
from enum import StrEnum

from kiosk.devices.panel.faults import ID_EEPROM, UART, uses_header_uart
from kiosk.devices.panel.header import HeaderPin, header
from kiosk.devices.panel.layout import PanelLayout, Signal

NAME_WIDTH = 16
USE_WIDTH = 22


class Use(StrEnum):
    """What a pin is, for its colour."""

    POWER = "power"
    GROUND = "ground"
    WIRED = "wired"
    CLASH = "clash"
    HELD = "held"
    FREE = "free"


def use_of(
    pin: HeaderPin, layout: PanelLayout | None, printer_port: str, held: Mapping[int, str]
) -> tuple[Use, str]:
    """What a pin is used for, and as what it is shown."""
    if pin.bcm is None:
        return (Use.GROUND, "") if pin.name == "GND" else (Use.POWER, "")
    wired = [] if layout is None else [s for s, bcm in layout.wired.items() if bcm == pin.bcm]
    taken = _taken_by(pin.bcm, printer_port, held)
    if wired:
        shown = " + ".join(f"{signal.value} {arrow(signal)}" for signal in wired)
        return (Use.CLASH if taken or len(wired) > 1 else Use.WIRED), shown
    return (Use.HELD, taken) if taken else (Use.FREE, "free")


def arrow(signal: Signal) -> str:
    """Out of the Pi, or into it."""
    return "out" if signal.is_output else "in"


def _taken_by(bcm: int, printer_port: str, held: Mapping[int, str]) -> str:
    if bcm in ID_EEPROM:
        return "EEPROM of a HAT"
    if bcm in UART and uses_header_uart(printer_port):
        return f"printer {UART[bcm]}"
    return held[bcm].partition(" (")[0] if bcm in held else ""


def picture(
    layout: PanelLayout | None,
    printer_port: str,
    held: Mapping[int, str],
    paint: Mapping[Use, str] | None = None,
) -> str:
    """Twenty lines of two pins each, seen from above, pin 1 at the top left.

    Args:
        layout: None for a machine whose panel is not enabled.
        paint: what each kind of pin is wrapped in: `"{}"` with colours around it.
    """
    paint = paint or {}
    lines = []
    pins = header()
    for odd, even in zip(pins[::2], pins[1::2], strict=True):
        left_use, left = use_of(odd, layout, printer_port, held)
        right_use, right = use_of(even, layout, printer_port, held)
        left_text = f"{left:>{USE_WIDTH}}  {_name(odd):>{NAME_WIDTH}}"
        right_text = f"{_name(even):<{NAME_WIDTH}}  {right:<{USE_WIDTH}}".rstrip()
        lines.append(
            paint.get(left_use, "{}").format(left_text)
            + f" ({odd.position:2}) ({even.position:2}) "
            + paint.get(right_use, "{}").format(right_text)
        )
    return "\n".join(lines)


def _name(pin: HeaderPin) -> str:
    return f"{pin.name} {pin.second_use}".rstrip()
