"""The three calls of every redemption, without what Litestar does around an endpoint.

Routing, guards, arguments and responses cost a fifth of the API's processor time. Here is only
what a kiosk of ours sends: a request of any other form, or one that is to be refused before the
ledger is asked, goes on to Litestar, whose endpoints (`central.api.redemptions`) describe these
calls and answer them in the same way (docs/adr/0017-short-way.md).
"""

import re
from collections.abc import Awaitable
from typing import Any
from uuid import UUID

import msgspec
from litestar.types import ASGIApp, Receive, Send

from central.api import problem
from central.api.device_keys import EnrolledDevice
from central.ledger.money import Ledger
from wire.api import PREFIX
from wire.api.devices import Role
from wire.api.redemptions import CaptureRequest, PrintingRequest, Redemption, ReserveRequest

_RESERVE = f"{PREFIX}/redemptions"
_VERBS = {verb: f"{_RESERVE}/{{redemption}}/{verb}" for verb in ("printing", "capture")}
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_VERB = re.compile(rf"{_RESERVE}/({_UUID})/({'|'.join(_VERBS)})")
_HOST = re.compile(rb"[0-9A-Za-z.\-]+(?::[0-9]+)?")
_KEY = re.compile(rb"[!-~]{1,200}")
_JSON = b"application/json"


# What stands in a field that is not known is not looked at here, but by Litestar.
class _Reserve(ReserveRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class _Printing(PrintingRequest, frozen=True, forbid_unknown_fields=True):
    pass


class _Capture(CaptureRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


_reserve = msgspec.json.Decoder(_Reserve)
_printing = msgspec.json.Decoder(_Printing)
_capture = msgspec.json.Decoder(_Capture)
_encoder = msgspec.json.Encoder()


class ShortWay:
    """ASGI, behind the signature: takes what it knows, passes all else on."""

    def __init__(self, app: ASGIApp, ledger: Ledger) -> None:
        self._app = app
        self._ledger = ledger

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        asked = self._asked(scope)
        if asked is None:
            await self._app(scope, receive, send)
            return
        try:
            answer = _encoder.encode(await asked)
        except Exception as error:  # noqa: BLE001  # whatever it is, the caller gets a problem document
            told = problem.of_exception(error)
            scope["refused"] = told.code  # for the log of requests
            await problem.send_itself(told, send)
            return
        status = 201 if scope["path"] == _RESERVE else 200
        headers = [(b"content-type", _JSON), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer, "more_body": False})

    def _asked(self, scope: Any) -> Awaitable[Redemption] | None:
        """The one call of the ledger, to be awaited; None: Litestar sees to the request."""
        device = scope.get("device")
        headers = dict(scope["headers"])
        key = headers.get(b"idempotency-key", b"")
        if (
            scope["method"] != "POST"
            or scope["query_string"]
            or device is None
            or device.role is not Role.KIOSK
            or len(headers) != len(scope["headers"])  # one was given twice
            or not _KEY.fullmatch(key)
            or headers.get(b"content-type") != _JSON
            or not _HOST.fullmatch(headers.get(b"host", b""))
        ):
            return None
        try:
            if scope["path"] == _RESERVE:
                return self._reserve(scope, device, key.decode())
            return self._verb(scope, device, key.decode())
        except (ValueError, RecursionError):  # of msgspec, which tells broken UTF-8 in its own way
            return None

    def _reserve(
        self, scope: Any, device: EnrolledDevice, key: str
    ) -> Awaitable[Redemption] | None:
        request = _reserve.decode(scope["body"])
        if key != str(request.id):
            return None
        # As Litestar does, for the log of requests.
        scope["path_template"] = _RESERVE
        scope["path_params"] = {}
        return self._ledger.reserve(device.id, request)

    def _verb(self, scope: Any, device: EnrolledDevice, key: str) -> Awaitable[Redemption] | None:
        place = _VERB.fullmatch(scope["path"])
        if place is None:
            return None
        redemption, verb, body = UUID(place[1]), place[2], scope["body"]
        asked: Awaitable[Redemption]
        if verb == "printing":
            asked = self._ledger.printing(device.id, redemption, key, _printing.decode(body))
        else:
            asked = self._ledger.capture(device.id, redemption, key, _capture.decode(body))
        scope["path_template"] = _VERBS[verb]
        scope["path_params"] = {"redemption": redemption}
        return asked
