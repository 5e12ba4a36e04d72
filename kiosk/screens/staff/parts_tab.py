"""Diagnostics: the list of parts, each with its light, its figure, and what to do."""

from kiosk.aim import Light
from kiosk.flow.staff import diagnosing
from kiosk.flow.staff.values.diagnostics import Check, Diagnostics, Part, Todo
from kiosk.screens.kit import Kit, Voice
from kiosk.screens.kit import Part as Group
from kiosk.screens.theme import BODY, CAPTION, RADIUS, Box, Colours

NAMES = {
    Part.PRINTER: "ST-PART-PRINTER",
    Part.PRINTER_LINE: "ST-PART-PRINTER-LINE",
    Part.SCANNER: "ST-PART-SCANNER",
    Part.NETWORK: "ST-PART-NETWORK",
    Part.CLOCK: "ST-PART-CLOCK",
    Part.JOURNAL: "ST-PART-JOURNAL",
    Part.STORAGE: "ST-PART-STORAGE",
    Part.TEMPERATURE: "ST-PART-TEMPERATURE",
    Part.PINS: "ST-PART-PINS",
    Part.VERSION: "ST-PART-VERSION",
}
_SIGNS = {Light.OFF: "dot", Light.RED: "cross", Light.AMBER: "exclaim", Light.GREEN: "check"}
"""Beside the colour: one in twelve men cannot tell red from green."""


def light_colours(light: Light, colours: Colours) -> tuple[str, str]:
    """Ground and ink of a light."""
    return {
        Light.OFF: (colours.soft, colours.ink),
        Light.RED: (colours.danger, colours.danger_ink),
        Light.AMBER: (colours.warning, colours.warning_ink),
        Light.GREEN: (colours.ok, colours.ok_ink),
    }[light]


class CheckLine(Group):
    """One part."""

    def __init__(self, kit: Kit, box: Box) -> None:
        super().__init__(kit)
        side = 52.0 if self.portrait else 38.0
        disc = Box(box.x, box.y + (box.h - side) / 2, side, side)
        self._disc = self.plate(disc, self.c.soft, side / 2)
        self._sign = self.icon("dot", disc.inset(side * 0.24), self.c.ink, thickness=3.2)
        left = disc.right + (28 if self.portrait else 16)
        name_w = 250.0 if self.portrait else 178.0
        self._name = self.words(Box(left, box.y, name_w, box.h), BODY, bold=True)
        right = left + name_w + 12
        self._figure = self.words(
            Box(right, box.y, box.right - right, box.h),
            BODY if self.portrait else CAPTION,
            self.c.muted,
            align="right",
            lines=2 if self.portrait else 1,
        )

    def say(self, check: Check | None, voice: Voice) -> None:
        self.show(check is not None)
        if check is None:
            return
        fill, ink = light_colours(check.light, self.c)
        self._disc.paint(fill)
        self._sign.draw(_SIGNS[check.light], ink)
        voice.put(self._name, NAMES[check.part])
        voice.plain(self._figure, check.figure or "—")


class PartsTab(Group):
    """On top the one thing to do first."""

    def __init__(self, kit: Kit, area: Box) -> None:
        super().__init__(kit)
        head = 132.0 if self.portrait else 84.0
        self._top = Box(area.x, area.y, area.w, head)
        self._plate = self.plate(self._top, self.c.ok, 28)
        side = 60.0 if self.portrait else 46.0
        self._icon = self.icon(
            "check",
            Box(area.x + 36, area.y + (head - side) / 2, side, side),
            self.c.ok_ink,
            thickness=2.4,
        )
        left = area.x + 36 + side + 28
        self._do = self.words(
            Box(left, area.y + 6, area.right - 32 - left, head - 12),
            BODY,
            self.c.ok_ink,
            bold=True,
            lines=2,
        )
        card = Box(area.x, area.y + head + 20, area.w, area.h - head - 20)
        self.plate(card, self.c.white, RADIUS, shadow=True)
        columns = 1 if self.portrait else 2
        rows = -(-len(NAMES) // columns)
        pad = 40.0 if self.portrait else 24.0
        between = 48.0
        wide = (card.w - 2 * pad - between * (columns - 1)) / columns
        high = min(100.0, (card.h - 16) / rows)
        self._lines = [
            self.put(
                CheckLine(
                    kit,
                    Box(
                        card.x + pad + i // rows * (wide + between),
                        card.y + 8 + i % rows * high,
                        wide,
                        high,
                    ),
                )
            )
            for i in range(len(NAMES))
        ]

    def say(self, screen: Diagnostics, voice: Voice, *, shown: bool) -> None:
        told = diagnosing.checks(screen)
        todo = diagnosing.trouble(screen)
        light = diagnosing.worst(screen)
        fill, ink = light_colours(light, self.c)
        self._plate.paint(fill)
        self._icon.draw(_SIGNS[light], ink)
        self._do.paint(ink)
        if todo is not Todo.NONE:
            voice.put(self._do, todo.value)
        elif light is Light.OFF:
            voice.put(self._do, "ST-LOOKING")
        else:
            voice.put(self._do, "ST-ALL-WELL" if light is Light.GREEN else "ST-MIND")
        for i, line in enumerate(self._lines):
            line.say(told[i] if shown and i < len(told) else None, voice)
