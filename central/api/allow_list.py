"""Which device may ask for what. Anything that is not in this table is forbidden."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from central.api.problem import ApiRefused
from wire.api.devices import Role
from wire.errors import ErrorCode

OPEN = frozenset({"/v1/time", "/v1/healthz", "/v1/readyz", "/v1/openapi.json"})
"""Unsigned."""
ENROL = "/v1/devices/enrol"
"""Signed with the key that it brings."""

KIOSK = frozenset(
    {
        "GET /v1/devices/me/config",
        "GET /v1/devices/me/redemptions",
        "POST /v1/devices/me/events",
        "POST /v1/devices/me/heartbeat",
        "GET /v1/devices/me/staff",
        "POST /v1/devices/me/rolls",
        "POST /v1/staff/login",
        "POST /v1/staff/logout",
        "POST /v1/staff/stay",
        "POST /v1/staff/clock",
        "POST /v1/staff/handover",
        "POST /v1/staff/redemptions",
        "GET /v1/catalogue",
        "GET /v1/images/{sha256}",
        "POST /v1/members/lookup",
        "POST /v1/redemptions",
        "GET /v1/redemptions/{redemption}",
        "POST /v1/redemptions/{redemption}/printing",
        "POST /v1/redemptions/{redemption}/capture",
        "POST /v1/redemptions/{redemption}/release",
        "POST /v1/redemptions/{redemption}/reprint",
    }
)
TILL = frozenset(
    {
        "GET /v1/devices/me/config",
        "POST /v1/devices/me/heartbeat",
        "POST /v1/vouchers/{code}/check",
        "POST /v1/vouchers/{code}/use",
        "POST /v1/vouchers/{code}/restore",
    }
)
ALLOWED = {Role.KIOSK: KIOSK, Role.TILL: TILL}


async def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuses what the table does not allow to the device's role.

    Never waits; but Litestar would run a plain function in a thread, for every request.
    """
    template = str(connection.scope.get("path_template", ""))
    if template in OPEN or template == ENROL:
        return
    device = connection.scope.get("device")
    method = connection.scope.get("method", "")
    if device is None or f"{method} {template}" not in ALLOWED[device.role]:  # type: ignore[attr-defined]  # an EnrolledDevice
        raise ApiRefused(ErrorCode.FORBIDDEN)
