"""SX: a countdown, two ways, and no data behind it."""

from math import ceil

from kiosk.flow import event
from kiosk.flow.state import KioskState, StillHere
from kiosk.flow.waiting import STILL_HERE_S
from kiosk.screens.frame import Frame
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.theme import AMOUNT, BALANCE, RADIUS, Box
from kiosk.screens.widgets.ring import Ring


class StillHereScreen(Part):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(Frame(kit, foot=False))
        primary = max(160 if self.portrait else 120, self.stage.mm(20.3))
        gap = max(self.stage.mm(4.1), 28)
        if self.portrait:
            side, centre, top = 420.0, 540.0, 380.0
            title, body = Box(56, 860, 968, 130), Box(96, 1000, 888, 140)
            edge, align = 56.0, "center"
        else:
            side, centre, top = 300.0, 270.0, 200.0
            title, body = Box(500, 230, 740, 110), Box(500, 344, 740, 130)
            edge, align = 40.0, "left"
        self._ring = self.put(
            Ring(self.c.brand, self.c.soft, 26 * self.stage.scale),
            Box(centre - side / 2, top, side, side),
        )
        self._number = self.words(
            Box(centre - side / 2, top, side, side), BALANCE, bold=True, align="center"
        )
        self._title = self.words(title, 76, bold=True, align=align)
        self._body = self.words(body, AMOUNT, self.c.muted, align=align, lines=2, valign="top")
        y = self.stage.height - edge - primary
        width = (self.stage.width - 2 * edge - gap) / 3
        self._end = self.button(
            "end",
            Box(edge, y, width, primary),
            AMOUNT,
            lambda: kit.emit(event.Ended()),
            fill=self.c.soft,
            colour=self.c.ink,
            radius=RADIUS,
        )
        self._continue = self.button(
            "continue",
            Box(edge + width + gap, y, 2 * width, primary),
            52,
            lambda: kit.emit(event.Continued()),
            radius=RADIUS,
        )

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        still = state.screen
        if not isinstance(still, StillHere):
            return
        voice = Voice(state.language)
        left_s = max(0.0, still.until_s - state.now_s)
        self._ring.set_share(left_s / STILL_HERE_S)
        voice.plain(self._number, str(ceil(left_s)))
        voice.put(self._title, "L-STILL-TITLE")
        voice.put(self._body, "L-STILL-BODY", n=ceil(left_s))
        voice.put(self._end, "L-FINISH")
        voice.put(self._continue, "L-CONTINUE")
