"""Who stands before the kiosk, as much as it may know."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from wire.api.text import Text


class LookupRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """POST /members/lookup with exactly one of `token` (M2), `card` (C1) and `plain_card`."""

    token: str | None = None
    card: str | None = None
    plain_card: str | None = None
    """The twelve digits of `wire.plain_card`: unsigned, so the balance is all that they open."""
    purpose: str = "redeem"


class Tier(msgspec.Struct, frozen=True):
    id: str
    name: Text
    rank: int = 0
    """0 is the lowest; a screen may draw a higher one in gold."""


class Expiring(msgspec.Struct, frozen=True):
    points: int
    at: datetime


class MemberVoucher(msgspec.Struct, frozen=True):
    id: UUID
    """The redemption's id."""
    tail: str
    reward: Text
    state: str
    valid_to: datetime
    reprints_left: int


class Outcome(StrEnum):
    RELEASED = "released"
    UNCERTAIN = "uncertain"


class Unfinished(msgspec.Struct, frozen=True):
    """A redemption of this member that did not end with a voucher in the hand; told once."""

    id: UUID
    outcome: Outcome
    tail: str


class Session(msgspec.Struct, frozen=True):
    id: UUID
    expires_at: datetime
    read_only: bool


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a lookup. Never a full name, phone or member number."""

    member_ref: str
    """Pseudonym in hex, may change from lookup to lookup."""
    display: str
    """Masked, e.g. `张*明`."""
    tail: str
    """Last four digits of the member number, printed on the voucher as `***6210`."""
    tier: Tier
    spendable: int
    """available, or 0 while in debt"""
    pending: int = 0
    held: int = 0
    debt: int = 0
    """<= 0"""
    expiring: list[Expiring] = []
    """Soonest first, at most three dates within the next 60 days."""
    offers: list[UUID] = []
    vouchers: list[MemberVoucher] = []
    unfinished: list[Unfinished] = []
    as_of: datetime
    session: Session
