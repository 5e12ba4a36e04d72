"""The API as one ASGI application."""

import gc
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
from central.api.service import opened
from central.api.short_way import ShortWay
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
    return _Front(database, data, now)


class _Front:
    """Lifespan events go to the app, requests through the log and the signature check."""

    def __init__(self, database: str, data: Path, now: Now) -> None:
        self._app = litestar(self._opened)
        self._database = database
        self._data = data
        self._now = now
        self._requests: ASGIApp = self._app
        """What they go through, from start-up on."""

    @asynccontextmanager
    async def _opened(self, app: Litestar) -> AsyncIterator[None]:
        async with opened(self._database, self._data, self._now) as service:
            app.state.service = service
            endpoints = ShortWay(app, service.ledger)
            self._requests = RequestLog(SignedRequests(endpoints, service.device_keys, self._now))
            yield

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await (self._requests if scope["type"] == "http" else self._app)(scope, receive, send)


def from_environment() -> ASGIApp:
    """For a server that imports it: database and data folder are those of the environment."""
    json_lines.start()
    app = create(dsn.from_environment(os.environ).app, place.data_dir(os.environ))
    # What is there by now stays for good: the collector need not look through it again and again.
    gc.collect()
    gc.freeze()
    return app
