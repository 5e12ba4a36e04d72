"""A drawn phone in a drawn hand, as a picture with alpha: what a shopper holds up.

All measures are pixels of the sprite; the phone is 71 x 147 mm at 7 px per mm.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Pixels = NDArray[np.uint8]
"""Rows of RGBA (or RGB) pixels."""

WIDTH, HEIGHT = 800, 1480
BODY = (150, 50, 650, 1080)
"""Left, top, right, bottom of the phone."""
SCREEN = (164, 64, 636, 1066)
CODE_CENTRE = (400, 470)
"""Where the middle of the code is: the shopper aims with it."""
CODE_SIZE = 392

_FONTS = Path("/usr/share/fonts/opentype/noto")
_SIMPLIFIED = 2
"""Index of the face in Debian's .ttc files."""
JADE, JADE_DARK, INK, MUTED, PAPER = "#0B5F4B", "#08493A", "#1B2420", "#6B7268", "#F6F3EC"
SKIN = (206, 160, 132)
SLEEVE = (58, 66, 88)


@dataclass(frozen=True)
class Finger:
    """A capsule from `start` to `end`, `radius` thick."""

    start: tuple[int, int]
    end: tuple[int, int]
    radius: int


Part = tuple[Finger, ...]
"""Capsules that are one piece of skin or cloth."""

# Behind the phone: the palm's edge and the wrist.
PALM: Part = (
    Finger((585, 760), (640, 980), 92),
    Finger((600, 980), (520, 1150), 120),
    Finger((430, 1030), (500, 1180), 140),
    Finger((490, 1150), (505, 1480), 118),
)
CUFF: Part = (Finger((380, 1500), (640, 1500), 86), Finger((505, 1500), (505, 1600), 150))
# In front of its frame: four finger tips from the left, the thumb along the right edge.
TIPS: tuple[Part, ...] = (
    (Finger((146, 566), (178, 556), 35),),
    (Finger((140, 662), (182, 654), 38),),
    (Finger((141, 764), (180, 762), 37),),
    (Finger((148, 860), (174, 864), 32),),
)
THUMB: Part = (Finger((688, 930), (676, 720), 43), Finger((676, 720), (650, 596), 39))


class PhoneInHand:
    """The drawing; everything but the screen's contents is drawn once."""

    def __init__(self, name: str) -> None:
        """Draw hand and phone.

        Args:
            name: how the member page greets its owner, already masked.
        """
        self._name = name
        self._behind = Image.new("RGBA", (WIDTH, HEIGHT))
        for layer in (_solid(PALM, SKIN), _solid(CUFF, SLEEVE), _shadow(BODY, 34), _body()):
            self._behind.alpha_composite(layer)
        self._before = Image.new("RGBA", (WIDTH, HEIGHT))
        for part in (*TIPS, THUMB):
            self._before.alpha_composite(_contact_shadow(part))
            self._before.alpha_composite(_solid(part, SKIN))

    def showing(self, code: Image.Image) -> Pixels:
        """The sprite, RGBA, with `code` (a QR with its quiet zone) on the phone's screen."""
        sprite = self._behind.copy()
        sprite.paste(_screen(code, self._name), SCREEN[:2], _rounded(_size(SCREEN), 58))
        sprite.alpha_composite(self._before)
        return np.asarray(sprite)


def _solid(part: Part, colour: tuple[int, int, int]) -> Image.Image:
    """A piece lit from the upper left, as round as its thickest capsule."""
    mask = _mask(part)
    radius = max(finger.radius for finger in part)
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    rounded = np.sqrt(np.clip(1 - (1 - np.clip(depth / radius, 0, 1)) ** 2, 0, 1))
    height = cv2.GaussianBlur(rounded.astype(np.float32), (0, 0), radius / 7) * radius
    slope_y, slope_x = np.gradient(height)
    normal_z = 1 / np.sqrt(slope_x**2 + slope_y**2 + 1)
    light = np.clip((slope_x * 0.42 + slope_y * 0.5 + 0.78) * normal_z, 0, 1.1)
    shade = (0.42 + 0.62 * light)[..., None]
    # Skin is redder where less light comes: blue falls off before red.
    tint = np.array(colour, np.float32) * shade ** np.array([0.85, 1.0, 1.12], np.float32)
    alpha = cv2.GaussianBlur(mask, (0, 0), 1.2)[..., None]
    return Image.fromarray(np.concatenate([np.clip(tint, 0, 255), alpha], axis=2).astype(np.uint8))


