"""Between a scan and a member, and where the kiosk cannot serve: one thing to read."""

from typing import Any

from kivy.animation import Animation
from kivy.properties import NumericProperty

from kiosk import i18n
from kiosk.flow.state import KioskState, MessageCode, Stopped
from kiosk.glass.frame import Frame
from kiosk.glass.kit import Kit, Part, Voice
from kiosk.glass.sentences import sentences
from kiosk.glass.theme import AMOUNT, HEADING, RADIUS, Box
from kiosk.glass.widgets.ring import Ring

_ROUND_S = 1.1
_ICONS = {
    MessageCode.E_STOP: "pause",
    MessageCode.E_CLOCK: "clock",
    MessageCode.E_CAM_COUNTER: "camera",
}


class _TurningRing(Ring):
    angle = NumericProperty(0)

    def on_angle(self, _: object, degrees: float) -> None:
        self.turn(degrees)


class IdentifyingScreen(Part):
    """A ring that turns: the service is asked."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(Frame(kit))
        middle, top = self.stage.width / 2, (700.0 if self.portrait else 230.0)
        side = 220.0 if self.portrait else 180.0
        self._ring = self.put(
            _TurningRing(self.c.brand, self.c.soft, 18 * self.stage.scale),
            Box(middle - side / 2, top, side, side),
        )
        self._ring.set_share(0.28)
        self.icon("person", Box(middle - 46, top + side / 2 - 46, 92, 92), self.c.brand)
        self._words = self.words(
            Box(80, top + side + 50, self.stage.width - 160, 100),
            HEADING,
            bold=True,
            align="center",
        )
        self._turning: Any = None

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        Voice(state.language).put(self._words, "L-IDENTIFYING")

    def entered(self) -> None:
        if self._turning is None:
            self._turning = Animation(angle=360, d=_ROUND_S) + Animation(angle=0, d=0)
            self._turning.repeat = True
            self._turning.start(self._ring)

    def left(self) -> None:
        if self._turning is not None:
            self._turning.cancel(self._ring)
            self._turning = None

    def wipe(self) -> None:
        """Nothing here is a shopper's."""


class StoppedScreen(Part):
    """Paused, no clock, or no camera: what happened, and where to go."""

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(Frame(kit))
        middle, top = self.stage.width / 2, (520.0 if self.portrait else 190.0)
        side = 200.0 if self.portrait else 150.0
        self.plate(Box(middle - side / 2, top, side, side), self.c.warning, RADIUS)
        inner = side * 0.52
        self._icon = self.icon(
            "pause",
            Box(middle - inner / 2, top + (side - inner) / 2, inner, inner),
            self.c.warning_ink,
        )
        width = 900.0
        left = middle - width / 2
        head = Box(left, top + side + 56, width, 180 if self.portrait else 130)
        self._head = self.words(head, HEADING, bold=True, align="center", lines=2)
        self._body = self.words(
            Box(left, head.bottom + 12, width, 200 if self.portrait else 130),
            AMOUNT,
            self.c.muted,
            align="center",
            lines=3,
            valign="top",
        )

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        if not isinstance(state.screen, Stopped):
            return
        message = state.screen.message
        voice = Voice(state.language)
        head, *rest = sentences(i18n.text(message.code, state.language, **message.params))
        voice.plain(self._head, head)
        voice.plain(self._body, "\n".join(rest))
        self._icon.draw(_ICONS.get(message.code, "pause"), self.c.warning_ink)

    def wipe(self) -> None:
        """Nothing here is a shopper's."""
