"""Who stands before a kiosk: one round trip from a verified code to all it may show."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from central.ledger.call import Caller, WallClock
from wire.api.members import Member
from wire.ids import new_id
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

    async def by_code(self, device: UUID, code: MemberCode, key: str | None = None) -> Member:
        """A rotating code: a full session; at the same kiosk again within 60 s a read-only one.

        The same key again: the same answer with the same session, however old the code is by
        now. Without a key it is a lookup of its own.

        Refused with: code_expired, code_used, code_unknown, member_frozen, member_unknown,
        device_revoked, idempotency_*.
        """
        return await self._caller.call(
            "SELECT member_by_code($1, $2, $3, $4, $5, $6)",
            Member,
            device,
            code.ref,
            code.slot,
            key or str(new_id()),
            code.is_fresh(self._fresh_clock()),
            self._caller.now,
        )

    async def by_card(self, device: UUID, card: MemberCard, key: str | None = None) -> Member:
        """A printed card: a read-only session (balance only) until there is a PIN.

        Refused with: code_unknown, card_replaced, member_frozen, member_unknown, device_revoked,
        idempotency_*.
        """
        return await self._caller.call(
            "SELECT member_by_card($1, $2, $3, $4, $5)",
            Member,
            device,
            card.card_ref,
            card.version,
            key or str(new_id()),
            self._caller.now,
        )

    async def by_plain_card(self, device: UUID, number: str, key: str | None = None) -> Member:
        """A card of `wire.plain_card` with this number (twelve digits): a read-only session.

        Refused with: code_unknown (nobody's, or blocked; counted: five numbers in ten minutes
        pause these lookups of the device), rate_limited{resets_at}, member_frozen,
        member_unknown, device_revoked, idempotency_*.
        """
        return await self._caller.call(
            "SELECT member_by_plain_card($1, $2, $3, $4)",
            Member,
            device,
            number,
            key or str(new_id()),
            self._caller.now,
        )
