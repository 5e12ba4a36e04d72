"""What to do when a test slip is not sharp."""

from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.theme import BODY, RADIUS, STRONG, Box

_ADVICE = ("L-BLUR-1", "L-BLUR-2", "L-BLUR-3")


class Blurred(Part):
    """A card with three things to try, in order."""

    def __init__(self, kit: Kit, box: Box) -> None:
        super().__init__(kit)
        self.plate(box, self.c.white, RADIUS, shadow=True)
        pad = 44.0 if self.portrait else 26.0
        head = 76.0 if self.portrait else 52.0
        top = box.y + (26 if self.portrait else 14)
        self._head = self.words(
            Box(box.x + pad, top, box.w - 2 * pad, head),
            STRONG if self.portrait else BODY,
            bold=True,
        )
        self._texts = []
        start = top + head
        high = (box.bottom - (26 if self.portrait else 14) - start) / len(_ADVICE)
        side = 64.0 if self.portrait else 46.0
        for i in range(len(_ADVICE)):
            y = start + i * high
            disc = Box(box.x + pad, y + (high - side) / 2, side, side)
            self.plate(disc, self.c.soft, side / 2)
            number = self.words(disc, BODY, bold=True, align="center")
            number.say(str(i + 1), "sc")
            left = disc.right + 26
            self._texts.append(
                self.words(
                    Box(left, y, box.right - pad - left, high),
                    STRONG if self.portrait else BODY,
                    lines=2,
                )
            )

    def show_advice(self, shown: bool, voice: Voice) -> None:
        self.show(shown)
        voice.put(self._head, "L-BLUR-TITLE")
        for words, code in zip(self._texts, _ADVICE, strict=True):
            voice.put(words, code)
