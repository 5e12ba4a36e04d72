"""The member's card: who, which tier, how many points, what expires."""

from kiosk.flow import event
from kiosk.flow.state import KioskState, Session
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.telling import DASH, HIDDEN, Freshness, freshness, last_day, local, yuan
from kiosk.screens.theme import AMOUNT, BALANCE, BODY, CAPTION, RADIUS, STRONG, Box
from kiosk.screens.typeface import width_px
from kiosk.screens.widgets.hill import Hill
from kiosk.screens.widgets.placing import place
from wire.api.redemptions import State


class PointsCard(Part):
    def __init__(self, kit: Kit, box: Box) -> None:
        super().__init__(kit)
        self._box = box
        self.plate(box, self.c.night, RADIUS, shadow=True)
        self._hill(box)
        pad = 48.0 if self.portrait else 32.0
        x, w = box.x + pad, box.w - 2 * pad
        eye = max(self.stage.mm(15.2), 86)
        if self.portrait:
            hello, tier = (
                Box(x, box.y + 40, 430, 64),
                Box(box.right - pad - 230, box.y + 40, 230, 68),
            )
            number, unit_y = Box(x, box.y + 112, 560, 180), box.y + 196
            low = box.bottom - 126
            self._chip_box = Box(x, low, 470, 76)
            worth = Box(x + 490, low, 250, 76)
            self._eye_box = Box(box.right - pad - eye, box.bottom - pad - eye + 10, eye, eye)
        else:
            hello, tier = Box(x, box.y + 26, w - eye + 12, 56), Box(x, box.y + 88, 190, 54)
            number, unit_y = Box(x, box.y + 142, w, 116), box.y + 248
            low = box.bottom - 74
            self._chip_box = Box(x, low, w, 58)
            worth = Box(x, 0, 0, 0)
            self._eye_box = Box(box.right - pad - eye + 16, box.y + 14, eye, eye)
        self._hello = self.words(
            hello, AMOUNT if self.portrait else STRONG, self.c.white, bold=True
        )
        self._tier_plate = self.plate(tier, self.c.gold, tier.h / 2)
        self._tier = self.words(
            tier.inset(16, 2),
            BODY if self.portrait else CAPTION,
            self.c.gold_ink,
            bold=True,
            align="center",
        )
        self._number_box, self._unit_y = number, unit_y
        self._number = self.words(
            number, BALANCE + 12 if self.portrait else BALANCE - 8, self.c.white, bold=True
        )
        self._unit = self.words(
            Box(x, unit_y, 300, 60), STRONG if self.portrait else BODY, self.c.mist
        )
        self._chip_plate = self.plate(self._chip_box, self.c.warning, self._chip_box.h / 2)
        self._chip = self.words(
            self._chip_box.inset(24 if self.portrait else 14, 2),
            BODY if self.portrait else CAPTION,
            self.c.warning_ink,
            bold=True,
        )
        self._worth = self.words(worth, CAPTION, self.c.mist) if self.portrait else None
        self._eye = self.icon_button(
            "eye",
            self._eye_box,
            "eye",
            lambda: kit.emit(event.BalanceHidden()),
            self.c.brand if self.portrait else self.c.night,
            self.c.white,
            side=48,
            radius=44,
        )

    def _hill(self, box: Box) -> None:
        """The chain's colour, rising in the card's corner."""
        self.put(Hill(self.c.brand, RADIUS * self.stage.scale), box)

    def update_for(self, state: KioskState, session: Session, voice: Voice) -> None:
        member = session.member
        voice.put(self._hello, "L-HELLO", name=member.display)
        voice.plain(self._tier, member.tier.name.in_language(voice.language))
        self._tier_plate.paint(self.c.gold if member.tier.rank else self.c.soft)
        self._tier.paint(self.c.gold_ink if member.tier.rank else self.c.ink)
        self._eye.icon.draw("eye-off" if session.hide_balance else "eye", self.c.white)
        fresh = freshness(state, session)
        number = f"{session.spendable:,}"
        if session.hide_balance:
            number = HIDDEN
        elif fresh is Freshness.GONE:
            number = DASH
        voice.plain(self._number, number)
        unit = voice("L-AVAILABLE")
        if fresh in {Freshness.RECENT, Freshness.STALE}:
            unit += " · " + voice("L-AS-OF", time=f"{local(state, member.as_of):%H:%M}")
        self._place_unit(number, voice)
        voice.plain(self._unit, unit)
        self._show_chip(state, session, fresh, voice)
        if self._worth is not None:
            self._show_worth(state, session, voice)

    def _place_unit(self, number: str, voice: Voice) -> None:
        """Behind the number where there is room, below it where there is none."""
        if not self.portrait:
            self._unit.move(
                Box(self._number_box.x, self._unit_y, self._box.right - self._number_box.x - 8, 44),
                self.stage,
            )
            return
        width = width_px(number, size_px=self._number.font_size, face=voice.face, bold=True)
        x = self._number_box.x + width / self.stage.scale + 24
        self._unit.move(Box(x, self._unit_y, self._box.right - 40 - x, 64), self.stage)

    def _show_chip(
        self, state: KioskState, session: Session, fresh: Freshness, voice: Voice
    ) -> None:
        text = ""
        if fresh is Freshness.STALE:
            text = voice("L-AS-OF", time=f"{local(state, session.member.as_of):%H:%M}")
        elif session.member.expiring and not session.hide_balance:
            soonest = session.member.expiring[0]
            spent = session.member.spendable - session.spendable
            if (left := soonest.points - spent) > 0:
                text = voice("L-EXPIRING", n=left, date=last_day(state, soonest.at))
        if not text and session.member.held:
            text = voice("L-HELD", n=session.member.held)
        self._chip_plate.show(bool(text))
        self._chip.show(bool(text))
        voice.plain(self._chip, text)
        if text:
            size = BODY if self.portrait else CAPTION
            width = width_px(text, size_px=size * self.stage.scale, face=voice.face, bold=True)
            wide = min(width / self.stage.scale + 52, self._chip_box.w)

            place(
                self._chip_plate,
                Box(self._chip_box.x, self._chip_box.y, wide, self._chip_box.h),
                self.stage,
            )

    def _show_worth(self, state: KioskState, session: Session, voice: Voice) -> None:
        per_point = state.config.fen_per_point if state.config else None
        shown = per_point is not None and not session.hide_balance
        assert self._worth is not None  # noqa: S101  # the caller looked
        self._worth.show(shown)
        if per_point is not None:
            voice.put(self._worth, "L-WORTH", yuan=yuan(session.spendable * per_point))


def waiting(session: Session) -> int:
    """How many vouchers of this member may be printed again."""
    return sum(v.state == State.UNCERTAIN and v.reprints_left > 0 for v in session.member.vouchers)
