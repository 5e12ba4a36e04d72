"""K10: counts, notes to tick, and two people who sign."""

from kiosk.flow.staff.values.service import (
    Handover,
    HandoverSign,
    HandoverSigned,
    NoteTicked,
    SecondAwaited,
)
from kiosk.flow.state import KioskState
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.staff.sheet import Sheet
from kiosk.screens.telling import DASH
from kiosk.screens.theme import AMOUNT, BODY, CAPTION, HEADING, RADIUS, RADIUS_SMALL, STRONG, Box
from wire.api.staff import HandoverCounts, HandoverNote

NOTES = {
    HandoverNote.PAPER_LOW: "ST-NOTE-PAPER-LOW",
    HandoverNote.PRINTER_ODD: "ST-NOTE-PRINTER-ODD",
    HandoverNote.SCANNER_ODD: "ST-NOTE-SCANNER-ODD",
    HandoverNote.SHOPPER_WAITS: "ST-NOTE-SHOPPER-WAITS",
    HandoverNote.KEYS_GIVEN: "ST-NOTE-KEYS-GIVEN",
}
_METRE = 1000


class Counts(Part):
    """Three figures that are handed over: paper, what waits for the service, what is uncertain."""

    def __init__(self, kit: Kit, box: Box) -> None:
        super().__init__(kit)
        gap = 24.0
        wide = (box.w - 2 * gap) / 3
        self._labels, self._values, self._units = [], [], []
        for i in range(3):
            card = Box(box.x + i * (wide + gap), box.y, wide, box.h)
            self.plate(card, self.c.white, RADIUS_SMALL, shadow=True)
            pad = 32.0 if self.portrait else 24.0
            label = 52.0 if self.portrait else 40.0
            inner = Box(card.x + pad, card.y + 8, card.w - 2 * pad, card.h - 16)
            self._labels.append(
                self.words(Box(inner.x, inner.y, inner.w, label), CAPTION, self.c.muted)
            )
            value = inner.h - 2 * label
            self._values.append(
                self.words(
                    Box(inner.x, inner.y + label, inner.w, value),
                    HEADING if self.portrait else AMOUNT,
                    bold=True,
                )
            )
            self._units.append(
                self.words(
                    Box(inner.x, inner.bottom - label, inner.w, label), CAPTION, self.c.muted
                )
            )

    def say(self, state: KioskState, counts: HandoverCounts | None, voice: Voice) -> None:
        metres = DASH if counts is None else f"{counts.paper_mm / _METRE:.1f} m"
        told = (
            ("ST-COUNT-PAPER", metres),
            ("ST-COUNT-OPEN", DASH if counts is None else str(counts.open)),
            ("ST-COUNT-UNCERTAIN", DASH if counts is None else str(counts.uncertain)),
        )
        for i, (code, value) in enumerate(told):
            voice.put(self._labels[i], code)
            voice.plain(self._values[i], value)
        voice.put(self._units[0], "ST-COUNT-VOUCHERS", n=state.paper.vouchers_left)
        voice.put(self._units[1], "ST-COUNT-OPEN-UNIT")
        voice.put(self._units[2], "ST-COUNT-UNCERTAIN-UNIT")
        self._units[0].show(state.paper.known)


class HandoverScreen(Sheet):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        area = self.area
        high = 236.0 if self.portrait else 156.0
        self._counts = self.put(
            Counts(kit, Box(area.x, area.y + (8 if self.portrait else 0), area.w, high))
        )
        ask_y = area.y + 8 + high + (44 if self.portrait else -4)
        ask = 64.0 if self.portrait else 44.0
        self._ask = self.words(
            Box(area.x, ask_y, area.w, ask), STRONG if self.portrait else BODY, bold=True
        )
        top = ask_y + ask + (16 if self.portrait else 2)
        columns = 1 if self.portrait else 3
        wide = (area.w - self.gap * (columns - 1)) / columns
        row = 124.0 if self.portrait else 90.0
        self._notes = {}
        for i, note in enumerate(NOTES):
            x = area.x + i % columns * (wide + self.gap)
            y = top + i // columns * (row + self.gap)
            self._notes[note] = self.button(
                f"note:{note.value}",
                Box(x, y, wide, row),
                STRONG if self.portrait else BODY,
                lambda ticked=note: kit.emit(NoteTicked(ticked)),  # type: ignore[misc]  # a default binds the loop's value
                fill=self.c.white,
                colour=self.c.ink,
                icon="dot",
                lines=1,
            )
        back, on = self.feet(1, 1.6)
        self._back = self.back_button(back)
        self._on = self.main_button("next", on, lambda: kit.emit(SecondAwaited()), icon="card")

    def update(self, state: KioskState) -> None:
        super().update(state)
        handover = state.screen
        if not isinstance(handover, Handover):
            return
        voice = Voice(state.language)
        voice.put(self.title, "ST-HANDOVER")
        voice.put(self.note, "ST-HANDOVER-NOTE")
        self._counts.say(state, handover.counts, voice)
        voice.put(self._ask, "ST-NOTES")
        for note, button in self._notes.items():
            ticked = note in handover.notes
            button.dress(
                self.c.brand if ticked else self.c.white, self.c.white if ticked else self.c.ink
            )
            button.icon.draw(
                "check" if ticked else "box-empty", self.c.white if ticked else self.c.far
            )
            voice.put(button, NOTES[note])
        voice.put(self._back, "L-BACK")
        ready = handover.counts is not None
        self._on.disabled = not ready
        voice.put(self._on, "ST-SECOND-NEXT")


