"""The printer says no, or nothing."""

from kiosk.devices.ports import Fact, PrinterError, PrinterStatus


class Refused(PrinterError):
    """Whether bytes of the page went out the caller knows."""


def refused(status: PrinterStatus) -> Refused:
    """What a status that is not good enough means."""
    return Refused(words(status), no_paper=status.paper is Fact.FAULT)


def faulty(status: PrinterStatus) -> bool:
    """Whether any fact is a fault; UNKNOWN is none."""
    return Fact.FAULT in _facts(status)


def words(status: PrinterStatus) -> str:
    """For the log: the facts that are not OK."""
    names = ("paper", "cover", "mechanism", "online")
    pairs = zip(names, _facts(status), strict=True)
    return "the printer says " + ", ".join(f"{n} {f}" for n, f in pairs if f is not Fact.OK)


def _facts(status: PrinterStatus) -> tuple[Fact, ...]:
    return (status.paper, status.cover, status.mechanism, status.online)
