"""A member card under laminate, and a voucher on thermal paper."""

import cv2
import numpy as np

from tests.corpus.codes import Code
from tests.corpus.drawn import Drawn, bent, patch, rounded, worn, write
from tests.corpus.faults import Faults


def card(code: Code, module_px: int, faults: Faults, rng: np.random.Generator) -> Drawn:
    """A plastic card in a purse's size with a white field for the code."""
    shown = patch(code, module_px, faults, dark=int(rng.integers(18, 45)), light=242)
    patch_height, patch_width = shown.shape
    share = 0.72 if code.is_bars else 0.5
    width = int(patch_width / share)
    height = max(int(width * 54 / 85.6), int(patch_height * 1.35))
    unit = width / 85.6
    ground = int(rng.integers(70, 210))
    luma = np.full((height, width), ground, np.uint8)
    wave = np.array(
        [[x, height * (0.25 + 0.1 * np.sin(x / width * 5))] for x in range(0, width, 4)]
        + [[width, 0], [0, 0]],
        np.int32,
    )
    cv2.fillPoly(luma, [wave], int(np.clip(ground + rng.choice([-45, 45]), 0, 255)), cv2.LINE_AA)
    write(luma, "LYK STORES", (int(unit * 4), int(unit * 8)), int(unit * 4), 250)
    left = (width - patch_width) // 2 if code.is_bars else int(width - patch_width - 5 * unit)
    top = int(height - patch_height - 6 * unit) if code.is_bars else (height - patch_height) // 2
    top = max(2, top)
    box = (left, top, left + patch_width, top + patch_height)
    luma[top : box[3], left : box[2]] = shown
    if code.is_bars:
        write(luma, code.text, (left, min(height - 2, int(box[3] + 4.5 * unit))),
              int(unit * 3.4), 20)  # fmt: skip
    else:
        write(luma, "MEMBER", (int(unit * 5), int(height * 0.8)), int(unit * 4), 20)
    worn(luma, box, faults.wear, rng)
    drawn = Drawn(
        luma=luma,
        opaque=rounded((height, width), int(unit * 3)),
        code=box,
        glass=(0, 0, width, height),
        module_px=module_px,
        is_screen=False,
        is_bars=code.is_bars,
    )
    return bent(drawn, faults.curl, upright=True)


def voucher(code: Code, module_px: int, faults: Faults, rng: np.random.Generator) -> Drawn:
    """Thermal paper with words above and below the code; a dot of the head in every dark place."""
    grey = int(rng.integers(45, 95))  # thermal black fades
    shown = patch(code, module_px, faults, dark=grey, light=236)
    patch_height, patch_width = shown.shape
    width = int(patch_width * 1.55)
    unit = width / 58
    height = int(patch_height + 62 * unit)
    luma = np.full((height, width), 236, np.uint8)
    write(luma, "VOUCHER", (int(unit * 6), int(unit * 9)), int(unit * 6), grey)
    lines = ("Umbrella, black", "100 points", "Valid to 2027-03-31", "Store S0101")
    for number, line in enumerate(lines):
        at = (int(unit * 4), int(unit * (16 + 4.6 * number)))
        write(luma, line, at, int(unit * 3), grey)
    left, top = (width - patch_width) // 2, int(unit * 36)
    box = (left, top, left + patch_width, top + patch_height)
    luma[top : box[3], left : box[2]] = shown
    write(luma, code.text[2:], (left, min(height - 2, int(box[3] + 6 * unit))),
          int(unit * 2.6), grey)  # fmt: skip
    for _ in range(int(rng.integers(0, 3))):  # a dead dot of the print head is a white line
        x = int(rng.integers(0, width))
        luma[:, x : x + max(1, module_px // 6)] = 236
    worn(luma, box, faults.wear, rng)
    drawn = Drawn(
        luma=luma,
        opaque=np.full((height, width), 255, np.uint8),
        code=box,
        glass=(0, 0, width, height),
        module_px=module_px,
        is_screen=False,
        is_bars=code.is_bars,
    )
    return bent(drawn, faults.curl, upright=False)
