"""How it ended: what happened, what it means, what to do next."""

from kiosk import i18n
from kiosk.flow.staff.values.door import StaffWentBack
from kiosk.flow.staff.values.told import GOOD, Ending, Told
from kiosk.flow.state import KioskState
from kiosk.screens.kit import Kit, Voice
from kiosk.screens.staff.sheet import Sheet
from kiosk.screens.telling import headline
from kiosk.screens.theme import AMOUNT, HEADING, RADIUS, STRONG, TITLE, Box

_ICONS = {
    Ending.REPRINT_PAPER: "paper",
    Ending.REPRINT_PRINTER: "printer",
    Ending.REPRINT_COUNTED: "printer",
    Ending.REPRINT_UNSURE: "help",
    Ending.REPRINT_OFFLINE: "cloud",
    Ending.SETTLE_SILENT: "cloud",
    Ending.CLOCK_SILENT: "cloud",
    Ending.CLOCKED_ALREADY: "clock",
    Ending.SAME_PERSON: "person",
    Ending.ROLE: "lock",
}
_NO = {
    Ending.REPRINT_LIMIT,
    Ending.REPRINT_USED,
    Ending.REPRINT_RELEASED,
    Ending.REPRINT_EXPIRED,
    Ending.SETTLED_USED,
    Ending.SETTLED_RELEASED,
    Ending.ROLE,
}
"""Trying again would not help."""


class ToldScreen(Sheet):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        if self.portrait:
            sign, head = Box(440, 360, 200, 200), Box(56, 600, 968, 210)
            card = Box(56, 850, 968, 520)
        else:
            sign, head = Box(40, 196, 148, 148), Box(40, 364, 440, 250)
            card = Box(520, 196, 720, 400)
        self._plate = self.plate(sign, self.c.ok, 52 if self.portrait else RADIUS)
        side = sign.w * 0.54
        self._icon = self.icon(
            "check",
            Box(sign.x + (sign.w - side) / 2, sign.y + (sign.h - side) / 2, side, side),
            self.c.ok_ink,
            thickness=2.0,
        )
        self._head = self.words(
            head,
            TITLE if self.portrait else HEADING,
            bold=True,
            align="center" if self.portrait else "left",
            valign="middle" if self.portrait else "top",
            lines=2 if self.portrait else 4,
        )
        self.plate(card, self.c.white, RADIUS, shadow=True)
        pad = 56.0 if self.portrait else 44.0
        self._body = self.words(card.inset(pad, 28), AMOUNT if self.portrait else STRONG, lines=6)
        self._done = self.main_button("done", self.feet(1)[0], lambda: kit.emit(StaffWentBack()))
        self.title.show(False)
        self.note.show(False)

    def update(self, state: KioskState) -> None:
        super().update(state)
        told = state.screen
        if not isinstance(told, Told):
            return
        voice = Voice(state.language)
        good = told.ending in GOOD
        c = self.c
        fill, ink = (c.ok, c.ok_ink) if good else (c.warning, c.warning_ink)
        if told.ending in _NO:
            fill, ink = c.danger, c.danger_ink
        self._plate.paint(fill)
        self._icon.draw("check" if good else _ICONS.get(told.ending, "exclaim"), ink)
        head, body = headline(i18n.text(told.ending.value, state.language, **told.params))
        voice.plain(self._head, head)
        voice.plain(self._body, body)
        voice.put(self._done, "ST-TO-LIST" if told.back is not None else "ST-TO-HOME")
