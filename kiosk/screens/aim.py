"""I3: the camera's picture, four meters with lights, and the one thing to do."""

from typing import Any

from kivy.clock import Clock

from kiosk import aim
from kiosk.aim import Advice, Light, Measurement, Meter
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
_DO = {
    Advice.NO_CAMERA: ("L-AIM-DO-NO-CAMERA", "camera"),
    Advice.BLACK: ("L-AIM-DO-BLACK", "eye-off"),
    Advice.TOO_DARK: ("L-AIM-DO-TOO-DARK", "sun"),
    Advice.TOO_BRIGHT: ("L-AIM-DO-TOO-BRIGHT", "sun"),
    Advice.GLARE: ("L-AIM-DO-GLARE", "sun"),
    Advice.SLOW: ("L-AIM-DO-SLOW", "clock"),
    Advice.OUT_OF_FOCUS: ("L-AIM-DO-OUT-OF-FOCUS", "focus"),
    Advice.HOLD_CARD: ("L-AIM-DO-HOLD-CARD", "code"),
    Advice.TOO_NEAR: ("L-AIM-DO-TOO-NEAR", "further"),
    Advice.TOO_FAR: ("L-AIM-DO-TOO-FAR", "closer"),
    Advice.TILTED: ("L-AIM-DO-TILTED", "card"),
    Advice.OFF_CENTRE: ("L-AIM-DO-OFF-CENTRE", "focus"),
    Advice.UNSTEADY: ("L-AIM-DO-UNSTEADY", "again"),
    Advice.DONE: ("L-AIM-DO-DONE", "check"),
}
_SIZE_FULL = 8.0
"""px per module at the end of the meter: twice what is enough."""
_METERS = {
    Meter.SIZE: ("L-AIM-SIZE", f"≥ {aim.SIZE.green:g}", (aim.SIZE.green / _SIZE_FULL,)),
    Meter.SHARPNESS: (
        "L-AIM-SHARPNESS",
        f"≥ {aim.SHARPNESS.green:.0%}",
        (aim.SHARPNESS.green,),
    ),
    Meter.EXPOSURE: (
        "L-AIM-EXPOSURE",
        f"{aim.CODE_DARK.green:g}–{aim.CODE_BRIGHT.green:g}",
        (aim.CODE_DARK.green / 255, aim.CODE_BRIGHT.green / 255),
    ),
    Meter.RATE: ("L-AIM-RATE", f"≥ {aim.RATE.green:.0%}", (aim.RATE.green,)),
}


def figure(meter: Meter, measured: Measurement | None) -> tuple[str, float]:
    """What a meter says, and how far its bar reaches (0 to 1)."""
    if measured is None:
        return "—", 0.0
    match meter:
        case Meter.SIZE:
            size = measured.code.px_per_module if measured.code else None
            return ("—", 0.0) if size is None else (f"{size:.1f}", size / _SIZE_FULL)
        case Meter.SHARPNESS:
            value = measured.sharpness
            return ("—", 0.0) if value is None else (f"{value:.0%}", value)
        case Meter.EXPOSURE:
            return f"{measured.mean:.0f}", measured.mean / 255
        case Meter.RATE:
            return (f"{measured.rate:.0%}", measured.rate) if measured.rate > 0 else ("—", 0.0)


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
            title, picture = Box(712, 146, 528, 80), Box(40, 156, 640, 360)
            told, says = Box(712, 708, 528, 64), Box(40, 532, 640, 160)
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
            meter: self.put(MeterCard(kit, box, _METERS[meter][1], _METERS[meter][2]))
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
            value, share = figure(meter, measured)
            card.say(_METERS[meter][0], value, share, verdict.meters[meter], voice)
        done = verdict.overall is Light.GREEN
        self._leave.dress(
            self.c.brand if done else self.c.soft, self.c.white if done else self.c.ink
        )
        self._sees = measured is not None
        self._nothing.show(not self._sees)
        self._told.show(measured is not None)
        if measured is not None:
            told = {"width": str(measured.width), "height": str(measured.height)}
            voice.put(self._told, "L-AIM-PICTURE", fps=f"{measured.fps:.0f}", **told)
        code = measured.code if measured else None
        colour = line_colour(verdict.overall, self.c)
        self._overlay.mark(code.outline if code else (), colour, colour if done else self.c.white)

    def _say(self, advice: Advice, light: Light, voice: Voice) -> None:
        code, icon = _DO[advice]
        fill, ink = {
            Light.GREEN: (self.c.ok, self.c.ok_ink),
            Light.AMBER: (self.c.warning, self.c.warning_ink),
        }.get(light, (self.c.danger, self.c.danger_ink))
        self._plate.paint(fill)
        self._icon.draw(icon, ink)
        wrong, do = headline(voice(code))
        self._wrong.paint(ink)
        self._do.paint(ink)
        if (self._wrong.said, self._do.said) != (wrong, do):
            voice.plain(self._wrong, wrong)
            self._do.move(self._says, self.stage)
            voice.plain(self._do, do)
            self._settle()

    def _settle(self) -> None:
        """What is wrong and what to do stand in the middle of their plate, together."""
        high, line = (84.0, 54.0) if self.portrait else (60.0, 46.0)
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
