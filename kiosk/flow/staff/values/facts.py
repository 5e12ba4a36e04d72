"""How the kiosk is, in figures, for the dashboard of staff."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Sensed(StrEnum):
    """What a sensor says. UNKNOWN is neither fine nor a fault."""

    OK = "ok"
    FAULT = "fault"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PrinterFacts:
    """What the printer last said of itself."""

    paper: Sensed = Sensed.UNKNOWN
    cover: Sensed = Sensed.UNKNOWN
    """FAULT: open."""
    mechanism: Sensed = Sensed.UNKNOWN
    online: Sensed = Sensed.UNKNOWN

    @property
    def ready(self) -> bool:
        """Every fact is known to be OK."""
        return {self.paper, self.cover, self.mechanism, self.online} == {Sensed.OK}


@dataclass(frozen=True, slots=True)
class KioskFacts:
    """Gathered every two seconds while somebody looks; None: not known here."""

    issued_today: int = 0
    """Vouchers whose paper is certain, since midnight of the store."""
    released_today: int = 0
    uncertain: int = 0
    """Vouchers that wait for staff to settle them."""
    pending: int = 0
    """Records and calls that wait for the service."""
    last_sync: datetime | None = None
    """When the service last answered, aware."""
    offline_s: float = 0.0
    """Since when it has not, in seconds; 0 while it does."""
    printer: PrinterFacts = field(default_factory=PrinterFacts)
    printer_age_s: float | None = None
    """How old the printer's status is."""
    scanner_fps: float | None = None
    scanner_reason: str = ""
    """What an engineer should know about the camera; "" when all is well."""
    clock_skew_s: float | None = None
    """By how much the system's clock is off the service's."""
    clock_suspect: bool = False
    cpu_temp: float | None = None
    """Degrees Celsius."""
    disk_free_mb: int | None = None
