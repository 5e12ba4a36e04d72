"""A number pad over the wizard: the length of an odd roll, or the number printed on it."""

from kiosk.flow.staff.values.door import StaffWentBack
from kiosk.flow.staff.values.rolls import RollField, RollFieldDone, RollFieldTyped, RollWizard
from kiosk.flow.staff.wizard import typed_counts
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.staff.digit_pad import DigitPad
from kiosk.screens.theme import AMOUNT, BODY, DISPLAY, HEADING, RADIUS, STRONG, Box

_ASKS = {
    RollField.LENGTH: ("L-ROLL-TYPE-LENGTH", "L-ROLL-TYPE-SAYS-LENGTH"),
    RollField.SERIAL: ("L-ROLL-TYPE-SERIAL", "L-ROLL-TYPE-SAYS-SERIAL"),
}
_EMPTY = "–"


class RollFieldPad(Part):
    def __init__(self, kit: Kit, area: Box) -> None:
        super().__init__(kit)
        gap = self.stage.mm(4.2)
        high = max(130.0 if self.portrait else 96.0, self.stage.mm(15.3))
        if self.portrait:
            asks, says = Box(area.x, area.y, area.w, 90), Box(area.x, area.y + 92, area.w, 56)
            shown = Box(area.x, area.y + 170, area.w, 170)
            keys = Box(area.x + 84, area.y + 388, 800, 780)
            foot, left, wide = 1844 - high, 56.0, 968.0
        else:
            asks, says = Box(area.x, area.y, 500, 70), Box(area.x, area.y + 72, 500, 48)
            shown = Box(area.x, area.y + 144, 500, 130)
            keys = Box(area.x + 600, area.y, 600, area.h + 124)
            foot, left, wide = 762 - high, 40.0, 500.0
        self._asks = self.words(asks, HEADING if self.portrait else AMOUNT, bold=True)
        self._says = self.words(says, STRONG if self.portrait else BODY, self.c.muted)
        self.plate(shown, self.c.white, RADIUS, shadow=True)
        self._typed = self.words(
            shown.inset(30, 10), DISPLAY if self.portrait else HEADING, bold=True, align="center"
        )
        self._keys = self.put(
            DigitPad(
                kit,
                keys,
                on_digit=lambda digit: kit.emit(RollFieldTyped(digit)),
                on_rub=lambda: kit.emit(RollFieldTyped("")),
            )
        )
        half = (wide - gap) / 2
        size = AMOUNT if self.portrait else STRONG
        self._cancel = self.button(
            "cancel",
            Box(left, foot, half, high),
            size,
            lambda: kit.emit(StaffWentBack()),
            fill=self.c.soft,
            colour=self.c.ink,
        )
        self._done = self.button(
            "done",
            Box(left + half + gap, foot, half, high),
            size,
            lambda: kit.emit(RollFieldDone()),
        )

    def show_field(self, wizard: RollWizard, voice: Voice) -> None:
        self.show(wizard.field is not None)
        if wizard.field is None:
            return
        asks, says = _ASKS[wizard.field]
        voice.put(self._asks, asks)
        voice.put(self._says, says)
        voice.plain(self._typed, wizard.typed or _EMPTY)
        voice.put(self._cancel, "L-BACK")
        voice.put(self._done, "L-ROLL-DONE")
        self._keys.enable(True, rub=bool(wizard.typed))
        counts = typed_counts(wizard)
        self._done.disabled = not counts
        self._done.dress(
            self.c.brand if counts else self.c.soft, self.c.white if counts else self.c.muted
        )
