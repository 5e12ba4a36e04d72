"""The end of a roll change: thanks, how long it took, how far the roll will go."""

from kiosk.flow.staff.values.door import StaffLeft, StaffWentBack
from kiosk.flow.staff.values.rolls import RollChanged
from kiosk.flow.state import KioskState
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.staff.frame import StaffFrame
from kiosk.screens.theme import AMOUNT, DISPLAY, HEADING, RADIUS, STRONG, TITLE, Box

AIM_S = 60
"""A trained clerk changes a roll in a minute."""
_METRE_MM = 1000


class RollChangedScreen(Part):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(StaffFrame(kit))
        high = max(140.0 if self.portrait else 100.0, self.stage.mm(15.3))
        gap = self.stage.mm(4.2)
        if self.portrait:
            side, middle, top = 260.0, 540.0, 330.0
            head, time = Box(56, 650, 968, 140), Box(56, 800, 968, 90)
            card = Box(56, 960, 968, 300)
            home = Box(56, 1844 - 2 * high - gap, 968, high)
            leave = Box(56, 1844 - high, 968, high)
            align = "center"
        else:
            side, middle, top = 170.0, 125.0, 196.0
            head, time = Box(250, 190, 990, 110), Box(250, 300, 990, 70)
            card = Box(40, 404, 1200, 200)
            half = (1200 - gap) / 2
            leave = Box(40, 762 - high, half, high)
            home = Box(40 + half + gap, 762 - high, half, high)
            align = "left"
        disc = Box(middle - side / 2, top, side, side)
        self.plate(disc, self.c.ok, side / 2)
        self.icon("check", disc.inset(side * 0.24), self.c.ok_ink, thickness=2.4)
        self._head = self.words(head, DISPLAY if self.portrait else TITLE, bold=True, align=align)
        self._time = self.words(
            time, HEADING - 10 if self.portrait else STRONG, self.c.muted, align=align
        )
        self.plate(card, self.c.white, RADIUS, shadow=True)
        line = card.h / 2
        self._roll = self.words(
            Box(card.x + 40, card.y + 14, card.w - 80, line - 14),
            STRONG,
            self.c.muted,
            align="center",
        )
        self._vouchers = self.words(
            Box(card.x + 40, card.y + line - 8, card.w - 80, line - 14),
            HEADING if self.portrait else AMOUNT,
            bold=True,
            align="center",
        )
        size = AMOUNT if self.portrait else STRONG
        self._home = self.button("home", home, size, lambda: kit.emit(StaffWentBack()))
        self._leave = self.button(
            "go",
            leave,
            size,
            lambda: kit.emit(StaffLeft()),
            fill=self.c.soft,
            colour=self.c.ink,
        )

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        changed = state.screen
        if not isinstance(changed, RollChanged):
            return
        voice = Voice(state.language)
        voice.put(self._head, "L-CHANGED-TITLE")
        if changed.seconds is None:
            voice.put(self._time, "L-CHANGED-NO-TIME")
        elif changed.seconds <= AIM_S:
            voice.put(self._time, "L-CHANGED-FAST", n=changed.seconds)
        else:
            voice.put(self._time, "L-CHANGED-TIME", n=changed.seconds)
        metres = changed.length_mm // _METRE_MM
        voice.put(self._roll, "L-CHANGED-ROLL", serial=changed.serial, m=metres)
        voice.put(self._vouchers, "L-CHANGED-VOUCHERS", n=changed.vouchers)
        voice.put(self._home, "L-CHANGED-HOME")
        voice.put(self._leave, "ST-LEAVE")