def _mask(part: Part) -> Pixels:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    for finger in part:
        cv2.line(mask, finger.start, finger.end, 255, finger.radius * 2, cv2.LINE_AA)
    return mask


def _contact_shadow(part: Part) -> Image.Image:
    alpha = cv2.GaussianBlur(_mask(part), (0, 0), 11) // 2
    alpha = np.roll(alpha, (8, 5), axis=(0, 1))
    dark = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    dark[..., 3] = alpha
    return Image.fromarray(dark)


def _shadow(box: tuple[int, int, int, int], radius: int) -> Image.Image:
    layer = Image.new("RGBA", (WIDTH, HEIGHT))
    moved = (box[0] + 10, box[1] + 16, box[2] + 10, box[3] + 16)
    ImageDraw.Draw(layer).rounded_rectangle(moved, 70, (0, 0, 0, 120))
    return layer.filter(ImageFilter.GaussianBlur(radius / 2))


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
    draw.text((36, 16), "14:05", "#ffffff", _font(20, bold=True))
    draw.rounded_rectangle((width - 62, 22, width - 30, 36), 4, outline="#ffffff", width=2)
    draw.rectangle((width - 59, 25, width - 38, 33), "#ffffff")
    _leaf(draw, (44, 104))
    draw.text((72, 84), "青禾生活", "#ffffff", _font(28, bold=True))
    draw.text((width - 30, 102), "会员码", "#BFE3D6", _font(22), anchor="rm")
    draw.text((32, 172), f"{name} 您好", INK, _font(26, bold=True))
    centre_x, centre_y = CODE_CENTRE[0] - SCREEN[0], CODE_CENTRE[1] - SCREEN[1]
    half = CODE_SIZE // 2
    card = (centre_x - half - 14, centre_y - half + 12, centre_x + half + 14, centre_y + half + 62)
    draw.rounded_rectangle(card, 26, "#ffffff")
    shown = code.convert("L").resize((CODE_SIZE, CODE_SIZE), Image.Resampling.NEAREST)
    page.paste(shown, (centre_x - half, centre_y - half + 14))
    draw.text(
        (centre_x, centre_y + half + 34), "每分钟自动更新 · 请勿截图", MUTED, _font(20), anchor="mm"
    )
    top = card[3] + 28
    for title, line in (("我的积分", "明细"), ("我的券", "查看"), ("附近门店", "地图")):
        draw.rounded_rectangle((24, top, width - 24, top + 84), 22, "#ffffff")
        draw.text((50, top + 42), title, INK, _font(23, bold=True), anchor="lm")
        draw.text((width - 50, top + 42), f"{line} ›", MUTED, _font(20), anchor="rm")
        top += 100
    draw.rounded_rectangle((width // 2 - 70, height - 18, width // 2 + 70, height - 12), 3, INK)
    return page


def _leaf(draw: ImageDraw.ImageDraw, at: tuple[int, int]) -> None:
    """The chain's mark."""
    x, y = at
    draw.ellipse((x - 20, y - 20, x + 20, y + 20), "#ffffff")
    draw.pieslice((x - 16, y - 12, x + 12, y + 16), 180, 270, JADE)
    draw.pieslice((x - 12, y - 16, x + 16, y + 12), 0, 90, JADE)


def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    face = "NotoSansCJK-Bold.ttc" if bold else "NotoSansCJK-Regular.ttc"
    return ImageFont.truetype(_FONTS / face, size, index=_SIMPLIFIED)


def _rounded(size: tuple[int, int], radius: int) -> Image.Image:
    mask = Image.new("L", (size[0] * 2, size[1] * 2))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, *mask.size), radius * 2, 255)
    return mask.resize(size, Image.Resampling.LANCZOS)


def _size(box: tuple[int, int, int, int]) -> tuple[int, int]:
    return box[2] - box[0], box[3] - box[1]
