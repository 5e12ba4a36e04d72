"""K4: six pictures, one after the other; sensors turn the pages where there are any."""

from kiosk.flow.staff import wizard as flow
from kiosk.flow.staff.values.door import StaffWentBack
from kiosk.flow.staff.values.facts import Sensed
from kiosk.flow.staff.values.rolls import (
    PrintTrouble,
    RollWizard,
    SharpnessJudged,
    TestPrintWanted,
    WizardNext,
    WizardStepBack,
)
from kiosk.flow.state import KioskState
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.staff.blurred import Blurred
from kiosk.screens.staff.frame import StaffFrame
from kiosk.screens.staff.roll_field import RollFieldPad
from kiosk.screens.staff.roll_kind import RollKind
from kiosk.screens.staff.sense_chip import SenseChip
from kiosk.screens.staff.step_dots import StepDots
from kiosk.screens.theme import AMOUNT, BODY, HEADING, RADIUS, STRONG, TITLE, Box
from kiosk.screens.widgets.roll_picture import RollPicture

TITLES = {
    1: ("L-ROLL-1", "L-ROLL-1-SAYS"),
    2: ("L-ROLL-2", "L-ROLL-2-SAYS"),
    3: ("L-ROLL-3", "L-ROLL-3-SAYS"),
    4: ("L-ROLL-4", "L-ROLL-4-SAYS"),
    5: ("L-ROLL-5", "L-ROLL-5-SAYS"),
    6: ("L-ROLL-6", "L-ROLL-6-SAYS"),
}
TROUBLES = {
    PrintTrouble.NO_PAPER: "L-TROUBLE-PAPER",
    PrintTrouble.COVER: "L-TROUBLE-COVER",
    PrintTrouble.PRINTER: "L-TROUBLE-PRINTER",
}


