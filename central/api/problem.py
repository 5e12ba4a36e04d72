"""Every "no" of the API as a problem document (RFC 9457)."""

import logging
from typing import Any

import asyncpg
import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException, ValidationException
from litestar.types import Send

from central.ledger.refusal import LedgerRefused
from wire.errors import MEDIA_TYPE, STATUS, ErrorCode, Problem, encode, problem

log = logging.getLogger(__name__)

_DATABASE_GONE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.ObjectNotInPrerequisiteStateError,
)
"""Passes by itself: the same request may be sent again.

InternalClientError is what asyncpg says of a connection that was cut between two calls.
"""

TITLES: dict[ErrorCode, str] = {
    ErrorCode.BAD_REQUEST: "The request does not have the form of this endpoint.",
    ErrorCode.NOT_FOUND: "There is nothing at this address.",
    ErrorCode.METHOD_NOT_ALLOWED: "This address does not know this method.",
    ErrorCode.PAYLOAD_TOO_LARGE: "The request is larger than any that this service takes.",
    ErrorCode.IDEMPOTENCY_KEY_MISSING: "A write needs an Idempotency-Key.",
    ErrorCode.IDEMPOTENCY_MISMATCH: "This Idempotency-Key was used for another content.",
    ErrorCode.IDEMPOTENCY_RUNNING: "The first request with this key is still running.",
    ErrorCode.SIGNATURE_MISSING: "The request is not signed.",
    ErrorCode.SIGNATURE_INVALID: "The signature does not verify.",
    ErrorCode.CLOCK_SKEW: "The request was signed by a clock that is off by over five minutes.",
    ErrorCode.DEVICE_UNKNOWN: "This device is not enrolled here.",
    ErrorCode.DEVICE_REVOKED: "This device was revoked.",
    ErrorCode.FORBIDDEN: "This device may not do this.",
    ErrorCode.ENROL_CODE_INVALID: "There is no such enrolment code.",
    ErrorCode.ENROL_CODE_USED: "The enrolment code was used or has expired.",
    ErrorCode.CODE_UNKNOWN: "This is no code of this chain.",
    ErrorCode.CODE_EXPIRED: "The member code has expired.",
    ErrorCode.CODE_USED: "The member code was just used.",
    ErrorCode.CARD_REPLACED: "This card was replaced by a newer one.",
    ErrorCode.MEMBER_UNKNOWN: "There is no such member.",
    ErrorCode.MEMBER_FROZEN: "This account is on hold.",
    ErrorCode.SESSION_EXPIRED: "The session has ended.",
    ErrorCode.SESSION_READ_ONLY: "This session shows the balance only.",
    ErrorCode.PIN_REQUIRED: "This redemption needs a PIN.",
    ErrorCode.BADGE_INVALID: "This badge is not good here.",
    ErrorCode.STAFF_PIN_WRONG: "The PIN is wrong.",
    ErrorCode.STAFF_PIN_LOCKED: "Too many wrong PINs.",
    ErrorCode.STAFF_PIN_UNSET: "This badge has no PIN yet.",
    ErrorCode.STAFF_SESSION_EXPIRED: "Nobody of the staff is logged in with this token.",
    ErrorCode.STAFF_ROLE: "This is not for this role.",
    ErrorCode.STAFF_SAME_PERSON: "This takes two different people.",
    ErrorCode.APPROVAL_NEEDED: "So many points take a second person's approval.",
    ErrorCode.CLOCKED_ALREADY: "Already clocked in, or already out.",
    ErrorCode.RECEIPT_AWARDED: "The receipt has given its points before.",
    ErrorCode.PRICE_CHANGED: "The price has changed.",
    ErrorCode.OUT_OF_STOCK: "The reward has run out.",
    ErrorCode.LIMIT_REACHED: "The member has had as many as allowed.",
    ErrorCode.INSUFFICIENT: "The member has too few points.",
    ErrorCode.WINDOW_CLOSED: "The reward is not to be had at this time.",
    ErrorCode.REWARD_UNAVAILABLE: "The reward is not to be had here or by this member.",
    ErrorCode.DEVICE_PAUSED: "This device is paused.",
    ErrorCode.REDEMPTION_UNKNOWN: "There is no such redemption.",
    ErrorCode.REDEMPTION_RELEASED: "The redemption was released; its points are back.",
    ErrorCode.REDEMPTION_STATE: "The redemption is in a state that does not allow this.",
    ErrorCode.REPRINT_LIMIT: "The voucher was reprinted as often as allowed.",
    ErrorCode.VOUCHER_MISTYPED: "The voucher code is mistyped.",
    ErrorCode.VOUCHER_UNKNOWN: "There is no such voucher.",
    ErrorCode.VOUCHER_REVOKED: "The voucher was revoked; its points are back.",
    ErrorCode.VOUCHER_EXPIRED: "The voucher has expired.",
    ErrorCode.VOUCHER_CONDITION: "The basket does not meet the voucher's conditions.",
    ErrorCode.ALREADY_USED: "The voucher was used before.",
    ErrorCode.NOT_USED_HERE: "The voucher is not used with this receipt (any more).",
    ErrorCode.TILL_PAUSED: "Too many wrong codes: this till is paused for ten minutes.",
    ErrorCode.CURSOR_EXPIRED: "The cursor is not known here; start over without one.",
    ErrorCode.RATE_LIMITED: "Too many requests; try again later.",
    ErrorCode.UNAVAILABLE: "The service cannot answer now; try again.",
    ErrorCode.INTERNAL: "The service made a mistake; its engineers can see it.",
}
_NOT_STORABLE = "a number is out of range (64 bits at most), or a text holds a NUL character"


