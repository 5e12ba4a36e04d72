"""What an endpoint gets of its request besides path, query and body."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Request
from litestar.params import HeaderParameter

from central.api.device_keys import EnrolledDevice
from central.api.service import Service

IdempotencyKey = Annotated[
    str,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="Same key and same content: the first answer again, nothing moves twice.",
    ),
]
AnyRequest = Request[Any, Any, Any]


def service_of(request: AnyRequest) -> Service:
    service: Service = request.app.state.service
    return service


def device_of(request: AnyRequest) -> EnrolledDevice:
    """The device that signed; the guard has seen to it that there is one."""
    device: EnrolledDevice = request.scope["device"]  # type: ignore[typeddict-item]  # our own key
    return device


def signed_at(request: AnyRequest) -> datetime:
    """When the device signed it, by the device's clock; to the second."""
    signed: datetime = request.scope["signed_at"]  # type: ignore[typeddict-item]  # our own key
    return signed
