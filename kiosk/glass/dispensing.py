"""S7: points move, the voucher prints; three steps, no way back."""

from typing import Any

from kivy.animation import Animation

from kiosk.flow.state import Dispensing, KioskState, Step
from kiosk.glass.frame import Frame
from kiosk.glass.kit import Kit, Part, Voice
from kiosk.glass.theme import BODY, HEADING, STRONG, Box
from kiosk.glass.widgets.slot import Slot

_STEPS = ((Step.DEDUCT, "L-STEP-DEDUCT"), (Step.PRINT, "L-STEP-PRINT"), (Step.TAKE, "L-STEP-TAKE"))


class DispensingScreen(Part):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(Frame(kit, foot=False))
        if self.portrait:
            title = Box(56, 250, 968, 110)
            name = Box(56, 366, 968, 64)
            slot = Box(190, 520, 700, 640)
            steps_y, x0, width = 1300.0, 110.0, 860.0
        else:
            title = Box(600, 180, 640, 100)
            name = Box(600, 284, 640, 56)
            slot = Box(90, 180, 440, 540)
            steps_y, x0, width = 470.0, 620.0, 600.0
        self._title = self.words(
            title, HEADING, bold=True, lines=2, align="center" if self.portrait else "left"
        )
        self._name = self.words(
            name, STRONG, self.c.muted, align="center" if self.portrait else "left"
        )
        self._slot = self.put(Slot(self.c.white, self.c.ink, self.c.brand, self.c.soft), slot)
        side = 108.0 if self.portrait else 92.0
        span = (width - side) / 2
        self._tracks = [
            self.plate(
                Box(x0 + side + i * span + 14, steps_y + side / 2 - 5, span - side - 28, 10),
                self.c.soft,
                5,
            )
            for i in range(2)
        ]
        self._dots, self._marks, self._labels = [], [], []
        for i in range(3):
            x = x0 + i * span
            self._dots.append(self.plate(Box(x, steps_y, side, side), self.c.soft, side / 2))
            inner = side * 0.5
            self._marks.append(
                self.icon(
                    "check",
                    Box(x + (side - inner) / 2, steps_y + (side - inner) / 2, inner, inner),
                    self.c.white,
                    thickness=3,
                )
            )
            self._labels.append(
                self.words(
                    Box(x + side / 2 - 140, steps_y + side + 18, 280, 56),
                    STRONG if self.portrait else BODY,
                    bold=True,
                    align="center",
                )
            )
        self._moving: Any = None

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        dispensing = state.screen
        if not isinstance(dispensing, Dispensing):
            return
        voice = Voice(state.language)
        voice.put(self._title, "PRINTING")
        item = dispensing.item
        voice.plain(self._name, item.name.in_language(voice.language) if item else "")
        reached = [step for step, _ in _STEPS].index(dispensing.step)
        icons = ("tag", "printer", "down")
        for i, (_, code) in enumerate(_STEPS):
            voice.put(self._labels[i], code)
            done, now = i < reached, i == reached
            self._dots[i].paint(self.c.brand if done else self.c.gold if now else self.c.soft)
            ink = self.c.white if done else self.c.gold_ink if now else self.c.muted
            self._marks[i].draw("check" if done else icons[i], ink)
            self._labels[i].paint(self.c.ink if done or now else self.c.muted)
        for i, track in enumerate(self._tracks):
            track.paint(self.c.brand if i < reached else self.c.soft)

    def entered(self) -> None:
        self._slot.out = 0.08
        self._moving = Animation(out=0.86, d=3.2, t="out_sine") + Animation(out=0.9, d=1.2)
        self._moving.start(self._slot)

    def left(self) -> None:
        if self._moving is not None:
            self._moving.cancel(self._slot)
            self._moving = None
