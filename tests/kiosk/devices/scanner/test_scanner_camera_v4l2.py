"""What is negotiated with a V4L2 driver, by a VideoCapture that behaves as drivers do.

test_scanner_camera_driver.py does it with the real OpenCV, where there is a C compiler;
`test_real` of test_scanner_camera.py with a real camera.
"""

import logging
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.devices.camera.settings import CameraSettings
from kiosk.devices.camera.source import CameraMissing, CameraStopped, Expectation
from kiosk.devices.camera.v4l2 import V4l2Camera

MJPG = int.from_bytes(b"MJPG", "little")
YUYV = int.from_bytes(b"YUYV", "little")
MANUAL, APERTURE_PRIORITY = 1, 3


@dataclass
class Driver:
    """A camera behind cv2.VideoCapture, by the rules of OpenCV's cap_v4l.cpp and of UVC.

    Its format changes take it back to 640x480; its size is the nearest that it has; the
    size is set when both sides are known; exposure can be set while it is manual only.
    """

    sizes: tuple = ((640, 480), (1280, 720), (1920, 1080))
    formats: tuple = (YUYV, MJPG)
    exposure_range: tuple | None = (3, 2047)
    exposure_modes: tuple = (MANUAL, APERTURE_PRIORITY)
    focus_range: tuple | None = (0, 250)
    frames: int = 10**9
    is_open: bool = True
    calls: list = field(default_factory=list)

    def __post_init__(self):
        self.format, self.size, self.buffers, self.convert = YUYV, (640, 480), 4, 1
        self.fps = 30.0
        self.exposure_mode, self.exposure = APERTURE_PRIORITY, 156
        self.autofocus, self.focus = 1, 40
        self._asked = [0, 0]

    def isOpened(self):  # noqa: N802  # OpenCV's name
        return self.is_open

    def release(self):
        self.is_open = False
        self.calls.append("release")

    def set(self, name, value):
        self.calls.append((name, value))
        match name:
            case cv2.CAP_PROP_FOURCC:
                if value not in self.formats:
                    return False
                self.format, self.size = value, (640, 480)
            case cv2.CAP_PROP_FRAME_WIDTH | cv2.CAP_PROP_FRAME_HEIGHT:
                self._asked[name == cv2.CAP_PROP_FRAME_HEIGHT] = value
                if all(self._asked):
                    width, height = self._asked
                    self.size = min(
                        self.sizes, key=lambda s: abs(s[0] - width) + abs(s[1] - height)
                    )
                    self._asked = [0, 0]
            case cv2.CAP_PROP_BUFFERSIZE:
                self.buffers = value
            case cv2.CAP_PROP_CONVERT_RGB:
                self.convert = value
            case cv2.CAP_PROP_FPS:
                self.fps = float(value)
            case cv2.CAP_PROP_AUTO_EXPOSURE:
                if self.exposure_range is None or value not in self.exposure_modes:
                    return False
                self.exposure_mode = value
            case cv2.CAP_PROP_EXPOSURE:
                if self.exposure_range is None or self.exposure_mode != MANUAL:
                    return False
                self.exposure = min(max(value, self.exposure_range[0]), self.exposure_range[1])
            case cv2.CAP_PROP_AUTOFOCUS:
                if self.focus_range is None:
                    return False
                self.autofocus = value
            case cv2.CAP_PROP_FOCUS:
                if self.focus_range is None or self.autofocus:
                    return False
                self.focus = min(max(value, self.focus_range[0]), self.focus_range[1])
            case _:
                return False
        return True

    def get(self, name):
        exposure = self.exposure_range is not None
        return {
            cv2.CAP_PROP_FRAME_WIDTH: float(self.size[0]),
            cv2.CAP_PROP_FRAME_HEIGHT: float(self.size[1]),
            cv2.CAP_PROP_FOURCC: float(self.format),
            cv2.CAP_PROP_FPS: self.fps,
            cv2.CAP_PROP_AUTO_EXPOSURE: self.exposure_mode if exposure else -1.0,
            cv2.CAP_PROP_EXPOSURE: self.exposure if exposure else -1.0,
            cv2.CAP_PROP_FOCUS: self.focus if self.focus_range is not None else -1.0,
        }.get(name, -1.0)

    def read(self):
        if self.frames == 0:
            return False, None
        self.frames -= 1
        luma = np.full(self.size[::-1], 77, np.uint8)
        if self.format == MJPG:
            return True, cv2.imencode(".jpg", luma)[1].reshape(1, -1)
        return True, np.dstack([luma, luma])


