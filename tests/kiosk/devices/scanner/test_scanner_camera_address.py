"""A camera's address: what is refused, and that no password is ever repeated."""

import os
import socket
import subprocess
import sys

import pytest

from kiosk import config
from kiosk.config_mistake import ConfigMistakes
from kiosk.devices.camera.address import shown
from kiosk.devices.camera.choice import camera_from
from kiosk.devices.camera.feeder import FeederError, Stream
from kiosk.devices.camera.mjpg_http import HttpFeed
from kiosk.devices.scanner.client import ScannerProcess

WITH_PASSWORD = [
    "mjpg:http://anna:geheim@127.0.0.1/stream",
    "mjpg:HTTP://anna:geheim@127.0.0.1/stream",
    "mjpg:https://geheim@127.0.0.1/stream",
    "mjpg:http://anna:ge@heim@127.0.0.1/stream",
    "mjpeg:http://anna:geheim@127.0.0.1/stream",
    "http://anna:geheim@127.0.0.1/stream",
    "video:rtsp://anna:geheim@127.0.0.1/stream",
    "v4l2:rtsp://anna:geheim@127.0.0.1/stream",
]
UNFIT = [
    ("mjpg:http://127.0.0.1:99999/", "is not an address"),
    ("mjpg:http://127.0.0.1:port/", "is not an address"),
    ("mjpg:http://127.0.0.1:0/", "names no host"),
    ("mjpg:http:///stream", "names no host"),
    ("mjpg:http:/127.0.0.1/stream", "names no host"),
    ("mjpg:http://[::1/", "is not an address"),
]


SEEN_BY = {
    "camera": camera_from,
    "process": ScannerProcess,
    "config": lambda source: config.parse(f'[camera]\nsource = "{source}"'),
}


@pytest.fixture(params=list(SEEN_BY))
def refusal(request):
    """Why a source is refused, by each of those who see it."""

    def of(source):
        with pytest.raises((ValueError, ConfigMistakes)) as refused:
            SEEN_BY[request.param](source)
        return str(refused.value)

    return of


class TestPassword:
    @pytest.mark.parametrize("source", WITH_PASSWORD)
    def test_it_is_refused_and_not_repeated(self, refusal, source):
        why = refusal(source)
        assert "heim" not in why
        assert "anna" not in why

    @pytest.mark.parametrize("command", ["scanner", "aim"])
    @pytest.mark.parametrize("source", WITH_PASSWORD[::4])
    def test_nor_by_the_commands(self, tmp_path, command, source):
        own = {"scanner": ["--socket", str(tmp_path / "socket")], "aim": ["--text"]}
        done = subprocess.run(
            [sys.executable, "-m", "kiosk", command, *own[command], "--source", source],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
            env={**os.environ, "KIOSK_CONFIG": str(written(tmp_path))},
        )
        assert done.returncode == 2, done.stderr
        assert "--source" in done.stderr
        assert "heim" not in done.stderr + done.stdout

    @pytest.mark.parametrize("source", WITH_PASSWORD)
    def test_shown_without_it(self, source):
        assert "heim" not in shown(source)
        assert shown(source).startswith(source.partition("//")[0])

    def test_what_only_looks_like_one_is_left_alone(self, tmp_path):
        for source in (f"images:{tmp_path}/a@b", "mjpg:http://127.0.0.1/cam@2", "v4l2:/dev/a@b"):
            camera_from(source)
            config.parse(f'[camera]\nsource = "{source}"')


def written(folder):
    path = folder / "kiosk.toml"
    path.write_text(f'data_dir = "{folder}/data"\n')
    return path


class TestUnfit:
    @pytest.mark.parametrize(("source", "why"), UNFIT)
    def test_it_is_refused_before_anything_is_started(self, source, why):
        with pytest.raises(ValueError, match=why):
            camera_from(source)
        with pytest.raises(ConfigMistakes, match=why):
            config.parse(f'[camera]\nsource = "{source}"')


class TestFeeder:
    @pytest.mark.parametrize(
        "url", ["http://127.0.0.1:99999/", "http://" + "a" * 300 + "/", "http://\udcff/", "x:y"]
    )
    async def test_whatever_fails_is_a_reason(self, url):
        stream = Stream(url)
        with pytest.raises(FeederError) as failed:
            await stream.open()
        assert str(failed.value)
        await stream.close()

    def test_its_process_lives_on_and_says_why(self):
        ours, theirs = socket.socketpair()
        words = ["-m", "kiosk.devices.camera.feeder", str(theirs.fileno()), "http://h:99999/"]
        with ours, theirs:
            process = subprocess.Popen([sys.executable, *words], pass_fds=[theirs.fileno()])
            ours.settimeout(20)
            for _ in range(2):
                ours.sendall(b"o")
                assert ours.recv(1) == b"E"
                assert ours.recv(1000)
        assert process.wait(10) == 0

    def test_its_address_is_told_without_a_query(self):
        """In which cameras take passwords too."""
        assert HttpFeed("http://127.0.0.1/a?pwd=geheim").name == "http://127.0.0.1/a"
