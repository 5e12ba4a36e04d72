"""K2: six digits. What is typed is dots; which digits they are stands nowhere on the glass."""

from kiosk.flow.staff import pin_pad
from kiosk.flow.staff.values.door import PinAsked, PinDigit, PinRubbed, StaffWentBack
from kiosk.flow.state import KioskState
from kiosk.screens.frame import Frame
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.staff.digit_pad import DigitPad
from kiosk.screens.staff.notice import StaffNotice
from kiosk.screens.telling import local
from kiosk.screens.theme import BODY, HEADING, RADIUS_SMALL, STRONG, TITLE, Box
from kiosk.screens.widgets.plate import Plate
from wire.api.staff import PIN_DIGITS

_LONG_S = 3600.0
"""Locked for longer than this, waiting is no advice."""


class PinScreen(Part):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(Frame(kit, foot=False))
        if self.portrait:
            title, says = Box(56, 190, 968, 120), Box(56, 312, 968, 60)
            boxes, notice = Box(56, 420, 968, 170), Box(56, 640, 968, 140)
            pad = Box(140, 840, 800, 840)
            back = Box(56, 1734, 968, max(112, self.stage.mm(15.2)))
        else:
            title, says = Box(40, 160, 560, 84), Box(40, 246, 560, 84)
            boxes, notice = Box(40, 352, 560, 116), Box(40, 492, 560, 130)
            pad = Box(680, 162, 560, 600)
            back = Box(40, 654, 560, max(104, self.stage.mm(15.3)))
        self._title = self.words(title, TITLE if self.portrait else HEADING, bold=True)
        self._says = self.words(
            says,
            STRONG if self.portrait else BODY,
            self.c.muted,
            lines=1 if self.portrait else 2,
            valign="middle" if self.portrait else "top",
        )
        self._boxes: list[Plate] = []
        self._dots: list[Plate] = []
        between = 24.0 if self.portrait else 16.0
        wide = (boxes.w - between * (PIN_DIGITS - 1)) / PIN_DIGITS
        for i in range(PIN_DIGITS):
            place = Box(boxes.x + i * (wide + between), boxes.y, wide, boxes.h)
            self._boxes.append(self.plate(place, self.c.white, RADIUS_SMALL))
            side = wide * 0.3
            dot = Box(place.x + (wide - side) / 2, place.y + (place.h - side) / 2, side, side)
            self._dots.append(self.plate(dot, self.c.ink, side / 2))
        self._notice = self.put(StaffNotice(kit, notice, lines=2))
        self._pad = self.put(
            DigitPad(
                kit,
                pad,
                on_digit=lambda digit: kit.emit(PinDigit(digit)),
                on_rub=lambda: kit.emit(PinRubbed()),
            )
        )
        self._back = self.button(
            "back",
            back,
            STRONG,
            lambda: kit.emit(StaffWentBack()),
            fill=self.c.soft,
            colour=self.c.ink,
        )

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        pin = state.screen
        if not isinstance(pin, PinAsked):
            return
        voice = Voice(state.language)
        voice.put(self._title, "L-PIN-ASKING" if pin.asking else "L-PIN-TITLE")
        voice.put(self._says, "L-PIN-SAYS")
        voice.put(self._back, "L-BACK")
        locked = pin_pad.locked(state, pin)
        typed = PIN_DIGITS if pin.asking else len(pin.typed)
        for i, (plate, dot) in enumerate(zip(self._boxes, self._dots, strict=True)):
            dot.show(i < typed)
            plate.paint(self.c.soft if i == typed and not locked else self.c.white)
        self._notice.say(self._word(state, pin, voice), voice, grave=locked)
        self._pad.enable(not pin.asking and not locked, rub=bool(pin.typed))
        self._back.show(not pin.asking)

    def _word(self, state: KioskState, pin: PinAsked, voice: Voice) -> str | None:
        if pin.blocked:
            return voice("L-PIN-LOCKED-LONG")
        if pin.locked_until is not None and pin_pad.locked(state, pin):
            far = state.wall is None or (pin.locked_until - state.wall).total_seconds() > _LONG_S
            if far:
                return voice("L-PIN-LOCKED-LONG")
            return voice("L-PIN-LOCKED", time=f"{local(state, pin.locked_until):%H:%M}")
        return None if pin.left is None else voice("L-PIN-WRONG", n=pin.left)

    def wipe(self) -> None:
        for dot in self._dots:
            dot.show(False)
