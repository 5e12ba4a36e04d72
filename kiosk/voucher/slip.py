"""Slips that are worth nothing: 作废 VOID after an interrupted print, 测试 TEST for staff."""

from datetime import datetime
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw

from kiosk.fonts import font_path
from kiosk.i18n import text as say
from kiosk.voucher.block import (
    BLACK,
    WHITE,
    Bar,
    Block,
    Gap,
    Pair,
    Paragraph,
    Picture,
    Rule,
    Stack,
    draw_page,
)
from kiosk.voucher.mark import brand_mark
from kiosk.voucher.panel import Masthead
from kiosk.voucher.qr import draw_qr
from kiosk.voucher.typeface import Face, Typefaces
from wire.api.devices import DeviceConfig
from wire.api.text import Language

_MARGIN = 8
_DOTS_PER_MM = 8
_TEST_PAYLOAD = "TEST"
"""No form of any code of ours: a till refuses it at once."""
_SHADES = 8
_HALF = 127
_BAYER = (
    (0, 32, 8, 40, 2, 34, 10, 42),
    (48, 16, 56, 24, 50, 18, 58, 26),
    (12, 44, 4, 36, 14, 46, 6, 38),
    (60, 28, 52, 20, 62, 30, 54, 22),
    (3, 35, 11, 43, 1, 33, 9, 41),
    (51, 19, 59, 27, 49, 17, 57, 25),
    (15, 47, 7, 39, 13, 45, 5, 37),
    (63, 31, 55, 23, 61, 29, 53, 21),
)
"""Ordered dither: sharp dots on a sharp head, grey mud on a worn one."""


def render_void_slip(
    config: DeviceConfig,
    language: Language,
    *,
    width_dots: int,
    at: datetime | None = None,
    tail: str = "",
) -> Image.Image:
    """作废 VOID: comes out after an interrupted voucher and says that the voucher lives on.

    Args:
        at: aware time to print, or None while the clock is not trusted.
        tail: last four symbols of the voucher's code, if known.
    """
    faces = Typefaces(font_path, language)
    blocks: list[Block] = [
        Gap(_MARGIN),
        Bar(f"{say('V-VOID', language)} VOID", faces.bold(56), padding=10),
        Gap(16),
        Paragraph(say("V-VOID-WHY", language), faces.regular(24)),
        Gap(16),
        *_origin(config, language, faces, at, f"…{tail}" if tail else ""),
    ]
    return draw_page(Stack(blocks), width_dots, _MARGIN, foot=_MARGIN)


def render_test_slip(
    config: DeviceConfig,
    language: Language,
    *,
    width_dots: int,
    at: datetime | None = None,
) -> Image.Image:
    """测试 TEST 无效 across a ruler, shades of grey and a QR: shows whether the print is sharp."""
    faces = Typefaces(font_path, language)
    inner = width_dots - 2 * _MARGIN
    small = faces.regular(22)
    title = f"{say('V-TEST', language)} TEST {say('V-TEST-INVALID', language)}"
    blocks: list[Block] = [
        Gap(_MARGIN),
        Masthead(
            brand_mark(48),
            config.brand.name.in_language(language),
            faces.bold(26),
            [f"{config.store.name.in_language(language)} · {config.store.id}"],
            small,
        ),
        Gap(12),
        Rule(thickness=3),
        Gap(8),
        Picture(_diagonal(title, inner, faces)),
        Gap(8),
        Rule(dotted=True),
        Gap(8),
        Paragraph(say("V-TEST-WHY", language), faces.bold(26), "centre"),
        Gap(8),
        Paragraph(say("V-TEST-RULER", language), small),
        Picture(_ruler(inner, faces.regular(18))),
        Gap(8),
        Paragraph(say("V-TEST-GREY", language), small),
        Picture(_shades(inner)),
        Gap(8),
        Paragraph(say("V-TEST-QR", language), small),
        Picture(draw_qr(_TEST_PAYLOAD, width_dots).picture),
        *_origin(config, language, faces, at, ""),
    ]
    return draw_page(Stack(blocks), width_dots, _MARGIN, foot=_MARGIN)


def _origin(
    config: DeviceConfig, language: Language, faces: Typefaces, at: datetime | None, note: str
) -> list[Block]:
    """Where and when, for whoever finds the slip."""
    moment = at.astimezone(ZoneInfo(config.timezone)).strftime("%Y-%m-%d %H:%M") if at else "--:--"
    store = f"{config.store.name.in_language(language)} · {config.store.id}"
    face = faces.regular(22)
    return [
        Rule(dotted=True),
        Gap(8),
        Pair(store, note, face),
        Pair(moment, config.device_no, face),
    ]


def _diagonal(text: str, width: int, faces: Typefaces) -> Image.Image:
    """The text rising from the lower left to the upper right, as large as fits."""
    face = faces.bold(width // 9)
    line = Image.new("L", (face.width(text), round(face.size * 1.3)), 255)
    ink = Image.new("1", line.size, WHITE)
    face.draw(ImageDraw.Draw(ink), 0, round(face.size * 0.15), text)
    line.paste(ink.convert("L"))
    turned = line.rotate(12, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    if turned.width > width:
        size = (width, turned.height * width // turned.width)
        turned = turned.resize(size, Image.Resampling.LANCZOS)
    return turned.point(lambda value: 255 if value > _HALF else 0).convert(
        "1", dither=Image.Dither.NONE
    )


def _ruler(width: int, face: Face) -> Image.Image:
    """Ticks each millimetre, longer at five, longest and numbered at ten."""
    picture = Image.new("1", (width, 24 + face.size + 8), WHITE)
    pen = ImageDraw.Draw(picture)
    for mm in range((width - 2) // _DOTS_PER_MM + 1):
        length = 24 if mm % 10 == 0 else 16 if mm % 5 == 0 else 9
        x = mm * _DOTS_PER_MM
        pen.rectangle((x, 0, x + 1, length - 1), fill=BLACK)
        if mm % 10 == 0 and x + face.width(str(mm)) <= width:
            face.draw(pen, x, 26, str(mm))
    return picture


def _shades(width: int) -> Image.Image:
    """Fields from light to solid, dithered in dots of the head."""
    picture = Image.new("1", (width, 40), WHITE)
    field = width // _SHADES
    for x in range(field * _SHADES):
        level = (x // field + 1) * 64 // _SHADES
        for y in range(picture.height):
            if _BAYER[y % 8][x % 8] < level:
                picture.putpixel((x, y), BLACK)
    return picture
