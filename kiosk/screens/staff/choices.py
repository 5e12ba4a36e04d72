"""Large tiles of which one can be chosen: an icon, a word, what it means."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.theme import AMOUNT, BODY, CAPTION, RADIUS, STRONG, Box


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    """What scripts call it."""
    icon: str
    code: str
    """Its word."""
    rule: str = ""
    """Code of the sentence below it; "" for none."""


class Choices(Part):
    """Tiles in a grid; the chosen one has the chain's colour."""

    def __init__(
        self,
        kit: Kit,
        area: Box,
        choices: Sequence[Choice],
        on_tap: Callable[[str], None],
        columns: int,
    ) -> None:
        super().__init__(kit)
        gap = max(self.stage.mm(4.1), 24.0)
        rows = -(-len(choices) // columns)
        wide = (area.w - gap * (columns - 1)) / columns
        high = (area.h - gap * (rows - 1)) / rows
        self._tiles = []
        for i, choice in enumerate(choices):
            x = area.x + i % columns * (wide + gap)
            y = area.y + i // columns * (high + gap)
            tap = _tap(on_tap, choice.name)
            self._tiles.append(self.put(_Tile(kit, Box(x, y, wide, high), choice, tap)))

    def say(self, voice: Voice, chosen: str | None, off: Sequence[str] = ()) -> None:
        """Args:
        off: names of those that cannot be chosen now.
        """
        for tile in self._tiles:
            tile.say(voice, chosen=tile.name == chosen, off=tile.name in off)


def _tap(on_tap: Callable[[str], None], name: str) -> Callable[[], None]:
    return lambda: on_tap(name)


class _Tile(Part):
    def __init__(self, kit: Kit, box: Box, choice: Choice, on_tap: Callable[[], None]) -> None:
        super().__init__(kit)
        self.name = choice.name
        self._choice = choice
        self._card = self.target(
            f"choice:{choice.name}", box, on_tap, self.c.white, RADIUS, shadow=True
        )
        pad, side = (40.0, 84.0) if self.portrait else (26.0, 60.0)
        upright = box.w < 480 and bool(choice.rule)  # noqa: PLR2004  # a narrow column
        head = 72.0 if self.portrait else 58.0
        size = AMOUNT if self.portrait else STRONG
        if upright:
            sign = Box(box.x + pad, box.y + pad, side, side)
            left, wide = box.x + pad + side + 20, box.w - 2 * pad - side - 20
            word = Box(left, sign.y + (side - head) / 2, wide, head)
            rule = Box(box.x + pad, sign.bottom + 16, box.w - 2 * pad, 0)
        else:
            left = box.x + pad + side + (36 if self.portrait else 20)
            wide = box.right - left - pad
            lines = 3 * (52.0 if self.portrait else 42.0) if choice.rule else 0.0
            top = box.y + (box.h - head - lines) / 2
            sign = Box(box.x + pad, box.y + (box.h - side) / 2, side, side)
            word, rule = Box(left, top, wide, head), Box(left, top + head, wide, 0)
        low = box.bottom - (24 if self.portrait else 16)
        self._icon = self.icon(choice.icon, sign, self.c.brand, parent=self._card, thickness=2.0)
        self._word = self.words(word, size, bold=True, parent=self._card, lines=2)
        self._rule = self.words(
            Box(rule.x, rule.y, rule.w, low - rule.y),
            BODY if self.portrait or upright else CAPTION,
            self.c.muted,
            lines=6 if upright else 4,
            valign="top",
            parent=self._card,
        )

    def say(self, voice: Voice, *, chosen: bool, off: bool) -> None:
        c = self.c
        self._card.disabled = off
        fill = c.brand if chosen else c.soft if off else c.white
        self._card.paint(fill)
        ink = c.white if chosen else c.ink
        self._icon.draw(
            "check" if chosen else self._choice.icon,
            c.white if chosen else c.muted if off else c.brand,
        )
        self._word.paint(ink)
        self._rule.paint(c.on_brand if chosen else c.muted)
        voice.put(self._word, self._choice.code)
        if self._choice.rule:
            voice.put(self._rule, self._choice.rule)
