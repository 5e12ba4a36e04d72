"""A reason, then a tap: a voucher is printed again, or voided and its points given back."""

from collections.abc import Sequence

from kiosk.flow.staff.values.vouchers import (
    ReprintAsk,
    ReprintConfirmed,
    ReprintReasonChosen,
    VoidAsk,
    VoidConfirmed,
    VoidReasonChosen,
)
from kiosk.flow.state import KioskState
from kiosk.screens.kit import Kit, Voice
from kiosk.screens.staff import saying
from kiosk.screens.staff.choices import Choice, Choices
from kiosk.screens.staff.sheet import Sheet
from kiosk.screens.telling import DASH
from kiosk.screens.theme import BODY, RADIUS_SMALL, STRONG, Box
from wire.api.redemptions import ReleaseReason, ReprintReason

_REPRINTS = (
    Choice(ReprintReason.NOT_PRINTED.value, "printer", "ST-WHY-NOT-PRINTED"),
    Choice(ReprintReason.TORN.value, "paper", "ST-WHY-TORN"),
    Choice(ReprintReason.UNREADABLE.value, "code", "ST-WHY-UNREADABLE"),
    Choice(ReprintReason.LOST_IN_SLOT.value, "down", "ST-WHY-LOST-IN-SLOT"),
)
_VOIDS = (
    Choice(ReleaseReason.STAFF_NOT_PRINTED.value, "printer", "ST-WHY-VOID-NOT-PRINTED"),
    Choice(ReleaseReason.STAFF_TORN.value, "paper", "ST-WHY-VOID-TORN"),
)


class _Ask(Sheet):
    """Tiles with reasons, the rule, and a button that wakes once a reason is chosen."""

    def __init__(self, kit: Kit, reasons: Sequence[Choice], columns: int, rule: str) -> None:
        super().__init__(kit, head=400.0)
        self._rule_code = rule
        high = 176.0 if self.portrait else 104.0
        area = self.area
        box = Box(area.x, area.y, area.w, high)
        self._plate = self.plate(box, self.c.warning, RADIUS_SMALL)
        self._rule = self.words(
            box.inset(36, 10), STRONG if self.portrait else BODY, self.c.warning_ink, lines=3
        )
        top = box.bottom + self.gap
        ask = 64.0 if self.portrait else 48.0
        self._why = self.words(
            Box(area.x, top, area.w, ask), STRONG if self.portrait else BODY, bold=True
        )
        rows = -(-len(reasons) // columns)
        free = area.bottom - top - ask - 12
        room = min(free, rows * 250.0 + (rows - 1) * self.gap)
        tiles = Box(area.x, top + ask + 12, area.w, room)
        self._choices = self.put(Choices(kit, tiles, reasons, self._choose, columns))
        back, act = self.feet(1, 1.4)
        self._back = self.back_button(back)
        self._act = self.main_button("act", act, self._confirm)

    def _choose(self, name: str) -> None:
        """A reason was tapped."""

    def _confirm(self) -> None:
        """The button was tapped."""

    def _tell(self, state: KioskState, ask: ReprintAsk | VoidAsk, title: str, act: str) -> None:
        voice, case = Voice(state.language), ask.case
        voice.put(self.title, title, tail=case.tail or DASH)
        name = saying.reward(case, voice)
        voice.plain(self.note, f"{name} · {saying.facts(state, case, voice)}")
        voice.put(self._rule, self._rule_code, left=case.copies_left, points=case.points or 0)
        voice.put(self._why, "ST-WHY")
        self._choices.say(voice, ask.reason.value if ask.reason else None)
        voice.put(self._back, "L-BACK")
        ready = ask.reason is not None
        self._act.disabled = not ready
        self._act.dress(
            self.c.brand if ready else self.c.soft, self.c.white if ready else self.c.muted
        )
        voice.put(self._act, act if ready else "ST-CHOOSE-WHY", points=case.points or 0)


class ReprintAskScreen(_Ask):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit, _REPRINTS, 2, "ST-REPRINT-RULE")

    def _choose(self, name: str) -> None:
        self.kit.emit(ReprintReasonChosen(ReprintReason(name)))

    def _confirm(self) -> None:
        self.kit.emit(ReprintConfirmed())

    def update(self, state: KioskState) -> None:
        super().update(state)
        if isinstance(state.screen, ReprintAsk):
            self._tell(state, state.screen, "ST-REPRINT-TITLE", "ST-REPRINT-GO")


class VoidAskScreen(_Ask):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit, _VOIDS, 1 if kit.stage.portrait else 2, "ST-VOID-WARNING")
        self._plate.paint(self.c.danger)
        self._rule.paint(self.c.danger_ink)

    def _choose(self, name: str) -> None:
        self.kit.emit(VoidReasonChosen(ReleaseReason(name)))

    def _confirm(self) -> None:
        self.kit.emit(VoidConfirmed())

    def update(self, state: KioskState) -> None:
        super().update(state)
        if isinstance(state.screen, VoidAsk):
            self._tell(state, state.screen, "ST-VOID-TITLE", "ST-VOID-GO")
