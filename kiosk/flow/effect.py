"""What the flow wants done; the runner does it and answers with events."""

from dataclasses import dataclass
from uuid import UUID

from kiosk.flow.staff.values.unions import StaffEffect
from wire.api.text import Language


@dataclass(frozen=True, slots=True)
class LookUp:
    """Verify the text, then ask who it is.

    Answered by MemberFound, MemberRefused, CodeNotOurs or ServiceUnreachable.
    """

    text: str
    symbology: str


@dataclass(frozen=True, slots=True)
class Redeem:
    """One redemption from printer status to paper.

    Answered by StepReached (any number), then exactly one of RedemptionRefused,
    RedemptionUnreached, PrinterRefused, VoucherPrinted, VoucherUncertain.
    """

    redemption: UUID
    session: UUID
    item: UUID
    item_rev: int
    price: int
    language: Language


@dataclass(frozen=True, slots=True)
class Reprint:
    """The same code once more, for the owner's session; answered like `Redeem`."""

    redemption: UUID
    session: UUID
    language: Language


@dataclass(frozen=True, slots=True)
class TellStaff:
    """An event to the service: somebody asks for help here."""

    reason: str


@dataclass(frozen=True, slots=True)
class WipeSession:
    """The shopper has gone: forget textures, texts and everything else of them."""


Effect = LookUp | Redeem | Reprint | TellStaff | WipeSession | StaffEffect
