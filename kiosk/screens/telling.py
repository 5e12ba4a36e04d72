"""Figures and dates as a member reads them; an old balance is never a bare number."""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kiosk.flow.state import KioskState, Session
from wire.api.catalogue import Item

if TYPE_CHECKING:  # the kit draws; what is told here can be tested without a window
    from kiosk.screens.kit import Voice

LIVE_FOR = timedelta(seconds=60)
RECENT_FOR = timedelta(minutes=15)
OLD_AFTER = timedelta(hours=24)
DASH = "—"
HIDDEN = "••••"
"""A figure that the shopper has hidden with the eye."""


class Freshness(StrEnum):
    """How old a balance is, and so how it is shown."""

    LIVE = "live"
    RECENT = "recent"
    """With its time."""
    STALE = "stale"
    """With its time, on a warning chip."""
    GONE = "gone"
    """A dash."""


def freshness(state: KioskState, session: Session) -> Freshness:
    """By the kiosk's own running time since the balance came, and its age when it came."""
    age = timedelta(seconds=state.now_s - session.received_s)
    if age <= LIVE_FOR or session.redeemed:
        return Freshness.LIVE
    if age <= RECENT_FOR:
        return Freshness.RECENT
    return Freshness.STALE if age <= OLD_AFTER else Freshness.GONE


def local(state: KioskState, at: datetime) -> datetime:
    """In the store's time."""
    return at.astimezone(ZoneInfo(state.config.timezone if state.config else "UTC"))


def last_day(state: KioskState, end: datetime) -> str:
    """The last day before an end, e.g. `12-31`."""
    return f"{local(state, end - timedelta(seconds=1)):%m-%d}"


_HEAD = re.compile(r"(?P<head>.+?)[。.,](?P<rest>.+)")


def headline(message: str) -> tuple[str, str]:
    """A message's first words, short, and the rest: `请取券。券码尾号 5W8C` in two."""
    match = _HEAD.fullmatch(message)
    if match is None:
        return message, ""
    rest = match["rest"].strip().rstrip("。.")
    return match["head"], rest[:1].upper() + rest[1:]


def yuan(fen: int) -> str:
    """1850 fen as `18.50`, 1800 as `18`."""
    whole, rest = divmod(fen, 100)
    return f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"


def terms(state: KioskState, item: Item, voice: "Voice") -> str:
    """What it can be used for, where, how long and how often: what narrows it most comes first."""
    parts = [text.in_language(state.language) for text in item.conditions]
    parts += [_stores(state, item, voice), voice("L-VALID-DAYS", n=item.voucher_days)]
    limits = item.limits
    for code, count in (
        ("L-PER-DAY", limits.per_member_per_day),
        ("L-PER-MONTH", limits.per_member_per_month),
        ("L-PER-EVER", limits.per_member_ever),
    ):
        if count is not None:
            parts.append(voice(code, n=count))
            break
    if item.min_spend_fen and not item.conditions:  # among these it stands, too
        parts.append(voice("L-MIN-SPEND", yuan=yuan(item.min_spend_fen)))
    return " · ".join(parts)


def _stores(state: KioskState, item: Item, voice: "Voice") -> str:
    if not item.stores:
        return voice("L-ALL-STORES")
    here = state.config.store.id if state.config else None
    return voice("L-THIS-STORE" if item.stores == [here] else "L-SOME-STORES")


def spent_first(session: Session, price: int) -> tuple[int, datetime] | None:
    """How many of the points that expire soonest a price takes, and when those expire."""
    if not session.member.expiring:
        return None
    soonest = session.member.expiring[0]
    left = soonest.points - (session.member.spendable - session.spendable)
    return (min(left, price), soonest.at) if left > 0 else None
