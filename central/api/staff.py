"""/staff, and what a device tells and is told of its staff and its paper."""

import re

from litestar import get, post
from litestar.params import JSONBody

from central.api.problem import ApiRefused
from central.api.requesting import AnyRequest, IdempotencyKey, device_of, service_of
from central.api.responses import PROBLEMS
from central.staff import badge_list
from central.staff.pins import is_pin
from wire import tokens
from wire.api.staff import (
    ClockAnswer,
    ClockRequest,
    FindRequest,
    FoundRedemptions,
    HandoverAnswer,
    HandoverNote,
    HandoverRequest,
    LoggedOut,
    Login,
    LoginRequest,
    LogoutRequest,
    RollAnswer,
    RollChange,
    SignedBadgeList,
    StayedIn,
    StayRequest,
)
from wire.errors import ErrorCode

_TAGS = ["staff"]
_NOTES = frozenset(HandoverNote)
_SERIAL_MAX = 64
_REF = re.compile(r"[0-9a-f]{12}", re.ASCII)


@post("/staff/login", status_code=200, responses=PROBLEMS, tags=_TAGS)
async def login(
    request: AnyRequest, data: JSONBody[LoginRequest], idempotency_key: IdempotencyKey
) -> Login:
    """Badge and PIN: a token for this device, dead after 5 minutes without use or 8 hours."""
    if not is_pin(data.pin):
        raise ApiRefused(ErrorCode.BAD_REQUEST, "body pin: six digits")
    service = service_of(request)
    try:
        badge = tokens.parse(data.badge, await service.token_keys.public())
    except tokens.TokenError:
        badge = None
    return await service.staff.login(
        device_of(request).id,
        badge if isinstance(badge, tokens.StaffBadge) else None,
        data.pin,
        idempotency_key,
    )


@post("/staff/logout", status_code=200, responses=PROBLEMS, tags=_TAGS)
async def logout(
    request: AnyRequest, data: JSONBody[LogoutRequest], idempotency_key: IdempotencyKey
) -> LoggedOut:
    """The token is dead at once; a dead one stays so."""
    assert idempotency_key  # noqa: S101  # a dead token cannot die twice
    return await service_of(request).staff.logout(device_of(request).id, data.staff_token)


@post("/staff/stay", status_code=200, responses=PROBLEMS, tags=_TAGS)
async def stay(
    request: AnyRequest, data: JSONBody[StayRequest], idempotency_key: IdempotencyKey
) -> StayedIn:
    """Somebody is at the kiosk still: the token lives 5 minutes more."""
    assert idempotency_key  # noqa: S101  # a second time renews it again
    return await service_of(request).staff.stay(device_of(request).id, data.staff_token)


@post("/staff/clock", status_code=200, responses=PROBLEMS, tags=_TAGS)
async def clock(
    request: AnyRequest, data: JSONBody[ClockRequest], idempotency_key: IdempotencyKey
) -> ClockAnswer:
    """Clock in or out; what is longer than 16 hours was forgotten and is for review."""
    return await service_of(request).staff.clock(device_of(request).id, idempotency_key, data)


@post("/staff/handover", status_code=200, responses=PROBLEMS, tags=_TAGS)
async def handover(
    request: AnyRequest, data: JSONBody[HandoverRequest], idempotency_key: IdempotencyKey
) -> HandoverAnswer:
    """From one person to the next, both logged in at this device."""
    if not _NOTES.issuperset(data.notes) or len(set(data.notes)) != len(data.notes):
        raise ApiRefused(ErrorCode.BAD_REQUEST, "body notes: codes of HandoverNote, once each")
    return await service_of(request).staff.handover(device_of(request).id, idempotency_key, data)


@post("/staff/redemptions", status_code=200, responses=PROBLEMS, tags=_TAGS)
async def redemptions(
    request: AnyRequest, data: JSONBody[FindRequest], idempotency_key: IdempotencyKey
) -> FoundRedemptions:
    """Of this store, newest first, by tail or time; never a full code."""
    assert idempotency_key  # noqa: S101  # a POST, so that no token stands in an address
    return await service_of(request).staff.find(device_of(request).id, data)


@get("/devices/me/staff", responses=PROBLEMS, tags=_TAGS)
async def badges(request: AnyRequest) -> SignedBadgeList:
    """The badges that may do paper tasks here offline: signed, good for 24 hours."""
    service = service_of(request)
    signer = await service.token_keys.signer()
    return await badge_list.signed(service.pool, device_of(request).id, signer, service.now())


@post("/devices/me/rolls", status_code=200, responses=PROBLEMS, tags=_TAGS)
async def roll(
    request: AnyRequest, data: JSONBody[RollChange], idempotency_key: IdempotencyKey
) -> RollAnswer:
    """A roll was changed. What was done offline, or by somebody unknown, is for review."""
    if idempotency_key != str(data.id):
        raise ApiRefused(ErrorCode.BAD_REQUEST, "Idempotency-Key: the change's id, as in `id`")
    if data.login is None and not data.offline:
        raise ApiRefused(ErrorCode.BAD_REQUEST, "body: either `login` or `offline`")
    if not _REF.fullmatch(data.staff_ref):
        raise ApiRefused(ErrorCode.BAD_REQUEST, "body staff_ref: 12 hexadecimal digits")
    if not 0 < len(data.roll_serial) <= _SERIAL_MAX:
        raise ApiRefused(ErrorCode.BAD_REQUEST, f"body roll_serial: 1 to {_SERIAL_MAX} characters")
    return await service_of(request).staff.roll(device_of(request).id, data)


ROUTES = [login, logout, stay, clock, handover, redemptions, badges, roll]
