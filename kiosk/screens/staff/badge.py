"""K1: show your badge to the camera."""

from typing import Any

from kivy.clock import Clock

from kiosk.flow.staff.values.door import BadgeAsked, DoorNotice, StaffWentBack
from kiosk.flow.state import KioskState
from kiosk.screens.frame import Frame
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.staff.notice import StaffNotice
from kiosk.screens.theme import AMOUNT, BODY, CAPTION, HEADING, RADIUS, STRONG, TITLE, Box
from kiosk.screens.widgets.camera_view import CameraView
from kiosk.screens.widgets.staff_badge import StaffBadge

_MIRROR_S = 1 / 15
NOTICES = {
    DoorNotice.BAD_BADGE: "ST-BADGE",
    DoorNotice.NOT_LISTED: "L-DOOR-NOT-LISTED",
    DoorNotice.SILENT: "L-DOOR-SILENT",
    DoorNotice.EXPIRED: "L-DOOR-EXPIRED",
    DoorNotice.PIN_UNSET: "L-DOOR-PIN-UNSET",
    DoorNotice.REFUSED: "L-DOOR-REFUSED",
}


class BadgeScreen(Part):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(Frame(kit, camera=True))
        if self.portrait:
            title, sub = Box(56, 180, 968, 120), Box(56, 300, 968, 64)
            card = Box(56, 420, 968, 1010)
            badge, mirror = Box(126, 500, 360, 520), Box(528, 520, 440, 480)
            caption = Box(528, 1012, 440, 56)
            says, arrow = Box(116, 1110, 848, 170), Box(480, 1310, 120, 76)
            notice = Box(56, 1470, 968, 150)
            back = Box(56, 1650, 968, max(120, self.stage.mm(15.2)))
        else:
            title, sub = Box(40, 154, 490, 84), Box(40, 240, 490, 92)
            card = Box(560, 166, 680, 514)
            badge, mirror = Box(606, 196, 230, 350), Box(856, 210, 348, 300)
            caption = Box(844, 514, 372, 44)
            says, arrow = Box(600, 566, 540, 96), Box(1140, 590, 76, 46)
            notice = Box(40, 372, 490, 168)
            back = Box(40, 572, 490, max(108, self.stage.mm(15.3)))
        self._title = self.words(title, TITLE if self.portrait else HEADING, bold=True)
        self._sub = self.words(
            sub,
            STRONG if self.portrait else BODY,
            self.c.muted,
            lines=1 if self.portrait else 2,
            valign="middle" if self.portrait else "top",
        )
        self.plate(card, self.c.night, RADIUS, shadow=True)
        self.put(StaffBadge(self.c.white, self.c.gold, self.c.brand, self.c.far), badge)
        self._mirror = self.put(CameraView(28 * self.stage.scale, self.c.ink), mirror)
        self._caption = self.words(caption, CAPTION, self.c.mist, align="center")
        self._says = self.words(
            says,
            HEADING if self.portrait else STRONG,
            self.c.white,
            bold=True,
            lines=2,
            align="center" if self.portrait else "left",
        )
        self.icon("down", arrow, self.c.gold, thickness=3)
        self._notice = self.put(StaffNotice(kit, notice))
        self._back = self.button(
            "back",
            back,
            AMOUNT if self.portrait else STRONG,
            lambda: kit.emit(StaffWentBack()),
            fill=self.c.soft,
            colour=self.c.ink,
            radius=RADIUS,
        )
        self._looking: Any = None

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        door = state.screen
        if not isinstance(door, BadgeAsked):
            return
        voice = Voice(state.language)
        voice.put(self._title, "L-BADGE-TITLE")
        voice.put(self._sub, "L-BADGE-STAFF-ONLY")
        voice.put(self._caption, "L-MIRROR")
        voice.put(self._says, "L-BADGE-CHECKING" if door.checking else "L-BADGE-SAYS")
        voice.put(self._back, "L-BACK")
        self._say_notice(NOTICES[door.notice] if door.notice else None, state, voice)

    def _say_notice(self, code: str | None, state: KioskState, voice: Voice) -> None:
        """What was refused; before all, that nothing can be read here and what to do about it."""
        blind = not state.health.scanner_ok
        if blind:
            voice.put(self._says, "L-BADGE-BLIND")
            code = "L-DOOR-CAMERA"
        self._notice.say(None if code is None else voice(code), voice, grave=blind)

    def entered(self) -> None:
        if self._looking is None:
            self._looking = Clock.schedule_interval(
                lambda _dt: self._mirror.draw(self.kit.preview()), _MIRROR_S
            )

    def left(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        self._mirror.clear()

    def wipe(self) -> None:
        self._mirror.clear()
