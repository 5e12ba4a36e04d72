"""Camera sources on real files."""

import threading
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.config_camera import CAMERA_KINDS
from kiosk.devices.camera.choice import KINDS, camera_from
from kiosk.devices.camera.followed_folder import FollowedFolder
from kiosk.devices.camera.frame import fitted, luminance
from kiosk.devices.camera.image_folder import ImageFolder
from kiosk.devices.camera.mjpg import MjpgCamera
from kiosk.devices.camera.pace import Pace
from kiosk.devices.camera.picamera import PiCamera
from kiosk.devices.camera.source import CameraMissing, CameraStopped
from kiosk.devices.camera.v4l2 import V4l2Camera
from kiosk.devices.camera.video_file import VideoFile


class Hands:
    """A clock that a test turns; waiting moves it."""

    def __init__(self):
        self.now = 100.0
        self.waits = []

    def now_s(self):
        return self.now

    def wait(self, seconds):
        self.waits.append(round(seconds, 6))
        self.now += seconds


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def pace(hands):
    return Pace(10.0, hands.now_s, hands.wait)


def shade(value, size=(720, 1280)):
    return np.full(size, value, np.uint8)


class TestFitted:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ((720, 1280), (720, 1280)),
            ((1080, 1920), (720, 1280)),
            ((4000, 3000), (720, 540)),
            ((300, 2560), (150, 1280)),
            ((480, 640), (480, 640)),
            ((20000, 1), (720, 1)),
        ],
    )
    def test_never_larger_than_a_frame_never_enlarged_never_bent(self, before, after):
        assert fitted(shade(9, before)).shape == after


class TestLuminance:
    def test_of_every_form_that_a_camera_gives(self):
        grey = shade(77, (72, 128))
        jpeg = cv2.imencode(".jpg", grey)[1]
        for raw in (
            grey,
            cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR),
            np.dstack([grey, shade(3, grey.shape)]),
            jpeg.reshape(1, -1),
            jpeg.reshape(-1, 1),
        ):
            luma = luminance(raw)
            assert luma.shape == grey.shape
            assert luma.flags.c_contiguous
            assert abs(int(luma[5, 5]) - 77) <= 1

    @pytest.mark.parametrize("shape", [(1, 100), (10, 10, 4)])
    def test_of_nothing_known(self, shape):
        with pytest.raises(ValueError, match="frame"):
            luminance(np.zeros(shape, np.uint8))


class TestPace:
    def test_waits_for_each_beat(self, pace, hands):
        assert [pace.next() for _ in range(4)] == [1, 1, 1, 1]
        assert hands.waits == [0.1, 0.1, 0.1]

    def test_skips_what_was_missed(self, pace, hands):
        pace.next()
        hands.now += 0.35
        assert pace.next() == 3
        assert pace.next() == 1
        assert hands.waits == [0.05]


class TestImageFolder:
    def test_plays_in_the_order_of_names_for_ever(self, tmp_path, pace):
        for name, value in [("b.png", 20), ("a.png", 10), ("c.bmp", 30)]:
            cv2.imwrite(str(tmp_path / name), shade(value))
        (tmp_path / "notes.txt").write_text("no picture")
        (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
        cv2.imwrite(str(tmp_path / ".being-written.png"), shade(99))
        folder = ImageFolder(tmp_path, pace)
        folder.open()
        frames = [folder.read() for _ in range(7)]
        assert [int(f.luma[0, 0]) for f in frames] == [10, 20, 30, 10, 20, 30, 10]
        assert [f.picture for f in frames] == [1, 2, 3, 4, 5, 6, 7]

    def test_without_pictures(self, tmp_path, pace):
        for folder in (tmp_path, tmp_path / "missing"):
            with pytest.raises(CameraMissing, match="no pictures"):
                ImageFolder(folder, pace).open()

    def test_with_only_broken_ones(self, tmp_path, pace):
        (tmp_path / "a.png").write_bytes(b"broken")
        folder = ImageFolder(tmp_path, pace)
        folder.open()
        with pytest.raises(CameraStopped):
            folder.read()


class TestFollowedFolder:
    def test_the_newest_is_the_frame_and_a_still_one_is_one_picture(
        self, tmp_path, pace, put_picture
    ):
        put_picture(tmp_path / "z.png", shade(10))
        folder = FollowedFolder(tmp_path, pace)
        folder.open()
        seen = [folder.read(), folder.read()]
        put_picture(tmp_path / "a.png", shade(20))
        seen.append(folder.read())
        put_picture(tmp_path / "a.png", shade(30))
        seen += [folder.read(), folder.read()]
        assert [int(f.luma[0, 0]) for f in seen] == [10, 10, 20, 30, 30]
        assert [f.picture for f in seen] == [1, 1, 2, 3, 3]

    def test_a_half_written_or_hidden_one_is_not_taken(self, tmp_path, pace, put_picture):
        put_picture(tmp_path / "a.png", shade(10))
        folder = FollowedFolder(tmp_path, pace)
        folder.open()
        folder.read()
        (tmp_path / "b.png").write_bytes(b"\x89PNG half")
        assert int(folder.read().luma[0, 0]) == 10
        cv2.imwrite(str(tmp_path / ".c.png"), shade(99))
        assert int(folder.read().luma[0, 0]) == 10

    def test_emptied_it_is_a_camera_without_a_plug(self, tmp_path, pace, put_picture):
        put_picture(tmp_path / "a.png", shade(10))
        folder = FollowedFolder(tmp_path, pace)
        folder.open()
        folder.read()
        (tmp_path / "a.png").unlink()
        with pytest.raises(CameraStopped):
            folder.read()
        folder.close()
        with pytest.raises(CameraMissing):
            folder.open()

    def test_while_somebody_writes_as_fast_as_possible(self, tmp_path, pace, put_picture):
        """Every frame read is a whole one."""
        put_picture(tmp_path / "a.png", shade(1))
        enough = threading.Event()

        def write():
            value = 0
            while not enough.is_set():
                value = value % 250 + 1
                put_picture(tmp_path / "a.png", shade(value))

        writer = threading.Thread(target=write)
        folder = FollowedFolder(tmp_path, pace)
        folder.open()
        writer.start()
        try:
            frames = [folder.read()]
            give_up_s = time.monotonic() + 30
            while frames[-1].picture < 30 and time.monotonic() < give_up_s:
                frames.append(folder.read())
        finally:
            enough.set()
            writer.join()
        assert all(f.luma.shape == (720, 1280) and np.ptp(f.luma) == 0 for f in frames)
        assert frames[-1].picture == 30


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> Path:
    """Two seconds at 10 fps; the brightness of a frame is 10 times its number."""
    path = tmp_path_factory.mktemp("film") / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10.0, (320, 180))
    for n in range(20):
        writer.write(np.full((180, 320, 3), n * 10, np.uint8))
    writer.release()
    return path


