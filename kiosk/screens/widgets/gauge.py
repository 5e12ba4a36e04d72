"""A figure as a bar, with marks where it becomes good."""

from collections.abc import Sequence
from typing import Any

from kivy.graphics import Color, SmoothRoundedRectangle

from kiosk.screens.theme import rgba
from kiosk.screens.widgets.placing import Hideable


class Gauge(Hideable):
    """A filled part of a track; `marks` are shares of its length."""

    def __init__(self, track: str, mark: str, marks: Sequence[float], **properties: Any) -> None:
        super().__init__(**properties)
        self._share = 0.0
        self._marks = tuple(marks)
        with self.canvas:
            Color(*rgba(track))
            self._track = SmoothRoundedRectangle()
            self._colour = Color(*rgba(track))
            self._fill = SmoothRoundedRectangle()
            Color(*rgba(mark))
            self._lines = [SmoothRoundedRectangle(radius=[1]) for _ in self._marks]
        self.bind(pos=self._redraw, size=self._redraw)

    def set(self, share: float, colour: str) -> None:
        """How much of the track is filled, 0 to 1."""
        self._share = min(max(share, 0.0), 1.0)
        self._colour.rgba = rgba(colour, 1.0 if self._share > 0 else 0.0)
        self._redraw()

    def _redraw(self, *_: object) -> None:
        radius = self.height / 2
        self._track.pos, self._track.size = self.pos, self.size
        self._track.radius = [radius]
        width = max(self.width * self._share, self.height)  # no narrower than its round ends
        self._fill.pos, self._fill.size = self.pos, (width, self.height)
        self._fill.radius = [radius]
        wide, over = max(2.0, self.height * 0.3), self.height * 0.5
        for line, mark in zip(self._lines, self._marks, strict=True):
            line.pos = (self.x + self.width * mark - wide / 2, self.y - over)
            line.size = (wide, self.height + 2 * over)
