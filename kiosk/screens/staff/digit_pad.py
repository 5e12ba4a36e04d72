"""Ten digits and the key that takes the last one back."""

from collections.abc import Callable

from kiosk.screens.kit import Kit, Part
from kiosk.screens.theme import AMOUNT, HEADING, RADIUS_SMALL, Box

_ROWS = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), (None, "0", "rub"))


class DigitPad(Part):
    """As on a phone; the keys are named `digit:0` to `digit:9`, and `rub`."""

    def __init__(
        self,
        kit: Kit,
        area: Box,
        *,
        on_digit: Callable[[str], None],
        on_rub: Callable[[], None],
    ) -> None:
        super().__init__(kit)
        gap = self.stage.mm(4.1)
        wide, high = (area.w - 2 * gap) / 3, (area.h - 3 * gap) / 4
        self._digits = []
        for y, row in enumerate(_ROWS):
            for x, key in enumerate(row):
                place = Box(area.x + x * (wide + gap), area.y + y * (high + gap), wide, high)
                if key == "rub":
                    self._rub = self.icon_button(
                        "rub", place, "left", on_rub, self.c.soft, self.c.ink, side=52
                    )
                elif key is not None:
                    button = self.button(
                        f"digit:{key}",
                        place,
                        HEADING if self.portrait else AMOUNT,
                        lambda digit=key: on_digit(digit),  # type: ignore[misc]  # a default binds the loop's value
                        fill=self.c.white,
                        colour=self.c.ink,
                        radius=RADIUS_SMALL,
                        shadow=True,
                    )
                    button.say(key, "sc")
                    self._digits.append(button)

    def enable(self, on: bool, *, rub: bool) -> None:
        """Keys that would do nothing cannot be pressed, and look so."""
        for key in self._digits:
            key.disabled = not on
            key.dress(self.c.white if on else self.c.soft, self.c.ink if on else self.c.muted)
        self._rub.disabled = not (on and rub)
        self._rub.opacity = 1.0

    def wipe(self) -> None:
        """The keys belong to nobody."""
