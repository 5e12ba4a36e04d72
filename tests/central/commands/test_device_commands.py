"""`central enrol-code` and `central device`, beside the running service."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.central_program import central, one_line
from tests.postgres import Database
from tests.service import Api, SignedDevice, answered, eventually, refused
from wire.api.devices import DeviceConfig, EnrolAnswer, Role
from wire.errors import ErrorCode

CONFIG = "/v1/devices/me/config"


async def says(api: Api, *arguments: str, status: int = 0) -> tuple[str, str]:
    """What a command beside the service says: stdout, stderr."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "central", *arguments),
        env=api.process.database.environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == status, err.decode()
    assert b"Traceback" not in err
    return out.decode(), err.decode()


class TestEnrolCode:
    async def test_it_makes_a_kiosk_of_that_store_and_only_one(self, api: Api) -> None:
        out, err = await says(api, "enrol-code", "S2")
        code = out.strip()
        assert len(code) == 8
        assert "good for 15 minutes" in err
        assert "kiosk enrol" in err
        key = Ed25519PrivateKey.generate()
        made = answered(await api.enrol(code, key), EnrolAnswer)
        assert (made.store.id, made.role) == ("S2", Role.KIOSK)
        again = answered(await api.enrol(code.lower(), key), EnrolAnswer)
        assert again.device_id == made.device_id, "the same key: the answer was lost on its way"
        refused(await api.enrol(code), ErrorCode.ENROL_CODE_USED)

    async def test_it_makes_a_till(self, api: Api) -> None:
        out, err = await says(api, "enrol-code", "S1", "--role", "till")
        assert "kiosk enrol" not in err
        assert answered(await api.enrol(out.strip()), EnrolAnswer).role is Role.TILL

    async def test_only_its_hash_is_kept(self, api: Api) -> None:
        out, _ = await says(api, "enrol-code", "S1")
        rows = await api.chain.rows("SELECT e::text AS row FROM enrol_code e")
        assert all(out.strip().lower() not in row["row"].lower() for row in rows)

    async def test_after_fifteen_minutes_and_when_revoked_it_is_no_good(self, api: Api) -> None:
        for spoil in (
            "expires_at = now() - interval '1 s'",
            "revoked_at = now() - interval '1 s'",
        ):
            code = (await says(api, "enrol-code", "S1"))[0].strip()
            newest = await api.chain.rows(
                "SELECT id, expires_at, created_at FROM enrol_code ORDER BY created_at DESC LIMIT 1"
            )
            assert newest[0]["expires_at"] - newest[0]["created_at"] == timedelta(minutes=15)
            assert abs(datetime.now(UTC) - newest[0]["created_at"]) < timedelta(seconds=20)
            await api.chain.execute(f"UPDATE enrol_code SET {spoil} WHERE id = $1", newest[0]["id"])
            refused(await api.enrol(code), ErrorCode.ENROL_CODE_USED)

    async def test_a_store_that_is_none_and_the_ones_there_are(self, api: Api) -> None:
        _, err = await says(api, "enrol-code", "S9", status=1)
        assert err == "Error: there is no store 'S9'; known: S1, S2\n"

    def test_an_empty_chain(self, database: Database) -> None:
        told = one_line(central(database.environment(), "enrol-code", "S1", status=1))
        assert told.endswith("known: none yet")

    def test_a_role_that_is_none(self, database: Database) -> None:
        arguments = ("enrol-code", "S1", "--role", "cashier")
        assert "'kiosk', 'till'" in central(database.environment(), *arguments, status=2).stderr


class TestDevice:
    async def line(self, api: Api, device: SignedDevice) -> str:
        out, _ = await says(api, "device", "list")
        (line,) = [line for line in out.splitlines() if line.endswith(str(device.id))]
        return line

    async def test_listed_with_its_store_state_and_last_word(self, api: Api) -> None:
        device = await api.device(store="S2")
        assert " kiosk  S2      active   heard never" in await self.line(api, device)
        await api.chain.execute(
            "UPDATE device SET heartbeat_at = '2026-11-22 04:05:06Z', paused = true WHERE id = $1",
            device.id,
        )
        assert "paused   heard 2026-11-22 04:05Z" in await self.line(api, device)

    async def test_a_revoked_device_is_refused_within_two_seconds(self, api: Api) -> None:
        by_number, by_id = await api.device(), await api.device(Role.TILL)
        for device in (by_number, by_id):
            config = answered(await device.get(CONFIG), DeviceConfig)
            named = config.device_no.lower() if device is by_number else str(device.id)
            out, _ = await says(api, "device", "revoke", named)
            assert out.startswith(f"{config.device_no} is revoked")

            async def is_refused(device: SignedDevice = device) -> bool:
                answer = await device.get(CONFIG)
                if not answer.is_success:
                    refused(answer, ErrorCode.DEVICE_REVOKED)
                return not answer.is_success

            assert await eventually(is_refused, within_s=2.0) < 2.0
            assert " revoked " in await self.line(api, device)

    async def test_revoked_twice_is_revoked_since_the_first_time(self, api: Api) -> None:
        device = await api.device()
        since = []
        for _ in range(2):
            await says(api, "device", "revoke", str(device.id))
            query = "SELECT revoked_at FROM device WHERE id = $1"
            since.append(await api.chain.value(query, device.id))
        assert since[0] == since[1] is not None

    async def test_a_device_that_is_none(self, api: Api) -> None:
        _, err = await says(api, "device", "revoke", "K999", status=1)
        assert err == "Error: there is no device 'K999'; see `central device list`\n"

    def test_no_device_yet(self, database: Database) -> None:
        assert (
            "no device is enrolled yet" in central(database.environment(), "device", "list").stdout
        )
