"""What is said about the camera's aim: the codes of the words, and the figures as texts."""

from dataclasses import dataclass

from kiosk import aim
from kiosk.aim import Advice, Measurement, Meter

DO = {
    Advice.WAIT: "L-AIM-DO-WAIT",
    Advice.NO_CAMERA: "L-AIM-DO-NO-CAMERA",
    Advice.BLACK: "L-AIM-DO-BLACK",
    Advice.TOO_DARK: "L-AIM-DO-TOO-DARK",
    Advice.TOO_BRIGHT: "L-AIM-DO-TOO-BRIGHT",
    Advice.GLARE: "L-AIM-DO-GLARE",
    Advice.SLOW: "L-AIM-DO-SLOW",
    Advice.OUT_OF_FOCUS: "L-AIM-DO-OUT-OF-FOCUS",
    Advice.HOLD_CARD: "L-AIM-DO-HOLD-CARD",
    Advice.TOO_NEAR: "L-AIM-DO-TOO-NEAR",
    Advice.TOO_FAR: "L-AIM-DO-TOO-FAR",
    Advice.TILTED: "L-AIM-DO-TILTED",
    Advice.OFF_CENTRE: "L-AIM-DO-OFF-CENTRE",
    Advice.UNSTEADY: "L-AIM-DO-UNSTEADY",
    Advice.DONE: "L-AIM-DO-DONE",
}
NAMES = {
    Meter.SIZE: "L-AIM-SIZE",
    Meter.SHARPNESS: "L-AIM-SHARPNESS",
    Meter.EXPOSURE: "L-AIM-EXPOSURE",
    Meter.RATE: "L-AIM-RATE",
}
_SIZE_FULL = 8.0
"""px per module at the end of the meter: twice what is enough."""
_SHADES = 255.0
UNKNOWN = "—"


@dataclass(frozen=True, slots=True)
class Figure:
    text: str = UNKNOWN
    share: float = 0.0
    """Of the meter's length, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Goal:
    """When a meter is green."""

    text: str
    marks: tuple[float, ...]
    """Shares of the meter's length."""


GOALS = {
    Meter.SIZE: Goal(f"≥ {aim.SIZE.green:g}", (aim.SIZE.green / _SIZE_FULL,)),
    Meter.SHARPNESS: Goal(f"≥ {aim.SHARPNESS.green:.0%}", (aim.SHARPNESS.green,)),
    Meter.EXPOSURE: Goal(
        f"{aim.CODE_DARK.green:g}–{aim.CODE_BRIGHT.green:g}",
        (aim.CODE_DARK.green / _SHADES, aim.CODE_BRIGHT.green / _SHADES),
    ),
    Meter.RATE: Goal(f"≥ {aim.RATE.green:.0%}", (aim.RATE.green,)),
}


def figure(meter: Meter, measured: Measurement | None) -> Figure:
    """What a meter says."""
    if measured is None:
        return Figure()
    match meter:
        case Meter.SIZE:
            size = measured.code.px_per_module if measured.code else None
            return Figure() if size is None else Figure(f"{size:.1f}", size / _SIZE_FULL)
        case Meter.SHARPNESS:
            sharp = measured.sharpness
            return Figure() if sharp is None else Figure(f"{sharp:.0%}", sharp)
        case Meter.EXPOSURE:
            return Figure(f"{measured.mean:.0f}", measured.mean / _SHADES)
        case Meter.RATE:
            rate = measured.rate
            return Figure(f"{rate:.0%}", rate) if rate > 0 else Figure()
