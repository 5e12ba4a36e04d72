"""K7: one uncertain voucher, the three things that can be true, and what each would do."""

from collections.abc import Callable

from kiosk.flow.event import Event
from kiosk.flow.staff import settling
from kiosk.flow.staff.values.vouchers import (
    ReprintOpened,
    Settle,
    StoryOpened,
    TakenConfirmed,
    VoidOpened,
)
from kiosk.flow.state import KioskState
from kiosk.screens.kit import Kit, Voice
from kiosk.screens.staff import saying
from kiosk.screens.staff.choices import Choice, Choices
from kiosk.screens.staff.sheet import Sheet
from kiosk.screens.telling import DASH
from kiosk.screens.theme import BODY, CAPTION, Box

_WAYS = (
    Choice("taken", "person", "ST-TAKEN", "ST-TAKEN-RULE"),
    Choice("reprint", "again", "ST-REPRINT", "ST-AGAIN-RULE"),
    Choice("void", "cross", "ST-VOID", "ST-VOID-RULE"),
)
_EVENTS: dict[str, Callable[[], Event]] = {
    "taken": TakenConfirmed,
    "reprint": ReprintOpened,
    "void": VoidOpened,
}


class SettleScreen(Sheet):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit, head=360.0)
        area = self.area
        note = 60.0 if self.portrait else 44.0
        tiles = Box(area.x, area.y + 8, area.w, area.h - note - 28)
        if self.portrait:
            tiles = Box(area.x, area.y + 8, area.w, min(tiles.h, 3 * 300 + 2 * self.gap))
        self._choices = self.put(
            Choices(kit, tiles, _WAYS, self._choose, 1 if self.portrait else 3)
        )
        self._why_not = self.words(
            Box(area.x, tiles.bottom + 12, area.w, note),
            BODY if self.portrait else CAPTION,
            self.c.muted,
            align="center",
        )
        back, story = self.feet(1, 1)
        self._back = self.back_button(back)
        self._story = self.soft_button("story", story, lambda: kit.emit(StoryOpened()))

    def _choose(self, name: str) -> None:
        self.kit.emit(_EVENTS[name]())

    def update(self, state: KioskState) -> None:
        super().update(state)
        settle = state.screen
        if not isinstance(settle, Settle):
            return
        voice, case = Voice(state.language), settle.case
        voice.put(self.title, "ST-SETTLE-TITLE", tail=case.tail or DASH)
        name = saying.reward(case, voice)
        told = saying.facts(state, case, voice, aged=True)
        voice.plain(self.note, f"{name} · {told}")
        off = [] if settling.settleable(settle) else ["taken", "void"]
        if not case.printable:
            off.append("reprint")
        self._choices.say(voice, None, off)
        self._why_not.show(bool(off))
        code = "ST-SETTLE-THERE" if "taken" in off else "ST-COPIES-OVER"
        voice.put(self._why_not, code, device=case.device_no or DASH)
        voice.put(self._back, "L-BACK")
        voice.put(self._story, "ST-STORY-OPEN")
