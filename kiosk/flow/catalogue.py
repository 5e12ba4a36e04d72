"""Which rewards a member sees, at what price, in what order; the service decides at reserve."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.flow.state import Filter, KioskState, MemberHome, Session
from wire.api.catalogue import Category, Item, StockHint

PER_PAGE = 6


class Availability(StrEnum):
    """Why a reward can or cannot be had now, the first that applies."""

    AFFORDABLE = "affordable"
    SOLD_OUT = "sold_out"
    OTHER_TIER = "other_tier"
    OTHER_TIME = "other_time"
    MISSING_POINTS = "missing_points"


@dataclass(frozen=True, slots=True)
class Offer:
    """A reward as this member would get it."""

    item: Item
    price: int
    """Points, after the price ladder."""
    availability: Availability
    missing: int = 0
    """Points short of the price; 0 unless MISSING_POINTS."""

    @property
    def affordable(self) -> bool:
        return self.availability is Availability.AFFORDABLE


@dataclass(frozen=True, slots=True)
class CataloguePage:
    offers: tuple[Offer, ...]
    """At most `PER_PAGE`."""
    number: int
    """From 0."""
    pages: int
    """At least 1."""


def price_for(item: Item, tier: str | None, wall: datetime | None) -> int:
    """The cheapest price of the ladder that applies; without a clock only undated steps do."""
    steps = [
        p.points
        for p in item.prices
        if p.tier in (None, tier) and _within(p.valid_from, p.valid_to, wall, unknown=False)
    ]
    return min([item.price_points, *steps])


def _within(
    start: datetime | None, end: datetime | None, wall: datetime | None, *, unknown: bool
) -> bool:
    """Whether now is in [start, end); `unknown` is the answer where the clock is missing."""
    if start is None and end is None:
        return True
    if wall is None:
        return unknown
    return (start is None or start <= wall) and (end is None or wall < end)


def offer_for(item: Item, session: Session, wall: datetime | None) -> Offer:
    """One reward for one member."""
    tier = session.member.tier.id
    price = price_for(item, tier, wall)
    if item.stock_hint is StockHint.NONE:
        return Offer(item, price, Availability.SOLD_OUT)
    if item.tiers and tier not in item.tiers:
        return Offer(item, price, Availability.OTHER_TIER)
    if not _within(item.valid_from, item.valid_to, wall, unknown=True):
        return Offer(item, price, Availability.OTHER_TIME)
    if price > session.spendable:
        return Offer(item, price, Availability.MISSING_POINTS, price - session.spendable)
    return Offer(item, price, Availability.AFFORDABLE)


def offers(state: KioskState, session: Session) -> list[Offer]:
    """All rewards of this store: within reach first, then the nearest, the impossible last."""
    here = state.config.store.id if state.config else None
    all_here = [
        offer_for(item, session, state.wall)
        for item in state.catalogue
        if not item.stores or here in item.stores
    ]
    rank = {
        Availability.AFFORDABLE: 0,
        Availability.MISSING_POINTS: 1,
        Availability.OTHER_TIER: 2,
        Availability.OTHER_TIME: 2,
        Availability.SOLD_OUT: 3,
    }
    # Python's sort is stable: within a rank the merchant's order stands, but for what is missing.
    return sorted(all_here, key=lambda o: (rank[o.availability], o.missing))


def filtered(all_offers: Iterable[Offer], chosen: str) -> list[Offer]:
    """Those that a filter lets through: `Filter.AFFORDABLE`, `Filter.ALL` or a category's id."""
    match chosen:
        case Filter.AFFORDABLE:
            return [o for o in all_offers if o.affordable]
        case Filter.ALL:
            return list(all_offers)
        case _:
            return [o for o in all_offers if o.item.category.id == chosen]


def categories(all_offers: Iterable[Offer]) -> list[Category]:
    """The categories on offer, in the merchant's order, each once."""
    return list({o.item.category.id: o.item.category for o in all_offers}.values())


def page(state: KioskState, home: MemberHome) -> CataloguePage:
    """What the grid shows now."""
    chosen = filtered(offers(state, home.session), home.filter)
    pages = max(1, -(-len(chosen) // PER_PAGE))
    number = min(max(home.page, 0), pages - 1)
    return CataloguePage(tuple(chosen[number * PER_PAGE : (number + 1) * PER_PAGE]), number, pages)


def teasers(state: KioskState, count: int = 3) -> list[Item]:
    """Rewards for the attract screen: in stock, open to all, one per category as far as it goes."""
    here = state.config.store.id if state.config else None
    open_to_all = [
        i
        for i in state.catalogue
        if i.stock_hint is not StockHint.NONE
        and not i.tiers
        and (not i.stores or here in i.stores)
        and _within(i.valid_from, i.valid_to, state.wall, unknown=True)
    ]
    first_of_each = {i.category.id: i for i in reversed(open_to_all)}
    picked = [i for i in open_to_all if first_of_each[i.category.id] is i]
    rest = [i for i in open_to_all if i not in picked]
    return (picked + rest)[:count]
