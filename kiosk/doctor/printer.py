"""The printer: opened as the kiosk would, asked, and let go again."""

from collections.abc import Callable
from pathlib import Path

from kiosk.config import KioskConfig
from kiosk.devices.ports import Fact, PrinterStatus, VoucherPrinter
from kiosk.doctor.finding import Finding, fail, ok

PRINTER_S = 2.0


def printer(config: KioskConfig, open_printer: Callable[[], VoucherPrinter]) -> Finding:
    """What the printer says of itself."""
    port = Path(config.printer.port)
    if not port.exists():
        return fail(
            "printer",
            f"{port} is not there",
            "check cable and power; name the port of `ls /dev/serial/by-id` in printer.port",
        )
    device = open_printer()
    try:
        status = device.status(PRINTER_S)
    finally:
        device.close()
    return _printer_finding(
        f"{port} at {config.printer.baud or config.printer.model.baud} baud", status
    )


def _printer_finding(where: str, status: PrinterStatus) -> Finding:
    facts = {
        "paper": (status.paper, "put in a new roll, the heat-sensitive side up"),
        "cover": (status.cover, "close the cover until it clicks"),
        "cutter or head": (status.mechanism, "clear the jam, switch the printer off and on"),
        "line": (status.online, "press FEED; the printer is off line"),
    }
    for name, (fact, do) in facts.items():
        if fact is Fact.FAULT:
            return fail("printer", f"{where}: {name} at fault", do)
    if unknown := [name for name, (fact, _) in facts.items() if fact is Fact.UNKNOWN]:
        return fail(
            "printer",
            f"{where}: tells nothing about {', '.join(unknown)}",
            "is it switched on? do printer.baud and its switches agree? is RX/TX crossed?",
        )
    return ok("printer", f"{where}: paper, cover, cutter and line are fine")
