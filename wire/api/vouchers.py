"""A voucher at the till: check, use, restore."""

from datetime import datetime
from typing import Annotated

import msgspec

from wire.api.redemptions import State
from wire.api.text import Text
from wire.errors import Unmet

_LINES = 500
"""A purchase has no more lines than this."""
_Name = Annotated[str, msgspec.Meta(max_length=64)]
_Pos = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Receipt = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
"""Never empty: what one receipt has used is served again to the same receipt, so that without a
number everybody would be the same."""
_LineNo = Annotated[int, msgspec.Meta(ge=1, le=10**6)]


class BasketLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the receipt."""

    sku: _Name
    net_fen: Annotated[int, msgspec.Meta(ge=-(10**12), le=10**12)]
    """What the whole line costs after discounts; < 0 where goods were taken back."""
    category: _Name = ""
    """With what is above it, `wine/red`. A voucher that is not good for some categories is not good
    for a line without one."""
    qty: int = 1


class Basket(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is bought, and by whom."""

    lines: Annotated[list[BasketLine], msgspec.Meta(max_length=_LINES)] | None = None
    """Needed where a voucher is not good for everything."""
    member: Annotated[str, msgspec.Meta(max_length=512)] | None = None
    """The member's code or card as it was scanned (M2 or C1); needed where a voucher is bound."""


class CheckRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """POST /vouchers/{code}/check. Without any of it place and time are judged only."""

    basket_fen: int | None = None
    """What the basket costs, where its lines are not told."""
    basket: Basket | None = None


class VoucherState(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of check, use and restore."""

    tail: str
    state: State
    usable: bool
    """Here and now, as far as the till has told what is bought."""
    reward: Text
    value_fen: int
    min_spend_fen: int = 0
    conditions: list[Text] = []
    """As they stand on the paper."""
    unmet: list[Unmet] = []
    """Why it is not usable although it is live: what is needed, and what is there."""
    valid_to: datetime
    used_at: datetime | None = None
    used_store: str | None = None
    used_receipt: str | None = None


class UseRequest(msgspec.Struct, frozen=True):
    """POST /vouchers/{code}/use; the Idempotency-Key is `use:` + store:pos:receipt:line.

    After a restore the same key is a new use, if it was signed after it: `not_used_here` else.
    """

    pos: _Pos
    receipt: _Receipt
    line: _LineNo = 1
    basket_fen: int | None = None
    """What the basket costs; needed where the voucher asks for a minimum and no lines are told."""
    basket: Basket | None = None


class RestoreRequest(msgspec.Struct, frozen=True):
    """POST /vouchers/{code}/restore: the till voids that same receipt.

    `not_used_here` if it was signed before that receipt's use, or its repetition.
    """

    pos: _Pos
    receipt: _Receipt
    line: _LineNo = 1
    reason: str = "receipt voided"
