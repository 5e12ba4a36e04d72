"""A badge to be printed: 54 x 85.6 mm, upright, as PNG (300 dpi) or SVG."""

from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

import segno
from PIL import Image, ImageDraw

from central.members.card_art import face
from central.members.phone import QR_VERSION, QUIET_MODULES, picture
from wire.api.staff import StaffRole

WIDTH, HEIGHT = 638, 1012
WIDTH_MM, HEIGHT_MM = 54.0, 85.6
_DPI = 300
_SCALE = 2
"""`card_art.face` draws for it."""
_MODULE_PX = 11
"""0.93 mm: a camera at 20 cm sees four pixels of each."""
_NIGHT, _JADE, _GOLD, _WHITE = "#17231E", "#0B5F4B", "#F2D58A", "#FFFFFF"
_TITLE = "员工证 STAFF"
_ROLES = {
    StaffRole.CLERK: "店员 Clerk",
    StaffRole.MANAGER: "店长 Manager",
    StaffRole.IT: "技术 IT",
}


@dataclass(frozen=True, slots=True)
class BadgeFace:
    """What stands on it."""

    text: str
    """The S1."""
    brand: str
    staff_no: str
    display: str
    role: StaffRole
    last_day: date

    @property
    def lines(self) -> tuple[str, str, str]:
        return self.display, f"{_ROLES[self.role]}  {self.staff_no}", f"至 until {self.last_day}"


def png(badge: BadgeFace, path: Path) -> None:
    """Writes it as PNG, whatever the file is called.

    Raises:
        OSError, central.members.card_art.FontMissing
    """
    s = _SCALE
    card = Image.new("RGB", (WIDTH * s, HEIGHT * s), _NIGHT)
    pen = ImageDraw.Draw(card)
    pen.rectangle((0, 0, WIDTH * s, 150 * s), fill=_JADE)
    pen.text((48 * s, 52 * s), badge.brand, font=face("Bold", 36), fill=_WHITE, anchor="lm")
    pen.text((48 * s, 108 * s), _TITLE, font=face("Regular", 30), fill=_GOLD, anchor="lm")
    symbol = picture(badge.text, module_px=_MODULE_PX * s).convert("RGB")
    left, top = (WIDTH * s - symbol.width) // 2, 196 * s
    pad = 6 * s
    box = (left - pad, top - pad, left + symbol.width + pad, top + symbol.height + pad)
    pen.rounded_rectangle(box, 24 * s, fill=_WHITE)
    card.paste(symbol, (left, top))
    for line, y, weight, size in zip(
        badge.lines, (772, 852, 920), ("Bold", "Regular", "Regular"), (64, 34, 28), strict=True
    ):
        pen.text((48 * s, y * s), line, font=face(weight, size), fill=_WHITE, anchor="lm")
    small = card.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    small.save(path, format="PNG", dpi=(_DPI, _DPI), optimize=True)


def svg(badge: BadgeFace, path: Path) -> None:
    """Writes it as SVG in millimetres; its fonts are the printing machine's.

    Raises:
        OSError
    """
    symbol = segno.make_qr(badge.text, version=QR_VERSION, error="m", mode="alphanumeric")
    inner = symbol.svg_inline(border=QUIET_MODULES, omitsize=True, svgclass=None, lineclass=None)
    placed = inner.replace("<svg ", '<svg x="6" y="17" width="42" height="42" ', 1)
    name, role, until = (escape(line) for line in badge.lines)
    path.write_text(
        f"""<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH_MM}mm" height="{HEIGHT_MM}mm" \
viewBox="0 0 {WIDTH_MM} {HEIGHT_MM}" font-family="Noto Sans CJK SC, sans-serif" fill="{_WHITE}">
<rect width="{WIDTH_MM}" height="{HEIGHT_MM}" fill="{_NIGHT}"/>
<rect width="{WIDTH_MM}" height="12.7" fill="{_JADE}"/>
<text x="4" y="5.6" font-size="3.2" font-weight="bold">{escape(badge.brand)}</text>
<text x="4" y="10.2" font-size="2.6" fill="{_GOLD}">{_TITLE}</text>
<rect x="5.5" y="16.5" width="43" height="43" rx="2" fill="{_WHITE}"/>
{placed}
<text x="4" y="67.4" font-size="5.4" font-weight="bold">{name}</text>
<text x="4" y="73.2" font-size="2.9">{role}</text>
<text x="4" y="78.8" font-size="2.4">{until}</text>
</svg>
""",
        encoding="utf-8",
    )
