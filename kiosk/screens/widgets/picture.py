"""A reward's picture in a box, with round corners."""

from typing import Any

from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture

from kiosk.screens.pictures_store import Cut, PictureStore
from kiosk.screens.theme import Box, Stage, rgba
from kiosk.screens.widgets.placing import Hideable, place
from kiosk.screens.widgets.plate import Plate

_GROUND = "#E9E4D8"


class Picture(Hideable):
    """Shows one picture; a plain ground until it is there."""

    def __init__(
        self,
        box: Box,
        stage: Stage,
        store: PictureStore,
        radius: float,
        *,
        all_corners: bool = False,
        **properties: Any,
    ) -> None:
        super().__init__(**properties)
        place(self, box, stage)
        self._store = store
        self._cut = Cut(
            round(box.w * stage.scale),
            round(box.h * stage.scale),
            round(radius * stage.scale),
            all_corners,
        )
        store.expect(self._cut)
        self._sha256: str | None = None
        self._ground = Plate(_GROUND, radius * stage.scale)
        place(self._ground, box, stage)
        self.add_widget(self._ground)
        with self.canvas.after:
            self._colour = Color(1, 1, 1, 0)
            self._rectangle = Rectangle(
                pos=(round(self.x), round(self.y)), size=(self._cut.width, self._cut.height)
            )

    def show_picture(self, sha256: str | None) -> None:
        if sha256 == self._sha256:
            return
        self._colour.a = 0
        self._sha256 = sha256
        if sha256 is None:
            return
        if not self._store.want(sha256, self._cut, lambda texture: self._set(sha256, texture)):
            self._sha256 = None  # not on disk yet: the next update asks again

    def dim(self, dimmed: bool) -> None:
        """Half faded, for what cannot be had."""
        self._colour.rgba = (*rgba("#FFFFFF")[:3], self._colour.a and (0.45 if dimmed else 1.0))

    def _set(self, sha256: str, texture: Texture) -> None:
        if sha256 == self._sha256:
            self._rectangle.texture = texture
            self._colour.a = 1
            self._ground.opacity = 1.0
