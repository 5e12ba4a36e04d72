"""Diagnostics: the glass is touched all over; a field that was hit turns green."""

from kiosk.flow.staff.values.diagnostics import (
    TOUCH_COLUMNS,
    TOUCH_ROWS,
    Diagnostics,
    FieldTouched,
)
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.theme import BODY, RADIUS_SMALL, Box


class TouchTab(Part):
    def __init__(self, kit: Kit, area: Box) -> None:
        super().__init__(kit)
        count = TOUCH_COLUMNS * TOUCH_ROWS
        columns = TOUCH_COLUMNS if self.portrait else 2 * TOUCH_COLUMNS
        rows = count // columns
        note = 60.0 if self.portrait else 0.0
        gap = self.stage.mm(4.1)
        self._says = self.words(
            Box(area.x, area.y, area.w, note or 40.0), BODY, self.c.muted, align="center"
        )
        top = area.y + note + (16 if note else 0)
        wide = (area.w - gap * (columns - 1)) / columns
        high = (area.bottom - top - gap * (rows - 1)) / rows
        self._fields = []
        for i in range(columns * rows):
            x = area.x + i % columns * (wide + gap)
            y = top + i // columns * (high + gap)
            field = self.target(
                f"field:{i}",
                Box(x, y, wide, high),
                lambda number=i: kit.emit(FieldTouched(number)),  # type: ignore[misc]  # a default binds the loop's value
                self.c.soft,
                RADIUS_SMALL,
            )
            side = min(wide, high) * 0.5
            sign = self.icon(
                "check",
                Box(x + (wide - side) / 2, y + (high - side) / 2, side, side),
                self.c.ok_ink,
                thickness=2.2,
                parent=field,
            )
            self._fields.append((field, sign))

    def say(self, screen: Diagnostics, voice: Voice, *, shown: bool) -> None:
        left = len(self._fields) - len(screen.touched)
        self._says.show(shown and self.portrait)
        voice.put(self._says, "ST-TOUCH-LEFT" if left else "ST-TOUCH-DONE", n=left)
        for i, (field, sign) in enumerate(self._fields):
            hit = i in screen.touched
            field.show(shown)
            field.paint(self.c.ok if hit else self.c.soft)
            sign.show(hit)
