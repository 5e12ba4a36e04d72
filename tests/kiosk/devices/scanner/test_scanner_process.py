"""The real scanner process through its real socket: dies, hangs, and is back."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import pytest

from kiosk.devices.ports import Preview
from kiosk.devices.scanner import supervision
from kiosk.devices.scanner.client import ScannerProcess
from kiosk.devices.scanner.fake import FakeScanner
from kiosk.devices.scanner.messages import CameraState, Code, encode
from tests.kiosk.devices.scanner.scanner_stage import entries, is_alive, running


class Stage:
    """One way to put a scanner through the contract."""

    def __init__(self, scanner, show, lose, find):
        self.scanner, self.show, self.lose, self.find = scanner, show, lose, find


@pytest.fixture(params=["fake", "process"])
def stage(request, scanner, hold, window):
    if request.param == "fake":
        fake = FakeScanner()
        fake.show_picture(Preview(1, 1, b"\7", 1))
        return Stage(fake, fake.show, lambda: fake.lose("unplugged"), fake.find)
    away = window.with_name("unplugged")
    return Stage(scanner, hold, lambda: window.rename(away), lambda: away.rename(window))


class TestContract:
    """The same for the process and for the fake that ships with the product."""

    async def test_a_code_is_told_once_and_another_at_once(self, stage, drawing):
        first, second = drawing.member_code(1), drawing.member_code(2)
        async with running(stage.scanner) as heard:
            await heard.until(lambda: heard.well)
            stage.show(first)
            await heard.until(lambda: heard.codes)
            stage.show(second)
            await heard.until(lambda: len(heard.codes) > 1, within_s=3.0)
            stage.show(first)
            stage.show(second)
        assert [(c.text, c.symbology) for c in heard.codes] == [
            (first, "QRCode"),
            (second, "QRCode"),
        ]
        assert abs(heard.codes[1].mono_s - time.monotonic()) < 20

    async def test_while_capture_is_off_nothing_is_read(self, stage, drawing):
        async with running(stage.scanner, capture=False) as heard:
            stage.show(drawing.member_code())
            await heard.until(lambda: heard.health)
            assert stage.scanner.preview() is None
            assert heard.codes == []
            stage.scanner.capture(True)
            await heard.until(lambda: heard.codes)
            await heard.until(lambda: stage.scanner.preview() is not None)
            stage.scanner.capture(False)
            assert stage.scanner.preview() is None

    async def test_a_lost_camera_is_told_once_and_its_return_once(self, stage):
        async with running(stage.scanner) as heard:
            await heard.until(lambda: heard.well)
            stage.lose()
            await heard.until(lambda: not heard.well)
            stage.find()
            await heard.until(lambda: heard.well)
        assert [h.ok for h in heard.health] == [True, False, True]
        assert heard.health[1].reason


class TestDeath:
    @pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
    async def test_dead_it_is_back_within_three_seconds(self, scanner, hold, drawing, how):
        async with running(scanner) as heard:
            start_s = await heard.until(lambda: heard.well)
            dead = scanner.pid
            os.kill(dead, how)
            hold(drawing.member_code())
            back_s = await heard.until(lambda: heard.codes and heard.well)
            assert back_s < max(3.0, 2 * start_s + 1.0)  # on a machine too busy to start it at all
            assert scanner.pid != dead
            assert [h.ok for h in heard.health] == [True, False, True]
            assert how.name in heard.health[1].reason
            assert not is_alive(dead)

    async def test_hung_it_is_killed_and_back_within_five_seconds(self, scanner, hold, drawing):
        async with running(scanner) as heard:
            start_s = await heard.until(lambda: heard.well)
            hung = scanner.pid
            os.kill(hung, signal.SIGSTOP)
            hold(drawing.member_code())
            back_s = await heard.until(lambda: heard.codes)
            assert back_s < max(5.0, 3 * start_s + 3.0)  # as above
            assert not is_alive(hung)
            assert "no sign of life" in heard.health[1].reason

    async def test_hung_while_the_camera_rests_it_is_replaced_too(self, scanner):
        async with running(scanner, capture=False) as heard:
            start_s = await heard.until(lambda: heard.well)
            hung = scanner.pid
            os.kill(hung, signal.SIGSTOP)
            back_s = await heard.until(lambda: len(heard.health) == 3)
            assert back_s < max(5.0, 3 * start_s + 3.0)  # as above
            assert not is_alive(hung)

    async def test_a_camera_stuck_in_its_read_is_killed(self, tmp_path, drawing, put_picture):
        """A picture that is a pipe nobody writes to: read() waits for ever, pulses go on."""
        folder = tmp_path / "stuck"
        folder.mkdir()
        put_picture(folder / "a.png", drawing.shop())
        scanner = ScannerProcess(f"follow:{folder}")
        async with running(scanner) as heard:
            await heard.until(lambda: heard.well)
            stuck = scanner.pid
            os.mkfifo(folder / "b.png")
            assert await heard.until(lambda: not heard.well) < 5.0
            assert "no frame" in heard.health[-1].reason
            (folder / "b.png").unlink()
            await heard.until(lambda: heard.well)
            assert not is_alive(stuck)

    async def test_a_camera_that_never_gives_a_first_frame_is_killed_too(
        self, tmp_path, monkeypatch
    ):
        monkeypatch.setattr(supervision, "OPENING_MAX_S", 1.0)
        folder = tmp_path / "stuck"
        folder.mkdir()
        os.mkfifo(folder / "a.png")
        scanner = ScannerProcess(f"follow:{folder}")
        async with running(scanner) as heard:
            await heard.until(lambda: heard.health)
        assert "stuck while it opens" in heard.health[0].reason

    async def test_what_cannot_even_start_is_tried_again(self, scanner, tmp_path, monkeypatch):
        monkeypatch.setattr(sys, "executable", str(tmp_path / "missing"))
        async with running(scanner) as heard:
            await heard.until(lambda: heard.health)
            assert "cannot be started" in heard.health[0].reason
            monkeypatch.undo()
            await heard.until(lambda: heard.well)

    async def test_one_that_speaks_otherwise_is_replaced(self, scanner, monkeypatch):
        """A process taken over by a crafted code: a text longer than any scanner tells."""
        async with running(scanner) as heard:
            await heard.until(lambda: heard.well)
            packet = encode(Code("x" * 257, "QRCode", 0.0))
            with monkeypatch.context() as patched:
                patched.setattr(socket, "recv_fds", lambda *_: (packet, [], 0, None))
                await heard.until(lambda: not heard.well)
            await heard.until(lambda: heard.well)
        assert "speaks otherwise" in heard.health[1].reason
        assert heard.codes == []

    async def test_a_thread_that_fails_ends_the_process(self):
        program = (
            "import sys\n"
            "from kiosk.devices.scanner.program import ScannerProgram\n"
            "from kiosk.devices.scanner.preview import PreviewWriter\n"
            "sys.exit(ScannerProgram(None, lambda: 1 / 0, PreviewWriter(32, 18)).run())\n"
        )
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, stderr=subprocess.PIPE
        )
        _, errors = await process.communicate()
        assert process.returncode == os.EX_SOFTWARE
        assert b"ZeroDivisionError" in errors

    async def test_the_third_death_in_a_minute_waits(self, scanner):
        async with running(scanner) as heard:
            for round_ in range(3):
                await heard.until(lambda: heard.well)
                died_s = time.monotonic()
                os.kill(scanner.pid, signal.SIGKILL)
                expected = 2 * round_ + 2
                await heard.until(lambda expected=expected: len(heard.health) == expected)
            await heard.until(lambda: heard.well)
            assert time.monotonic() - died_s > 1.0

    async def test_it_leaves_nothing_behind_even_while_it_runs(
        self, scanner, tmp_path, monkeypatch
    ):
        """The two talk over sockets without a name: what is not made cannot be left."""
        folder = tmp_path / "temporary"
        folder.mkdir()
        monkeypatch.setenv("TMPDIR", str(folder))
        monkeypatch.setattr("tempfile.tempdir", str(folder))
        async with running(scanner) as heard:
            await heard.until(lambda: heard.well)
            pid = scanner.pid
            assert entries(folder) == []
        assert not is_alive(pid)
        assert entries(folder) == []
        assert scanner.pid is None

    def test_a_dead_parent_is_a_dead_child_whatever_it_does(self):
        """The kernel's word alone: this child ignores signals and listens to nobody."""
        child = (
            "import os, signal; from kiosk.devices.scanner.parent import die_with\n"
            "die_with(os.getppid())\n"
            "for n in (signal.SIGHUP, signal.SIGTERM, signal.SIGPIPE): signal.signal(n, 1)\n"
            "print(os.getpid(), flush=True)\n"
            "while True: signal.pause()\n"
        )
        parent = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
        process = subprocess.Popen(
            [sys.executable, "-c", parent, child], stdout=subprocess.PIPE, text=True
        )
        with process:
            pid = int(process.stdout.readline())
            assert is_alive(pid)
            process.kill()
        give_up_s = time.monotonic() + 5
        while is_alive(pid) and time.monotonic() < give_up_s:
            time.sleep(0.01)
        gone = not is_alive(pid)
        if not gone:
            os.kill(pid, signal.SIGKILL)
        assert gone

    def test_a_parent_that_died_too_early_is_noticed(self):
        child = "from kiosk.devices.scanner.parent import die_with; die_with(1 << 30)"
        done = subprocess.run(
            [sys.executable, "-c", child], capture_output=True, text=True, check=False, timeout=30
        )
        assert "ProcessLookupError" in done.stderr

    def test_a_killed_kiosk_takes_it_along(self, window, hold):
        hold(None)
        kiosk = (
            "import asyncio, sys\n"
            "from kiosk.devices.scanner.client import ScannerProcess\n"
            "s = ScannerProcess(sys.argv[1])\n"
            "s.capture(True)\n"
            "asyncio.run(s.run(print, lambda h: print(s.pid, h.ok, flush=True)))\n"
        )
        parent = subprocess.Popen(
            [sys.executable, "-c", kiosk, f"follow:{window}"], stdout=subprocess.PIPE, text=True
        )
        with parent:
            pid, ok = parent.stdout.readline().split()
            assert ok == "True"
            assert is_alive(pid)
            os.kill(int(pid), signal.SIGSTOP)  # even one that could not notice by itself
            parent.kill()
        give_up_s = time.monotonic() + 5
        while is_alive(pid) and time.monotonic() < give_up_s:
            time.sleep(0.01)
        assert not is_alive(pid)


