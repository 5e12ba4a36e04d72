"""The capture thread and the watch: what is told, once each, and what is never shown on."""

import logging
import threading

import numpy as np
import pytest

from kiosk.devices.camera.frame import Frame
from kiosk.devices.camera.source import CameraMissing, CameraSource, CameraStopped, Expectation
from kiosk.devices.scanner.capture import Backoff, CaptureLoop
from kiosk.devices.scanner.mailbox import Mailbox
from kiosk.devices.scanner.messages import CameraState
from kiosk.devices.scanner.preview import PreviewWriter

FPS = 16.0
END = "end of the script"


class Scene(CameraSource):
    """A live camera that plays a list of (what, frames): a picture, "stop", "missing" or a deed.

    A deed is a function called on the capture thread. The frames' time is the script's own.
    """

    def __init__(self, *script):
        self.script = [[what, count] for what, count in script]
        self.loop = None
        self.opened = 0
        self._number = 0
        self._random = np.random.default_rng(5)

    @property
    def expects(self):
        return Expectation()

    def open(self):
        self.opened += 1
        if self._next("missing"):
            raise CameraMissing("unplugged")

    def read(self):
        while self.script and callable(self.script[0][0]):
            self.script.pop(0)[0]()
        if not self.script:
            self.loop.end()
            raise CameraStopped(END)
        if self._next("stop"):
            raise CameraStopped("gives no frame")
        what = self.script[0][0]
        self._next(what)
        self._number += 1
        return Frame(self._picture(what), self._number / FPS, self._number, self._size(what))

    def close(self):
        pass

    def _next(self, what):
        if not self.script or self.script[0][0] != what:
            return False
        self.script[0][1] -= 1
        if self.script[0][1] == 0:
            self.script.pop(0)
        return True

    def _picture(self, what):
        if what == "black":
            return np.zeros((36, 64), np.uint8)
        luma = np.full((36, 64), 100, np.uint8)
        luma[:, ::2] = 150
        if what != "still":
            luma += self._random.integers(0, 9, luma.shape, np.uint8)
        return luma

    @staticmethod
    def _size(what):
        return (640, 480) if what == "small" else (1280, 720)


class Box(Mailbox):
    """Counts what is put into it."""

    def __init__(self):
        super().__init__()
        self.put_in = 0

    def put(self, frame):
        self.put_in += 1
        super().put(frame)


class Told:
    """A capture loop that played a scene to its end, on a thread of its own."""

    def __init__(self, scene, on_off=lambda _: None):
        self.scene, self.box, self.states = scene, Box(), []
        self.preview = PreviewWriter(32, 18)
        self._on_off = on_off
        self.loop = scene.loop = CaptureLoop(
            scene, self.box, self.preview, self._changed, Backoff(0.001, 0.002)
        )
        self.loop.switch(on=True)
        thread = threading.Thread(target=self.loop.run)
        thread.start()
        thread.join(20)
        assert not thread.is_alive()
        self.states = self.states[: self.states.index(("lost", END))]

    def _changed(self):
        status = self.loop.status
        self.states.append((status.camera.value, status.reason))
        if status.camera is CameraState.OFF:
            self._on_off(self.loop)


def played(*script):
    return Told(Scene(*script))


BLACK = "the picture is black: lens covered, no light?"
FROZEN = "the picture is frozen: the camera repeats one frame"
SMALL = "wrong size: asked for 1280x720, got 640x480"


def test_black_is_told_once_and_its_end_once_however_often_it_is_opened(caplog):
    with caplog.at_level(logging.INFO):
        told = played(("good", 20), ("black", 1000), ("good", 20))
    assert told.states == [("opening", ""), ("reading", ""), ("lost", BLACK), ("reading", "")]
    assert 4 <= told.scene.opened <= 7, "at once, then after 4, 8, 16, 32 s"
    words = [record.message for record in caplog.records if record.name.endswith("capture")]
    assert words[:2] == [f"camera lost: {BLACK}", "camera is well again"]


def test_frozen_is_told_once_and_its_frames_are_not_read():
    told = played(("good", 20), ("still", 640), ("good", 20))
    assert told.states == [("opening", ""), ("reading", ""), ("lost", FROZEN), ("reading", "")]
    assert told.box.put_in <= 20 + 2 * FPS + 20
    assert told.scene.opened >= 4


def test_of_what_is_frozen_nothing_is_left_to_be_read_or_seen():
    """It may show the code of somebody who left long ago."""
    left = []

    def look():
        loop = scene.loop
        left.append((loop._mailbox._frame, loop._preview._slots.any()))

    scene = Scene(
        ("good", 20), (look, 1), ("still", 40), (look, 1), ("still", 1),
        # The second time it is too early to open it again, which would forget all as well.
        ("good", 5), (look, 1), ("still", 36), (look, 1), ("still", 1),
    )  # fmt: skip
    Told(scene)
    assert [(frame is None, bool(seen)) for frame, seen in left] == [
        (False, True), (True, False), (False, True), (True, False),
    ]  # fmt: skip
    assert scene.opened == 2


def test_the_wrong_size_is_told_and_read():
    told = played(("small", 30), ("good", 10))
    assert told.states == [("opening", ""), ("reading", SMALL), ("reading", "")]
    assert told.box.put_in == 40
    assert told.scene.opened == 1


def test_from_one_fault_to_the_next_each_is_told():
    told = played(
        ("small", 5), ("black", 100), ("stop", 1), ("missing", 3), ("black", 50), ("good", 5)
    )
    assert told.states == [
        ("opening", ""),
        ("reading", SMALL),
        ("reading", ""),
        ("lost", BLACK),
        ("lost", "gives no frame"),
        ("lost", BLACK),
        ("reading", ""),
    ]


def test_a_camera_stuck_while_it_is_blind_counts_as_one_that_never_opened():
    """The process is killed then: nothing else ends a read that does not return."""
    since = []
    scene = Scene(("good", 2), ("still", 60), (lambda: since.append(scene.loop.opening_since_s), 1))
    Told(scene)
    assert since == [62 / FPS]


class TestRest:
    """The kiosk switches the camera off while somebody chooses, and on again."""

    @staticmethod
    def rested(before, after):
        scene = Scene(
            (before, 99), (lambda: scene.loop.switch(on=False), 1), (before, 1), (after, 5)
        )
        states = Told(scene, on_off=lambda loop: loop.switch(on=True)).states
        off = [state for state, _ in states].index("off")
        return states[off:]

    @pytest.mark.parametrize("after", ["black", "still"])
    def test_a_fault_that_stood_stands_on_without_being_told_again(self, after):
        reason = BLACK if after == "black" else FROZEN
        assert self.rested(after, after) == [("off", reason), ("opening", reason), ("lost", reason)]

    def test_one_that_has_gone_is_gone_with_the_first_frame(self):
        assert self.rested("black", "good") == [
            ("off", BLACK), ("opening", BLACK), ("reading", ""),
        ]  # fmt: skip

    def test_the_wrong_size_too(self):
        assert self.rested("small", "small") == [
            ("off", SMALL), ("opening", SMALL), ("reading", SMALL),
        ]  # fmt: skip

    def test_a_camera_that_is_well_is_reading_at_once(self):
        assert self.rested("good", "good") == [("off", ""), ("opening", ""), ("reading", "")]
