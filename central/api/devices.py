"""/devices: enrolment, and what a device tells of itself."""

import msgspec
from litestar import post
from litestar.params import JSONBody

from central.api.problem import ApiRefused
from central.api.requesting import AnyRequest, IdempotencyKey, device_of, service_of
from central.api.responses import PROBLEMS
from central.devices import event_book
from central.devices.enrolment import EnrolmentRefused, enrol_device
from wire.api import EVENT_LIMIT
from wire.api.devices import (
    EnrolAnswer,
    EnrolRequest,
    EventBatch,
    EventsAnswer,
    Heartbeat,
    HeartbeatAnswer,
)
from wire.errors import ErrorCode

_TAGS = ["devices"]
HEARTBEAT_S = 30
_SEQ_MAX = 2**63 - 1


@post("/devices/enrol", status_code=201, responses=PROBLEMS, tags=_TAGS)
async def enrol(
    request: AnyRequest, data: JSONBody[EnrolRequest], idempotency_key: IdempotencyKey
) -> EnrolAnswer:
    """A key pair becomes a device, once per code. Signed with the key it brings (keyid `enrol`)."""
    assert idempotency_key  # noqa: S101  # the key pair itself makes it repeatable
    service = service_of(request)
    address = request.client.host if request.client else ""
    if service.enrolments.blocked(address):
        raise ApiRefused(ErrorCode.RATE_LIMITED, "five wrong codes: wait ten minutes")
    try:
        async with service.pool.acquire() as connection:
            enrolled = await enrol_device(connection, data, service.now())
    except EnrolmentRefused as refused:
        service.enrolments.failed(address)
        raise ApiRefused(refused.code) from None
    return msgspec.structs.replace(enrolled, server_keys=await service.token_keys.server_keys())


@post("/devices/me/events", status_code=200, responses=PROBLEMS, tags=_TAGS)
async def events(
    request: AnyRequest, data: JSONBody[EventBatch], idempotency_key: IdempotencyKey
) -> EventsAnswer:
    """In sequence and once each: a gap waits, a duplicate gets the same answer."""
    assert idempotency_key  # noqa: S101  # device and sequence make it repeatable
    if len(data.events) > EVENT_LIMIT:
        raise ApiRefused(ErrorCode.BAD_REQUEST, f"body events: at most {EVENT_LIMIT}")
    if any(not 1 <= event.seq <= _SEQ_MAX for event in data.events):
        raise ApiRefused(ErrorCode.BAD_REQUEST, "body events[].seq: 1, 2, 3, ... per device")
    service = service_of(request)
    async with service.pool.acquire() as connection:
        return await event_book.apply(connection, device_of(request).id, data.events, service.now())


@post("/devices/me/heartbeat", status_code=200, responses=PROBLEMS, tags=_TAGS)
async def heartbeat(
    request: AnyRequest, data: JSONBody[Heartbeat], idempotency_key: IdempotencyKey
) -> HeartbeatAnswer:
    """How the device is; the newest is kept."""
    assert idempotency_key  # noqa: S101  # a later one replaces it anyhow
    service = service_of(request)
    await service.pool.execute(
        "UPDATE device SET heartbeat = $2, heartbeat_at = $3 WHERE id = $1",
        device_of(request).id,
        msgspec.json.encode(data).decode(),
        service.now(),
    )
    return HeartbeatAnswer(commands=[], next_s=HEARTBEAT_S, server_time=service.now())


ROUTES = [enrol, events, heartbeat]
