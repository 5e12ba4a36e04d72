"""S1: how to hold the phone, a small mirror of the scan window, and what to do if it fails."""

from typing import Any

from kivy.clock import Clock

from kiosk.flow import event
from kiosk.flow.state import KioskState, Message, MessageCode, Scan, ScanTab
from kiosk.screens.frame import Frame
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.notice import NoticeBar
from kiosk.screens.tabs import Tabs
from kiosk.screens.theme import AMOUNT, BODY, CAPTION, HEADING, RADIUS, STRONG, TITLE, Box
from kiosk.screens.widgets.camera_view import CameraView
from kiosk.screens.widgets.member_card import MemberCard
from kiosk.screens.widgets.phone import Phone

_MIRROR_S = 1 / 15
_TABS = {
    ScanTab.PHONE.value: "L-TAB-PHONE",
    ScanTab.CARD.value: "L-TAB-CARD",
    ScanTab.TROUBLE.value: "L-TAB-TROUBLE",
}
_SAYS = {ScanTab.PHONE: "L-SCAN-PHONE", ScanTab.CARD: "L-SCAN-CARD"}
_STEPS = ("L-TRY-FRESH", "HINT-BRIGHT", "L-TRY-COUNTER")


class _Steps(Part):
    """What to try, one after the other."""

    def __init__(self, kit: Kit, box: Box) -> None:
        super().__init__(kit)
        high = box.h / len(_STEPS)
        side = 88.0 if self.portrait else 64.0
        size = AMOUNT if self.portrait else BODY
        self._texts = []
        for i in range(len(_STEPS)):
            y = box.y + i * high
            disc = Box(box.x, y + (high - side) / 2, side, side)
            self.plate(disc, self.c.white, side / 2)
            number = self.words(disc, size, self.c.brand, bold=True, align="center")
            number.say(str(i + 1), "sc")
            left = disc.right + (40 if self.portrait else 28)
            self._texts.append(
                self.words(
                    Box(left, y, box.right - left, high), size, self.c.white, bold=True, lines=3
                )
            )

    def say(self, voice: Voice) -> None:
        for words, code in zip(self._texts, _STEPS, strict=True):
            voice.put(words, code)

    def wipe(self) -> None:
        """Nothing here is a shopper's."""


class ScanScreen(Part):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(Frame(kit, camera=True))
        if self.portrait:
            title = Box(56, 180, 968, 120)
            tabs = Box(62, 330, 956, max(100, self.stage.mm(15.2)))
            card = Box(56, 476, 968, 1064)
            phone, member_card = Box(128, 566, 320, 530), Box(106, 566, 372, 530)
            mirror, caption = Box(528, 566, 440, 460), Box(528, 1040, 440, 56)
            says, arrow = Box(116, 1150, 848, 190), Box(480, 1386, 120, 76)
            steps = Box(126, 536, 828, 944)
            back = Box(56, 1576, 968, max(148, self.stage.mm(20.2)))
            notice = Box(56, 172, 968, 136)
        else:
            title = Box(40, 154, 480, 84)
            tabs = Box(46, 262, 468, max(92, self.stage.mm(15.2)))
            card = Box(560, 166, 680, 514)
            phone, member_card = Box(604, 206, 204, 330), Box(596, 206, 236, 330)
            mirror, caption = Box(852, 210, 348, 300), Box(840, 516, 372, 44)
            says, arrow = Box(40, 386, 480, 160), Box(852, 596, 96, 56)
            steps = Box(612, 190, 580, 466)
            back = Box(40, 572, 480, max(108, self.stage.mm(15.3)))
            notice = Box(40, 378, 480, 174)
        self._title = self.words(title, TITLE if self.portrait else HEADING, bold=True)
        self._tabs = self.put(
            Tabs(kit, tabs, _TABS, lambda name: kit.emit(event.ScanTabChosen(ScanTab(name))))
        )
        self.plate(card, self.c.brand, RADIUS, shadow=True)
        self._phone = self.put(Phone(self.c.night, self.c.white), phone)
        self._card = self.put(MemberCard(self.c.night, self.c.gold, self.c.white), member_card)
        self._mirror = self.put(CameraView(28 * self.stage.scale, self.c.night), mirror)
        self._caption = self.words(caption, CAPTION, self.c.on_brand, align="center")
        self._says = self.words(
            says,
            60 if self.portrait else STRONG,
            self.c.white if self.portrait else self.c.ink,
            bold=self.portrait,
            lines=3,
            align="center" if self.portrait else "left",
            valign="middle" if self.portrait else "top",
        )
        self._arrow = self.icon("down", arrow, self.c.gold, thickness=3)
        self._steps = self.put(_Steps(kit, steps))
        self._back = self.button(
            "back",
            back,
            AMOUNT if self.portrait else STRONG,
            lambda: kit.emit(event.WentBack()),
            fill=self.c.soft,
            colour=self.c.ink,
            radius=RADIUS,
        )
        self._notice = self.put(NoticeBar(kit, notice, lines=4))
        self._looking: Any = None

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        scan = state.screen
        if not isinstance(scan, Scan):
            return
        voice = Voice(state.language)
        trouble = scan.tab is ScanTab.TROUBLE
        voice.put(self._title, "L-SCAN-TROUBLE-TITLE" if trouble else "L-SCAN-TITLE")
        voice.put(self._caption, "L-MIRROR")
        voice.put(self._back, "L-BACK")
        self._tabs.choose(scan.tab.value, voice)
        self._steps.say(voice)
        self._steps.show(trouble)
        self._phone.show(scan.tab is ScanTab.PHONE)
        self._card.show(scan.tab is ScanTab.CARD)
        for part in (self._mirror, self._caption, self._arrow, self._says):
            part.show(not trouble)
        if not trouble:
            voice.put(self._says, _SAYS[scan.tab])
        hint = Message(MessageCode.HINT_BRIGHT) if scan.hint and not trouble else None
        notice = scan.notice or hint
        self._notice.say(notice, voice)
        covered = self._title if self.portrait else self._says
        covered.show(notice is None and (covered is self._title or not trouble))

    def entered(self) -> None:
        self._phone.animate(on=not self.kit.still, distance=12 * self.stage.scale)
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
