"""A service that misbehaves on the wire: every call ends in time, with the right name."""

import asyncio
import base64
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.clock import ManualClock
from kiosk.sync.client import ServiceClient
from kiosk.sync.errors import ServiceBroken, ServiceRefused, ServiceUnreachable
from kiosk.sync.transport import JSON_MAX, Transport
from wire.api.devices import ServerKey
from wire.api.redemptions import ReserveRequest, State
from wire.errors import ErrorCode, problem
from wire.ids import new_id
from wire.signing import verify
from wire.voucher_code import generate

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
KEY = Ed25519PrivateKey.generate()
TOKEN_KEY = Ed25519PrivateKey.generate()
SERVER_KEY = ServerKey(1, TOKEN_KEY.public_key().public_bytes_raw())
DEADLINE_S = 0.6

Head = dict[str, str]
Reply = Callable[["Asked", asyncio.StreamWriter], Awaitable[None]]


class Asked:
    """One request as it arrived."""

    def __init__(self, method: str, path: str, headers: Head, body: bytes) -> None:
        self.method, self.path, self.headers, self.body = method, path, headers, body


class RawService:
    """Listens on a free port and answers with whatever bytes it is told."""

    def __init__(self, *replies: Reply) -> None:
        self._replies = list(replies)
        self.asked: list[Asked] = []
        self.port = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator["RawService"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in [t for t in asyncio.all_tasks() if t.get_name() == "raw"]:
                task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.set_name("raw")
        try:
            while (request := await self._read(reader)) is not None:
                self.asked.append(request)
                reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
                await reply(request, writer)
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    @staticmethod
    async def _read(reader: asyncio.StreamReader) -> Asked | None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        except asyncio.IncompleteReadError:
            return None
        method, path, _ = head[0].split(" ")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:] if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        return Asked(method, path, headers, body)


def whole(status: int, content: bytes, media: str = "application/json", *more: str) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {media}", f"Content-Length: {len(content)}"]
    return "\r\n".join([*lines, *more, "", ""]).encode() + content


def says(raw: bytes) -> Reply:
    async def reply(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)

    return reply


def refuses(code: ErrorCode, **facts: Any) -> Reply:
    document = problem(code, "No.", **facts)
    return says(whole(document.status, msgspec.json.encode(document), "application/problem+json"))


