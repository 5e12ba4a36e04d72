"""A bar with an icon and a sentence, for what staff should know; hidden when there is nothing."""

from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.theme import BODY, STRONG, Box


class StaffNotice(Part):
    """On a warning ground; `grave` makes it a danger."""

    def __init__(self, kit: Kit, box: Box, *, lines: int = 3) -> None:
        super().__init__(kit)
        self._plate = self.plate(box, self.c.warning, 32)
        side = 56.0 if self.portrait else 44.0
        pad = 32.0 if self.portrait else 22.0
        icon = Box(box.x + pad, box.y + (box.h - side) / 2, side, side)
        self._icon = self.icon("exclaim", icon, self.c.warning_ink)
        left = icon.right + pad * 0.75
        self._words = self.words(
            Box(left, box.y + 4, box.right - pad - left, box.h - 8),
            STRONG if self.portrait else BODY,
            self.c.warning_ink,
            bold=True,
            lines=lines,
        )
        self.show(False)

    def say(self, text: str | None, voice: Voice, *, grave: bool = False) -> None:
        self.show(text is not None)
        if text is None:
            return
        fill, ink = (
            (self.c.danger, self.c.danger_ink) if grave else (self.c.warning, self.c.warning_ink)
        )
        self._plate.paint(fill)
        self._icon.draw("exclaim", ink)
        self._words.paint(ink)
        voice.plain(self._words, text)
