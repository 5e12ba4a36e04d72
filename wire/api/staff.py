"""Staff at a kiosk: badges, log-in, rolls, hours, handover.

A staff token is a secret of the service's: it dies after `IDLE_S` without use and is good at
the device that it was given to only. What is written down (events, rolls, reprints) names the
log-in's id instead, which is no secret.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from wire.api.redemptions import State
from wire.api.text import Text

IDLE_S = 300
"""A staff token that was not used for so long is dead."""
PIN_DIGITS = 6
BADGES_DOMAIN = b"LYK/B1\0"
"""Before the signed bytes of a badge list."""


class StaffRole(StrEnum):
    """What somebody may do; a badge carries its number (`NUMBERS`)."""

    CLERK = "clerk"
    """Paper, reprints, the uncertain queue (giving points back too), hours, handover."""
    MANAGER = "manager"
    """The same at a kiosk."""
    IT = "it"
    """Paper, diagnostics and hours; neither reprints nor points."""


NUMBERS = {StaffRole.CLERK: 1, StaffRole.MANAGER: 2, StaffRole.IT: 3}
"""The role byte of an S1."""


class BadgeEntry(msgspec.Struct, frozen=True):
    """One badge that may do paper tasks while the service is away."""

    staff_ref: str
    """12 hexadecimal digits: the S1's 6 bytes."""
    version: int
    """An S1 of another version is an old badge."""
    role: StaffRole
    display: str
    """Masked: 李**."""


class BadgeList(msgspec.Struct, frozen=True):
    """Who may do paper tasks offline at this device, and until when the list is good."""

    device_id: UUID
    issued_at: datetime
    expires_at: datetime
    badges: list[BadgeEntry]


class SignedBadgeList(msgspec.Struct, frozen=True):
    r"""GET /devices/me/staff

    The signature is Ed25519 over `"LYK/B1\0" + badges` by a token key.
    """

    badges: bytes
    """A `BadgeList` as JSON, exactly these bytes."""
    kid: int
    signature: bytes


class LoginRequest(msgspec.Struct, frozen=True):
    """POST /staff/login"""

    badge: str
    """The text of the S1."""
    pin: str


class Login(msgspec.Struct, frozen=True, kw_only=True):
    staff_token: str
    login: UUID
    """Names this log-in in what is written down."""
    staff_ref: str
    role: StaffRole
    display: str
    """Masked: 李**."""
    on_shift_since: datetime | None = None
    """When this person clocked in, if they are at work."""
    hours_today_min: int = 0


class LogoutRequest(msgspec.Struct, frozen=True):
    """POST /staff/logout: the token is dead at once."""

    staff_token: str


class LoggedOut(msgspec.Struct, frozen=True):
    at: datetime
    """The service's time; the same for a token that was dead before."""


class StayRequest(msgspec.Struct, frozen=True):
    """POST /staff/stay: somebody touches the glass without any call, and stays logged in."""

    staff_token: str


class StayedIn(msgspec.Struct, frozen=True):
    at: datetime
    """The service's time: `IDLE_S` begin anew."""


class ClockDirection(StrEnum):
    IN = "in"
    OUT = "out"


class ClockRequest(msgspec.Struct, frozen=True):
    """POST /staff/clock"""

    staff_token: str
    direction: ClockDirection
    at: datetime


class ClockAnswer(msgspec.Struct, frozen=True):
    hours_today_min: int
    on_shift_since: datetime | None = None


class HandoverCounts(msgspec.Struct, frozen=True):
    paper_mm: int
    """Left on the roll, as reckoned by the kiosk."""
    open: int
    """Whatever the kiosk has yet to upload: redemptions, changes of rolls and events."""
    uncertain: int


class HandoverRequest(msgspec.Struct, frozen=True):
    """POST /staff/handover: two people, both logged in here now."""

    staff_token_out: str
    staff_token_in: str
    counts: HandoverCounts
    notes: list[str] = []
    """Codes of the notes that were ticked (`HandoverNote`)."""


class HandoverNote(StrEnum):
    """What one can tell the next person without a keyboard."""

    PAPER_LOW = "paper_low"
    PRINTER_ODD = "printer_odd"
    SCANNER_ODD = "scanner_odd"
    SHOPPER_WAITS = "shopper_waits"
    KEYS_GIVEN = "keys_given"


class HandoverAnswer(msgspec.Struct, frozen=True):
    handover_id: UUID
    at: datetime


class RemovedRoll(msgspec.Struct, frozen=True):
    serial: str
    mm_left: int
    printed: int = 0
    """Vouchers whose fence came back, as counted by the kiosk."""
    issued: int = 0
    """Vouchers of this roll that the service had acknowledged when it was taken out."""
    difference: int = 0
    """Printed, and neither issued nor waiting for the service's word; negative: issued without a
    whole page. Not `printed - issued`: what was printed just before may still wait."""


class RollChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """POST /devices/me/rolls, from the outbox: the Idempotency-Key is `id`.

    Either `login` (made by somebody logged in) or `offline` with the badge's `staff_ref`: an
    offline one is marked for review.
    """

    id: UUID
    staff_ref: str
    login: UUID | None = None
    offline: bool = False
    at: datetime
    roll_serial: str
    length_mm: int
    removed: RemovedRoll | None = None
    seconds: int | None = None
    """From the cover's opening, or the wizard's first step, to the sharp test print."""


class RollAnswer(msgspec.Struct, frozen=True):
    roll_id: UUID
    predicted_vouchers: int


class FindRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """POST /staff/redemptions: of this store, newest first, at most `limit`."""

    staff_token: str
    tail: str | None = None
    """Last four symbols of the code."""
    since: datetime | None = None
    until: datetime | None = None
    uncertain_only: bool = False
    limit: int = 35


class FoundRedemption(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    state: State
    reward: Text
    points: int
    tail: str
    at: datetime
    """Reserved."""
    device_no: str
    here: bool
    """Reserved at the device that asks."""
    copies: int
    """Reprints so far; at most 2."""
    used_at: datetime | None = None
    used_where: str | None = None


class FoundRedemptions(msgspec.Struct, frozen=True):
    redemptions: list[FoundRedemption]
