"""What stands behind the code, and what fills the picture when there is none: a shop.

Everything here is without a code that is ours; most of it without any. Bars, grids and
words are put in on purpose: they are what a decoder could take for a code.
"""

from collections.abc import Callable
from typing import cast

import cv2
import numpy as np

from kiosk.devices.camera.frame import HEIGHT_PX, WIDTH_PX, Luma
from tests.corpus.drawn import write

_WORDS = (
    "SALE", "2 for 1", "NEW", "Fresh milk 1L", "Open 8-22", "12.90", "Exit", "Tea", "Member day",
    "Total 45.60", "No refund", "Wash at 30C", "Made in", "Best before 2027",
)  # fmt: skip


def shelves(rng: np.random.Generator) -> Luma:
    """Shelves with goods, price tags below them, lamps above."""
    picture = _wall(rng)
    first, apart = int(rng.integers(90, 180)), int(rng.integers(100, 140))
    for base in range(first, HEIGHT_PX + apart, apart):
        left = int(rng.integers(-40, 200))
        while left < WIDTH_PX:
            width, height = int(rng.integers(24, 80)), int(rng.integers(44, 96))
            shade = int(rng.integers(25, 225))
            cv2.rectangle(picture, (left, base - height), (left + width, base), shade, -1)
            label = int(np.clip(shade + rng.choice([-60, 60]), 0, 255))
            cv2.rectangle(
                picture, (left + 3, base - height // 2), (left + width - 3, base - height // 5),
                label, -1,
            )  # fmt: skip
            left += width + int(rng.integers(2, 14))
        cv2.rectangle(picture, (0, base), (WIDTH_PX, base + 14), int(rng.integers(60, 120)), -1)
        for tag in range(0, WIDTH_PX, int(rng.integers(90, 160))):
            cv2.rectangle(picture, (tag, base + 1), (tag + 48, base + 16), 235, -1)
            write(picture, f"{rng.integers(1, 99)}.90", (tag + 3, base + 14), 11, 20)
    return _lit(picture, rng)


def people(rng: np.random.Generator) -> Luma:
    """Somebody close to the window: head, hair, coat, no face that is anybody's."""
    picture = cv2.GaussianBlur(shelves(rng), (0, 0), 7)
    for _ in range(int(rng.integers(1, 3))):
        x, y = int(rng.integers(250, 1000)), int(rng.integers(180, 330))
        size, coat = int(rng.integers(80, 170)), int(rng.integers(20, 160))
        cv2.ellipse(picture, (x, y + size * 4), (size * 2, size * 3), 0, 180, 360, coat, -1)
        skin = int(rng.integers(90, 200))
        cv2.ellipse(picture, (x, y), (int(size * 0.75), size), 0, 0, 360, skin, -1, cv2.LINE_AA)
        cv2.ellipse(picture, (x, y - size // 2), (int(size * 0.8), size * 2 // 3), 0, 180, 360,
                    int(rng.integers(10, 60)), -1, cv2.LINE_AA)  # fmt: skip
        for side in (-1, 1):
            eye = (x + side * size // 3, y - size // 8)
            cv2.ellipse(picture, eye, (size // 8, size // 16), 0, 0, 360, 40, -1, cv2.LINE_AA)
        cv2.line(picture, (x, y + size * 2), (x, HEIGHT_PX), coat // 2 + 90, 5)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 2.2), np.uint8)


def receipt(rng: np.random.Generator) -> Luma:
    """A page of words held up: rows of dark and light at every scale."""
    picture = cast("Luma", cv2.GaussianBlur(_wall(rng), (0, 0), 9))
    left, width = int(rng.integers(200, 600)), int(rng.integers(300, 600))
    cv2.rectangle(picture, (left, 20), (left + width, HEIGHT_PX - 10), 238, -1)
    size = int(rng.integers(9, 26))
    for y in range(50, HEIGHT_PX - 20, int(size * 1.7)):
        words = "  ".join(str(rng.choice(_WORDS)) for _ in range(int(rng.integers(1, 5))))
        write(picture, words, (left + 12, y), size, int(rng.integers(20, 80)))
    picture[:, left + width :] = _wall(rng)[:, left + width :]
    return np.asarray(picture, np.uint8)


def stripes(rng: np.random.Generator) -> Luma:
    """A striped shirt, a blind, a radiator: bars of every width that say nothing."""
    columns = np.arange(WIDTH_PX, dtype=np.float32)
    rows = np.arange(HEIGHT_PX, dtype=np.float32)[:, None]
    angle = rng.uniform(-0.3, 0.3) + rng.choice([0.0, np.pi / 2])
    along = columns * np.cos(angle) + rows * np.sin(angle)
    along = along + 6 * np.sin(rows / rng.uniform(30, 120))
    if rng.random() < 0.5:  # irregular widths, as in a bar code
        edges = np.cumsum(rng.choice([3, 6, 9, 12], 900)).astype(np.float32) * rng.uniform(0.5, 2)
        dark = np.searchsorted(edges, along.ravel() - along.min()).reshape(along.shape) % 2 == 0
    else:
        dark = np.sin(along * 2 * np.pi / rng.uniform(5, 40)) > 0
    low, high = sorted(int(shade) for shade in rng.integers(15, 245, 2))
    return _on_wall(np.where(dark, low, high).astype(np.uint8), rng)


def grid(rng: np.random.Generator) -> Luma:
    """Checkerboards, tiles, mesh: squares like modules."""
    rows, columns = np.mgrid[0:HEIGHT_PX, 0:WIDTH_PX]
    pitch = int(rng.integers(3, 30))
    dark = (rows // pitch + columns // pitch) % 2 == 0
    if rng.random() < 0.4:
        dark = (rows % pitch < max(1, pitch // 4)) | (columns % pitch < max(1, pitch // 4))
    low, high = sorted(int(shade) for shade in rng.integers(10, 250, 2))
    return _on_wall(np.where(dark, low, high).astype(np.uint8), rng)


def textile(rng: np.random.Generator) -> Luma:
    """A weave with a random pattern of squares: what a scarf or a knitted jumper shows."""
    cells = rng.random((HEIGHT_PX // 6, WIDTH_PX // 6)) < rng.uniform(0.3, 0.7)
    low, high = sorted(int(shade) for shade in rng.integers(10, 250, 2))
    small = np.where(cells, low, high).astype(np.uint8)
    scale = int(rng.integers(2, 14))
    big = small.repeat(scale, 0).repeat(scale, 1)[:HEIGHT_PX, :WIDTH_PX]
    picture = np.full((HEIGHT_PX, WIDTH_PX), int(rng.integers(60, 200)), np.uint8)
    picture[: big.shape[0], : big.shape[1]] = big
    return _on_wall(picture, rng)


def rings(rng: np.random.Generator) -> Luma:
    """Squares within squares, 1:1:3:1:1, three and more: false finder patterns."""
    picture = cv2.GaussianBlur(_wall(rng), (0, 0), 3)
    for _ in range(int(rng.integers(3, 12))):
        unit = int(rng.integers(2, 14))
        x = int(rng.integers(0, WIDTH_PX - 9 * unit))
        y = int(rng.integers(0, HEIGHT_PX - 9 * unit))
        for inset, shade in ((0, 235), (1, 25), (2, 235), (3, 25)):
            corner = (x + inset * unit, y + inset * unit)
            far = (x + (9 - inset) * unit - 1, y + (9 - inset) * unit - 1)
            cv2.rectangle(picture, corner, far, shade, -1)
    return np.asarray(picture, np.uint8)


def noise(rng: np.random.Generator) -> Luma:
    """A covered lens: the sensor's own noise, in fine or coarse grain."""
    scale = int(rng.choice([1, 1, 2, 4, 8]))
    grain = rng.integers(0, 256, (HEIGHT_PX // scale, WIDTH_PX // scale), np.uint8)
    picture = cv2.resize(grain, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_NEAREST)
    depth = rng.uniform(0.05, 1.0)
    return np.asarray(128 + (picture.astype(np.float32) - 128) * depth, np.uint8)


SCENES: tuple[Callable[[np.random.Generator], Luma], ...] = (
    shelves, people, receipt, stripes, grid, textile, rings, noise,
)  # fmt: skip


def out_of_focus(seed: int) -> Luma:
    """The shop as it stands behind a code that is held near: far out of focus, with a coat."""
    rng = np.random.default_rng([seed, 11])
    picture = cv2.GaussianBlur(shelves(rng), (0, 0), 13)
    mask = np.zeros_like(picture)
    middle, coat = int(rng.integers(480, 800)), int(rng.integers(35, 120))
    cv2.ellipse(mask, (middle, 780), (430, 700), 0, 180, 360, 255, -1, cv2.LINE_AA)
    soft = cv2.GaussianBlur(mask, (0, 0), 22).astype(np.float32) / 255
    mixed = picture * (1 - soft) + coat * soft
    return np.asarray(mixed, np.uint8)


def _wall(rng: np.random.Generator) -> Luma:
    top, bottom = rng.integers(70, 200, 2)
    rows = np.linspace(top, bottom, HEIGHT_PX, dtype=np.float32)[:, None]
    tilt = np.linspace(-20, 20, WIDTH_PX, dtype=np.float32) * rng.uniform(-1, 1)
    return np.clip(rows + tilt, 0, 255).astype(np.uint8)


def _lit(picture: Luma, rng: np.random.Generator) -> Luma:
    lamps = np.zeros((HEIGHT_PX // 4, WIDTH_PX // 4), np.uint8)
    for _ in range(int(rng.integers(4, 16))):
        at = (int(rng.integers(0, lamps.shape[1])), int(rng.integers(2, 32)))
        cv2.circle(lamps, at, int(rng.integers(4, 10)), 90, -1, cv2.LINE_AA)
    light = cv2.resize(cv2.GaussianBlur(lamps, (0, 0), 2), (WIDTH_PX, HEIGHT_PX))
    return np.asarray(cv2.add(picture, light), np.uint8)


def _on_wall(pattern: Luma, rng: np.random.Generator) -> Luma:
    """The pattern as part of the picture, now and then all of it."""
    if rng.random() < 0.3:
        return pattern
    picture = cv2.GaussianBlur(shelves(rng), (0, 0), 4)
    width, height = int(rng.integers(150, 900)), int(rng.integers(150, 600))
    left, top = int(rng.integers(0, WIDTH_PX - width)), int(rng.integers(0, HEIGHT_PX - height))
    place = (slice(top, top + height), slice(left, left + width))
    picture[place] = pattern[place]
    return np.asarray(picture, np.uint8)
