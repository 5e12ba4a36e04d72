"""The printer: opened as the kiosk would, asked, and let go again."""

from collections.abc import Callable
from pathlib import Path

from kiosk.config import KioskConfig
from kiosk.config_printer import PrinterConfig
from kiosk.devices.ports import Fact, PrinterStatus, VoucherPrinter
from kiosk.devices.printer.profile import PrinterProfile
from kiosk.doctor.finding import Finding, Level, fail, ok, warn

PRINTER_S = 3.0
"""A model that is asked in turn takes its time; one that starts up takes longer anyway."""

_NO_PORT = {
    "uart": "check cable and power; name the port of `ls /dev/serial/by-id` in printer.port",
    "usb": "check cable and power; name the port of `ls /dev/usb` in printer.port",
    "emulator": "start `kiosk emulate-printer --link PATH` and name PATH in printer.port",
}
_SILENT = {
    "uart": "is it switched on? do printer.baud and its switches agree? is RX/TX crossed?"
    " is printer.profile its model?",
    "usb": "is it switched on? is printer.profile its model? some lp ports only write:"
    " wire such a printer to the header",
    "emulator": "is printer.profile the --profile of `kiosk emulate-printer`?",
}


def printer(
    config: KioskConfig,
    open_printer: Callable[[], VoucherPrinter],
    busy: Callable[[], bool | None] = lambda: None,
) -> Finding:
    """What the printer says of itself, and what to do about it.

    Args:
        config: the kiosk's.
        open_printer: the printer as the kiosk would use it.
        busy: its busy line, None where that is not wired.
    """
    wired = config.printer
    model = wired.model
    if not _there(wired.port):
        return fail("printer", f"{wired.port} is not there", _NO_PORT[wired.backend])
    device = open_printer()
    try:
        status = device.status(PRINTER_S)
        slot = device.slot() if model.presenter is not None else Fact.OK
        waits = wired.backend == "uart" and bool(busy())
    finally:
        device.close()
    finding = _finding(wired, model, status, slot)
    if finding.level is Level.OK and waits:
        return fail(
            "printer",
            f"{model.name}: says that all is well, but its busy line stays up",
            "check the wire of panel.busy and busy_level of the profile;"
            ' without such a wire: panel.busy = "off"',
        )
    return finding


def _there(port: str) -> bool:
    path = Path(port)
    return any(path.parent.glob(path.name)) if "*" in path.name else path.exists()


def _finding(
    wired: PrinterConfig, model: PrinterProfile, status: PrinterStatus, slot: Fact
) -> Finding:
    where = f"{model.name} at {_port(wired, model)}"
    facts = {
        "paper": (status.paper, "put in a new roll, the heat-sensitive side up"),
        "cover": (status.cover, "close the cover until it clicks"),
        "cutter or head": (status.mechanism, "clear the jam, switch the printer off and on"),
        "line": (status.online, "press FEED; the printer is off line"),
        "slot": (slot, "take the voucher out of the slot, clear the presenter"),
    }
    for name, (fact, do) in facts.items():
        if fact is Fact.FAULT:
            return fail("printer", f"{where}: {name} at fault", do)
    if unknown := [name for name, (fact, _) in facts.items() if fact is Fact.UNKNOWN]:
        says = f"{where}: tells nothing about {', '.join(unknown)}"
        return fail("printer", says, _SILENT[wired.backend])
    if status.near_end is Fact.FAULT:
        return warn("printer", f"{where}: the roll is near its end", "have a new one at hand")
    told = ", ".join(list(facts)[: None if model.presenter else -1])
    return ok("printer", f"{where}: {told} are fine")


def _port(wired: PrinterConfig, model: PrinterProfile) -> str:
    speed = "" if wired.backend == "usb" else f", {wired.baud or model.baud} baud"
    return f"{wired.port} ({wired.backend}{speed})"
