"""Colours, sizes and type: the tokens that every screen is made of.

Layouts are written in design px: 1080x1920 for portrait (15.6 inch), 1280x800 for
landscape (10.1 inch). `Stage` scales them to the window and knows how large a millimetre is.
"""

import re
from dataclasses import dataclass
from math import hypot


@dataclass(frozen=True, slots=True)
class Colours:
    """Hex colours. The pairs in which they are used stand in `PAIRS`."""

    ink: str = "#1B2420"
    paper: str = "#F6F3EC"
    muted: str = "#4B564E"
    brand: str = "#0B5F4B"
    """Jade, or the chain's own colour."""
    night: str = "#17231E"
    white: str = "#FFFFFF"
    gold: str = "#F2D58A"
    gold_ink: str = "#3D2B00"
    ok: str = "#DDEEE3"
    ok_ink: str = "#14563B"
    warning: str = "#FFE7B0"
    warning_ink: str = "#5E3B00"
    danger: str = "#FBE3DF"
    danger_ink: str = "#7A1B12"
    soft: str = "#E9E4D8"
    far: str = "#6B7268"
    """Prices out of reach, on white."""
    mist: str = "#C9D6CE"
    """Secondary words on night."""
    on_brand: str = "#E3F0EA"
    """Secondary words on the brand colour."""
    amber: str = "#C77700"
    """Drawn arcs and icons only, never text."""


PAIRS: tuple[tuple[str, str], ...] = (
    ("ink", "paper"),
    ("ink", "white"),
    ("ink", "soft"),
    ("muted", "paper"),
    ("muted", "white"),
    ("muted", "soft"),
    ("brand", "white"),
    ("white", "brand"),
    ("on_brand", "brand"),
    ("white", "night"),
    ("mist", "night"),
    ("white", "ink"),
    ("gold_ink", "gold"),
    ("ok_ink", "ok"),
    ("warning_ink", "warning"),
    ("danger_ink", "danger"),
    ("far", "white"),
)
"""(text, ground) as the screens use them; a test holds each at 4.5:1 or more."""

CAPTION, BODY, STRONG, AMOUNT, HEADING, TITLE, DISPLAY, BALANCE = 28, 32, 38, 44, 60, 80, 100, 112
"""Type sizes in design px; few, because each costs a cache of glyphs."""
SIZES = (BALANCE, DISPLAY, TITLE, HEADING, AMOUNT, STRONG, BODY, CAPTION)
"""A text that is too long for its box is set in the next of these; none is smaller."""
_FONT_LINE = 1.448
"""Height of a line of Noto Sans CJK as the font itself says it, in ems."""
LINE_HEIGHT = 1.4 / _FONT_LINE
"""Of running text; Kivy multiplies the font's own line by it."""
HEAD_LINE_HEIGHT = 1.24 / _FONT_LINE
"""Of headlines."""
RADIUS, RADIUS_SMALL = 40, 28
CONTRAST_MIN = 4.5

TARGET_MM = 15.0
"""Least height and width of what a shopper touches."""
STAFF_TARGET_MM = 12.0
"""... and of what staff touch, once somebody is logged in."""
PRIMARY_MM = 20.0
GAP_MM = 4.0
EDGE_MM = 6.0
"""Nothing to touch nearer to the edge of the screen."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in design px; (0, 0) is the window's top left corner."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    def inset(self, dx: float, dy: float | None = None) -> "Box":
        dy = dx if dy is None else dy
        return Box(self.x + dx, self.y + dy, self.w - 2 * dx, self.h - 2 * dy)


@dataclass(frozen=True, slots=True)
class Stage:
    """The window that a layout is made for."""

    portrait: bool
    width_px: int
    height_px: int
    diagonal_inch: float

    @property
    def width(self) -> float:
        """In design px."""
        return 1080.0 if self.portrait else 1280.0

    @property
    def height(self) -> float:
        return 1920.0 if self.portrait else 800.0

    @property
    def scale(self) -> float:
        """Window px per design px; the layout is centred where the window has another shape."""
        return min(self.width_px / self.width, self.height_px / self.height)

    @property
    def offset(self) -> tuple[float, float]:
        """Window px left of and below the layout."""
        return (
            (self.width_px - self.width * self.scale) / 2,
            (self.height_px - self.height * self.scale) / 2,
        )

    @property
    def dpi(self) -> float:
        """Window px per inch of the glass."""
        return hypot(self.width_px, self.height_px) / self.diagonal_inch

    def mm(self, length_mm: float) -> float:
        """A length on the glass, in design px."""
        return length_mm / 25.4 * self.dpi / self.scale


def rgba(colour: str, alpha: float = 1.0) -> tuple[float, float, float, float]:
    """`#RRGGBB` as Kivy wants it."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return (red, green, blue, alpha)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


_LINEAR_BELOW = 0.04045
"""sRGB (IEC 61966-2-1): the dark end of the transfer curve is a straight line."""


def _luminance(colour: str) -> float:
    def linear(channel: float) -> float:
        dark = channel <= _LINEAR_BELOW
        return channel / 12.92 if dark else float(((channel + 0.055) / 1.055) ** 2.4)

    red, green, blue, _ = rgba(colour)
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


_HEX = re.compile(r"#[0-9A-Fa-f]{6}")


def colours(brand: str | None) -> Colours:
    """The tokens with the chain's colour, where all that is set in it or on it can be read.

    Else with jade: a colour that is none, or too light, must not make the kiosk unreadable.
    """
    jade = Colours()
    if brand is None or not _HEX.fullmatch(brand):
        return jade
    own = Colours(brand=brand)
    ratios = [contrast(getattr(own, text), getattr(own, ground)) for text, ground in PAIRS]
    return own if min(ratios) >= CONTRAST_MIN else jade
