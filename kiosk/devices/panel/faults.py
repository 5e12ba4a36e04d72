"""Clashes and impossible pins in a layout, each with the pin's place and how to mend it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.devices.panel.header import FIXED_PULL_UPS, LAST_BCM, place
from kiosk.devices.panel.layout import PanelLayout, Pull, Signal

ID_EEPROM = frozenset({0, 1})
UART = {14: "transmit", 15: "receive"}
_HEADER_TTYS = frozenset({"ttyAMA0", "ttyS0", "serial0"})
"""The names under which Linux knows the UART on GPIO14 and GPIO15."""
_FIRST_CHOICE = (17, 27, 22, 24, 25, 4, 20, 21, 26, 16, 13, 6, 5, 12, 18, 19, 23)
"""Free pins are proposed in this order: those with no common second use first."""


@dataclass(frozen=True, slots=True)
class PinFault:
    signal: Signal
    says: str
    """Goes on after the signal's name."""
    do: str
    other: Signal | None = None
    """With which it clashes."""

    def __str__(self) -> str:
        return f"{self.signal.value} {self.says}; {self.do}"


class PanelError(Exception):
    """The panel cannot be used.

    PanelError
    ├── Miswired       the layout cannot work on this machine: mend kiosk.toml or the overlays
    └── PanelUnusable  a library, a device node or a line cannot be had
    """


class Miswired(PanelError):
    def __init__(self, faults: list[PinFault]) -> None:
        self.faults = faults
        super().__init__("; ".join(map(str, faults)))


class PanelUnusable(PanelError):
    def __init__(self, says: str, do: str) -> None:
        self.says = says
        self.do = do
        super().__init__(f"{says}; {do}")


def find_faults(
    layout: PanelLayout, printer_port: str = "", held: Mapping[int, str] | None = None
) -> list[PinFault]:
    """Everything that is wrong with a layout; empty when it can work.

    Args:
        printer_port: the printer's device; GPIO14 and 15 are its own unless it is known to
            be elsewhere. "" for a machine without a printer.
        held: BCM numbers that the machine itself uses (`machine.held_pins`), and as what.
    """
    held = held or {}
    found: list[PinFault] = []
    first: dict[int, Signal] = {}
    for signal, bcm in layout.wired.items():
        found += [
            PinFault(signal, says, _other_pin(layout, held))
            for says in _impossible(layout, signal, bcm, printer_port, held)
        ]
        if bcm in first:
            says = f"is on {place(bcm)}, where {first[bcm].value} is already"
            do = f'{_other_pin(layout, held)}, or take one of the two away with = "off"'
            found.append(PinFault(signal, says, do, first[bcm]))
        first.setdefault(bcm, signal)
    return found


def _impossible(
    layout: PanelLayout, signal: Signal, bcm: int, printer_port: str, held: Mapping[int, str]
) -> Iterator[str]:
    if bcm in ID_EEPROM:
        yield f"is on {place(bcm)}, which is for the EEPROM of a HAT: the firmware drives it"
    elif bcm in UART and uses_header_uart(printer_port):
        yield f"is on {place(bcm)}, the {UART[bcm]} line of the printer ({printer_port})"
    elif bcm in held:
        yield f"is on {place(bcm)}, which this machine uses for {held[bcm]}"
    if not signal.is_output and bcm in FIXED_PULL_UPS and layout.line(signal).pull is not Pull.UP:
        yield f"is on {place(bcm)}, which has a pull-up on the board: it cannot have another"


def uses_header_uart(printer_port: str) -> bool:
    """Whether the printer may be on GPIO14/15: it is, or its link leads nowhere yet."""
    if not printer_port:
        return False
    path = Path(printer_port)
    if path.name in _HEADER_TTYS:
        return True
    known = path.exists()
    return path.resolve().name in _HEADER_TTYS if known else path.name == "kiosk-printer"


def free_pins(layout: PanelLayout, held: Mapping[int, str]) -> list[int]:
    """BCM numbers that nothing uses, best ones first."""
    never = {*layout.wired.values(), *held, *ID_EEPROM, *UART}
    others = [bcm for bcm in range(LAST_BCM + 1) if bcm not in _FIRST_CHOICE]
    return [bcm for bcm in (*_FIRST_CHOICE, *others) if bcm not in never]


def _other_pin(layout: PanelLayout, held: Mapping[int, str]) -> str:
    free = free_pins(layout, held)
    return f"take another pin, like {place(free[0])}" if free else "there is no free pin left"
