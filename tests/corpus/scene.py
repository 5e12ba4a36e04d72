"""One code held before the camera: a picture, or a burst of frames as a hand holds it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.devices.camera.frame import HEIGHT_PX, WIDTH_PX, Frame, Luma
from tests.corpus import optics, paper
from tests.corpus.codes import BARS, Code, Kind, code_of
from tests.corpus.drawn import Box, Drawn
from tests.corpus.faults import Faults
from tests.corpus.phone import phone
from tests.corpus.shop import out_of_focus

FPS = 15.0
_FOCAL_PX = 1100.0
"""60 degrees across 1280 px."""
_BACKGROUNDS = 12
_SHARPNESS_PX = 0.45
"""Blur of a good lens and of a pixel's own width, in camera pixels."""

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Pose:
    """Where the code's middle is in the frame, and how it is turned (degrees)."""

    x: float
    y: float
    scale: float
    """Camera pixels for one pixel of the drawing, at the code's middle."""
    roll: float
    yaw: float
    pitch: float

    def homography(self, middle: tuple[float, float]) -> Matrix:
        """From pixels of the drawing to pixels of the frame."""
        roll, yaw, pitch = (math.radians(angle) for angle in (self.roll, self.yaw, self.pitch))
        turn = _about(2, roll) @ _about(1, yaw) @ _about(0, pitch)
        to_middle = np.array([[1, 0, -middle[0]], [0, 1, -middle[1]], [0, 0, 1]], np.float64)
        distance = _FOCAL_PX / self.scale
        placed = np.column_stack([turn[:, 0], turn[:, 1], [0, 0, distance]])
        camera = np.array([[_FOCAL_PX, 0, self.x], [0, _FOCAL_PX, self.y], [0, 0, 1]])
        return np.asarray(camera @ placed @ to_middle)


@dataclass(frozen=True)
class Shot:
    """One code, one way of holding it, one set of faults; the same seed, the same pixels."""

    kind: Kind
    faults: Faults = field(default_factory=Faults)
    seed: int = 0

    @cached_property
    def code(self) -> Code:
        return code_of(self.kind, self.seed)

    @cached_property
    def drawn(self) -> Drawn:
        """The thing that carries the code, flat."""
        rng = np.random.default_rng([self.seed, 2])
        wanted = 1.5 * self._pixels
        module_px = int(min(max(math.ceil(wanted), 2 if self.code.is_bars else 4), 12))
        carrier = phone
        if self.kind in {Kind.V1, Kind.V2}:
            carrier = paper.voucher
        elif not self.faults.moire and (self.kind in {Kind.C1, Kind.S1} or self._is_card):
            carrier = paper.card
        return carrier(self.code, module_px, self.faults, rng)

    @property
    def _is_card(self) -> bool:
        """Bars are on cards mostly, now and then in a wallet app."""
        return self.kind in BARS and self.seed % 4 != 3

    @property
    def _pixels(self) -> float:
        return self.faults.px_per_bar if self.kind in BARS else self.faults.px_per_module

    @cached_property
    def pose(self) -> Pose:
        """As a hand would hold it: a few degrees off, near the middle of the window."""
        rng = np.random.default_rng([self.seed, 3])
        sway = 2.0 if self.kind in BARS else 5.0
        away = rng.uniform(0, 2 * math.pi)
        tilt = self.faults.tilt
        return Pose(
            x=WIDTH_PX / 2 + rng.uniform(-60, 60),
            y=HEIGHT_PX / 2 + rng.uniform(-40, 40),
            scale=self._pixels / self.drawn.module_px,
            roll=self.faults.rotation + rng.uniform(-sway, sway),
            yaw=tilt * math.cos(away) + rng.uniform(-4, 4),
            pitch=tilt * math.sin(away) + rng.uniform(-4, 4),
        )

    def picture(self) -> Luma:
        """A single frame."""
        return self._picture(0)

    def burst(self, frames: int, fps: float = FPS) -> Iterator[Frame]:
        """The same code held for this long by a hand that trembles, drawn one by one."""
        for number in range(frames):
            yield Frame(self._picture(number), number / fps, number)

    def _picture(self, number: int) -> Luma:
        rng = np.random.default_rng([self.seed, 5, number])
        at_s = number / FPS
        phase = self.seed % 7
        pose = replace(
            self.pose,
            x=self.pose.x + 2.2 * math.sin(at_s * 6 + phase) + rng.normal(0, 0.4),
            y=self.pose.y + 1.8 * math.sin(at_s * 7.3 + 1.3 * phase) + rng.normal(0, 0.4),
            roll=self.pose.roll + 0.5 * math.sin(at_s * 5 + 2 * phase),
        )
        behind = background(self.seed)
        return compose(self.drawn, pose, self.faults, behind, rng, self.seed)


