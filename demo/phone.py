"""A drawn phone in a drawn hand, as a picture with alpha: what a shopper holds up.

All measures are pixels of the sprite; the phone is 71 x 147 mm at 7 px per mm.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from demo.hand import CODE_CENTRE, CODE_SIZE, HEIGHT, WIDTH, Hand, Pixels

BODY = (150, 50, 650, 1080)
"""Left, top, right, bottom of the phone."""
SCREEN = (164, 64, 636, 1066)
_FONTS = Path("/usr/share/fonts/opentype/noto")
_SIMPLIFIED = 2
"""Index of the face in Debian's .ttc files."""
JADE, JADE_DARK, INK, MUTED, PAPER = "#0B5F4B", "#08493A", "#1B2420", "#6B7268", "#F6F3EC"


class PhoneInHand:
    """The drawing; everything but the screen's contents is drawn once."""

    def __init__(self, name: str) -> None:
        """Draw hand and phone.

        Args:
            name: how the member page greets its owner, already masked.
        """
        self._name = name
        hand = Hand(BODY)
        self._behind = hand.behind
        self._behind.alpha_composite(_body())
        self._before = hand.before

    def showing(self, code: Image.Image) -> Pixels:
        """The sprite, RGBA, with `code` (a QR with its quiet zone) on the phone's screen."""
        sprite = self._behind.copy()
        sprite.paste(_screen(code, self._name), SCREEN[:2], _rounded(_size(SCREEN), 58))
        sprite.alpha_composite(self._before)
        return np.asarray(sprite)


def _body() -> Image.Image:
    """Metal frame and black glass."""
    layer = Image.new("RGBA", (WIDTH * 2, HEIGHT * 2))
    draw = ImageDraw.Draw(layer)
    left, top, right, bottom = (2 * edge for edge in BODY)
    draw.rounded_rectangle((left, top, right, bottom), 144, "#8d9096")
    draw.rounded_rectangle((left + 5, top + 5, right - 5, bottom - 5), 140, "#3c3e43")
    draw.rounded_rectangle((left + 10, top + 10, right - 10, bottom - 10), 136, "#0a0b0d")
    draw.rounded_rectangle((right - 2, top + 420, right + 8, top + 580), 5, "#74777d")
    return layer.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def _screen(code: Image.Image, name: str) -> Image.Image:
    """The member page as a phone shows it."""
    width, height = _size(SCREEN)
    page = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, width, 150), JADE)
    draw.rounded_rectangle((width // 2 - 56, 14, width // 2 + 56, 42), 14, "#06120e")
    draw.text((36, 16), "14:05", "#ffffff", chinese(20, bold=True))
    draw.rounded_rectangle((width - 62, 22, width - 30, 36), 4, outline="#ffffff", width=2)
    draw.rectangle((width - 59, 25, width - 38, 33), "#ffffff")
    _leaf(draw, (44, 104))
    draw.text((72, 84), "青禾生活", "#ffffff", chinese(28, bold=True))
    draw.text((width - 30, 102), "会员码", "#BFE3D6", chinese(22), anchor="rm")
    draw.text((32, 172), f"{name} 您好", INK, chinese(26, bold=True))
    centre_x, centre_y = CODE_CENTRE[0] - SCREEN[0], CODE_CENTRE[1] - SCREEN[1]
    half = CODE_SIZE // 2
    card = (centre_x - half - 14, centre_y - half + 12, centre_x + half + 14, centre_y + half + 62)
    draw.rounded_rectangle(card, 26, "#ffffff")
    shown = code.convert("L").resize((CODE_SIZE, CODE_SIZE), Image.Resampling.NEAREST)
    page.paste(shown, (centre_x - half, centre_y - half + 14))
    draw.text(
        (centre_x, centre_y + half + 34),
        "每分钟自动更新 · 请勿截图",
        MUTED,
        chinese(20),
        anchor="mm",
    )
    top = card[3] + 28
    for title, line in (("我的积分", "明细"), ("我的券", "查看"), ("附近门店", "地图")):
        draw.rounded_rectangle((24, top, width - 24, top + 84), 22, "#ffffff")
        draw.text((50, top + 42), title, INK, chinese(23, bold=True), anchor="lm")
        draw.text((width - 50, top + 42), f"{line} ›", MUTED, chinese(20), anchor="rm")
        top += 100
    draw.rounded_rectangle((width // 2 - 70, height - 18, width // 2 + 70, height - 12), 3, INK)
    return page


def _leaf(draw: ImageDraw.ImageDraw, at: tuple[int, int]) -> None:
    """The chain's mark."""
    x, y = at
    draw.ellipse((x - 20, y - 20, x + 20, y + 20), "#ffffff")
    draw.pieslice((x - 16, y - 12, x + 12, y + 16), 180, 270, JADE)
    draw.pieslice((x - 12, y - 16, x + 16, y + 12), 0, 90, JADE)


def chinese(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """A face of Debian's Noto Sans CJK."""
    face = "NotoSansCJK-Bold.ttc" if bold else "NotoSansCJK-Regular.ttc"
    return ImageFont.truetype(_FONTS / face, size, index=_SIMPLIFIED)


def _rounded(size: tuple[int, int], radius: int) -> Image.Image:
    mask = Image.new("L", (size[0] * 2, size[1] * 2))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, *mask.size), radius * 2, 255)
    return mask.resize(size, Image.Resampling.LANCZOS)


def _size(box: tuple[int, int, int, int]) -> tuple[int, int]:
    return box[2] - box[0], box[3] - box[1]
