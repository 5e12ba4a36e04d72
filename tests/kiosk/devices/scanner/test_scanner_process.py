"""The real scanner process through its real socket: dies, hangs, and is back."""

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from kiosk.devices.ports import Preview
from kiosk.devices.scanner import supervision
from kiosk.devices.scanner.client import ScannerProcess
from kiosk.devices.scanner.connection import Connection
from kiosk.devices.scanner.fake import FakeScanner
from kiosk.devices.scanner.messages import CameraState, Code, Pulse, encode

REPOSITORY = Path(__file__).parents[4]


class Heard:
    """What a scanner told, and ways to wait for it, bounded."""

    def __init__(self, scanner):
        self.scanner = scanner
        self.codes = []
        self.health = []
        self._news = asyncio.Event()

    def on_code(self, code):
        self.codes.append(code)
        self._news.set()

    def on_health(self, health):
        self.health.append(health)
        self._news.set()

    async def until(self, condition, within_s=20.0):
        """Seconds until the condition held."""
        started_s = time.monotonic()
        async with asyncio.timeout(within_s):
            while not condition():
                self._news.clear()
                try:
                    async with asyncio.timeout(0.05):
                        await self._news.wait()
                except TimeoutError:
                    pass
        return time.monotonic() - started_s

    @property
    def well(self):
        return bool(self.health) and self.health[-1].ok


@asynccontextmanager
async def running(scanner, *, capture=True):
    heard = Heard(scanner)
    scanner.capture(capture)
    task = asyncio.create_task(scanner.run(heard.on_code, heard.on_health))
    try:
        yield heard
        assert not task.done()
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.fixture
def window(tmp_path):
    """The followed folder: what is before the camera."""
    folder = tmp_path / "window"
    folder.mkdir()
    return folder


@pytest.fixture
def hold(window, drawing, put_picture):
    """Holds a text's QR code before the camera."""

    def hold(text, left=True):
        frame = drawing.shop()
        if text is not None:
            code = drawing.qr(text, 4)
            x = 40 if left else 1240 - code.shape[1]
            frame[100 : 100 + code.shape[0], x : x + code.shape[1]] = code
        put_picture(window / "now.png", frame)

    return hold


@pytest.fixture
def scanner(window, hold):
    hold(None)
    return ScannerProcess(f"follow:{window}")


def entries(folder):
    return list(Path(folder).iterdir())


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


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
            assert back_s < max(5.0, 2 * start_s + 3.0)  # as above
            assert not is_alive(hung)
            assert "no sign of life" in heard.health[1].reason

    async def test_hung_while_the_camera_rests_it_is_replaced_too(self, scanner):
        async with running(scanner, capture=False) as heard:
            start_s = await heard.until(lambda: heard.well)
            hung = scanner.pid
            os.kill(hung, signal.SIGSTOP)
            back_s = await heard.until(lambda: len(heard.health) == 3)
            assert back_s < max(5.0, 2 * start_s + 3.0)  # as above
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

    async def test_switched_off_the_camera_is_not_read(self, scanner, window, hold, drawing):
        async with running(scanner) as heard:
            await heard.until(lambda: heard.well)
            scanner.capture(False)
            await heard.until(lambda: not opened_below(scanner.pid, window))
            hold(drawing.member_code())
            before = access_count(scanner.pid)
            await heard.until(lambda: access_count(scanner.pid) - before < 5, within_s=2)
            codes = list(heard.codes)
            scanner.capture(True)
            await heard.until(lambda: heard.codes)
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
            await heard.until(lambda: len(heard.codes) >= 5)
        assert {(c.text, c.symbology) for c in heard.codes} == {("", "QRCode"), (text, "QRCode")}
        assert [h.ok for h in heard.health] == [True]
        logged = capfd.readouterr().err
        assert "foreign code: QRCode, text, 19 bytes" in logged
        assert "foreign code: QRCode, binary, 4 bytes" in logged
        assert "foreign code: QRCode, text, 2900 bytes" in logged
        assert not any(said in logged for said in ("DROP", "ref=", "xxx", text))


def descriptors(pid):
    """What each descriptor of a process points at, and its flags (open(2))."""
    found = []
    for fd in Path(f"/proc/{pid}/fd").iterdir():
        try:
            info = Path(f"/proc/{pid}/fdinfo/{fd.name}").read_text()
            found.append((int(fd.name), str(fd.readlink()), int(info.split()[3], 8)))
        except FileNotFoundError:
            continue  # closed while we looked
    return found


def opened_below(pid, folder):
    return [target for _, target, _ in descriptors(pid) if target.startswith(str(folder))]


