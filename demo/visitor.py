"""Somebody before the kiosk: looks, touches, waits, and takes a picture of every screen."""

import time
from collections.abc import Callable
from pathlib import Path

from demo.programs import DemoError, NotInTime
from demo.progress import Progress
from demo.shop import Shop
from demo.touch import Finger, Seen

LOOK_EVERY_S = 0.05
GLANCE_S = 1.2
"""A person looks before touching, and so do the pictures: photos have faded in by then."""


class UnexpectedScreen(DemoError):
    """The kiosk shows something else than somebody would expect here."""


class Visitor:
    """The eyes and the finger of whoever plays a part in the demo."""

    def __init__(self, shop: Shop, finger: Finger, out: Path, progress: Progress) -> None:
        self._shop = shop
        self._finger = finger
        self._out = out
        self._progress = progress
        self.pictures: list[Path] = []

    def _printed(self, before: int = 0) -> Path:
        """The newest piece of paper, once there are more than `before`."""
        end_s = time.monotonic() + 10
        while time.monotonic() < end_s:
            if len(papers := self._shop.papers()) > before:
                return papers[-1]
            time.sleep(LOOK_EVERY_S)
        raise NotInTime("the kiosk says that it printed, and no paper came out")

    def _until(
        self,
        screen: str | None,
        what: str,
        fits: Callable[[Seen], bool] | None,
        timeout_s: float,
    ) -> Seen:
        """What stands there once it is this screen and fits.

        Raises:
            UnexpectedScreen: a refusal came instead.
            NotInTime
        """
        end_s = time.monotonic() + timeout_s
        while True:
            self._shop.check()
            seen = self._finger.look()
            if screen in {None, seen.screen} and (fits is None or fits(seen)):
                return seen
            if seen.screen in {"Refused", "Stopped"}:
                message = seen.facts.get("message")
                raise UnexpectedScreen(f"instead of {what}, the kiosk says {message}")
            if time.monotonic() > end_s:
                raise NotInTime(f"{what}: not within {timeout_s:.0f} s; {seen.facts}")
            time.sleep(LOOK_EVERY_S)

    def _picture(self, name: str) -> Seen:
        """What the screen shows to somebody who looks at it for a moment."""
        time.sleep(GLANCE_S)
        path = self._out / f"{len(self.pictures) + 1}-{name}.png"
        self._finger.screenshot(path)
        self.pictures.append(path)
        return self._finger.look()
