"""The kiosk's window from its making to its end, in the kiosk's event loop."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.config import ScreenConfig
from kiosk.devices.ports import Preview
from kiosk.flow.event import Event
from kiosk.flow.state import KioskState
from kiosk.screens import environment
from kiosk.screens.theme import Stage

if TYPE_CHECKING:  # importing it opens the window
    from kiosk.screens.app import KioskApp


def stage_of(screen: ScreenConfig) -> Stage:
    """The glass that the configuration describes."""
    return Stage(
        portrait=screen.layout == "portrait",
        width_px=screen.width_px,
        height_px=screen.height_px,
        diagonal_inch=screen.diagonal_inch,
    )


@contextmanager
def opened(
    screen: ScreenConfig,
    home: Path,
    emit: Callable[[Event], None],
    image_path: Callable[[str], Path | None],
    preview: Callable[[], Preview | None],
    state: KioskState,
) -> "Iterator[KioskApp]":
    """The window with its screens; `await app.async_run("asyncio")` lets it live.

    Imports Kivy, which opens the window: once per process.

    Args:
        home: a folder of ours for Kivy's own files.

    Raises:
        FontsMissing: the faces are not built.
        environment.TooLate, OSError
    """
    stage = stage_of(screen)
    environment.prepare(stage, home, fullscreen=screen.fullscreen)
    from kiosk.screens.app import KioskApp

    with ThreadPoolExecutor(1, thread_name_prefix="pictures") as pictures:
        app = KioskApp(stage, emit, image_path, preview, state, pictures)
        try:
            yield app
        finally:
            app.stop()
