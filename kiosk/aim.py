"""Is the camera aimed well? Figures in, lights and the one thing to do out; pure.

`kiosk.devices.scanner.aiming` measures, the screen and `kiosk aim --text` show.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum

Corner = tuple[float, float]


@dataclass(frozen=True, slots=True)
class CodeSeen:
    """The code that was read a moment ago: where and how large, never what it says."""

    outline: tuple[Corner, Corner, Corner, Corner]
    """Corners in order, as shares (0 to 1) of the preview's width and height; mirrored."""
    span: float
    """Its larger side, upright, as a share of the frame's height."""
    squareness: float
    """Its shortest side by its longest; 1: seen straight on."""
    px_per_module: float | None = None
    """Median of the last reads, along the shorter side; None: bars, or an engine did not tell."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """How the camera sees; of the code's own area while one is read, else of the aim box."""

    width: int
    """Of the frame, in px."""
    height: int
    fps: float
    """Frames that were looked at, per second."""
    mean: float
    """Luminance, 0 to 255."""
    dark: float
    """Share of pixels in which the sensor tells nothing more because they are black."""
    bright: float
    """... because they are white."""
    glare: float
    """Share that lies in white patches too large to be part of a code."""
    sharpness: float | None
    """0 to 1 (`kiosk.devices.scanner.sharpness`); None: nothing there has an edge."""
    busy: float
    """Share of the area that lies at an edge."""
    rate: float
    """Share of the frames of the last two seconds in which a code was read, 0 to 1."""
    code: CodeSeen | None = None


AIM_BOX = (0.28, 0.1, 0.72, 0.9)
"""Where the card is to be held: left, top, right, bottom as shares of the preview."""


class Light(IntEnum):
    """OFF: nothing to judge yet. The larger, the better."""

    OFF = 0
    RED = 1
    AMBER = 2
    GREEN = 3


class Meter(StrEnum):
    SIZE = "size"
    SHARPNESS = "sharpness"
    EXPOSURE = "exposure"
    RATE = "rate"


class Advice(StrEnum):
    """The one thing to do, the most important first: each one hides all that come after it."""

    WAIT = "wait"
    NO_CAMERA = "no-camera"
    BLACK = "black"
    TOO_DARK = "too-dark"
    TOO_BRIGHT = "too-bright"
    GLARE = "glare"
    SLOW = "slow"
    OUT_OF_FOCUS = "out-of-focus"
    TOO_FAR = "too-far"
    TOO_NEAR = "too-near"
    TILTED = "tilted"
    OFF_CENTRE = "off-centre"
    HOLD_CARD = "hold-card"
    UNSTEADY = "unsteady"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Limits:
    """From where a figure is amber, and from where it is green; upwards or downwards."""

    amber: float
    green: float

    def light(self, value: float, before: Light, margin: float) -> Light:
        """A light, once it burns, stays until its limit is missed by `margin`."""
        up = self.green > self.amber
        for light, limit in ((Light.GREEN, self.green), (Light.AMBER, self.amber)):
            # A light that burned already, or a better one, is not lost by a hair.
            eased = limit + margin * (-1 if up else 1) if before >= light else limit
            if value >= eased if up else value <= eased:
                return light
        return Light.RED


