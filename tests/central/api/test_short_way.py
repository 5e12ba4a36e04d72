"""The short way of a redemption: what it takes, and that Litestar would have answered the same."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.api.device_keys import EnrolledDevice
from central.api.short_way import ShortWay
from tests.service import Api, log_lines, refused
from wire.api.devices import Role
from wire.api.redemptions import CaptureRequest, PrintingRequest, PrintResult, ReserveRequest
from wire.errors import ErrorCode
from wire.ids import new_id

RESERVE = "/v1/redemptions"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
PRINTING = PrintingRequest(NOW)
TAKEN = CaptureRequest(print_result=PrintResult.OK, paper_mm=98, printed_at=NOW)
PASSED_ON = 299
NO_DEVICE = EnrolledDevice(
    uuid4(), Role.TILL, "S1", Ed25519PrivateKey.generate().public_key(), False
)


async def pass_on(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": PASSED_ON, "headers": []})


class Asking:
    """The short way over the real ledger; where Litestar would be it says `PASSED_ON`."""

    def __init__(self, api: Api) -> None:
        self._way = ShortWay(pass_on, api.chain.ledger)
        self.kiosk = EnrolledDevice(
            api.kiosk.id, Role.KIOSK, "S1", api.kiosk.key.public_key(), revoked=False
        )

    async def status(self, path: str, body: object, key: str, **other: Any) -> int:
        """Of a request as our kiosk sends it, but for what is `other`."""
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        headers = [
            (b"host", b"points.example:8443"),
            (b"content-type", b"application/json"),
            (b"idempotency-key", key.encode()),
            *other.pop("more", ()),
        ]
        scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "query_string": b"",
            "headers": headers,
            "body": content,
            "device": self.kiosk,
            **other,
        }
        told: list[Any] = []

        async def send(message: Any) -> None:
            told.append(message)

        await self._way(scope, _nothing, send)
        return int(told[0]["status"])


async def _nothing() -> Any:
    raise AssertionError("the body was read before")


@pytest.fixture
def asking(api: Api) -> Asking:
    return Asking(api)


async def a_request(api: Api) -> ReserveRequest:
    return await api.request(await api.chain.member(1000), await api.chain.reward(100))


async def test_a_kiosks_redemption_takes_it_from_end_to_end(api: Api, asking: Asking) -> None:
    request = await a_request(api)
    redemption = f"{RESERVE}/{request.id}"
    assert [
        await asking.status(RESERVE, request, str(request.id)),
        await asking.status(f"{redemption}/printing", PRINTING, "p"),
        await asking.status(f"{redemption}/capture", TAKEN, "c"),
    ] == [201, 200, 200]


class TestPassedOn:
    @pytest.mark.parametrize(
        "other",
        [
            {"query_string": b"a=1"},
            {"method": "PUT"},
            {"device": None},
            {"device": NO_DEVICE},
            {"more": [(b"content-type", b"application/json")]},
            {"more": [(b"content-type", b"text/plain")]},
            {"more": [(b"host", b"points.example")]},
            {"headers": [(b"host", b"points.example"), (b"content-type", b"application/json")]},
            {"headers": [(b"idempotency-key", b"k"), (b"content-type", b"application/json")]},
            {"headers": [(b"idempotency-key", b"k"), (b"host", b"points.example")]},
            {
                "headers": [
                    (b"idempotency-key", b"k"),
                    (b"host", b"<points.example>"),
                    (b"content-type", b"application/json"),
                ]
            },
        ],
    )
    async def test_another_form(self, api: Api, asking: Asking, other: dict[str, Any]) -> None:
        request = await a_request(api)
        assert await asking.status(RESERVE, request, str(request.id), **other) == PASSED_ON
        assert await api.chain.value("SELECT 1 FROM redemption WHERE id = $1", request.id) is None

    @pytest.mark.parametrize("verb", ["release", "reprint", "printing/", "print", ""])
    async def test_another_address(self, asking: Asking, verb: str) -> None:
        assert await asking.status(f"{RESERVE}/{new_id()}/{verb}", PRINTING, "k") == PASSED_ON

    async def test_an_id_in_another_spelling(self, asking: Asking) -> None:
        path = f"{RESERVE}/{str(new_id()).upper()}/printing"
        assert await asking.status(path, PRINTING, "k") == PASSED_ON

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"[]",
            b"null",
            b'{"at": 1.5e400}',
            b"\xff",
            b'{"at": "2026-11-22T00:00:00Z", "zz": 1}',
        ],
    )
    async def test_a_body_that_does_not_decode(self, asking: Asking, body: bytes) -> None:
        for path in (RESERVE, f"{RESERVE}/{new_id()}/printing", f"{RESERVE}/{new_id()}/capture"):
            assert await asking.status(path, body, "k") == PASSED_ON

    async def test_a_key_that_is_not_the_id(self, api: Api, asking: Asking) -> None:
        assert await asking.status(RESERVE, await a_request(api), str(new_id())) == PASSED_ON


async def both(api: Api, path: str, body: object, key: str) -> Sequence[httpx.Response]:
    """The answers of both ways: a query, which no endpoint here knows, makes it the long one."""
    content = msgspec.json.encode(body)
    return [await api.kiosk.send("POST", told, content, key) for told in (path, f"{path}?a=1")]


def told(answer: httpx.Response) -> tuple[object, ...]:
    headers = {n: v for n, v in answer.headers.items() if n not in ("service-time", "date")}
    return answer.status_code, headers, answer.content


def logged(api: Api, redemption: UUID) -> list[dict[str, Any]]:
    lines = [
        line for line in log_lines(api.process) if line.get("redemption_id") == str(redemption)
    ]
    return [{n: v for n, v in line.items() if n not in ("time", "ms")} for line in lines]


class TestAlike:
    async def test_what_is_done(self, api: Api) -> None:
        request = await a_request(api)
        redemption = f"{RESERVE}/{request.id}"
        for path, body, key, status in (
            (RESERVE, request, str(request.id), 201),
            (f"{redemption}/printing", PRINTING, f"p{request.id}", 200),
            (f"{redemption}/capture", TAKEN, f"c{request.id}", 200),
        ):
            short, long = await both(api, path, body, key)
            assert short.status_code == status
            assert told(short) == told(long)
        lines = logged(api, request.id)
        assert len(lines) == 6
        assert lines[::2] == lines[1::2]

    async def test_what_the_ledger_refuses(self, api: Api) -> None:
        poor = await api.request(await api.chain.member(1), await api.chain.reward(100))
        dear = msgspec.structs.replace(await a_request(api), expected_points=99)
        nobodys = f"{RESERVE}/{new_id()}"
        for path, body, key, code in (
            (RESERVE, poor, str(poor.id), ErrorCode.INSUFFICIENT),
            (RESERVE, dear, str(dear.id), ErrorCode.PRICE_CHANGED),
            (f"{nobodys}/printing", PRINTING, str(new_id()), ErrorCode.REDEMPTION_UNKNOWN),
            (f"{nobodys}/capture", TAKEN, str(new_id()), ErrorCode.REDEMPTION_UNKNOWN),
        ):
            short, long = await both(api, path, body, key)
            refused(short, code)
            assert told(short) == told(long)
        lines = logged(api, poor.id)
        assert [line["code"] for line in lines] == ["insufficient", "insufficient"]
        assert lines[0] == lines[1]

    async def test_what_cannot_be_stored(self, api: Api) -> None:
        request = msgspec.structs.replace(await a_request(api), choice="\0")
        short, long = await both(api, RESERVE, request, str(request.id))
        refused(short, ErrorCode.BAD_REQUEST)
        assert told(short) == told(long)
