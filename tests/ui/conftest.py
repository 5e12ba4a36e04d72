"""One window for this process, large enough for both layouts; no display needed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.flow.event import Event
from kiosk.flow.state import Attract, KioskState
from kiosk.screens import environment, sample
from kiosk.screens.theme import Stage

if TYPE_CHECKING:
    from kiosk.screens.app import KioskApp

STAGES = {
    "portrait": Stage(portrait=True, width_px=1080, height_px=1920, diagonal_inch=15.6),
    "landscape": Stage(portrait=False, width_px=1280, height_px=800, diagonal_inch=10.1),
}
_WINDOW = Stage(portrait=True, width_px=1280, height_px=1920, diagonal_inch=15.6)


@dataclass
class Glass:
    """A window with one layout in it, and what its touches emitted."""

    stage: Stage
    app: "KioskApp"
    window: Any
    events: list[Event] = field(default_factory=list)
    preview: Callable[[], Any] = sample.preview

    def show(self, state: KioskState) -> None:
        self.app.show(state)
        self.frame()

    def frame(self, count: int = 1) -> None:
        from kivy.base import EventLoop

        for _ in range(count):
            EventLoop.idle()

    def words(self) -> list[str]:
        """Every text that stands in the window now, or on a screen that rests."""
        from kiosk.screens.widgets.words import Words

        return [
            text
            for screen in self.app.gallery.screens
            for w in screen.walk(restrict=True)
            if isinstance(w, Words)
            for text in (w.text, w.said)
            if text
        ]

    def shown(self) -> list[Any]:
        """The texts that can be seen now."""
        from kiosk.screens.widgets.placing import seen
        from kiosk.screens.widgets.words import Words

        current: Any = self.app.gallery.current
        return [w for w in current.walk(restrict=True) if isinstance(w, Words) and seen(w)]

    def shown_words(self) -> list[str]:
        return [w.said for w in self.shown() if w.said]

    def mirror(self) -> Any:
        """The mirror of the scan window, while its screen stands."""
        from kiosk.screens.widgets.camera_view import CameraView

        current: Any = self.app.gallery.current
        return next(w for w in current.walk(restrict=True) if isinstance(w, CameraView))


@pytest.fixture(scope="session")
def glasses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Glass]]:
    environment.prepare(_WINDOW, tmp_path_factory.mktemp("kivy"))
    from kivy.base import EventLoop
    from kivy.config import Config
    from kivy.core.window import Window

    Config.set("graphics", "maxfps", 0)  # no waiting between frames
    EventLoop.ensure_window()
    from kiosk.screens.app import KioskApp

    made: dict[str, Glass] = {}
    for name, stage in STAGES.items():
        events: list[Event] = []
        glass: Glass

        def preview(name: str = name) -> Any:
            return made[name].preview()

        state = sample.kiosk(Attract())
        app = KioskApp(stage, events.append, sample.image_path, preview, state, still=True)
        app.build()
        glass = Glass(stage, app, Window, events)
        made[name] = glass
    yield made
    Window.close()


@pytest.fixture(params=["portrait", "landscape"])
def glass(request: pytest.FixtureRequest, glasses: dict[str, Glass]) -> Iterator[Glass]:
    """The window with this layout, as it is when nobody is there."""
    glass = glasses[request.param]
    glass.window.add_widget(glass.app.gallery)
    glass.app.wipe()
    glass.preview = sample.preview
    glass.show(sample.kiosk(Attract()))
    glass.events.clear()
    yield glass
    glass.window.remove_widget(glass.app.gallery)


@pytest.fixture
async def frames(glass: Glass) -> AsyncIterator[None]:
    """Frames are drawn while the test waits."""

    async def draw() -> None:
        while True:
            glass.frame()
            await asyncio.sleep(0)

    task = asyncio.create_task(draw())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
