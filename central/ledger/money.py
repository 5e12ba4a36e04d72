"""Every move of points and vouchers: one typed method per SQL function, one call, one commit.

Writes take the caller's idempotency key; the client of a device's write is the device.
Same key and same content: the stored answer, nothing moves. Other content: refused with
`idempotency_mismatch`. First call still running: `idempotency_running`.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from central.ledger.call import Caller, WallClock
from central.ledger.secret import secret_hash
from central.ledger.shown import Shown
from wire import voucher_code
from wire.api.redemptions import (
    CaptureRequest,
    OpenRedemptions,
    PrintingRequest,
    Redemption,
    ReleaseRequest,
    ReprintAnswer,
    ReprintRequest,
    ReserveRequest,
)
from wire.api.vouchers import Basket, CheckRequest, RestoreRequest, UseRequest, VoucherState


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
    """Taken by hand for the same sale before, and so not again."""
    spend_fen: int = 0
    """By hand: what of the sale's spend counts towards tiers no more."""


class Ledger:
    """The ledger's face. Every method raises `LedgerRefused` when nothing was moved.

    Safe for concurrent use within one event loop.
    """

    def __init__(
        self,
        pool: "asyncpg.Pool[Any] | asyncpg.Connection[Any]",
        clock: WallClock | None = None,
    ) -> None:
        """Args:
        pool: from `central.ledger.pool.open_pool`, connected as central_app.
        clock: for tests and made-up history; without it the database's clock counts.
        """
        self._caller = Caller(pool, clock)

    # --- Points in and out ---------------------------------------------------------------

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

    # --- Redemption, as a kiosk asks for it ----------------------------------------------

    async def reserve(
        self, device: UUID, request: ReserveRequest, *, code: str | None = None
    ) -> Redemption:
        """Points held, stock set aside, a code made; the idempotency key is `request.id`.

        Args:
            code: the voucher's code; a fresh random one unless a test wants to know it.

        Refused with: redemption_released (tombstone), device_paused, device_revoked,
        session_expired, session_read_only, member_frozen, reward_unavailable, window_closed,
        price_changed{price}, pin_required, insufficient{need, have},
        limit_reached{limit, resets_at}, out_of_stock, idempotency_*, bad_request.
        """
        return await self._caller.call(
            "SELECT reserve($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            Redemption,
            device,
            request.id,
            request.session,
            request.item_id,
            request.item_rev,
            request.qty,
            request.expected_points,
            request.device_seq,
            request.choice,
            code or voucher_code.generate(),
            self._caller.now,
        )

    async def printing(
        self, device: UUID, redemption: UUID, key: str, request: PrintingRequest
    ) -> Redemption:
        """RESERVED -> PRINTING: the next byte may reach paper.

        Refused with: redemption_unknown, redemption_released, redemption_state{state}, forbidden.
        """
        return await self._caller.call(
            "SELECT printing($1, $2, $3, $4, $5)",
            Redemption,
            device,
            redemption,
            key,
            request.at,
            self._caller.now,
        )

    async def capture(
        self, device: UUID, redemption: UUID, key: str, request: CaptureRequest
    ) -> Redemption:
        """ok: PRINTING or UNCERTAIN -> ISSUED. unknown: PRINTING -> UNCERTAIN.

        Already ISSUED or beyond: the state as it is, nothing moves.
        Refused with: redemption_unknown, redemption_released, redemption_state{RESERVED},
        forbidden; with `confirmed_by` at a device that may not print it also session_expired
        and session_read_only; with `staff_token` (ok only) staff_session_expired, staff_role.
        """
        return await self._caller.call(
            "SELECT capture($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            Redemption,
            device,
            redemption,
            key,
            request.print_result.value,
            request.paper_mm,
            request.printed_at,
            request.confirmed_by,
            secret_hash(request.staff_token),
            self._caller.now,
        )

    async def release(
        self, device: UUID, redemption: UUID, key: str, request: ReleaseRequest
    ) -> Redemption:
        """RESERVED or PRINTING -> RELEASED: points back, code dead. Unknown id: a tombstone.

        With `staff_token` and a reason of staff's: UNCERTAIN -> RELEASED, at a kiosk of its store.

        Refused with: redemption_state{state} (UNCERTAIN, ISSUED or beyond), forbidden,
        bad_request (something was printed; a reason that does not go with who asks);
        with `staff_token` also redemption_unknown, staff_session_expired, staff_role.
        """
        return await self._caller.call(
            "SELECT release($1, $2, $3, $4, $5, $6, $7)",
            Redemption,
            device,
            redemption,
            key,
            request.reason.value,
            request.printed_any,
            secret_hash(request.staff_token),
            self._caller.now,
        )

    async def reprint(
        self, device: UUID, redemption: UUID, key: str, request: ReprintRequest
    ) -> ReprintAnswer:
        """The same code once more, at most twice: by the owner's session while UNCERTAIN, or by
        staff with a reason while UNCERTAIN or ISSUED.

        Refused with: redemption_unknown, redemption_released, redemption_state{state},
        reprint_limit, session_expired, session_read_only, member_frozen, device_paused; with
        `staff_token` also already_used{at, store}, staff_session_expired, staff_role.
        """
        return await self._caller.call(
            "SELECT reprint($1, $2, $3, $4, $5, $6, $7)",
            ReprintAnswer,
            device,
            redemption,
            key,
            request.session,
            secret_hash(request.staff_token),
            request.reason.value if request.reason else None,
            self._caller.now,
        )

    async def redemption(self, device: UUID, redemption: UUID) -> Redemption:
        """As it stands, for a device that may print it; a tombstone reads as RELEASED.

        Refused with: redemption_unknown.
        """
        return await self._caller.call(
            "SELECT redemption_read($1, $2)", Redemption, device, redemption
        )

    async def open_redemptions(self, device: UUID) -> OpenRedemptions:
        """RESERVED, PRINTING and UNCERTAIN ones that this device reserved or got a copy of."""
        return await self._caller.call("SELECT redemptions_open($1)", OpenRedemptions, device)

    # --- Vouchers at the till ------------------------------------------------------------

    async def check_voucher(
        self,
        device: UUID,
        code: str,
        request: CheckRequest | None = None,
        shown: Shown | None = None,
    ) -> VoucherState:
        """What a till shows before it takes a voucher. `code` is canonical (16 symbols).

        Args:
            shown: whose code or card the till has read.

        Refused with: voucher_unknown (counted: five in ten minutes pause the till), till_paused.
        """
        asked = request or CheckRequest()
        told = asked.basket_fen is not None or asked.basket is not None
        return await self._caller.call(
            "SELECT voucher_check($1, $2, $3, $4, $5)",
            VoucherState,
            device,
            code,
            _basket(asked.basket_fen, asked.basket) if told else None,
            shown.json() if shown else None,
            self._caller.now,
        )

    async def count_mistyped(self, device: UUID) -> None:
        """A till was given a code whose check symbol does not fit: one more bad code of its.

        Refused with: till_paused, forbidden (no till).
        """
        await self._caller.call("SELECT voucher_mistyped($1, $2)", bool, device, self._caller.now)

    async def use_voucher(
        self,
        device: UUID,
        code: str,
        key: str,
        request: UseRequest,
        shown: Shown | None = None,
        *,
        signed_at: datetime | None = None,
    ) -> VoucherState:
        """USED; the same receipt and line again gets the same answer.

        Args:
            shown: whose code or card the till has read.
            signed_at: when the till signed this, by its clock. What it signed before its own
                restore and what comes after that is not used again.

        Refused with: voucher_unknown, till_paused, voucher_revoked, voucher_expired,
        voucher_condition{condition, need, have, unmet}, code_expired, already_used{at, store},
        not_used_here{state} (restored since it was signed).
        """
        return await self._caller.call(
            "SELECT voucher_use($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            VoucherState,
            device,
            code,
            key,
            request.pos,
            request.receipt,
            request.line,
            _basket(request.basket_fen, request.basket),
            shown.json() if shown else None,
            self._caller.now,
            signed_at,
        )

    async def restore_voucher(
        self,
        device: UUID,
        code: str,
        key: str,
        request: RestoreRequest,
        *,
        signed_at: datetime | None = None,
    ) -> VoucherState:
        """USED -> ISSUED, by the store, till and receipt that used it.

        Refused with: voucher_unknown, till_paused, not_used_here.
        """
        return await self._caller.call(
            "SELECT voucher_restore($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            VoucherState,
            device,
            code,
            key,
            request.pos,
            request.receipt,
            request.line,
            request.reason,
            self._caller.now,
            signed_at,
        )

    # --- By people, on the service itself ------------------------------------------------

    async def void(self, *, operator: str, key: str, redemption: UUID, reason: str) -> Redemption:
        """ISSUED -> VOIDED: code dead, points back to their lots (dead lots: a grace lot).

        For as long as `programme.void_days` allows, and until the voucher's end.

        Refused with: redemption_unknown, redemption_state{state}, window_closed{until}.
        """
        return await self._caller.call(
            "SELECT voucher_void($1, $2, $3, $4, $5)",
            Redemption,
            operator,
            key,
            redemption,
            reason,
            self._caller.now,
        )

    async def goods_returned(
        self, *, operator: str, key: str, redemption: UUID, reason: str, restock: bool = True
    ) -> Redemption:
        """USED -> VOIDED: the goods came back, and the points as with `void`.

        Args:
            restock: the goods can be given once more; else they are written off.

        For as long after the use as `programme.return_days` allows.

        Refused with: redemption_unknown, redemption_state{state}, window_closed{until}.
        """
        return await self._caller.call(
            "SELECT goods_returned($1, $2, $3, $4, $5, $6)",
            Redemption,
            operator,
            key,
            redemption,
            restock,
            reason,
            self._caller.now,
        )

    async def release_uncertain(
        self, *, operator: str, key: str, redemption: UUID, reason: str
    ) -> Redemption:
        """UNCERTAIN -> RELEASED, by an operator with a reason: code revoked, points back.

        Refused with: redemption_unknown, redemption_state{state}, bad_request (no reason, or one
        that begins with `staff_`: those are of staff at a kiosk).
        """
        return await self._caller.call(
            "SELECT release_uncertain($1, $2, $3, $4, $5)",
            Redemption,
            operator,
            key,
            redemption,
            reason,
            self._caller.now,
        )


def _basket(fen: int | None, basket: Basket | None) -> str:
    """What `voucher_unmet` is told of a purchase."""
    lines = {"lines": basket.lines} if basket and basket.lines is not None else {}
    return msgspec.json.encode({"fen": fen} | lines).decode()
