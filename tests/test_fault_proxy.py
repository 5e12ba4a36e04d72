"""The fault proxy itself: one that did not do its mischief would prove nothing."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.fault_proxy import FaultProxy, What

BODY = b'{"hello": "world"}'


class Upstream:
    """Counts what reaches it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0] or b"0")
        self.bodies.append(await reader.readexactly(length))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY))
        await writer.drain()
        writer.close()


@pytest.fixture
async def upstream() -> AsyncIterator[tuple[Upstream, int]]:
    service = Upstream()
    server = await asyncio.start_server(service.serve, "127.0.0.1", 0)
    yield service, server.sockets[0].getsockname()[1]
    server.close()


@pytest.fixture
async def proxy(upstream: tuple[Upstream, int]) -> AsyncIterator[FaultProxy]:
    async with FaultProxy(upstream[1]).running() as running:
        yield running


@pytest.fixture
async def client(proxy: FaultProxy) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=proxy.url, trust_env=False) as client:
        yield client


async def test_without_faults_it_is_not_noticed(client, proxy, upstream) -> None:
    for _ in range(3):
        answer = await client.post("/v1/redemptions", content=b"abc")
        assert answer.content == BODY
    assert upstream[0].bodies == [b"abc"] * 3
    assert proxy.count("POST", "/v1/redemptions") == 3


@pytest.mark.parametrize(
    ("what", "reached"),
    [(What.REFUSE, 0), (What.LOSE_ANSWER, 1), (What.CUT_ANSWER, 1)],
)
async def test_a_connection_that_breaks(client, proxy, upstream, what: What, reached: int) -> None:
    fault = proxy.suffer(what, "POST", "/v1/redemptions")
    with pytest.raises(httpx.TransportError):
        await client.post("/v1/redemptions?x=1", content=b"abc")
    assert len(upstream[0].bodies) == reached
    assert fault.met == 1
    assert (await client.post("/v1/redemptions", content=b"abc")).status_code == 200


async def test_answers_that_are_not_the_services(client, proxy, upstream) -> None:
    proxy.suffer(What.SERVER_ERROR)
    assert (await client.get("/v1/time")).status_code == 500
    proxy.suffer(What.GARBAGE)
    with pytest.raises(ValueError, match="Expecting"):
        (await client.get("/v1/time")).json()
    proxy.suffer(What.WRONG_TYPES)
    assert (await client.get("/v1/time")).json()["state"] == 7
    assert upstream[0].bodies == []


async def test_a_request_that_arrives_twice(client, proxy, upstream) -> None:
    proxy.suffer(What.TWICE)
    assert (await client.post("/v1/x", content=b"abc")).content == BODY
    assert upstream[0].bodies == [b"abc", b"abc"]


async def test_an_answer_that_comes_late(client, proxy, upstream) -> None:
    proxy.suffer(What.DELAY, seconds=30)
    with pytest.raises(httpx.ReadTimeout):
        await client.get("/v1/time", timeout=0.2)
    assert len(upstream[0].bodies) == 1


async def test_a_service_that_is_gone_and_comes_back(client, proxy) -> None:
    async def gone() -> None:
        proxy.down = True

    proxy.suffer(What.LOSE_ANSWER, "POST", ".*", then=gone)
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            await client.post("/v1/x", content=b"abc")
    proxy.down = False
    assert (await client.get("/v1/time")).status_code == 200
