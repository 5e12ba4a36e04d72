"""A redemption from its hold to its end: one typed method per SQL function."""

from uuid import UUID

from central.ledger.call import Functions
from central.ledger.secret import secret_hash
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


class Redemptions(Functions):
    """As a kiosk asks for it, and, where a kiosk could not tell, people on the service. Every
    method raises `LedgerRefused` when nothing was moved.
    """

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
