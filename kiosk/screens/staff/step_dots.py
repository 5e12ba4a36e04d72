"""Where one is in a number of steps: a sentence, and a bar in as many parts."""

from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.theme import BODY, HEADING, STRONG, Box


class StepDots(Part):
    def __init__(self, kit: Kit, box: Box, steps: int) -> None:
        super().__init__(kit)
        bar = 14.0 if self.portrait else 10.0
        words = box.h - bar - (12 if self.portrait else 8)
        half = box.w * 0.5
        self._title = self.words(
            Box(box.x, box.y, half, words), HEADING if self.portrait else STRONG, bold=True
        )
        self._count = self.words(
            Box(box.x + half, box.y, box.w - half, words),
            STRONG if self.portrait else BODY,
            self.c.muted,
            align="right",
        )
        gap = 10.0
        wide = (box.w - gap * (steps - 1)) / steps
        self._parts = [
            self.plate(
                Box(box.x + i * (wide + gap), box.bottom - bar, wide, bar), self.c.soft, bar / 2
            )
            for i in range(steps)
        ]

    def show_step(self, step: int, voice: Voice) -> None:
        voice.put(self._title, "L-ROLL-TITLE")
        voice.put(self._count, "L-ROLL-STEP", n=step)
        for i, part in enumerate(self._parts):
            part.paint(self.c.brand if i < step else self.c.soft)
