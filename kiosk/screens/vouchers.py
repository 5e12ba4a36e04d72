"""The vouchers of this member that live; uncertain ones can be printed again."""

from uuid import UUID

from kiosk.flow import event
from kiosk.flow.state import KioskState, Vouchers
from kiosk.screens.frame import Frame
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.telling import last_day
from kiosk.screens.theme import AMOUNT, BODY, CAPTION, HEADING, RADIUS_SMALL, STRONG, Box
from wire.api.members import MemberVoucher
from wire.api.redemptions import State


class _Line(Part):
    def __init__(self, kit: Kit, number: int, box: Box) -> None:
        super().__init__(kit)
        self._id: UUID | None = None
        self.plate(box, self.c.white, RADIUS_SMALL, shadow=True)
        wide = 250.0 if self.portrait else 220.0
        pad = 40.0
        self._name = self.words(
            Box(box.x + pad, box.y + 18, box.w - wide - 3 * pad, box.h / 2 - 18),
            AMOUNT if self.portrait else STRONG,
            bold=True,
        )
        self._facts = self.words(
            Box(box.x + pad, box.y + box.h / 2, box.w - wide - 3 * pad, box.h / 2 - 18),
            BODY if self.portrait else CAPTION,
            self.c.muted,
        )
        height = max(96.0, self.stage.mm(15.3))
        side = Box(box.right - wide - pad / 2, box.y + (box.h - height) / 2, wide, height)
        self._again = self.button(f"reprint:{number}", side, STRONG, self._print, icon="again")
        chip = Box(side.x, box.y + (box.h - 68) / 2, wide, 68)
        self._chip_plate = self.plate(chip, self.c.ok, 34)
        self._chip = self.words(
            chip.inset(12, 0), CAPTION, self.c.ok_ink, bold=True, align="center"
        )

    def show_voucher(
        self, state: KioskState, voucher: MemberVoucher | None, read_only: bool, voice: Voice
    ) -> None:
        self.show(voucher is not None)
        self._again.show(False)
        if voucher is None:
            self._id = None
            return
        self._id = voucher.id
        voice.plain(self._name, voucher.reward.in_language(voice.language))
        facts = [
            voice("L-TAIL", tail=voucher.tail),
            voice("L-VALID-TO", date=last_day(state, voucher.valid_to)),
        ]
        voice.plain(self._facts, " · ".join(facts))
        uncertain = voucher.state == State.UNCERTAIN
        printable = uncertain and voucher.reprints_left > 0 and not read_only
        self._again.show(printable)
        voice.put(self._again, "L-REPRINT")
        self._chip_plate.show(not printable)
        self._chip.show(not printable)
        counter = uncertain and not printable
        fill, ink = (self.c.warning, self.c.warning_ink) if counter else (self.c.ok, self.c.ok_ink)
        self._chip_plate.paint(fill)
        self._chip.paint(ink)
        voice.put(self._chip, "L-REPRINT-COUNTER" if counter else "L-READY-TO-USE")

    def _print(self) -> None:
        if self._id is not None:
            self.kit.emit(event.ReprintChosen(self._id))


class VouchersScreen(Part):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(Frame(kit, exit_=True, foot=False))
        primary = max(148 if self.portrait else 116, self.stage.mm(20.3))
        edge = 56.0 if self.portrait else 40.0
        width = self.stage.width - 2 * edge
        if self.portrait:
            title, note = Box(edge, 190, width, 96), Box(edge, 288, width, 60)
            top, height, gap, count = 380.0, 216.0, 28.0, 5
        else:
            title, note = Box(edge, 150, 440, 80), Box(500, 160, 740, 64)
            top, height, gap, count = 250.0, 116.0, 20.0, 3
        back = Box(edge, self.stage.height - edge - primary, width, primary)
        self._title = self.words(title, HEADING, bold=True)
        self._note = self.words(
            note,
            STRONG if self.portrait else BODY,
            self.c.muted,
            align="left" if self.portrait else "right",
        )
        self._lines = [
            self.put(_Line(kit, i, Box(edge, top + i * (height + gap), width, height)))
            for i in range(count)
        ]
        self._back = self.button(
            "back",
            back,
            AMOUNT,
            lambda: kit.emit(event.WentBack()),
            fill=self.c.soft,
            colour=self.c.ink,
        )

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        shown = state.screen
        if not isinstance(shown, Vouchers):
            return
        voice = Voice(state.language)
        voice.put(self._title, "L-MY-VOUCHERS")
        voice.put(self._note, "L-SAME-VOUCHER")
        voice.put(self._back, "L-BACK")
        member = shown.session.member
        for i, line in enumerate(self._lines):
            voucher = member.vouchers[i] if i < len(member.vouchers) else None
            line.show_voucher(state, voucher, member.session.read_only, voice)
