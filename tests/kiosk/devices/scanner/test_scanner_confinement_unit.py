"""Each unit leaves the scanner in it every call that it makes: by strace and systemd."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.devices.scanner.messages import CameraState
from tests.kiosk.devices.scanner.scanner_stage import connected, read_until, stop_traced

UNITS = Path(__file__).parents[4] / "systemd"

pytestmark = [
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
    pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here"),
]


def members(name):
    """The calls of a group like @system-service, as this systemd knows it; else the call."""
    if not name.startswith("@"):
        return {name}
    told = subprocess.run(
        ["systemd-analyze", "--no-pager", "syscall-filter", name],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    ).stdout
    lines = [line.strip() for line in told.splitlines()[1:]]
    names = [line for line in lines if line and not line.startswith("#")]
    return set().union(*(members(each) for each in names))


def allowed(unit):
    """What a unit's lines leave, read as systemd.exec(5) says: each adds or takes away."""
    calls = members("@default")
    for words in re.findall(r"^SystemCallFilter=(.*)$", (UNITS / unit).read_text(), re.MULTILINE):
        named = set().union(*(members(word) for word in words.lstrip("~").split()))
        calls = calls - named if words.startswith("~") else calls | named
    return calls


@pytest.mark.parametrize("unit", ["kiosk-scanner.service", "kiosk.service"])
def test_every_call_of_a_scanner_at_work_is_allowed(tmp_path, window, hold, drawing, unit):
    """A service of its own, or started by the kiosk within the kiosk's."""
    hold(drawing.member_code())
    path, trace = tmp_path / "socket", tmp_path / "trace"
    program = [sys.executable, "-m", "kiosk", "scanner", "--source", f"follow:{window}"]
    options = ["--socket", str(path), "--socket-group"]
    process = subprocess.Popen(["strace", "-f", "-qq", "-o", str(trace), *program, *options])
    with stop_traced(process):
        connection = connected(path, process)
        connection.capture(on=True)
        read_until(connection, lambda pulse: pulse.frames >= 10)
        connection.capture(on=False)
        read_until(connection, lambda pulse: pulse.camera is CameraState.OFF)
        connection.close()
    made = set(re.findall(r"^\d+ +(\w+)\(", trace.read_text(), re.MULTILINE))
    assert {"seccomp", "landlock_restrict_self", "memfd_create"} <= made
    assert made - allowed(unit) == set()


@pytest.mark.parametrize("unit", ["kiosk-scanner.service", "kiosk.service"])
def test_a_call_that_is_not_allowed_fails_and_kills_nobody(unit):
    """Then the scanner tells that it is less confined than meant; SIGSYS would end it."""
    assert "\nSystemCallErrorNumber=EPERM\n" in (UNITS / unit).read_text()
