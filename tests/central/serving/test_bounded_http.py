"""The API's connections: heads that never end, senders that stall, noise, and a stop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import uvicorn

from central.serving import bounded_http
from central.serving.bounded_http import HEAD_MAX, REQUEST_MAX, BoundedHttp
from tests.service import free_port

GET = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"
PATIENCE_S = 20.0


class App:
    """Answers with how many bytes the body had, when it may."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            size += len(message["body"])
            if not message["more_body"]:
                break
        self.asked.set()
        await self.may_answer.wait()
        told = str(size).encode()
        headers = [(b"content-length", str(len(told)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": told})


class Line:
    """One connection to it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def answer(self) -> bytes:
        """Status line, and the body behind a blank; b"" when it was hung up."""
        async with asyncio.timeout(PATIENCE_S):
            try:
                head = await self._reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionResetError):
                return b""
            size = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            return head.split(b"\r\n")[0] + b" " + await self._reader.readexactly(size)

    async def hung_up(self) -> bool:
        async with asyncio.timeout(PATIENCE_S):
            try:
                return await self._reader.read(1) == b""
            except ConnectionResetError:
                return True

    async def close(self) -> None:
        self._writer.close()


class Served:
    def __init__(self, app: App, port: int, server: uvicorn.Server) -> None:
        self.app = app
        self.server = server
        self._port = port
        self.lines: list[Line] = []

    async def line(self) -> Line:
        self.lines.append(Line(*await asyncio.open_connection("127.0.0.1", self._port)))
        return self.lines[-1]


@asynccontextmanager
async def serving() -> AsyncIterator[Served]:
    app, port = App(), free_port()
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, http=BoundedHttp, ws="none", lifespan="off", log_config=None)
    )
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(PATIENCE_S):
        while not server.started:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)
    served = Served(app, port, server)
    try:
        yield served
    finally:
        app.may_answer.set()
        for line in served.lines:
            await line.close()
        server.should_exit = True
        await task


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving() as it:
        yield it


@pytest.fixture
async def hasty(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Served]:
    """It waits a fifth of a second for a whole request."""
    monkeypatch.setattr(bounded_http, "REQUEST_S", 0.2)
    async with serving() as it:
        yield it


async def test_requests_follow_each_other_on_one_line(served: Served) -> None:
    line = await served.line()
    for body in (b"", b"x" * 200_000, b"abc"):
        await line.send(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: %d\r\n\r\n" % len(body))
        await line.send(body)
        assert await line.answer() == b"HTTP/1.1 200 OK %d" % len(body)


@pytest.mark.parametrize(
    "endless", [b"x-one: 1\r\n" * 100, b"a" * 1000], ids=["many headers", "one header"]
)
async def test_a_head_that_never_ends_is_refused(served: Served, endless: bytes) -> None:
    line = await served.line()
    await line.send(b"GET / HTTP/1.1\r\nhost: a\r\nx-first: ")
    sent = 0
    answer = asyncio.create_task(line.answer())
    while not answer.done():
        assert sent < 40 * HEAD_MAX, "it reads on and on"
        try:
            await line.send(endless)
        except ConnectionError:
            break
        sent += len(endless)
        await asyncio.sleep(0)
    # Unread bytes may turn its answer into a reset.
    assert await answer in (b"HTTP/1.1 431 Request Header Fields Too Large ", b"")
    other = await served.line()
    await other.send(GET)
    assert await other.answer() == b"HTTP/1.1 200 OK 0"


@pytest.mark.parametrize("endless", [b"1\r\nx\r\n", b"a: b\r\n"], ids=["chunks", "trailers"])
async def test_a_request_that_never_ends_is_hung_up_on(served: Served, endless: bytes) -> None:
    """Headers may follow the last chunk, and nobody counts them."""
    line = await served.line()
    await line.send(b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n")
    if endless.startswith(b"a"):
        await line.send(b"0\r\n")
    sent = 0
    hung_up = asyncio.create_task(line.hung_up())
    while not hung_up.done():
        assert sent < 40 * REQUEST_MAX, "it reads on and on"
        with suppress(ConnectionError):
            await line.send(endless * 5000)
        sent += len(endless) * 5000
        await asyncio.sleep(0)
    assert await hung_up


async def test_a_head_of_many_pieces_that_is_short_enough_is_taken(served: Served) -> None:
    line = await served.line()
    await line.send(b"GET / HTTP/1.1\r\nhost: a\r\n")
    for _ in range(20):
        await line.send(b"x-one: 1\r\n")
        await asyncio.sleep(0.001)
    await line.send(b"\r\n")
    assert await line.answer() == b"HTTP/1.1 200 OK 0"


@pytest.mark.parametrize(
    "begun",
    [b"", b"GET / HT", GET[:-2], b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nabc"],
    ids=["nothing", "half a line", "half a head", "half a body"],
)
async def test_who_stalls_is_hung_up_on(hasty: Served, begun: bytes) -> None:
    line = await hasty.line()
    await line.send(begun)
    assert await line.hung_up()


async def test_a_sender_who_drips_is_hung_up_on(hasty: Served) -> None:
    """Each byte comes in time; all of them do not."""
    line = await hasty.line()
    await line.send(b"GET / HTTP/1.1\r\nhost: ")
    hung_up = asyncio.create_task(line.hung_up())
    async with asyncio.timeout(PATIENCE_S):
        while not hung_up.done():
            with suppress(ConnectionError):
                await line.send(b"G")
            await asyncio.sleep(0.02)
    assert await hung_up


async def test_the_second_request_is_waited_for_no_longer(hasty: Served) -> None:
    line = await hasty.line()
    await line.send(GET)
    assert await line.answer() == b"HTTP/1.1 200 OK 0"
    await line.send(GET[:10])
    assert await line.hung_up()


async def test_the_service_may_take_longer_than_the_sender(hasty: Served) -> None:
    hasty.app.may_answer.clear()
    line = await hasty.line()
    await line.send(GET)
    await hasty.app.asked.wait()
    asyncio.get_running_loop().call_later(0.6, hasty.app.may_answer.set)
    assert await line.answer() == b"HTTP/1.1 200 OK 0"


async def test_noise_is_refused(served: Served) -> None:
    line = await served.line()
    await line.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello \r\n\r\n")
    assert (await line.answer()).startswith(b"HTTP/1.1 400 Bad Request")
    assert await line.hung_up()


async def test_what_runs_at_the_stop_is_answered(served: Served) -> None:
    served.app.may_answer.clear()
    line = await served.line()
    await line.send(GET)
    await served.app.asked.wait()
    served.server.should_exit = True
    asyncio.get_running_loop().call_later(0.3, served.app.may_answer.set)
    assert await line.answer() == b"HTTP/1.1 200 OK 0"
