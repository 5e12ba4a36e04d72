"""S7: points move, the voucher prints; three steps, no way back."""

from kivy.animation import Animation

from kiosk.flow.state import Dispensing, KioskState, SlotSight, Step
from kiosk.screens.frame import Frame
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.telling import headline
from kiosk.screens.theme import AMOUNT, BODY, RADIUS_SMALL, STRONG, TITLE, Box
from kiosk.screens.widgets.slot import Slot

_STEPS = (Step.DEDUCT, Step.PRINT, Step.TAKE)
_CODES = ("L-STEP-DEDUCT", "L-STEP-PRINT", "L-STEP-TAKE")
_ICONS = ("tag", "printer", "down")
_OUT = {Step.DEDUCT: 0.06, Step.PRINT: 0.62, Step.TAKE: 1.0}
"""How much of the drawn paper has come: it follows the steps, it does not pretend to measure."""
_MOVE_S = 0.2


def _slot_is_full(state: KioskState) -> bool:
    """Whether the voucher before this one stands in the way; nothing was done for this one yet."""
    return state.slot is not None and state.slot.sight is SlotSight.WAITS


class DispensingScreen(Part):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(Frame(kit, foot=False))
        if self.portrait:
            title, text = Box(56, 232, 968, 120), Box(56, 356, 968, 68)
            name = Box(56, 424, 968, 68)
            steps_y, x0, width = 560.0, 150.0, 780.0
            slot = Box(190, 880, 700, 850)
        else:
            title, text = Box(600, 186, 640, 110), Box(600, 300, 640, 56)
            name = Box(600, 356, 640, 56)
            steps_y, x0, width = 500.0, 640.0, 540.0
            slot = Box(70, 180, 470, 570)
        align = "center" if self.portrait else "left"
        self._title = self.words(title, TITLE, bold=True, align=align)
        around = Box(text.x - 24, text.y, text.w + 48, text.h)
        self._first = self.plate(around, self.c.warning, RADIUS_SMALL)
        self._text = self.words(text, AMOUNT if self.portrait else STRONG, align=align)
        self._name = self.words(
            name, AMOUNT if self.portrait else STRONG, self.c.muted, align=align
        )
        self._slot = self.put(Slot(self.c.white, self.c.night, self.c.ink, self.c.soft), slot)
        side = 104.0 if self.portrait else 92.0
        span = (width - side) / 2
        self._tracks = [
            self.plate(
                Box(x0 + side + i * span + 16, steps_y + side / 2 - 5, span - side - 32, 10),
                self.c.soft,
                5,
            )
            for i in range(2)
        ]
        self._dots, self._marks, self._labels = [], [], []
        for i in range(3):
            x = x0 + i * span
            self._dots.append(self.plate(Box(x, steps_y, side, side), self.c.soft, side / 2))
            inner = side * 0.48
            mark = Box(x + (side - inner) / 2, steps_y + (side - inner) / 2, inner, inner)
            self._marks.append(self.icon("check", mark, self.c.white, thickness=2.6))
            label = Box(x + side / 2 - 130, steps_y + side + 16, 260, 60)
            self._labels.append(
                self.words(label, STRONG if self.portrait else BODY, bold=True, align="center")
            )

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        dispensing = state.screen
        if not isinstance(dispensing, Dispensing):
            return
        voice = Voice(state.language)
        title, text = headline(voice("PRINTING"))
        voice.plain(self._title, title)
        full = _slot_is_full(state)
        self._first.show(full)
        self._text.paint(self.c.warning_ink if full else self.c.ink)
        voice.plain(self._text, voice("L-TAKE-FIRST") if full else text)
        item = dispensing.item
        voice.plain(self._name, item.name.in_language(voice.language) if item else "")
        reached = _STEPS.index(dispensing.step)
        for i, code in enumerate(_CODES):
            reprint = i == 0 and item is None  # which moves no points
            voice.put(self._labels[i], "L-STEP-CHECK" if reprint else code)
            done, now = i < reached, i == reached
            self._dots[i].paint(self.c.ok if done else self.c.brand if now else self.c.soft)
            ink = self.c.ok_ink if done else self.c.white if now else self.c.muted
            self._marks[i].draw("check" if done else _ICONS[i], ink)
            self._labels[i].paint(self.c.ink if done or now else self.c.muted)
        for i, track in enumerate(self._tracks):
            track.paint(self.c.brand if i < reached else self.c.soft)
        self._bring_out(_OUT[dispensing.step])

    def _bring_out(self, share: float) -> None:
        if self.kit.still:
            self._slot.out = share
        elif share != self._slot.out:
            Animation.cancel_all(self._slot, "out")
            Animation(out=share, d=_MOVE_S, t="out_cubic").start(self._slot)

    def entered(self) -> None:
        if not self.kit.still:
            self._slot.out = 0.0

    def left(self) -> None:
        Animation.cancel_all(self._slot, "out")
        self._slot.out = 0.0
