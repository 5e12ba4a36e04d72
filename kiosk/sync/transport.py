"""One signed request and its whole answer, within a total deadline and a size limit."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.sync.errors import ServiceBroken, ServiceRefused, ServiceUnreachable
from wire.api import PREFIX
from wire.errors import MEDIA_TYPE, ErrorCode, Problem
from wire.signing import sign

log = logging.getLogger(__name__)
T = TypeVar("T")

JSON_MAX = 1024 * 1024
IMAGE_MAX = 8 * 1024 * 1024
RUNNING_PAUSE_S = 0.2
"""Before asking again for a write of ours that is still running at the service."""
_CONNECTIONS = 8
_OK = 200
_CREATED = 201
_ACCEPTED = 202
_NOT_MODIFIED = 304
_CLIENT_ERRORS = range(400, 500)
_LOST = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError, httpx.CloseError)


class ServiceClock(Protocol):
    """The part of the kiosk's clock that calls need."""

    def now_s(self) -> float:
        """Boot time in seconds."""

    def best(self) -> datetime:
        """The best aware wall time there is; requests are signed with it."""

    def anchor(self, service_time: datetime, sent_s: float, received_s: float) -> bool:
        """Take the service's time; whether it was better than what was known."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for."""

    method: str
    path: str
    """Behind the address of the service, prefix and query included."""
    body: bytes | None = None
    key: str | None = None
    """Idempotency-Key: on writes, and only there."""
    headers: Mapping[str, str] | None = None
    signed: bool = True
    size_max: int = JSON_MAX


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer that is not a refusal."""

    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def not_modified(self) -> bool:
        return self.status == _NOT_MODIFIED


class Transport:
    """Sends signed requests to one service. One instance per process, in the event loop.

    Args:
        url: the service's address without a path.
        deadline_s: a call is given up after this, however many bytes drip in meanwhile.
        keyid: the device's id, or "enrol".
        wire: stands in for the network in tests of malformed answers; None is the real one.
    """

    def __init__(
        self,
        url: str,
        key: Ed25519PrivateKey,
        keyid: str,
        clock: ServiceClock,
        deadline_s: float = 5.0,
        wire: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._keyid = keyid
        self._clock = clock
        self._deadline_s = deadline_s
        self._http = httpx.AsyncClient(
            timeout=deadline_s,
            follow_redirects=False,
            trust_env=False,  # no proxy, no .netrc: a kiosk talks to its service only
            limits=httpx.Limits(max_connections=_CONNECTIONS),
            # Without compression there is no bomb to defuse, and on a LAN nothing to gain.
            headers={"Accept-Encoding": "identity", "User-Agent": "points-kiosk"},
            transport=wire,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def ask(
        self, request: Request, on_skew: Callable[[Problem], Awaitable[datetime | None]]
    ) -> Answer:
        """The answer, in at most `deadline_s` for everything, repetitions included.

        Repeated here, under the same key and signed anew: a connection that was lost (a
        kept-alive one may be dead already), a write that is still running there, and once
        after `on_skew`, which sets the clock and may give the time to sign with.

        Raises:
            ServiceRefused, ServiceUnreachable, ServiceBroken
        """
        created: datetime | None = None
        lost = skewed = False
        try:
            async with asyncio.timeout(self._deadline_s):
                while True:
                    try:
                        return await self._once(request, created)
                    except _LOST:
                        if lost:
                            raise
                        lost = True
                    except ServiceRefused as refused:
                        code = refused.problem.code
                        if code == ErrorCode.IDEMPOTENCY_RUNNING:
                            await asyncio.sleep(RUNNING_PAUSE_S)
                        elif code == ErrorCode.CLOCK_SKEW and request.signed and not skewed:
                            skewed = True
                            created = await on_skew(refused.problem)
                        else:
                            raise
        except (TimeoutError, httpx.TimeoutException):
            raise ServiceUnreachable(f"no answer in {self._deadline_s:g} s") from None
        except httpx.RemoteProtocolError as error:
            if "disconnected" in str(error) or "closed" in str(error):
                raise ServiceUnreachable("the connection was closed") from error
            raise ServiceBroken("the answer is not HTTP") from error
        except (httpx.HTTPError, OSError) as error:
            raise ServiceUnreachable(type(error).__name__) from error

    async def _once(self, request: Request, created: datetime | None) -> Answer:
        url = f"{self._url}{PREFIX}{request.path}"
        headers = dict(request.headers or {})
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        if request.signed:
            headers |= sign(
                request.method,
                url,
                request.body,
                self._key,
                self._keyid,
                created or self._clock.best(),
                request.key,
            )
        async with self._http.stream(
            request.method, url, content=request.body, headers=headers
        ) as response:
            if response.headers.get("content-encoding", "identity") != "identity":
                raise ServiceBroken("the answer is compressed, which was not asked for")
            content = await _read(response, request.size_max)
            return _judge(response, content)


async def _read(response: httpx.Response, size_max: int) -> bytes:
    """The body, given up as soon as it is larger than it may be."""
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > size_max:
            raise ServiceBroken(f"the answer is larger than {size_max} bytes")
    return bytes(body)


def _judge(response: httpx.Response, content: bytes) -> Answer:
    """The answer, unless it is a refusal or nothing to be used."""
    status = response.status_code
    media = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if status in {_OK, _CREATED, _ACCEPTED, _NOT_MODIFIED}:
        return Answer(status, response.headers, content)
    if status in _CLIENT_ERRORS and media == MEDIA_TYPE:
        raise ServiceRefused(decode(content, Problem))
    raise ServiceBroken(f"status {status}, {media or 'no content type'}")


def decode(content: bytes, kind: type[T]) -> T:
    """A typed answer, or ServiceBroken."""
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ServiceBroken(f"the answer is not a {kind.__name__}: {error}") from error
