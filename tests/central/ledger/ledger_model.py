"""What the ledger should do, told in plain Python from the domain's table: lots in a list.

No journal, no locks, no database: only how many points lie where. Ids are the database's, because
they are the last word in the order of spending.
"""

from collections import Counter
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.central.ledger.expiry_reference import Policy, expires
from tests.central.ledger.paper_model import GONE, OPEN, Paper
from wire.api.redemptions import State

ZONE = ZoneInfo("Asia/Shanghai")
NEVER = datetime.max.replace(tzinfo=UTC)
BOX_FIRST = ("box", "shelf")


@dataclass(slots=True)
class Lot:
    id: UUID
    type: str
    reference: str
    pending: bool
    remaining: int
    available_at: datetime
    own_end: datetime
    """By its policy, or as it was told when it was granted."""
    expires_at: datetime
    """Its own end, or that of a clearing, as of when it was last looked at."""
    held: int = 0
    counts: dict[tuple[str, ...], int] = field(default_factory=dict)
    """By counter: how much of this lot still counts there."""

    @property
    def free(self) -> int:
        return self.remaining - self.held

    @property
    def order(self) -> tuple[datetime, datetime, UUID]:
        return self.expires_at, self.available_at, self.id


@dataclass(slots=True)
class Account:
    lots: list[Lot] = field(default_factory=list)
    debt: int = 0
    """>= 0 here: what is owed."""
    status: str = "active"
    forfeits_at: datetime | None = None
    merged_into: UUID | None = None
    gave: Counter[str] = field(default_factory=Counter)
    """By receipt, as the next four: what it gave,"""
    told: Counter[str] = field(default_factory=Counter)
    """what was told of its returns,"""
    booked: Counter[str] = field(default_factory=Counter)
    """of that by hand, and by no till since,"""
    taken: Counter[str] = field(default_factory=Counter)
    """what was taken for them, of whatever lots or as debt,"""
    died: Counter[str] = field(default_factory=Counter)
    """and what of it ended unused."""

    @property
    def by_receipt(self) -> tuple[Counter[str], ...]:
        return self.gave, self.told, self.booked, self.taken, self.died

    @property
    def fefo(self) -> list[Lot]:
        return sorted(self.lots, key=lambda lot: lot.order)

    def balance(self) -> dict[str, int]:
        return {
            "pending": sum(lot.remaining for lot in self.lots if lot.pending),
            "available": sum(lot.free for lot in self.lots if not lot.pending),
            "held": sum(lot.held for lot in self.lots),
            "debt": -self.debt,
        }

    def bury(self, lot: Lot, points: int) -> None:
        lot.remaining -= points
        self.died[lot.reference] += points

    def left(self, receipt: str) -> int:
        return self.gave[receipt] - self.told[receipt]

    def had(self, receipt: str) -> int:
        return max(0, self.gave[receipt] - self.taken[receipt] - self.died[receipt])

    def pay(self, points: int) -> int:
        """How much of these points debt takes first."""
        settled = min(self.debt, points)
        self.debt -= settled
        return settled


@dataclass(slots=True)
class Spent:
    """One redemption: whose, which lots its points are of, and what became of it."""

    member: UUID
    parts: list[tuple[Lot, int]]
    place: str
    """Where its piece came from."""
    paper: Paper
    captured: int = 0
    """How many visits there had been before."""


class Anew(NamedTuple):
    """A part of a voided redemption whose lot cannot take it back."""

    of: Lot
    points: int
    left: int
    """After debt."""


