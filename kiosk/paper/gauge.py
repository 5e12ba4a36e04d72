"""How much paper is left, as a value that screens draw and the flow decides by."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PaperGauge:
    """The roll that is in, reckoned from millimetres printed.

    Without a known roll nothing is reckoned: then the printer's own sensors decide alone.
    """

    known: bool = False
    serial: str = ""
    length_mm: int = 0
    mm_left: int = 0
    vouchers_left: int = 0
    """As many of the length measured of late as are left, trailers included."""
    low: bool = False
    """Staff are to be warned: reckoned, or said by the near-end sensor."""
    enough: bool = True
    """Whether a redemption may start: there is paper for the voucher and its trailer."""
    empty_at: datetime | None = None
    """When it will be used up if today goes on like this; aware, None while unknown."""


NO_ROLL = PaperGauge()