async def hangs_up(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def says_nothing(_: Asked, __: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def drips(_: Asked, writer: asyncio.StreamWriter) -> None:
    """A byte every 50 ms for ever: no single read ever times out."""
    writer.write(
        b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n"
    )
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


async def fifty_megabytes(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\n")
    writer.write(b"Transfer-Encoding: chunked\r\n\r\n")
    for _unused in range(50):
        writer.write(b"100000\r\n" + b"[" * 0x100000 + b"\r\n")
        await writer.drain()
    writer.write(b"0\r\n\r\n")


def reserved(redemption: UUID, **changes: Any) -> dict[str, Any]:
    code = generate()
    text = {"zh-Hans": "茶", "zh-Hant": "茶", "en": "Tea"}
    answer: dict[str, Any] = {
        "id": str(redemption),
        "state": "RESERVED",
        "points": 300,
        "spendable": 700,
        "voucher": {
            "code": code,
            "payload": "V1" + code,
            "print_fields": {
                "reward": text,
                "value_fen": 1000,
                "points": 300,
                "balance_after": 700,
                "balance_as_of": NOW.isoformat(),
                "valid_to": NOW.isoformat(),
                "issued_at": NOW.isoformat(),
                "member_tail": "6210",
            },
        },
    }
    return answer | changes


def client_of(service: RawService, clock: ManualClock | None = None) -> ServiceClient:
    clock = clock or ManualClock(NOW)
    url = f"http://127.0.0.1:{service.port}"
    transport = Transport(url, KEY, "11111111-1111-7111-8111-111111111111", clock, DEADLINE_S)
    return ServiceClient(transport, clock, lambda: [SERVER_KEY])


@asynccontextmanager
async def talking(
    *replies: Reply, clock: ManualClock | None = None
) -> AsyncIterator[tuple[ServiceClient, RawService]]:
    async with RawService(*replies).running() as service:
        client = client_of(service, clock)
        try:
            yield client, service
        finally:
            await client.close()


def ask_for(redemption: UUID) -> ReserveRequest:
    return ReserveRequest(
        id=redemption,
        session=new_id(),
        item_id=new_id(),
        item_rev=1,
        expected_points=300,
        device_seq=1,
    )


MISBEHAVIOUR: dict[str, tuple[Reply, type[Exception]]] = {
    "hangs up": (hangs_up, ServiceUnreachable),
    "says nothing": (says_nothing, ServiceUnreachable),
    "drips for ever": (drips, ServiceUnreachable),
    "half an answer": (
        says(b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"),
        ServiceUnreachable,
    ),
    "50 MB": (fifty_megabytes, ServiceBroken),
    "announces 50 MB": (says(whole(200, b" " * (JSON_MAX + 1))), ServiceBroken),
    "gzip bomb": (
        says(whole(200, gzip.compress(b" " * 10**7), "application/json", "Content-Encoding: gzip")),
        ServiceBroken,
    ),
    "not HTTP": (says(b"\x00\x01\x02 hello\r\n\r\n"), ServiceBroken),
    "garbage": (says(whole(200, b"\xff\xfe garbage")), ServiceBroken),
    "empty": (says(whole(200, b"")), ServiceBroken),
    "a list": (says(whole(200, b"[]")), ServiceBroken),
    "deep": (says(whole(200, b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}")), ServiceBroken),
    "another redemption": (
        says(whole(201, json.dumps(reserved(new_id())).encode())),
        ServiceBroken,
    ),
    "redirect": (
        says(whole(302, b"", "text/html", "Location: http://127.0.0.1:1/")),
        ServiceBroken,
    ),
    "captive portal": (says(whole(200, b"<html>log in</html>", "text/html")), ServiceBroken),
    "500": (says(whole(500, b"<html>", "text/html")), ServiceBroken),
    "503 with a problem": (refuses(ErrorCode.UNAVAILABLE), ServiceBroken),
    "404 without a problem": (says(whole(404, b"no", "text/plain")), ServiceBroken),
    "a problem of wrong types": (
        says(whole(409, b'{"code": 7}', "application/problem+json")),
        ServiceBroken,
    ),
    "a refusal": (refuses(ErrorCode.OUT_OF_STOCK), ServiceRefused),
}


@pytest.mark.parametrize("name", list(MISBEHAVIOUR))
async def test_every_misbehaviour_ends_in_time_under_its_name(name: str) -> None:
    reply, error = MISBEHAVIOUR[name]
    async with talking(reply) as (client, _):
        loop = asyncio.get_running_loop()
        began = loop.time()
        with pytest.raises(error):
            await client.reserve(ask_for(new_id()))
        assert loop.time() - began < DEADLINE_S + 0.5


WHY = {
    "50 MB": "larger than",
    "announces 50 MB": "larger than",
    "gzip bomb": "compressed",
    "redirect": "status 302",
    "captive portal": "not a Redemption",
    "500": "status 500",
    "drips for ever": "no answer in 0.6 s",
    "not HTTP": "not HTTP",
}


@pytest.mark.parametrize("name", list(WHY))
async def test_the_reason_is_told(name: str) -> None:
    reply, error = MISBEHAVIOUR[name]
    async with talking(reply) as (client, _):
        with pytest.raises(error, match=WHY[name]):
            await client.reserve(ask_for(new_id()))


async def test_nobody_listens() -> None:
    async with RawService(says_nothing).running() as service:
        client = client_of(service)
    with pytest.raises(ServiceUnreachable):
        await client.reserve(ask_for(new_id()))
    await client.close()


WRONG_ANSWERS: dict[str, dict[str, Any]] = {
    "negative points": {"points": -300},
    "negative balance": {"spendable": -1},
    "another price": {"points": 301},
    "points as text": {"points": "300"},
    "points as a fraction": {"points": 300.5},
    "another state": {"state": "ISSUED"},
    "an unknown state": {"state": "LOST"},
    "no voucher": {"voucher": None},
    "a code that no till takes": {
        "voucher": {**reserved(new_id())["voucher"], "code": "0000000000000001"}
    },
    "a QR of another code": {
        "voucher": {**reserved(new_id())["voucher"], "payload": "V1" + "0" * 16}
    },
}


@pytest.mark.parametrize("name", list(WRONG_ANSWERS))
async def test_an_answer_that_makes_no_sense_is_not_believed(name: str) -> None:
    redemption = new_id()
    answer = reserved(redemption, **WRONG_ANSWERS[name])
    async with talking(says(whole(201, json.dumps(answer).encode()))) as (client, _):
        with pytest.raises(ServiceBroken):
            await client.reserve(ask_for(redemption))


async def test_a_good_answer_of_a_newer_service_is_read() -> None:
    redemption = new_id()
    answer = reserved(redemption, colour="blue")
    async with talking(says(whole(201, json.dumps(answer).encode()))) as (client, _):
        redeemed = await client.reserve(ask_for(redemption))
    assert (redeemed.id, redeemed.state, redeemed.points) == (redemption, State.RESERVED, 300)


async def test_requests_are_signed_and_a_reserve_is_keyed_by_its_own_id() -> None:
    redemption = new_id()
    answer = says(whole(201, json.dumps(reserved(redemption)).encode()))
    async with talking(answer) as (client, service):
        await client.reserve(ask_for(redemption))
        (asked,) = service.asked
        url = f"http://127.0.0.1:{service.port}{asked.path}"
    assert asked.path == "/v1/redemptions"
    assert asked.headers["idempotency-key"] == str(redemption)
    assert asked.headers["accept-encoding"] == "identity"
    created = verify("POST", url, asked.headers, asked.body, KEY.public_key(), NOW)
    assert created == NOW


async def test_a_lost_connection_is_tried_once_more_with_the_same_key_signed_anew() -> None:
    redemption = new_id()
    answer = says(whole(201, json.dumps(reserved(redemption)).encode()))
    async with talking(hangs_up, answer) as (client, service):
        redeemed = await client.reserve(ask_for(redemption))
    assert redeemed.id == redemption
    first, second = service.asked
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert first.body == second.body


async def test_a_write_still_running_there_is_asked_for_again() -> None:
    redemption = new_id()
    answer = says(whole(201, json.dumps(reserved(redemption)).encode()))
    async with talking(refuses(ErrorCode.IDEMPOTENCY_RUNNING), answer) as (client, service):
        assert (await client.reserve(ask_for(redemption))).id == redemption
    assert len(service.asked) == 2


async def test_a_write_that_never_ends_there_is_given_up() -> None:
    async with talking(refuses(ErrorCode.IDEMPOTENCY_RUNNING)) as (client, _):
        with pytest.raises(ServiceUnreachable):
            await client.reserve(ask_for(new_id()))


def tells_time(time: str, *, key: Ed25519PrivateKey = TOKEN_KEY, nonce: str | None = None) -> Reply:
    async def reply(asked: Asked, writer: asyncio.StreamWriter) -> None:
        given = asked.path.partition("nonce=")[2]
        message = b"LYK/T1\0" + given.encode() + b"\0" + time.encode()
        answer = {
            "time": time,
            "nonce": nonce or given,
            "kid": 1,
            "signature": base64.b64encode(key.sign(message)).decode(),
        }
        writer.write(whole(200, json.dumps(answer).encode()))

    return reply


async def test_the_signed_time_anchors_the_clock() -> None:
    clock = ManualClock(datetime(1970, 1, 1, tzinfo=UTC), anchored=False)
    async with talking(tells_time("2026-03-04T12:00:00Z"), clock=clock) as (client, _):
        assert await client.time() == NOW
    assert clock.wall() == NOW


FORGED_TIMES: dict[str, Reply] = {
    "another key": tells_time("2026-03-04T12:00:00Z", key=KEY),
    "another nonce": tells_time("2026-03-04T12:00:00Z", nonce="replayed"),
    "no zone": tells_time("2026-03-04T12:00:00"),
    "no time": tells_time("noon"),
}


@pytest.mark.parametrize("name", list(FORGED_TIMES))
async def test_a_time_that_is_not_the_services_is_not_believed(name: str) -> None:
    clock = ManualClock(datetime(1970, 1, 1, tzinfo=UTC), anchored=False)
    async with talking(FORGED_TIMES[name], clock=clock) as (client, _):
        with pytest.raises(ServiceBroken):
            await client.time()
    assert clock.wall() is None


async def test_a_clock_in_1970_is_set_and_the_call_signed_anew() -> None:
    redemption = new_id()
    clock = ManualClock(datetime(1970, 1, 1, tzinfo=UTC), anchored=False)
    answer = says(whole(201, json.dumps(reserved(redemption)).encode()))
    replies = (refuses(ErrorCode.CLOCK_SKEW, time=NOW), tells_time("2026-03-04T12:00:00Z"), answer)
    async with talking(*replies, clock=clock) as (client, service):
        await client.reserve(ask_for(redemption))
        last = service.asked[-1]
        url = f"http://127.0.0.1:{service.port}{last.path}"
    assert verify("POST", url, last.headers, last.body, KEY.public_key(), NOW) == NOW
    assert clock.wall() == NOW


async def test_a_clock_that_cannot_be_set_is_told_once() -> None:
    async with talking(refuses(ErrorCode.CLOCK_SKEW, time=NOW)) as (client, service):
        with pytest.raises(ServiceRefused):
            await client.reserve(ask_for(new_id()))
    assert len(service.asked) <= 3


async def test_a_picture_must_be_the_one_that_was_asked_for() -> None:
    async with talking(says(whole(200, b"a picture", "image/png"))) as (client, _):
        with pytest.raises(ServiceBroken, match="not the one"):
            await client.image("0" * 64)


async def test_configuration_that_has_not_changed() -> None:
    async with talking(says(b"HTTP/1.1 304 X\r\n\r\n")) as (client, service):
        assert await client.config(known_rev=7) is None
    assert service.asked[0].headers["if-none-match"] == '"7"'
