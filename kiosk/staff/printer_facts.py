"""A printer's status as the flow knows it."""

from kiosk.devices.ports import Fact, PrinterStatus
from kiosk.flow.staff.values.facts import PrinterFacts, Sensed
from kiosk.flow.staff.values.rolls import PrintTrouble

_SENSED = {Fact.OK: Sensed.OK, Fact.FAULT: Sensed.FAULT, Fact.UNKNOWN: Sensed.UNKNOWN}


def printer_facts(status: PrinterStatus) -> PrinterFacts:
    """The same facts; what is unknown stays unknown."""
    return PrinterFacts(
        paper=_SENSED[status.paper],
        cover=_SENSED[status.cover],
        mechanism=_SENSED[status.mechanism],
        online=_SENSED[status.online],
    )


def trouble(status: PrinterStatus) -> PrintTrouble:
    """Why this printer would not print now."""
    if status.cover is Fact.FAULT:
        return PrintTrouble.COVER
    if status.paper is Fact.FAULT:
        return PrintTrouble.NO_PAPER
    return PrintTrouble.PRINTER
