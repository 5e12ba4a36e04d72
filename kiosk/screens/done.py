"""S8: take the voucher."""

from math import ceil
from typing import Any

from kivy.animation import Animation

from kiosk.flow import event
from kiosk.flow.state import Done, KioskState, SlotSight
from kiosk.flow.transition import DONE_S
from kiosk.screens.frame import Frame
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.telling import HIDDEN, headline
from kiosk.screens.theme import AMOUNT, BODY, HEADING, RADIUS, RADIUS_SMALL, STRONG, TITLE, Box
from kiosk.screens.widgets.ring import Ring

_OVER = {SlotSight.TAKEN: "L-SLOT-TAKEN", SlotSight.RETRACTED: "L-SLOT-BACK"}
"""Said instead of "take your voucher" when there is none in the slot any more."""


class DoneScreen(Part):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(Frame(kit, foot=False))
        primary = max(148 if self.portrait else 120, self.stage.mm(20.3))
        gap = max(self.stage.mm(4.1), 28)
        if self.portrait:
            side, centre, top = 250.0, 540.0, 232.0
            title, tail = Box(56, 516, 968, 120), Box(56, 642, 968, 72)
            also = Box(56, 714, 968, 64)
            card, picture = Box(56, 830, 968, 360), Box(96, 870, 280, 280)
            x, w, rows = 424.0, 552.0, (896.0, 1000.0)
            arrow, slot = Box(480, 1350, 120, 80), Box(56, 1236, 968, 100)
            y = 1920 - 56 - primary
            half = (968 - gap) / 2
            more, finish = Box(56, y, half, primary), Box(56 + half + gap, y, half, primary)
        else:
            side, centre, top = 150.0, 245.0, 176.0
            title, tail = Box(40, 336, 410, 96), Box(40, 440, 410, 54)
            also = Box(40, 494, 410, 46)
            card, picture = Box(490, 170, 750, 400), Box(524, 204, 332, 332)
            x, w, rows = 896.0, 310.0, (250.0, 370.0)
            arrow, slot = Box(200, 660, 90, 56), Box(40, 550, 410, 96)
            y = 800 - 42 - primary
            half = (750 - gap) / 2
            more, finish = Box(490, y, half, primary), Box(490 + half + gap, y, half, primary)
        self._check(Box(centre - side / 2, top, side, side))
        self._title = self.words(title, TITLE, bold=True, align="center")
        self._tail = self.words(
            tail, AMOUNT if self.portrait else STRONG, bold=True, align="center"
        )
        small = STRONG if self.portrait else BODY
        self._also = self.words(also, small, self.c.muted, align="center")
        self._slot_plate = self.plate(slot, self.c.warning, RADIUS_SMALL)
        sign = 44.0
        self._slot_sign = self.icon(
            "exclaim",
            Box(slot.x + 14, slot.y + (slot.h - sign) / 2, sign, sign),
            self.c.warning_ink,
        )
        inside = Box(slot.x + 60, slot.y + 2, slot.w - 76, slot.h - 4)
        self._where = self.words(inside, small, self.c.muted, bold=True, align="center", lines=2)
        self.plate(card, self.c.white, RADIUS, shadow=True)
        self._paper(picture)
        self._picture = self.picture(picture, RADIUS_SMALL, all_corners=True)
        self._name = self.words(Box(x, rows[0], w, 104), AMOUNT, bold=True, lines=2)
        self._left = self.words(
            Box(x, rows[1], w, 96), HEADING, self.c.brand, bold=True, lines=2, valign="top"
        )
        self._arrow = self.icon("down", arrow, self.c.amber, thickness=3.2)
        self._arrow_y = self._arrow.y
        self._more = self.button(
            "continue",
            more,
            AMOUNT,
            lambda: kit.emit(event.Continued()),
            fill=self.c.soft,
            colour=self.c.ink,
            radius=RADIUS,
        )
        self._finish = self.button(
            "end", finish, AMOUNT, lambda: kit.emit(event.Ended()), radius=RADIUS
        )
        self._moving: Any = None

    def _check(self, box: Box) -> None:
        """A tick, with the time that is left around it."""
        self._ring = self.put(Ring(self.c.brand, self.c.soft, 14 * self.stage.scale), box)
        for share, kind in ((0.76, "disc"), (0.44, "tick")):
            side = box.w * share
            inner = Box(box.x + (box.w - side) / 2, box.y + (box.h - side) / 2, side, side)
            if kind == "disc":
                self.plate(inner, self.c.ok, side / 2)
            else:
                self.icon("check", inner, self.c.ok_ink, thickness=3)

    def _paper(self, box: Box) -> None:
        """What stands where a reward's picture would, when there is none."""
        self._ground = self.plate(box, self.c.ok, RADIUS_SMALL)
        side = box.w * 0.4
        inner = Box(box.x + (box.w - side) / 2, box.y + (box.h - side) / 2, side, side)
        self._sign = self.icon("again", inner, self.c.ok_ink)

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        done = state.screen
        if not isinstance(done, Done):
            return
        voice = Voice(state.language)
        self._tell_slot(state, done, voice)
        voice.put(self._also, "L-ALSO-PHONE")
        item = done.item
        self._picture.show(item is not None)
        self._ground.show(item is None)
        self._sign.show(item is None)
        self._picture.show_picture(item.image.sha256 if item else None)
        name = item.name.in_language(voice.language) if item else voice("L-REPRINTED")
        voice.plain(self._name, name)
        hidden = done.session.hide_balance
        voice.put(self._left, "L-LEFT", n=HIDDEN if hidden else done.session.spendable)
        left_s = max(0.0, done.until_s - state.now_s)
        self._ring.set_share(left_s / DONE_S)
        voice.put(self._finish, "L-FINISH-IN", n=ceil(left_s))
        voice.put(self._more, "L-ANOTHER")

    def _tell_slot(self, state: KioskState, done: Done, voice: Voice) -> None:
        """Where the voucher is, and loudly so while it is not taken."""
        sight = SlotSight.PRESENTED if state.slot is None else state.slot.sight
        title, tail = headline(voice("DONE", tail=done.tail))
        over = _OVER.get(sight)
        voice.plain(self._title, title if over is None else voice(over))
        voice.plain(self._tail, tail)
        waits = sight is SlotSight.WAITS
        voice.put(self._where, "NOT-TAKEN" if waits else "L-SLOT")
        self._where.paint(self.c.warning_ink if waits else self.c.muted)
        self._where.show(over is None)
        self._slot_plate.show(waits)
        self._slot_sign.show(waits)
        self._arrow.show(over is None)

    def entered(self) -> None:
        """The arrow shows the way to the slot until somebody goes it."""
        if self._moving is None and not self.kit.still:
            low = Animation(y=self._arrow_y - 18 * self.stage.scale, d=0.6, t="in_out_sine")
            self._moving = low + Animation(y=self._arrow_y, d=0.6, t="in_out_sine")
            self._moving.repeat = True
            self._moving.start(self._arrow)

    def left(self) -> None:
        if self._moving is not None:
            self._moving.cancel(self._arrow)
            self._moving = None
            self._arrow.y = self._arrow_y
