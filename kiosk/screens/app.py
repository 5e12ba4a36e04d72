"""The window: Kivy's App around the gallery, run in the kiosk's own event loop."""

from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window

from kiosk.clock import boot_time_s
from kiosk.devices.ports import Preview
from kiosk.flow import event
from kiosk.flow.event import Event
from kiosk.flow.state import KioskState
from kiosk.screens import typeface
from kiosk.screens.gallery import Gallery
from kiosk.screens.kit import Kit
from kiosk.screens.pictures_store import PictureStore
from kiosk.screens.theme import Stage, colours, rgba

REDRAW_S = 5.0
"""A still screen draws nothing by itself; the watchdog wants to see frames."""


class KioskApp(App):  # type: ignore[misc]  # Kivy has no types
    """Draws states and emits touches. Everything here happens in the event loop.

    Built once per process, after `environment.prepare`.

    Args:
        emit: takes the shopper's touches.
        image_path: where a reward's picture lies, by its hash.
        preview: the newest picture of the scan window.
        pictures: prepares pictures off the loop; None: at once.
        still: nothing moves by itself.
    """

    def __init__(
        self,
        stage: Stage,
        emit: Callable[[Event], None],
        image_path: Callable[[str], Path | None],
        preview: Callable[[], Preview | None],
        state: KioskState,
        pictures: Executor | None = None,
        *,
        still: bool = False,
        clock_s: Callable[[], float] = boot_time_s,
    ) -> None:
        super().__init__()
        self._emit = emit
        self.state = state
        self.frames = 0
        """Drawn so far."""
        self.drawn_s = clock_s()
        """When the last frame was drawn, by the kiosk's clock; the watchdog looks here."""
        self._clock_s = clock_s
        typeface.register()
        brand = state.config.brand.colour if state.config else None
        tones = colours(brand)
        kit = Kit(stage, tones, emit, PictureStore(image_path, pictures), preview, still=still)
        Window.clearcolor = rgba(tones.paper)
        self.gallery = Gallery(kit)

    def build(self) -> Gallery:
        Window.bind(on_flip=self._on_flip, on_touch_down=self._on_touch)
        Clock.schedule_interval(self._redraw, REDRAW_S)
        self.gallery.show(self.state)
        return self.gallery

    def show(self, state: KioskState) -> None:
        """Draw a state (the runner's view)."""
        self.state = state
        self.gallery.show(state)

    def wipe(self) -> None:
        """The shopper has gone (the runner's view).

        Nothing is drawn here: the state at hand is still theirs, the next `show` brings another.
        """
        self.gallery.wipe()

    def _on_flip(self, *_: object) -> None:
        self.frames += 1
        self.drawn_s = self._clock_s()

    def _on_touch(self, *_: object) -> bool:
        """Any touch anywhere says that somebody is there; the target handles it all the same."""
        self._emit(event.Touched())
        return False

    def _redraw(self, _dt: float) -> None:
        self.gallery.canvas.ask_update()
