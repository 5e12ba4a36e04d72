"""The API as one ASGI application."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from litestar import Litestar, Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.types import ASGIApp, ControllerRouterHandler

from central.api import (
    allow_list,
    catalogue,
    configuration,
    devices,
    health,
    members,
    problem,
    redemptions,
    staff,
    vouchers,
)
from central.api.authentication import BODY_MAX, SignedRequests
from central.api.request_log import RequestLog
from central.api.service import Service, opened
from central.database import dsn, place
from central.serving import json_lines
from wire.api import PREFIX

Now = Callable[[], datetime]

_MODULES = (health, configuration, devices, catalogue, members, redemptions, staff, vouchers)
_SIGNATURE = SecurityScheme(
    type="apiKey",
    name="Signature",
    security_scheme_in="header",
    description=(
        "With Signature-Input: an HTTP message signature (RFC 9421), Ed25519, tag `lyk-v1`, over"
        " @method, @path, @query,"
        " Content-Digest where there is a body, and Idempotency-Key on writes; keyid is the"
        " device's id."
    ),
)


class _Description(Router):
    """Litestar's router for the description, without its page in HTML for unknown addresses."""

    def register(self, value: ControllerRouterHandler) -> Any:
        if "/{path:str}" in getattr(value, "paths", ()):
            return []
        return super().register(value)


def description() -> OpenAPIConfig:
    """How the API describes itself (OpenAPI 3.1)."""
    return OpenAPIConfig(
        title="Points API",
        version="1",
        description="The contract between the points service and its kiosks and tills.",
        openapi_router=_Description(PREFIX, route_handlers=[], include_in_schema=False),
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        components=Components(security_schemes={"signature": _SIGNATURE}),
        security=[{"signature": []}],
        use_handler_docstrings=True,
    )


def litestar(lifespan: Callable[[Litestar], Any] | None = None) -> Litestar:
    """The endpoints, without what stands before them."""
    handlers = [route for module in _MODULES for route in module.ROUTES]
    return Litestar(
        [Router(PREFIX, route_handlers=handlers, guards=[allow_list.guard])],
        exception_handlers=problem.handlers(),
        openapi_config=description(),
        lifespan=[lifespan] if lifespan else [],
        request_max_body_size=BODY_MAX,
        logging_config=None,
    )


def create(database: str, data: Path, now: Now = lambda: datetime.now(UTC)) -> ASGIApp:
    """The whole API: signatures before endpoints, everything opened at start-up.

    Args:
        database: DSN that connects as central_app.
        data: the data folder, with the private token keys.
    """

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with opened(database, data, now) as service:
            app.state.service = service
            yield

    return _Front(litestar(lifespan), now)


class _Front:
    """Lifespan events go to the app, requests through the signature check."""

    def __init__(self, app: Litestar, now: Now) -> None:
        self._app = app
        self._now = now

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        service: Service = self._app.state.service
        signed = SignedRequests(self._app, service.device_keys, self._now)
        await RequestLog(signed)(scope, receive, send)


def from_environment() -> ASGIApp:
    """For a server that imports it: database and data folder are those of the environment."""
    json_lines.start()
    return create(dsn.from_environment(os.environ).app, place.data_dir(os.environ))
