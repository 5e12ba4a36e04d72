"""A small HTTP/1.1 proxy that stands between kiosk and service and misbehaves on command.

It knows just enough of HTTP to tell requests apart: one request per connection upstream,
bodies by Content-Length. Signatures survive it, because they cover path, query and body
and not the host.
"""

import asyncio
import re
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum, auto

_HEAD_END = b"\r\n\r\n"


class What(Enum):
    """What happens to a request or to its answer."""

    REFUSE = auto()
    """Reset before the service hears of it."""
    LOSE_ANSWER = auto()
    """The service does it; the connection is reset before a byte of the answer."""
    CUT_ANSWER = auto()
    """The service does it; half of its answer arrives."""
    DELAY = auto()
    """The service does it; the answer comes `seconds` later."""
    SERVER_ERROR = auto()
    """500 with a page of HTML; the service hears nothing."""
    GARBAGE = auto()
    """200 and JSON-typed bytes that are none; the service hears nothing."""
    WRONG_TYPES = auto()
    """200 and JSON of another shape; the service hears nothing."""
    TWICE = auto()
    """The service gets it twice; the second answer arrives."""


@dataclass(slots=True)
class Fault:
    """A rule: requests that match it suffer `what`, `times` times (None: always)."""

    what: What
    method: str = ".*"
    path: str = ".*"
    times: int | None = 1
    seconds: float = 0.0
    met: int = 0
    then: Callable[[], Awaitable[None]] | None = None
    """Awaited when the rule has been met, before anything else can happen on the line."""

    def matches(self, method: str, path: str) -> bool:
        if self.times is not None and self.met >= self.times:
            return False
        return bool(re.fullmatch(self.method, method) and re.fullmatch(self.path, path))


@dataclass(slots=True)
class FaultProxy:
    """Listens on a free loopback port; `port` is known once it runs."""

    upstream_port: int
    port: int = 0
    down: bool = False
    """While set, every connection is reset: the service is gone."""
    faults: list[Fault] = field(default_factory=list)
    seen: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of each request, in order, faulty ones included."""
    clients: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def suffer(self, what: What, method: str = ".*", path: str = ".*", **more: object) -> Fault:
        """Add a rule and give it back, so that a test can ask how often it was met."""
        fault = Fault(what, method, path, **more)  # type: ignore[arg-type]
        self.faults.append(fault)
        return fault

    def count(self, method: str, path: str) -> int:
        return sum(1 for m, p in self.seen if m == method and re.fullmatch(path, p))

    @asynccontextmanager
    async def running(self) -> AsyncIterator["FaultProxy"]:
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self.clients:
                task.cancel()
            await asyncio.gather(*self.clients, return_exceptions=True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.clients.add(task)
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.clients.discard(task)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; whether the connection can serve another."""
        try:
            head = await reader.readuntil(_HEAD_END)
        except asyncio.IncompleteReadError:
            return False
        body = await reader.readexactly(_length(head))
        method, target = head.split(b" ", 2)[:2]
        path = target.decode().partition("?")[0]
        self.seen.append((method.decode(), path))
        if self.down:
            _reset(writer)
            return False
        fault = next((f for f in self.faults if f.matches(method.decode(), path)), None)
        if fault is None:
            writer.write(await self._ask(head, body))
            await writer.drain()
            return True
        fault.met += 1
        going_on = await self._suffer(fault, head, body, writer)
        if fault.then is not None:
            await fault.then()
        return going_on

    async def _suffer(
        self, fault: Fault, head: bytes, body: bytes, writer: asyncio.StreamWriter
    ) -> bool:
        match fault.what:
            case What.REFUSE:
                _reset(writer)
                return False
            case What.LOSE_ANSWER:
                await self._ask(head, body)
                _reset(writer)
                return False
            case What.CUT_ANSWER:
                answer = await self._ask(head, body)
                writer.write(answer[: len(answer) // 2])
                await writer.drain()
                return False
            case What.DELAY:
                answer = await self._ask(head, body)
                await asyncio.sleep(fault.seconds)
                writer.write(answer)
            case What.TWICE:
                await self._ask(head, body)
                writer.write(await self._ask(head, body))
            case What.SERVER_ERROR:
                writer.write(_answer(500, b"text/html", b"<h1>Internal Server Error</h1>"))
            case What.GARBAGE:
                writer.write(_answer(200, b"application/json", b"\xff\x00{]" * 40))
            case What.WRONG_TYPES:
                writer.write(_answer(200, b"application/json", b'{"id": [], "state": 7}'))
        await writer.drain()
        return True

    async def _ask(self, head: bytes, body: bytes) -> bytes:
        """The service's whole answer, head and body."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream_port)
        try:
            writer.write(_closing(head) + body)
            await writer.drain()
            answer = await reader.readuntil(_HEAD_END)
            if _chunked(answer):
                return answer + await reader.read()
            return answer + await reader.readexactly(_length(answer))
        finally:
            writer.close()


def _answer(status: int, kind: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (
        status,
        kind,
        len(body),
        body,
    )


def _closing(head: bytes) -> bytes:
    head = re.sub(rb"(?i)\r\nconnection:[^\r]*", b"", head)
    return head[: -len(_HEAD_END)] + b"\r\nConnection: close" + _HEAD_END


def _length(head: bytes) -> int:
    found = re.search(rb"(?i)\r\ncontent-length:\s*(\d+)", head)
    return int(found[1]) if found else 0


def _chunked(head: bytes) -> bool:
    return re.search(rb"(?i)\r\ntransfer-encoding:\s*chunked", head) is not None


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST, as a machine does that has just died."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
