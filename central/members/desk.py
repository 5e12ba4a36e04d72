"""Who stands before a kiosk: one round trip from a verified code to all it may show."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from central.ledger.call import Caller, WallClock
from central.ledger.refusal import LedgerRefused
from wire.api.members import Member
from wire.errors import ErrorCode
from wire.tokens import MemberCard, MemberCode


class MemberDesk:
    """Looks members up by what `wire.tokens.parse` verified. Raises `LedgerRefused`."""

    def __init__(
        self,
        pool: "asyncpg.Pool[Any]",
        clock: WallClock | None = None,
        fresh_clock: Callable[[], datetime] | None = None,
    ) -> None:
        """Args:
        clock: given to the database; without it the database's own clock counts.
        fresh_clock: by which a rotating code is fresh; `clock`, else the system's.
        """
        self._caller = Caller(pool, clock)
        self._fresh_clock = fresh_clock or clock or (lambda: datetime.now(UTC))

    async def by_code(self, device: UUID, code: MemberCode) -> Member:
        """A rotating code: a full session; at the same kiosk again within 60 s a read-only one.

        Refused with: code_expired, code_used, code_unknown, member_frozen, member_unknown,
        device_revoked.
        """
        if not code.is_fresh(self._fresh_clock()):
            raise LedgerRefused(ErrorCode.CODE_EXPIRED)
        return await self._caller.call(
            "SELECT member_by_code($1, $2, $3, $4)",
            Member,
            device,
            code.ref,
            code.slot,
            self._caller.now,
        )

    async def by_card(self, device: UUID, card: MemberCard) -> Member:
        """A printed card: a read-only session (balance only) until there is a PIN.

        Refused with: code_unknown, card_replaced, member_frozen, member_unknown, device_revoked.
        """
        return await self._caller.call(
            "SELECT member_by_card($1, $2, $3, $4)",
            Member,
            device,
            card.card_ref,
            card.version,
            self._caller.now,
        )