@pytest.fixture
def device(tmp_path):
    path = tmp_path / "video0"
    path.touch()
    return path


def ready(_capture):
    return True


def camera_of(driver, device, settings=None, ready=ready):
    return V4l2Camera(device, settings, open_capture=lambda _: driver, ready=ready)


class TestFormat:
    def test_mjpg_of_1280x720_in_one_buffer_unconverted(self, device):
        driver = Driver()
        camera = camera_of(driver, device)
        camera.open()
        assert (driver.format, driver.size, driver.buffers, driver.convert) == (
            MJPG, (1280, 720), 1, 0,
        )  # fmt: skip
        granted = camera.granted
        assert (granted.width_px, granted.height_px, granted.fourcc, granted.fps) == (
            1280, 720, "MJPG", 30.0,
        )  # fmt: skip
        assert granted.refused == ()
        assert (granted.exposure_us, granted.focus) == (15600, 40)
        frame = camera.read()
        assert (frame.luma.shape, frame.taken_px) == ((720, 1280), (1280, 720))
        assert camera.expects == Expectation(1280, 720)

    def test_another_size_is_told_with_what_was_asked_and_read_all_the_same(self, device, caplog):
        camera = camera_of(Driver(sizes=((320, 240), (640, 480))), device)
        with caplog.at_level(logging.WARNING):
            camera.open()
        assert camera.granted.refused == ("asked for 1280x720, it gives 640x480",)
        assert caplog.messages == ["camera: asked for 1280x720, it gives 640x480"]
        frame = camera.read()
        assert (frame.luma.shape, frame.taken_px) == ((480, 640), (640, 480))

    def test_a_larger_one_is_fitted_and_its_own_size_kept(self, device):
        camera = camera_of(Driver(sizes=((1920, 1080),)), device)
        camera.open()
        frame = camera.read()
        assert (frame.luma.shape, frame.taken_px) == ((720, 1280), (1920, 1080))

    def test_one_without_mjpg_is_told(self, device):
        camera = camera_of(Driver(formats=(YUYV,)), device)
        camera.open()
        assert camera.granted.fourcc == "YUYV"
        assert "asked for MJPG, it gives YUYV" in camera.granted.refused[0]
        assert camera.read().luma[0, 0] == 77

    def test_what_was_refused_is_told_once_not_at_every_opening(self, device, caplog):
        camera = V4l2Camera(
            device, open_capture=lambda _: Driver(formats=(YUYV,)), ready=lambda _: True
        )
        for _ in range(3):
            camera.open()
        assert len(caplog.messages) == 1


class TestExposure:
    def test_by_hand_in_units_of_100_us(self, device):
        driver = Driver()
        camera = camera_of(driver, device, CameraSettings(exposure_us=8000))
        camera.open()
        assert (driver.exposure_mode, driver.exposure) == (MANUAL, 80)
        assert (camera.granted.exposure_us, camera.granted.refused) == (8000, ())

    def test_the_controls_are_set_after_the_format(self, device):
        """Which some drivers take as an occasion to forget them."""
        driver = Driver()
        camera_of(driver, device, CameraSettings(exposure_us=8000, focus=30)).open()
        names = [name for name, _ in driver.calls]
        formats = {cv2.CAP_PROP_FOURCC, cv2.CAP_PROP_FRAME_HEIGHT, cv2.CAP_PROP_BUFFERSIZE}
        assert max(names.index(n) for n in formats) < names.index(cv2.CAP_PROP_AUTO_EXPOSURE)

    @pytest.mark.parametrize(
        ("driver", "words"),
        [
            (
                Driver(exposure_range=(100, 2047)),
                "asked for an exposure of 8000 us, it keeps 10000",
            ),
            (Driver(exposure_range=None), "no exposure time to set"),
            (Driver(exposure_modes=(APERTURE_PRIORITY,)), "it keeps 15600 us"),
        ],
    )
    def test_what_the_device_makes_of_it(self, device, driver, words):
        camera = camera_of(driver, device, CameraSettings(exposure_us=8000))
        camera.open()
        assert [words in remark for remark in camera.granted.refused] == [True]
        camera.read()

    def test_left_alone_it_is_automatic_also_after_a_run_by_hand(self, device):
        driver = Driver()
        driver.exposure_mode = MANUAL
        camera = camera_of(driver, device)
        camera.open()
        assert driver.exposure_mode == APERTURE_PRIORITY
        assert camera.granted.refused == ()
        driver = Driver(exposure_range=None)
        camera_of(driver, device).open()
        assert cv2.CAP_PROP_EXPOSURE not in [call[0] for call in driver.calls]