class _Signature(Part):
    """One person: who, as what, and the button that signs."""

    def __init__(self, kit: Kit, box: Box, *, second: bool) -> None:
        super().__init__(kit)
        self._second = second
        self.plate(box, self.c.white, RADIUS, shadow=True)
        pad = 44.0 if self.portrait else 32.0
        label = 56.0 if self.portrait else 44.0
        inner = box.inset(pad, 20)
        self._label = self.words(
            Box(inner.x, inner.y, inner.w, label), CAPTION, self.c.muted, bold=True
        )
        high = max(self.stage.mm(15.3), 120.0 if self.portrait else 92.0)
        low = inner.bottom - high
        if self.portrait:
            name = Box(inner.x, inner.y + label, inner.w, low - inner.y - label)
            sign = Box(inner.x - 12, low, inner.w + 24, high)
        else:
            name = Box(inner.x, low, inner.w * 0.42, high)
            sign = Box(name.right + 16, low, inner.w - name.w - 16, high)
        self._name = self.words(name, HEADING if self.portrait else AMOUNT, bold=True)
        self._sign = self.button(
            "sign:in" if second else "sign:out",
            sign,
            AMOUNT if self.portrait else STRONG,
            lambda: kit.emit(HandoverSigned(second)),
            icon="check",
        )

    def say(self, name: str, *, signed: bool, asking: bool, again: bool, voice: Voice) -> None:
        voice.put(self._label, "ST-SIGN-IN" if self._second else "ST-SIGN-OUT")
        voice.plain(self._name, name)
        self._sign.disabled = (signed and not again) or asking
        signed = signed and not again
        self._sign.dress(
            self.c.ok if signed else self.c.brand, self.c.ok_ink if signed else self.c.white
        )
        self._sign.icon.draw(
            "check" if signed else "pen", self.c.ok_ink if signed else self.c.white
        )
        voice.put(self._sign, "L-RETRY" if again else "ST-SIGNED" if signed else "ST-SIGN")


class HandoverSignScreen(Sheet):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        area = self.area
        high = 236.0 if self.portrait else 144.0
        self._counts = self.put(Counts(kit, Box(area.x, area.y + 8, area.w, high)))
        top = area.y + 8 + high + 24
        told = 116.0 if self.portrait else 48.0
        self._notes = self.words(
            Box(area.x, top, area.w, told),
            BODY if self.portrait else CAPTION,
            self.c.muted,
            lines=2 if self.portrait else 1,
        )
        top += told + 16
        half = (area.w - self.gap) / 2
        deep = min(area.bottom - top, 460.0)
        self._out = self.put(_Signature(kit, Box(area.x, top, half, deep), second=False))
        self._in = self.put(
            _Signature(kit, Box(area.x + half + self.gap, top, half, deep), second=True)
        )
        self._back = self.back_button(self.feet(1)[0])

    def update(self, state: KioskState) -> None:
        super().update(state)
        sign = state.screen
        if not isinstance(sign, HandoverSign):
            return
        voice = Voice(state.language)
        voice.put(self.title, "ST-HANDOVER")
        voice.put(self.note, "ST-BOTH-SIGN")
        self._counts.say(state, sign.counts, voice)
        ticked = [voice(NOTES[note]) for note in NOTES if note in sign.notes]
        voice.plain(self._notes, " · ".join(ticked) or voice("ST-NO-NOTES"))
        if sign.silent:
            voice.put(self._notes, "ST-END-HANDOVER-SILENT")
        for person, panel, signed in (
            (sign.clerk, self._out, sign.signed_out),
            (sign.second, self._in, sign.signed_in),
        ):
            panel.say(
                person.display, signed=signed, asking=sign.asking, again=sign.silent, voice=voice
            )
        voice.put(self._back, "L-BACK")
