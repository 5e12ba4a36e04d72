"""Requests that have not the form of an endpoint: what, where, how to mend; never an inside."""

import msgspec
import pytest

from tests.postgres import PostgresServer
from tests.service import Api, api_of, log_lines, refused, running_service
from wire.api.members import LookupRequest
from wire.errors import ErrorCode, Problem

LOOKUP = "/v1/members/lookup"


async def test_an_address_that_is_none(api: Api) -> None:
    refused(await api.kiosk.get("/v1/unknown"), ErrorCode.NOT_FOUND)
    refused(await api.kiosk.get("/"), ErrorCode.NOT_FOUND)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_a_method_that_is_none(api: Api, method: str) -> None:
    key = None if method == "GET" else "k1"
    answer = await api.kiosk.send(method, LOOKUP, key=key)
    refused(answer, ErrorCode.METHOD_NOT_ALLOWED)
    assert "POST" in answer.headers["allow"]


@pytest.mark.parametrize("path", [LOOKUP, "/v1/redemptions", "/v1/devices/me/events"])
async def test_a_write_without_a_key(api: Api, path: str) -> None:
    headers = api.kiosk.signed("POST", path, b"{}", "k1")
    del headers["Idempotency-Key"]
    answer = await api.http.post(path, content=b"{}", headers=headers)
    refused(answer, ErrorCode.IDEMPOTENCY_KEY_MISSING)


async def test_a_key_that_is_too_long(api: Api) -> None:
    problem = refused(await api.kiosk.post(LOOKUP, {}, "k" * 201), ErrorCode.BAD_REQUEST)
    assert problem.detail.startswith("Idempotency-Key:")


async def test_a_body_over_the_limit(api: Api) -> None:
    answer = await api.kiosk.post(LOOKUP, {"token": "x" * 300_000})
    assert "262144" in refused(answer, ErrorCode.PAYLOAD_TOO_LARGE).detail


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        (LOOKUP, b"{", "body"),
        (LOOKUP, b"\xff\xfe", "body"),
        (LOOKUP, b'{"token": "M2\xff"}', "body: byte 13 is no UTF-8"),
        (LOOKUP, b"[]", "body"),
        (LOOKUP, b'{"token": 5}', "token"),
        (LOOKUP, b"{}", "exactly one of"),
        (LOOKUP, b'{"token": "M2", "card": "C1"}', "exactly one of"),
        ("/v1/redemptions", b"{}", "body"),
        ("/v1/devices/me/heartbeat", b'{"app": 1}', "app"),
        ("/v1/devices/me/events", b'{"events": [{"seq": "1"}]}', "events[0]"),
        ("/v1/redemptions/none/printing", b"{}", ""),
    ],
)
async def test_a_body_of_another_form_says_where(
    api: Api, path: str, body: bytes, told: str
) -> None:
    answer = await api.kiosk.send("POST", path, body, "k1")
    if path.endswith("none/printing"):
        refused(answer, ErrorCode.NOT_FOUND)
    else:
        assert told in refused(answer, ErrorCode.BAD_REQUEST).detail


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/v1/catalogue?limit=0", "limit"),
        ("/v1/catalogue?limit=201", "limit"),
        ("/v1/catalogue?limit=x", "limit"),
        ("/v1/devices/me/redemptions", "open"),
        ("/v1/devices/me/redemptions?open=0", "open"),
        ("/v1/images/NOTAHASH", "sha256"),
    ],
)
async def test_a_parameter_of_another_form_says_which(api: Api, path: str, told: str) -> None:
    assert told in refused(await api.kiosk.get(path), ErrorCode.BAD_REQUEST).detail


async def test_what_cannot_be_stored_is_the_callers_mistake(api: Api) -> None:
    voucher = (await api.printed()).voucher
    assert voucher is not None
    path = f"/v1/vouchers/{voucher.code}/use"
    for use in (
        {"pos": "1", "receipt": "R1", "basket_fen": 2**63},
        {"pos": "1", "receipt": "R\x001"},
    ):
        problem = refused(await api.till.post(path, use), ErrorCode.BAD_REQUEST)
        assert "out of range" in problem.detail
    assert (await api.till.post(path, {"pos": "1", "receipt": "R1"})).is_success


async def test_a_value_is_never_repeated(api: Api) -> None:
    """A refused text may be somebody's code: it is neither answered nor logged."""
    secret = "SECRET7K3M9QXD"
    for body in ({"token": secret}, {"card": secret}, {"token": [secret]}, {"purpose": secret}):
        assert secret not in (await api.kiosk.post(LOOKUP, body)).text
    assert secret not in (await api.till.post(f"/v1/vouchers/{secret}/check")).text
    assert secret not in api.process.log.read_text()


async def test_trouble_of_our_own_shows_no_inside(postgres: PostgresServer) -> None:
    with running_service(postgres) as process:
        async with api_of(process) as api:
            await api.chain.execute("ALTER TABLE reward_image RENAME TO lost")
            answer = await api.kiosk.get(f"/v1/images/{'0' * 64}")
            problem = refused(answer, ErrorCode.INTERNAL)
            assert problem.retryable
            assert "reward_image" not in answer.text
            (failure,) = [line for line in log_lines(process) if line["level"] == "error"]
            assert failure["error"] == "UndefinedTableError"
            assert any("catalogue.py" in place for place in failure["where"])


async def test_a_database_that_is_gone(postgres: PostgresServer) -> None:
    """Refused as something that passes, and well again when the database is."""
    with running_service(postgres) as process:
        async with api_of(process) as api:
            told = LookupRequest(token=await api.member_code(await api.chain.member()))
            name = process.database.app.rpartition("/")[2].partition("?")[0]
            await api.chain.owner.close()
            with postgres._admin() as admin:
                admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
                admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                    (name,),
                )
                gone = await api.kiosk.post("/v1/members/lookup", told)
                assert gone.status_code == 503, process.log.read_text()
                assert refused(gone, ErrorCode.UNAVAILABLE).retryable
                refused(await api.http.get("/v1/readyz"), ErrorCode.UNAVAILABLE)
                assert (await api.http.get("/v1/healthz")).is_success
                admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
            assert (await api.http.get("/v1/readyz")).is_success
            assert (await api.kiosk.post("/v1/members/lookup", told)).is_success


async def test_problems_have_the_form_of_rfc_9457(api: Api) -> None:
    answer = await api.http.get("/v1/catalogue")
    fields = msgspec.json.decode(answer.content)
    assert set(fields) >= {"title", "status", "code"}
    assert msgspec.convert(fields, Problem).type == "about:blank"
