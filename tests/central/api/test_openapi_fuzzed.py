"""schemathesis, from the published description, signed: whatever is sent, the answer is described.

Its cases are sent to the real process as a kiosk or a till, each for what its role may ask.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from requests.auth import AuthBase
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from central.api import allow_list
from central.api.app import litestar
from tests.postgres import PostgresServer
from tests.service import ServiceProcess, SignedDevice, answered, api_of, running_service
from tests.staff import PIN, StaffRoom
from wire import signing
from wire.api.redemptions import PrintResult, ReserveRequest
from wire.api.staff import Login, LoginRequest

EXAMPLES = 25
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
    allow_header_conformance,
]
OPERATIONS = sorted(
    allow_list.KIOSK
    | allow_list.TILL
    | {f"GET {path}" for path in allow_list.OPEN - {"/v1/openapi.json"}}
    | {f"POST {allow_list.ENROL}"}
)

_ANYTHING_GOES = {
    "/v1/healthz",
    "/v1/readyz",
    "/v1/devices/me/config",
    "/v1/devices/me/staff",
}


def _signable(key: str | bytes | None) -> str:
    text = key.decode("latin-1") if isinstance(key, bytes) else key or ""
    return text if text.isascii() and text.isprintable() and text else "not-this-one"


class Signed(AuthBase):
    """The hook: signs whatever was generated, once it is as it will be sent."""

    def __init__(self, device: SignedDevice) -> None:
        self._device = device

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body or b""
        content = body.encode() if isinstance(body, str) else body
        headers = request.headers
        generated = headers.pop("Idempotency-Key", None)
        writes = request.method in signing.WRITE_METHODS
        keyid = "enrol" if str(request.url).endswith("/devices/enrol") else str(self._device.id)
        headers.update(
            signing.sign(
                request.method,
                request.url,
                content,
                self._device.key,
                keyid,
                datetime.now(UTC),
                _signable(generated) if writes else None,
            )
        )
        if generated is None:  # left out on purpose
            headers.pop("Idempotency-Key", None)
        else:
            headers["Idempotency-Key"] = generated
        return request


@pytest.fixture(scope="module")
def process(postgres: PostgresServer) -> Iterator[ServiceProcess]:
    with running_service(postgres) as running:
        yield running


@dataclass(frozen=True)
class Known:
    """What is really there, so that made-up requests get past the first refusal."""

    kiosk: SignedDevice
    till: SignedDevice
    request: ReserveRequest
    code: str
    uncertain: UUID
    """A redemption that staff may do something about."""
    badge: str
    tokens: tuple[str, str]
    """Of two of the staff, logged in at the kiosk."""
    staff_ref: str
    login: UUID


@pytest.fixture(scope="module")
def known(process: ServiceProcess) -> Known:
    async def make() -> Known:
        async with api_of(process) as api:
            voucher = (await api.printed()).voucher
            assert voucher is not None
            uncertain = (await api.printed(PrintResult.UNKNOWN)).id
            room = StaffRoom(api.chain.owner, api.signer)
            people = [await room.person(datetime.now(UTC)) for _ in range(2)]
            logins = [
                answered(
                    await api.kiosk.post("/v1/staff/login", LoginRequest(room.text(each), PIN)),
                    Login,
                )
                for each in people
            ]
            request = await api.request(await api.chain.member(10**6), await api.chain.reward(100))
            return Known(
                api.kiosk,
                api.till,
                request,
                voucher.code,
                uncertain,
                room.text(people[0]),
                (logins[0].staff_token, logins[1].staff_token),
                logins[0].staff_ref,
                logins[0].login,
            )

    return asyncio.run(make())


def aimed(case: schemathesis.Case, known: Known) -> None:
    """Puts ids that are known here into a case that has the right form."""
    if "code" in case.path_parameters:
        case.path_parameters["code"] = known.code
    if case.operation.path == "/v1/redemptions":
        case.body |= {"session": str(known.request.session), "item_id": str(known.request.item_id)}
        case.headers["Idempotency-Key"] = case.body["id"]
    path = case.operation.path
    if path == "/v1/devices/me/rolls":
        case.body |= {"staff_ref": known.staff_ref, "login": str(known.login)}
        case.headers["Idempotency-Key"] = case.body["id"]
    elif path == "/v1/staff/login":
        case.body |= {"badge": known.badge, "pin": PIN}
    elif path == "/v1/staff/handover":
        out, in_ = known.tokens
        case.body |= {"staff_token_out": out, "staff_token_in": in_, "notes": ["paper_low"]}
    elif path in ("/v1/staff/clock", "/v1/staff/redemptions", "/v1/staff/stay"):
        case.body["staff_token"] = known.tokens[0]
    elif path.startswith("/v1/redemptions/{redemption}/") and case.body.get("staff_token"):
        case.path_parameters["redemption"] = str(known.uncertain)
        case.body["staff_token"] = known.tokens[0]


@pytest.fixture(scope="module")
def schema() -> schemathesis.BaseSchema:
    described = msgspec.json.decode(msgspec.json.encode(litestar().openapi_schema.to_schema()))
    # The hook signs; what schemathesis would make up for a credential is tried in other tests.
    del described["security"], described["components"]["securitySchemes"]
    for path in described["paths"].values():
        for operation in path.values():
            operation.pop("security", None)
    return schemathesis.openapi.from_dict(described)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_answer_is_described(
    operation: str,
    mode: GenerationMode,
    process: ServiceProcess,
    known: Known,
    schema: schemathesis.BaseSchema,
) -> None:
    method, path = operation.split()
    device = known.till if operation in allow_list.TILL else known.kiosk
    described = schema[path][method]
    if mode is GenerationMode.NEGATIVE and path in _ANYTHING_GOES:
        pytest.skip("takes nothing that could be wrong")
    with requests.Session() as session:
        session.auth = Signed(device)

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=described.as_strategy(generation_mode=mode))
        def send(case: schemathesis.Case) -> None:
            if mode is GenerationMode.POSITIVE:
                aimed(case, known)
            case.call_and_validate(base_url=process.url, session=session, checks=CHECKS)

        send()
