"""Every way in which the service says no: one code, one HTTP status, one hint whether to retry."""

from datetime import datetime
from enum import StrEnum

import msgspec

from wire.api.text import Text

MEDIA_TYPE = "application/problem+json"


class ErrorCode(StrEnum):
    """The `code` of a problem document (RFC 9457); clients decide by it and by nothing else."""

    # The request itself
    BAD_REQUEST = "bad_request"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    PAYLOAD_TOO_LARGE = "payload_too_large"
    IDEMPOTENCY_KEY_MISSING = "idempotency_key_missing"
    IDEMPOTENCY_MISMATCH = "idempotency_mismatch"
    IDEMPOTENCY_RUNNING = "idempotency_running"
    # Who asks
    SIGNATURE_MISSING = "signature_missing"
    SIGNATURE_INVALID = "signature_invalid"
    CLOCK_SKEW = "clock_skew"
    DEVICE_UNKNOWN = "device_unknown"
    DEVICE_REVOKED = "device_revoked"
    FORBIDDEN = "forbidden"
    ENROL_CODE_INVALID = "enrol_code_invalid"
    ENROL_CODE_USED = "enrol_code_used"
    # Member codes and members
    CODE_UNKNOWN = "code_unknown"
    CODE_EXPIRED = "code_expired"
    CODE_USED = "code_used"
    CARD_REPLACED = "card_replaced"
    MEMBER_UNKNOWN = "member_unknown"
    MEMBER_FROZEN = "member_frozen"
    SESSION_EXPIRED = "session_expired"
    SESSION_READ_ONLY = "session_read_only"
    PIN_REQUIRED = "pin_required"
    # Staff
    BADGE_INVALID = "badge_invalid"
    STAFF_PIN_WRONG = "staff_pin_wrong"
    STAFF_PIN_LOCKED = "staff_pin_locked"
    STAFF_PIN_UNSET = "staff_pin_unset"
    STAFF_SESSION_EXPIRED = "staff_session_expired"
    STAFF_ROLE = "staff_role"
    STAFF_SAME_PERSON = "staff_same_person"
    APPROVAL_NEEDED = "approval_needed"
    CLOCKED_ALREADY = "clocked_already"
    # Awards
    RECEIPT_AWARDED = "receipt_awarded"
    # Redemptions
    PRICE_CHANGED = "price_changed"
    OUT_OF_STOCK = "out_of_stock"
    LIMIT_REACHED = "limit_reached"
    INSUFFICIENT = "insufficient"
    WINDOW_CLOSED = "window_closed"
    REWARD_UNAVAILABLE = "reward_unavailable"
    DEVICE_PAUSED = "device_paused"
    REDEMPTION_UNKNOWN = "redemption_unknown"
    REDEMPTION_RELEASED = "redemption_released"
    REDEMPTION_STATE = "redemption_state"
    REPRINT_LIMIT = "reprint_limit"
    # Vouchers at the till
    VOUCHER_MISTYPED = "voucher_mistyped"
    VOUCHER_UNKNOWN = "voucher_unknown"
    VOUCHER_REVOKED = "voucher_revoked"
    VOUCHER_EXPIRED = "voucher_expired"
    VOUCHER_CONDITION = "voucher_condition"
    ALREADY_USED = "already_used"
    NOT_USED_HERE = "not_used_here"
    TILL_PAUSED = "till_paused"
    # Lists
    CURSOR_EXPIRED = "cursor_expired"
    # The service's own trouble
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


