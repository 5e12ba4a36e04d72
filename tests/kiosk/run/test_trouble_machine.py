"""Issue section 6: camera, scanner, disk, configuration, clock: the machine itself."""

import os
import resource
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from pyzbar import pyzbar

from kiosk.devices.scanner.client import ScannerProcess
from kiosk.flow.state import Attract, Done, MemberHome, MessageCode, Refused, Stopped
from kiosk.journal.state import JournalState
from tests.kiosk.run.floor import Floor, hold
from tests.kiosk.run.programs import output_of
from tests.kiosk.run.shop import Shop
from wire.api.redemptions import State

IN_1970 = datetime(1970, 1, 1, 0, 1, tzinfo=UTC)


# --- Camera and scanner ------------------------------------------------------------------


@pytest.fixture
def camera(shop: Shop, tmp_path: Path) -> Path:
    """A real scanner process before a folder of pictures."""
    folder = tmp_path / "camera"
    folder.mkdir()
    hold(folder, None)
    shop.scanner = ScannerProcess(f"follow:{folder}")
    return folder


async def test_a_camera_that_is_gone_and_comes_back(shop: Shop, camera: Path) -> None:
    async with shop.open():
        await shop.when(lambda: shop.scanner.pid and shop.scanner.health)
        aside = camera.with_name("unplugged")
        os.rename(camera, aside)  # noqa: PTH104 - at once, in the loop
        await shop.screen(Stopped, MessageCode.E_CAM_COUNTER)
        await shop.when_told("scanner_fault")
        os.rename(aside, camera)  # noqa: PTH104 - at once, in the loop
        await shop.screen(Attract)
        await shop.when_told("scanner_ok")
        hold(camera, await shop.fresh_code())
        await shop.screen(MemberHome)
    assert shop.seen == ["Attract", "Stopped E-CAM-COUNTER", "Attract", "Identifying", "MemberHome"]
    told = await shop.chain.rows("SELECT type FROM device_event WHERE type LIKE 'scanner%'")
    assert len(told) == 2, "once when lost, once when back"


async def test_a_scanner_that_is_killed_is_back_within_three_seconds(
    shop: Shop, camera: Path
) -> None:
    async with shop.open():
        await shop.when(lambda: shop.scanner.pid and shop.scanner.health)
        first = shop.scanner.pid
        os.kill(first, signal.SIGKILL)
        killed_s = shop.clock.now_s()
        await shop.when(lambda: shop.scanner.pid not in {None, first} and shop.scanner.health.ok)
        back_s = shop.clock.now_s()
        hold(camera, await shop.fresh_code())
        await shop.screen(MemberHome)
        assert back_s - killed_s < 3.0
    await shop.books_are_right()


async def test_the_camera_rests_while_somebody_chooses(shop: Shop, camera: Path) -> None:
    async with shop.open():
        hold(camera, await shop.fresh_code())
        await shop.screen(MemberHome)
        hold(camera, await shop.fresh_code())
        await shop.choose()
        assert shop.proxy.count("POST", "/v1/members/lookup") == 1
        assert shop.scanner.preview() is None


# --- Clock -------------------------------------------------------------------------------


async def test_a_clock_in_1970_redeems_by_the_services_time(shop: Shop) -> None:
    shop.clock.system = IN_1970
    async with shop.open():
        assert abs((shop.clock.wall() - datetime.now(UTC)).total_seconds()) < 5
        redemption = await shop.redeem()
        await shop.screen(Done)
        assert (await shop.settled(redemption)).state is JournalState.CLOSED
        await shop.running.health.check()
        await shop.when_told("clock_suspect", "printed")
        rows = await shop.chain.rows("SELECT type, at FROM device_event")
        assert all(row["at"].year >= 2026 for row in rows), "no event of 1970"
    await shop.books_are_right()


async def test_a_clock_in_1970_without_a_service_says_so(shop: Shop) -> None:
    shop.clock.system = IN_1970
    shop.proxy.down = True
    async with shop.open(rewards=0):
        await shop.screen(Stopped, MessageCode.E_CLOCK)
        shop.proxy.down = False
        await shop.screen(Attract)
        await shop.scan()


async def test_a_clock_that_jumps_ten_years_expires_nothing(shop: Shop) -> None:
    async with shop.open():
        await shop.scan()
        shop.clock.system = datetime(2036, 11, 21, tzinfo=UTC)
        await shop.running.health.check()
        await shop.choose()
        shop.confirm()
        await shop.screen(Done)
    assert await shop.balance() == 700
    await shop.books_are_right()


# --- Paused, revoked ---------------------------------------------------------------------


