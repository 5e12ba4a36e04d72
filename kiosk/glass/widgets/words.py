"""Text in a box: it never grows out of it, and is never read as markup."""

from typing import Any

from kivy.uix.label import Label

from kiosk.glass.theme import LINE_HEIGHT, Box, Stage, rgba
from kiosk.glass.typeface import extents
from kiosk.glass.widgets.placing import Hideable, place

_STEPS = (1.0, 0.92, 0.84, 0.76, 0.68, 0.6)
"""A long text is set smaller in these steps until it fits."""


class Words(Hideable, Label):  # type: ignore[misc]  # Kivy has no types
    """One text. `say` sets it in the face of its language; too long a text is set smaller."""

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
            halign=align,
            valign=valign,
            line_height=LINE_HEIGHT if lines > 1 else 1.0,
            **properties,
        )
        self._largest = size * stage.scale
        self._lines = lines
        self._said: tuple[str, str] | None = None
        self.overfull = False
        """Whether even the smallest step does not fit; the layout lint looks here."""
        place(self, box, stage)
        self.text_size = self.size

    def say(self, text: str, face: str) -> None:
        """Show a text in a face (`sc`, `tc`)."""
        if self._said == (text, face):
            return
        self._said = (text, face)
        self.font_name = face
        self.font_size = self._fitting(text, face)
        self.text = text

    def paint(self, colour: str) -> None:
        self.color = rgba(colour)

    def move(self, box: Box, stage: Stage) -> None:
        place(self, box, stage)
        self.text_size = self.size
        if self._said is not None:
            said, self._said = self._said, None
            self.say(*said)

    def _fitting(self, text: str, face: str) -> float:
        for step in _STEPS:
            size = self._largest * step
            if self._fits(text, face, size):
                self.overfull = False
                return size
        self.overfull = bool(text)
        return self._largest * _STEPS[-1]

    def _fits(self, text: str, face: str, size: float) -> bool:
        wrapped = self.width if self._lines > 1 else None
        width, height = extents(text, size, face, bold=self.bold, width=wrapped)
        if self._lines == 1:
            return width <= self.width + 1
        longest = max(
            (extents(w, size, face, bold=self.bold, width=None)[0] for w in text.split()), default=0
        )
        word_fits = not text.isascii() or longest <= self.width
        return height <= self.height + 1 and word_fits
