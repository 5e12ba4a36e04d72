"""I3: the camera's picture, four meters with lights, and the one thing to do."""

from typing import Any

from kivy.clock import Clock

from kiosk.aim import Advice, Light, Meter
from kiosk.aim_words import DO, GOALS, NAMES, figure
from kiosk.flow import event
from kiosk.flow.state import Aim, KioskState
from kiosk.screens.frame import Frame
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.meter_card import MeterCard
from kiosk.screens.telling import headline
from kiosk.screens.theme import (
    AMOUNT,
    BODY,
    CAPTION,
    HEADING,
    RADIUS,
    RADIUS_SMALL,
    STRONG,
    TITLE,
    Box,
    Colours,
)
from kiosk.screens.widgets.aim_overlay import AimOverlay
from kiosk.screens.widgets.camera_view import CameraView

_LOOK_S = 1 / 15
_ICONS = {
    Advice.WAIT: "clock",
    Advice.NO_CAMERA: "camera",
    Advice.BLACK: "eye-off",
    Advice.TOO_DARK: "sun",
    Advice.TOO_BRIGHT: "sun",
    Advice.GLARE: "sun",
    Advice.SLOW: "clock",
    Advice.OUT_OF_FOCUS: "focus",
    Advice.HOLD_CARD: "code",
    Advice.TOO_NEAR: "further",
    Advice.TOO_FAR: "closer",
    Advice.TILTED: "card",
    Advice.OFF_CENTRE: "focus",
    Advice.UNSTEADY: "again",
    Advice.DONE: "check",
}


def line_colour(light: Light, colours: Colours) -> str:
    """Of a line over the picture."""
    return {
        Light.OFF: colours.white,
        Light.RED: colours.danger_ink,
        Light.AMBER: colours.amber,
        Light.GREEN: colours.ok_ink,
    }[light]


class AimScreen(Part):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(Frame(kit, camera=True, foot=False))
        if self.portrait:
            title, picture = Box(56, 176, 968, 120), Box(56, 320, 968, 544)
            told, says = Box(56, 872, 968, 52), Box(56, 944, 968, 232)
            cards = [Box(56 + i % 2 * 496, 1208 + i // 2 * 204, 472, 180) for i in range(4)]
            leave = Box(56, 1632, 968, max(140, self.stage.mm(15.2)))
        else:
            title, picture = Box(712, 146, 528, 80), Box(40, 150, 640, 360)
            told, says = Box(712, 708, 528, 64), Box(40, 524, 640, 168)
            cards = [Box(712, 236 + i * 84, 528, 72) for i in range(4)]
            leave = Box(712, 584, 528, max(108, self.stage.mm(15.2)))
        self._title = self.words(title, TITLE if self.portrait else HEADING, bold=True)
        self._picture = self.put(CameraView(RADIUS_SMALL * self.stage.scale, self.c.night), picture)
        side = 140.0 if self.portrait else 100.0
        middle = Box(
            picture.x + (picture.w - side) / 2, picture.y + (picture.h - side) / 2, side, side
        )
        self._nothing = self.icon("camera", middle, self.c.far, thickness=1.6)
        self._overlay = self.put(
            AimOverlay(2.5 * self.stage.scale, self.c.night, self.c.white), picture
        )
        self._told = self.words(
            told, CAPTION, self.c.muted, align="left" if self.portrait else "right"
        )
        self._put_instruction(says)
        self._meters = {
            meter: self.put(MeterCard(kit, box, GOALS[meter]))
            for meter, box in zip(Meter, cards, strict=True)
        }
        self._leave = self.button(
            "leave",
            leave,
            AMOUNT if self.portrait else STRONG,
            lambda: kit.emit(event.AimClosed()),
            fill=self.c.soft,
            colour=self.c.ink,
            radius=RADIUS,
        )
        self._looking: Any = None
        self._sees = False
        """Whether there is a picture."""

    def _put_instruction(self, box: Box) -> None:
        """The one thing to do: a plate in the light's colour, a sign, what is wrong, what to do."""
        self._plate = self.plate(box, self.c.warning, RADIUS)
        pad, side = (48.0, 112.0) if self.portrait else (28.0, 72.0)
        self._icon = self.icon(
            "camera",
            Box(box.x + pad, box.y + (box.h - side) / 2, side, side),
            self.c.warning_ink,
            thickness=1.9,
        )
        left = box.x + pad + side + (44 if self.portrait else 24)
        wide = box.right - left - (32 if self.portrait else 20)
        self._says = Box(left, box.y, wide, box.h)
        self._wrong = self.words(
            self._says, HEADING if self.portrait else AMOUNT, self.c.warning_ink, bold=True
        )
        self._do = self.words(
            self._says, STRONG if self.portrait else BODY, self.c.warning_ink, lines=2
        )

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        if not isinstance(state.screen, Aim):
            return
        verdict, voice = state.screen.verdict, Voice(state.language)
        measured = verdict.measured
        voice.put(self._title, "L-AIM-TITLE")
        voice.put(self._leave, "L-AIM-LEAVE")
        self._say(verdict.advice, verdict.overall, voice)
        for meter, card in self._meters.items():
            card.say(NAMES[meter], figure(meter, measured), verdict.meters[meter], voice)
        done = verdict.overall is Light.GREEN
        self._leave.dress(
            self.c.brand if done else self.c.soft, self.c.white if done else self.c.ink
        )
        self._sees = measured is not None
        if self._looking is not None:  # a verdict never stands beside a picture that is not there
            self._look()
        self._nothing.show(not self._sees)
        self._told.show(measured is not None)
        if measured is not None:
            told = {"width": str(measured.width), "height": str(measured.height)}
            voice.put(self._told, "L-AIM-PICTURE", fps=f"{measured.fps:.0f}", **told)
        code = measured.code if measured else None
        colour = line_colour(verdict.overall, self.c)
        self._overlay.mark(code.outline if code else (), colour, colour if done else self.c.white)

    def _say(self, advice: Advice, light: Light, voice: Voice) -> None:
        fill, ink = {
            Light.GREEN: (self.c.ok, self.c.ok_ink),
            Light.AMBER: (self.c.warning, self.c.warning_ink),
        }.get(light, (self.c.danger, self.c.danger_ink))
        self._plate.paint(fill)
        self._icon.draw(_ICONS[advice], ink)
        wrong, do = headline(voice(DO[advice]))
        self._wrong.paint(ink)
        self._do.paint(ink)
        if (self._wrong.said, self._do.said) != (wrong, do):
            voice.plain(self._wrong, wrong)
            self._do.move(self._says, self.stage)
            voice.plain(self._do, do)
            self._settle()

    def _settle(self) -> None:
        """What is wrong and what to do stand in the middle of their plate, together."""
        high, line = (84.0, 54.0) if self.portrait else (58.0, 46.0)
        box, lines = self._says, self._do.text.count("\n") + 1
        top = box.y + (box.h - high - line * lines) / 2 - 2
        self._wrong.move(Box(box.x, top, box.w, high), self.stage)
        self._do.move(Box(box.x, top + high, box.w, line * lines + 6), self.stage)

    def entered(self) -> None:
        if self._looking is None:
            self._looking = Clock.schedule_interval(lambda _dt: self._look(), _LOOK_S)
            self._look()

    def _look(self) -> None:
        preview = self.kit.preview() if self._sees else None
        self._picture.draw(preview)
        self._overlay.draw(preview)

    def left(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        self._picture.clear()
        self._overlay.mark((), self.c.white, self.c.white)

    def wipe(self) -> None:
        self._picture.clear()
