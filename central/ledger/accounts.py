"""What staff do to an account by hand: each with a reason, each in the audit chain."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from central.ledger.call import Functions


class Adjusted(msgspec.Struct, frozen=True):
    points: int
    settled_debt: int
    spendable: int


class AccountStatus(msgspec.Struct, frozen=True):
    member: UUID
    status: str
    """active, frozen or closed."""
    forfeits_at: datetime | None
    """Of a closed account: until then it may be opened again."""


class Merged(msgspec.Struct, frozen=True):
    """What went over to the account `member`; all zero when it had gone over before."""

    member: UUID
    lots: int
    pending: int
    available: int
    held: int
    debt: int
    spendable: int


class Clearing(msgspec.Struct, frozen=True):
    clears_at: datetime
    """The first instant at which what is not held is gone."""


class Accounts(Functions):
    """Every method takes who does it and an idempotency key, and raises `LedgerRefused` when
    nothing was done. Safe for concurrent use within one event loop.
    """

    async def adjust(
        self,
        *,
        operator: str,
        key: str,
        member: UUID,
        points: int,
        reason: str,
        point_type: str = "base",
        approver: str = "",
    ) -> Adjusted:
        """More points (> 0) as a new lot, or fewer (< 0) from what is free.

        Args:
            approver: a manager's staff number, for more points than one person may adjust.

        Refused with: bad_request, member_unknown, approval_needed{need: what one person may},
        staff_same_person, staff_role (no manager of this chain), insufficient{need, have}.
        """
        return await self._caller.call(
            "SELECT adjust($1, $2, $3, $4, $5, $6, $7, $8)",
            Adjusted,
            operator,
            key,
            member,
            points,
            point_type,
            reason,
            approver,
            self._caller.now,
        )

    async def freeze(
        self, *, operator: str, key: str, member: UUID, reason: str, frozen: bool = True
    ) -> AccountStatus:
        """Cannot spend until `frozen=False`; what is held resolves.

        Refused with: bad_request, member_unknown (or closed).
        """
        return await self._caller.call(
            "SELECT member_freeze($1, $2, $3, $4, $5, $6)",
            AccountStatus,
            operator,
            key,
            member,
            frozen,
            reason,
            self._caller.now,
        )

    async def close(self, *, operator: str, key: str, member: UUID, reason: str) -> AccountStatus:
        """Closed at once; the points are forfeited after the programme's cooling-off time.

        Refused with: bad_request, member_unknown.
        """
        return await self._by_staff("member_close", operator, key, member, reason)

    async def reopen(self, *, operator: str, key: str, member: UUID, reason: str) -> AccountStatus:
        """Active again, within the cooling-off time.

        Refused with: bad_request, member_unknown (not closed, or too late).
        """
        return await self._by_staff("member_reopen", operator, key, member, reason)

    async def merge(
        self, *, operator: str, key: str, member: UUID, into: UUID, reason: str
    ) -> Merged:
        """All that `member` has goes on in the account `into`, lot by lot, dates kept.

        Refused with: bad_request (itself, or merged elsewhere), member_unknown, member_frozen.
        """
        return await self._caller.call(
            "SELECT merge($1, $2, $3, $4, $5, $6)",
            Merged,
            operator,
            key,
            member,
            into,
            reason,
            self._caller.now,
        )

    async def announce_clearing(
        self,
        *,
        operator: str,
        key: str,
        point_type: str,
        last_day: date,
        reason: str,
        approver: str = "",
    ) -> Clearing:
        """Points of a type that are not held die with `last_day`, whoever has them.

        Args:
            last_day: after today in the programme's zone.
            approver: a manager's staff number; it always takes a second person.

        Refused with: bad_request (today or a day that is over, no such type),
        approval_needed{need: 0}, staff_same_person, staff_role.
        """
        return await self._caller.call(
            "SELECT clearing_announce($1, $2, $3, $4, $5, $6, $7)",
            Clearing,
            operator,
            key,
            point_type,
            last_day,
            reason,
            approver,
            self._caller.now,
        )

    async def withdraw_clearing(
        self, *, operator: str, key: str, point_type: str, last_day: date, reason: str
    ) -> Clearing:
        """An announced clearing does not take place: lots have their own end again.

        Refused with: bad_request (none is announced for that day, or it has taken place).
        """
        return await self._caller.call(
            "SELECT clearing_withdraw($1, $2, $3, $4, $5, $6)",
            Clearing,
            operator,
            key,
            point_type,
            last_day,
            reason,
            self._caller.now,
        )

    async def _by_staff(
        self, function: str, operator: str, key: str, member: UUID, reason: str
    ) -> AccountStatus:
        return await self._caller.call(
            f"SELECT {function}($1, $2, $3, $4, $5)",  # the two callers above name it
            AccountStatus,
            operator,
            key,
            member,
            reason,
            self._caller.now,
        )
