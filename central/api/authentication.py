"""Before anything else: read the body within bounds, and find out which device signed it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from litestar.types import ASGIApp, Message, Receive, Send

from central.api import allow_list, problem
from central.api.device_keys import DeviceKeys, EnrolledDevice
from central.api.problem import ApiRefused
from wire import signing
from wire.api.devices import EnrolRequest
from wire.errors import ErrorCode

BODY_MAX = 256 * 1024
"""Bytes; a batch of 100 events is about 40 kB."""
KEY_MAX = 200
"""Characters of an Idempotency-Key."""
_ONCE = {
    name.lower(): name
    for name in ("Signature", "Signature-Input", "Content-Digest", signing.IDEMPOTENCY_KEY)
}
Now = Callable[[], datetime]


class SignedRequests:
    """ASGI: answers "no" itself, or passes on with `scope["device"]`, `scope["signed_at"]` and
    `scope["body"]`; the body is re-played, too.
    """

    def __init__(
        self, app: ASGIApp, keys: DeviceKeys, now: Now = lambda: datetime.now(UTC)
    ) -> None:
        self._app = app
        self._keys = keys
        self._now = now

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        timed = _with_service_time(send, self._now)
        try:
            body = await _read(receive)
            scope["body"] = body
            if scope["path"] not in allow_list.OPEN:
                scope["device"] = await self._authenticate(scope, body)
        except Exception as error:  # noqa: BLE001  # whatever it is, the caller gets a problem document
            told = problem.of_exception(error)
            scope["refused"] = told.code  # for the log of requests
            await problem.send_itself(told, timed)
            return
        await self._app(scope, _replayed(body), timed)

    async def _authenticate(self, scope: Any, body: bytes) -> EnrolledDevice | None:
        headers = _headers(scope)
        _need_idempotency_key(scope["method"], headers)
        try:
            keyid = signing.keyid_of(headers)
            if scope["path"] == allow_list.ENROL:
                device, key = None, _key_brought_along(keyid, body)
            else:
                device = await self._find(keyid)
                key = device.public_key
            scope["signed_at"] = signing.verify(
                scope["method"], _url(scope), headers, body, key, self._now()
            )
        except signing.SignatureMissing:
            raise ApiRefused(ErrorCode.SIGNATURE_MISSING) from None
        except signing.ClockSkew:
            raise ApiRefused(
                ErrorCode.CLOCK_SKEW,
                "Set the clock by `time` and sign anew.",
                time=self._now(),
            ) from None
        except signing.SignatureInvalid:
            raise ApiRefused(ErrorCode.SIGNATURE_INVALID) from None
        if device is not None and device.revoked:
            # Told only to the holder of the key; the answer to anybody else is "invalid".
            raise ApiRefused(ErrorCode.DEVICE_REVOKED)
        _need_utf8(body)
        return device

    async def _find(self, keyid: str) -> EnrolledDevice:
        try:
            device = await self._keys.find(UUID(keyid))
        except ValueError:
            device = None
        if device is None:
            raise ApiRefused(ErrorCode.DEVICE_UNKNOWN)
        return device


def _headers(scope: Any) -> dict[str, str]:
    """By lower-case name. What is signed must be there once: else one copy is verified and
    another one acted on.
    """
    headers: dict[str, str] = {}
    for raw_name, value in scope["headers"]:
        name = raw_name.decode("latin-1").lower()
        if name in _ONCE and name in headers:
            raise ApiRefused(ErrorCode.BAD_REQUEST, f"{_ONCE[name]}: given twice")
        headers[name] = value.decode("latin-1")
    return headers


def _need_idempotency_key(method: str, headers: dict[str, str]) -> None:
    if method not in signing.WRITE_METHODS:
        return
    key = headers.get("idempotency-key", "")
    if not key:
        raise ApiRefused(ErrorCode.IDEMPOTENCY_KEY_MISSING)
    if len(key) > KEY_MAX or not key.isascii() or not key.isprintable():
        raise ApiRefused(
            ErrorCode.BAD_REQUEST, f"Idempotency-Key: at most {KEY_MAX} printable ASCII characters"
        )


def _need_utf8(body: bytes) -> None:
    """Every body is JSON. msgspec tells bytes that are no text by another error than its own."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise ApiRefused(
            ErrorCode.BAD_REQUEST, f"body: byte {error.start} is no UTF-8: {error.reason}"
        ) from None


def _key_brought_along(keyid: str, body: bytes) -> Ed25519PublicKey:
    if keyid != "enrol":
        raise ApiRefused(ErrorCode.SIGNATURE_INVALID, "Enrolment is signed with keyid `enrol`.")
    try:
        request = msgspec.json.decode(body, type=EnrolRequest)
        return Ed25519PublicKey.from_public_bytes(request.public_key)
    except msgspec.DecodeError as error:
        raise ApiRefused(ErrorCode.BAD_REQUEST, f"body: {error}") from None
    except ValueError:
        raise ApiRefused(
            ErrorCode.BAD_REQUEST, "body public_key: 32 bytes of an Ed25519 public key"
        ) from None


def _url(scope: Any) -> str:
    """Absolute for the signature's sake; scheme and host are not covered."""
    raw = scope.get("raw_path") or scope["path"].encode()
    path = raw.partition(b"?")[0].decode("latin-1")
    query = scope.get("query_string", b"").decode("latin-1")
    return f"http://service{path}{'?' + query if query else ''}"


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ApiRefused(ErrorCode.BAD_REQUEST, "the request broke off")
        part = message.get("body", b"")
        size += len(part)
        if size > BODY_MAX:
            raise ApiRefused(ErrorCode.PAYLOAD_TOO_LARGE, f"at most {BODY_MAX} bytes")
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


def _replayed(body: bytes) -> Receive:
    async def receive() -> Any:
        nonlocal body
        sent, body = body, b""
        return {"type": "http.request", "body": sent, "more_body": False}

    return receive


def _with_service_time(send: Send, now: Now) -> Send:
    async def timed(message: Message) -> None:
        if message["type"] == "http.response.start":
            stamp = now().isoformat().encode()
            message["headers"] = [*message.get("headers", []), (b"service-time", stamp)]
        await send(message)

    return timed
