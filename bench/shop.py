"""The demo's shop as a place to measure in: service, enrolled kiosk, camera, printer."""

import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from demo.programs import Programs
from demo.progress import Progress
from demo.shop import Plan, Shop, screen_environment
from demo.touch import Finger

OFFSCREEN = screen_environment(display=False)


@dataclass(frozen=True)
class OpenShop:
    """A shop in which the kiosk stands on its attract screen."""

    shop: Shop
    programs: Programs
    finger: Finger
    folder: Path


@contextmanager
def open_shop() -> Iterator[OpenShop]:
    """Raises demo.programs.DemoError if it cannot be opened.

    SIGTERM becomes SystemExit meanwhile, so that the shop's programs end with us.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    plan = Plan("portrait", "zh-Hans", "8800106210", "张*明", "S0101", display=False)
    with tempfile.TemporaryDirectory(prefix="bench-shop-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the database runs as another user if we are root
        with Programs(folder / "out" / "logs", OFFSCREEN) as programs:
            shop = Shop(folder, folder / "out", plan, programs)
            try:
                with redirect_stdout(sys.stderr):  # stdout is for figures
                    finger = shop.open(Progress())
                yield OpenShop(shop, programs, finger, folder)
            finally:
                shop.close()
