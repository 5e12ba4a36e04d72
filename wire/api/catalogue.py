"""Rewards as a kiosk shows them, by delta cursor."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from wire.api.text import Text


class RewardKind(StrEnum):
    GOODS = "goods"
    COUPON = "coupon"
    CASH_VOUCHER = "cash_voucher"
    SERVICE = "service"
    EVENT = "event"
    PRIVILEGE = "privilege"


class Category(msgspec.Struct, frozen=True):
    id: str
    name: Text


class Image(msgspec.Struct, frozen=True):
    sha256: str
    url: str
    """Path on the service, `/v1/images/{sha256}`."""


class Price(msgspec.Struct, frozen=True):
    """One step of the price ladder; the cheapest that applies counts."""

    points: int
    tier: str | None = None
    """Only for this tier; None for everybody."""
    valid_from: datetime | None = None
    valid_to: datetime | None = None


class Limits(msgspec.Struct, frozen=True, omit_defaults=True):
    """How often one member may have it; None means no limit."""

    per_member_per_day: int | None = None
    per_member_per_month: int | None = None
    per_member_ever: int | None = None


class StockHint(StrEnum):
    """What is known of the stock when the list was made; the service decides at reserve."""

    PLENTY = "plenty"
    FEW = "few"
    NONE = "none"


class Item(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    rev: int
    kind: RewardKind
    category: Category
    name: Text
    description: Text
    value_fen: int
    stores: list[str] = []
    """Ids of the stores where it can be had; empty means all."""
    tiers: list[str] = []
    """Ids of the tiers that may have it; empty means all."""
    image: Image
    price_points: int
    """The price without any condition."""
    prices: list[Price] = []
    limits: Limits = Limits()
    stock_hint: StockHint = StockHint.PLENTY
    stock_left: int | None = None
    """Told when the hint is `few`."""
    offline_ok: bool = False
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    voucher_days: int = 30
    """Days for which the voucher is good, through the end of the last one."""
    min_spend_fen: int = 0
    conditions: list[Text] = []
    """What the voucher will ask at the till, as it will stand on the paper."""


class Page(msgspec.Struct, frozen=True):
    """GET /catalogue?since=cursor; `next` is the cursor for the next call."""

    items: list[Item]
    deleted: list[UUID]
    next: str
    has_more: bool
