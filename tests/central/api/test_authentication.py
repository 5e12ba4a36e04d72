"""Who asks: signed, by a known device, lately, and for what its role may have."""

from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.postgres import PostgresServer
from tests.service import Api, SignedDevice, answered, eventually, refused
from wire import signing
from wire.api.devices import DeviceConfig, Role
from wire.api.members import LookupRequest, Member
from wire.api.redemptions import Redemption
from wire.errors import ErrorCode
from wire.ids import new_id

CONFIG = "/v1/devices/me/config"
LOOKUP = "/v1/members/lookup"


async def test_a_signed_request_is_answered(api: Api) -> None:
    assert answered(await api.kiosk.get(CONFIG), DeviceConfig).store.id == "S1"


@pytest.mark.parametrize("path", [CONFIG, "/v1/catalogue", "/v1/nothing/here", "/v1/healthz/x"])
async def test_an_unsigned_request_is_refused(api: Api, path: str) -> None:
    refused(await api.http.get(path), ErrorCode.SIGNATURE_MISSING)


@pytest.mark.parametrize(
    "path", ["/v1/healthz", "/v1/readyz", "/v1/time?nonce=abcdefgh", "/v1/openapi.json"]
)
async def test_what_is_open_to_everybody(api: Api, path: str) -> None:
    assert (await api.http.get(path)).status_code == httpx.codes.OK


async def test_every_answer_carries_the_services_time(api: Api) -> None:
    for answer in (
        await api.http.get("/v1/healthz"),
        await api.http.get(CONFIG),
        await api.kiosk.get(CONFIG),
        await api.kiosk.get("/v1/nothing"),
    ):
        told = datetime.fromisoformat(answer.headers["service-time"])
        assert abs(datetime.now(UTC) - told) < timedelta(seconds=20)


class TestForged:
    async def test_by_another_key(self, api: Api) -> None:
        thief = SignedDevice(api.http, Ed25519PrivateKey.generate(), api.kiosk.id, "S1")
        refused(await thief.get(CONFIG), ErrorCode.SIGNATURE_INVALID)

    async def test_by_a_device_that_is_not_enrolled(self, api: Api) -> None:
        stranger = SignedDevice(api.http, Ed25519PrivateKey.generate(), new_id(), "S1")
        refused(await stranger.get(CONFIG), ErrorCode.DEVICE_UNKNOWN)

    async def test_with_enrolments_keyid_elsewhere(self, api: Api) -> None:
        headers = signing.sign(
            "GET", api.process.url + CONFIG, None, api.kiosk.key, "enrol", datetime.now(UTC)
        )
        refused(await api.http.get(CONFIG, headers=headers), ErrorCode.DEVICE_UNKNOWN)

    async def test_another_path_or_query(self, api: Api) -> None:
        headers = api.kiosk.signed("GET", "/v1/catalogue?since=0")
        for path in (CONFIG, "/v1/catalogue?since=1", "/v1/catalogue"):
            refused(await api.http.get(path, headers=headers), ErrorCode.SIGNATURE_INVALID)

    async def test_another_body_or_key(self, api: Api) -> None:
        body = msgspec.json.encode(LookupRequest(token="M2"))
        headers = api.kiosk.signed("POST", LOOKUP, body, "k1")
        other = body.replace(b"M2", b"M3")
        refused(
            await api.http.post(LOOKUP, content=other, headers=headers), ErrorCode.SIGNATURE_INVALID
        )
        headers["Idempotency-Key"] = "k2"
        refused(
            await api.http.post(LOOKUP, content=body, headers=headers), ErrorCode.SIGNATURE_INVALID
        )

    async def test_a_body_given_to_a_write_that_had_none(self, api: Api) -> None:
        path = "/v1/vouchers/0000000000000000/check"
        headers = api.till.signed("POST", path, b"", "k1")
        answer = await api.http.post(path, content=b'{"a":1}', headers=headers)
        refused(answer, ErrorCode.SIGNATURE_INVALID)

    @pytest.mark.parametrize("name", ["Idempotency-Key", "Content-Digest", "Signature-Input"])
    async def test_a_signed_header_told_twice(self, api: Api, name: str) -> None:
        """Else one of them is verified and the other one acted on."""
        body = msgspec.json.encode(LookupRequest(token="M2"))
        signed = api.kiosk.signed("POST", LOOKUP, body, "k1")
        for twice in (
            [(name, "k9"), *signed.items()],
            [*signed.items(), (name, "k9")],
            [(name.lower(), signed[name]), *signed.items()],
        ):
            answer = await api.http.post(LOOKUP, content=body, headers=twice)
            assert refused(answer, ErrorCode.BAD_REQUEST).detail.startswith(name)

    @pytest.mark.parametrize("keyid", ["x", "00000000-0000-0000-0000-00000000000g", "é"])
    async def test_a_keyid_that_is_no_id(self, api: Api, keyid: str) -> None:
        headers = api.kiosk.signed("GET", CONFIG)
        headers["Signature-Input"] = headers["Signature-Input"].replace(str(api.kiosk.id), keyid)
        answer = await api.http.get(CONFIG, headers={k: v.encode() for k, v in headers.items()})
        refused(answer, ErrorCode.DEVICE_UNKNOWN)


