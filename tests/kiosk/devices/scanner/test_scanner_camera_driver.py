"""The USB camera with the real OpenCV, which talks to a V4L2 driver of our own (v4l2_driver.c).

The driver is compiled here and preloaded into child processes; what it was asked for is on
their standard error.
"""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.devices.scanner.client import ScannerProcess

COMPILER = shutil.which("cc")
HEADER = Path("/usr/include/linux/videodev2.h")
pytestmark = pytest.mark.skipif(
    COMPILER is None or not HEADER.exists(), reason="no C compiler or no kernel headers here"
)

FACTS = """size 640 480
size 1280 720
mjpg
yuyv
exposure 3 2047
focus 0 250
fps 30
"""
READ = """
import dataclasses, json, sys, time
from pathlib import Path
from kiosk.devices.camera.settings import CameraSettings
from kiosk.devices.camera.source import CameraError
from kiosk.devices.camera.v4l2 import V4l2Camera

device, count, settings = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
camera = V4l2Camera(device, CameraSettings(**settings))
camera.open()
seen = {"granted": dataclasses.asdict(camera.granted), "frames": []}
for number in range(count):
    if number == int(sys.argv[4]):
        Path(device).unlink()
    began_s = time.monotonic()
    try:
        frame = camera.read()
    except CameraError as error:
        seen["stopped"], seen["after_s"] = str(error), time.monotonic() - began_s
        break
    seen["frames"].append([*frame.luma.shape, int(frame.luma.mean()), *frame.taken_px])
camera.close()
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    """The compiled driver."""
    library = tmp_path_factory.mktemp("driver") / "driver.so"
    source = Path(__file__).with_name("v4l2_driver.c")
    words = [COMPILER, "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror"]
    subprocess.run([*words, "-o", str(library), str(source), "-ldl"], check=True, timeout=60)
    return library


class Device:
    """The device's file, and the environment in which it is one."""

    def __init__(self, path, driver):
        self.path = path
        self.pictures = path.with_name("frames")
        self.pictures.mkdir()
        self.environment = {
            **os.environ, "LD_PRELOAD": str(driver), "V4L2_DRIVER": str(path),
        }  # fmt: skip
        random = np.random.default_rng(2)
        for width, height in ((640, 480), (1280, 720), (1920, 1080)):
            self.show(random.integers(80, 120, (height, width), np.uint8))

    def plug(self, facts=FACTS):
        self.path.write_text(f"{facts}frames {self.pictures}\n")

    def show(self, luma):
        height, width = luma.shape
        assert cv2.imwrite(str(self.pictures / f"{width}x{height}.jpg"), luma)

    def read(self, count=5, *, unplug_at=-1, **settings):
        """What V4l2Camera made of it, and what the driver was told."""
        words = [str(self.path), str(count), json.dumps(settings), str(unplug_at)]
        done = subprocess.run(
            [sys.executable, "-c", READ, *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout), re.findall(r"^driver: (.*)$", done.stderr, re.MULTILINE)


@pytest.fixture
def device(tmp_path, driver):
    return Device(tmp_path / "video0", driver)


def test_mjpg_of_1280x720_in_one_buffer_with_exposure_and_focus_by_hand(device):
    device.plug()
    seen, told = device.read(exposure_us=8000, focus=30)
    assert seen["granted"] == {
        "width_px": 1280, "height_px": 720, "fourcc": "MJPG", "fps": 30.0,
        "exposure_us": 8000, "focus": 30.0, "refused": [],
    }  # fmt: skip
    assert len(seen["frames"]) == 5
    assert all(frame[:2] == [720, 1280] and abs(frame[2] - 99) < 3 for frame in seen["frames"])
    assert [words for words in told if words.startswith("format")][-1] == "format MJPG 1280x720"
    assert told[-5:] == [
        "control 9a0901 = 1",
        "control 9a0902 = 80",
        "control 9a090c = 0",
        "control 9a090a = 30",
        "streams with 1 buffers",
    ]


def test_left_alone_its_controls_are_not_touched(device):
    device.plug()
    seen, told = device.read(2)
    assert seen["granted"]["refused"] == []
    assert [words for words in told if words.startswith("control")] == []


@pytest.mark.parametrize(
    ("facts", "refused", "frame"),
    [
        ("size 640 480\nmjpg\n", "asked for 1280x720, it gives 640x480", [480, 640, 640, 480]),
        ("size 1920 1080\nmjpg\n", "it gives 1920x1080", [720, 1280, 1920, 1080]),
        ("size 1280 720\nyuyv\n", "asked for MJPG, it gives YUYV", [720, 1280, 1280, 720]),
        ("size 1280 720\nmjpg\n", "no exposure time to set", [720, 1280, 1280, 720]),
        ("size 1280 720\nmjpg\nexposure 100 900\n", "keeps 10000 us", [720, 1280, 1280, 720]),
    ],
)
def test_what_another_camera_makes_of_it(device, facts, refused, frame):
    device.plug(facts + "fps 30\n")
    seen, _ = device.read(3, exposure_us=8000)
    assert refused in "; ".join(seen["granted"]["refused"])
    assert [[f[0], f[1], f[3], f[4]] for f in seen["frames"]] == [frame] * 3


def test_one_that_stops_is_given_up_after_a_second_and_a_half(device):
    """OpenCV alone would wait for ten seconds; the process is killed after two."""
    device.plug(FACTS + "stall 5\n")
    seen, _ = device.read(9)
    assert len(seen["frames"]) == 4, "OpenCV throws the first one away"
    assert "gives no frame" in seen["stopped"]
    assert 1.4 < seen["after_s"] < 4.0


def test_one_frame_a_second_is_no_camera_that_stopped(device):
    device.plug(FACTS.replace("fps 30", "fps 1"))
    seen, _ = device.read(3)
    assert len(seen["frames"]) == 3


def test_unplugged_while_it_reads(device):
    device.plug()
    seen, _ = device.read(9, unplug_at=3)
    assert len(seen["frames"]) in {3, 4}, "one may have been on its way"
    assert "was unplugged" in seen["stopped"]


async def test_through_the_scanner_process(device, drawing, monkeypatch):
    """A code is read; unplugged it is told, plugged in it is back, in the same process."""
    text = drawing.member_code()
    device.show(drawing.scene(drawing.qr(text, 6)))
    device.plug()
    for name in ("LD_PRELOAD", "V4L2_DRIVER"):
        monkeypatch.setenv(name, device.environment[name])
    scanner = ScannerProcess(f"v4l2:{device.path.parent}/video*")
    codes, health, news = [], [], asyncio.Event()

    def on_code(code):
        codes.append(code)
        news.set()

    def on_health(state):
        health.append(state)
        news.set()

    async def until(condition):
        async with asyncio.timeout(20):
            while not condition():
                news.clear()
                await news.wait()

    scanner.capture(True)
    task = asyncio.create_task(scanner.run(on_code, on_health))
    try:
        # The first code may come before the first word on the camera: a pulse, twice a second.
        await until(lambda: codes and health)
        pid = scanner.pid
        device.path.unlink()
        await until(lambda: not health[-1].ok)
        assert "unplugged" in health[-1].reason
        device.plug()
        await until(lambda: health[-1].ok)
        # Its picture never changes, bit by bit: as soon as that is sure it is not believed.
        await until(lambda: "frozen" in health[-1].reason)
        assert scanner.pid == pid
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert codes[0].text == text
    assert [state.ok for state in health] == [True, False, True, False]