STATUS: dict[ErrorCode, int] = {
    ErrorCode.BAD_REQUEST: 400,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.METHOD_NOT_ALLOWED: 405,
    ErrorCode.PAYLOAD_TOO_LARGE: 413,
    ErrorCode.IDEMPOTENCY_KEY_MISSING: 400,
    ErrorCode.IDEMPOTENCY_MISMATCH: 422,
    ErrorCode.IDEMPOTENCY_RUNNING: 409,
    ErrorCode.SIGNATURE_MISSING: 401,
    ErrorCode.SIGNATURE_INVALID: 401,
    ErrorCode.CLOCK_SKEW: 401,
    ErrorCode.DEVICE_UNKNOWN: 401,
    ErrorCode.DEVICE_REVOKED: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.ENROL_CODE_INVALID: 404,
    ErrorCode.ENROL_CODE_USED: 410,
    ErrorCode.CODE_UNKNOWN: 404,
    ErrorCode.CODE_EXPIRED: 409,
    ErrorCode.CODE_USED: 409,
    ErrorCode.CARD_REPLACED: 409,
    ErrorCode.MEMBER_UNKNOWN: 404,
    ErrorCode.MEMBER_FROZEN: 423,
    ErrorCode.SESSION_EXPIRED: 401,
    ErrorCode.SESSION_READ_ONLY: 409,
    ErrorCode.PIN_REQUIRED: 409,
    ErrorCode.BADGE_INVALID: 403,
    ErrorCode.STAFF_PIN_WRONG: 403,
    ErrorCode.STAFF_PIN_LOCKED: 423,
    ErrorCode.STAFF_PIN_UNSET: 409,
    ErrorCode.STAFF_SESSION_EXPIRED: 401,
    ErrorCode.STAFF_ROLE: 403,
    ErrorCode.STAFF_SAME_PERSON: 409,
    ErrorCode.APPROVAL_NEEDED: 403,
    ErrorCode.CLOCKED_ALREADY: 409,
    ErrorCode.RECEIPT_AWARDED: 409,
    ErrorCode.PRICE_CHANGED: 409,
    ErrorCode.OUT_OF_STOCK: 409,
    ErrorCode.LIMIT_REACHED: 409,
    ErrorCode.INSUFFICIENT: 409,
    ErrorCode.WINDOW_CLOSED: 409,
    ErrorCode.REWARD_UNAVAILABLE: 409,
    ErrorCode.DEVICE_PAUSED: 409,
    ErrorCode.REDEMPTION_UNKNOWN: 404,
    ErrorCode.REDEMPTION_RELEASED: 409,
    ErrorCode.REDEMPTION_STATE: 409,
    ErrorCode.REPRINT_LIMIT: 409,
    ErrorCode.VOUCHER_MISTYPED: 400,
    ErrorCode.VOUCHER_UNKNOWN: 404,
    ErrorCode.VOUCHER_REVOKED: 409,
    ErrorCode.VOUCHER_EXPIRED: 409,
    ErrorCode.VOUCHER_CONDITION: 409,
    ErrorCode.ALREADY_USED: 409,
    ErrorCode.NOT_USED_HERE: 409,
    ErrorCode.TILL_PAUSED: 429,
    ErrorCode.CURSOR_EXPIRED: 410,
    ErrorCode.RATE_LIMITED: 429,
    ErrorCode.UNAVAILABLE: 503,
    ErrorCode.INTERNAL: 500,
}

RETRYABLE = frozenset(
    {
        ErrorCode.IDEMPOTENCY_RUNNING,
        ErrorCode.RATE_LIMITED,
        ErrorCode.TILL_PAUSED,
        ErrorCode.UNAVAILABLE,
        ErrorCode.INTERNAL,
    }
)
"""The same request may succeed later, unchanged."""


class Unmet(msgspec.Struct, frozen=True, omit_defaults=True):
    """A condition of a voucher that a purchase does not meet."""

    condition: str
    """minimum_spend, store, date, weekday, hours, member or excluded."""
    words: Text
    """What is needed, for the clerk to say."""
    need: int | None = None
    """minimum_spend: fen."""
    have: int | None = None
    """minimum_spend: fen of the lines that count."""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A problem document (RFC 9457) with our `code`, and what a code needs to be told well.

    `code` is a plain string here, so that a newer service's code is data to an older
    kiosk and not a parse error.
    """

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str = ""
    retryable: bool = False
    need: int | None = None
    """insufficient: points asked for; approval_needed: points that one person may move by hand;
    voucher_condition: the fen that must be spent;
    out_of_stock, of stock that is moved: pieces."""
    have: int | None = None
    """Of the same, what there is; receipt_awarded: points that it gave."""
    price: int | None = None
    """price_changed: the price now, in points."""
    limit: str | None = None
    """limit_reached: which limit: `per_member_per_day`, `per_store_ever`, `campaign_points` ...;
    window_closed, of an award: the type of points whose day is over."""
    resets_at: datetime | None = None
    """limit_reached: when it can be tried again."""
    at: datetime | None = None
    """already_used: when; receipt_awarded: when first."""
    store: str | None = None
    """already_used: where."""
    account: str | None = None
    """receipt_awarded: the last four digits of the account that it gave to."""
    state: str | None = None
    """redemption_state: the state it is in."""
    left: int | None = None
    """staff_pin_wrong: tries that are left."""
    until: datetime | None = None
    """staff_pin_locked: when the next try counts; window_closed: until when it was open."""
    condition: str | None = None
    """voucher_condition: the first one that is not met, as in `unmet`."""
    unmet: list[Unmet] = []
    """voucher_condition: all that are not met."""
    time: datetime | None = None
    """The service's time; on clock_skew the client anchors its clock with it."""


def problem(code: ErrorCode, title: str, detail: str = "", **facts: object) -> Problem:
    """The document for a code, with its status and retry hint looked up."""
    return Problem(
        title=title,
        status=STATUS[code],
        code=code.value,
        detail=detail,
        retryable=code in RETRYABLE,
        **facts,  # type: ignore[arg-type]  # the facts are Problem's own optional fields
    )


def encode(told: Problem) -> bytes:
    """The JSON body: the members of every problem always, the facts of this one only."""
    always = {"type": told.type, "detail": told.detail, "retryable": told.retryable}
    return msgspec.json.encode(always | msgspec.to_builtins(told))
