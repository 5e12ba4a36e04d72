"""A refusal: what happened, what it means for the points, what to do next; and the ways out."""

from math import ceil

from kiosk.flow import event
from kiosk.flow.event import Event
from kiosk.flow.state import KioskState, MessageCode, RefusalWay, Refused
from kiosk.screens.frame import Frame
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.theme import AMOUNT, RADIUS, Box
from kiosk.screens.verdict import Verdict
from kiosk.screens.widgets.target import TextButton

_WAYS: dict[RefusalWay, tuple[str, str, Event]] = {
    RefusalWay.HOME: ("continue", "L-OTHER-REWARDS", event.Continued()),
    RefusalWay.RETRY: ("retry", "L-RETRY", event.Retried()),
    RefusalWay.END: ("end", "L-FINISH-IN", event.Ended()),
    RefusalWay.CALL_STAFF: ("call_staff", "L-CALL-STAFF", event.StaffCalled()),
}
_ON_PHONE = {MessageCode.E_PAPER_MID, MessageCode.E_UNC}
"""The voucher waits on the member's phone: leaving is no loss."""


class RefusedScreen(Part):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(Frame(kit))
        self._verdict = self.put(Verdict(kit))
        primary = max(148 if self.portrait else 120, self.stage.mm(20.3))
        gap = max(self.stage.mm(4.1), 28)
        if self.portrait:
            low = 1780 - primary
            self._places = (Box(56, low - primary - gap, 968, primary), Box(56, low, 968, primary))
            self._alone = self._places[1]
        else:
            y = 680 - primary
            half = (1200 - gap) / 2
            self._places = (Box(40 + half + gap, y, half, primary), Box(40, y, half, primary))
            self._alone = Box(40, y, 1200, primary)
        self._ways: tuple[RefusalWay, ...] = ()
        self._buttons = [self._button(i) for i in range(2)]

    def _button(self, number: int) -> TextButton:
        first = number == 0
        return self.button(
            f"way:{number}",
            self._places[number],
            AMOUNT,
            lambda: self._go(number),
            fill=self.c.brand if first else self.c.soft,
            colour=self.c.white if first else self.c.ink,
            radius=RADIUS,
        )

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        refused = state.screen
        if not isinstance(refused, Refused):
            return
        voice = Voice(state.language)
        self._verdict.say(refused.message, voice)
        self._ways = refused.ways
        for i, button in enumerate(self._buttons):
            button.show(i < len(refused.ways))
            if i < len(refused.ways):
                button.move(self._alone if len(refused.ways) == 1 else self._places[i], self.stage)
                button.name = _WAYS[refused.ways[i]][0]
                self._say(button, refused, refused.ways[i], voice, state.now_s)

    def _say(
        self, button: TextButton, refused: Refused, way: RefusalWay, voice: Voice, now_s: float
    ) -> None:
        left_s = ceil(max(0.0, refused.until_s - now_s))
        code = refused.message.code
        called = way is RefusalWay.CALL_STAFF and refused.staff_called
        button.disabled = called
        if called:
            button.dress(self.c.ok, self.c.ok_ink)
            voice.put(button, "HELP")
        elif way is RefusalWay.CALL_STAFF:
            button.dress(self.c.brand, self.c.white)
            paper = code is MessageCode.E_PAPER_MID
            voice.put(button, "L-CALL-STAFF-PAPER" if paper else "L-CALL-STAFF")
        elif way is RefusalWay.END:
            voice.put(button, "L-USE-PHONE" if code in _ON_PHONE else "L-FINISH-IN", n=left_s)
        else:
            voice.put(button, _WAYS[way][1])

    def _go(self, number: int) -> None:
        if number < len(self._ways):
            self.kit.emit(_WAYS[self._ways[number]][2])
