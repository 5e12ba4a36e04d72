"""What every screen is given, and the shared way of putting things on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kivy.uix.widget import Widget

from kiosk import i18n
from kiosk.devices.ports import Preview
from kiosk.flow.event import Event
from kiosk.flow.state import KioskState
from kiosk.screens.pictures_store import PictureStore
from kiosk.screens.theme import BODY, RADIUS, RADIUS_SMALL, Box, Colours, Stage
from kiosk.screens.typeface import family
from kiosk.screens.widgets.icon import Icon
from kiosk.screens.widgets.picture import Picture
from kiosk.screens.widgets.placing import Hideable, place
from kiosk.screens.widgets.plate import Plate
from kiosk.screens.widgets.target import IconButton, Target, TextButton
from kiosk.screens.widgets.words import Words
from wire.api.text import Language


@dataclass(frozen=True, slots=True)
class Kit:
    stage: Stage
    colours: Colours
    emit: Callable[[Event], None]
    pictures: PictureStore
    preview: Callable[[], Preview | None]
    still: bool = False
    """Nothing moves by itself: for pictures of the screens, and their tests."""


class Part(Hideable):
    """A group of widgets in absolute places; the base of every screen."""

    def __init__(self, kit: Kit, **properties: Any) -> None:
        super().__init__(**properties)
        self.kit = kit
        self.stage = kit.stage
        self.c = kit.colours
        self.portrait = kit.stage.portrait
        place(self, Box(0, 0, kit.stage.width, kit.stage.height), kit.stage)

    # --- Putting things --------------------------------------------------------------

    def put(self, widget: Any, box: Box | None = None, parent: Widget | None = None) -> Any:
        if box is not None:
            place(widget, box, self.stage)
        (parent or self).add_widget(widget)
        return widget

    def plate(
        self,
        box: Box,
        fill: str,
        radius: float = RADIUS,
        *,
        shadow: bool = False,
        parent: Widget | None = None,
    ) -> Plate:
        plate: Plate = self.put(Plate(fill, radius * self.stage.scale, shadow=shadow), box, parent)
        return plate

    def words(
        self,
        box: Box,
        size: float = BODY,
        colour: str | None = None,
        *,
        parent: Widget | None = None,
        **style: Any,
    ) -> Words:
        words: Words = self.put(
            Words(box, self.stage, size, colour or self.c.ink, **style), None, parent
        )
        return words

    def icon(
        self, name: str, box: Box, colour: str, *, parent: Widget | None = None, **style: Any
    ) -> Icon:
        icon: Icon = self.put(Icon(name, colour, **style), box, parent)
        return icon

    def picture(
        self, box: Box, radius: float, *, parent: Widget | None = None, all_corners: bool = False
    ) -> Picture:
        made = Picture(box, self.stage, self.kit.pictures, radius, all_corners=all_corners)
        picture: Picture = self.put(made, None, parent)
        return picture

    def button(
        self,
        name: str,
        box: Box,
        size: float,
        on_tap: Callable[[], None],
        *,
        fill: str | None = None,
        colour: str | None = None,
        parent: Widget | None = None,
        **style: Any,
    ) -> TextButton:
        """A text button; the primary look unless told otherwise."""
        made = TextButton(
            name,
            on_tap,
            box,
            self.stage,
            size,
            fill or self.c.brand,
            colour or self.c.white,
            **style,
        )
        button: TextButton = self.put(made, None, parent)
        return button

    def icon_button(
        self,
        name: str,
        box: Box,
        icon: str,
        on_tap: Callable[[], None],
        fill: str,
        colour: str,
        *,
        parent: Widget | None = None,
        **style: Any,
    ) -> IconButton:
        made = IconButton(name, on_tap, box, self.stage, fill, icon, colour, **style)
        button: IconButton = self.put(made, None, parent)
        return button

    def target(
        self,
        name: str,
        box: Box,
        on_tap: Callable[[], None],
        fill: str,
        radius: float = RADIUS_SMALL,
        *,
        shadow: bool = False,
        parent: Widget | None = None,
    ) -> Target:
        made = Target(name, on_tap, fill, radius * self.stage.scale, shadow=shadow)
        target: Target = self.put(made, box, parent)
        return target

    # --- Showing a state -------------------------------------------------------------

    def update(self, state: KioskState) -> None:
        """Draw a state; called with every change while this screen stands."""

    def entered(self) -> None:
        """It is on the glass now: begin to move."""

    def left(self) -> None:
        """It is not: stand still."""

    def wipe(self) -> None:
        """Forget every text and picture of the shopper."""
        for widget in self.walk(restrict=True):
            if isinstance(widget, Words):
                widget.say("", "sc")
            elif isinstance(widget, Picture):
                widget.show_picture(None)


class Voice:
    """Texts in the language of a state."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.face = family(language)

    def __call__(self, code: str, **params: str | int) -> str:
        return i18n.text(code, self.language, **params)

    def put(self, words: Words | TextButton, code: str, **params: str | int) -> None:
        """Say a code's text on a widget."""
        words.say(self(code, **params), self.face)

    def plain(self, words: Words | TextButton, text: str) -> None:
        words.say(text, self.face)
