"""Tiers told a second time: in Python, day by day, from docs/tiers.md and not from the SQL."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.central.ledger.expiry_reference import instant, on_day

ZONE = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)
MONTHS = {"year": 12, "half": 6, "quarter": 3}


@dataclass(frozen=True, slots=True)
class Rules:
    """The columns of `tier_policy`, and the ladder: thresholds by rank, rank 0 has none."""

    measure: str = "points"
    period: str = "year"
    period_months: int | None = None
    downgrade: str = "full"
    grace_days: int = 0
    thresholds: tuple[int | None, ...] = (None, 1000, 3000)
    life: tuple[int | None, ...] = (None, None, None)


@dataclass(slots=True)
class Sale:
    day: date
    points: int
    qualifying: int
    spend: int
    points_back: int = 0
    qualifying_back: int = 0
    spend_back: int = 0

    def counts(self, measure: str) -> int:
        if measure == "spend":
            return self.spend - self.spend_back
        return self.qualifying - self.qualifying_back


@dataclass(slots=True)
class Gift:
    rank: int
    ends: datetime | None
    by_staff: bool = True


@dataclass(slots=True)
class Shopper:
    """One member's tier by the rules, whatever happens to them."""

    rules: Rules
    base: int = 0
    sales: list[Sale] = field(default_factory=list)
    gifts: list[Gift] = field(default_factory=list)
    review: datetime | None = None
    met: bool = False

    # --- What happens --------------------------------------------------------------------

    def sell(self, sale: Sale, now: datetime) -> None:
        self.sales.append(sale)
        self.rise(now)

    def take_back(self, sale: Sale, points: int, spend: int | None, now: datetime) -> None:
        """A return: its part of the points counts no more; the night looks at what then holds."""
        before = self.reached(now)
        points = min(points, sale.points - sale.points_back)
        sale.points_back += points
        if sale.points:
            sale.qualifying_back = sale.qualifying * sale.points_back // sale.points
        if spend is not None:
            sale.spend_back += min(spend, sale.spend - sale.spend_back)
        elif sale.points:
            share = sale.spend * sale.points_back // sale.points
            sale.spend_back = max(sale.spend_back, share)
        if before >= self.base > self.reached(now):
            self.review = now

    def give(self, gift: Gift, now: datetime) -> None:
        self.gifts.append(gift)
        self.rise(now)

    def withdraw(self, now: datetime) -> None:
        kept = [gift for gift in self.gifts if not gift.by_staff]
        if kept != self.gifts:
            self.gifts = kept
            self.night(now)

    def night(self, now: datetime) -> None:
        self.gifts = [gift for gift in self.gifts if gift.ends is None or gift.ends > now]
        while self.review is not None and self.review <= now:
            at = self.review
            reached = self.reached(at)
            if reached < self.base:
                if self.rules.downgrade == "step":
                    self.base -= 1
                elif self.rules.downgrade == "full":
                    self.base = reached
            self.review = self.next_review(at)
        self.rise(now)

    # --- What follows from it ------------------------------------------------------------

    @property
    def shown(self) -> int:
        return max([self.base, *(gift.rank for gift in self.gifts)])

    def rise(self, now: datetime) -> None:
        if not self.met:
            self.met = True
            self.review = self.next_review(now)
        if (reached := self.reached(now)) > self.base:
            self.base = reached
            self.review = self.next_review(now)

    def reached(self, at: datetime) -> int:
        today = at.astimezone(ZONE).date()
        best = self.for_life()
        for lies_in in self.periods(today):
            amount = self.sum_of(lies_in)
            for rank, threshold in enumerate(self.rules.thresholds):
                if threshold is not None and amount >= threshold:
                    best = max(best, rank)
        return best

    def for_life(self) -> int:
        amount = sum(sale.counts(self.rules.measure) for sale in self.sales)
        reached = [r for r, least in enumerate(self.rules.life) if least and amount >= least]
        return max(reached, default=0)

    def periods(self, today: date) -> "list[set[date] | None]":
        """The days that count on this one: of the period, and of the one before. None: all."""
        days = {sale.day for sale in self.sales}
        if self.rules.period == "ever":
            return [None]
        if self.rules.period == "rolling":
            assert self.rules.period_months
            back = on_day(today.year, today.month - self.rules.period_months, today.day)
            return [{day for day in days if day > back}]
        this = self.number_of(today)
        return [{day for day in days if self.number_of(day) == n} for n in (this, this - 1)]

    def number_of(self, day: date) -> int:
        """Calendar periods counted on from the year 0."""
        return (day.year * 12 + day.month - 1) // MONTHS[self.rules.period]

    def sum_of(self, days: "set[date] | None") -> int:
        return sum(
            sale.counts(self.rules.measure)
            for sale in self.sales
            if days is None or sale.day in days
        )

    def next_review(self, at: datetime) -> datetime | None:
        """The first midnight after `at` that ends a period, and the days of grace."""
        if self.rules.period == "ever" or self.base == 0 or self.for_life() >= self.base:
            return None
        today = at.astimezone(ZONE).date()
        holds = self.reached(at) >= self.base
        day = today - timedelta(days=100)  # of a period that has ended and is in its grace
        while True:
            day += ONE_DAY
            review = midnight(day + timedelta(days=self.rules.grace_days))
            if review > at and self.ends_on(day, today, holds=holds):
                return review

    def ends_on(self, day: date, today: date, *, holds: bool) -> bool:
        """Whether what the tier rests on is over when this day begins."""
        if self.rules.period != "rolling":
            return self.number_of(day) != self.number_of(day - ONE_DAY)
        if day <= today:
            return False
        if holds:
            threshold = self.rules.thresholds[self.base]
            assert threshold is not None
            return self.sum_of(self.periods(day)[0]) < threshold
        assert self.rules.period_months
        back = on_day(day.year, day.month - self.rules.period_months, day.day)
        return back >= today


def midnight(day: date) -> datetime:
    return instant(datetime.combine(day, time()), ZONE)
