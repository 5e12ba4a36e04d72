"""What happened, what it means for the points, what to do next; and the ways out."""

from kiosk import i18n
from kiosk.flow import event
from kiosk.flow.event import Event
from kiosk.flow.state import KioskState, MessageCode, RefusalWay, Refused
from kiosk.glass.frame import Frame
from kiosk.glass.kit import Kit, Part, Voice
from kiosk.glass.sentences import about_points, sentences
from kiosk.glass.theme import AMOUNT, BODY, CAPTION, HEADING, RADIUS, STRONG, Box
from kiosk.glass.widgets.target import TextButton

_ICONS = {
    MessageCode.E_PAPER_MID: "paper",
    MessageCode.E_PAPER_PRE: "paper",
    MessageCode.E_PRINTER: "printer",
    MessageCode.E_UNC: "help",
    MessageCode.OFF_NO: "cloud",
    MessageCode.E_HOLD: "cloud",
    MessageCode.E_MEMBER: "person",
    MessageCode.E_FROZEN: "lock",
    MessageCode.E_CARD_OLD: "card",
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
}
_WAYS: dict[RefusalWay, tuple[str, str, Event]] = {
    RefusalWay.HOME: ("continue", "L-OTHER-REWARDS", event.Continued()),
    RefusalWay.RETRY: ("retry", "L-RETRY", event.Retried()),
    RefusalWay.END: ("end", "L-FINISH", event.Ended()),
    RefusalWay.CALL_STAFF: ("call_staff", "L-CALL-STAFF", event.StaffCalled()),
}
_ROWS = 2


class _Row(Part):
    """A small plate that says what it is about, and the sentence."""

    def __init__(self, kit: Kit, box: Box) -> None:
        super().__init__(kit)
        wide = 150.0
        self._plate = self.plate(Box(box.x, box.y + (box.h - 68) / 2, wide, 68), self.c.ok, 34)
        self._label = self.words(
            Box(box.x + 10, box.y + (box.h - 68) / 2, wide - 20, 68),
            CAPTION if not self.portrait else BODY,
            self.c.ok_ink,
            bold=True,
            align="center",
        )
        self._text = self.words(
            Box(box.x + wide + 34, box.y, box.w - wide - 34, box.h),
            STRONG if self.portrait else BODY,
            lines=3,
        )

    def say(self, sentence: str | None, voice: Voice) -> None:
        self.show(sentence is not None)
        if sentence is None:
            return
        points = about_points(sentence)
        fill, ink = (self.c.ok, self.c.ok_ink) if points else (self.c.soft, self.c.ink)
        self._plate.paint(fill)
        self._label.paint(ink)
        voice.put(self._label, "L-ROW-POINTS" if points else "L-ROW-NEXT")
        voice.plain(self._text, sentence)


class RefusedScreen(Part):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(Frame(kit))
        primary = max(148 if self.portrait else 116, self.stage.mm(20.3))
        gap = max(self.stage.mm(4.1), 28)
        middle = self.stage.width / 2
        if self.portrait:
            icon = Box(middle - 100, 286, 200, 200)
            head = Box(56, 540, 968, 130)
            card = Box(56, 704, 968, 460)
            first = Box(56, 1400, 968, primary)
            second = Box(56, 1400 + primary + gap, 968, primary)
        else:
            icon = Box(40, 168, 130, 130)
            head = Box(200, 168, 1040, 130)
            card = Box(40, 326, 1200, 224)
            y = 800 - 42 - 64 - 18 - primary
            first = Box(660, y, 580, primary)
            second = Box(40, y, 592, primary)
        self.plate(icon, self.c.warning, RADIUS)
        side = icon.w * 0.52
        self._icon = self.icon(
            "exclaim",
            Box(icon.x + (icon.w - side) / 2, icon.y + (icon.h - side) / 2, side, side),
            self.c.warning_ink,
        )
        self._head = self.words(
            head,
            76 if self.portrait else HEADING,
            bold=True,
            align="center" if self.portrait else "left",
            lines=2,
        )
        self._card = self.plate(card, self.c.white, RADIUS, shadow=True)
        half = (card.h - 2) / 2
        pad = 56.0 if self.portrait else 36.0
        self._rows = [
            self.put(
                _Row(kit, Box(card.x + pad, card.y + i * half + 16, card.w - 2 * pad, half - 32))
            )
            for i in range(_ROWS)
        ]
        self._single = self.put(
            _Row(kit, Box(card.x + pad, card.y + 40, card.w - 2 * pad, card.h - 80))
        )
        self._rule = self.plate(
            Box(card.x + pad, card.y + half, card.w - 2 * pad, 3), self.c.soft, 2
        )
        self._ways: tuple[RefusalWay, ...] = ()
        self._buttons = [
            self.button(
                name,
                box,
                AMOUNT,
                lambda n=i: self._go(n),
                fill=fill,
                colour=ink,  # type: ignore[misc]  # a default binds the loop's value
                radius=RADIUS,
            )
            for i, (name, box, fill, ink) in enumerate(
                (
                    ("first", first, self.c.brand, self.c.white),
                    ("second", second, self.c.soft, self.c.ink),
                )
            )
        ]

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        refused = state.screen
        if not isinstance(refused, Refused):
            return
        voice = Voice(state.language)
        message = refused.message
        head, *rest = sentences(i18n.text(message.code, state.language, **message.params))
        self._icon.draw(_ICONS.get(message.code, "exclaim"), self.c.warning_ink)
        voice.plain(self._head, head)
        self._say_rest(rest, voice)
        self._ways = refused.ways
        for i, button in enumerate(self._buttons):
            button.show(i < len(refused.ways))
            if i < len(refused.ways):
                self._label(button, refused, refused.ways[i], voice)

    def _say_rest(self, rest: list[str], voice: Voice) -> None:
        """One or two rows; what comes after the second sentence joins the second row."""
        self._card.show(bool(rest))
        joiner = "" if voice.face == "tc" or not all(r.isascii() for r in rest) else ". "
        if len(rest) > _ROWS:
            rest = [rest[0], (joiner or ",").join(rest[1:])]
        two = len(rest) == _ROWS
        self._rule.show(two)
        for i, row in enumerate(self._rows):
            row.say(rest[i] if two else None, voice)
        self._single.say(rest[0] if len(rest) == 1 else None, voice)

    def _label(self, button: TextButton, refused: Refused, way: RefusalWay, voice: Voice) -> None:
        name, code, _ = _WAYS[way]
        button.name = name
        if way is RefusalWay.CALL_STAFF and refused.staff_called:
            voice.put(button, "HELP")
        elif way is RefusalWay.END and len(refused.ways) == 1:
            voice.put(button, "L-OK")
        else:
            voice.put(button, code)

    def _go(self, number: int) -> None:
        if number < len(self._ways):
            self.kit.emit(_WAYS[self._ways[number]][2])
