"""What happened, what it means for the points, what to do now: drawn the same way everywhere."""

from kiosk import i18n
from kiosk.flow.state import Message, MessageCode
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.theme import AMOUNT, BODY, HEADING, RADIUS, TITLE, Box

_ICONS: dict[MessageCode, str] = {
    MessageCode.E_PAPER_MID: "paper",
    MessageCode.E_PAPER_PRE: "paper",
    MessageCode.E_PRINTER: "printer",
    MessageCode.E_UNC: "help",
    MessageCode.OFF_NO: "cloud",
    MessageCode.E_HOLD: "cloud",
    MessageCode.E_MEMBER: "person",
    MessageCode.E_FROZEN: "lock",
    MessageCode.E_CARD_OLD: "card",
    MessageCode.E_CAM_COUNTER: "camera",
    MessageCode.E_STOCK: "box",
    MessageCode.E_TIER: "tag",
    MessageCode.E_LIMIT: "clock",
    MessageCode.E_LIMIT_EVER: "clock",
    MessageCode.E_WINDOW: "clock",
    MessageCode.E_SESSION: "clock",
    MessageCode.E_PIN_COUNTER: "lock",
    MessageCode.E_STOP: "pause",
    MessageCode.E_CLOCK: "clock",
    MessageCode.E_READ_ONLY: "code",
    MessageCode.E_PTS: "tag",
}
_GRAVE = {
    MessageCode.E_MEMBER,
    MessageCode.E_FROZEN,
    MessageCode.E_CARD_OLD,
    MessageCode.E_STOP,
}
"""Nothing that the shopper does here will help."""


class _Row(Part):
    """A small plate that says what it is about, and the sentence."""

    def __init__(self, kit: Kit, box: Box, fill: str, ink: str, code: str) -> None:
        super().__init__(kit)
        self._code = code
        wide, high = (164.0, 76.0) if self.portrait else (136.0, 62.0)
        label = Box(box.x, box.y + (box.h - high) / 2, wide, high)
        self.plate(label, fill, high / 2)
        self._label = self.words(label.inset(12, 2), BODY, ink, bold=True, align="center")
        left = box.x + wide + (40 if self.portrait else 30)
        self._text = self.words(
            Box(left, box.y, box.right - left, box.h),
            AMOUNT if self.portrait else BODY,
            lines=4,
        )

    def say(self, sentence: str, voice: Voice) -> None:
        voice.put(self._label, self._code)
        voice.plain(self._text, sentence)


class Verdict(Part):
    """Icon, headline, and a card with two rows."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        if self.portrait:
            icon = Box(440, 262, 200, 200)
            head = Box(56, 500, 968, 232)
            card = Box(56, 770, 968, 500)
            pad = 56.0
        else:
            icon = Box(40, 176, 148, 148)
            head = Box(40, 344, 440, 190)
            card = Box(520, 170, 720, 364)
            pad = 40.0
        self._plate = self.plate(icon, self.c.warning, 52 if self.portrait else RADIUS)
        side = icon.w * 0.54
        inner = Box(icon.x + (icon.w - side) / 2, icon.y + (icon.h - side) / 2, side, side)
        self._icon = self.icon("exclaim", inner, self.c.warning_ink, thickness=1.9)
        self._head = self.words(
            head,
            TITLE if self.portrait else HEADING,
            bold=True,
            align="center" if self.portrait else "left",
            valign="middle" if self.portrait else "top",
            lines=2 if self.portrait else 3,
        )
        self.plate(card, self.c.white, RADIUS, shadow=True)
        half = card.h / 2
        self.plate(Box(card.x + pad, card.y + half - 1.5, card.w - 2 * pad, 3), self.c.soft, 1.5)
        rows = [
            Box(card.x + pad, card.y + i * half + 20, card.w - 2 * pad, half - 40) for i in range(2)
        ]
        self._points = self.put(_Row(kit, rows[0], self.c.ok, self.c.ok_ink, "L-ROW-POINTS"))
        self._now = self.put(_Row(kit, rows[1], self.c.soft, self.c.ink, "L-ROW-NEXT"))

    def say(self, message: Message, voice: Voice) -> None:
        words = i18n.refusal_words(message.code, voice.language, message.params)
        grave = message.code in _GRAVE
        fill, ink = (
            (self.c.danger, self.c.danger_ink) if grave else (self.c.warning, self.c.warning_ink)
        )
        self._plate.paint(fill)
        self._icon.draw(_ICONS.get(message.code, "exclaim"), ink)
        voice.plain(self._head, words.what)
        self._points.say(words.points, voice)
        self._now.say(words.now, voice)
