"""Over the camera's picture: the box for the card, and the outline of the code that is read."""

from collections.abc import Sequence
from typing import Any

from kivy.graphics import Color, SmoothLine

from kiosk.aim import AIM_BOX, Corner
from kiosk.devices.ports import Preview
from kiosk.screens.theme import rgba
from kiosk.screens.widgets.placing import Hideable

_CORNER = 0.16
"""Of the box's height: how long the corner's arms are."""


class AimOverlay(Hideable):
    """Lies exactly over a `CameraView`; takes places as shares of the preview."""

    def __init__(self, line_px: float, shade: str, plain: str, **properties: Any) -> None:
        """`line_px`: half a line's width in window px; `shade` is drawn around plain lines."""
        super().__init__(**properties)
        self._line_px = line_px
        self._shade, self._plain = shade, plain
        self._outline: Sequence[Corner] = ()
        self._outline_colour = plain
        self._box_colour = plain
        self._shape = 0.0
        self.bind(pos=self._redraw, size=self._redraw)

    def draw(self, preview: Preview | None) -> None:
        """Whose shape decides what part of it the view shows."""
        shape = preview.width / preview.height if preview else 0.0
        if shape != self._shape:
            self._shape = shape
            self._redraw()

    def mark(self, outline: Sequence[Corner], colour: str, box_colour: str) -> None:
        """A code's corners, none when none is read."""
        new = (tuple(outline), colour, box_colour)
        if new != (self._outline, self._outline_colour, self._box_colour):
            self._outline, self._outline_colour, self._box_colour = new
            self._redraw()

    def place_of(self, corner: Corner) -> tuple[float, float]:
        """Where a place of the preview is in the window. The view cuts off what does not fit."""
        view = self.width / max(self.height, 1.0)
        shape = self._shape or view
        across, along = max(1.0, shape / view), max(1.0, view / shape)
        x = self.center_x + (corner[0] - 0.5) * self.width * across
        y = self.center_y - (corner[1] - 0.5) * self.height * along
        return x, y

    def _redraw(self, *_: object) -> None:
        self.canvas.clear()
        with self.canvas:
            for points in self._brackets():
                self._line(points, self._box_colour)
            if self._outline:
                corners = [xy for corner in self._outline for xy in self.place_of(corner)]
                self._line(corners, self._outline_colour, close=True)

    def _line(self, points: list[float], colour: str, *, close: bool = False) -> None:
        """On a ground of its own, so that it is seen on black and on white."""
        ground, alpha = (self._shade, 0.6) if colour == self._plain else (self._plain, 1.0)
        Color(*rgba(ground, alpha))
        SmoothLine(points=points, width=self._line_px * 1.9, close=close)
        Color(*rgba(colour))
        SmoothLine(points=points, width=self._line_px, close=close)

    def _brackets(self) -> list[list[float]]:
        """The four corners of the aim box."""
        left, top = self.place_of((AIM_BOX[0], AIM_BOX[1]))
        right, bottom = self.place_of((AIM_BOX[2], AIM_BOX[3]))
        arm = abs(top - bottom) * _CORNER
        return [
            [x, y + dy * arm, x, y, x + dx * arm, y]
            for x, y, dx, dy in (
                (left, top, 1, -1),
                (right, top, -1, -1),
                (right, bottom, -1, 1),
                (left, bottom, 1, 1),
            )
        ]
