"""What the kiosk's camera would see: a shop out of focus, and somebody who holds up a phone.

Each frame is composed anew: the phone stands in perspective, sways, catches light;
the sensor adds noise.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from demo import phone
from demo.hand import CODE_CENTRE, Pixels

WIDTH, HEIGHT = 1280, 720
FOCAL_PX = 1100
"""60 degrees across 1280 px, as the kiosk's camera."""
COME_S = 1.1
"""The phone comes up in this time ..."""
AWAY_S = 0.7
"""... and goes down in this."""
_NOISE_FRAMES = 5

Frame = MatLike
"""HEIGHT x WIDTH rows of BGR."""


@dataclass(frozen=True)
class Pose:
    """Where the phone is: its code's middle in frame pixels, and how it is turned (degrees)."""

    x: float
    y: float
    scale: float
    roll: float = 0.0
    yaw: float = 0.0
    pitch: float = 0.0


def held(shown_s: float, gone_s: float | None) -> Pose | None:
    """The pose after `shown_s` of holding; `gone_s` since it began to be taken away, or None.

    The phone comes up from below in a second, then is held as people hold things: never
    quite still, never quite straight. None when it has left the picture.
    """
    if gone_s is not None and gone_s > AWAY_S:
        return None
    come = _ease(shown_s / COME_S) if gone_s is None else 1 - _ease(gone_s / AWAY_S)
    sway = math.sin(shown_s * 1.7) * 7 + math.sin(shown_s * 4.3 + 1) * 2.5
    bob = math.sin(shown_s * 2.3 + 0.5) * 5 + math.sin(shown_s * 5.1) * 2
    breath = 1 + 0.015 * math.sin(shown_s * 1.1)
    return Pose(
        x=610 + 120 * (1 - come) + sway,
        y=348 + 760 * (1 - come) + bob,
        scale=(0.58 + 0.22 * come) * breath,
        roll=-5 + 13 * (1 - come) + 1.6 * math.sin(shown_s * 1.3),
        yaw=9 - 14 * (1 - come) + 2.5 * math.sin(shown_s * 0.9),
        pitch=-7 + 2 * math.sin(shown_s * 1.9),
    )


def _ease(part: float) -> float:
    """0 to 1, quick at first."""
    return 1 - (1 - min(max(part, 0.0), 1.0)) ** 3


