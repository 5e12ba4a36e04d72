"""What can be touched: big enough, answers at once, and has a name for scripts."""

from collections.abc import Callable
from typing import Any

from kivy.animation import Animation
from kivy.uix.behaviors import ButtonBehavior

from kiosk.screens.theme import RADIUS_SMALL, Box, Stage
from kiosk.screens.typeface import width_px
from kiosk.screens.widgets.icon import Icon
from kiosk.screens.widgets.placing import place
from kiosk.screens.widgets.plate import Plate
from kiosk.screens.widgets.words import Words

_PRESS_S = 0.08


class Target(ButtonBehavior, Plate):  # type: ignore[misc]  # Kivy has no types
    """A plate that calls `on_tap` when it is pressed and let go.

    Attributes:
        name: what scripts call it; unique on its screen.
    """

    def __init__(
        self,
        name: str,
        on_tap: Callable[[], None],
        fill: str,
        radius: float = RADIUS_SMALL,
        **properties: Any,
    ) -> None:
        super().__init__(fill=fill, radius=radius, **properties)
        self.name = name
        self._on_tap = on_tap

    def on_touch_down(self, touch: Any) -> bool:
        if self.disabled:
            return False
        handled: bool = super().on_touch_down(touch)
        return handled

    def on_press(self) -> None:
        Animation(opacity=0.72, d=_PRESS_S).start(self)

    def on_release(self) -> None:
        Animation.cancel_all(self, "opacity")
        self.opacity = 1.0 if self.shown else 0.0
        self._on_tap()

    def on_touch_up(self, touch: Any) -> bool:
        handled: bool = super().on_touch_up(touch)
        if self.shown and self.opacity != 1.0 and self.state == "normal":
            Animation.cancel_all(self, "opacity")
            self.opacity = 1.0
        return handled


class TextButton(Target):
    """A target with a text, and an icon before or after it if wanted."""

    def __init__(
        self,
        name: str,
        on_tap: Callable[[], None],
        box: Box,
        stage: Stage,
        size: float,
        fill: str,
        colour: str,
        *,
        bold: bool = True,
        lines: int = 1,
        radius: float = RADIUS_SMALL,
        icon: str | None = None,
        **properties: Any,
    ) -> None:
        super().__init__(name, on_tap, fill, radius * stage.scale, **properties)
        place(self, box, stage)
        self._icon_wide = self._icon_side = size * 1.15 if icon is not None else 0.0
        self.icon = Icon(icon or "dot", colour)
        if icon is not None:
            self.add_widget(self.icon)
        inner = self._inner(box)
        self.words = Words(inner, stage, size, colour, bold=bold, align="center", lines=lines)
        self.add_widget(self.words)
        self.move(box, stage)

    def _inner(self, box: Box) -> Box:
        """Where the text stands: all of the button, or what its icon leaves."""
        side = self._icon_side
        if not side:
            return box.inset(14, 4)
        return Box(box.x + 28 + side + 12, box.y + 4, box.w - side - 60, box.h - 8)

    def move(self, box: Box, stage: Stage) -> None:
        """Stand somewhere else, text and icon with it."""
        place(self, box, stage)
        self._placed = (box, stage)
        if side := self._icon_side:
            place(self.icon, Box(box.x + 28, box.y + (box.h - side) / 2, side, side), stage)
        self.words.move(self._inner(box), stage)

    def show_icon(self, shown: bool) -> None:
        """With its icon or without, from the next text on; for buttons that were made with one."""
        self._icon_side = self._icon_wide if shown else 0.0
        self.icon.show(shown)
        box, stage = self._placed
        self.move(box, stage)

    def say(self, text: str, face: str) -> None:
        self.words.say(text, face)
        if self._icon_side:
            self._gather()

    def _gather(self) -> None:
        """Icon and text stand side by side in the middle."""
        words, icon = self.words, self.icon
        wide = min(
            width_px(words.text, size_px=words.font_size, face=words.font_name, bold=words.bold),
            words.width,
        )
        gap = words.font_size * 0.4
        icon.x = self.center_x - (icon.width + gap + wide) / 2
        words.x = icon.right + gap - (words.width - wide) / 2

    def dress(self, fill: str, colour: str) -> None:
        """Other colours."""
        self.paint(fill)
        self.words.paint(colour)


class IconButton(Target):
    """A target with an icon alone."""

    def __init__(
        self,
        name: str,
        on_tap: Callable[[], None],
        box: Box,
        stage: Stage,
        fill: str,
        icon: str,
        colour: str,
        *,
        side: float = 44,
        radius: float = RADIUS_SMALL,
        **properties: Any,
    ) -> None:
        super().__init__(name, on_tap, fill, radius * stage.scale, **properties)
        place(self, box, stage)
        self.icon = Icon(icon, colour)
        centred = Box(box.x + (box.w - side) / 2, box.y + (box.h - side) / 2, side, side)
        place(self.icon, centred, stage)
        self.add_widget(self.icon)
