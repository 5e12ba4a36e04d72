"""One voucher in a list: how it stands, what it is, the end of its code."""

from collections.abc import Callable
from uuid import UUID

from kiosk.flow.staff.values.case import Case
from kiosk.flow.state import KioskState
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.staff import saying
from kiosk.screens.theme import AMOUNT, BODY, CAPTION, RADIUS_SMALL, STRONG, Box
from kiosk.screens.typeface import width_px
from kiosk.screens.widgets.placing import place


class StandingChip(Part):
    """A plate with icon and word, as wide as its word; its right edge stands still."""

    def __init__(self, kit: Kit, right: float, y: float, height: float) -> None:
        super().__init__(kit)
        self._right, self._y, self._high = right, y, height
        box = Box(right - 160, y, 160, height)
        self._plate = self.plate(box, self.c.soft, height / 2)
        self._icon = self.icon("dot", box, self.c.ink, thickness=2.6)
        self._words = self.words(box, CAPTION, bold=True)

    def say(self, look: saying.Look, voice: Voice) -> None:
        text = voice(look.code)
        px = CAPTION * self.stage.scale
        wide = width_px(text, size_px=px, face=voice.face, bold=True) / self.stage.scale + 6
        side = self._high * 0.5
        box = Box(self._right - wide - side - 52, self._y, wide + side + 52, self._high)
        place(self._plate, box, self.stage)
        place(self._icon, Box(box.x + 20, box.y + side / 2, side, side), self.stage)
        self._words.move(Box(box.x + 20 + side + 12, box.y, wide, box.h), self.stage)
        self._plate.paint(look.fill)
        self._icon.draw(look.icon, look.ink)
        self._words.paint(look.ink)
        voice.plain(self._words, text)


class CaseRow(Part):
    """`aged` rows say how long they wait instead of when they were asked for."""

    def __init__(
        self,
        kit: Kit,
        number: int,
        box: Box,
        on_tap: Callable[[UUID], None],
        *,
        aged: bool = False,
    ) -> None:
        super().__init__(kit)
        self._case: UUID | None = None
        self._on_tap = on_tap
        self._aged = aged
        self._card = self.target(
            f"case:{number}", box, self._tapped, self.c.white, RADIUS_SMALL, shadow=True
        )
        pad = 36.0 if self.portrait else 24.0
        chip_h = 52.0 if self.portrait else 44.0
        tail_w = 150.0 if self.portrait else 112.0
        tail = Box(box.x + pad, box.y, tail_w, box.h)
        self._tail = self.words(
            tail, AMOUNT if self.portrait else STRONG, bold=True, parent=self._card
        )
        left = tail.right + (20 if self.portrait else 12)
        chip_w = 230.0 if self.portrait else 206.0
        wide = box.right - pad - chip_w - left
        self._reward = self.words(
            Box(left, box.y + 10, wide, box.h / 2 - 8),
            STRONG if self.portrait else BODY,
            bold=True,
            parent=self._card,
        )
        self._facts = self.words(
            Box(left, box.y + box.h / 2, box.right - pad - left, box.h / 2 - 8),
            BODY if self.portrait else CAPTION,
            self.c.muted,
            parent=self._card,
        )
        self._chip = self.put(
            StandingChip(
                kit,
                box.right - pad + 8,
                box.y + (14 if self.portrait else 8),
                chip_h,
            ),
            None,
            self._card,
        )

    def show_case(self, state: KioskState, case: Case | None, voice: Voice) -> None:
        if case is None:
            self.hide()
            return
        self.show(True)
        self._card.show(True)
        self._case = case.id
        voice.plain(self._tail, case.tail or "—")
        voice.plain(self._reward, saying.reward(case, voice))
        voice.plain(self._facts, saying.facts(state, case, voice, aged=self._aged))
        self._chip.say(saying.standing_look(case.standing, self.c), voice)

    def hide(self) -> None:
        """Out of sight and out of reach."""
        self.show(False)
        self._card.show(False)
        self._case = None

    def _tapped(self) -> None:
        if self._case is not None:
            self._on_tap(self._case)