class Scene:
    """Composes frames; about 12 ms each. Used by one thread."""

    def __init__(self, seed: int = 7) -> None:
        rng = np.random.default_rng(seed)
        self._shop = shop(rng)
        self._shopper = _with_coat(self._shop)
        noise = rng.normal(0, 2.6, (_NOISE_FRAMES, HEIGHT, WIDTH, 1)).astype(np.int8)
        self._noise = noise
        self._frame = 0
        self._held: tuple[Frame, Frame] | None = None

    def hold(self, sprite: Pixels | None) -> None:
        """Which phone (RGBA) the shopper has; None for none."""
        if sprite is None:
            self._held = None
            return
        colour = cv2.cvtColor(sprite, cv2.COLOR_RGBA2BGR)
        # Premultiplied: the edges stay clean when the picture is warped.
        alpha = sprite[..., 3]
        self._held = cv2.multiply(colour, cv2.merge([alpha] * 3), scale=1 / 255), alpha

    def frame(self, pose: Pose | None, at_s: float) -> Frame:
        """What the camera sees at `at_s`, with the phone at `pose`."""
        if pose is None or self._held is None:
            picture = self._shop
        else:
            picture = self._with_phone(*self._held, pose, at_s)
        self._frame += 1
        noise = self._noise[self._frame % _NOISE_FRAMES]
        return cv2.add(picture, cv2.merge([noise] * 3), dtype=cv2.CV_8U)

    def _with_phone(self, sprite: Frame, opaque: Frame, pose: Pose, at_s: float) -> Frame:
        warp = _homography(pose)
        size = (WIDTH, HEIGHT)
        colour = cv2.warpPerspective(sprite, warp, size, flags=cv2.INTER_AREA)
        alpha = cv2.warpPerspective(opaque, warp, size, flags=cv2.INTER_LINEAR)
        rest = cv2.multiply(self._shopper, cv2.merge([255 - alpha] * 3), scale=1 / 255)
        return cv2.add(cv2.add(colour, rest), self._glare(warp, at_s))

    def _glare(self, warp: NDArray[np.float64], at_s: float) -> Frame:
        """A lamp mirrored in the glass: a soft band that wanders over the screen."""
        left, top, right, bottom = phone.SCREEN
        middle = left + (right - left) * (0.5 + 0.55 * math.sin(at_s * 0.8))
        band = np.array(
            [
                [middle - 60, top],
                [middle + 60, top],
                [middle - 150, bottom],
                [middle - 270, bottom],
            ],
            np.float32,
        )
        band[:, 0] = np.clip(band[:, 0], left, right)
        seen = cv2.perspectiveTransform(band[None], warp)[0]
        # Drawn at an eighth of the size: it is blurred anyway.
        small = np.zeros((HEIGHT // 8, WIDTH // 8), np.uint8)
        cv2.fillConvexPoly(small, np.round(seen / 8).astype(np.int32), 44, cv2.LINE_AA)
        light = cv2.resize(cv2.GaussianBlur(small, (0, 0), 2.5), (WIDTH, HEIGHT))
        return cv2.merge([light] * 3)


def _homography(pose: Pose) -> NDArray[np.float64]:
    """From sprite pixels to frame pixels, for a phone turned about its code's middle."""
    roll, yaw, pitch = (math.radians(angle) for angle in (pose.roll, pose.yaw, pose.pitch))
    turn = (
        _rotation(math.cos(roll), math.sin(roll), 2)
        @ _rotation(math.cos(yaw), math.sin(yaw), 1)
        @ _rotation(math.cos(pitch), math.sin(pitch), 0)
    )
    to_code = np.array([[1, 0, -CODE_CENTRE[0]], [0, 1, -CODE_CENTRE[1]], [0, 0, 1]], np.float64)
    distance = FOCAL_PX / pose.scale
    placed = np.column_stack([turn[:, 0], turn[:, 1], [0, 0, distance]])
    camera = np.array([[FOCAL_PX, 0, pose.x], [0, FOCAL_PX, pose.y], [0, 0, 1]], np.float64)
    return np.asarray(camera @ placed @ to_code)


def _rotation(cosine: float, sine: float, axis: int) -> NDArray[np.float64]:
    first, second = [other for other in range(3) if other != axis]
    matrix = np.eye(3)
    matrix[first, first] = matrix[second, second] = cosine
    matrix[first, second], matrix[second, first] = -sine, sine
    return matrix


def shop(rng: np.random.Generator) -> Frame:
    """Shelves, lamps and a door, far out of focus."""
    rows = np.linspace(0, 1, HEIGHT, dtype=np.float32)[:, None, None]
    top, bottom = (np.array(colour, np.float32) for colour in ((150, 172, 186), (88, 104, 122)))
    picture: Frame = np.broadcast_to(top * (1 - rows) + bottom * rows, (HEIGHT, WIDTH, 3)).copy()
    cv2.rectangle(picture, (60, 40), (330, 640), (196, 206, 206), -1)  # the door's daylight
    cv2.rectangle(picture, (180, 40), (196, 640), (120, 126, 126), -1)
    for shelf in range(5):
        base = 150 + shelf * 112
        cv2.rectangle(picture, (410, base), (1280, base + 14), (70, 92, 116), -1)
        left = 420
        while left < WIDTH:
            width, height = int(rng.integers(26, 64)), int(rng.integers(48, 92))
            colour = tuple(float(part) for part in rng.choice(_GOODS) * rng.uniform(0.75, 1.05))
            cv2.rectangle(picture, (left, base - height), (left + width, base), colour, -1)
            left += width + int(rng.integers(4, 16))
    picture = cv2.GaussianBlur(picture, (0, 0), 15)
    lamps = np.zeros_like(picture)
    for _ in range(16):
        at = (int(rng.integers(380, WIDTH)), int(rng.integers(10, 130)))
        cv2.circle(lamps, at, int(rng.integers(18, 40)), (58, 78, 92), -1, cv2.LINE_AA)
    lit = cv2.add(picture, cv2.GaussianBlur(lamps, (0, 0), 2.5))
    dimmed: Frame = np.clip(lit * _vignette(), 0, 255).astype(np.uint8)
    return dimmed


_GOODS = np.array(
    [(78, 110, 64), (60, 72, 176), (64, 150, 206), (196, 190, 170), (128, 92, 70), (88, 170, 190)],
    np.float64,
)
"""Colours of boxes and bottles, BGR."""


def _with_coat(background: Frame) -> Frame:
    """The shopper's coat behind the phone; no face is in the picture."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.ellipse(mask, (690, 760), (430, 700), 0, 180, 360, 255, -1, cv2.LINE_AA)
    cv2.rectangle(mask, (560, -20), (820, 160), 255, -1)
    soft = cv2.GaussianBlur(mask, (0, 0), 22)
    coat: Frame = np.full_like(background, (82, 62, 52))
    cv2.line(coat, (684, 120), (700, 720), (112, 92, 84), 10, cv2.LINE_AA)
    cv2.line(coat, (560, 40), (690, 240), (64, 46, 40), 36, cv2.LINE_AA)
    cv2.line(coat, (830, 40), (690, 240), (64, 46, 40), 36, cv2.LINE_AA)
    coat = cv2.GaussianBlur(coat, (0, 0), 14)
    weight = soft.astype(np.float32)[..., None] / 255
    mixed = coat * weight + background * (1 - weight)
    return np.asarray(mixed, dtype=np.uint8)


def _vignette() -> NDArray[np.float32]:
    across = np.linspace(-1, 1, WIDTH, dtype=np.float32)[None, :]
    down = np.linspace(-1, 1, HEIGHT, dtype=np.float32)[:, None]
    dimmed = 1 - 0.28 * (across**2 * 0.8 + down**2 * 0.6)
    return dimmed[..., None].astype(np.float32)
