"""The drawing of the slot from which a voucher comes."""

from typing import Any

from kivy.graphics import Color, Rectangle, SmoothRoundedRectangle
from kivy.properties import NumericProperty

from kiosk.glass.theme import rgba
from kiosk.glass.widgets.placing import Hideable

_CODE = (0b1101011, 0b1000101, 0b1011001, 0b0100110, 0b1110010, 0b0011101, 0b1010111)
"""A few squares that look like a code and are none."""


class Slot(Hideable):
    """A slot with paper hanging out of it; `out` is the share of the paper that is to be seen."""

    out = NumericProperty(0.86)

    def __init__(self, paper: str, slot: str, mark: str, lines: str, **properties: Any) -> None:
        super().__init__(**properties)
        self._tones = (paper, slot, mark, lines)
        self.bind(pos=self._redraw, size=self._redraw, out=self._redraw)

    def _redraw(self, *_: object) -> None:
        paper, slot, mark, lines = self._tones
        self.canvas.clear()
        w, h = self.width, self.height
        bar_h = h * 0.09
        top = self.top - bar_h
        page_w, page_h = w * 0.62, (h - bar_h) * 0.96
        x = self.center_x - page_w / 2
        shown = page_h * self.out
        y = top + bar_h * 0.4 - shown
        with self.canvas:
            Color(0, 0, 0, 0.10)
            SmoothRoundedRectangle(
                pos=(x + w * 0.012, y - w * 0.02), size=(page_w, shown), radius=[w * 0.012]
            )
            Color(*rgba(paper))
            SmoothRoundedRectangle(pos=(x, y), size=(page_w, shown), radius=[w * 0.012])
            self._print(x, y, page_w, page_h, shown, mark, lines)
            Color(*rgba(slot))
            SmoothRoundedRectangle(pos=(self.x, top), size=(w, bar_h), radius=[bar_h / 2])
            Color(1, 1, 1, 0.16)
            SmoothRoundedRectangle(
                pos=(self.x + w * 0.08, top + bar_h * 0.34),
                size=(w * 0.84, bar_h * 0.16),
                radius=[bar_h * 0.08],
            )

    def _print(
        self, x: float, y: float, w: float, h: float, shown: float, mark: str, lines: str
    ) -> None:
        """What is on the paper, from its lower edge up: it comes out of the slot head first."""

        def row(share: float, left: float, width: float, tone: str, height: float = 0.035) -> None:
            if share * h < shown * 0.92:
                Color(*rgba(tone))
                SmoothRoundedRectangle(
                    pos=(x + left * w, y + share * h),
                    size=(width * w, height * h),
                    radius=[height * h / 2],
                )

        row(0.06, 0.12, 0.76, mark, 0.045)
        row(0.16, 0.12, 0.46, lines)
        row(0.22, 0.12, 0.6, lines)
        side = w * 0.5
        bottom = y + 0.33 * h
        unit = side / len(_CODE)
        Color(*rgba("#1B2420"))
        for i, bits in enumerate(_CODE):
            for j in range(len(_CODE)):
                if bits >> j & 1 and (bottom - y + (i + 1) * unit) < shown * 0.92:
                    Rectangle(
                        pos=(x + (w - side) / 2 + j * unit, bottom + i * unit),
                        size=(unit + 0.5, unit + 0.5),
                    )
        row(0.82, 0.12, 0.64, lines)
        row(0.88, 0.12, 0.4, lines)