class TestFocus:
    def test_by_hand(self, device):
        driver = Driver()
        camera = camera_of(driver, device, CameraSettings(focus=30))
        camera.open()
        assert (driver.autofocus, driver.focus) == (0, 30)
        assert (camera.granted.focus, camera.granted.refused) == (30, ())

    @pytest.mark.parametrize(
        ("driver", "words"),
        [
            (Driver(focus_range=(50, 250)), "asked for focus 30, it keeps 50"),
            (Driver(focus_range=None), "no focus to set"),
        ],
    )
    def test_what_the_device_makes_of_it(self, device, driver, words):
        camera = camera_of(driver, device, CameraSettings(focus=30))
        camera.open()
        assert camera.granted.refused == (camera.granted.refused[0],)
        assert words in camera.granted.refused[0]

    def test_left_alone_it_is_not_touched(self, device):
        driver = Driver()
        camera_of(driver, device).open()
        assert (driver.autofocus, driver.focus) == (1, 40)


class TestLoss:
    def test_unplugged_while_it_reads(self, device):
        camera = camera_of(Driver(frames=2), device)
        camera.open()
        camera.read()
        camera.read()
        device.unlink()
        with pytest.raises(CameraStopped, match="was unplugged"):
            camera.read()
        camera.close()
        with pytest.raises(CameraMissing, match="plugged in"):
            camera.open()

    def test_no_frame_in_time(self, device):
        """The first is read without waiting: the device begins to stream in `read`."""
        answers = iter([False])
        camera = camera_of(Driver(), device, ready=lambda _: next(answers))
        camera.open()
        camera.read()
        with pytest.raises(CameraStopped, match="gives no frame"):
            camera.read()

    def test_a_device_that_is_gone_is_an_error_of_opencv(self, device):
        def gone(_capture):
            raise cv2.error("poll: device is gone")

        camera = camera_of(Driver(), device, ready=gone)
        camera.open()
        camera.read()
        with pytest.raises(CameraStopped, match="gives no frame"):
            camera.read()

    def test_in_use_by_another(self, device):
        driver = Driver(is_open=False)
        with pytest.raises(CameraMissing, match="another program"):
            camera_of(driver, device).open()
        assert driver.calls == ["release"]

    def test_closed_twice_and_opened_again(self, device):
        driver = Driver()
        camera = camera_of(driver, device)
        camera.open()
        camera.close()
        camera.close()
        assert driver.calls.count("release") == 1
        with pytest.raises(CameraStopped, match="not open"):
            camera.read()


class TestById:
    def test_the_first_that_is_like_the_pattern(self, tmp_path):
        opened = []
        camera = V4l2Camera(
            str(tmp_path / "*-video-index0"),
            open_capture=lambda name: opened.append(name) or Driver(),
            ready=ready,
        )
        with pytest.raises(CameraMissing, match="plugged in"):
            camera.open()
        for name in ("usb-B-video-index0", "usb-A-video-index1", "usb-A-video-index0"):
            (tmp_path / name).touch()
        camera.open()
        assert opened == [str(tmp_path / "usb-A-video-index0")]
        camera.read()

    def test_with_the_real_opencv_there_is_no_camera(self, tmp_path):
        with pytest.raises(CameraMissing, match="cannot be opened"):
            V4l2Camera(Path("/dev/null")).open()
        (tmp_path / "usb-x-video-index0").symlink_to("/dev/zero")
        with pytest.raises(CameraMissing, match="cannot be opened"):
            V4l2Camera(f"{tmp_path}/*-video-index0").open()
