"""When a lot dies, told a second time: in Python, from the domain's words, not from the SQL."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Policy:
    """The columns of `point_type` that matter here."""

    expiry: str = "none"
    expiry_length: int | None = None
    expiry_unit: str = ""
    expiry_round: str = "day"
    expiry_on: date | None = None
    pending_days: int = 0
    pending_round: str = "exact"


def on_day(year: int, month: int, day: int) -> date:
    """That day, or the last one of a shorter month; months count on over the year's end."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def later(at: datetime, length: int, unit: str) -> datetime:
    if unit == "day":
        return at + timedelta(days=length)
    months = length * (12 if unit == "year" else 1)
    return datetime.combine(on_day(at.year, at.month + months, at.day), at.time())


def end_of(at: datetime, period: str) -> datetime:
    """The first midnight that is no longer in the period of `at`."""
    if period == "exact":
        return at
    if period == "day":
        return datetime.combine(at.date() + timedelta(days=1), time())
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}[period]
    first = (at.month - 1) // months * months + 1
    return datetime.combine(on_day(at.year, first + months, 1), time())


def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """Wall time in UTC. Twice there: the later one; skipped: as if the clock had not moved."""
    there = local.replace(tzinfo=zone)
    ends = {there.replace(fold=f).astimezone(UTC) for f in (0, 1)}
    return max(ends)


def expires(policy: Policy, activated: datetime, zone: ZoneInfo) -> datetime | None:
    at = activated.astimezone(zone).replace(tzinfo=None, fold=0)
    if policy.expiry in ("rolling", "sliding"):
        assert policy.expiry_length is not None
        end = end_of(later(at, policy.expiry_length, policy.expiry_unit), policy.expiry_round)
    elif policy.expiry == "date":
        assert policy.expiry_on is not None
        end = end_of(datetime.combine(policy.expiry_on, time()), "day")
    elif policy.expiry == "yearly":
        assert policy.expiry_on is not None
        month, day = policy.expiry_on.month, policy.expiry_on.day
        year = at.year
        if on_day(year, month, day) < at.date():
            year += 1
        last = on_day(year + (policy.expiry_length or 0), month, day)
        end = datetime.combine(last + timedelta(days=1), time())
    elif policy.expiry == "quarter":
        end = end_of(at, "quarter")
        for _ in range(policy.expiry_length or 0):
            end = end_of(end, "quarter")
    else:
        return None
    return instant(end, zone)


def available(policy: Policy, awarded: datetime, zone: ZoneInfo) -> datetime:
    if policy.pending_days == 0 and policy.pending_round == "exact":
        return awarded
    at = awarded.astimezone(zone).replace(tzinfo=None, fold=0)
    return instant(end_of(at + timedelta(days=policy.pending_days), policy.pending_round), zone)
