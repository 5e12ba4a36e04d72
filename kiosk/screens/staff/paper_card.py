"""How much paper is left, as a ring and a sentence, and the one thing to do about it."""

from kiosk.flow.staff.values.door import StaffHome
from kiosk.flow.staff.values.rolls import RollDropped, RollWizardOpened
from kiosk.flow.state import KioskState, PrinterReadiness
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.telling import local
from kiosk.screens.theme import AMOUNT, BODY, CAPTION, HEADING, RADIUS, STRONG, TITLE, Box
from kiosk.screens.widgets.ring import Ring


class PaperCard(Part):
    def __init__(self, kit: Kit, box: Box) -> None:
        super().__init__(kit)
        self.plate(box, self.c.white, RADIUS, shadow=True)
        pad = 44.0 if self.portrait else 20.0
        side = 230.0 if self.portrait else 132.0
        ring = Box(box.x + pad, box.y + (box.h - side) / 2, side, side)
        thick = (30.0 if self.portrait else 16.0) * self.stage.scale
        self._rings = {
            low: self.put(Ring(colour, self.c.soft, thick), ring)
            for low, colour in ((False, self.c.brand), (True, self.c.amber))
        }
        inside = ring.inset(side * 0.17)
        split = inside.y + inside.h * (0.66 if self.portrait else 0.62)
        self._left = self.words(
            Box(inside.x + 10, inside.y, inside.w - 20, split - inside.y),
            TITLE if self.portrait else AMOUNT,
            bold=True,
            align="center",
        )
        self._unit = self.words(
            Box(inside.x - 6, split - 8, inside.w + 12, inside.bottom - split + 8),
            CAPTION,
            self.c.muted,
            align="center",
            valign="top" if self.portrait else "middle",
        )
        mark = side * 0.4
        self._paper = self.icon(
            "paper",
            Box(ring.x + (side - mark) / 2, ring.y + (side - mark) / 2, mark, mark),
            self.c.muted,
            thickness=1.8,
        )
        x = ring.right + (44 if self.portrait else 20)
        wide = box.right - pad - x
        high = 112.0 if self.portrait else 72.0
        low = box.bottom - (40 if self.portrait else 8) - high
        if self.portrait:
            head, says = Box(x, box.y + 34, wide, 72), Box(x, box.y + 104, wide, 56)
        else:
            head, says = Box(x, box.y + 8, wide, 46), Box(x, box.y + 52, wide, 80)
        self._head = self.words(head, HEADING - 8 if self.portrait else STRONG, bold=True)
        self._says = self.words(
            says,
            BODY if self.portrait else CAPTION,
            self.c.muted,
            lines=1 if self.portrait else 2,
            valign="middle" if self.portrait else "top",
        )
        self._whole = Box(x, low, wide, high)
        gap = self.stage.mm(4.2)
        half = (wide - gap) / 2
        self._first = Box(x, low, half, high)
        size = STRONG if self.portrait else BODY
        self._change = self.button("roll", self._whole, size, self._opened)
        self._kept = self.button(
            "not_changed",
            Box(x + half + gap, low, half, high),
            size,
            lambda: kit.emit(RollDropped()),
            fill=self.c.soft,
            colour=self.c.ink,
        )

    def _opened(self) -> None:
        self.kit.emit(RollWizardOpened())

    def show_paper(self, state: KioskState, home: StaffHome, voice: Voice) -> None:
        paper, record = state.paper, home.unfinished
        none = state.health.printer is PrinterReadiness.NO_PAPER
        low = none or (paper.known and paper.low)
        share = paper.mm_left / paper.length_mm if paper.known and paper.length_mm else 0.0
        for of_low, ring in self._rings.items():
            ring.show(of_low is low)
            ring.set_share(share)
        for words in (self._left, self._unit):
            words.show(paper.known)
        self._paper.show(not paper.known)
        voice.plain(self._left, f"{paper.vouchers_left:,}")
        voice.put(self._unit, "L-DASH-VOUCHERS")
        self._kept.show(record is not None and not record.loaded)
        self._change.move(self._first if self._kept.shown else self._whole, self.stage)
        voice.put(self._kept, "L-DASH-NOT-CHANGED")
        voice.put(self._change, "L-DASH-RESUME" if record else "L-DASH-CHANGE")
        urgent = low or record is not None or not paper.known
        self._change.dress(
            self.c.brand if urgent else self.c.soft, self.c.white if urgent else self.c.ink
        )
        if record is not None:
            voice.put(self._head, "L-DASH-UNFINISHED")
            voice.put(self._says, "L-DASH-UNFINISHED-SAYS", n=record.step)
        elif none:
            voice.put(self._head, "L-DASH-PAPER-NONE")
            voice.put(self._says, "L-DASH-NONE-SAYS")
        elif not paper.known:
            voice.put(self._head, "L-DASH-PAPER-UNKNOWN")
            voice.put(self._says, "L-DASH-UNKNOWN-SAYS")
        else:
            voice.put(self._head, "L-DASH-PAPER-LOW" if low else "L-DASH-PAPER-OK")
            self._say_left(state, voice)

    def _say_left(self, state: KioskState, voice: Voice) -> None:
        n, at = state.paper.vouchers_left, state.paper.empty_at
        if at is None or state.wall is None:
            voice.put(self._says, "L-DASH-LEFT-PLAIN", n=n)
            return
        today = local(state, at).date() == local(state, state.wall).date()
        time = f"{local(state, at):%H:%M}" if today else f"{local(state, at):%m-%d}"
        voice.put(self._says, "L-DASH-LEFT", n=n, time=time)
