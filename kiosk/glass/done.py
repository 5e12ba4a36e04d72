"""S8: take the voucher."""

from math import ceil
from typing import Any

from kivy.animation import Animation

from kiosk.flow import event
from kiosk.flow.state import Done, KioskState
from kiosk.flow.transition import DONE_S
from kiosk.glass.frame import Frame
from kiosk.glass.kit import Kit, Part, Voice
from kiosk.glass.theme import AMOUNT, HEADING, RADIUS, STRONG, Box
from kiosk.glass.widgets.ring import Ring


class DoneScreen(Part):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(Frame(kit, foot=False))
        primary = max(148 if self.portrait else 120, self.stage.mm(20.3))
        gap = max(self.stage.mm(4.1), 28)
        if self.portrait:
            side, centre, top = 250.0, 540.0, 250.0
            title = Box(56, 540, 968, 110)
            take = Box(56, 656, 968, 80)
            card = Box(56, 800, 968, 420)
            arrow = Box(450, 1310, 180, 108)
            picture = Box(96, 840, 340, 340)
            x, w = 476.0, 508.0
            rows = (860.0, 958.0, 1066.0)
            y = 1920 - 56 - primary
            finish, more = Box(56, y, 400, primary), Box(456 + gap, y, 568 - gap, primary)
        else:
            side, centre, top = 160.0, 230.0, 196.0
            title = Box(40, 376, 380, 80)
            take = Box(40, 458, 380, 110)
            card = Box(450, 170, 790, 400)
            arrow = Box(180, 584, 100, 56)
            picture = Box(482, 202, 336, 336)
            x, w = 850.0, 360.0
            rows = (216.0, 306.0, 402.0)
            y = 800 - 42 - primary
            finish, more = Box(450, y, 320, primary), Box(770 + gap, y, 470 - gap, primary)
        self._ring = self.put(
            Ring(self.c.brand, self.c.soft, 14 * self.stage.scale),
            Box(centre - side / 2, top, side, side),
        )
        disc = side * 0.74
        self.plate(Box(centre - disc / 2, top + (side - disc) / 2, disc, disc), self.c.ok, disc / 2)
        tick = side * 0.44
        self.icon(
            "check",
            Box(centre - tick / 2, top + (side - tick) / 2, tick, tick),
            self.c.ok_ink,
            thickness=3,
        )
        self._title = self.words(title, 76 if self.portrait else HEADING, bold=True, align="center")
        self._take = self.words(
            take, AMOUNT if self.portrait else STRONG, bold=True, align="center", lines=2
        )
        self.plate(card, self.c.white, RADIUS, shadow=True)
        self._picture = self.picture(picture, 28, all_corners=True)
        self._name = self.words(Box(x, rows[0], w, 84), AMOUNT, bold=True)
        self._left = self.words(Box(x, rows[1], w, 90), HEADING, self.c.brand, bold=True)
        self._phone = self.words(Box(x, rows[2], w, 110), STRONG, self.c.muted, lines=2)
        self._arrow = self.icon("down", arrow, self.c.amber, thickness=3.2)
        self._finish = self.button(
            "end",
            finish,
            AMOUNT,
            lambda: kit.emit(event.Ended()),
            fill=self.c.soft,
            colour=self.c.ink,
            radius=RADIUS,
        )
        self._more = self.button(
            "continue", more, AMOUNT, lambda: kit.emit(event.Continued()), radius=RADIUS
        )
        self._moving: Any = None

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        done = state.screen
        if not isinstance(done, Done):
            return
        voice = Voice(state.language)
        voice.put(self._title, "L-DONE" if done.item else "L-REPRINTED")
        voice.put(self._take, "DONE", tail=done.tail)
        item = done.item
        self._picture.show(item is not None)
        self._picture.show_picture(item.image.sha256 if item else None)
        voice.plain(self._name, item.name.in_language(voice.language) if item else "")
        voice.put(self._left, "L-LEFT", n=done.session.spendable)
        voice.put(self._phone, "L-ALSO-PHONE")
        left_s = max(0.0, done.until_s - state.now_s)
        self._ring.set_share(left_s / DONE_S)
        voice.put(self._finish, "L-FINISH-IN", n=ceil(left_s))
        voice.put(self._more, "L-ANOTHER")

    def entered(self) -> None:
        if self._moving is None:
            away = 18 * self.stage.scale
            self._moving = Animation(y=self._arrow.y - away, d=0.6, t="in_out_sine") + Animation(
                y=self._arrow.y, d=0.6, t="in_out_sine"
            )
            self._moving.repeat = True
            self._moving.start(self._arrow)

    def left(self) -> None:
        if self._moving is not None:
            self._moving.cancel(self._arrow)
            self._moving = None
