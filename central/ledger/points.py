"""Points that come in by an award and go out by a return."""

from datetime import datetime
from uuid import UUID

import msgspec

from central.ledger.call import Functions


class Awarded(msgspec.Struct, frozen=True):
    """Where an award's points went."""

    lot: UUID
    points: int
    pending: int
    settled_debt: int
    expires_at: datetime | None
    spendable: int


class ClawedBack(msgspec.Struct, frozen=True):
    """Where a clawback's points came from."""

    points: int
    from_lots: int
    to_debt: int
    waived: int
    """What the policy did not reach."""
    spendable: int
    by_desk: int = 0
    """Booked by hand for the same sale before, and so not taken again."""
    beyond: int = 0
    """More than is left of the sale; not taken."""
    died: int = 0
    """Of the sale's points, unused; not taken."""
    spend_fen: int = 0
    """By hand: what of the sale's spend counts towards tiers no more."""


class Points(Functions):
    """Awards and clawbacks. Every method raises `LedgerRefused` when nothing was moved."""

    async def award(
        self,
        *,
        client: str,
        key: str,
        member: UUID,
        points: int,
        point_type: str,
        source: str,
        reference: str = "",
        available_at: datetime | None = None,
        expires_at: datetime | None = None,
    ) -> Awarded:
        """A new lot. Without dates the point type's policy sets them; debt is settled first.

        Args:
            source: sale, bonus, campaign, or a word of the merchant's; not adjust or void, which
                are the ledger's own.

        Refused with: bad_request, member_unknown (or closed), window_closed{until, limit} (points
        of that type have ended, all on one day), idempotency_*.
        """
        return await self._caller.call(
            "SELECT award($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            Awarded,
            client,
            key,
            member,
            points,
            point_type,
            source,
            reference,
            available_at,
            expires_at,
            self._caller.now,
        )

    async def clawback(
        self,
        *,
        client: str,
        key: str,
        member: UUID,
        points: int,
        reference: str,
        reason: str,
        policy: str | None = None,
        spend_fen: int | None = None,
    ) -> ClawedBack:
        """Takes points of a returned sale back: its own lots first, then as far as the policy says.

        Args:
            points: may be 0 when `spend_fen` is told.
            policy: only_pending, within_balance or debt; without it the programme's.
            spend_fen: what the sale counts less towards tiers from now on; without it as large a
                part of its spend as `points` is of its points.
        """
        return await self._caller.call(
            "SELECT clawback($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            ClawedBack,
            client,
            key,
            member,
            points,
            reference,
            reason,
            policy,
            self._caller.now,
            spend_fen,
        )