class TestVideoFile:
    def test_plays_and_begins_again(self, film, hands):
        video = VideoFile(film)
        video.open()
        video._pace = Pace(10.0, hands.now_s, hands.wait)
        numbers = [round(int(video.read().luma[90, 160]) / 10) for _ in range(43)]
        video.close()
        assert numbers == [*range(20), *range(20), 0, 1, 2]
        assert set(hands.waits) == {0.1}

    def test_its_own_speed(self, film):
        video = VideoFile(film)
        video.open()
        started_s = time.monotonic()
        for _ in range(6):
            video.read()
        video.close()
        assert time.monotonic() - started_s >= 0.45

    def test_late_frames_are_dropped(self, film, hands):
        video = VideoFile(film)
        video.open()
        video._pace = Pace(10.0, hands.now_s, hands.wait)
        video.read()
        hands.now += 0.5
        assert round(int(video.read().luma[90, 160]) / 10) == 5
        video.close()

    def test_what_is_no_film(self, tmp_path):
        (tmp_path / "no.avi").write_bytes(b"no film")
        for path in (tmp_path / "no.avi", tmp_path / "missing.avi"):
            with pytest.raises(CameraMissing):
                VideoFile(path).open()

    def test_closed_it_gives_nothing(self, film):
        video = VideoFile(film)
        with pytest.raises(CameraStopped):
            video.read()


class TestV4l2:
    def test_unplugged(self, tmp_path):
        camera = V4l2Camera(tmp_path / "video0")
        with pytest.raises(CameraMissing, match="plugged in"):
            camera.open()
        camera.close()

    def test_what_is_no_camera(self):
        with pytest.raises(CameraMissing, match="cannot be opened"):
            V4l2Camera(Path("/dev/null")).open()

    @pytest.mark.hardware
    @pytest.mark.skipif(not Path("/dev/video0").exists(), reason="no /dev/video0 here")
    def test_real(self):
        camera = V4l2Camera(Path("/dev/video0"))
        camera.open()
        frames = [camera.read() for _ in range(10)]
        camera.close()
        assert {f.luma.shape for f in frames} == {(720, 1280)}


class TestChoice:
    @pytest.mark.parametrize(
        ("source", "kind"),
        [
            ("v4l2:/dev/video0", V4l2Camera),
            ("video:/a/b.mp4", VideoFile),
            ("images:/a/b", ImageFolder),
            ("follow:/a:b", FollowedFolder),
            ("mjpg:http://camera:8080/?action=stream", MjpgCamera),
            ("mjpg:/run/camera.fifo", MjpgCamera),
            ("picamera2:1", PiCamera),
        ],
    )
    def test_of_every_kind(self, source, kind):
        assert type(camera_from(source)) is kind

    def test_every_kind_that_the_configuration_allows(self):
        assert KINDS == CAMERA_KINDS

    @pytest.mark.parametrize("source", ["", "v4l2", "v4l2:", "webcam:/dev/video0", "/dev/video0"])
    def test_of_nothing_known(self, source):
        with pytest.raises(ValueError, match="is not one of"):
            camera_from(source)
