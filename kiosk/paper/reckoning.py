"""From millimetres in the journal to what is left on the roll. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low

from kiosk.journal.roll import PaperAccount
from kiosk.paper.gauge import NO_ROLL, PaperGauge

WINDOW = timedelta(hours=12)
"""A shop's day: today's rate is reckoned from its first paper on."""
_RATE_AFTER = timedelta(minutes=30)
_RATE_PAPERS = 3
"""Before so long and so many papers today has no rate."""
CLEAR_MM = 30
"""What a cleared printer has fed and cut off."""


@dataclass(frozen=True, slots=True)
class PaperLengths:
    """How long things are, in millimetres with the feed to the cut, before they were measured."""

    voucher_mm: int = 120
    slip_mm: int = 60
    test_mm: int = 120
    margin_mm: int = 60


@dataclass(frozen=True, slots=True)
class Warnings:
    """When staff are to be warned, whichever comes first."""

    vouchers: int = 40
    mm: int = 3000


def reckon(
    account: PaperAccount,
    lengths: PaperLengths,
    warnings: Warnings,
    now: datetime,
    *,
    near_end: bool = False,
    changing: bool = False,
) -> PaperGauge:
    """The gauge as it stands.

    Args:
        near_end: a sensor says that the roll is near its end.
        changing: somebody is in the middle of a roll change: what is in is not known.
    """
    roll = account.roll
    if roll is None:
        return PaperGauge(low=near_end, enough=not changing) if near_end or changing else NO_ROLL
    left = max(0, roll.length_mm - account.taken_mm)
    typical = median_low(account.recent_mm) if account.recent_mm else lengths.voucher_mm
    longest = max(account.recent_mm, default=lengths.voucher_mm)
    first = longest + max(account.slip_mm, lengths.slip_mm) + lengths.margin_mm
    vouchers = 1 + (left - first) // max(1, typical) if left >= first else 0
    return PaperGauge(
        known=True,
        serial=roll.serial,
        length_mm=roll.length_mm,
        mm_left=left,
        vouchers_left=vouchers,
        low=near_end or vouchers < warnings.vouchers or left < warnings.mm,
        enough=vouchers > 0 and not changing,
        empty_at=_empty_at(account, left, now),
    )


def _empty_at(account: PaperAccount, left_mm: int, now: datetime) -> datetime | None:
    """If it goes on as it went since the first paper of today."""
    since = account.window_from
    if since is None or account.window_papers < _RATE_PAPERS or account.window_mm == 0:
        return None
    span = now - since
    if span < _RATE_AFTER:
        return None
    hours = left_mm / account.window_mm * (span / timedelta(hours=1))
    empty = now + timedelta(hours=min(hours, 24 * 365))
    return empty.replace(second=0, microsecond=0)
