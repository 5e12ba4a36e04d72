"""A code becomes a device, once."""

from datetime import UTC, datetime, timedelta

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.postgres import PostgresServer
from tests.service import Api, answered, api_of, refused, running_service
from wire import signing
from wire.api.devices import DeviceConfig, EnrolAnswer, EnrolRequest, Role
from wire.errors import ErrorCode
from wire.ids import new_id


async def test_a_code_makes_a_device_of_its_store_and_role(api: Api) -> None:
    answer = answered(await api.enrol(await api.enrol_code(Role.TILL, "S2")), EnrolAnswer)
    assert (answer.role, answer.store.id) == (Role.TILL, "S2")
    assert [len(key.public_key) for key in answer.server_keys] == [32]
    assert abs(datetime.now(UTC) - answer.time) < timedelta(seconds=20)
    row = await api.chain.rows("SELECT * FROM device WHERE id = $1", answer.device_id)
    assert row[0]["hw_serial"] == "pi-1"


async def test_devices_are_numbered_in_turn(api: Api) -> None:
    first, second = [await api.device(), await api.device()]
    one, two = [
        answered(await device.get("/v1/devices/me/config"), DeviceConfig).device_no
        for device in (first, second)
    ]
    assert one[0] == two[0] == "K"
    assert int(two[1:]) == int(one[1:]) + 1


async def test_the_same_key_and_code_again_is_the_same_device(api: Api) -> None:
    """The first answer was lost on its way."""
    code, key = await api.enrol_code(), Ed25519PrivateKey.generate()
    first = answered(await api.enrol(code, key), EnrolAnswer)
    again = answered(await api.enrol(f" {code[:4].lower()}-{code[4:]} ", key), EnrolAnswer)
    assert again.device_id == first.device_id


async def test_a_body_signed_by_another_key_than_it_brings(api: Api) -> None:
    request = EnrolRequest(
        await api.enrol_code(), Ed25519PrivateKey.generate().public_key().public_bytes_raw(), "", ""
    )
    body = msgspec.json.encode(request)
    url = f"{api.process.url}/v1/devices/enrol"
    other = Ed25519PrivateKey.generate()
    headers = signing.sign("POST", url, body, other, "enrol", datetime.now(UTC), str(new_id()))
    headers["Content-Type"] = "application/json"
    answer = await api.http.post("/v1/devices/enrol", content=body, headers=headers)
    refused(answer, ErrorCode.SIGNATURE_INVALID)


async def test_a_body_without_a_key(api: Api) -> None:
    key = Ed25519PrivateKey.generate()
    url = f"{api.process.url}/v1/devices/enrol"
    for body in (
        b"",
        b"{}",
        b'{"enrol_code":"A","public_key":"AAAA","hw_serial":"","image_version":""}',
    ):
        headers = signing.sign("POST", url, body, key, "enrol", datetime.now(UTC), str(new_id()))
        answer = await api.http.post("/v1/devices/enrol", content=body, headers=headers)
        refused(answer, ErrorCode.BAD_REQUEST)


async def test_enrolment_needs_its_own_keyid(api: Api) -> None:
    answer = await api.enrol(await api.enrol_code(), keyid=str(new_id()))
    refused(answer, ErrorCode.SIGNATURE_INVALID)


async def test_bad_codes_are_refused_and_five_of_them_pause_the_address(
    postgres: PostgresServer,
) -> None:
    with running_service(postgres) as process:
        async with api_of(process) as api:
            refused(await api.enrol("NOSUCH11"), ErrorCode.ENROL_CODE_INVALID)
            used = await api.enrol_code()
            answered(await api.enrol(used), EnrolAnswer)
            refused(await api.enrol(used), ErrorCode.ENROL_CODE_USED)
            late = await api.enrol_code()
            await api.chain.execute(
                "UPDATE enrol_code SET expires_at = now() WHERE used_at IS NULL"
            )
            refused(await api.enrol(late), ErrorCode.ENROL_CODE_USED)
            revoked = await api.enrol_code()
            await api.chain.execute(
                "UPDATE enrol_code SET revoked_at = now() WHERE used_at IS NULL"
            )
            refused(await api.enrol(revoked), ErrorCode.ENROL_CODE_USED)
            refused(await api.enrol("NOSUCH12"), ErrorCode.ENROL_CODE_INVALID)
            good = await api.enrol_code()
            answer = await api.enrol(good)
            assert refused(answer, ErrorCode.RATE_LIMITED).retryable
            assert int(answer.headers["retry-after"]) > 0
