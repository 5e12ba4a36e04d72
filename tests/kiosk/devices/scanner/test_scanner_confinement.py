"""The scanner process has no network, writes no frame and starts no program.

Told from outside (strace, /proc), from inside (a camera that tries), and by the sources.
"""

import os
import re
import resource
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.devices.scanner import confinement
from kiosk.devices.scanner.messages import Code
from tests.kiosk.devices.scanner.scanner_stage import (
    StrangeScanner,
    connected,
    read_until,
    running,
    stop_traced,
)

REPOSITORY = Path(__file__).parents[4]
WRITE_MAX = 4096
"""Bytes in one write call: more than any message or log line, less than any frame."""


@pytest.fixture
def strace():
    path = shutil.which("strace")
    if path is None:
        pytest.skip("strace is not installed")
    return path


class Traced:
    """What a scanner process asked the kernel for, from its start to its end."""

    def __init__(self, lines):
        self.lines = lines

    def calls(self, pattern):
        return [line for line in self.lines if re.search(pattern, line)]

    @property
    def opened_to_write(self):
        opened = self.calls(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|\bcreat\(")
        return [re.search(r'"([^"]*)"', line)[1] for line in opened if "= -1" not in line]

    @property
    def sockets(self):
        return self.calls(r"\bsocket(pair)?\(")

    @property
    def written(self):
        """(descriptor, bytes) of every call that wrote some."""
        calls = self.calls(r"\b(write|writev|pwrite64|pwritev2?|sendto|sendmsg|sendfile)\(")
        found = [re.search(r"\w+\((\d+).*= (\d+)$", line) for line in calls]
        return [(int(match[1]), int(match[2])) for match in found if match]


@pytest.fixture
def traced(tmp_path, strace):
    """Runs a scanner with a source under strace until it has read 20 frames."""

    def trace(source):
        path, file = tmp_path / "socket", tmp_path / "trace"
        calls = (
            "trace=socket,socketpair,connect,open,openat,openat2,creat,execve,memfd_create,"
            "write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendfile"
        )
        program = [sys.executable, "-B", "-m", "kiosk", "scanner"]
        options = ["--socket", str(path), "--source", source]
        command = [strace, "-f", "-qq", "-s", "16", "-e", calls, "-o", str(file)]
        process = subprocess.Popen([*command, *program, *options])
        with stop_traced(process):
            connection = connected(path, process)
            connection.capture(on=True)
            messages = read_until(connection, lambda pulse: pulse.frames >= 20)
            connection.close()
        return Traced(file.read_text().splitlines()), messages

    return trace


class TestFromOutside:
    def test_over_its_whole_life_by_the_kernels_word(self, traced, window, hold, drawing):
        """Codes are read from a folder; the memory of the small mirror is no file."""
        hold(drawing.member_code())
        seen, messages = traced(f"follow:{window}")
        assert any(isinstance(message, Code) for message in messages)
        self.judge(seen)

    def test_the_same_with_a_film(self, traced, tmp_path, drawing):
        film = tmp_path / "film.avi"
        cv2 = pytest.importorskip("cv2")
        writer = cv2.VideoWriter(str(film), cv2.VideoWriter_fourcc(*"MJPG"), 15, (1280, 720))
        frame = drawing.scene(drawing.qr(drawing.member_code()))
        for _ in range(30):
            writer.write(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR))
        writer.release()
        seen, messages = traced(f"video:{film}")
        assert any(isinstance(message, Code) for message in messages)
        self.judge(seen)

    @staticmethod
    def judge(seen):
        assert seen.sockets
        assert [line for line in seen.sockets if "AF_UNIX" not in line] == []
        devices = ("/dev/", "/proc/", "/sys/")
        assert [f for f in seen.opened_to_write if not f.startswith(devices)] == []
        assert seen.written
        assert [write for write in seen.written if write[1] > WRITE_MAX] == []


class TestFromInside:
    async def test_what_a_scanner_that_was_taken_over_would_try(self, tmp_path):
        (tmp_path / "old").write_text("old")
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            scanner = StrangeScanner(f"test:confined:{port},{tmp_path}")
            async with running(scanner) as heard:
                await heard.until(lambda: heard.health)
        said = dict(part.split(" ") for part in heard.health[0].reason.split(", "))
        refused = {name for name, outcome in said.items() if outcome == "EACCES"}
        assert refused == {
            "connect", "udp", "netlink", "make", "append", "change", "remove", "rename",
            "exec", "dump",
        }  # fmt: skip
        assert {name for name, outcome in said.items() if outcome == "done"} == {"read", "memory"}
        assert os.listdir(tmp_path) == ["old"]  # noqa: PTH208 - one look

    def test_each_net_holds_alone(self):
        """Where Landlock is missing, seccomp refuses all but the changing of what exists."""
        program = (
            "import errno, os, socket, sys\n"
            "from kiosk.devices.scanner import confinement\n"
            "confinement._prctl(confinement._PR_SET_NO_NEW_PRIVS, 1)\n"
            "getattr(confinement, sys.argv[1])()\n"
            "def tried(act):\n"
            "    try: act()\n"
            "    except OSError as error: return errno.errorcode[error.errno]\n"
            "    return 'done'\n"
            "print(tried(lambda: socket.socket(socket.AF_INET)),\n"
            "      tried(lambda: open(sys.argv[2] + '/new', 'w')),\n"
            "      tried(lambda: os.execv('/bin/true', ['true'])))\n"
        )

        def alone(net, folder="/nowhere"):
            words = [sys.executable, "-c", program, net, folder]
            done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=30)
            return done.stdout.split()

        assert alone("_seccomp") == ["EACCES", "EACCES", "EACCES"]
        network, files, programs = alone("_landlock", "/tmp")
        assert (network, files, programs) == ("done", "EACCES", "EACCES")