SIZE = Limits(amber=3.0, green=4.0)
"""px per module. At 4 every engine reads a code that is a little blurred (sigma 1.5 px); at 3
none does (measured on drawn codes); below 3 even a sharp one is lost to noise."""
SIZE_MARGIN = 0.15
SHARPNESS = Limits(amber=0.45, green=0.6)
"""0.6 is a blur of sigma 1.2 px, which leaves something for a moving hand at 4 px per module
(reading ends at sigma 0.4 modules); 0.45 is sigma 2, where only larger codes are read."""
SHARPNESS_MARGIN = 0.03
RATE = Limits(amber=0.4, green=0.8)
"""Of 15 frames in a second; at 0.4 a shopper still waits less than a quarter of a second."""
RATE_MARGIN = 0.1
CODE_DARK = Limits(amber=35.0, green=60.0)
"""Mean luminance of a code's area, half of which is black: white modules are twice as bright.
At 60 they stand 120 above black; at 35 a cheap sensor's noise (sigma 8) reaches the edges."""
CODE_BRIGHT = Limits(amber=215.0, green=190.0)
"""Above 190 the white has eaten into the black modules."""
EMPTY_DARK = Limits(amber=15.0, green=25.0)
"""Without a code the window may well look at something dark: only what hides a card counts."""
EMPTY_BRIGHT = Limits(amber=245.0, green=235.0)
MEAN_MARGIN = 4.0
GLARE = Limits(amber=0.08, green=0.02)
"""Of a code's area. Error correction M mends 15 % of it, and a patch spoils more than it covers."""
EMPTY_GLARE = Limits(amber=0.6, green=0.3)
"""A phone's screen may be all white and is no glare, as long as nobody can say what it shows."""
GLARE_MARGIN = 0.01
BLACK_MEAN = 8.0
"""Darker than that, with every pixel black: a cap, a cable, a dead sensor; not a dark shop."""
BLACK_SHARE = 0.6
SLOW = Limits(amber=4.0, green=8.0)
"""Frames per second; fewer than 4 the scanner itself tells as a fault. A camera in the dark
exposes for so long that fewer come."""
SLOW_MARGIN = 1.0
SPAN = Limits(amber=0.95, green=0.85)
"""Of the frame's height: larger, and a hand's tremble moves it out of the picture."""
SPAN_MARGIN = 0.02
SQUARENESS = Limits(amber=0.55, green=0.75)
"""A card tilted by 41 degrees; engines begin to lose codes at 50 (0.64), end at about 60."""
SQUARENESS_MARGIN = 0.03
BLURRED_BUSY = 0.2
"""So many edges, none sharp, and nothing read: a card is held there, out of focus."""

STEADY_FOR = 2
"""Measurements in a row that must ask for the same new thing before it is shown."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is shown; also all that the next judgement needs to know."""

    advice: Advice
    overall: Light
    meters: Mapping[Meter, Light]
    measured: Measurement | None = None
    """None: the camera gives nothing."""
    hidden: Mapping[str, Light] = field(default_factory=dict)
    """Lights that no meter shows: they only lead to advice."""
    asked: Advice = Advice.WAIT
    """What the last measurement asked for, and how many have by now."""
    times: int = 0


_DARK = dict.fromkeys(Meter, Light.OFF)
WAITING = Verdict(Advice.WAIT, Light.AMBER, _DARK)
"""The camera is being opened."""
NOTHING = Verdict(Advice.NO_CAMERA, Light.RED, _DARK)
"""No picture."""
_BLINDING = {Advice.BLACK, Advice.TOO_BRIGHT}
"""Pictures of one shade, which the scanner takes for a lost camera after some seconds."""


def judge(measured: Measurement | None, before: Verdict = WAITING) -> Verdict:
    """The lights and the one thing to do; None when the camera gives no picture."""
    if measured is None:
        return replace(NOTHING, advice=before.advice) if before.advice in _BLINDING else NOTHING
    hidden = _hidden(measured, before.hidden)
    exposure = min(hidden["dark"], hidden["bright"], hidden["glare"])
    meters = {
        Meter.SIZE: _size(measured, before, hidden),
        Meter.SHARPNESS: _sharpness(measured, before),
        Meter.EXPOSURE: Light.RED if _is_black(measured) else exposure,
        Meter.RATE: _rate(measured, before),
    }
    asked = _advice(measured, meters, hidden)
    times = before.times + 1 if asked is before.asked else 1
    shown = asked if times >= STEADY_FOR or before.measured is None else before.advice
    return Verdict(shown, _overall(shown, meters), meters, measured, hidden, asked, times)