def compose(
    drawn: Drawn,
    pose: Pose,
    faults: Faults,
    background: optics.Light,
    rng: np.random.Generator,
    seed: int,
) -> Luma:
    """The thing before the shop, through the camera.

    Args:
        background: linear light of a whole frame; left as it is.
        rng: for what is new in each frame: noise.
        seed: of what stays the same through a burst: where the lamp is mirrored, which thumb.
    """
    whole = pose.homography(drawn.middle)
    held = np.random.default_rng([seed, 6])
    smear_angle = held.uniform(0, math.pi)
    seen = background.copy()
    left, top, right, bottom = _reach(drawn, whole, faults)
    if right > left and bottom > top:
        size = (right - left, bottom - top)
        matrix = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]], np.float64) @ whole
        light, opaque = _thing(drawn, matrix, pose.scale, size)
        if faults.moire and drawn.is_screen:
            light *= _grid_of_screen(drawn, matrix, size, faults.moire, held)
        if faults.glare:
            light += _mirrored_lamp(drawn, matrix, size, faults.glare, held) * opaque
        light, opaque = (optics.blurred(plane, faults, smear_angle) for plane in (light, opaque))
        place = seen[top:bottom, left:right]
        place *= 1 - opaque
        place += light
    if faults.cover:
        seen = _covered(seen, drawn, whole, faults.cover, held)
    return optics.exposed(seen, faults, rng)


def _reach(drawn: Drawn, matrix: Matrix, faults: Faults) -> Box:
    """The part of the frame in which the thing, blur and all, can be seen."""
    height, width = drawn.luma.shape
    corners = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float64)
    seen = cv2.perspectiveTransform(corners, matrix)[0]
    margin = math.ceil(faults.defocus + faults.smear) + 4
    low, high = np.floor(seen.min(0)) - margin, np.ceil(seen.max(0)) + margin
    return (
        int(max(0, low[0])),
        int(max(0, low[1])),
        int(min(WIDTH_PX, high[0])),
        int(min(HEIGHT_PX, high[1])),
    )


def _thing(
    drawn: Drawn, matrix: Matrix, scale: float, size: tuple[int, int]
) -> tuple[optics.Light, optics.Light]:
    """The drawing's light in the frame, black where it is not, and where it is."""
    soft = _SHARPNESS_PX / scale
    opaque = drawn.opaque.astype(np.float32) * np.float32(1 / 255)
    light = optics.light_of(drawn.luma) * opaque
    layers = cv2.GaussianBlur(cv2.merge([light, opaque]), (0, 0), soft)
    seen = cv2.split(cv2.warpPerspective(layers, matrix, size, flags=cv2.INTER_LINEAR))
    return cast("optics.Light", seen[0]), cast("optics.Light", seen[1])


def background(number: int) -> optics.Light:
    """Linear light of the shop behind a code, one of a dozen; not to be written into."""
    return _background(number % _BACKGROUNDS)


@lru_cache(maxsize=_BACKGROUNDS)
def _background(number: int) -> optics.Light:
    return optics.light_of(out_of_focus(number))


def _grid_of_screen(
    drawn: Drawn, matrix: Matrix, size: tuple[int, int], depth: float, rng: np.random.Generator
) -> optics.Light:
    """The screen's grid of pixels, as points of the sensor's own grid see it.

    A sensor pixel samples the grid at one place; the beat between both grids comes out
    of that by itself, and bends with the perspective as it does on real screens.
    """
    inverse = np.linalg.inv(matrix).astype(np.float32)
    columns = np.arange(size[0], dtype=np.float32)
    rows = np.arange(size[1], dtype=np.float32)[:, None]
    down = inverse[2, 0] * columns + inverse[2, 1] * rows + inverse[2, 2]
    across = (inverse[0, 0] * columns + inverse[0, 1] * rows + inverse[0, 2]) / down
    along = (inverse[1, 0] * columns + inverse[1, 1] * rows + inverse[1, 2]) / down
    # One pixel of the screen is a little more or less than one of the camera's (or two of
    # them are): that is where the beat is wide enough to be seen.
    scale = math.sqrt(abs(np.linalg.det(matrix[:2, :2]))) / abs(
        matrix[2] @ np.array([*drawn.middle, 1.0])
    )
    pitch = rng.uniform(1.04, 1.22) / scale / rng.choice([1.0, 2.0])
    wave = np.cos(across * (2 * np.pi / pitch)) + 0.7 * np.cos(along * (2 * np.pi / pitch))
    left, top, right, bottom = drawn.glass
    inside = (across > left) & (across < right) & (along > top) & (along < bottom)
    return cast("optics.Light", np.where(inside, 1 + depth * wave / 1.7, 1).astype(np.float32))


