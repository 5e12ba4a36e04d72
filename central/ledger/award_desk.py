"""Awards given and taken back by hand: each with a reason, each in the audit chain."""

from uuid import UUID

import msgspec

from central.ledger.call import Functions
from central.ledger.points import ClawedBack
from central.ledger.proposal import AwardGiven, Proposal


class AwardDesk(Functions):
    """Raises `LedgerRefused` when nothing moved. Safe for concurrent use within one event loop."""

    async def award(
        self,
        proposal: Proposal,
        *,
        operator: str,
        key: str,
        reason: str,
        approver: str = "",
        again: bool = False,
    ) -> AwardGiven:
        """What a till could not tell: granted as far as its limits and budgets leave.

        Args:
            approver: a manager's staff number, for more points than one person may give.
            again: also if the receipt has given this member points before.

        Refused with: bad_request (also without a receipt), member_unknown (or closed),
        approval_needed{need}, staff_same_person, staff_role, idempotency_*,
        receipt_awarded{at, have, account}: when the receipt first gave, how much, and to whom; to
        another member it does not give again; window_closed{until, limit}: points of that type
        have ended, all on one day.
        """
        return await self._caller.call(
            "SELECT desk_award($1, $2, $3, $4, $5, $6, $7)",
            AwardGiven,
            operator,
            key,
            msgspec.json.encode(proposal).decode(),
            reason,
            approver,
            self._caller.now,
            again,
        )

    async def clawback(
        self,
        *,
        operator: str,
        key: str,
        member: UUID,
        reference: str,
        reason: str,
        points: int | None = None,
        spend_fen: int | None = None,
        policy: str | None = None,
    ) -> ClawedBack:
        """Points that a sale gave, when it was returned and no till told.

        Args:
            reference: the sale's receipt, as the award has it.
            points: without them and `spend_fen`: all that it gave or counts and that was not
                taken back yet.
            spend_fen: of the sale that counts towards tiers no more; without it as large a part as
                of the points.
            policy: only_pending, within_balance or debt; without it the programme's.

        Refused with: bad_request (the sale gave this member nothing), insufficient{need, have}
        (more than it gave; with limit `spend_fen`: of its spend), member_unknown, idempotency_*.
        """
        return await self._caller.call(
            "SELECT desk_clawback($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            ClawedBack,
            operator,
            key,
            member,
            points,
            reference,
            reason,
            policy,
            self._caller.now,
            spend_fen,
        )
