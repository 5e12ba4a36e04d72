"""One voucher that somebody asks about, as staff may see it: never a member, never a full code."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from wire.api.text import Text

COPIES_MAX = 2
"""So often one voucher may be printed again; the service counts."""


class Standing(StrEnum):
    """How a voucher stands, in the words of the shop floor."""

    IN_HAND = "in_hand"
    """Between the shopper's tap and the paper."""
    UNCERTAIN = "uncertain"
    """It may be on paper; the code lives, the points stay spent."""
    ISSUED = "issued"
    """The code lives, and can be used once."""
    USED = "used"
    RETURNED = "returned"
    """The points are back (or on their way), the code is dead."""
    EXPIRED = "expired"
    VOIDED = "voided"


class Mark(StrEnum):
    """What happened at one moment of a voucher's story."""

    ASKED = "asked"
    HELD = "held"
    ALLOWED = "allowed"
    """The service knows that the next byte may reach paper."""
    TO_PRINTER = "to_printer"
    PRINTED = "printed"
    """The printer answered after the cut."""
    CAPTURED = "captured"
    """The service knows that it is on paper."""
    UNSURE = "unsure"
    """Bytes went out, the printer did not answer after the cut."""
    NOT_PRINTED = "not_printed"
    """Proven: no byte reached the printer."""
    RETURNED = "returned"
    REFUSED = "refused"
    """Before anything was held."""
    ENTERED = "entered"
    """Another kiosk's, that came here to be printed again."""
    REPRINT_ASKED = "reprint_asked"
    REPRINT_BEGUN = "reprint_begun"
    REPRINT_REFUSED = "reprint_refused"
    REPRINT_FAILED = "reprint_failed"
    REPRINTED = "reprinted"
    STAFF_TAKEN_ASKED = "staff_taken_asked"
    """券已取 was said; the service was about to hear it."""
    STAFF_TAKEN = "staff_taken"
    STAFF_VOID_ASKED = "staff_void_asked"
    STAFF_VOID = "staff_void"
    STAFF_REFUSED = "staff_refused"
    """The service did not do what staff asked for."""
    TAKEN = "taken"
    NOT_TAKEN = "not_taken"
    """It stood in the slot for a while."""
    RETRACTED = "retracted"
    """Drawn back into the kiosk."""
    USED = "used"
    SETTLED = "settled"
    """The service counts it as issued, though this kiosk saw no paper."""
    OVER = "over"
    """Nothing waits any more."""
    NOTE = "note"
    """Anything else that was written down."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the story."""

    mark: Mark
    at: datetime
    """Aware, by the kiosk's best clock then (or the service's, for what it told)."""
    detail: str = ""
    """Figures that need no language: `112 mm`, `1/2`, `S0123`."""
    by: str = ""
    """Reference of who of the staff did it, "" if nobody."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one voucher, from this kiosk's journal, the service, or both."""

    id: UUID
    at: datetime
    """When it was asked for; aware."""
    standing: Standing
    tail: str
    """Last four symbols of the code; "" before there was one."""
    reward: Text | None = None
    """None: not known at this kiosk."""
    points: int | None = None
    device_no: str = ""
    """Where it was asked for; "" for this kiosk until its configuration has come."""
    here: bool = True
    """Asked for at this kiosk."""
    in_journal: bool = False
    """This kiosk has its story (asked for or printed again here)."""
    copies: int = 0
    """Reprints so far."""
    used_at: datetime | None = None
    used_where: str | None = None

    @property
    def copies_left(self) -> int:
        return max(0, COPIES_MAX - self.copies)

    @property
    def printable(self) -> bool:
        """Whether the same code may be printed again, as far as is known here."""
        return self.standing in (Standing.UNCERTAIN, Standing.ISSUED) and self.copies_left > 0