async def test_a_clock_that_is_off_is_told_the_time(api: Api) -> None:
    for off in (-301, 330):
        created = datetime.now(UTC) + timedelta(seconds=off)
        problem = refused(
            await api.kiosk.send("GET", CONFIG, created=created), ErrorCode.CLOCK_SKEW
        )
        assert problem.time is not None
        assert abs(datetime.now(UTC) - problem.time) < timedelta(seconds=20)


async def test_a_clock_that_is_a_little_off_will_do(api: Api) -> None:
    created = datetime.now(UTC) - timedelta(seconds=250)
    answered(await api.kiosk.send("GET", CONFIG, created=created), DeviceConfig)


async def test_a_captured_write_sent_again_moves_nothing(api: Api) -> None:
    """A replay carries the same Idempotency-Key: it is the first answer, word for word."""
    member = await api.chain.member(1000)
    request = await api.request(member, await api.chain.reward(100))
    body = msgspec.json.encode(request)
    headers = api.kiosk.signed("POST", "/v1/redemptions", body, str(request.id))
    answers = [
        await api.http.post("/v1/redemptions", content=body, headers=headers) for _ in range(3)
    ]
    assert {a.status_code for a in answers} == {201}
    assert len({a.content for a in answers}) == 1
    assert (await api.chain.balance(member))["held"] == 100


class TestRevoked:
    async def test_within_two_seconds(self, api: Api) -> None:
        device = await api.device()
        answered(await device.get(CONFIG), DeviceConfig)
        await self.revoke(api, device)
        await self.refused_soon(device)

    async def test_even_when_no_notification_can_come(
        self, api: Api, postgres: PostgresServer
    ) -> None:
        """The listening connection is cut and no new one let in; the others go on."""
        device = await api.device()
        answered(await device.get(CONFIG), DeviceConfig)
        name = api.process.database.app.rpartition("/")[2].partition("?")[0]
        with postgres._admin() as admin:
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
            try:
                cut = admin.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = %s AND application_name = 'central-api-listen'",
                    (name,),
                )
                assert cut.fetchall() == [(True,)]
                await self.revoke(api, device)
                await self.refused_soon(device)
            finally:
                admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())

    async def test_told_only_to_the_holder_of_the_key(self, api: Api) -> None:
        device = await api.device()
        await self.revoke(api, device)
        thief = SignedDevice(api.http, Ed25519PrivateKey.generate(), device.id, "S1")
        refused(await thief.get(CONFIG), ErrorCode.SIGNATURE_INVALID)

    @staticmethod
    async def revoke(api: Api, device: SignedDevice) -> None:
        await api.chain.execute("UPDATE device SET revoked_at = now() WHERE id = $1", device.id)

    @staticmethod
    async def refused_soon(device: SignedDevice) -> None:
        async def is_refused() -> bool:
            answer = await device.get(CONFIG)
            if answer.is_success:
                return False
            refused(answer, ErrorCode.DEVICE_REVOKED)
            return True

        assert await eventually(is_refused, within_s=2.0) < 2.0


class TestRoles:
    @pytest.mark.parametrize(
        "path",
        ["/v1/catalogue", f"/v1/images/{'0' * 64}", "/v1/devices/me/redemptions?open=1"],
    )
    async def test_a_till_reads_no_rewards(self, api: Api, path: str) -> None:
        refused(await api.till.get(path), ErrorCode.FORBIDDEN)

    async def test_a_till_looks_nobody_up(self, api: Api) -> None:
        token = await api.member_code(await api.chain.member())
        told = LookupRequest(token=token)
        refused(await api.till.post(LOOKUP, told), ErrorCode.FORBIDDEN)
        answered(await api.kiosk.post(LOOKUP, told), Member)

    async def test_a_till_reserves_nothing(self, api: Api) -> None:
        member = await api.chain.member(1000)
        request = await api.request(member, await api.chain.reward(100))
        answer = await api.till.post("/v1/redemptions", request, request.id)
        refused(answer, ErrorCode.FORBIDDEN)
        answered(await api.reserve(request), Redemption)

    @pytest.mark.parametrize("verb", ["check", "use", "restore"])
    async def test_a_kiosk_uses_no_voucher(self, api: Api, verb: str) -> None:
        voucher = (await api.printed()).voucher
        assert voucher is not None
        body = None if verb == "check" else {"pos": "1", "receipt": "R1"}
        answer = await api.kiosk.post(f"/v1/vouchers/{voucher.code}/{verb}", body)
        refused(answer, ErrorCode.FORBIDDEN)

    @pytest.mark.parametrize("role", list(Role))
    async def test_both_read_their_configuration(self, api: Api, role: Role) -> None:
        answered(await (await api.device(role)).get(CONFIG), DeviceConfig)
