"""A member's account as its owner may read it: lines from the postings, and how it stands."""

from datetime import datetime
from uuid import UUID

import msgspec

from central.ledger.call import Functions
from wire.api.text import Text

LINES_MAX = 200


class FourAccounts(msgspec.Struct, frozen=True):
    """Points on, or moved on, a member's four accounts."""

    pending: int
    available: int
    held: int
    debt: int
    """0 or less."""

    @property
    def usable(self) -> int:
        """What there is to spend or, below 0, to make good: available less debt."""
        return self.available + self.debt


class StatementLine(msgspec.Struct, frozen=True):
    """One transaction of the journal, as far as it concerns this member."""

    seq: int
    """The cursor: rises with every transaction of the member."""
    at: datetime
    kind: str
    """award, activate, reserve, capture, release, expire, ..."""
    source: str
    """Of an award: sale, bonus, campaign, ..."""
    reference: str
    """Of an award or a clawback: the receipt."""
    reward: Text | None
    other_tail: str | None
    """Of a merge: the last four digits of the other account."""
    incoming: bool
    """Of a merge: whether it came from there."""
    cleared: bool
    """Of an expiry: at the end of a redemption window."""
    moved: FourAccounts
    left: FourAccounts

    @property
    def quiet(self) -> bool:
        """Nothing that a shopper can spend, or waits for, has changed: held became redeemed."""
        return self.moved.usable == 0 and self.moved.pending == 0 and self.moved.debt == 0


class Coming(msgspec.Struct, frozen=True):
    points: int
    at: datetime


class HeldFor(msgspec.Struct, frozen=True):
    points: int
    reward: Text
    state: str
    """RESERVED, PRINTING or UNCERTAIN."""
    until: datetime | None
    """RESERVED: then the points come back. UNCERTAIN: then it counts as taken."""


class LotLeft(msgspec.Struct, frozen=True):
    """What is left of one award, in the order in which it is spent."""

    source: str
    reference: str
    type: Text
    points: int
    held: int
    available_at: datetime
    expires_at: datetime | None
    """The first instant at which they are dead."""


class Standing(msgspec.Struct, frozen=True):
    as_of: datetime
    timezone: str
    unit: Text
    display: str
    """Masked."""
    tail: str
    """The last four digits of the member number; the whole is never told."""
    status: str
    tier: Text
    merged_into_tail: str | None
    forfeits_at: datetime | None
    """Of a closed account: until then it may be opened again."""
    balance: FourAccounts
    spendable: int
    """0 while in debt; without what has died and was not yet swept."""
    pending: tuple[Coming, ...]
    holds: tuple[HeldFor, ...]
    lots: tuple[LotLeft, ...]

    @property
    def dying(self) -> tuple[Coming, ...]:
        """Free points that die, soonest first; a held one may die as well, when it is released."""
        at: dict[datetime, int] = {}
        for lot in self.lots:
            free = lot.points - lot.held
            alive = lot.available_at <= self.as_of
            if free and alive and lot.expires_at is not None and lot.expires_at > self.as_of:
                at[lot.expires_at] = at.get(lot.expires_at, 0) + free
        return tuple(Coming(points, end) for end, points in sorted(at.items()))


class Statement(msgspec.Struct, frozen=True):
    standing: Standing
    """Now, whatever the lines are of."""
    closing: FourAccounts | None
    """How the accounts stood at `until`, where that is over."""
    lines: tuple[StatementLine, ...]
    """Newest first."""
    next: int | None
    """`before` of the next page; None: there is no older line."""


class StatementBook(Functions):
    """Reads statements; moves nothing. Safe for concurrent use within one event loop."""

    async def read(
        self,
        member: UUID,
        *,
        before: int | None = None,
        limit: int = 50,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Statement:
        """One page, newest line first. A page that was read stays as it is, whatever is posted
        meanwhile: new lines come before the first one.

        Args:
            before: `next` of the page before.
            limit: 1 to 200.
            since, until: half-open; the balances of a line count what was before, too.

        Refused with: member_unknown, bad_request.
        """
        return await self._caller.call(
            "SELECT member_statement($1, $2, $3, $4, $5, $6)",
            Statement,
            member,
            before,
            limit,
            since,
            until,
            self._caller.now,
        )