async def test_a_kiosk_that_the_service_has_revoked_serves_nobody(shop: Shop) -> None:
    async with shop.open():
        await shop.scan()
        await shop.leave()
        await shop.chain.execute(
            "UPDATE device SET revoked_at = now() WHERE id = $1", shop.chain.kiosk
        )
        await shop.chain.execute("SELECT pg_notify('device_keys', $1)", str(shop.chain.kiosk))
        shop.show(await shop.fresh_code())
        await shop.until(lambda s: s.health.paused)
        # The refusal came with the code, or before it with something that the kiosk fetches
        # for itself: then nobody is asked to wait for a lookup first.
        told = (await shop.until(lambda s: isinstance(s.screen, Refused | Stopped))).screen
        assert isinstance(told, Refused | Stopped)
        assert told.message.code is MessageCode.E_STOP
        if isinstance(told, Refused):
            shop.tap("end")
        await shop.screen(Stopped, MessageCode.E_STOP)


# --- Disk and configuration, as processes ------------------------------------------------


async def test_a_data_folder_that_cannot_be_written(floor: Floor) -> None:
    await floor.enrol()
    floor.data.chmod(0o555)
    # Root may write anywhere; without this capability it is bound by the mode like all others.
    capability = "-dac_override"
    before = ("setpriv", "--inh-caps", capability, "--bounding-set", capability)
    async with floor.kiosk(*(before if os.geteuid() == 0 else ())) as kiosk:
        assert await kiosk.ends() == os.EX_CANTCREAT
    floor.data.chmod(0o755)
    assert f"{floor.data} cannot be written" in kiosk.said()
    assert "Traceback" not in kiosk.said()


async def test_a_disk_that_is_full_at_the_start(floor: Floor) -> None:
    await floor.enrol()
    async with floor.kiosk("prlimit", "--fsize=1") as kiosk:
        assert await kiosk.ends() == os.EX_CANTCREAT, kiosk.said()
    assert "journal" in kiosk.said()
    assert "kiosk doctor" in kiosk.said()


async def test_a_disk_that_fills_while_somebody_chooses(floor: Floor) -> None:
    """Nothing is printed after a journal that could not be written; the next start is well."""
    shop = floor.shop
    await floor.enrol()
    async with floor.emulator("--unpaced"):
        async with floor.kiosk() as kiosk:
            finger = floor.finger(kiosk)
            await finger.until(screen="Attract", rewards=1)
            floor.hold(await shop.fresh_code())
            await finger.until(screen="MemberHome")
            floor.hold(None)
            await finger.tap("item:0")
            everything = resource.prlimit(kiosk.process.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(kiosk.process.pid, resource.RLIMIT_FSIZE, (0, everything[1]))
            await finger.tap("confirm")
            assert await kiosk.ends() == os.EX_SOFTWARE, kiosk.said()
            assert "journal" in kiosk.said()
        assert floor.paper() == []
        assert (await shop.balance(), await shop.held()) == (1000, 0)
        async with floor.kiosk() as kiosk:
            finger = floor.finger(kiosk)
            await finger.until(screen="Attract", rewards=1)
            floor.hold(await shop.fresh_code())
            await finger.until(screen="MemberHome")
            await finger.tap("item:0")
            await finger.tap("confirm")
            await finger.until(screen="Done")
            assert await kiosk.stop() == 0
    (paper,) = floor.paper()
    assert len(pyzbar.decode(Image.open(paper))) == 1
    assert await shop.chain.value("SELECT state FROM redemption") == State.ISSUED
    await shop.books_are_right()


async def test_a_second_kiosk_on_the_same_folder(floor: Floor) -> None:
    await floor.enrol()
    async with floor.kiosk() as first:
        await floor.finger(first).until(screen="Attract")
        told = await output_of(
            "kiosk", "run", "--headless", environment=floor.environment, status=os.EX_TEMPFAIL
        )
        assert "another kiosk runs" in told
        assert await first.stop() == 0


async def test_a_kiosk_that_was_never_enrolled(floor: Floor) -> None:
    told = await output_of(
        "kiosk", "run", "--headless", environment=floor.environment, status=os.EX_CONFIG
    )
    assert "kiosk enrol CODE" in told


async def test_every_mistake_in_the_configuration_is_told(floor: Floor) -> None:
    (floor.folder / "kiosk.toml").write_text(
        '[printer]\nbaud = 12345\nprofle = 1\n[screen]\nlayout = "diagonal"\n'
    )
    told = await output_of(
        "kiosk", "run", "--headless", environment=floor.environment, status=os.EX_CONFIG
    )
    for word in (
        "printer.baud",
        "12345",
        "did you mean profile",
        "screen.layout",
        "diagonal",
        "2",
        "5",
    ):
        assert word in told
    assert "Traceback" not in told


async def test_the_doctor_finds_what_is_wrong(floor: Floor) -> None:
    told = await output_of("kiosk", "doctor", environment=floor.environment, status=1)
    assert told == "", "findings are told on standard output"
    await floor.enrol()
    async with floor.emulator("--unpaced"):
        told = await output_of("kiosk", "doctor", "--json", environment=floor.environment)
    for check in ("disk", "key", "network", "clock", "camera", "printer", "journal", "fonts"):
        assert f'"check": "{check}"' in told
    assert '"level": "fail"' not in told