@dataclass(slots=True)
class Model:
    policies: dict[str, Policy]
    accounts: dict[UUID, Account] = field(default_factory=dict)
    holds: dict[UUID, Spent] = field(default_factory=dict)
    clearings: dict[str, set[datetime]] = field(default_factory=dict)
    used: dict[tuple[str, ...], int] = field(default_factory=dict)
    goods: dict[str, int] = field(default_factory=dict)
    """Those that nobody has got, by place: in the kiosk's box, on its store's shelf."""
    visits: list[tuple[UUID, datetime]] = field(default_factory=list)
    """Earnings and captures in their order: what sliding points live by."""

    # --- Time ----------------------------------------------------------------------------

    def end(self, kind: str, available_at: datetime, own: datetime) -> datetime:
        """A lot's end, or the clearing that comes first."""
        return min([own, *(at for at in self.clearings.get(kind, set()) if at > available_at)])

    def dead(self, lot: Lot, now: datetime) -> bool:
        """By what is announced now: a lot that is spent is not looked at for that."""
        return self.end(lot.type, lot.available_at, lot.own_end) <= now

    def look(self, member: UUID) -> None:
        """Ends that were announced or withdrawn meanwhile."""
        for lot in self.accounts[member].lots:
            if lot.remaining:
                lot.expires_at = self.end(lot.type, lot.available_at, lot.own_end)

    def settle(self, member: UUID, now: datetime) -> None:
        self.look(member)
        account = self.accounts[member]
        for lot in sorted(account.lots, key=lambda lot: (lot.available_at, lot.id)):
            if lot.pending and lot.remaining and lot.available_at <= now:
                lot.pending = False
                lot.remaining -= account.pay(lot.remaining)
        for lot in account.lots:
            if not lot.pending and lot.expires_at <= now:
                account.bury(lot, lot.free)

    def night(self, now: datetime) -> None:
        for member, account in self.accounts.items():
            self.settle(member, now)
            if account.forfeits_at and account.forfeits_at <= now:
                for lot in account.lots:
                    account.bury(lot, lot.free)

    def slide(self, member: UUID, now: datetime) -> None:
        for lot in self.accounts[member].lots:
            policy = self.policies[lot.type]
            if policy.expiry == "sliding" and lot.remaining and lot.expires_at > now:
                lot.own_end = max(lot.own_end, expires(policy, now, ZONE) or NEVER)
                end = self.end(lot.type, lot.available_at, lot.own_end)
                lot.expires_at = max(lot.expires_at, end)

    def slide_spent(self, hold: Spent) -> None:
        """What comes back slides with all that its owner did since it was spent."""
        theirs = {hold.member, *self.merged_into(hold.member)}
        for lot, _ in hold.parts:
            policy = self.policies[lot.type]
            for at in [at for who, at in self.visits[hold.captured :] if who in theirs]:
                if policy.expiry == "sliding" and lot.own_end > at:
                    lot.own_end = max(lot.own_end, expires(policy, at, ZONE) or NEVER)
                    lot.expires_at = self.end(lot.type, lot.available_at, lot.own_end)

    # --- Points in and out ---------------------------------------------------------------

    def grant(
        self,
        member: UUID,
        lot: UUID,
        points: int,
        kind: str,
        now: datetime,
        *,
        reference: str = "",
        available_at: datetime | None = None,
        expires_at: datetime | None = None,
    ) -> Lot:
        account = self.accounts[member]
        at = available_at or now
        own = expires_at or expires(self.policies[kind], at, ZONE) or NEVER
        made = Lot(lot, kind, reference, at > now, points, at, own, self.end(kind, at, own))
        if not made.pending:
            made.remaining -= account.pay(points)
        account.lots.append(made)
        account.gave[reference] += points
        return made

    def room(self, counters: Iterable[tuple[tuple[str, ...], int]], points: int) -> int:
        """As much as the caps leave: two accounts merged may have had more than one may."""
        return max(0, min([points, *(cap - self.used.get(name, 0) for name, cap in counters)]))

    def count(self, lot: Lot, names: Iterable[tuple[str, ...]], points: int) -> None:
        for name in names:
            self.used[name] = self.used.get(name, 0) + points
            lot.counts[name] = points

    def clawback(
        self,
        member: UUID,
        points: int,
        reference: str,
        policy: str,
        now: datetime,
        *,
        by_hand: bool = False,
    ) -> tuple[int, int]:
        """What was taken from lots, and what became debt."""
        self.settle(member, now)
        account, others = self.accounts[member], 0
        if reference and account.gave[reference]:
            if not by_hand:
                heard = min(points, account.booked[reference])
                account.booked[reference] -= heard
                points -= heard
            points = min(points, account.left(reference))
            account.told[reference] += points
            account.booked[reference] += points if by_hand else 0
            points = min(points, account.had(reference))
        left = points
        own = [lot for lot in account.fefo if reference and lot.reference == reference]
        turns = [lot for lot in own if lot.pending]
        if policy != "only_pending":
            turns += [lot for lot in own if not lot.pending]
            turns += [lot for lot in account.fefo if lot not in own and not lot.pending]
        for lot in turns:
            part = min(left, lot.free)
            lot.remaining -= part
            left -= part
            if lot in own:
                self.uncount(lot, part)
            else:
                others += part
        debt = left if policy == "debt" else 0
        account.debt += debt
        account.taken[reference] += points - left + debt
        spent = others + debt
        sale = [lot for lot in self.lots_ever(member) if reference and lot.reference == reference]
        for lot in sorted(sale, key=lambda lot: lot.id, reverse=True):
            spent -= self.uncount(lot, spent)
        return points - left, debt

    def uncount(self, lot: Lot, points: int) -> int:
        """How much of it counted in any limit or budget."""
        most = 0
        for name, counted in lot.counts.items():
            part = min(points, counted)
            lot.counts[name] -= part
            self.used[name] -= part
            most = max(most, part)
        return most

    def lots_ever(self, member: UUID) -> list[Lot]:
        """Also those of accounts that were merged into this one."""
        lots = list(self.accounts[member].lots)
        for one in self.merged_into(member):
            lots += self.accounts[one].lots
        return lots

    def merged_into(self, member: UUID) -> list[UUID]:
        """After however many merges."""
        ones = [one for one, account in self.accounts.items() if account.merged_into == member]
        return [each for one in ones for each in (one, *self.merged_into(one))]

    def take(self, member: UUID, points: int) -> list[tuple[Lot, int]]:
        """From what is free, FEFO; the caller knows that there is enough."""
        parts = []
        for lot in self.accounts[member].fefo:
            part = 0 if lot.pending else min(points, lot.free)
            if part:
                parts.append((lot, part))
                points -= part
        assert points == 0
        return parts

    def spendable(self, member: UUID, now: datetime) -> int:
        """What there is after settling, which a refused call does not do."""
        one = replace(self, accounts={member: deepcopy(self.accounts[member])})
        one.settle(member, now)
        account = one.accounts[member]
        return 0 if account.debt else account.balance()["available"]

    # --- Redemptions ---------------------------------------------------------------------

    def had_today(self, member: UUID, now: datetime) -> int:
        """How many redemptions count in the limit of this day."""
        today = now.astimezone(ZONE).date()
        return sum(
            hold.member == member
            and hold.paper.reserved_on == today
            and hold.paper.state not in {State.RELEASED, State.VOIDED}
            for hold in self.holds.values()
        )

    def reserve(self, redemption: UUID, member: UUID, points: int, now: datetime) -> None:
        self.settle(member, now)
        parts = self.take(member, points)
        for lot, part in parts:
            lot.held += part
        place = self.place()
        assert place
        self.goods[place] -= 1
        self.holds[redemption] = Spent(member, parts, place, Paper.reserved(now, ZONE))

    def place(self) -> str | None:
        """Where the next piece comes from: the kiosk's own box first."""
        return next((place for place in BOX_FIRST if self.goods[place]), None)

    def arrive(
        self, redemption: UUID, state: State, now: datetime, *, restock: bool = True
    ) -> list[Anew]:
        """Moves points and goods as the redemption's new state asks for.

        Returns the parts of voided ones that need a lot of their own.
        """
        hold = self.holds[redemption]
        before, hold.paper.state = hold.paper.state, state
        if before is state:
            return []
        hold.paper.since = now
        if before in OPEN and state in GONE:
            self._capture(hold, now)
        elif state is State.RELEASED:
            self._release(hold, now)
            self.goods[hold.place] += 1
        elif state is State.VOIDED:
            self.goods[hold.place] += restock
            return self._give_back(hold, now)
        return []

    def _capture(self, hold: Spent, now: datetime) -> None:
        for lot, part in hold.parts:
            lot.held -= part
            lot.remaining -= part
        hold.captured = len(self.visits)
        self.visits.append((hold.member, now))
        self.slide(hold.member, now)

    def _release(self, hold: Spent, now: datetime) -> None:
        self.look(hold.member)
        for lot, part in sorted(hold.parts, key=lambda each: each[0].order):
            lot.held -= part
            account = self.accounts[hold.member]
            if lot.expires_at <= now:
                account.bury(lot, part)
            else:
                lot.remaining -= account.pay(part)

    def _give_back(self, hold: Spent, now: datetime) -> list[Anew]:
        account, anew = self.accounts[hold.member], []
        self.slide_spent(hold)
        for lot, part in sorted(hold.parts, key=lambda each: each[0].order):
            left = part - account.pay(part)
            if not self.dead(lot, now) and any(lot is mine for mine in account.lots):
                lot.remaining += left
            else:
                anew.append(Anew(lot, part, left))
        self.look(hold.member)
        return anew

    # --- Accounts ------------------------------------------------------------------------

    def merge(self, one: UUID, other: UUID, ids: dict[UUID, UUID], now: datetime) -> None:
        """`ids`: which lot goes on as which."""
        self.settle(one, now)
        self.settle(other, now)
        old, new = self.accounts[one], self.accounts[other]
        for lot in old.lots:
            if not lot.remaining:
                continue
            gone_on = Lot(
                ids[lot.id], lot.type, lot.reference, lot.pending, lot.remaining,
                lot.available_at, lot.own_end, lot.expires_at, lot.held, lot.counts,
            )  # fmt: skip
            new.lots.append(gone_on)
            for hold in self.holds.values():
                if hold.paper.state in OPEN:
                    hold.parts = [(gone_on if p is lot else p, n) for p, n in hold.parts]
            lot.remaining, lot.held, lot.counts = 0, 0, {}
        for hold in self.holds.values():
            hold.member = other if hold.member == one else hold.member
        self._merge_counters(str(one), str(other))
        for theirs, ours in zip(old.by_receipt, new.by_receipt, strict=True):
            ours.update(theirs)
            theirs.clear()
        new.debt += old.debt
        old.debt, old.status, old.merged_into = 0, "merged", other
        for lot in new.fefo:
            if not lot.pending and lot.expires_at > now:
                lot.remaining -= new.pay(lot.free)

    def _merge_counters(self, one: str, other: str) -> None:
        names = {n: (n[0], other, *n[2:]) for n in self.used if n[:2] == ("member", one)}
        for name, into in names.items():
            self.used[into] = self.used.get(into, 0) + self.used.pop(name)
        for account in self.accounts.values():
            for lot in account.lots:
                lot.counts = {names.get(n, n): points for n, points in lot.counts.items()}
