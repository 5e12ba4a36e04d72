"""The shop's camera: frames written into a folder, the newest of which is what it sees now."""

import itertools
import logging
import threading
import time
from pathlib import Path
from typing import Protocol

import cv2
from PIL import Image

from demo.hand import Pixels
from demo.scene import COME_S, Scene, held

FPS_HELD = 14.0
FPS_EMPTY = 5.0
"""Nobody is there: a camera's picture hardly changes, and the machine has two cores."""
_QUALITY = 88
_KEPT = 3
"""Frames left in the folder: a reader that is just opening one still finds it."""
_LOG = logging.getLogger(__name__)


class Prop(Protocol):
    """What somebody holds up."""

    def showing(self, code: Image.Image) -> Pixels:
        """A sprite, RGBA, with the code on it."""


class VirtualCamera:
    """Composes and writes frames on a thread of its own until `close`.

    A frame appears under its final name all at once, and each has a new name.
    """

    def __init__(self, folder: Path, code: Path, prop: Prop) -> None:
        """Start filming.

        Args:
            folder: where frames go; made if missing.
            code: PNG of the code; read again whenever it was replaced.
            prop: what is held up, with the code on it.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._in_hand = (prop, code)
        self._held_s: float | None = None
        self._gone_s: float | None = None
        self._ending = threading.Event()
        self._wake = threading.Event()
        self._failure: BaseException | None = None
        self.seen_s: float | None = None
        """time.monotonic() of the first frame with the phone in it; None before."""
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()

    def hold_up(self, *, at_once: bool = False) -> None:
        """The shopper brings the phone before the camera; `at_once`: it is simply there."""
        self._gone_s = self.seen_s = None
        self._held_s = time.monotonic() - (COME_S if at_once else 0.0)
        self._wake.set()

    def take(self, prop: Prop, code: Path) -> None:
        """Have something else in hand from now on; held up by `hold_up`."""
        self._in_hand = (prop, code)

    def put_away(self) -> None:
        """... and takes it away."""
        if self._held_s is not None:
            self._gone_s = time.monotonic()

    def newest(self) -> Path | None:
        """The frame that the kiosk sees now."""
        return max(self._folder.glob("*.jpg"), default=None)

    def check(self) -> None:
        """Raises what ended the camera, if anything did."""
        if self._failure is not None:
            raise RuntimeError("the virtual camera has failed") from self._failure

    def close(self) -> None:
        self._ending.set()
        self._wake.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        try:
            self._film()
        except BaseException as error:  # noqa: BLE001  # told to the main thread by `check`
            _LOG.exception("the camera has failed")
            self._failure = error

    def _film(self) -> None:
        cv2.setNumThreads(1)  # the kiosk and its scanner need the other core
        scene = Scene()
        shown: tuple[Prop, Path, float | None] | None = None
        files: list[Path] = []
        for number in itertools.count():
            started = time.monotonic()
            if self._ending.is_set():
                return
            if self._held_s is not None:
                prop, path = self._in_hand
                if (now_shown := (prop, path, _changed_at(path))) != shown:
                    with Image.open(path) as code:
                        scene.hold(prop.showing(code))
                    shown = now_shown
            files.append(self._write(number, scene, time.monotonic()))
            while len(files) > _KEPT:
                files.pop(0).unlink(missing_ok=True)
            fps = FPS_EMPTY if self._held_s is None else FPS_HELD
            self._wake.wait(max(0.0, 1 / fps - (time.monotonic() - started)))
            self._wake.clear()

    def _write(self, number: int, scene: Scene, now: float) -> Path:
        pose = None
        if (since := self._held_s) is not None:
            gone = self._gone_s
            pose = held(now - since, None if gone is None else now - gone)
            if pose is None:
                self._held_s = self._gone_s = None
        frame = scene.frame(pose, now)
        path = self._folder / f"frame-{number:08d}.jpg"
        _, jpeg = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(jpeg.tobytes())
        unfinished.replace(path)
        if pose is not None and self.seen_s is None:
            self.seen_s = time.monotonic()
        return path


def _changed_at(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return None
