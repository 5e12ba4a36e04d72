"""Between a scan and a member, and where the kiosk cannot serve: one thing to read."""

from typing import Any

from kivy.animation import Animation
from kivy.properties import NumericProperty

from kiosk.flow.state import KioskState, Stopped, reads_codes
from kiosk.screens.frame import Frame
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.notice import NoticeBar
from kiosk.screens.theme import HEADING, Box
from kiosk.screens.verdict import Verdict
from kiosk.screens.widgets.ring import Ring

_ROUND_S = 1.1


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
        if self._turning is None and not self.kit.still:
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
    """Paused, no clock, or no camera: what happened, and where to go. Nothing to touch.

    The camera reads badges here, if there is one: then its notice stands at the foot.
    """

    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(Frame(kit, camera=True))
        self._verdict = self.put(Verdict(kit))
        bar = Box(56, 1560, 968, 150) if self.portrait else Box(40, 566, 1200, 104)
        self._notice = self.put(NoticeBar(kit, bar))

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        self._frame.show_camera(reads_codes(state))
        if isinstance(state.screen, Stopped):
            voice = Voice(state.language)
            self._verdict.say(state.screen.message, voice)
            self._notice.say(state.screen.notice, voice)

    def wipe(self) -> None:
        """Nothing here is a shopper's."""
