"""Something is being done: a voucher is printed again, or the service is told."""

from typing import Any

from kivy.animation import Animation
from kivy.clock import Clock

from kiosk.flow.staff.values.vouchers import Reprinting, ReprintStage, Settlement, Settling
from kiosk.flow.state import KioskState, SlotSight
from kiosk.screens.kit import Kit, Voice
from kiosk.screens.staff import saying
from kiosk.screens.staff.sheet import Sheet
from kiosk.screens.telling import DASH
from kiosk.screens.theme import AMOUNT, STRONG, Box
from kiosk.screens.widgets.ring import Ring
from kiosk.screens.widgets.slot import Slot

_SAYS = {
    ReprintStage.ASK: "ST-STAGE-ASK",
    ReprintStage.PRINT: "ST-STAGE-PRINT",
    ReprintStage.TAKE: "ST-STAGE-TAKE",
}
_OUT = {ReprintStage.ASK: 0.06, ReprintStage.PRINT: 0.62, ReprintStage.TAKE: 1.0}
"""How much of the drawn paper has come: it follows the steps, it does not pretend to measure."""
_MOVE_S = 0.2
_TURN_S = 1 / 30
_TURN_DEGREES = 9.0


class ReprintingScreen(Sheet):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        if self.portrait:
            slot, says = Box(230, 420, 620, 760), Box(56, 1260, 968, 160)
        else:
            slot, says = Box(90, 240, 420, 510), Box(600, 380, 640, 150)
        self._slot = self.put(Slot(self.c.white, self.c.night, self.c.ink, self.c.soft), slot)
        self._says = self.words(
            says,
            AMOUNT if self.portrait else STRONG,
            bold=True,
            align="center" if self.portrait else "left",
            lines=2,
        )

    def update(self, state: KioskState) -> None:
        super().update(state)
        printing = state.screen
        if not isinstance(printing, Reprinting):
            return
        voice = Voice(state.language)
        case = printing.case
        voice.put(self.title, "ST-REPRINT-TITLE", tail=case.tail or DASH)
        voice.plain(self.note, saying.reward(case, voice))
        full = state.slot is not None and state.slot.sight is SlotSight.WAITS
        waits = full and printing.stage is ReprintStage.ASK  # for the voucher before this one
        voice.put(self._says, "L-TAKE-FIRST" if waits else _SAYS[printing.stage])
        share = _OUT[printing.stage]
        if self.kit.still:
            self._slot.out = share
        elif share != self._slot.out:
            Animation.cancel_all(self._slot, "out")
            Animation(out=share, d=_MOVE_S, t="out_cubic").start(self._slot)

    def left(self) -> None:
        Animation.cancel_all(self._slot, "out")
        self._slot.out = 0.0


class SettlingScreen(Sheet):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        side = 320.0 if self.portrait else 220.0
        middle, top = self.stage.width / 2, 620.0 if self.portrait else 270.0
        self._ring = self.put(
            Ring(self.c.brand, self.c.soft, 22 * self.stage.scale),
            Box(middle - side / 2, top, side, side),
        )
        self._ring.set_share(0.28)
        self._says = self.words(
            Box(self.edge, top + side + 40, self.wide, 120),
            AMOUNT if self.portrait else STRONG,
            bold=True,
            align="center",
            lines=2,
        )
        self._degrees = 0.0
        self._turning: Any = None

    def update(self, state: KioskState) -> None:
        super().update(state)
        asked = state.screen
        if not isinstance(asked, Settling):
            return
        voice = Voice(state.language)
        voice.put(self.title, "ST-SETTLE-TITLE", tail=asked.case.tail or DASH)
        voice.plain(self.note, saying.reward(asked.case, voice))
        taken = asked.wanted is Settlement.TAKEN
        voice.put(self._says, "ST-TELLING-TAKEN" if taken else "ST-TELLING-VOID")

    def entered(self) -> None:
        if not self.kit.still and self._turning is None:
            self._turning = Clock.schedule_interval(lambda _dt: self._turn(), _TURN_S)

    def _turn(self) -> None:
        self._degrees = (self._degrees + _TURN_DEGREES) % 360
        self._ring.turn(self._degrees)

    def left(self) -> None:
        if self._turning is not None:
            self._turning.cancel()
            self._turning = None
