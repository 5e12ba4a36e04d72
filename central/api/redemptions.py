"""/redemptions: one call, one commit each."""

from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from central.api.problem import ApiRefused
from central.api.requesting import AnyRequest, IdempotencyKey, device_of, service_of
from central.api.responses import PROBLEMS
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
from wire.errors import ErrorCode

_TAGS = ["redemptions"]


@post("/redemptions", status_code=201, responses=PROBLEMS, tags=_TAGS)
async def reserve(
    request: AnyRequest, data: JSONBody[ReserveRequest], idempotency_key: IdempotencyKey
) -> Redemption:
    """Hold the points, set stock aside, make the code. The Idempotency-Key is `id`."""
    if idempotency_key != str(data.id):
        raise ApiRefused(ErrorCode.BAD_REQUEST, "Idempotency-Key: the redemption's id, as in `id`")
    return await service_of(request).ledger.reserve(device_of(request).id, data)


@get("/redemptions/{redemption:uuid}", responses=PROBLEMS, tags=_TAGS)
async def read(request: AnyRequest, redemption: FromPath[UUID]) -> Redemption:
    """As it stands now, for the device that may print it."""
    return await service_of(request).ledger.redemption(device_of(request).id, redemption)


@post("/redemptions/{redemption:uuid}/printing", status_code=200, responses=PROBLEMS, tags=_TAGS)
async def printing(
    request: AnyRequest,
    redemption: FromPath[UUID],
    data: JSONBody[PrintingRequest],
    idempotency_key: IdempotencyKey,
) -> Redemption:
    """The next byte may reach paper: no timer releases it from here on."""
    ledger = service_of(request).ledger
    return await ledger.printing(device_of(request).id, redemption, idempotency_key, data)


@post("/redemptions/{redemption:uuid}/capture", status_code=200, responses=PROBLEMS, tags=_TAGS)
async def capture(
    request: AnyRequest,
    redemption: FromPath[UUID],
    data: JSONBody[CaptureRequest],
    idempotency_key: IdempotencyKey,
) -> Redemption:
    """ok: the voucher is on paper, points are spent. unknown: it may be; the code lives."""
    ledger = service_of(request).ledger
    return await ledger.capture(device_of(request).id, redemption, idempotency_key, data)


@post("/redemptions/{redemption:uuid}/release", status_code=200, responses=PROBLEMS, tags=_TAGS)
async def release(
    request: AnyRequest,
    redemption: FromPath[UUID],
    data: JSONBody[ReleaseRequest],
    idempotency_key: IdempotencyKey,
) -> Redemption:
    """Nothing was printed: points back, code dead. An unknown id leaves a tombstone."""
    ledger = service_of(request).ledger
    return await ledger.release(device_of(request).id, redemption, idempotency_key, data)


@post("/redemptions/{redemption:uuid}/reprint", status_code=200, responses=PROBLEMS, tags=_TAGS)
async def reprint(
    request: AnyRequest,
    redemption: FromPath[UUID],
    data: JSONBody[ReprintRequest],
    idempotency_key: IdempotencyKey,
) -> ReprintAnswer:
    """The same code once more: for the owner while it is uncertain, for staff with a reason."""
    ledger = service_of(request).ledger
    return await ledger.reprint(device_of(request).id, redemption, idempotency_key, data)


@get("/devices/me/redemptions", responses=PROBLEMS, tags=_TAGS)
async def open_redemptions(
    request: AnyRequest,
    only_open: Annotated[
        int, QueryParameter(name="open", ge=1, le=1, description="1: the open ones")
    ],
) -> OpenRedemptions:
    """What this device has not closed."""
    assert only_open == 1  # noqa: S101  # Litestar has checked it; there is no other list yet
    return await service_of(request).ledger.open_redemptions(device_of(request).id)


ROUTES = [reserve, read, printing, capture, release, reprint, open_redemptions]
