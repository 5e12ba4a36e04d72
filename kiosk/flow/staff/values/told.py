"""How something that staff wanted has ended: one screen for all of it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.flow.staff.values.clerk import Clerk

if TYPE_CHECKING:
    from kiosk.flow.staff.values.vouchers import Queue, Search


class Ending(StrEnum):
    """Codes of the wording catalogue; each says what happened, what it means, what next."""

    REPRINTED = "ST-END-REPRINTED"
    REPRINT_LIMIT = "ST-END-REPRINT-LIMIT"
    REPRINT_USED = "ST-END-REPRINT-USED"
    REPRINT_RELEASED = "ST-END-REPRINT-RELEASED"
    REPRINT_EXPIRED = "ST-END-REPRINT-EXPIRED"
    REPRINT_PAPER = "ST-END-REPRINT-PAPER"
    REPRINT_PRINTER = "ST-END-REPRINT-PRINTER"
    REPRINT_COUNTED = "ST-END-REPRINT-COUNTED"
    """Nothing came out, but the service had allowed a copy and counts it."""
    REPRINT_UNSURE = "ST-END-REPRINT-UNSURE"
    REPRINT_OFFLINE = "ST-END-REPRINT-OFFLINE"
    REPRINT_STATE = "ST-END-REPRINT-STATE"
    TAKEN = "ST-END-TAKEN"
    VOIDED = "ST-END-VOIDED"
    SETTLED_USED = "ST-END-SETTLED-USED"
    SETTLED_ISSUED = "ST-END-SETTLED-ISSUED"
    SETTLED_RELEASED = "ST-END-SETTLED-RELEASED"
    SETTLED_ELSEWHERE = "ST-END-SETTLED-ELSEWHERE"
    SETTLE_SILENT = "ST-END-SETTLE-SILENT"
    CLOCKED_IN = "ST-END-CLOCKED-IN"
    CLOCKED_OUT = "ST-END-CLOCKED-OUT"
    CLOCKED_ALREADY = "ST-END-CLOCKED-ALREADY"
    CLOCK_SILENT = "ST-END-CLOCK-SILENT"
    HANDED_OVER = "ST-END-HANDED-OVER"
    SAME_PERSON = "ST-END-SAME-PERSON"
    ROLE = "ST-END-ROLE"
    REFUSED = "ST-END-REFUSED"
    """The service said no for a reason that this kiosk does not know."""


GOOD = frozenset(
    {
        Ending.REPRINTED,
        Ending.TAKEN,
        Ending.VOIDED,
        Ending.CLOCKED_IN,
        Ending.CLOCKED_OUT,
        Ending.HANDED_OVER,
    }
)
"""What was wanted was done."""


@dataclass(frozen=True, slots=True)
class Told:
    """The answer, until it was read."""

    clerk: Clerk
    idle_at_s: float
    ending: Ending
    params: dict[str, str | int] = field(default_factory=dict)
    back: "Search | Queue | None" = None
    """The list that it began on; None: the dashboard."""
