"""A failing camera before the real scanner process: what is told, and how soon it is back.

The camera is a FIFO into which the test feeds JPEGs, as a streaming program would.
`--log-cli-level=INFO` shows how long each took.
"""

import asyncio
import logging
import os
import threading
import time
from contextlib import asynccontextmanager, suppress

import cv2
import numpy as np
import pytest

from kiosk.devices.camera.settings import CameraSettings
from kiosk.devices.scanner.client import ScannerProcess

log = logging.getLogger(__name__)

BACK_S = 3.0
"""After what a camera that is well again is read again, at the latest."""
SLACK_S = 3.0
"""For a machine that is busy with other tests."""
SLOW_FPS = 2.0
"""Less than the default, so that a busy machine is not taken for a slow camera."""


def packed(luma):
    return cv2.imencode(".jpg", luma, [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes()


class Rig:
    """Feeds the FIFO on a thread of its own, with whatever it is set to, from the next frame on."""

    def __init__(self, path, drawing):
        self.path = path
        self._away = path.with_name("unplugged")
        self._drawing = drawing
        self._random = np.random.default_rng(11)
        self._frames = self._live(drawing.shop())
        self._fps = 15.0
        self._changed = threading.Event()
        self._ended = False
        self._plugged = True
        os.mkfifo(path)
        self._thread = threading.Thread(target=self._feed)
        self._thread.start()

    def _live(self, scene):
        """The scene with a sensor's noise; six frames, no two of which are equal."""
        noise = self._random.normal(0, 3, (6, *scene.shape))
        return [packed((scene + each).clip(0, 255).astype(np.uint8)) for each in noise]

    def _set(self, frames, fps=15.0):
        self._frames, self._fps = frames, fps
        self._changed.set()

    def good(self, text=None, fps=15.0):
        self._set(self._live(self._scene(text)), fps)

    def black(self):
        self._set([packed(np.zeros((720, 1280), np.uint8))])

    def frozen(self, text=None):
        self._set(self._live(self._scene(text))[:1])

    def small(self, text=None):
        self._set(self._live(cv2.resize(self._scene(text), (640, 480))))

    def unplug(self):
        self.path.rename(self._away)
        self._plugged = False
        self._changed.set()

    def plug(self):
        self._away.rename(self.path)
        self._plugged = True
        self._changed.set()

    def _scene(self, text):
        if text is None:
            return self._drawing.shop()
        return self._drawing.scene(self._drawing.qr(text, 8))

    def _feed(self):
        while not self._ended:
            self._changed.clear()
            if not self._plugged:
                self._changed.wait(0.05)
                continue
            with suppress(BrokenPipeError, FileNotFoundError):
                self._feed_one_reader()

    def _feed_one_reader(self):
        with self.path.open("wb", buffering=0) as pipe:
            number = 0
            while self._plugged and not self._ended:
                left = self._frames[number % len(self._frames)]
                number += 1
                while left:
                    left = left[pipe.write(left) :]
                self._changed.wait(1 / self._fps)
                self._changed.clear()

    def end(self):
        self._ended = True
        self._changed.set()
        if not self.path.exists():
            self.plug()
        while self._thread.is_alive():  # it may wait for a reader, or for one that is gone
            fd = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
            self._thread.join(0.05)
            os.close(fd)


class Heard:
    """What the kiosk is told, and ways to wait for it, bounded."""

    def __init__(self, source):
        settings = CameraSettings(min_fps=SLOW_FPS)
        self.scanner = ScannerProcess(source, settings=settings, on_pulse=self.on_pulse)
        self.codes, self.health = [], []
        self.states = []
        """The camera's, as the pulses tell them."""
        self._news = asyncio.Event()

    def on_code(self, code):
        self.codes.append(code)
        self._news.set()

    def on_health(self, health):
        self.health.append(health)
        self._news.set()

    def on_pulse(self, pulse):
        self.states.append(pulse.camera.value)
        self._news.set()

    async def until(self, condition, within_s=30.0):
        """Seconds until the condition held."""
        started_s = time.monotonic()
        async with asyncio.timeout(within_s):
            while not condition():
                self._news.clear()
                await self._news.wait()
        return time.monotonic() - started_s

    @property
    def now(self):
        return self.health[-1] if self.health else None

    def well(self):
        return self.now is not None and self.now.ok and not self.now.reason

    def ill(self):
        return not self.well()

    def told(self):
        return [(health.ok, health.reason.partition(":")[0]) for health in self.health]


@pytest.fixture
def rig(tmp_path, drawing):
    rig = Rig(tmp_path / "fifo", drawing)
    yield rig
    rig.end()


@asynccontextmanager
async def reading(rig):
    """A scanner process that reads the rig's camera, and what it tells."""
    heard = Heard(f"mjpg:{rig.path}")
    heard.scanner.capture(True)
    task = asyncio.create_task(heard.scanner.run(heard.on_code, heard.on_health))
    try:
        await heard.until(heard.well)
        pid = heard.scanner.pid
        yield heard
        assert heard.scanner.pid == pid, "no fault of the pictures is a reason to kill the process"
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_unplugged(rig):
    async with reading(rig) as heard:
        rig.unplug()
        told_s = await heard.until(heard.ill)
        # Until the tries are as rare as they get.
        await heard.until(lambda: heard.states.count("lost") > 9)
        rig.plug()
        back_s = await heard.until(heard.well)
    log.info("told after %.2f s, back after %.2f s", told_s, back_s)
    assert told_s < 2.0 + SLACK_S
    assert back_s < BACK_S + SLACK_S
    assert [ok for ok, _ in heard.told()] == [True, False, True]


async def test_black(rig):
    async with reading(rig) as heard:
        rig.black()
        told_s = await heard.until(heard.ill)
        rig.good()
        back_s = await heard.until(heard.well)
    log.info("told after %.2f s, back after %.2f s", told_s, back_s)
    assert 4.5 < told_s < 5.5 + SLACK_S
    assert back_s < BACK_S + SLACK_S
    assert heard.told() == [(True, ""), (False, "the picture is black"), (True, "")]


async def test_frozen_and_its_code_is_not_read_again(rig, drawing):
    """A code that is held is told every three seconds; of a frozen one nothing is told any more."""
    text = drawing.member_code()
    async with reading(rig) as heard:
        rig.frozen(text)
        told_s = await heard.until(heard.ill)
        assert [code.text for code in heard.codes] == [text]
        assert heard.scanner.preview() is None
        # It is opened again meanwhile, with the same picture still there: nothing new.
        await heard.until(lambda: heard.states.count("lost") > 10)
        assert len(heard.codes) == 1
        rig.good()
        back_s = await heard.until(heard.well)
    log.info("told after %.2f s, back after %.2f s", told_s, back_s)
    assert 1.5 < told_s < 2.5 + SLACK_S
    assert back_s < BACK_S + SLACK_S
    assert heard.told() == [(True, ""), (False, "the picture is frozen"), (True, "")]


async def test_the_wrong_size_is_read_all_the_same(rig, drawing):
    text = drawing.member_code()
    async with reading(rig) as heard:
        rig.small(text)
        told_s = await heard.until(heard.ill)
        assert heard.now.reason == "wrong size: asked for 1280x720, got 640x480"
        await heard.until(lambda: heard.codes)
        rig.good()
        back_s = await heard.until(heard.well)
    log.info("told after %.2f s, back after %.2f s", told_s, back_s)
    assert told_s < 1.0 + SLACK_S
    assert back_s < BACK_S + SLACK_S
    assert heard.told() == [(True, ""), (True, "wrong size"), (True, "")]
    assert heard.codes[0].text == text


async def test_one_frame_a_second_is_read_all_the_same(rig, drawing):
    text = drawing.member_code()
    async with reading(rig) as heard:
        rig.good(fps=1.0)
        told_s = await heard.until(heard.ill)
        assert heard.now.reason.startswith("slow: ")
        rig.good(text, fps=1.0)
        await heard.until(lambda: heard.codes)
        rig.good()
        back_s = await heard.until(heard.well)
    log.info("told after %.2f s, back after %.2f s", told_s, back_s)
    assert told_s < 6.5 + SLACK_S
    assert back_s < BACK_S + SLACK_S
    assert heard.told() == [(True, ""), (True, "slow"), (True, "")]
    assert heard.codes[0].text == text


async def test_a_fault_outlives_a_rest_untold(rig):
    """Attract, session, attract: an unplugged camera is told once, not once for each shopper."""
    async with reading(rig) as heard:
        rig.unplug()
        await heard.until(heard.ill)
        for _ in range(3):
            heard.scanner.capture(False)
            await heard.until(lambda: heard.states[-1] == "off")
            heard.scanner.capture(True)
            await heard.until(lambda: heard.states[-1] == "lost")
        rig.plug()
        await heard.until(heard.well)
    assert [ok for ok, _ in heard.told()] == [True, False, True]