def _hidden(measured: Measurement, before: Mapping[str, Light]) -> dict[str, Light]:
    code = measured.code
    dark, bright = (CODE_DARK, CODE_BRIGHT) if code else (EMPTY_DARK, EMPTY_BRIGHT)
    rows: list[tuple[str, Limits, float, float]] = [
        ("dark", dark, measured.mean, MEAN_MARGIN),
        ("bright", bright, measured.mean, MEAN_MARGIN),
        ("glare", GLARE if code else EMPTY_GLARE, measured.glare, GLARE_MARGIN),
        ("slow", SLOW, measured.fps, SLOW_MARGIN),
    ]
    if code is not None:
        rows += [
            ("span", SPAN, code.span, SPAN_MARGIN),
            ("squareness", SQUARENESS, code.squareness, SQUARENESS_MARGIN),
        ]
    return {
        name: limits.light(value, before.get(name, Light.OFF), margin)
        for name, limits, value, margin in rows
    }


def _size(measured: Measurement, before: Verdict, hidden: Mapping[str, Light]) -> Light:
    if measured.code is None or measured.code.px_per_module is None:
        return Light.OFF
    large_enough = SIZE.light(measured.code.px_per_module, before.meters[Meter.SIZE], SIZE_MARGIN)
    return min(large_enough, hidden["span"])


def _is_held(measured: Measurement) -> bool:
    """Whether a card is there, read or not.

    What stands behind an empty window may be blurred: the lens is set to 15 cm.
    """
    return measured.code is not None or measured.busy >= BLURRED_BUSY


def _sharpness(measured: Measurement, before: Verdict) -> Light:
    if measured.sharpness is None or not _is_held(measured):
        return Light.OFF
    return SHARPNESS.light(measured.sharpness, before.meters[Meter.SHARPNESS], SHARPNESS_MARGIN)


def _rate(measured: Measurement, before: Verdict) -> Light:
    """Nothing read for two seconds is no bad rate: nobody holds a card there."""
    if measured.rate <= 0.0:
        return Light.OFF
    return RATE.light(measured.rate, before.meters[Meter.RATE], RATE_MARGIN)


def _is_black(measured: Measurement) -> bool:
    return measured.mean < BLACK_MEAN and measured.dark >= BLACK_SHARE


def _advice(
    measured: Measurement, meters: Mapping[Meter, Light], hidden: Mapping[str, Light]
) -> Advice:
    """The first row of the table that applies."""
    code = measured.code
    table = (
        (Advice.BLACK, _is_black(measured)),
        (Advice.TOO_DARK, hidden["dark"] < Light.GREEN),
        (Advice.TOO_BRIGHT, hidden["bright"] < Light.GREEN),
        (Advice.GLARE, hidden["glare"] < Light.GREEN),
        (Advice.SLOW, hidden["slow"] < Light.GREEN),
        (Advice.OUT_OF_FOCUS, Light.OFF < meters[Meter.SHARPNESS] < Light.GREEN),
        (Advice.HOLD_CARD, code is None),
        (Advice.TOO_NEAR, hidden.get("span", Light.GREEN) < Light.GREEN),
        (Advice.TOO_FAR, Light.OFF < meters[Meter.SIZE] < Light.GREEN),
        (Advice.TILTED, hidden.get("squareness", Light.GREEN) < Light.GREEN),
        (Advice.OFF_CENTRE, code is not None and not _in_the_box(code)),
        (Advice.UNSTEADY, meters[Meter.RATE] < Light.GREEN),
    )
    return next((advice for advice, applies in table if applies), Advice.DONE)


def _in_the_box(code: CodeSeen) -> bool:
    """Whether the middle of the code is inside the box."""
    x = sum(corner[0] for corner in code.outline) / len(code.outline)
    y = sum(corner[1] for corner in code.outline) / len(code.outline)
    left, top, right, bottom = AIM_BOX
    return left <= x <= right and top <= y <= bottom


def _overall(advice: Advice, meters: Mapping[Meter, Light]) -> Light:
    if advice is Advice.DONE:
        return Light.GREEN
    grave = advice in {Advice.NO_CAMERA, Advice.BLACK} or Light.RED in meters.values()
    return Light.RED if grave else Light.AMBER
