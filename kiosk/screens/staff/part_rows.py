"""The kiosk's parts in rows, each with a chip; above them the gravest thing there is to do."""

from kiosk.flow.staff.values.clerk import Clerk
from kiosk.flow.staff.values.facts import KioskFacts
from kiosk.flow.state import KioskState
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.staff.judged import PARTS, Level, Row, alarm, rows
from kiosk.screens.theme import BODY, CAPTION, RADIUS, STRONG, Box
from kiosk.screens.typeface import width_px
from kiosk.screens.widgets.placing import place

ICONS = {
    Level.FINE: "check",
    Level.WATCH: "exclaim",
    Level.BAD: "cross",
    Level.UNKNOWN: "help",
}
"""Beside the colour: one in twelve men cannot tell red from green."""


def colours(part: Part, level: Level) -> tuple[str, str]:
    """Ground and ink of a level."""
    c = part.c
    return {
        Level.FINE: (c.ok, c.ok_ink),
        Level.WATCH: (c.warning, c.warning_ink),
        Level.BAD: (c.danger, c.danger_ink),
        Level.UNKNOWN: (c.soft, c.ink),
    }[level]


class LevelChip(Part):
    """Icon and word, as wide as its word; its right edge stands still."""

    def __init__(self, kit: Kit, right: float, y: float, height: float) -> None:
        super().__init__(kit)
        self._right, self._y, self._high = right, y, height
        box = Box(right - 140, y, 140, height)
        self._plate = self.plate(box, self.c.ok, height / 2)
        self._icon = self.icon("check", box, self.c.ok_ink, thickness=3)
        self._words = self.words(box, CAPTION, self.c.ok_ink, bold=True)

    def say(self, level: Level, text: str, voice: Voice) -> None:
        fill, ink = colours(self, level)
        px = CAPTION * self.stage.scale
        wide = width_px(text, size_px=px, face=voice.face, bold=True) / self.stage.scale + 6
        side = self._high * 0.5
        box = Box(self._right - wide - side - 46, self._y, wide + side + 46, self._high)
        place(self._plate, box, self.stage)
        place(self._icon, Box(box.x + 18, box.y + side / 2, side, side), self.stage)
        self._words.move(Box(box.x + side + 26, box.y, wide, box.h), self.stage)
        self._plate.paint(fill)
        self._icon.draw(ICONS[level], ink)
        self._words.paint(ink)
        voice.plain(self._words, text)


class _PartRow(Part):
    def __init__(self, kit: Kit, box: Box) -> None:
        super().__init__(kit)
        pad = 36.0 if self.portrait else 22.0
        name = 190.0 if self.portrait else 152.0
        chip = 210.0 if self.portrait else 196.0
        high = 54.0 if self.portrait else 48.0
        self._name = self.words(
            Box(box.x + pad, box.y, name, box.h), BODY if self.portrait else CAPTION
        )
        left = box.x + pad + name + 12
        right = box.right - pad - chip - 12
        self._says = self.words(
            Box(left, box.y, right - left, box.h),
            BODY if self.portrait else CAPTION,
            self.c.muted,
            align="right",
            lines=2,
        )
        self._chip = self.put(LevelChip(kit, box.right - pad + 8, box.y + (box.h - high) / 2, high))

    def say(self, row: Row, voice: Voice) -> None:
        fine = row.level in (Level.FINE, Level.UNKNOWN)
        voice.put(self._name, row.name)
        self._says.paint(self.c.muted if fine else self.c.ink)
        voice.put(self._says, row.says.code, **row.says.params)
        self._chip.say(row.level, voice(row.chip), voice)


class PartRows(Part):
    """A card with a row for each part."""

    def __init__(self, kit: Kit, box: Box) -> None:
        super().__init__(kit)
        self.plate(box, self.c.white, RADIUS, shadow=True)
        pad = 8.0 if self.portrait else 1.0
        high = (box.h - 2 * pad) / PARTS
        inset = 36.0 if self.portrait else 22.0
        self._rows = []
        for i in range(PARTS):
            y = box.y + pad + i * high
            if i:
                self.plate(Box(box.x + inset, y - 1, box.w - 2 * inset, 2), self.c.soft, 1)
            self._rows.append(self.put(_PartRow(kit, Box(box.x, y, box.w, high))))

    def show_parts(self, state: KioskState, facts: KioskFacts | None, voice: Voice) -> None:
        for row, drawn in zip(rows(state, facts), self._rows, strict=True):
            drawn.say(row, voice)


class AlarmStrip(Part):
    """One line in the colour of its gravity."""

    def __init__(self, kit: Kit, box: Box) -> None:
        super().__init__(kit)
        self._plate = self.plate(box, self.c.ok, 28)
        side = 44.0 if self.portrait else 36.0
        pad = 30.0 if self.portrait else 22.0
        self._icon = self.icon(
            "check",
            Box(box.x + pad, box.y + (box.h - side) / 2, side, side),
            self.c.ok_ink,
            thickness=2.6,
        )
        left = box.x + pad + side + 18
        self._words = self.words(
            Box(left, box.y, box.right - pad - left, box.h),
            STRONG if self.portrait else BODY,
            self.c.ok_ink,
            bold=True,
        )

    def show_alarm(
        self, state: KioskState, clerk: Clerk, facts: KioskFacts | None, voice: Voice
    ) -> None:
        level, says = alarm(state, clerk, facts)
        fill, ink = colours(self, level)
        self._plate.paint(fill)
        self._icon.draw("cloud" if clerk.offline else ICONS[level], ink)
        self._words.paint(ink)
        voice.put(self._words, says.code, **says.params)
