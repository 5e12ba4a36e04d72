"""Countdowns and waiting, as a ring."""

from typing import Any

from kivy.graphics import Color, SmoothLine

from kiosk.screens.theme import rgba
from kiosk.screens.widgets.placing import Hideable


class Ring(Hideable):
    """An arc from twelve o'clock that shrinks; `turn` runs it round for waiting."""

    def __init__(self, colour: str, track: str, thickness: float, **properties: Any) -> None:
        super().__init__(**properties)
        self._share = 1.0
        self._start = 0.0
        self._thickness = thickness
        with self.canvas:
            Color(*rgba(track))
            self._track = SmoothLine(width=thickness / 2)
            Color(*rgba(colour))
            self._arc = SmoothLine(width=thickness / 2, cap="round")
        self.bind(pos=self._redraw, size=self._redraw)

    def set_share(self, share: float) -> None:
        """What is left, 0 to 1."""
        share = min(max(share, 0.0), 1.0)
        if abs(share - self._share) > 0.002:  # noqa: PLR2004  # less is not seen
            self._share = share
            self._redraw()

    def turn(self, degrees: float) -> None:
        self._start = degrees
        self._redraw()

    def _redraw(self, *_: object) -> None:
        radius = min(self.size) / 2 - self._thickness / 2
        if radius <= 0:
            return
        self._track.circle = (self.center_x, self.center_y, radius)
        end = self._start + 360 * self._share
        self._arc.circle = (self.center_x, self.center_y, radius, self._start, end)
