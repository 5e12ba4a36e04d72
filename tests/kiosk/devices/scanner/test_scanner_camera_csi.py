"""The CSI camera, against a picamera2 that follows the documented interface of the real one."""

import concurrent.futures
import sys
import types

import numpy as np
import pytest

from kiosk.devices.camera.choice import camera_from
from kiosk.devices.camera.picamera import PiCamera
from kiosk.devices.camera.settings import CameraSettings
from kiosk.devices.camera.source import CameraMissing, CameraStopped

STRIDE = 1344
"""Of a row of 1280: libcamera pads to what the hardware likes."""


class Request:
    def __init__(self, camera):
        self.camera = camera

    def make_array(self, stream):
        assert stream == "main"
        assert self in self.camera.held
        width, height = self.camera.size
        planes = np.full((height * 3 // 2, STRIDE), 255, np.uint8)  # padding and colours
        self.camera.taken += 1
        planes[:height, :width] = self.camera.taken
        return planes

    def release(self):
        self.camera.held.remove(self)


class Picamera2:
    """One that has a module with a motor for its lens, unless told otherwise."""

    cameras = 1
    controls_known = ("ExposureTime", "FrameDurationLimits", "AfMode", "LensPosition")
    granted_size = None
    gives_frames = True
    opened = ()

    def __init__(self, index=0):
        if index >= self.cameras:
            raise IndexError("list index out of range")
        self.camera_controls = dict.fromkeys(self.controls_known, (0, 1, 1))
        self.held, self.taken, self.started, self.closed = [], 0, False, False
        type(self).opened = (*type(self).opened, self)

    def create_video_configuration(self, main, buffer_count, queue, controls):
        unknown = set(controls) - set(self.controls_known)
        if unknown:
            raise RuntimeError(f"Control {unknown} is not advertised by libcamera")
        return {"main": dict(main), "buffer_count": buffer_count, "queue": queue, "ctl": controls}

    def configure(self, config):
        self.config = config
        self.size = self.granted_size or config["main"]["size"]

    def camera_configuration(self):
        return {"main": {**self.config["main"], "size": self.size, "stride": STRIDE}}

    def start(self):
        self.started = True

    def capture_request(self, wait=None):
        assert self.started
        assert wait is False, "else it would wait for ever for a sensor that has stopped"
        job = concurrent.futures.Future()
        if self.gives_frames:
            self.held.append(Request(self))
            job.set_result(self.held[-1])
        return job

    def wait(self, job, timeout=None):
        return job.result(0 if timeout else None)

    def close(self):
        self.closed = True


@pytest.fixture
def module(monkeypatch):
    """picamera2 as it would be installed, fresh for each test."""
    module = types.ModuleType("picamera2")
    module.Picamera2 = type("Picamera2", (Picamera2,), {})
    monkeypatch.setitem(sys.modules, "picamera2", module)
    return module


def test_the_brightness_without_padding_and_colours(module):
    camera = camera_from("picamera2:0")
    camera.open()
    frames = [camera.read(), camera.read()]
    (device,) = module.Picamera2.opened
    assert device.config["main"] == {"size": (1280, 720), "format": "YUV420"}
    assert (device.config["buffer_count"], device.config["queue"]) == (2, False)
    assert [np.unique(f.luma).tolist() for f in frames] == [[1], [2]]
    assert all(f.luma.shape == (720, 1280) and f.luma.flags.c_contiguous for f in frames)
    assert frames[0].taken_px == (1280, 720)
    assert device.held == [], "each request goes back, or the camera runs dry"
    camera.close()
    camera.close()
    assert device.closed


def test_exposure_and_focus_by_hand(module):
    camera = camera_from("picamera2:0", CameraSettings(exposure_us=8000, focus=6.7))
    camera.open()
    assert module.Picamera2.opened[0].config["ctl"] == {
        "FrameDurationLimits": (33333, 33333),
        "ExposureTime": 8000,
        "AfMode": 0,
        "LensPosition": 6.7,
    }


def test_a_lens_without_a_motor_is_left_alone(module):
    module.Picamera2.controls_known = ("ExposureTime", "FrameDurationLimits")
    camera = camera_from("picamera2:0", CameraSettings(focus=6.7))
    camera.open()
    assert module.Picamera2.opened[0].config["ctl"] == {"FrameDurationLimits": (33333, 33333)}


def test_another_size_is_known_from_the_frames(module):
    module.Picamera2.granted_size = (640, 480)
    camera = camera_from("picamera2:0")
    camera.open()
    frame = camera.read()
    assert (frame.luma.shape, frame.taken_px) == ((480, 640), (640, 480))


def test_a_sensor_that_stops(module):
    """picamera2's issue 962: no frame comes any more, and a plain capture waits for ever."""
    camera = camera_from("picamera2:0")
    camera.open()
    camera.read()
    module.Picamera2.gives_frames = False
    with pytest.raises(CameraStopped, match="no frame"):
        camera.read()
    camera.close()
    module.Picamera2.gives_frames = True
    camera.open()
    camera.read()
    assert [device.closed for device in module.Picamera2.opened] == [True, False]


@pytest.mark.usefixtures("module")
def test_no_such_camera():
    with pytest.raises(CameraMissing, match="CSI camera 3"):
        camera_from("picamera2:3").open()


def test_one_that_fails_half_way_is_let_go(module, monkeypatch):
    def fail(_self):
        raise RuntimeError("Camera __init__ sequence did not complete")

    monkeypatch.setattr(module.Picamera2, "start", fail)
    with pytest.raises(CameraMissing, match="did not complete"):
        camera_from("picamera2:0").open()
    assert module.Picamera2.opened[0].closed


def test_without_the_module_the_package_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "picamera2", None)  # as if it were not installed
    with pytest.raises(CameraMissing, match="apt install python3-picamera2"):
        camera_from("picamera2:0").open()


def test_it_is_imported_only_when_it_is_opened(monkeypatch):
    monkeypatch.setitem(sys.modules, "picamera2", None)
    camera = camera_from("picamera2:0")
    with pytest.raises(CameraStopped, match="not open"):
        camera.read()
    camera.close()


@pytest.mark.parametrize("source", ["picamera2:first", "picamera2:-1", "picamera2:"])
def test_it_has_a_number(source):
    with pytest.raises(ValueError, match="picamera2"):
        camera_from(source)


def test_it_is_a_live_camera():
    assert PiCamera(0, CameraSettings(min_fps=9)).expects.min_fps == 9
