"""The running program as systemd and an engineer see it."""

import asyncio
import signal
import socket
from pathlib import Path

from tests.kiosk.run.floor import Floor


async def heard(listener: socket.socket, word: str) -> None:
    """Wait until the service manager was told this."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(20):
        while word not in (await loop.sock_recv(listener, 400)).decode():
            pass


async def test_systemd_hears_that_it_is_ready_lives_and_ends(floor: Floor, tmp_path: Path) -> None:
    await floor.enrol()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.setblocking(False)
        floor.environment["NOTIFY_SOCKET"] = str(tmp_path / "notify")
        async with floor.kiosk() as kiosk:
            await heard(listener, "READY=1")
            await floor.finger(kiosk).until(screen="Attract")
            await heard(listener, "WATCHDOG=1")
            kiosk.process.terminate()
            await heard(listener, "STOPPING=1")
            assert await kiosk.ends() == 0, kiosk.said()


async def test_an_engineer_sees_every_stack(floor: Floor) -> None:
    await floor.enrol()
    async with floor.kiosk() as kiosk:
        await floor.finger(kiosk).until(screen="Attract")
        kiosk.process.send_signal(signal.SIGUSR1)
        async with asyncio.timeout(20):
            while "run_forever" not in kiosk.said():  # noqa: ASYNC110 - another program's words
                await asyncio.sleep(0.05)
        assert (await floor.finger(kiosk).ask(state=True))["screen"] == "Attract"
        assert await kiosk.stop() == 0


async def test_a_kiosk_starts_without_its_service(floor: Floor) -> None:
    """Enrolled once, then the service is gone for good: rewards, chip, no crash, clean end."""
    await floor.enrol()
    async with floor.kiosk() as kiosk:
        await floor.finger(kiosk).until(rewards=1)
        assert await kiosk.stop() == 0
    floor.url = "http://127.0.0.1:9"
    floor.configure()
    async with floor.kiosk() as kiosk:
        state = await floor.finger(kiosk).until(screen="Attract", rewards=1)
        assert not state["health"]["online"]
        assert await kiosk.stop() == 0, kiosk.said()
