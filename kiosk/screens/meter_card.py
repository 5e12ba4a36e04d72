"""One figure of the camera: a light with a sign, its name, its value, a bar."""

from kiosk.aim import Light
from kiosk.aim_words import Figure, Goal
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.theme import AMOUNT, BODY, CAPTION, STRONG, Box
from kiosk.screens.widgets.gauge import Gauge

_SIGNS = {Light.OFF: "dot", Light.RED: "cross", Light.AMBER: "exclaim", Light.GREEN: "check"}
"""Beside the colour: one in twelve men cannot tell red from green."""


class MeterCard(Part):
    def __init__(self, kit: Kit, box: Box, target: Goal) -> None:
        super().__init__(kit)
        self.plate(box, self.c.white, 32 if self.portrait else 24, shadow=True)
        pad, side = (28.0, 76.0) if self.portrait else (16.0, 48.0)
        top = box.y + (24 if self.portrait else 12)
        disc = Box(box.x + pad, top, side, side)
        self._disc = self.plate(disc, self.c.far, side / 2)
        self._sign = self.icon("dot", disc.inset(side * 0.24), self.c.white, thickness=3.4)
        left, right = disc.right + (24 if self.portrait else 16), box.right - pad
        if self.portrait:
            name, value = Box(left, top - 10, 220, 44), Box(left, top + 28, 190, 60)
            goal = Box(right - 150, top + 34, 150, 50)
            bar = Box(box.x + pad, box.bottom - 40, box.w - 2 * pad, 14)
        else:
            name, value = Box(left, box.y + 4, 216, 46), Box(left + 232, box.y + 2, 100, 50)
            goal = Box(right - 100, box.y + 4, 100, 46)
            bar = Box(left, box.bottom - 20, right - left, 8)
        self._name = self.words(name, BODY if self.portrait else CAPTION, self.c.muted)
        self._value = self.words(value, AMOUNT if self.portrait else STRONG, bold=True)
        goal_words = self.words(goal, CAPTION, self.c.muted, align="right")
        goal_words.say(target.text, "sc")
        self._bar: Gauge = self.put(Gauge(self.c.soft, self.c.ink, target.marks), bar)

    def say(self, code: str, figure: Figure, light: Light, voice: Voice) -> None:
        colour = {
            Light.OFF: self.c.far,
            Light.RED: self.c.danger_ink,
            Light.AMBER: self.c.amber,
            Light.GREEN: self.c.ok_ink,
        }[light]
        self._disc.paint(colour)
        self._sign.draw(_SIGNS[light], self.c.white)
        voice.put(self._name, code)
        voice.plain(self._value, figure.text)
        self._bar.set(figure.share, colour)