def files_open_for_writing(pid):
    """Regular files, standard output and error left out (they are the test's own)."""
    return [
        target
        for fd, target, flags in descriptors(pid)
        if fd > 2 and flags & os.O_ACCMODE and Path(target).is_file()
    ]


def sockets_of(pid):
    return {t.removeprefix("socket:") for _, t, _ in descriptors(pid) if t.startswith("socket:")}


def unix_sockets(pid):
    lines = Path(f"/proc/{pid}/net/unix").read_text().splitlines()[1:]
    return {f"[{line.split()[6]}]" for line in lines}


def access_count(pid):
    """Read calls of a process so far (proc(5), io: syscr)."""
    return int(re.search(r"syscr: (\d+)", Path(f"/proc/{pid}/io").read_text())[1])


def bytes_written(pid):
    """Bytes that went through write calls (proc(5), io: wchar)."""
    return int(re.search(r"wchar: (\d+)", Path(f"/proc/{pid}/io").read_text())[1])


class TestPrivacy:
    async def test_it_writes_no_frames_and_has_no_network(self, scanner, hold, drawing):
        async with running(scanner) as heard:
            hold(drawing.member_code())
            await heard.until(lambda: heard.codes and scanner.preview())
            # Counted from here: while it starts, pyzbar asks ldconfig where libzbar is.
            before, frame = bytes_written(scanner.pid), scanner.preview().frame
            await heard.until(lambda: scanner.preview().frame >= frame + 20)
            # 20 frames of 900 kB came in; out went a few log lines and no frame.
            assert bytes_written(scanner.pid) - before < 1024
            assert files_open_for_writing(scanner.pid) == []
            sockets = sockets_of(scanner.pid)
            assert sockets
            assert sockets <= unix_sockets(scanner.pid)

    @pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
    def test_over_its_whole_life_by_the_kernels_word(self, tmp_path, window, hold, drawing):
        """Every call that makes a socket or opens a file to write, from start to end."""
        hold(drawing.member_code())
        path, trace = tmp_path / "socket", tmp_path / "trace"
        calls = "trace=socket,socketpair,open,openat,creat"
        program = [sys.executable, "-B", "-m", "kiosk", "scanner"]
        options = ["--socket", str(path), "--source", f"follow:{window}"]
        strace = ["strace", "-f", "-qq", "-e", calls, "-o", str(trace)]
        process = subprocess.Popen([*strace, *program, *options])
        try:
            connection = connected(path, process)
            connection.capture(on=True)
            messages = read_until(connection, lambda ms: ms.frames >= 20)
            connection.close()
        finally:
            child = child_of(process.pid)
            os.kill(child, signal.SIGTERM)
            process.wait(20)
        assert any(isinstance(m, Code) for m in messages)
        assert process.returncode == 0
        lines = trace.read_text().splitlines()
        sockets = [line for line in lines if re.search(r"\bsocket(pair)?\(", line)]
        assert sockets
        assert [line for line in sockets if "AF_UNIX" not in line] == []
        opened = [line for line in lines if re.search(r"O_WRONLY|O_RDWR|O_CREAT|creat\(", line)]
        files = [re.search(r'"([^"]*)"', line)[1] for line in opened if "= -1" not in line]
        assert [f for f in files if not f.startswith(("/dev/", "/proc/", "/sys/"))] == []

    def test_no_source_of_ours_can_write_a_picture(self):
        """T15: no VideoWriter, no imwrite anywhere near the camera."""
        sources = [
            path
            for part in ("camera", "decoder", "scanner")
            for path in (REPOSITORY / "kiosk" / "devices" / part).rglob("*.py")
        ]
        assert len(sources) > 15
        for path in sources:
            assert not re.search(r"VideoWriter|imwrite|\.save\(|tofile", path.read_text()), path


def connected(path, process):
    give_up_s = time.monotonic() + 30
    while True:
        try:
            return Connection.to(path)
        except (FileNotFoundError, ConnectionRefusedError):
            assert process.poll() is None
            assert time.monotonic() < give_up_s
            time.sleep(0.02)


def read_until(connection, done):
    """Messages up to the first pulse that satisfies."""
    messages = []
    give_up_s = time.monotonic() + 30
    while time.monotonic() < give_up_s:
        message = connection.read()
        if message is None:
            time.sleep(0.01)
            continue
        messages.append(message)
        if isinstance(message, Pulse) and done(message):
            return messages
    raise AssertionError(messages)


def child_of(pid):
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    assert len(children) == 1
    return int(children[0])


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
