"""K5: a slip that is worth nothing shows whether the print is sharp."""

from kiosk.flow.staff.values.door import StaffWentBack
from kiosk.flow.staff.values.rolls import SharpnessJudged, TestPrint, TestPrintWanted, TestStage
from kiosk.flow.state import KioskState
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.staff.blurred import Blurred
from kiosk.screens.staff.frame import StaffFrame
from kiosk.screens.staff.roll_wizard import TROUBLES
from kiosk.screens.staff.sense_chip import SenseChip
from kiosk.screens.theme import AMOUNT, BODY, HEADING, RADIUS, STRONG, TITLE, Box
from kiosk.screens.widgets.roll_picture import RollPicture

_TITLES = {
    TestStage.READY: "L-TEST-TITLE",
    TestStage.PRINTING: "L-ROLL-PRINTING",
    TestStage.PRINTED: "L-TEST-OUT",
    TestStage.FAILED: "L-TEST-FAILED",
}
_PRINTS, _COMPARES = 5, 6
"""The drawings of the wizard that show the same."""


class TestPrintScreen(Part):
    __test__ = False  # not a test, whatever pytest makes of the name

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(StaffFrame(kit))
        high = max(130.0 if self.portrait else 96.0, self.stage.mm(15.3))
        if self.portrait:
            picture, head = Box(56, 196, 968, 700), Box(56, 930, 968, 120)
            says, sense = Box(56, 1054, 968, 120), Box(56, 1190, 968, 84)
            blurred, foot, edge, wide = Box(56, 1190, 968, 440), 1844 - high, 56.0, 968.0
        else:
            picture, head = Box(40, 150, 500, 488), Box(576, 150, 664, 92)
            says, sense = Box(576, 244, 664, 100), Box(576, 360, 664, 64)
            blurred, foot, edge, wide = Box(576, 292, 664, 346), 762 - high, 40.0, 1200.0
        self.plate(picture, self.c.brand, RADIUS, shadow=True)
        self._picture = self.put(
            RollPicture(
                body=self.c.night,
                bay="#0E1613",
                lid="#2B3C33",
                paper=self.c.white,
                print_=self.c.ink,
                core="#C9A36A",
                mark=self.c.gold,
            ),
            picture.inset(40.0 if self.portrait else 24.0),
        )
        self._head = self.words(head, TITLE if self.portrait else HEADING, bold=True)
        self._says = self.words(
            says,
            AMOUNT if self.portrait else BODY,
            self.c.muted,
            lines=2,
            valign="top",
        )
        self._sense = self.put(SenseChip(kit, sense))
        self._blurred = self.put(Blurred(kit, blurred))
        gap = self.stage.mm(4.2)
        third = (wide - 2 * gap) / 3
        places = [Box(edge + i * (third + gap), foot, third, high) for i in range(3)]
        two = Box(places[1].x, foot, 2 * third + gap, high)
        size = AMOUNT if self.portrait else STRONG
        soft = {"fill": self.c.soft, "colour": self.c.ink}
        emit = kit.emit
        self._back = self.button("back", places[0], size, lambda: emit(StaffWentBack()), **soft)
        self._no = self.button(
            "not_sharp", places[1], size, lambda: emit(SharpnessJudged(sharp=False)), **soft
        )
        self._yes = self.button("sharp", places[2], size, lambda: emit(SharpnessJudged(sharp=True)))
        self._print = self.button("print", two, size, lambda: emit(TestPrintWanted()))

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        test = state.screen
        if not isinstance(test, TestPrint):
            return
        voice, stage = Voice(state.language), test.stage
        asks = stage is TestStage.PRINTED and not test.judged
        self._picture.draw(_COMPARES if stage is TestStage.PRINTED else _PRINTS)
        voice.put(self._head, _TITLES[stage])
        voice.put(self._says, "L-ROLL-6-SAYS" if stage is TestStage.PRINTED else "L-TEST-SAYS")
        self._says.show(not test.blurred)
        self._blurred.show_advice(test.blurred, voice)
        told: tuple[bool, str] | None = None
        if test.trouble is not None:
            told = (False, TROUBLES[test.trouble])
        elif test.judged and not test.blurred:
            told = (True, "L-TEST-SHARP")
        self._sense.say(told, voice)
        self._back.show(stage is not TestStage.PRINTING)
        self._yes.show(asks)
        self._no.show(asks)
        self._print.show(stage is not TestStage.PRINTING and not asks)
        voice.put(self._back, "L-BACK")
        voice.put(self._yes, "L-ROLL-YES")
        voice.put(self._no, "L-ROLL-NO")
        first = stage is TestStage.READY
        voice.put(self._print, "L-TEST-GO" if first else "L-ROLL-AGAIN")
