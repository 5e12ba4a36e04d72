"""`kiosk doctor` and the camera: which fault it is, and what to do about it."""

import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kiosk.config import KioskConfig
from kiosk.config_camera import CameraConfig
from kiosk.devices.camera.frame import Frame
from kiosk.devices.camera.source import CameraMissing, CameraSource, CameraStopped, Expectation
from kiosk.devices.camera.v4l2 import Granted, V4l2Camera
from kiosk.doctor import camera
from kiosk.doctor.finding import Finding, Level


def config_of(source: str, **settings: object) -> KioskConfig:
    return KioskConfig(camera=CameraConfig(source=source, **settings))


class Live(CameraSource):
    """A live camera on a clock of its own; `picture(n)` is the n-th frame."""

    def __init__(self, picture, fps=20.0, taken=(1280, 720)):
        self._picture, self._fps, self._taken = picture, fps, taken
        self._count = 0
        self.calls = []

    @property
    def expects(self):
        return Expectation()

    def prepare(self):
        self.calls.append("prepare")

    def open(self):
        self.calls.append("open")

    def read(self):
        self._count += 1
        return Frame(self._picture(self._count), self._count / self._fps, self._count, self._taken)

    def close(self):
        self.calls.append("close")

    def end(self):
        self.calls.append("end")


def noise(shade=120):
    random = np.random.default_rng(3)
    frames = [random.integers(shade - 4, shade + 4, (72, 128), np.uint8) for _ in range(8)]
    return lambda number: frames[number % 8]


def still(shade=120):
    frame = np.full((72, 128), shade, np.uint8)
    frame[:, ::32] = 180
    return lambda _: frame


@pytest.fixture
def examined(monkeypatch, tmp_path):
    """What the doctor says of a camera in the place of the configured one."""

    def examine(device, source="mjpg:http://camera/") -> Finding:
        monkeypatch.setattr(camera, "camera_from", lambda *_: device)
        return camera.camera(config_of(source), by_id=tmp_path)

    return examine


def picture(folder: Path, grey: int) -> KioskConfig:
    Image.new("L", (1280, 720), grey).save(folder / "frame.png")
    return config_of(f"follow:{folder}")


def test_a_folder_that_shows_something(tmp_path):
    finding = camera.camera(picture(tmp_path, 120))
    assert finding.level is Level.OK
    assert "1280x720, brightness 120" in finding.says


@pytest.mark.parametrize(("grey", "word"), [(0, "covered"), (255, "blinded")])
def test_one_that_shows_too_little_or_too_much(tmp_path, grey, word):
    finding = camera.camera(picture(tmp_path, grey))
    assert finding.level is Level.WARN
    assert word in finding.do


def test_a_live_camera_that_is_well(examined):
    device = Live(noise())
    finding = examined(device)
    assert (finding.level, finding.do) == (Level.OK, "")
    assert "1280x720" in finding.says
    assert "20 frames a second" in finding.says
    assert device.calls == ["prepare", "open", "close", "end"]


@pytest.mark.parametrize(
    ("device", "level", "says", "do"),
    [
        (Live(still()), Level.FAIL, "frozen", "unplug"),
        (Live(still(255)), Level.FAIL, "frozen", "cable"),
        (Live(noise(4)), Level.WARN, "black", "lens covered"),
        (Live(noise(252)), Level.WARN, "white", "shade"),
        (Live(noise(), taken=(640, 480)), Level.WARN, "640x480", "1280x720 as MJPG"),
        (Live(noise(), fps=1.0), Level.WARN, "1 frames a second; slow", "light"),
    ],
    ids=["frozen", "frozen and bright", "black", "white", "wrong size", "1 fps"],
)
def test_each_fault_has_its_name_and_its_remedy(examined, device, level, says, do):
    finding = examined(device)
    assert finding.level is level
    assert says in finding.says
    assert do in finding.do


def test_what_the_driver_refused_is_told(examined):
    class Refusing(V4l2Camera):
        def open(self):
            self.granted = Granted(1280, 720, "MJPG", 30, None, None, ("it has no focus to set",))

        def read(self):
            self.number = getattr(self, "number", 0) + 1
            return Frame(noise()(self.number), self.number / 20, self.number, (1280, 720))

    finding = examined(Refusing("/dev/v4l/by-id/x"))
    assert finding.level is Level.WARN
    assert "no focus to set" in finding.says
    assert "camera.focus" in finding.do


@pytest.mark.parametrize(
    ("source", "do"),
    [
        ("mjpg:/missing", "curl"),
        ("picamera2:0", "rpicam-hello"),
        ("video:/missing", "/missing"),
        ("images:/missing", "/missing"),
    ],
)
def test_one_that_cannot_be_opened(source, do):
    finding = camera.camera(config_of(source))
    assert finding.level is Level.FAIL
    assert do in finding.do


def test_one_that_stops_meanwhile(examined):
    class Stopping(Live):
        def read(self):
            raise CameraStopped("gives no frame")

    device = Stopping(noise())
    finding = examined(device)
    assert finding.level is Level.FAIL
    assert "gives no frame" in finding.says
    assert device.calls[-1] == "end"


def test_a_missing_one_is_told_with_the_lines_to_write(tmp_path):
    for name in ("usb-B-video-index0", "usb-A-video-index0", "usb-A-video-index1"):
        (tmp_path / name).touch()
    finding = camera.camera(config_of(f"v4l2:{tmp_path}/video9"), by_id=tmp_path)
    assert finding.level is Level.FAIL
    assert (
        f'write source = "v4l2:{tmp_path}/usb-A-video-index0" or'
        f' source = "v4l2:{tmp_path}/usb-B-video-index0" into [camera]'
    ) in finding.do


def test_none_at_all(tmp_path):
    finding = camera.camera(config_of("v4l2:/dev/v4l/by-id/*-none"), by_id=tmp_path)
    assert finding.level is Level.FAIL
    assert finding.do


def test_a_name_that_may_change_is_told_with_the_one_that_does_not(examined, tmp_path, monkeypatch):
    device = tmp_path / "video0"
    device.touch()
    (tmp_path / "usb-A-video-index0").symlink_to(device)
    monkeypatch.setattr(camera, "_KERNEL_NAME", f"{tmp_path}/video")
    finding = examined(Live(noise()), source=f"v4l2:{device}")
    assert finding.level is Level.WARN
    assert finding.do == f'write source = "v4l2:{tmp_path}/usb-A-video-index0" into [camera]'


def test_one_that_never_answers_does_not_hold_up_the_doctor(monkeypatch):
    release = threading.Event()

    class Stuck(Live):
        def open(self):
            release.wait(30)
            raise CameraMissing("let go")

    monkeypatch.setattr(camera, "camera_from", lambda *_: Stuck(noise()))
    finding = camera.camera(config_of("v4l2:/dev/video0"), timeout_s=0.05)
    release.set()
    assert finding.level is Level.FAIL
    assert "no frame within" in finding.says
