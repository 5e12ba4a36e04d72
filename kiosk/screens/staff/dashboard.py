"""K3: how the kiosk is and what can be done about it, at one look."""

from kiosk.flow.staff.values.clerk import Clerk
from kiosk.flow.staff.values.diagnostics import DiagnosticsOpened
from kiosk.flow.staff.values.door import StaffHome
from kiosk.flow.staff.values.rolls import TestPrintOpened
from kiosk.flow.staff.values.service import HandoverOpened, HoursOpened
from kiosk.flow.staff.values.vouchers import QueueOpened, SearchOpened
from kiosk.flow.state import KioskState
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.staff.frame import StaffFrame
from kiosk.screens.staff.paper_card import PaperCard
from kiosk.screens.staff.part_rows import AlarmStrip, PartRows
from kiosk.screens.theme import BODY, CAPTION, HEADING, RADIUS_SMALL, STRONG, Box
from kiosk.screens.widgets.target import TextButton

_NONE_YET = "–"
_STATS = ("L-DASH-ISSUED", "L-DASH-UNCERTAIN", "L-DASH-RELEASED", "L-DASH-PENDING")


class _Stat(Part):
    """One number of the day."""

    def __init__(self, kit: Kit, box: Box, code: str) -> None:
        super().__init__(kit)
        self._code = code
        self._plate = self.plate(box, self.c.white, RADIUS_SMALL, shadow=True)
        pad = 28.0 if self.portrait else 2.0
        if self.portrait:
            name = Box(box.x + pad, box.y + 16, box.w - 2 * pad, 48)
            number = Box(box.x + pad, box.y + 62, box.w - 2 * pad, 88)
        else:
            name = Box(box.x + pad, box.y + 6, box.w - 2 * pad, 42)
            number = Box(box.x + pad, box.y + 44, box.w - 2 * pad, 56)
        align = "left" if self.portrait else "center"
        self._name = self.words(name, CAPTION, self.c.muted, align=align)
        size = HEADING if self.portrait else STRONG
        self._number = self.words(number, size, bold=True, align=align)

    def say(self, number: int | None, voice: Voice, *, calls: bool = False) -> None:
        """Args:
        calls: somebody should do something about it.
        """
        self._plate.paint(self.c.warning if calls else self.c.white)
        ink = self.c.warning_ink if calls else self.c.ink
        self._number.paint(ink)
        self._name.paint(ink if calls else self.c.muted)
        voice.put(self._name, self._code)
        voice.plain(self._number, _NONE_YET if number is None else f"{number:,}")


class DashboardScreen(Part):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(StaffFrame(kit))
        gap = self.stage.mm(4.2)
        if self.portrait:
            paper = Box(56, 172, 968, 318)
            stats, stat_gap = Box(56, 514, 968, 160), 24.0
            strip, rows = Box(56, 698, 968, 84), Box(56, 798, 968, 602)
            buttons = Box(56, 1424, 968, 420)
        else:
            paper = Box(40, 148, 500, 212)
            stats, stat_gap = Box(40, 374, 500, 100), 8.0
            strip, rows = Box(564, 148, 676, 58), Box(564, 212, 676, 552)
            buttons = Box(40, 490, 500, 273)
        self._paper = self.put(PaperCard(kit, paper))
        wide = (stats.w - (len(_STATS) - 1) * stat_gap) / len(_STATS)
        self._stats = [
            self.put(_Stat(kit, Box(stats.x + i * (wide + stat_gap), stats.y, wide, stats.h), code))
            for i, code in enumerate(_STATS)
        ]
        self._strip = self.put(AlarmStrip(kit, strip))
        self._rows = self.put(PartRows(kit, rows))
        self._buttons = self._put_buttons(buttons, gap)

    def _put_buttons(self, area: Box, gap: float) -> dict[str, TextButton]:
        emit = self.kit.emit
        acts = {
            "search": lambda: emit(SearchOpened()),
            "queue": lambda: emit(QueueOpened()),
            "test": lambda: emit(TestPrintOpened()),
            "hours": lambda: emit(HoursOpened()),
            "handover": lambda: emit(HandoverOpened()),
            "diagnostics": lambda: emit(DiagnosticsOpened()),
        }
        wide, high = (area.w - gap) / 2, (area.h - 2 * gap) / 3
        made = {}
        for i, (name, act) in enumerate(acts.items()):
            place = Box(area.x + i % 2 * (wide + gap), area.y + i // 2 * (high + gap), wide, high)
            made[name] = self.button(
                name,
                place,
                STRONG if self.portrait else BODY,
                act,
                fill=self.c.soft,
                colour=self.c.ink,
                icon="cloud",
            )
        return made

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        home = state.screen
        if not isinstance(home, StaffHome):
            return
        voice, facts = Voice(state.language), home.facts
        self._paper.show_paper(state, home, voice)
        issued, uncertain, released, pending = (
            (None, None, None, None)
            if facts is None
            else (facts.issued_today, facts.uncertain, facts.released_today, facts.pending)
        )
        self._stats[0].say(issued, voice)
        self._stats[1].say(uncertain, voice, calls=bool(uncertain))
        self._stats[2].say(released, voice)
        self._stats[3].say(pending, voice, calls=bool(pending) and not state.health.online)
        self._strip.show_alarm(state, home.clerk, facts, voice)
        self._rows.show_parts(state, facts, voice)
        self._say_buttons(home.clerk, uncertain or 0, voice)

    def _say_buttons(self, clerk: Clerk, uncertain: int, voice: Voice) -> None:
        for name, code in (
            ("search", "L-DASH-SEARCH"),
            ("test", "L-DASH-TEST"),
            ("hours", "L-DASH-HOURS"),
            ("handover", "L-DASH-HANDOVER"),
            ("diagnostics", "L-DASH-DIAGNOSTICS"),
        ):
            self._dress(name, clerk)
            voice.put(self._buttons[name], code)
        self._dress("queue", clerk)
        queue = self._buttons["queue"]
        if not clerk.may_settle:
            voice.put(queue, "L-DASH-UNCERTAIN")
            return
        if uncertain:
            queue.dress(self.c.warning, self.c.warning_ink)
        voice.put(queue, "L-DASH-QUEUE", n=uncertain)

    def _dress(self, name: str, clerk: Clerk) -> None:
        """What cannot be done offline shows a cloud crossed out, what is not for this role a
        lock; the strip on top says why.
        """
        button = self._buttons[name]
        barred = (name in _OF_SERVICE and clerk.offline) or (
            name in _OF_VOUCHERS and not clerk.may_settle
        )
        button.disabled = barred
        button.show_icon(barred)
        button.icon.draw("cloud" if clerk.offline else "lock", self.c.muted)
        button.dress(self.c.soft, self.c.muted if barred else self.c.ink)


_OF_SERVICE = {"search", "queue", "hours", "handover"}
_OF_VOUCHERS = {"search", "queue", "handover"}
"""For who may settle vouchers: a clerk or a manager who is logged in."""
