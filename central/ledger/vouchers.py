"""Vouchers at the till, and taken back by people on the service."""

from datetime import datetime
from uuid import UUID

import msgspec

from central.ledger.call import Functions
from central.ledger.shown import Shown
from wire.api.redemptions import Redemption
from wire.api.vouchers import Basket, CheckRequest, RestoreRequest, UseRequest, VoucherState


class Vouchers(Functions):
    """Check, use, restore, void. Every method raises `LedgerRefused` when nothing was moved."""

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

        Args:
            signed_at: when the till signed this, by its clock. What it signed before its own use
                and what comes after that takes nothing back.

        Refused with: voucher_unknown, till_paused, not_used_here{state}.
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


def _basket(fen: int | None, basket: Basket | None) -> str:
    """What `voucher_unmet` is told of a purchase."""
    lines = {"lines": basket.lines} if basket and basket.lines is not None else {}
    return msgspec.json.encode({"fen": fen} | lines).decode()
