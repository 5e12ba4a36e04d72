"""S1: how to hold the phone, a small mirror of the scan window, and what to do if it fails."""

from typing import Any

from kivy.clock import Clock

from kiosk.flow import event
from kiosk.flow.state import KioskState, Message, MessageCode, Scan, ScanTab
from kiosk.glass.frame import Frame
from kiosk.glass.kit import Kit, Part, Voice
from kiosk.glass.notice import NoticeBar
from kiosk.glass.theme import BODY, CAPTION, HEADING, RADIUS, STRONG, Box
from kiosk.glass.widgets.camera_view import CameraView
from kiosk.glass.widgets.phone import Phone

_MIRROR_S = 1 / 15
_TABS = {
    ScanTab.PHONE: ("L-TAB-PHONE", "L-SCAN-PHONE"),
    ScanTab.CARD: ("L-TAB-CARD", "L-SCAN-CARD"),
    ScanTab.TROUBLE: ("L-TAB-TROUBLE", "L-SCAN-TROUBLE"),
}


class ScanScreen(Part):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(Frame(kit, camera=True))
        gap = self.stage.mm(4.1)
        if self.portrait:
            title = Box(56, 190, 968, 96)
            tabs = [Box(56 + i * (968 + gap) / 3, 312, (968 - 2 * gap) / 3, 100) for i in range(3)]
            card = Box(56, 452, 968, 1080)
            phone = Box(160, 530, 270, 440)
            mirror = Box(500, 530, 460, 380)
            caption = Box(500, 918, 460, 48)
            says = Box(116, 1030, 848, 250)
            arrow = Box(470, 1330, 140, 84)
            back = Box(56, 1596, 968, max(124, self.stage.mm(20.2)))
        else:
            title = Box(40, 154, 440, 80)
            tabs = [Box(40 + i * (440 + gap) / 3, 250, (440 - 2 * gap) / 3, 96) for i in range(3)]
            card = Box(520, 162, 720, 510)
            phone = Box(570, 214, 200, 320)
            mirror = Box(830, 204, 370, 300)
            caption = Box(830, 508, 370, 40)
            says = Box(40, 372, 440, 190)
            arrow = Box(840, 584, 100, 56)
            back = Box(40, 580, 440, max(92, self.stage.mm(15.3)))
        self._title = self.words(title, HEADING, bold=True)
        self._tabs = {
            tab: self.button(
                f"tab:{tab.value}",
                tabs[i],
                BODY,
                lambda chosen=tab: kit.emit(event.ScanTabChosen(chosen)),  # type: ignore[misc]  # a default binds the loop's value
                fill=self.c.soft,
                colour=self.c.muted,
                radius=40,
            )
            for i, tab in enumerate(ScanTab)
        }
        self.plate(card, self.c.brand, RADIUS, shadow=True)
        self._phone = self.put(Phone(self.c.night, self.c.white), phone)
        self._mirror = self.put(CameraView(28 * self.stage.scale, self.c.night), mirror)
        self._caption = self.words(caption, CAPTION, self.c.on_brand, align="center")
        on_card = self.portrait
        self._says = self.words(
            says,
            44 if on_card else BODY,
            self.c.white if on_card else self.c.ink,
            bold=on_card,
            lines=5,
            align="center" if on_card else "left",
            valign="top",
        )
        self.icon("down", arrow, self.c.gold, thickness=3)
        self._back = self.button(
            "back",
            back,
            STRONG,
            lambda: kit.emit(event.WentBack()),
            fill=self.c.soft,
            colour=self.c.ink,
        )
        self._notice = self.put(NoticeBar(kit))
        self._looking: Any = None

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        scan = state.screen
        if not isinstance(scan, Scan):
            return
        voice = Voice(state.language)
        voice.put(self._title, "L-SCAN-TITLE")
        voice.put(self._caption, "L-MIRROR")
        voice.put(self._back, "L-BACK")
        for tab, button in self._tabs.items():
            voice.put(button, _TABS[tab][0])
            if tab is scan.tab:
                button.dress(self.c.brand, self.c.white)
            else:
                button.dress(self.c.soft, self.c.muted)
        voice.put(self._says, _TABS[scan.tab][1])
        hint = Message(MessageCode.HINT_BRIGHT) if scan.hint else None
        self._notice.say(scan.notice or hint, voice)

    def entered(self) -> None:
        self._phone.animate(on=True, distance=12 * self.stage.scale)
        if self._looking is None:
            self._looking = Clock.schedule_interval(
                lambda _dt: self._mirror.draw(self.kit.preview()), _MIRROR_S
            )

    def left(self) -> None:
        self._phone.animate(on=False, distance=0)
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        self._mirror.clear()

    def wipe(self) -> None:
        self._mirror.clear()
