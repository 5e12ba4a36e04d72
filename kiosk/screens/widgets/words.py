"""Text in a box: it never grows out of it, and is never read as markup."""

from functools import partial
from typing import Any

from kivy.uix.label import Label

from kiosk.screens.line_break import break_lines
from kiosk.screens.theme import HEAD_LINE_HEIGHT, HEADING, LINE_HEIGHT, SIZES, Box, Stage, rgba
from kiosk.screens.typeface import line_px, width_px
from kiosk.screens.widgets.placing import Hideable, place


class Words(Hideable, Label):  # type: ignore[misc]  # Kivy has no types
    """One text. `say` sets it in the face of its language.

    It is broken into lines as Chinese and English are; too long a text is set in the next
    smaller size of the theme.
    """

    def __init__(
        self,
        box: Box,
        stage: Stage,
        size: float,
        colour: str,
        *,
        bold: bool = False,
        align: str = "left",
        valign: str = "middle",
        lines: int = 1,
        **properties: Any,
    ) -> None:
        """Args:
        size: type size in design px, the largest that is used.
        lines: how many the box has room for.
        """
        super().__init__(
            markup=False,
            bold=bold,
            color=rgba(colour),
            disabled_color=rgba(colour),
            halign=align,
            line_height=HEAD_LINE_HEIGHT if size >= HEADING else LINE_HEIGHT,
            **properties,
        )
        self.y: float  # Kivy's own property
        self.ink = colour
        self._scale = stage.scale
        self._sizes = [size, *(s for s in SIZES if s < size)]
        self._lines = lines
        self._said: tuple[str, str] | None = None
        self.overfull = False
        """Whether even the smallest size does not fit; the layout lint looks here."""
        self._valign = valign
        self._stand(box, stage)

    @property
    def said(self) -> str:
        """The whole text, before it was broken into lines."""
        return self._said[0] if self._said else ""

    @property
    def room(self) -> tuple[float, float]:
        """Lower edge and height of the box that the text may fill, in window px."""
        return self._low, self._room

    def say(self, text: str, face: str) -> None:
        """Show a text in a face (`sc`, `tc`)."""
        if self._said == (text, face):
            return
        self._said = (text, face)
        self.font_name = face
        self.font_size, self.text = self._set(text, face)

    def paint(self, colour: str) -> None:
        self.ink = colour
        self.color = self.disabled_color = rgba(colour)

    def move(self, box: Box, stage: Stage) -> None:
        """Stand in another box."""
        self._stand(box, stage)
        if self._said is not None:
            said, self._said = self._said, None
            self.say(*said)

    def _stand(self, box: Box, stage: Stage) -> None:
        place(self, box, stage)
        self._low, self._room = float(self.y), float(self.height)
        # Without a height: given one, Kivy drops the last line of a text that just fits.
        self.text_size = (self.width, None)

    def on_texture_size(self, _: object, size: tuple[float, float]) -> None:
        """Kivy draws a text in the middle of its widget, so the widget stands where the text is."""
        height = size[1]
        self.height = height
        spare = self._room - height
        self.y = self._low + {"top": spare, "middle": spare / 2, "bottom": 0.0}[self._valign]

    def _set(self, text: str, face: str) -> tuple[float, str]:
        """The size in px, and the text with its lines broken."""
        self.overfull = False
        for size in self._sizes:
            size_px = size * self._scale
            lines = self._broken(text, face, size_px)
            if lines is not None:
                return size_px, "\n".join(lines)
        self.overfull = True
        return size_px, text

    def _broken(self, text: str, face: str, size_px: float) -> list[str] | None:
        """The lines at this size, or None where the box has no room for them."""
        measure = partial(width_px, size_px=size_px, face=face, bold=self.bold)
        if self._lines == 1:
            return [text] if measure(text) <= self.width else None
        lines = break_lines(text, measure, self.width - 1)
        room = min(
            self._lines, int(self._room * 1.02 / (line_px(size_px, face) * self.line_height))
        )
        too_many = len(lines) > max(room, 1)
        too_wide = any(measure(line) > self.width for line in lines)
        return None if too_many or too_wide else lines
