"""Staff at a kiosk: log-in, hours, handovers, rolls, search. Money is `central.ledger.money`'s."""

from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from central.ledger.call import Caller, WallClock
from central.ledger.refusal import LedgerBroken, LedgerRefused
from central.ledger.secret import make_secret, secret_hash
from central.staff.pins import PinVerifier
from wire.api.staff import (
    NUMBERS,
    ClockAnswer,
    ClockRequest,
    FindRequest,
    FoundRedemptions,
    HandoverAnswer,
    HandoverRequest,
    LoggedOut,
    Login,
    RollAnswer,
    RollChange,
    StayedIn,
)
from wire.errors import ErrorCode
from wire.tokens import StaffBadge

_ROLES = {number: role for role, number in NUMBERS.items()}


class _Try(msgspec.Struct, frozen=True):
    """A PIN to be verified; it counts as wrong until it is known to be right."""

    id: UUID = msgspec.field(name="try")
    pin_hash: str


class _Admitted(msgspec.Struct, frozen=True):
    """A `Login` without its token, as the database knows it."""

    login: UUID
    staff_ref: str
    role: str
    display: str
    hours_today_min: int
    on_shift_since: str | None = None


class StaffDesk:
    """Raises `LedgerRefused`. Safe for concurrent use within one event loop."""

    def __init__(
        self,
        pool: "asyncpg.Pool[Any]",
        clock: WallClock | None = None,
        pins: PinVerifier | None = None,
    ) -> None:
        """`clock` is for tests; without it the database's clock counts."""
        self._caller = Caller(pool, clock)
        self._pins = pins or PinVerifier()

    # --- Who ------------------------------------------------------------------------------

    async def login(self, device: UUID, badge: StaffBadge | None, pin: str, key: str) -> Login:
        """A log-in at this device; never the same one twice, whatever the key.

        Args:
            badge: its signature verified; None: it was no badge of ours.
            pin: six digits.
            key: a repetition under it is no further try.

        Refused with: badge_invalid (forged, replaced, expired, of nobody, or of somebody of
        another store), staff_pin_unset, staff_pin_wrong{left}, staff_pin_locked{until; without:
        until the PIN is set anew}, idempotency_running.
        """
        try:
            opened = await self._try(device, badge, key)
        except LedgerRefused as refused:
            if refused.code is ErrorCode.BADGE_INVALID:
                await self._pins.waste(pin)
            raise
        if not await self._pins.fits(opened.pin_hash, pin):
            await self._caller.call(
                "SELECT staff_wrong($1, $2)", object, opened.id, self._caller.now
            )
            raise LedgerBroken("a wrong PIN was not refused")
        token = make_secret()
        admitted = await self._caller.call(
            "SELECT staff_admit($1, $2, $3)",
            _Admitted,
            opened.id,
            secret_hash(token),
            self._caller.now,
        )
        told = msgspec.to_builtins(admitted) | {"staff_token": token}
        return msgspec.convert(told, Login)

    async def _try(self, device: UUID, badge: StaffBadge | None, key: str) -> _Try:
        if badge is None or badge.role not in _ROLES:
            raise LedgerRefused(ErrorCode.BADGE_INVALID)
        return await self._caller.call(
            "SELECT staff_try($1, $2, $3, $4, $5, $6, $7)",
            _Try,
            device,
            badge.staff,
            badge.version,
            _ROLES[badge.role].value,
            badge.last_day,
            key,
            self._caller.now,
        )

    async def logout(self, device: UUID, staff_token: str) -> LoggedOut:
        """The token is dead; no word about whether it lived."""
        return await self._caller.call(
            "SELECT staff_logout($1, $2, $3)",
            LoggedOut,
            device,
            secret_hash(staff_token),
            self._caller.now,
        )

    async def stay(self, device: UUID, staff_token: str) -> StayedIn:
        """Used now, so that it lives 5 minutes more. Refused with: staff_session_expired."""
        return await self._caller.call(
            "SELECT staff_stay($1, $2, $3)",
            StayedIn,
            device,
            secret_hash(staff_token),
            self._caller.now,
        )

    # --- What they do ---------------------------------------------------------------------

    async def clock(self, device: UUID, key: str, request: ClockRequest) -> ClockAnswer:
        """In or out. Refused with: staff_session_expired, clocked_already{at}, idempotency_*."""
        return await self._caller.call(
            "SELECT staff_clock($1, $2, $3, $4, $5, $6)",
            ClockAnswer,
            device,
            secret_hash(request.staff_token),
            key,
            request.direction.value,
            request.at,
            self._caller.now,
        )

    async def handover(self, device: UUID, key: str, request: HandoverRequest) -> HandoverAnswer:
        """Refused with: staff_session_expired (either), staff_same_person, idempotency_*."""
        return await self._caller.call(
            "SELECT staff_handover($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            HandoverAnswer,
            device,
            secret_hash(request.staff_token_out),
            secret_hash(request.staff_token_in),
            key,
            request.counts.paper_mm,
            request.counts.open,
            request.counts.uncertain,
            msgspec.json.encode(request.notes).decode(),
            self._caller.now,
        )

    async def roll(self, device: UUID, change: RollChange) -> RollAnswer:
        """A roll was changed; the key is `change.id`. What is odd is taken down for review.

        Refused with: idempotency_mismatch, bad_request (no length).
        """
        return await self._caller.call(
            "SELECT roll_changed($1, $2, $3)",
            RollAnswer,
            device,
            msgspec.json.encode(change).decode(),
            self._caller.now,
        )

    async def find(self, device: UUID, request: FindRequest) -> FoundRedemptions:
        """Of the device's store, newest first.

        Refused with: staff_session_expired, staff_role, bad_request (limit 1 to 200, tail of 4).
        """
        return await self._caller.call(
            "SELECT staff_find($1, $2, $3, $4, $5, $6, $7, $8)",
            FoundRedemptions,
            device,
            secret_hash(request.staff_token),
            request.tail,
            request.since,
            request.until,
            request.uncertain_only,
            request.limit,
            self._caller.now,
        )