class TestRest:
    def test_a_code_that_was_on_its_way_is_dropped(self):
        scanner, codes = ScannerProcess("images:/nowhere"), []
        scanner._hand_on(Code("late", "QRCode", 0.0), codes.append)
        assert codes == []
        scanner.capture(True)
        scanner._hand_on(Code("in time", "QRCode", 0.0), codes.append)
        assert [code.text for code in codes] == ["in time"]

    async def test_switched_off_the_camera_is_not_read(self, window, hold, drawing):
        pulses = []
        hold(None)
        scanner = ScannerProcess(f"follow:{window}", on_pulse=pulses.append)
        async with running(scanner) as heard:
            await heard.until(lambda: heard.well)
            scanner.capture(False)
            await heard.until(lambda: pulses[-1].camera is CameraState.OFF)
            hold(drawing.member_code())
            before = len(pulses)
            await heard.until(lambda: len(pulses) >= before + 3)
            resting = pulses[before:]
            codes = list(heard.codes)
            scanner.capture(True)
            await heard.until(lambda: heard.codes)
        assert {pulse.camera for pulse in resting} == {CameraState.OFF}
        assert len({pulse.frames for pulse in resting}) == 1
        assert codes == []


class TestPreview:
    async def test_the_mirrored_window_through_the_memory(self, scanner, window, put_picture):
        frame = np.zeros((720, 1280), np.uint8)
        frame[:, :640] = 180
        put_picture(window / "now.png", frame)
        async with running(scanner) as heard:
            await heard.until(lambda: scanner.preview() is not None)
            first = scanner.preview()
            pixels = np.frombuffer(first.pixels, np.uint8).reshape(first.height, first.width)
            assert (first.width, first.height) == (320, 180)
            assert (pixels[:, 160:] == 180).all()
            assert (pixels[:, :160] == 0).all()
            await heard.until(lambda: scanner.preview().frame > first.frame)
            scanner.capture(False)
            assert scanner.preview() is None


