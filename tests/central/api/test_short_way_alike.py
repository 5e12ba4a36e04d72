"""Whatever is asked, the short way of a redemption answers as Litestar does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import msgspec
import pytest

from central.api.app import litestar
from central.api.device_keys import EnrolledDevice
from central.api.service import opened
from central.api.short_way import ShortWay
from tests.service import Api, refused
from wire.api.devices import Role
from wire.errors import ErrorCode
from wire.ids import new_id

AT = "2026-11-22T00:00:00Z"
JSON = b"application/json"
Headers = list[tuple[bytes, bytes]]


@asynccontextmanager
async def both_ways(api: Api) -> AsyncIterator[tuple[Any, Any]]:
    """The short way and Litestar alone, over the same service."""
    database = api.process.database
    async with opened(database.app, database.data) as service:
        app = litestar()
        app.state.service = service
        yield ShortWay(app, service.ledger), app


async def answer(way: Any, scope: dict[str, Any]) -> tuple[object, ...]:
    """Status, headers, body, and what the log of requests finds."""
    scope = {**scope, "headers": list(scope["headers"])}
    told: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": scope["body"], "more_body": False}

    async def send(message: Any) -> None:
        told.append(message)

    await way(scope, receive, send)
    start, *parts = told
    return (
        start["status"],
        sorted(start["headers"]),
        b"".join(part["body"] for part in parts),
        scope.get("refused"),
        scope.get("path_template"),
        str(scope.get("path_params", {}).get("redemption", scope["path"])),
    )


def without(name: bytes, headers: Headers) -> Headers:
    return [header for header in headers if header[0] != name]


def hostile_headers(headers: Headers) -> dict[str, Headers]:
    cases = {f"no {name!r}": without(name, headers) for name, _ in headers}
    cases |= {f"{header[0]!r} twice": [*headers, header] for header in headers}
    for media in (b"application/json; charset=utf-8", b"text/plain", b"APPLICATION/JSON", b""):
        cases[f"{media!r}"] = [*without(b"content-type", headers), (b"content-type", media)]
    for host in (b"<shop>", b"shop:8443", b"[::1]:80", b""):
        cases[f"host {host!r}"] = [*without(b"host", headers), (b"host", host)]
    for key in (b"", b"k" * 201, b"\xe9"):
        cases[f"key {key!r}"] = [
            *without(b"idempotency-key", headers),
            (b"idempotency-key", key),
        ]
    return cases


def hostile_bodies(body: bytes) -> dict[str, bytes]:
    fields = msgspec.json.decode(body)
    cases = {
        "nothing": b"",
        "null": b"null",
        "a list": b"[]",
        "an empty one": b"{}",
        "cut": body[:-1],
        "with a tail": body + b"x",
        "with blanks": b" " + body + b"\n",
        "with a byte order mark": b"\xef\xbb\xbf" + body,
        "no UTF-8": body.replace(b'"', b'"\xff', 1),
    }
    for what in (b'"a\xff"', rb'"\ud800"', b'"\xe5\x88\xb8"', b"1e999", b"[" * 2000, b"nul", b"{}"):
        cases[f"unknown {what[:9]!r}"] = body[:-1] + b',"zz":' + what + b"}"
        cases[f"unknown, named {what[:9]!r}"] = body[:-1] + b"," + what + b":1}"
    for name, value in fields.items():
        for other in (None, str(value), 1.0, 2**64, -1, True, [], "\0", "\x7f", "é", ""):
            changed = {**fields, name: other}
            cases[f"{name} {other!r}"] = msgspec.json.encode(changed)
        cases[f"{name} is missing"] = msgspec.json.encode(
            {n: v for n, v in fields.items() if n != name}
        )
        cases[f"{name} twice"] = body[:-1] + f',"{name}":7}}'.encode()
    return cases


def hostile_paths(path: str, redemption: UUID) -> list[str]:
    return [
        path + "/",
        path.upper(),
        path.replace("/v1", "/v1/"),
        path + "\n",
        path + "%20",
        path.replace(str(redemption), str(redemption).upper()),
        path.replace(str(redemption), redemption.hex),
        path.replace(str(redemption), f"{{{redemption}}}"),
        path.replace(str(redemption), str(new_id())),
        path.replace(str(redemption), ""),
    ]


async def asked_of(api: Api, verb: str) -> tuple[str, UUID, bytes]:
    """Path, redemption and body of a good request."""
    if not verb:
        request = await api.request(await api.chain.member(1000), await api.chain.reward(100))
        return "/v1/redemptions", request.id, msgspec.json.encode(request)
    made = await api.reserved()
    body: dict[str, object] = {"at": AT}
    if verb == "capture":
        await api.verb(made.id, "printing", {"at": AT})
        body = {"print_result": "ok", "paper_mm": 98, "printed_at": AT, "confirmed_by": None}
    return f"/v1/redemptions/{made.id}/{verb}", made.id, msgspec.json.encode(body)


@pytest.mark.parametrize("verb", ["", "printing", "capture"])
async def test_hostile_requests_are_answered_alike(api: Api, verb: str) -> None:
    path, redemption, body = await asked_of(api, verb)
    key = str(redemption) if not verb else f"{verb} {redemption}"
    kiosk = EnrolledDevice(api.kiosk.id, Role.KIOSK, "S1", api.kiosk.key.public_key(), False)
    headers = [
        (b"host", b"points.example"),
        (b"content-type", JSON),
        (b"idempotency-key", key.encode()),
        (b"content-length", str(len(body)).encode()),
    ]
    good: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
        "body": body,
        "device": kiosk,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
        "scheme": "http",
        "http_version": "1.1",
        "root_path": "",
    }
    cases = {
        **{name: {"headers": other} for name, other in hostile_headers(headers).items()},
        **{
            name: {
                "body": other,
                "headers": [
                    *without(b"content-length", headers),
                    (b"content-length", str(len(other)).encode()),
                ],
            }
            for name, other in hostile_bodies(body).items()
        },
        **{other: {"path": other} for other in hostile_paths(path, redemption)},
        "a query": {"query_string": b"a=1"},
        "a till": {"device": replace(kiosk, role=Role.TILL)},
        "nobody": {"device": None},
        "another kiosk": {"device": replace(kiosk, id=api.chain.kiosk)},
        **{method: {"method": method} for method in ("GET", "PUT", "HEAD", "OPTIONS")},
        "as it should be": {},
    }
    unlike = {}
    async with both_ways(api) as (short, long):
        for name, other in cases.items():
            answers = [await answer(way, good | other) for way in (short, long)]
            if answers[0] != answers[1]:
                unlike[name] = answers
    assert unlike == {}


async def test_a_body_over_the_limit_is_refused_before_both(api: Api) -> None:
    path, redemption, body = await asked_of(api, "printing")
    large = body[:-1] + b',"zz":"' + b"z" * 300_000 + b'"}'
    for asked in (path, f"{path}?a=1"):
        answer = await api.kiosk.send("POST", asked, large, str(redemption))
        refused(answer, ErrorCode.PAYLOAD_TOO_LARGE)


@pytest.mark.parametrize("query", ["", "?a=1"])
async def test_an_id_that_is_percent_encoded(api: Api, query: str) -> None:
    path, redemption, body = await asked_of(api, "printing")
    encoded = path.replace(str(redemption), "".join(f"%{ord(c):02x}" for c in str(redemption)))
    answer = await api.kiosk.send("POST", encoded + query, body, str(new_id()))
    assert answer.status_code == 200