class ApiRefused(Exception):
    """A request that is refused by the API itself; `facts` are optional fields of `Problem`."""

    def __init__(self, code: ErrorCode, detail: str = "", **facts: Any) -> None:
        super().__init__(code.value)
        self.code = code
        self.detail = detail
        self.facts = facts


def document(code: ErrorCode, detail: str = "", **facts: Any) -> Problem:
    return problem(code, TITLES[code], detail, **facts)


def of_ledger(refused: LedgerRefused) -> Problem:
    """The ledger's refusal; its facts arrive as JSON values (times as text)."""
    raw = msgspec.to_builtins(document(refused.code))
    return msgspec.convert(raw | refused.facts, Problem, strict=False)


def response(told: Problem) -> Response[bytes]:
    return Response(
        encode(told),
        status_code=told.status,
        media_type=MEDIA_TYPE,
        headers={"Retry-After": told_s} if (told_s := _retry_after_s(told)) else {},
    )


async def send_itself(told: Problem, send: Send) -> None:
    """The same answer, where there is no Litestar."""
    body = encode(told)
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
    ]
    if told_s := _retry_after_s(told):
        headers.append((b"retry-after", told_s.encode()))
    await send({"type": "http.response.start", "status": told.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _retry_after_s(told: Problem) -> str:
    if told.code == ErrorCode.IDEMPOTENCY_RUNNING:
        return "1"
    return "600" if told.status == STATUS[ErrorCode.RATE_LIMITED] else ""


def of_exception(error: Exception) -> Problem:
    """What a caller is told of any failure; what only we may know is logged here."""
    if isinstance(error, ApiRefused):
        return document(error.code, error.detail, **error.facts)
    if isinstance(error, LedgerRefused):
        return of_ledger(error)
    if isinstance(error, ValidationException):
        return document(ErrorCode.BAD_REQUEST, _places(error))
    if isinstance(error, HTTPException):
        return _of_http(error)
    if isinstance(error, _DATABASE_GONE):
        log.error("the database did not answer", extra={"error": type(error).__name__})
        return document(ErrorCode.UNAVAILABLE)
    if isinstance(error, asyncpg.DataError):
        return document(ErrorCode.BAD_REQUEST, _NOT_STORABLE)
    log.error("a request failed", exc_info=error)
    return document(ErrorCode.INTERNAL)


def _places(error: ValidationException) -> str:
    """What is wrong and where; never repeats a value."""
    wrongs = error.extra if isinstance(error.extra, list) else []
    places = [
        f"{wrong.get('source', 'body')} {wrong.get('key', '')}: {wrong.get('message', '')}".strip()
        for wrong in wrongs
        if isinstance(wrong, dict)
    ]
    return "; ".join(places) or str(error.detail)


def _of_http(error: HTTPException) -> Problem:
    codes = {
        404: ErrorCode.NOT_FOUND,
        405: ErrorCode.METHOD_NOT_ALLOWED,
        413: ErrorCode.PAYLOAD_TOO_LARGE,
    }
    if error.status_code in codes:
        return document(codes[error.status_code])
    if error.status_code < STATUS[ErrorCode.INTERNAL]:
        # What Litestar could not read at all: a body that is no JSON.
        return document(ErrorCode.BAD_REQUEST, f"body: {error.detail}")
    log.error("a request failed", exc_info=error)
    return document(ErrorCode.INTERNAL)


def _answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    told = of_exception(error)
    request.scope["refused"] = told.code  # type: ignore[typeddict-unknown-key]  # for the log of requests
    answer = response(told)
    if isinstance(error, MethodNotAllowedException) and error.headers:
        answer.headers.update(error.headers)
    return answer


def handlers() -> dict[Any, Any]:
    """Litestar's exception handlers: all of them are this one."""
    return {HTTPException: _answer, Exception: _answer}