class TestForeignCodes:
    async def test_what_they_say_stays_in_the_scanner(self, tmp_path, drawing, put_picture, capfd):
        text = drawing.member_code()
        folder = tmp_path / "film"
        folder.mkdir()
        hostile = ["'; DROP TABLE x; --", "[ref=x]%s%n{0}", "\u202e\u0000", "x" * 2900]
        for n, content in enumerate(hostile):
            code = drawing.qr(content, 3, error="l", encoding="utf-8")
            put_picture(folder / f"{n}.png", drawing.scene(code))
        put_picture(folder / "9.png", drawing.scene(drawing.qr(text)))
        scanner = ScannerProcess(f"images:{folder}")
        async with running(scanner) as heard:
            await heard.until(lambda: text in {c.text for c in heard.codes})
            logged = ""

            def each_is_told() -> bool:  # one every half second
                nonlocal logged
                logged += capfd.readouterr().err
                told = ("text, 19 bytes", "binary, 4 bytes", "text, 2900 bytes")
                return all(f"foreign code: QRCode, {what}" in logged for what in told)

            await heard.until(each_is_told)
        assert {(c.text, c.symbology) for c in heard.codes} == {("", "QRCode"), (text, "QRCode")}
        assert [h.ok for h in heard.health] == [True]
        logged += capfd.readouterr().err
        assert not any(said in logged for said in ("DROP", "ref=", "xxx", text))