def _mirrored_lamp(
    drawn: Drawn, matrix: Matrix, size: tuple[int, int], strength: float, rng: np.random.Generator
) -> optics.Light:
    """A lamp in the glass: a bright band over part of the code, soft at its edges."""
    left, top, right, bottom = drawn.code
    width, height = right - left, bottom - top
    middle = left + width * rng.uniform(0.2, 0.8)
    half, lean = width * rng.uniform(0.02, 0.18), width * rng.uniform(-0.3, 0.3)
    band = np.array(
        [
            [middle - half + lean, top - height * 0.4],
            [middle + half + lean, top - height * 0.4],
            [middle + half - lean, bottom + height * 0.4],
            [middle - half - lean, bottom + height * 0.4],
        ],
        np.float64,
    )
    seen = cv2.perspectiveTransform(band[None], matrix)[0] / 4
    small = np.zeros((size[1] // 4 + 1, size[0] // 4 + 1), np.float32)
    cv2.fillConvexPoly(small, np.round(seen).astype(np.int32), strength, cv2.LINE_AA)
    soft = 3.0 if drawn.is_screen else 1.2  # laminate mirrors with a harder edge
    light = cv2.resize(cv2.GaussianBlur(small, (0, 0), soft), size)
    return cast("optics.Light", light)


def _covered(
    seen: optics.Light, drawn: Drawn, matrix: Matrix, share: float, rng: np.random.Generator
) -> optics.Light:
    """A thumb over one side of a QR, or fingers over the lower ends of bars."""
    left, top, right, bottom = drawn.code
    width, height = right - left, bottom - top
    skin = rng.uniform(0.15, 0.4)
    if drawn.is_bars:
        edge, tips, hand = bottom - height * share, width * 0.06, height * 40
        outline = [[left - tips, bottom + hand]]
        outline += [  # four fingertips side by side
            [
                left - tips + (width + 2 * tips) * x,
                edge + height * 0.1 * (1 - abs(math.sin(4 * math.pi * x))),
            ]
            for x in np.linspace(0, 1, 49)
        ]
        outline += [[right + tips, bottom + hand]]
    else:
        side = 1 if rng.random() < 0.5 else -1
        edge = right if side > 0 else left
        high = bottom - height * rng.uniform(0.0, 0.35)
        thick = height * 0.3
        tip = edge - side * width * share
        far = edge + side * width * 9  # the hand comes from outside the picture
        outline = [[far, high + thick]]
        outline += [
            [tip + side * thick * (1 - math.sin(a)), high - thick * math.cos(a)]
            for a in np.linspace(0, math.pi, 12)
        ]
        outline += [[far, high + 5 * thick]]
    points = cv2.perspectiveTransform(np.array([outline], np.float64), matrix)[0]
    mask = np.zeros((HEIGHT_PX // 2, WIDTH_PX // 2), np.float32)
    cv2.fillPoly(mask, [np.round(points / 2).astype(np.int32)], 1.0, cv2.LINE_AA)
    rounded = cv2.GaussianBlur(mask, (0, 0), 7) * skin
    thumb = cv2.resize(rounded, (WIDTH_PX, HEIGHT_PX))
    soft = cv2.resize(cv2.GaussianBlur(mask, (0, 0), 0.8), (WIDTH_PX, HEIGHT_PX))
    return cast("optics.Light", seen * (1 - soft) + thumb * soft)


def _about(axis: int, angle: float) -> Matrix:
    cosine, sine = math.cos(angle), math.sin(angle)
    first, second = [other for other in range(3) if other != axis]
    matrix = np.eye(3)
    matrix[first, first] = matrix[second, second] = cosine
    matrix[first, second], matrix[second, first] = -sine, sine
    return matrix
