"""A voucher at the till: check, use, restore."""

from datetime import datetime

import msgspec

from wire.api.redemptions import State
from wire.api.text import Text


class VoucherState(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of check, use and restore."""

    tail: str
    state: State
    usable: bool
    reward: Text
    value_fen: int
    min_spend_fen: int = 0
    valid_to: datetime
    used_at: datetime | None = None
    used_store: str | None = None
    used_receipt: str | None = None


class UseRequest(msgspec.Struct, frozen=True):
    """POST /vouchers/{code}/use; the Idempotency-Key is `use:` + store:pos:receipt:line."""

    pos: str
    receipt: str
    line: int = 1
    basket_fen: int | None = None
    """What the basket costs; needed where the voucher asks for a minimum."""


class RestoreRequest(msgspec.Struct, frozen=True):
    """POST /vouchers/{code}/restore: the till voids that same receipt."""

    pos: str
    receipt: str
    line: int = 1
    reason: str = "receipt voided"
