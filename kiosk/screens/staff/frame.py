"""What stands on every screen of somebody who is logged in: who, the languages, the way out."""

from math import ceil

from kiosk.flow.staff import idle
from kiosk.flow.staff.values.door import StaffLeft, StaffStayed
from kiosk.flow.state import Aim, KioskState
from kiosk.screens.frame import LanguageSwitch
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.theme import BODY, STRONG, Box
from wire.api.staff import StaffRole

_ROLES = {
    StaffRole.CLERK: "ST-ROLE-CLERK",
    StaffRole.MANAGER: "ST-ROLE-MANAGER",
    StaffRole.IT: "ST-ROLE-IT",
}


class StaffFrame(Part):
    """The head of a staff screen; `bottom` is where its lower edge is, in design px.

    Half a minute before the log-out a button takes the name's place: 还在吗?
    """

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        edge = 56.0 if self.portrait else 40.0
        height = max(92.0 if self.portrait else 90.0, self.stage.mm(15.2))
        top = 48.0 if self.portrait else 42.0
        wide = 136.0
        self._leave = self.button(
            "leave",
            Box(self.stage.width - edge - wide, top, wide, height),
            BODY,
            lambda: kit.emit(StaffLeft()),
            fill=self.c.ink,
            radius=40,
        )
        right = self.stage.width - edge - wide - self.stage.mm(4.1) - 12
        self._switch = self.put(LanguageSwitch(kit, right, top, height))
        side = 72.0
        middle = top + (height - side) / 2
        self._mark = self.put(Part(kit))
        self.plate(Box(edge, middle, side, side), self.c.night, 20, parent=self._mark)
        self.icon("person", Box(edge + 14, middle + 14, 44, 44), self.c.gold, parent=self._mark)
        room = self._switch.left_edge - edge - 16
        self._name = self.words(
            Box(edge + side + 20, top, room - side - 20, height), STRONG, bold=True
        )
        self._stay = self.button(
            "stay",
            Box(edge, top, room - self.stage.mm(4.1) + 16, height),
            BODY,
            lambda: kit.emit(StaffStayed()),
            fill=self.c.warning,
            colour=self.c.warning_ink,
            radius=40,
        )
        self.bottom = top + height

    def update(self, state: KioskState) -> None:
        self._switch.update(state)
        voice = Voice(state.language)
        voice.put(self._leave, "ST-LEAVE")
        clerk = idle.clerk_of(state)
        if clerk is None and isinstance(state.screen, Aim):
            clerk = state.screen.clerk
        if clerk is not None:
            voice.plain(self._name, f"{voice(_ROLES[clerk.role])} · {clerk.display}")
        self._leave.show(not idle.busy(state))
        left_s = idle.warning_s(state)
        for widget in (self._mark, self._name):
            widget.show(left_s is None)
        self._stay.show(left_s is not None)
        if left_s is not None:
            voice.put(self._stay, "ST-STAY", n=ceil(left_s))
