"""K6 and K7: the vouchers of this kiosk and of the store, to be found and to be settled."""

from uuid import UUID

from kiosk.flow.staff.values.vouchers import (
    TAIL_LENGTH,
    CaseChosen,
    Found,
    Queue,
    Search,
    SearchWay,
    SearchWayChosen,
)
from kiosk.flow.state import KioskState
from kiosk.screens.kit import Kit, Voice
from kiosk.screens.staff.case_list import CaseList, Pager
from kiosk.screens.staff.sheet import Sheet
from kiosk.screens.staff.symbol_pad import SymbolPad, TailBoxes
from kiosk.screens.tabs import Tabs
from kiosk.screens.theme import Box

_TABS = {SearchWay.TIME.value: "ST-BY-TIME", SearchWay.TAIL.value: "ST-BY-TAIL"}
_TABS_H = 96.0


def said_of(found: Found) -> str:
    """What stands beside the title: whose vouchers these are."""
    if found.silent:
        return "ST-ONLY-HERE"
    return "ST-LOOKING-STORE" if found.store is None else "ST-WHOLE-STORE"


class SearchScreen(Sheet):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit, beside=True)
        high = max(_TABS_H, self.stage.mm(15.3))
        if self.portrait:
            tabs = Box(self.edge + 6, self.area.y, self.wide - 12, high)
            boxes = Box(self.edge, tabs.bottom + 40, self.wide - 140 - self.gap, 140)
            erase = Box(boxes.right + self.gap, boxes.y, 140, 140)
            rest = tabs.bottom + 36
            self._list_area = Box(self.edge, rest, self.wide, self.area.bottom - rest)
            below = boxes.bottom + 36
            self._found_area = Box(self.edge, below, self.wide, self.area.bottom - below)

            back, pager = self.feet(1, 1)
        else:
            tabs = Box(self.edge + 6, 322, self.wide - 12, high)
            boxes = Box(self.edge, tabs.bottom + 36, self.wide, high)
            self._list_area = self._found_area = self.area
            pager = Box(self.edge, self.foot - self.gap - high, self.wide, high)
            erase = Box(self.edge + self.wide - high, pager.y, high, high)
            back = Box(self.edge, self.foot, self.wide, self.primary)
        self._tabs = self.put(
            Tabs(kit, tabs, _TABS, lambda way: kit.emit(SearchWayChosen(SearchWay(way))))
        )
        self._boxes = self.put(TailBoxes(kit, boxes, erase))
        self._pad = self.put(SymbolPad(kit, self._found_area))
        self._list = self.put(CaseList(kit, self._list_area, self._chosen))
        self._found = self._list
        if self.portrait:
            self._found = self.put(CaseList(kit, self._found_area, self._chosen))
        self._pager = self.put(Pager(kit, pager))
        self._back = self.back_button(back)

    def _chosen(self, case: UUID) -> None:
        self.kit.emit(CaseChosen(case))

    def update(self, state: KioskState) -> None:
        super().update(state)
        search = state.screen
        if not isinstance(search, Search):
            return
        voice = Voice(state.language)
        voice.put(self.title, "ST-SEARCH")
        self._tabs.choose(search.way.value, voice)
        voice.put(self._back, "L-BACK")
        by_tail = search.way is SearchWay.TAIL
        typing = by_tail and len(search.tail) < TAIL_LENGTH
        voice.put(self.note, "ST-TYPE-TAIL" if typing else said_of(search.found))
        self._boxes.show_tail(search.tail if by_tail else None)
        self._pad.show_keys(typing)
        self._list.hide()
        self._found.hide()
        self._pager.hide()
        if typing:
            return
        shown = self._found if by_tail else self._list
        shown.show_cases(state, voice, "ST-NO-SUCH-TAIL" if by_tail else "ST-NONE-YET")
        if not by_tail or self.portrait:  # else the key that rubs out stands there
            self._pager.show_page(search, shown.per_page, voice)


class QueueScreen(Sheet):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit, beside=True)
        if self.portrait:
            back, pager = self.feet(1, 1)
        else:
            high = max(_TABS_H, self.stage.mm(15.3))
            pager = Box(self.edge, self.foot - self.gap - high, self.wide, high)
            back = Box(self.edge, self.foot, self.wide, self.primary)
        self._rule = self.words(
            Box(self.edge, 322, self.wide, 230), 28, self.c.muted, lines=5, valign="top"
        )
        self._rule.show(not self.portrait)
        self._list = self.put(CaseList(kit, self.area, self._chosen, aged=True))
        self._pager = self.put(Pager(kit, pager))
        self._back = self.back_button(back)

    def _chosen(self, case: UUID) -> None:
        self.kit.emit(CaseChosen(case))

    def update(self, state: KioskState) -> None:
        super().update(state)
        queue = state.screen
        if not isinstance(queue, Queue):
            return
        voice = Voice(state.language)
        voice.put(self.title, "ST-QUEUE")
        voice.put(self.note, said_of(queue.found))
        voice.put(self._rule, "ST-QUEUE-RULE")
        voice.put(self._back, "L-BACK")
        self._list.show_cases(state, voice, "ST-QUEUE-EMPTY")
        self._pager.show_page(queue, self._list.per_page, voice)