class RollWizardScreen(Part):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(StaffFrame(kit))
        high = max(130.0 if self.portrait else 96.0, self.stage.mm(15.3))
        if self.portrait:
            dots = Box(56, 176, 968, 92)
            picture, under = Box(56, 292, 968, 740), Box(56, 1048, 968, 116)
            says, sense = Box(56, 1164, 968, 68), Box(56, 1250, 968, 84)
            kind, foot = Box(56, 1352, 968, 344), 1844 - high
            self._edge, self._wide = 56.0, 968.0
            blurred, pad = Box(56, 1250, 968, 440), Box(56, 200, 968, 1260)
        else:
            dots = Box(40, 146, 500, 64)
            picture, under = Box(40, 222, 500, 416), Box(576, 146, 664, 84)
            says, sense = Box(576, 230, 664, 52), Box(576, 296, 664, 64)
            kind, foot = Box(576, 376, 664, 262), 762 - high
            self._edge, self._wide = 40.0, 1200.0
            blurred, pad = Box(576, 292, 664, 346), Box(40, 162, 1200, 476)
        self._dots = self.put(StepDots(kit, dots, flow.SHARP))
        self._card = self.plate(picture, self.c.brand, RADIUS, shadow=True)
        inset = 40.0 if self.portrait else 24.0
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
            picture.inset(inset),
        )
        self._head = self.words(under, TITLE if self.portrait else HEADING, bold=True)
        self._says = self.words(says, AMOUNT if self.portrait else BODY, self.c.muted)
        self._sense = self.put(SenseChip(kit, sense))
        self._kind = self.put(RollKind(kit, kind))
        self._blurred = self.put(Blurred(kit, blurred))
        self._pad = self.put(RollFieldPad(kit, pad))
        self._put_feet(foot, high)

    def _put_feet(self, y: float, high: float) -> None:
        gap = self.stage.mm(4.2)
        size = AMOUNT if self.portrait else STRONG
        third = (self._wide - 2 * gap) / 3
        x = self._edge
        places = [Box(x + i * (third + gap), y, third, high) for i in range(3)]
        two = Box(places[1].x, y, 2 * third + gap, high)
        soft = {"fill": self.c.soft, "colour": self.c.ink}
        emit = self.kit.emit
        self._back = self.button("back", places[0], size, lambda: emit(StaffWentBack()), **soft)
        self._previous = self.button(
            "previous", places[1], size, lambda: emit(WizardStepBack()), **soft
        )
        self._next = self.button("next", places[2], size, lambda: emit(WizardNext()))
        self._no = self.button(
            "not_sharp", places[1], size, lambda: emit(SharpnessJudged(sharp=False)), **soft
        )
        self._yes = self.button("sharp", places[2], size, lambda: emit(SharpnessJudged(sharp=True)))
        self._again = self.button("again", two, size, lambda: emit(TestPrintWanted()))
        self._third, self._two = places[2], two

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        wizard = state.screen
        if not isinstance(wizard, RollWizard):
            return
        voice, step = Voice(state.language), wizard.record.step
        typing = wizard.field is not None
        self._dots.show_step(step, voice)
        self._pad.show_field(wizard, voice)
        self._picture.draw(step)
        title, says = TITLES[step]
        voice.put(self._head, title)
        voice.put(self._says, "L-ROLL-PRINTING" if wizard.printing else says)
        for part in (self._dots, self._card, self._picture, self._head, self._says):
            part.show(not typing)
        self._show_middle(state, wizard, voice, typing=typing)
        self._show_feet(state, wizard, voice, typing=typing)

    def _show_middle(
        self, state: KioskState, wizard: RollWizard, voice: Voice, *, typing: bool
    ) -> None:
        step = wizard.record.step
        describing = step == flow.ROLL and not wizard.record.loaded
        self._kind.show_kind(wizard if describing and not typing else None, voice)
        self._blurred.show_advice(wizard.blurred, voice)
        told = None if typing or wizard.blurred else _sensed(state, wizard)
        self._sense.say(told, voice)

    def _show_feet(
        self, state: KioskState, wizard: RollWizard, voice: Voice, *, typing: bool
    ) -> None:
        step = wizard.record.step
        quiet = not wizard.printing
        asked = step == flow.SHARP and not wizard.blurred
        again = quiet and (wizard.blurred or step == flow.TEST)
        first = flow.CLOSE if wizard.record.loaded else flow.OPEN
        back_a_step = first < step < flow.TEST
        self._back.show(quiet and not typing)
        self._previous.show(back_a_step and not typing)
        self._next.show(step < flow.TEST and not typing)
        self._next.move(self._third if back_a_step else self._two, self.stage)
        self._yes.show(asked)
        self._no.show(asked)
        self._again.show(again)
        for button, code in (
            (self._back, "L-BACK"),
            (self._previous, "L-ROLL-BACK-STEP"),
            (self._next, "L-ROLL-NEXT"),
            (self._yes, "L-ROLL-YES"),
            (self._no, "L-ROLL-NO"),
            (self._again, "L-ROLL-AGAIN"),
        ):
            voice.put(button, code)
        if self._next.shown:
            stuck = step == flow.CLOSE and not flow.may_close(state, wizard)
            self._next.disabled = stuck
            self._next.dress(
                self.c.soft if stuck else self.c.brand, self.c.muted if stuck else self.c.white
            )


def _sensed(state: KioskState, wizard: RollWizard) -> tuple[bool | None, str] | None:
    """Whether what this step asks for is seen (None: nobody can see it), and what to say."""
    step, said = wizard.record.step, wizard.printer
    if wizard.printing:
        return None
    if wizard.trouble is not None:
        return False, TROUBLES[wizard.trouble]
    if step >= flow.TEST:
        return None
    is_open = flow.open_seen(state, said)
    if step == flow.CLOSE and flow.overruled(state, wizard):
        return None, "L-SENSE-DOOR-ONLY"
    if step == flow.CLOSE and is_open:
        return False, "L-SENSE-SHUT-FIRST"
    if step == flow.CLOSE and said.paper is Sensed.FAULT:
        return False, "L-SENSE-NO-PAPER"
    if step == flow.CLOSE and said.cover is Sensed.OK:
        return True, "L-SENSE-SHUT"
    if said.cover is Sensed.UNKNOWN and not is_open:
        return None, "L-SENSE-NONE"
    if step == flow.OPEN:
        return (True, "L-SENSE-OPEN") if is_open else (None, "L-SENSE-NOT-OPEN")
    if step == flow.ROLL and said.paper is Sensed.OK:
        return True, "L-SENSE-PAPER"
    return (True, "L-SENSE-OPEN") if is_open else (None, "L-SENSE-SHUT")
