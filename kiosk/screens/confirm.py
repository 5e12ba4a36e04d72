"""S5 and S6: one reward, its terms, the sum, and the button that wakes after a second."""

from kiosk import i18n
from kiosk.flow import event
from kiosk.flow.state import Confirm, KioskState
from kiosk.screens.frame import Frame
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.notice import NoticeBar
from kiosk.screens.telling import DASH, HIDDEN, last_day, spent_first, terms
from kiosk.screens.theme import AMOUNT, BODY, HEADING, RADIUS, STRONG, Box


class ConfirmScreen(Part):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(Frame(kit, exit_=True, foot=False))
        primary = max(148 if self.portrait else 120, self.stage.mm(20.3))
        gap = max(self.stage.mm(4.1), 28)
        if self.portrait:
            card = Box(56, 190, 968, 1086)
            picture = Box(56, 190, 968, 620)
            name, terms_box = Box(112, 836, 856, 84), Box(112, 924, 856, 132)
            sum_y, sum_x, sum_w = 1060.0, 112.0, 856.0
            line = Box(56, 1420, 968, 150)
            y = 1920 - 56 - primary
            back, go = Box(56, y, 312, primary), Box(368 + gap - 4, y, 656 - gap + 4, primary)
            notice = Box(56, 1294, 968, 118)
        else:
            card = Box(40, 160, 1200, 440)
            picture = Box(40, 160, 520, 440)
            name, terms_box = Box(600, 170, 600, 72), Box(600, 242, 600, 118)
            sum_y, sum_x, sum_w = 362.0, 600.0, 600.0
            line = Box(600, 510, 600, 80)
            y = 800 - 42 - primary
            back, go = Box(40, y, 300, primary), Box(340 + gap, y, 900 - gap, primary)
            notice = Box(64, 482, 1152, 100)
        self.plate(card, self.c.white, RADIUS, shadow=True)
        self._picture = self.picture(picture, RADIUS, all_corners=not self.portrait)
        self._name = self.words(name, HEADING, bold=True)
        self._terms = self.words(
            terms_box,
            STRONG if self.portrait else BODY,
            self.c.muted,
            lines=3,
            valign="top",
        )
        third = sum_w / 3
        size = 68 if self.portrait else 52
        label_h, number_h = 48.0, 92.0
        self._now_label = self.words(Box(sum_x, sum_y, third, label_h), BODY, self.c.muted)
        self._now = self.words(Box(sum_x, sum_y + label_h, third, number_h), size, bold=True)
        pill = Box(sum_x + third + 8, sum_y + 36, third - 16, 96)
        self._minus_plate = self.plate(pill, self.c.brand, 36)
        self._minus = self.words(pill.inset(12, 0), AMOUNT, self.c.white, bold=True, align="center")
        right = sum_x + 2 * third
        self._after_label = self.words(
            Box(right, sum_y, third, label_h), BODY, self.c.muted, align="right"
        )
        self._after = self.words(
            Box(right, sum_y + label_h, third, number_h), size, bold=True, align="right"
        )
        self._line = self.words(
            line,
            STRONG if self.portrait else BODY,
            self.c.muted,
            align="center" if self.portrait else "left",
            lines=2,
        )
        self._back = self.button(
            "back",
            back,
            AMOUNT,
            lambda: kit.emit(event.WentBack()),
            fill=self.c.soft,
            colour=self.c.ink,
            radius=RADIUS,
        )
        self._go = self.button(
            "confirm",
            go,
            52 if self.portrait else AMOUNT,
            lambda: kit.emit(event.Confirmed()),
            radius=RADIUS,
        )
        self._notice = self.put(NoticeBar(kit, notice))
        # Where the button would be, if there is none.
        self._why = self.put(NoticeBar(kit, notice if self.portrait else go))

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        confirm = state.screen
        if not isinstance(confirm, Confirm):
            return
        voice = Voice(state.language)
        item, session = confirm.item, confirm.session
        reward = item.name.in_language(voice.language)
        left = session.spendable - confirm.price
        self._picture.show_picture(item.image.sha256)
        voice.plain(self._name, reward)
        voice.plain(self._terms, terms(state, item, voice))
        voice.put(self._now_label, "L-NOW")
        voice.put(self._after_label, "L-AFTER")
        hidden = session.hide_balance
        voice.plain(self._now, HIDDEN if hidden else f"{session.spendable:,}")
        voice.plain(self._minus, f"− {confirm.price:,}")
        after = f"{left:,}" if left >= 0 else DASH
        voice.plain(self._after, HIDDEN if hidden else after)
        voice.put(self._back, "L-BACK")
        voice.put(self._go, "L-CONFIRM")
        # Awake or asleep is a colour and a word: asleep it is the soft plate of what is not yet.
        awake = not confirm.blocked and state.now_s >= confirm.armed_at_s
        self._go.dress(*((self.c.brand, self.c.white) if awake else (self.c.soft, self.c.muted)))
        self._go.show(not confirm.blocked)
        self._go.disabled = not awake
        voice.plain(self._line, self._sentence(state, confirm, reward, voice))
        self._notice.say(None if confirm.blocked else confirm.notice, voice)
        self._why.say(confirm.notice if confirm.blocked else None, voice)
        self._line.show(self.portrait or confirm.notice is None or confirm.blocked)

    def _sentence(self, state: KioskState, confirm: Confirm, reward: str, voice: Voice) -> str:
        """Which points go first where some are about to expire, else the question itself."""
        if confirm.blocked or confirm.session.hide_balance:
            return ""
        if (first := spent_first(confirm.session, confirm.price)) is not None:
            points, at = first
            return voice("L-FIRST-EXPIRING", n=points, date=last_day(state, at))
        left = confirm.session.spendable - confirm.price
        return i18n.text("CONFIRM", voice.language, p=confirm.price, reward=reward, r=left)
