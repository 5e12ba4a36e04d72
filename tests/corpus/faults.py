"""What can be wrong with a picture: every fault one number, the default a good picture."""

from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Faults:
    """How a code is seen. All default to a code held well before a good camera."""

    px_per_module: float = 5.0
    """Camera pixels for one module of a QR, at the code's middle. Bars use `px_per_bar`."""
    px_per_bar: float = 3.0
    """Camera pixels for the thinnest bar."""
    tilt: float = 0.0
    """Degrees out of the plane that faces the camera: perspective."""
    rotation: float = 0.0
    """Degrees in the plane, beyond the hand's own few."""
    smear: float = 0.0
    """Pixels that the code moves while the shutter is open."""
    defocus: float = 0.0
    """Radius in pixels of the disk that a point becomes."""
    noise: float = 0.0
    """Standard deviation, in grey levels of 255, that is added to the sensor's own."""
    contrast: float = 1.0
    """Share of the difference between dark and light modules that is left."""
    glare: float = 0.0
    """A lamp mirrored in the glass or laminate, in parts of the white of the screen."""
    cover: float = 0.0
    """Share of a QR's width that a thumb hides from one side, or of bars' height from below."""
    moire: float = 0.0
    """Depth of the pattern between the screen's grid of pixels and the sensor's."""
    inverted: bool = False
    """Light modules on dark, quiet zone too."""
    mirrored: bool = False
    """Left and right exchanged: seen in a mirror or a front camera's preview."""
    light: float = 1.0
    """Photons in parts of a bright shop's; the camera turns up its gain to make up for it."""
    exposure: float = 0.0
    """Stops by which the camera errs: above 0 the light parts clip, below 0 all drowns."""
    curl: float = 0.0
    """How far a card or paper is bent round a cylinder: radians from edge to edge."""
    wear: float = 0.0
    """Scratches, creases and rubbed ink, from 0 to 1."""
    jpeg: int = 80
    """Quality of the camera's MJPG."""


FAULTS = tuple(field.name for field in fields(Faults))


@dataclass(frozen=True)
class Curve:
    """One fault in rising levels."""

    name: str
    unit: str
    fault: str
    """The field of `Faults` that is turned up."""
    levels: tuple[Any, ...]
    bars_fault: str = ""
    """The field for bars, where it is another one."""
    bars_levels: tuple[Any, ...] = ()
    on_paper: bool = False
    """A phone has it not: the QR is on a card or a voucher."""
    rising: bool = True
    """Whether what cannot be read at one level cannot be read at any later one."""

    def faults(self, level: Any, *, bars: bool) -> Faults:
        name = (self.bars_fault or self.fault) if bars else self.fault
        return Faults(**{name: level})

    def levels_for(self, *, bars: bool) -> tuple[Any, ...]:
        return (self.bars_levels or self.levels) if bars else self.levels


CURVES = (
    Curve(
        "size",
        "px per module",
        "px_per_module",
        (6.0, 3.0, 2.5, 2.2, 1.9, 1.8, 1.7, 1.6, 1.5),
        bars_fault="px_per_bar",
        bars_levels=(4.0, 2.0, 1.6, 1.45, 1.3, 1.2, 1.1, 1.0, 0.9),
    ),
    Curve("tilt", "degrees", "tilt", (0, 30, 45, 55, 62, 68, 72, 76)),
    Curve("rotation", "degrees", "rotation", (0, 10, 20, 30, 45, 60, 75, 90), rising=False),
    Curve(
        "smear",
        "px",
        "smear",
        (0, 4, 5, 6, 6.5, 7, 7.5, 8, 10),
        bars_levels=(0, 2, 3, 4, 5, 6, 8, 12),
    ),
    Curve(
        "defocus",
        "px radius",
        "defocus",
        (0, 2.0, 2.5, 3.0, 3.3, 3.6, 4.0, 4.5),
        bars_levels=(0, 1.0, 1.5, 2.0, 2.5, 2.8, 3.1, 3.5),
    ),
    Curve("noise", "grey levels", "noise", (0, 15, 30, 45, 60, 75, 90, 110)),
    Curve("contrast", "part", "contrast", (1.0, 0.5, 0.3, 0.2, 0.12, 0.09, 0.07, 0.05, 0.03)),
    Curve("glare", "parts of white", "glare", (0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.5, 3.0)),
    Curve(
        "cover",
        "part of the side",
        "cover",
        (0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5),
        bars_levels=(0, 0.3, 0.6, 0.8, 0.9, 0.95),
    ),
    Curve("moire", "depth", "moire", (0, 0.3, 0.5, 0.65, 0.8, 0.9, 1.0)),
    Curve("inversion", "", "inverted", (False, True)),
    Curve("mirror", "", "mirrored", (False, True)),
    Curve("low light", "part of bright", "light", (1.0, 0.1, 0.03, 0.01, 0.006, 0.004, 0.002)),
    Curve(
        "exposure",
        "stops",
        "exposure",
        (-6.0, -5.0, -4.0, -2.0, 0.0, 3.0, 4.0, 5.0, 6.0),
        rising=False,
    ),
    Curve("curl", "radians", "curl", (0, 1.0, 2.0, 2.6, 2.9, 3.1), on_paper=True),
    Curve("wear", "", "wear", (0, 0.2, 0.4, 0.6, 0.8, 1.0), on_paper=True),
)
"""Levels from easy to beyond physics; where one engine stops and another does not is between."""


def curve_named(name: str) -> Curve:
    return next(curve for curve in CURVES if curve.name == name)
