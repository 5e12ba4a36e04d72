"""A drawn hand that holds something up to the camera: what is behind it, and before it.

All measures are pixels of the sprite, 7 px per mm.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Pixels = NDArray[np.uint8]
"""Rows of RGBA (or RGB) pixels."""

WIDTH, HEIGHT = 800, 1480
CODE_CENTRE = (400, 470)
"""Where the middle of the code is: one aims with it."""
CODE_SIZE = 392
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


class Hand:
    """Two layers with room for a thing in between; drawn once."""

    def __init__(self, body: tuple[int, int, int, int]) -> None:
        """Draw.

        Args:
            body: left, top, right, bottom of the thing: its shadow falls on the hand.
        """
        self.behind = Image.new("RGBA", (WIDTH, HEIGHT))
        for layer in (_solid(PALM, SKIN), _solid(CUFF, SLEEVE), _shadow(body, 34)):
            self.behind.alpha_composite(layer)
        self.before = Image.new("RGBA", (WIDTH, HEIGHT))
        for part in (*TIPS, THUMB):
            self.before.alpha_composite(_contact_shadow(part))
            self.before.alpha_composite(_solid(part, SKIN))


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
