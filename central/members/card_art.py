"""A member card to be printed: 85.6 x 54 mm (ISO/IEC 7810 ID-1) at 300 dpi."""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from central.members.phone import picture

WIDTH, HEIGHT = 1012, 638
_DPI = 300
_SCALE = 2
_FACES = Path("/usr/share/fonts/opentype/noto")
_SC = 2
"""Index of the SC face in Debian's collection."""
_NIGHT, _JADE, _GOLD, _WHITE = "#17231E", "#0B5F4B", "#F2D58A", "#FFFFFF"


class FontMissing(Exception):
    """Debian's package fonts-noto-cjk is not installed."""


def draw(text: str, brand: str, number: str, tier: str) -> Image.Image:
    """The card's face; `number` is shown by its last four digits only.

    Raises:
        FontMissing
    """
    size = (WIDTH * _SCALE, HEIGHT * _SCALE)
    card = Image.new("RGB", size, _NIGHT)
    pen = ImageDraw.Draw(card)
    s = _SCALE
    pen.ellipse((-180 * s, 250 * s, 520 * s, 950 * s), fill=_JADE)
    pen.rounded_rectangle((56 * s, 56 * s, 128 * s, 128 * s), 20 * s, fill=_JADE)
    pen.ellipse((74 * s, 74 * s, 110 * s, 110 * s), fill=_GOLD)
    pen.ellipse((84 * s, 84 * s, 100 * s, 100 * s), fill=_JADE)
    pen.text((150 * s, 92 * s), brand, font=face("Bold", 40), fill=_WHITE, anchor="lm")
    pen.text((56 * s, 470 * s), tier, font=face("Bold", 34), fill=_GOLD, anchor="lm")
    shown = f"**** {number[-4:]}"
    pen.text((56 * s, 540 * s), shown, font=face("Regular", 44), fill=_WHITE, anchor="lm")
    symbol = picture(text, module_px=9 * s).convert("RGB")
    side = symbol.width
    left, top = (WIDTH - 56) * s - side, (HEIGHT * s - side) // 2
    pad = 6 * s
    box = (left - pad, top - pad, left + side + pad, top + side + pad)
    pen.rounded_rectangle(box, 24 * s, fill=_WHITE)
    card.paste(symbol, (left, top))
    return card.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def save(card: Image.Image, path: Path) -> None:
    """As PNG, whatever the file is called. Raises OSError."""
    card.save(path, format="PNG", dpi=(_DPI, _DPI), optimize=True)


def face(weight: str, size: int) -> ImageFont.FreeTypeFont:
    """Noto's SC face, Regular or Bold, for a card that is drawn at twice its size.

    Raises:
        FontMissing
    """
    collection = _FACES / f"NotoSansCJK-{weight}.ttc"
    try:
        return ImageFont.truetype(str(collection), size * _SCALE, index=_SC)
    except OSError:
        raise FontMissing(
            f"{collection} is not there: install Debian's package fonts-noto-cjk"
        ) from None