class TestMissing:
    def test_it_is_whole_where_proc_shows_processes_only(self):
        """As ProcSubset=pid of the unit has it: no /proc/sys."""
        own_proc = ["unshare", "--mount", "--pid", "--fork", "--mount-proc"]
        narrow = "mount -t proc -o subset=pid proc /proc && test ! -e /proc/sys"
        if shutil.which("unshare") is None:
            pytest.skip("unshare is not installed")
        may = subprocess.run([*own_proc, "sh", "-c", narrow], capture_output=True, check=False)
        if may.returncode != 0:
            pytest.skip("mounting a /proc of one's own is not permitted here")
        program = (
            "from kiosk.devices.scanner import confinement\n"
            "print(confinement.missing(), confinement.confine())\n"
        )
        command = f'{narrow} && exec "$0" -c "$1"'
        done = subprocess.run(
            [*own_proc, "sh", "-c", command, sys.executable, program],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "() ()\n", "")

    def test_a_kernel_without_seccomp(self, monkeypatch):
        monkeypatch.setattr(confinement, "_SECCOMP_MODE_FILTER", 99)  # no such mode
        assert confinement.missing() == ("this kernel has no seccomp",)

    def test_a_machine_without_the_nets_is_told_and_runs(self, monkeypatch):
        def no_library(_name, **_options):
            raise OSError("not here")

        assert confinement.missing() == ()
        monkeypatch.setattr(confinement.ctypes, "CDLL", no_library)
        with pytest.raises(confinement.NotConfined, match="libseccomp2 is not installed"):
            confinement._seccomp()

    def test_a_kernel_without_landlock(self, monkeypatch):
        monkeypatch.setattr(confinement, "_CREATE_RULESET", 1023)  # no such call
        assert confinement.missing() == ("this kernel has no Landlock",)


def read(path):
    return path.read_text()


class TestNoCore:
    async def test_a_crash_leaves_no_picture_of_the_memory(self, scanner):
        async with running(scanner) as heard:
            await heard.until(lambda: heard.well)
            assert resource.prlimit(scanner.pid, resource.RLIMIT_CORE) == (0, 0)
            told = Path(f"/proc/{scanner.pid}")
            status = read(told / "status")
            assert re.search(r"^NoNewPrivs:\t1$", status, re.MULTILINE)
            assert re.search(r"^Seccomp:\t2$", status, re.MULTILINE)


class TestSources:
    DRAWS = ("screens", "voucher", "devices/printer/emulator", "fonts.py")
    """Where pictures are drawn and kept that never were before a camera."""

    def test_no_source_of_ours_can_write_a_picture(self):
        """T15: no VideoWriter, no imwrite, anywhere near the camera or beyond it."""
        kiosk = REPOSITORY / "kiosk"
        sources = [
            path
            for path in kiosk.rglob("*.py")
            if not any(str(path.relative_to(kiosk)).startswith(part) for part in self.DRAWS)
        ]
        assert len(sources) > 100
        for path in sources:
            found = re.search(r"VideoWriter|imwrite|imencode|\.tofile\(", path.read_text())
            assert not found, path

    def test_near_the_camera_nothing_is_saved_at_all(self):
        near = [
            path
            for part in ("camera", "decoder", "scanner")
            for path in (REPOSITORY / "kiosk" / "devices" / part).rglob("*.py")
        ]
        assert len(near) > 25
        for path in near:
            found = re.search(r"\.save\(|write_bytes|write_text|np\.save", path.read_text())
            assert not found, path
