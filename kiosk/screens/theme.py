"""The tokens of the look: colours, type, radii; sizes in mm, turned into px by the screen.

Source: screens.md. Every pair of colours that meets as text and ground is in `PAIRS`, and a
test holds each at 4.5:1 (WCAG 2.2, 1.4.3).
"""

from dataclasses import dataclass
from enum import StrEnum
from math import hypot

Colour = tuple[float, float, float, float]


def colour(hex_text: str, alpha: float = 1.0) -> Colour:
    """`#RRGGBB` as red, green, blue, alpha from 0 to 1."""
    red, green, blue = (int(hex_text[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return (red, green, blue, alpha)


INK = colour("#1B2420")
PAPER = colour("#F6F3EC")
WHITE = colour("#FFFFFF")
MUTED = colour("#4B564E")
JADE = colour("#0B5F4B")
NIGHT = colour("#17231E")
NIGHT_SOFT = colour("#2C3A34")
"""A chip on the points card."""
NIGHT_TEXT = colour("#C9D3CC")
"""The quieter text on the points card."""
GOLD = colour("#F2D58A")
GOLD_INK = colour("#3D2B00")
OK = colour("#DDEEE3")
OK_INK = colour("#14563B")
WARNING = colour("#FFE7B0")
WARNING_INK = colour("#5E3B00")
DANGER = colour("#FBE3DF")
DANGER_INK = colour("#7A1B12")
AMBER = colour("#C77700")
"""Drawn arcs and icons only, never text."""
SOFT = colour("#E9E4D8")
FAINT = colour("#6B7268")
"""Points that the member cannot afford yet."""
LINE = colour("#E4DFD3")
JADE_TEXT = colour("#D7EAE2")
"""The quieter text on a jade card."""
CLEAR: Colour = (0.0, 0.0, 0.0, 0.0)
SHADOW: Colour = (0.20, 0.19, 0.14, 0.13)

PAIRS: dict[str, tuple[Colour, Colour]] = {
    "ink on paper": (INK, PAPER),
    "ink on white": (INK, WHITE),
    "ink on soft": (INK, SOFT),
    "muted on paper": (MUTED, PAPER),
    "muted on white": (MUTED, WHITE),
    "muted on soft": (MUTED, SOFT),
    "white on jade": (WHITE, JADE),
    "jade text on jade": (JADE_TEXT, JADE),
    "jade on white": (JADE, WHITE),
    "jade on paper": (JADE, PAPER),
    "white on night": (WHITE, NIGHT),
    "night text on night": (NIGHT_TEXT, NIGHT),
    "white on a chip on night": (WHITE, NIGHT_SOFT),
    "white on ink": (WHITE, INK),
    "gold": (GOLD_INK, GOLD),
    "ok": (OK_INK, OK),
    "warning": (WARNING_INK, WARNING),
    "danger": (DANGER_INK, DANGER),
    "not affordable yet": (FAINT, WHITE),
}
CONTRAST_MIN = 4.5


def contrast(one: Colour, other: Colour) -> float:
    """The ratio of WCAG 2.2 between two opaque colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(of: Colour) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in of[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def brand_colour(hex_text: str) -> Colour:
    """A chain's colour, or jade where white text on it, or it on paper, could not be read."""
    try:
        chosen = colour(hex_text)
    except ValueError:
        return JADE
    readable = min(contrast(WHITE, chosen), contrast(JADE_TEXT, chosen), contrast(chosen, PAPER))
    return chosen if readable >= CONTRAST_MIN else JADE


def pressed(of: Colour) -> Colour:
    """What a surface looks like under a finger."""
    return (of[0] * 0.86, of[1] * 0.86, of[2] * 0.86, of[3])


# --- Type ----------------------------------------------------------------------------------
class Role(StrEnum):
    """Few sizes: each costs a cache of glyphs."""

    CAPTION = "caption"
    BODY = "body"
    AMOUNT = "amount"
    H1 = "h1"
    TITLE = "title"
    BALANCE = "balance"


_REFERENCE_DPI = hypot(1280, 800) / 10.1
_PX_AT_REFERENCE = {
    Role.CAPTION: 28,
    Role.BODY: 32,
    Role.AMOUNT: 44,
    Role.H1: 60,
    Role.TITLE: 80,
    Role.BALANCE: 112,
}
_PORTRAIT_FACTOR = 1.2
"""The large screen is read from further away."""


@dataclass(frozen=True, slots=True)
class ScreenSize:
    """The screen that is drawn on."""

    width_px: int
    height_px: int
    diagonal_inch: float
    portrait: bool

    @property
    def dpi(self) -> float:
        return hypot(self.width_px, self.height_px) / self.diagonal_inch

    def mm(self, millimetres: float) -> float:
        """Pixels of a length."""
        return millimetres * self.dpi / 25.4

    def type_px(self, role: str) -> int:
        """Pixels of a type size; the page's figures are those of 10.1 inch, 1280x800."""
        factor = _PORTRAIT_FACTOR if self.portrait else 1.0
        return round(_PX_AT_REFERENCE[Role(role)] * factor * self.dpi / _REFERENCE_DPI)


PORTRAIT = ScreenSize(1080, 1920, 15.6, portrait=True)
LANDSCAPE = ScreenSize(1280, 800, 10.1, portrait=False)

# --- Touch ---------------------------------------------------------------------------------
TARGET_MM = 15.0
PRIMARY_MM = 20.0
GAP_MM = 4.0
EDGE_MM = 6.0
"""Nothing to touch this close to the edge."""
