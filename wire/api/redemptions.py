"""One redemption: reserve, printing, capture or release."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from wire.api.text import Text


class State(StrEnum):
    """Of a redemption at the service (QUOTED is the catalogue's price, never stored)."""

    RESERVED = "RESERVED"
    PRINTING = "PRINTING"
    UNCERTAIN = "UNCERTAIN"
    ISSUED = "ISSUED"
    USED = "USED"
    EXPIRED = "EXPIRED"
    VOIDED = "VOIDED"
    RELEASED = "RELEASED"


class ReserveRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """POST /redemptions; the Idempotency-Key is `id`."""

    id: UUID
    session: UUID
    item_id: UUID
    item_rev: int
    qty: int = 1
    expected_points: int
    device_seq: int
    choice: str | None = None


class PrintFields(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on the paper besides the code; a kiosk adds its own store and number."""

    reward: Text
    value_fen: int
    points: int
    balance_after: int
    balance_as_of: datetime
    valid_to: datetime
    issued_at: datetime
    member_tail: str
    conditions: list[Text] = []


class Voucher(msgspec.Struct, frozen=True):
    code: str
    payload: str
    """The text of the QR on the paper (V1)."""
    print_fields: PrintFields


class Redemption(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of every verb on a redemption."""

    id: UUID
    state: State
    points: int
    hold_expires_at: datetime | None = None
    voucher: Voucher | None = None
    """With reserve and GET while the code may still be printed; None once released."""
    spendable: int | None = None
    """The member's balance after this call, where it moved or was read."""
    copy: int = 0
    """Number of reprints so far; printed as 重印 n."""


class PrintResult(StrEnum):
    OK = "ok"
    UNKNOWN = "unknown"


class PrintingRequest(msgspec.Struct, frozen=True):
    """POST /redemptions/{id}/printing: the next byte may reach paper."""

    at: datetime


class CaptureRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """POST /redemptions/{id}/capture"""

    print_result: PrintResult
    paper_mm: int = 0
    printed_at: datetime
    confirmed_by: UUID | None = None
    """The member's session, when the member says that it was taken."""
    staff_token: str | None = None
    """... or staff's, when staff say so (券已取)."""


class ReleaseReason(StrEnum):
    CANCELLED = "cancelled"
    PRINTER_NOT_READY = "printer_not_ready"
    PRINTING_NOT_ACKNOWLEDGED = "printing_not_acknowledged"
    RECOVERED = "recovered"
    STAFF_NOT_PRINTED = "staff_not_printed"
    """By staff, from UNCERTAIN: no voucher came out."""
    STAFF_TORN = "staff_torn"
    """By staff, from UNCERTAIN: what came out was taken in and destroyed."""


class ReleaseRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """POST /redemptions/{id}/release

    From UNCERTAIN only with a staff token and one of the reasons for staff; the code is
    revoked before the points are back.
    """

    reason: ReleaseReason
    printed_any: bool = False
    """Only false is accepted: what may have been printed is never released by a device alone."""
    staff_token: str | None = None


class ReprintReason(StrEnum):
    """Why staff print the same code again."""

    NOT_PRINTED = "not_printed"
    TORN = "torn"
    UNREADABLE = "unreadable"
    LOST_IN_SLOT = "lost_in_slot"


class ReprintRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """POST /redemptions/{id}/reprint: by the owner's session when UNCERTAIN, or by staff with a
    reason when UNCERTAIN or ISSUED.
    """

    session: UUID | None = None
    staff_token: str | None = None
    reason: ReprintReason | None = None


class ReprintAnswer(msgspec.Struct, frozen=True):
    voucher: Voucher
    copy: int


class OpenRedemptions(msgspec.Struct, frozen=True):
    """GET /devices/me/redemptions?open=1"""

    redemptions: list[Redemption]
