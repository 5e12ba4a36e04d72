"""A list of vouchers, a page at a time, and what is said when there are none."""

from collections.abc import Callable
from uuid import UUID

from kiosk.flow.staff import cases
from kiosk.flow.staff.values.vouchers import CasesTurned, Queue, Search
from kiosk.flow.state import KioskState
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.staff.case_row import CaseRow
from kiosk.screens.theme import BODY, RADIUS, STRONG, Box

_ROWS_PORTRAIT, _ROWS_LANDSCAPE = 8, 5


class CaseList(Part):
    def __init__(
        self, kit: Kit, area: Box, on_tap: Callable[[UUID], None], *, aged: bool = False
    ) -> None:
        super().__init__(kit)
        self.per_page = _ROWS_PORTRAIT if self.portrait else _ROWS_LANDSCAPE
        gap = max(self.stage.mm(4.1), 24.0)
        least = self.stage.mm(15.3)
        high = max(least, min(142.0, (area.h - gap * (self.per_page - 1)) / self.per_page))
        count = int((area.h + gap) / (high + gap) + 0.01)
        self.per_page = min(self.per_page, count)
        self._rows = [
            self.put(
                CaseRow(
                    kit, i, Box(area.x, area.y + i * (high + gap), area.w, high), on_tap, aged=aged
                )
            )
            for i in range(self.per_page)
        ]
        note = Box(area.x, area.y, area.w, min(area.h, 420.0))
        self._plate = self.plate(note, self.c.white, RADIUS, shadow=True)
        side = 120.0 if self.portrait else 96.0
        middle = note.x + note.w / 2
        self._icon = self.icon(
            "check", Box(middle - side / 2, note.y + 70, side, side), self.c.muted, thickness=1.9
        )
        self._says = self.words(
            Box(note.x + 40, note.y + 90 + side, note.w - 80, note.h - 130 - side),
            STRONG if self.portrait else BODY,
            self.c.muted,
            align="center",
            lines=3,
        )

    def show_cases(self, state: KioskState, voice: Voice, empty: str) -> None:
        """Args:
        empty: code of what is said when there are none.
        """
        screen = state.screen
        if not isinstance(screen, Search | Queue):
            return
        page = cases.page(screen, self.per_page)
        for i, row in enumerate(self._rows):
            row.show_case(state, page.cases[i] if i < len(page.cases) else None, voice)
        found = screen.found
        waiting = found.here is None or (found.store is None and not found.silent)
        none = not page.total
        for widget in (self._plate, self._icon, self._says):
            widget.show(none)
        if none:
            self._icon.draw("clock" if waiting else "check", self.c.muted)
            voice.put(self._says, "ST-LOOKING" if waiting else empty)

    def hide(self) -> None:
        """Something else stands in its place."""
        for row in self._rows:
            row.hide()
        for widget in (self._plate, self._icon, self._says):
            widget.show(False)


class Pager(Part):
    """To the page before and after; nothing while there is one page."""

    def __init__(self, kit: Kit, box: Box) -> None:
        super().__init__(kit)
        side = max(box.h, self.stage.mm(15.3))
        self._before = self.icon_button(
            "page:before",
            Box(box.x, box.y, side, box.h),
            "left",
            lambda: kit.emit(CasesTurned(-1)),
            self.c.soft,
            self.c.ink,
        )
        self._after = self.icon_button(
            "page:after",
            Box(box.right - side, box.y, side, box.h),
            "right",
            lambda: kit.emit(CasesTurned(1)),
            self.c.soft,
            self.c.ink,
        )
        self._page = self.words(
            Box(box.x + side, box.y, box.w - 2 * side, box.h), BODY, align="center"
        )

    def show_page(self, screen: Search | Queue, size: int, voice: Voice) -> None:
        page = cases.page(screen, size)
        several = page.pages > 1
        self._before.show(several and page.number > 0)
        self._after.show(several and page.number < page.pages - 1)
        self._page.show(several)
        voice.put(self._page, "L-PAGE", page=page.number + 1, pages=page.pages)

    def hide(self) -> None:
        for widget in (self._before, self._after, self._page):
            widget.show(False)
