"""Tiers: given and withdrawn by staff, and why somebody has the one that they have."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from central.ledger.call import Functions
from wire.api.text import Text


class TierGiven(msgspec.Struct, frozen=True):
    member: UUID
    tier: str
    valid_to: datetime | None
    """The first instant at which it is over; None: for life."""
    raised: bool
    """Not when the member has this tier or a higher one: it then holds beside that."""


class TierWithdrawn(msgspec.Struct, frozen=True):
    member: UUID
    tier: str
    """What is left."""
    ended: int
    """How many gifts were ended; 0: staff had given nothing that still held."""


class TierRules(msgspec.Struct, frozen=True):
    """What counts, over which period, and what is lost when it was not reached: docs/tiers.md."""

    measure: str
    """points (of qualifying types) or spend (fen)."""
    period: str
    """year, half, quarter, rolling or ever."""
    downgrade: str
    """none, step or full."""
    months: int | None = None
    """Of `rolling`."""
    grace_days: int = 0


class TierRulesSet(msgspec.Struct, frozen=True):
    version: int | None
    """Of the rules from now on; None: thresholds without rules do nothing yet."""


class Progress(msgspec.Struct, frozen=True):
    """What counts now. Points, or fen when the measure is `spend`."""

    measure: str
    amount: int
    starts: datetime | None
    """Of the period; None: of all time."""
    ends: datetime | None
    """None: no end but today's."""
    before: int
    """Of the calendar period before, which holds through this one."""
    started: datetime | None


class NextTier(msgspec.Struct, frozen=True):
    tier: Text
    threshold: int
    missing: int


class Gift(msgspec.Struct, frozen=True):
    tier: Text
    source: str
    """staff or reward."""
    valid_to: datetime | None
    reason: str


class Change(msgspec.Struct, frozen=True):
    """One change and its cause: earned, life, given, bought, merged, review, ended, withdrawn."""

    at: datetime
    before: Text
    after: Text
    cause: str
    valid_to: datetime | None
    measure: str
    amount: int | None
    threshold: int | None
    starts: datetime | None
    ends: datetime | None
    reason: str
    operator: str


class TierStory(msgspec.Struct, frozen=True):
    tier: Text
    earned: Text
    """Without what was given."""
    review_at: datetime | None
    zone: str
    """The programme's, for dates."""
    progress: Progress | None
    """None: the chain has no rules for tiers."""
    next: NextTier | None
    given: tuple[Gift, ...]
    changes: tuple[Change, ...]
    """In the order of time."""


class Tiers(Functions):
    """Raises `LedgerRefused` when nothing was done. Safe for concurrent use in one event loop."""

    async def give(
        self,
        *,
        operator: str,
        key: str,
        member: UUID,
        tier: str,
        last_day: date | None,
        reason: str,
    ) -> TierGiven:
        """A tier that was not earned, beside what is: the higher one counts.

        Args:
            last_day: in the programme's zone; None: for life.

        Refused with: bad_request (no such tier, a day that is over), member_unknown,
        member_frozen, idempotency_*.
        """
        return await self._caller.call(
            "SELECT tier_give($1, $2, $3, $4, $5, $6, $7)",
            TierGiven,
            operator,
            key,
            member,
            tier,
            last_day,
            reason,
            self._caller.now,
        )

    async def withdraw(
        self, *, operator: str, key: str, member: UUID, reason: str
    ) -> TierWithdrawn:
        """Ends at once all that staff gave; what was earned or bought stays.

        Refused with: bad_request, member_unknown, member_frozen, idempotency_*.
        """
        return await self._caller.call(
            "SELECT tier_withdraw($1, $2, $3, $4, $5)",
            TierWithdrawn,
            operator,
            key,
            member,
            reason,
            self._caller.now,
        )

    async def set_rules(
        self, *, operator: str, key: str, rules: TierRules, reason: str
    ) -> TierRulesSet:
        """From the next night on; nobody is lowered before the end of a period.

        Refused with: bad_request, idempotency_*.
        """
        return await self._caller.call(
            "SELECT tier_rules_set($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            TierRulesSet,
            operator,
            key,
            rules.measure,
            rules.period,
            rules.months,
            rules.downgrade,
            rules.grace_days,
            reason,
            self._caller.now,
        )

    async def set_threshold(
        self,
        *,
        operator: str,
        key: str,
        tier: str,
        threshold: int | None,
        life: int | None,
        reason: str,
    ) -> TierRulesSet:
        """What a tier takes in a period, and over all time; None: not to be reached so.

        Refused with: bad_request (no such tier, or not between those below and above).
        """
        return await self._caller.call(
            "SELECT tier_threshold_set($1, $2, $3, $4, $5, $6, $7)",
            TierRulesSet,
            operator,
            key,
            tier,
            threshold,
            life,
            reason,
            self._caller.now,
        )

    async def explain(self, member: UUID) -> TierStory:
        """Why the member has this tier. Refused with: member_unknown."""
        return await self._caller.call(
            "SELECT tier_explain($1, $2)", TierStory, member, self._caller.now
        )
