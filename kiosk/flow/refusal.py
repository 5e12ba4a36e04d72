"""Which words and which ways out go with each thing that can go wrong."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from kiosk.flow.state import Message, MessageCode, RefusalWay
from wire.errors import ErrorCode, Problem

_HOME_OR_END = (RefusalWay.HOME, RefusalWay.END)
_END = (RefusalWay.END,)
_STAFF_OR_END = (RefusalWay.CALL_STAFF, RefusalWay.END)


@dataclass(frozen=True, slots=True)
class Refusal:
    message: Message
    ways: tuple[RefusalWay, ...]
    have: int | None = None
    """The member's balance, where the refusal told it."""


UNREACHABLE = Refusal(Message(MessageCode.OFF_NO), _END)
"""A lookup got no answer."""
NOT_REACHED = Refusal(Message(MessageCode.E_HOLD), (RefusalWay.RETRY, RefusalWay.HOME))
"""Reserve or /printing got no answer."""
NO_PAPER = Refusal(Message(MessageCode.E_PAPER_PRE), _END)
PRINTER = Refusal(Message(MessageCode.E_PRINTER), _END)
GONE = Refusal(Message(MessageCode.E_STOCK), _HOME_OR_END)
"""The reward was taken off the list since it was shown."""

_SCAN_NOTICES = {
    ErrorCode.CODE_UNKNOWN: MessageCode.E_QR_UNKNOWN,
    ErrorCode.CODE_EXPIRED: MessageCode.E_QR_OLD,
    ErrorCode.CODE_USED: MessageCode.E_QR_USED,
}

_LOOKUPS = {
    ErrorCode.CARD_REPLACED: MessageCode.E_CARD_OLD,
    ErrorCode.MEMBER_UNKNOWN: MessageCode.E_MEMBER,
    ErrorCode.MEMBER_FROZEN: MessageCode.E_FROZEN,
    ErrorCode.DEVICE_PAUSED: MessageCode.E_STOP,
    ErrorCode.DEVICE_REVOKED: MessageCode.E_STOP,
    ErrorCode.DEVICE_UNKNOWN: MessageCode.E_STOP,
    ErrorCode.FORBIDDEN: MessageCode.E_STOP,
    ErrorCode.CLOCK_SKEW: MessageCode.E_CLOCK,
    # Plain cards only, after five bad ones in ten minutes: to the counter, not "offline".
    ErrorCode.RATE_LIMITED: MessageCode.E_STOP,
}

_REDEMPTIONS = {
    ErrorCode.OUT_OF_STOCK: Refusal(Message(MessageCode.E_STOCK), _HOME_OR_END),
    ErrorCode.WINDOW_CLOSED: Refusal(Message(MessageCode.E_WINDOW), _HOME_OR_END),
    ErrorCode.REWARD_UNAVAILABLE: Refusal(Message(MessageCode.E_TIER), _HOME_OR_END),
    ErrorCode.SESSION_EXPIRED: Refusal(Message(MessageCode.E_SESSION), _END),
    ErrorCode.SESSION_READ_ONLY: Refusal(Message(MessageCode.E_READ_ONLY), _HOME_OR_END),
    ErrorCode.PIN_REQUIRED: Refusal(Message(MessageCode.E_PIN_COUNTER), _HOME_OR_END),
    ErrorCode.MEMBER_FROZEN: Refusal(Message(MessageCode.E_FROZEN), _END),
    ErrorCode.DEVICE_PAUSED: Refusal(Message(MessageCode.E_STOP), _END),
    ErrorCode.DEVICE_REVOKED: Refusal(Message(MessageCode.E_STOP), _END),
    ErrorCode.DEVICE_UNKNOWN: Refusal(Message(MessageCode.E_STOP), _END),
}


def scan_notice(problem: Problem) -> MessageCode | None:
    """The word to say on the scan screen, if another code may do better at once."""
    return _SCAN_NOTICES.get(problem.code)  # type: ignore[call-overload, no-any-return]  # StrEnum keys equal their text


def of_lookup(problem: Problem) -> Refusal:
    """Why a member cannot be served; an unknown reason is treated as no service."""
    code = _LOOKUPS.get(problem.code)  # type: ignore[call-overload]  # StrEnum keys equal their text
    return UNREACHABLE if code is None else Refusal(Message(code), _END)


def is_unavailable(problem: Problem) -> bool:
    """Taken off the list, or not for this store or tier."""
    return problem.code == ErrorCode.REWARD_UNAVAILABLE


def is_new_price(problem: Problem) -> bool:
    return problem.code == ErrorCode.PRICE_CHANGED


def of_redemption(problem: Problem, timezone: str) -> Refusal:
    """Why no voucher came, with no points moved; an unknown reason may be tried again."""
    match problem.code:
        case ErrorCode.INSUFFICIENT:
            missing = max((problem.need or 0) - (problem.have or 0), 1)
            message = Message(MessageCode.E_PTS, {"n": missing})
            return Refusal(message, _HOME_OR_END, have=problem.have)
        case ErrorCode.LIMIT_REACHED if problem.resets_at is not None:
            local = problem.resets_at.astimezone(ZoneInfo(timezone))
            message = Message(MessageCode.E_LIMIT, {"time": f"{local:%m-%d %H:%M}"})
            return Refusal(message, _HOME_OR_END)
        case ErrorCode.LIMIT_REACHED:
            return Refusal(Message(MessageCode.E_LIMIT_EVER), _HOME_OR_END)
        case code:
            return _REDEMPTIONS.get(code, NOT_REACHED)  # type: ignore[call-overload, no-any-return]  # StrEnum keys equal their text


_REPRINT_OVER = frozenset(
    {
        ErrorCode.REDEMPTION_STATE,
        ErrorCode.REDEMPTION_RELEASED,
        ErrorCode.REDEMPTION_UNKNOWN,
        ErrorCode.VOUCHER_EXPIRED,
    }
)


def of_reprint(tail: str, problem: Problem | None = None) -> Refusal:
    """Why a voucher was not printed again. Its points were spent long ago: nothing of them here."""
    if problem is not None and problem.code in _REPRINT_OVER:
        return Refusal(Message(MessageCode.E_REPRINT_OVER), _END)
    if problem is not None and problem.code in (ErrorCode.SESSION_EXPIRED, ErrorCode.MEMBER_FROZEN):
        return _REDEMPTIONS[ErrorCode(problem.code)]
    return Refusal(Message(MessageCode.E_REPRINT, {"tail": tail}), _HOME_OR_END)


def of_uncertain(tail: str, *, no_paper: bool) -> Refusal:
    """The code lives, the paper may not: nothing is lost, and nothing is worth twice."""
    code = MessageCode.E_PAPER_MID if no_paper else MessageCode.E_UNC
    return Refusal(Message(code, {"tail": tail}), _STAFF_OR_END)
