"""One line per request: which device asked for what, and what it was told."""

import logging
import time
from typing import Any
from uuid import UUID

from litestar.types import ASGIApp, Message, Receive, Send

log = logging.getLogger(__name__)
_RESERVE = "/v1/redemptions"
"""Its Idempotency-Key is the redemption's id."""
_QUIET = frozenset({"/v1/healthz", "/v1/readyz"})
"""Asked for every few seconds by whoever watches the service."""


class RequestLog:
    """ASGI: logs when the answer has begun. The route is logged, never the path itself:

    a path may hold a voucher code.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        began = time.monotonic()

        async def logged(message: Message) -> None:
            await send(message)
            if message["type"] == "http.response.start" and scope["path"] not in _QUIET:
                _log(scope, message["status"], (time.monotonic() - began) * 1000)

        await self._app(scope, receive, logged)


def _log(scope: Any, status: int, ms: float) -> None:
    device = scope.get("device")
    extra = {
        "method": scope["method"],
        "route": scope.get("path_template"),
        "status": status,
        "code": scope.get("refused"),
        "ms": round(ms, 1),
        "device_id": device.id if device else None,
        "redemption_id": _redemption(scope),
    }
    log.info("answered", extra=extra)


def _redemption(scope: Any) -> UUID | None:
    told = scope.get("path_params", {}).get("redemption")
    if told is None and scope.get("path_template") == _RESERVE:
        told = next((v.decode() for n, v in scope["headers"] if n == b"idempotency-key"), "")
    try:
        return UUID(str(told))
    except ValueError:
        return None
