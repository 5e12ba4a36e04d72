"""What a sensor sees of the step that is being done: a plate with a sign and a sentence."""

from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.theme import BODY, CAPTION, Box

Sensing = tuple[bool | None, str]
"""Whether it is as it should be (None: it cannot be seen), and the code of what to say."""


class SenseChip(Part):
    def __init__(self, kit: Kit, box: Box) -> None:
        super().__init__(kit)
        self._plate = self.plate(box, self.c.soft, 28)
        side = 40.0 if self.portrait else 32.0
        pad = 28.0 if self.portrait else 20.0
        self._icon = self.icon(
            "dot",
            Box(box.x + pad, box.y + (box.h - side) / 2, side, side),
            self.c.ink,
            thickness=2.8,
        )
        left = box.x + pad + side + 16
        self._words = self.words(
            Box(left, box.y, box.right - pad - left, box.h),
            BODY if self.portrait else CAPTION,
            bold=True,
        )

    def say(self, told: Sensing | None, voice: Voice) -> None:
        self.show(told is not None)
        if told is None:
            return
        seen, code = told
        fill, ink, sign = {
            True: (self.c.ok, self.c.ok_ink, "check"),
            False: (self.c.warning, self.c.warning_ink, "exclaim"),
            None: (self.c.soft, self.c.ink, "eye"),
        }[seen]
        self._plate.paint(fill)
        self._icon.draw(sign, ink)
        self._words.paint(ink)
        voice.put(self._words, code)
