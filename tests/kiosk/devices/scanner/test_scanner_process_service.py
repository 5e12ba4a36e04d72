"""The scanner as a service: not spawned by the kiosk; kiosks come and go, the program stays."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import asynccontextmanager, suppress

import click
import pytest

from kiosk.commands.scanner import command as scanner_command
from kiosk.config import parse
from kiosk.devices.scanner import door
from kiosk.devices.scanner.choice import scanner_from
from kiosk.devices.scanner.client import ScannerProcess
from kiosk.devices.scanner.messages import CameraState
from kiosk.devices.scanner.service import ScannerService
from tests.kiosk.devices.scanner.scanner_stage import connected, read_until, running

WATCHDOG_S = 2.0
RESTART_S = 0.5
"""As in systemd/kiosk-scanner.service."""


def test_started_for_one_kiosk_it_ends_with_its_connection(tmp_path, window, hold):
    """Also when that kiosk lives on: nobody else would ever connect."""
    hold(None)
    path = tmp_path / "socket"
    options = ["--socket", str(path), "--source", f"follow:{window}", "--parent", str(os.getpid())]
    process = subprocess.Popen([sys.executable, "-m", "kiosk", "scanner", *options])
    connected(path, process).close()
    assert process.wait(10) == 0


class TestAsAService:
    """Not spawned by the kiosk: kiosks come and go, the program stays."""

    @pytest.fixture
    def service(self, tmp_path, window, hold):
        hold(None)
        path = tmp_path / "socket"
        options = ["--socket", str(path), "--source", f"follow:{window}"]
        process = subprocess.Popen([sys.executable, "-m", "kiosk", "scanner", *options])
        yield path, process
        process.terminate()
        assert process.wait(10) == 0

    def test_a_kiosk_that_hangs_up_lets_the_camera_rest(self, service):
        path, process = service
        first = connected(path, process)
        first.capture(on=True)
        read_until(first, lambda pulse: pulse.camera is CameraState.READING)
        first.close()
        second = connected(path, process)
        read_until(second, lambda pulse: pulse.camera is CameraState.OFF)
        second.close()

    def test_only_its_owner_may_connect(self, service):
        path, process = service
        connected(path, process).close()
        assert path.stat().st_mode & 0o777 == 0o600

    def test_a_dead_ones_socket_is_replaced(self, tmp_path, window, hold):
        hold(None)
        path = tmp_path / "socket"
        options = ["--socket", str(path), "--source", f"follow:{window}"]
        for _ in range(2):
            process = subprocess.Popen([sys.executable, "-m", "kiosk", "scanner", *options])
            connected(path, process).close()
            process.kill()
            process.wait(10)
            assert path.exists()

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            (["--source", "webcam:0"], "is not one of v4l2:"),
            (["--source", "images:/x", "--preview", "big"], "320x180"),
            (["--source", "images:/x", "--preview", "0x0"], "320x180"),
            (["--source", "images:/x", "--symbologies", "QRCode,PDF417"], "'PDF417' is not one of"),
            (["--source", "images:/x", "--socket-fd", "5"], "either --socket or --socket-fd"),
        ],
    )
    def test_wrong_options_are_told(self, tmp_path, options, words):
        done = subprocess.run(
            [sys.executable, "-m", "kiosk", "scanner", "--socket", str(tmp_path / "s"), *options],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert done.returncode == 2
        assert words in done.stderr

    @pytest.mark.parametrize(
        ("option", "place", "words"),
        [
            ("--socket-fd", "999", "Bad file descriptor"),
            ("--socket", "/nowhere/at/all/socket", "No such file or directory"),
            ("--socket", "/tmp/" + "x" * 120, "too long"),
        ],
    )
    def test_a_place_where_nobody_can_be_served_is_told(self, option, place, words):
        done = subprocess.run(
            [sys.executable, "-m", "kiosk", "scanner", option, place, "--source", "images:/x"],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert done.returncode == 2
        assert words in done.stderr
        assert option in done.stderr

    @pytest.mark.parametrize(
        ("option", "value"),
        [
            *[("--min-fps", value) for value in ("0", "-1", "nan", "inf", "61")],
            *[("--budget-ms", value) for value in ("0", "-1", "nan", "inf", "1001")],
            *[("--focus", value) for value in ("-1", "nan", "inf")],
            *[("--exposure-us", value) for value in ("0", "99999999")],
            *[("--preview", value) for value in ("1281x720", "720x1281", "0x5", "5", "\u0663x5")],
        ],
    )
    def test_a_number_out_of_its_range_is_told(self, tmp_path, option, value):
        """Read only, not run: a scanner in this process would confine all other tests in it."""
        words = ["--socket", str(tmp_path / "s"), option, value]
        with pytest.raises(click.BadParameter) as told:
            scanner_command.make_context("scanner", words)
        assert option in told.value.format_message()

    def test_a_wrong_configuration_ends_with_78(self, tmp_path):
        done = subprocess.run(
            [sys.executable, "-m", "kiosk", "scanner", "--socket", str(tmp_path / "s")],
            env={**os.environ, "KIOSK_CONFIG": str(tmp_path / "missing.toml")},
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert done.returncode == os.EX_CONFIG
        assert "missing.toml" in done.stderr


class ServiceManager:
    """Does for one scanner what systemd does: starts it, hears it, kills it when it is silent."""

    def __init__(self, folder, source):
        self.path = folder / "scanner.sock"
        self.source = source
        self.process = None
        self.killed = []
        self.starts = 0
        self.notices = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(folder / "notify"))
        self._socket.setblocking(False)
        self._environment = {**os.environ, "NOTIFY_SOCKET": str(folder / "notify")}

    async def run(self):
        options = ["--socket", str(self.path), "--socket-group", "--source", self.source]
        try:
            while True:
                self.process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "kiosk", "scanner", *options, env=self._environment
                )
                self.starts += 1
                await self._watch()
                await asyncio.sleep(RESTART_S)
        finally:
            self._socket.close()
            if self.process.returncode is None:
                self.process.kill()
                await self.process.wait()

    async def _watch(self):
        loop = asyncio.get_running_loop()
        last_s = None  # the watchdog begins with READY=1
        while self.process.returncode is None:
            try:
                async with asyncio.timeout(0.05):
                    notice = (await loop.sock_recv(self._socket, 4096)).decode()
            except TimeoutError:
                notice = ""
            if notice:
                self.notices.append(notice)
            if notice in {"READY=1", "WATCHDOG=1"}:
                last_s = time.monotonic()
            late = last_s is not None and time.monotonic() - last_s > WATCHDOG_S
            if late or notice == "WATCHDOG=trigger":
                self.killed.append("silent" if late else "asked for it")
                self.process.send_signal(signal.SIGKILL)
                await self.process.wait()


@asynccontextmanager
async def managed(manager):
    task = asyncio.create_task(manager.run())
    try:
        yield manager
        assert not task.done()
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
def manager(tmp_path, window, hold):
    hold(None)
    return ServiceManager(tmp_path, f"follow:{window}")


class TestAttached:
    """`[scanner] socket` names the service: the kiosk connects, and leaves the rest to systemd."""

    async def test_a_kiosk_may_come_first_and_hears_codes(self, manager, hold, drawing):
        kiosk = ScannerService(manager.path)
        async with running(kiosk) as heard:
            await heard.until(lambda: heard.health)
            assert "no scanner serves" in heard.health[0].reason
            async with managed(manager):
                await heard.until(lambda: heard.well)
                hold(drawing.member_code())
                await heard.until(lambda: heard.codes)
                await heard.until(lambda: kiosk.preview() is not None)
            assert [h.ok for h in heard.health[:2]] == [False, True]
            assert manager.notices.count("READY=1") == manager.starts == 1
            assert manager.notices[0] == "READY=1"
            assert manager.notices.count("WATCHDOG=1") > 1

    async def test_a_kiosk_that_ends_leaves_it_alone(self, manager):
        async with managed(manager):
            for _ in range(2):
                async with running(ScannerService(manager.path)) as heard:
                    await heard.until(lambda: heard.well)
            assert manager.starts == 1
            assert manager.process.returncode is None

    @pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
    async def test_dead_it_is_back_within_three_seconds(self, manager, hold, drawing, how):
        async with managed(manager), running(ScannerService(manager.path)) as heard:
            start_s = await heard.until(lambda: heard.well)
            manager.process.send_signal(how)
            hold(drawing.member_code())
            back_s = await heard.until(lambda: heard.codes and heard.well)
            assert back_s < max(3.0, 2 * start_s + 1.0)  # on a machine too busy to start it at all
            assert manager.starts == 2
            # Told once that it is lost, whatever the tries between met, and once that it is back.
            assert [h.ok for h in heard.health][-3:] == [True, False, True]
            assert "hung up" in heard.health[-2].reason

    async def test_hung_the_watchdog_kills_it_and_it_is_back_within_five(
        self, manager, hold, drawing
    ):
        async with managed(manager), running(ScannerService(manager.path)) as heard:
            start_s = await heard.until(lambda: heard.well)
            manager.process.send_signal(signal.SIGSTOP)
            hold(drawing.member_code())
            back_s = await heard.until(lambda: heard.codes)
            assert back_s < max(5.0, 3 * start_s + 3.0)  # as above
            assert manager.killed == ["silent"]

    async def test_with_a_stuck_camera_it_asks_to_be_killed(self, manager, window, tmp_path):
        """Its main thread lives: only it can know, by the rules that the kiosk has too."""
        async with managed(manager), running(ScannerService(manager.path)) as heard:
            await heard.until(lambda: heard.well)
            os.mkfifo(window / "stuck.png")
            await heard.until(lambda: manager.killed)
            (window / "stuck.png").unlink()
            await heard.until(lambda: heard.well and manager.starts == 2)
        assert manager.killed == ["asked for it"]
        assert any("camera gave no frame" in notice for notice in manager.notices)


class TestChoice:
    def test_the_configuration_decides_who_keeps_it_alive(self):
        attached = scanner_from(parse('[scanner]\nsocket = "/run/kiosk-scanner/scanner.sock"'))
        assert isinstance(attached, ScannerService)
        spawned = scanner_from(parse('[scanner]\nsymbologies = ["EAN13"]\nbudget_ms = 12.5'))
        assert isinstance(spawned, ScannerProcess)
        assert spawned._options["--symbologies"] == "EAN13"
        assert spawned._options["--budget-ms"] == "12.5"

    async def test_a_kind_that_is_switched_off_is_not_read(self, window, hold, drawing):
        """The options reach the decoders of the real process."""
        hold(drawing.member_code())
        pulses = []
        bars_only = ScannerProcess(
            f"follow:{window}", symbologies=["EAN13"], budget_ms=28.0, on_pulse=pulses.append
        )
        async with running(bars_only) as heard:
            await heard.until(lambda: pulses and pulses[-1].frames >= 30)
        assert heard.codes == []
        async with running(ScannerProcess(f"follow:{window}", symbologies=["QRCode"])) as heard:
            await heard.until(lambda: heard.codes)


class TestOneAtAPlace:
    """A second scanner at the same socket would leave the first unreachable, with the camera."""

    def test_the_second_is_told_and_the_first_serves_on(self, tmp_path, window, hold):
        hold(None)
        path = tmp_path / "socket"
        command = [sys.executable, "-m", "kiosk", "scanner", "--socket", str(path)]
        command += ["--source", f"follow:{window}"]
        first = subprocess.Popen(command)
        try:
            kiosk = connected(path, first)
            kiosk.capture(on=True)
            read_until(kiosk, lambda pulse: pulse.camera is CameraState.READING)
            second = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=30
            )
            # The kiosk that it serves noticed nothing: a visitor would have taken its place.
            read_until(kiosk, lambda pulse: pulse.camera is CameraState.READING)
            kiosk.close()
            connected(path, first).close()
        finally:
            first.terminate()
            assert first.wait(10) == 0
        assert second.returncode == os.EX_TEMPFAIL
        assert f"serves at {path}" in second.stderr

    def test_one_that_does_not_listen_yet_counts(self, tmp_path):
        path = tmp_path / "socket"
        with door.bound(path, for_group=False):
            with pytest.raises(door.PlaceTaken):
                door.bound(path, for_group=False)
            assert path.is_socket()

    def test_a_dead_one_is_replaced(self, tmp_path):
        path = tmp_path / "socket"
        door.bound(path, for_group=False).close()
        with door.bound(path, for_group=False) as listener:
            listener.listen(1)
            assert path.is_socket()

    def test_a_file_is_left_alone(self, tmp_path):
        path = tmp_path / "socket"
        path.write_text("mine")
        with pytest.raises(OSError, match="in use"):
            door.bound(path, for_group=False)
        assert path.read_text() == "mine"


class TestWhoMayConnect:
    def test_for_the_group_it_is_opened_to_the_group(self, tmp_path):
        for for_group, mode in ((True, 0o660), (False, 0o600)):
            path = tmp_path / f"socket-{mode:o}"
            with door.bound(path, for_group=for_group):
                assert path.stat().st_mode & 0o777 == mode

    def test_ourselves_and_root_are_trusted(self):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours, theirs:
            assert door.trusted(ours)

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
    @pytest.mark.parametrize(
        ("user", "group", "trusted"), [(65534, 65534, False), (65534, os.getegid(), True)]
    )
    def test_a_stranger_is_known_by_user_and_group(self, user, group, trusted):
        stranger = (
            "import socket, sys\n"
            "peer = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)\n"
            "peer.connect(chr(0) + sys.argv[1])\n"
            "peer.recv(1)\n"
        )
        name = f"kiosk-test-{os.getpid()}-{group}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind("\0" + name)
            listener.listen(1)
            command = ["/usr/bin/python3", "-c", stranger, name]
            process = subprocess.Popen(command, user=user, group=group, extra_groups=[])
            with listener.accept()[0] as peer:
                seen = door.trusted(peer)
            process.wait(10)
        assert seen is trusted

    async def test_a_stranger_is_not_talked_to(self, tmp_path, monkeypatch):
        monkeypatch.setattr(door, "trusted", lambda _peer: False)
        path = tmp_path / "scanner.sock"
        with door.bound(path, for_group=False) as listener:
            listener.listen(1)
            async with running(ScannerService(path)) as heard:
                await heard.until(lambda: heard.health)
        assert "another user and group" in heard.health[0].reason
