"""The 32 symbols of a voucher's code as keys, and the boxes that they fill."""

from kiosk.flow.staff.values.vouchers import TAIL_LENGTH, SymbolErased, SymbolTyped
from kiosk.screens.kit import Kit, Part
from kiosk.screens.theme import AMOUNT, HEADING, RADIUS_SMALL, Box
from wire.voucher_code import ALPHABET


class SymbolPad(Part):
    """Digits first, then letters; I, L, O and U do not exist in a code."""

    def __init__(self, kit: Kit, area: Box) -> None:
        super().__init__(kit)
        columns = 6 if self.portrait else 7
        rows = -(-(len(ALPHABET) + 1) // columns)
        gap = self.stage.mm(4.1)
        wide = (area.w - gap * (columns - 1)) / columns
        high = min((area.h - gap * (rows - 1)) / rows, 160.0)
        self._keys = []
        for i, symbol in enumerate(ALPHABET):
            x = area.x + i % columns * (wide + gap)
            y = area.y + i // columns * (high + gap)
            key = self.button(
                f"key:{symbol}",
                Box(x, y, wide, high),
                HEADING if self.portrait else AMOUNT,
                lambda typed=symbol: kit.emit(SymbolTyped(typed)),  # type: ignore[misc]  # a default binds the loop's value
                fill=self.c.white,
                colour=self.c.ink,
                radius=RADIUS_SMALL,
                shadow=True,
            )
            key.say(symbol, "sc")
            self._keys.append(key)

    def show_keys(self, shown: bool) -> None:
        for key in self._keys:
            key.show(shown)

    def wipe(self) -> None:
        """The keys belong to nobody."""


class TailBoxes(Part):
    """The four symbols, as far as they are typed, and the key that takes the last one back."""

    def __init__(self, kit: Kit, box: Box, erase: Box) -> None:
        super().__init__(kit)
        between = 16.0 if self.portrait else 12.0
        side = (box.w - between * (TAIL_LENGTH - 1)) / TAIL_LENGTH
        self._plates, self._symbols = [], []
        for i in range(TAIL_LENGTH):
            place = Box(box.x + i * (side + between), box.y, side, box.h)
            self._plates.append(self.plate(place, self.c.white, RADIUS_SMALL))
            self._symbols.append(self.words(place, HEADING, bold=True, align="center"))
        self._erase = self.icon_button(
            "erase",
            erase,
            "rub",
            lambda: kit.emit(SymbolErased()),
            self.c.soft,
            self.c.ink,
        )

    def show_tail(self, tail: str | None) -> None:
        """None: this is no search by tail."""
        for i, (plate, words) in enumerate(zip(self._plates, self._symbols, strict=True)):
            plate.show(tail is not None)
            words.show(tail is not None)
            filled = tail is not None and i < len(tail)
            words.say(tail[i] if tail is not None and filled else "", "sc")
            plate.paint(self.c.ok if filled else self.c.white)
            words.paint(self.c.ok_ink if filled else self.c.ink)
        self._erase.show(tail is not None)
        self._erase.disabled = not tail
