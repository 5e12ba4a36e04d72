"""The scanner as a service: not spawned by the kiosk; kiosks come and go, the program stays."""

import os
import subprocess
import sys

import pytest

from kiosk.devices.scanner.messages import CameraState
from tests.kiosk.devices.scanner.scanner_stage import connected, read_until


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
