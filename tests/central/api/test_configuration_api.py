"""What a device is told by the chain, and only when it changed."""

import msgspec

from tests.service import Api, answered, refused
from wire.api.devices import DeviceConfig, TimeAnswer
from wire.errors import ErrorCode

CONFIG = "/v1/devices/me/config"


async def test_it_is_of_this_device(api: Api) -> None:
    told = answered(await api.kiosk.get(CONFIG), DeviceConfig)
    assert told.brand.name.zh_hans == "青禾生活"
    assert told.store.id == "S1"
    assert told.timezone == "Asia/Shanghai"
    assert told.server_keys[0].public_key == api.signer[1].public_key().public_bytes_raw()
    assert (await api.kiosk.get(CONFIG)).headers["etag"] == f'"{told.rev}"'


async def test_unchanged_is_304_without_a_body(api: Api) -> None:
    etag = (await api.kiosk.get(CONFIG)).headers["etag"]
    answer = await api.kiosk.get(CONFIG, {"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == etag
    assert "service-time" in answer.headers


async def test_any_change_of_it_makes_a_new_revision(api: Api) -> None:
    for change in (
        "UPDATE programme SET hotline = '400-1'",
        "UPDATE store SET phone = '021-1' WHERE id = 'S1'",
        f"UPDATE device SET paused = true WHERE id = '{api.kiosk.id}'",
    ):
        etag = (await api.kiosk.get(CONFIG)).headers["etag"]
        await api.chain.execute(change)
        answer = await api.kiosk.get(CONFIG, {"If-None-Match": etag})
        assert answer.status_code == 200, change
        assert answer.headers["etag"] != etag
    told = answered(await api.kiosk.get(CONFIG), DeviceConfig)
    assert (told.hotline, told.store.phone, told.paused) == ("400-1", "021-1", True)


async def test_the_time_is_signed_with_the_askers_nonce(api: Api) -> None:
    answer = await api.http.get("/v1/time?nonce=abc_DEF-123")
    told = answered(answer, TimeAnswer)
    assert told.nonce == "abc_DEF-123"
    written = msgspec.json.decode(answer.content)["time"]
    key = api.signer[1].public_key()
    key.verify(told.signature, b"LYK/T1\0abc_DEF-123\0" + written.encode())


async def test_a_nonce_must_be_one(api: Api) -> None:
    for nonce in ("short", "x" * 65, "with%00null", "with%20space"):
        answer = await api.http.get(f"/v1/time?nonce={nonce}")
        assert "nonce" in refused(answer, ErrorCode.BAD_REQUEST).detail


async def test_alive_and_ready(api: Api) -> None:
    for path in ("/v1/healthz", "/v1/readyz"):
        assert (await api.http.get(path)).json()["status"] == "ok"


async def test_not_ready_when_the_functions_are_of_another_version(api: Api) -> None:
    await api.chain.execute("ALTER TABLE function_set RENAME TO function_set_away")
    try:
        refused(await api.http.get("/v1/readyz"), ErrorCode.UNAVAILABLE)
    finally:
        await api.chain.execute("ALTER TABLE function_set_away RENAME TO function_set")
    assert (await api.http.get("/v1/readyz")).is_success
