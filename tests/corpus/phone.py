"""A phone that shows a code: glass, bezel, notch, words, dark mode, fingerprints."""

import cv2
import numpy as np

from kiosk.devices.camera.frame import Luma
from tests.corpus.codes import Code
from tests.corpus.drawn import Drawn, patch, rounded, worn, write
from tests.corpus.faults import Faults

_BEZEL = 12
"""Shade of the phone's frame."""


def phone(code: Code, module_px: int, faults: Faults, rng: np.random.Generator) -> Drawn:
    """The app's page with the code, on one of many phones: half of them in dark mode."""
    shown = patch(code, module_px, faults)
    patch_height, patch_width = shown.shape
    unit = patch_width / 45
    width = int(patch_width * rng.uniform(1.14, 1.4))
    height = int(max(width * 2.05, patch_height * 2.2))
    dark_mode = bool(rng.random() < 0.5)
    paper, ink = (18, 170) if dark_mode else (int(rng.integers(232, 256)), 60)
    screen = np.full((height, width), paper, np.uint8)
    middle = (width / 2, height * rng.uniform(0.4, 0.52))
    left, top = int(middle[0] - patch_width / 2), int(middle[1] - patch_height / 2)
    _page(screen, left, top, patch_width, patch_height, unit, ink, rng)
    bottom, right = top + patch_height, left + patch_width
    if dark_mode:  # the quiet zone stays light: a rounded tile under the code
        edge = int(unit)
        tile = screen[top - edge : bottom + edge, left - edge : right + edge]
        tile[rounded((tile.shape[0], tile.shape[1]), max(1, edge)) > 127] = shown[0, 0]
    screen[top:bottom, left:right] = shown
    _fingerprints(screen, rng)
    worn(screen, (left, top, right, bottom), faults.wear, rng)
    brightness = rng.uniform(0.72, 1.0)
    screen = np.asarray(screen * brightness, np.uint8)
    edge = max(3, int(unit * rng.uniform(1.2, 2.6)))
    radius = int(unit * rng.uniform(3, 6))
    whole = np.full((height + 2 * edge, width + 2 * edge), _BEZEL, np.uint8)
    inside = rounded((height, width), radius)
    whole[edge:-edge, edge:-edge] = np.where(inside > 127, screen, _BEZEL)
    return Drawn(
        luma=whole,
        opaque=rounded((whole.shape[0], whole.shape[1]), radius + edge),
        code=(left + edge, top + edge, right + edge, bottom + edge),
        glass=(edge, edge, edge + width, edge + height),
        module_px=module_px,
        is_screen=True,
        is_bars=code.is_bars,
    )


def _page(
    screen: Luma,
    left: int,
    top: int,
    patch_width: int,
    patch_height: int,
    unit: float,
    ink: int,
    rng: np.random.Generator,
) -> None:
    height, width = screen.shape
    notch = int(unit * rng.uniform(3, 9))
    cv2.rectangle(
        screen, (width // 2 - notch, 0), (width // 2 + notch, int(unit * 1.6)), _BEZEL, -1
    )
    write(screen, "9:41", (int(unit * 4), int(unit * 3)), int(unit * 2), ink)
    for bar in range(4):
        x = int(width - unit * (9 - bar * 1.2))
        cv2.rectangle(screen, (x, int(unit * (2.6 - bar * 0.4))), (x + int(unit * 0.8),
                      int(unit * 3)), ink, -1)  # fmt: skip
    write(screen, "LYK  Member", (left, int(max(unit * 9, top - unit * 9))), int(unit * 3), ink)
    number = f"8800 {rng.integers(1000, 9999)} {rng.integers(10, 99)}"
    write(screen, number, (left, int(max(unit * 13, top - unit * 4))), int(unit * 2.2), ink)
    below = int(top + patch_height + unit * 6)
    write(screen, f"{rng.integers(100, 99999)} points", (left, below), int(unit * 3.4), ink)
    card = int(below + unit * 4)
    shade = (screen[0, left] // 2 + 70) if ink > 100 else 205
    cv2.rectangle(
        screen, (left, card), (left + patch_width, min(height - 2, card + int(unit * 14))),
        int(shade), -1,
    )  # fmt: skip
    write(screen, "Show this code", (left + int(unit), card + int(unit * 4)), int(unit * 2), ink)
    home = int(height - unit * 1.5)
    cv2.rectangle(screen, (width // 3, home), (2 * width // 3, home + max(1, int(unit * 0.5))),
                  ink, -1)  # fmt: skip


def _fingerprints(screen: Luma, rng: np.random.Generator) -> None:
    """Faint smudges; the light of the screen is scattered in them."""
    height, width = screen.shape
    for _ in range(int(rng.integers(0, 4))):
        size = int(width * rng.uniform(0.08, 0.2))
        x, y = int(rng.integers(0, width - size)), int(rng.integers(0, height - size))
        place = screen[y : y + size, x : x + size]
        rows, columns = np.mgrid[-1 : 1 : place.shape[0] * 1j, -1 : 1 : place.shape[1] * 1j]
        across = np.hypot(rows * 0.8, columns)
        ridges = (np.sin(across * 40) * 0.5 + 0.5) * np.clip(1 - across, 0, 1) * 0.18
        mean = cv2.blur(place, (max(1, size // 3),) * 2)
        place[:] = (place * (1 - ridges) + mean * ridges).astype(np.uint8)
