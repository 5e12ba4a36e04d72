"""Recall on a small fixed corpus: a floor for each fault, and never less than either peer.

Counts only. The budget is so large that every treatment is tried at once, so how fast the
machine is changes nothing here. Plain pyzbar and plain zxing-cpp are shown the same frames.
"""

import cv2
import pytest

from bench.decode_curves import GROUPS, READERS, Score, hold_up, kinds_for
from bench.decode_readers import OURS_NAME, PYZBAR, ZXING, Ours, Pyzbar, ZxingCpp
from tests.corpus.faults import CURVES, curve_named
from tests.corpus.scene import Shot

WITHOUT_LIMIT_MS = 1e6
FRAMES = {"QR": 1, "bars": 2}
"""Bars are believed when two frames agree."""
SHOTS = {"QR": 3, "bars": 2}
"""For each level."""

# Levels at which engines give up; the floor is a little below what is read now.
FLOORS = {
    ("QR", "size"): ((1.8, 1.6), 5),
    ("QR", "tilt"): ((72, 76), 5),
    ("QR", "rotation"): ((30, 45), 6),
    ("QR", "smear"): ((6.5, 7.5), 5),
    ("QR", "defocus"): ((3.6, 4.0), 4),
    ("QR", "noise"): ((15, 30), 5),
    ("QR", "contrast"): ((0.09, 0.05), 5),
    ("QR", "glare"): ((0.8, 1.0), 3),
    ("QR", "cover"): ((0.1, 0.2), 4),
    ("QR", "moire"): ((0.65, 0.9), 4),
    ("QR", "inversion"): ((True,), 3),
    ("QR", "mirror"): ((True,), 3),
    ("QR", "low light"): ((0.03, 0.01), 5),
    ("QR", "exposure"): ((-5.0, 5.0), 6),
    ("QR", "curl"): ((2.9, 3.1), 5),
    ("QR", "wear"): ((0.6, 1.0), 4),
    ("bars", "size"): ((1.3, 1.1), 4),
    ("bars", "tilt"): ((55, 72), 4),
    ("bars", "rotation"): ((30, 45), 3),
    ("bars", "smear"): ((4, 5), 3),
    ("bars", "defocus"): ((2.5, 3.1), 3),
    ("bars", "noise"): ((45, 60), 3),
    ("bars", "contrast"): ((0.09, 0.05), 3),
    ("bars", "glare"): ((0.8, 1.0), 2),
    ("bars", "cover"): ((0.8, 0.95), 3),
    ("bars", "moire"): ((0.5, 0.8), 3),
    ("bars", "inversion"): ((True,), 2),
    ("bars", "mirror"): ((True,), 2),
    ("bars", "low light"): ((0.01, 0.004), 3),
    ("bars", "exposure"): ((3.0, 5.0), 2),
    ("bars", "curl"): ((2.9, 3.1), 3),
    ("bars", "wear"): ((0.6, 1.0), 3),
}


@pytest.fixture(autouse=True)
def one_thread():
    """As in the scanner's process."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(before)


def counts(group, name, levels):
    """How many shots each reader reads."""
    curve = curve_named(name)
    scores = {reader: Score() for reader in READERS}
    for level in levels:
        for seed in range(SHOTS[group]):
            kinds = kinds_for(curve, group)
            shot = Shot(
                kinds[seed % len(kinds)], curve.faults(level, bars=group == "bars"), 40 + seed
            )
            readers = {
                OURS_NAME: Ours(WITHOUT_LIMIT_MS),
                PYZBAR: Pyzbar(),
                ZXING: ZxingCpp(),
            }
            hold_up(shot, FRAMES[group], scores, readers)
    return {reader: score.within for reader, score in scores.items()}


@pytest.mark.parametrize(("group", "fault"), sorted(FLOORS))
def test_what_is_read_is_not_less_than_before_nor_than_others_read(group, fault):
    levels, floor = FLOORS[group, fault]
    read = counts(group, fault, levels)

    assert read[OURS_NAME] >= floor, read
    assert read[OURS_NAME] >= read[PYZBAR], read
    assert read[OURS_NAME] >= read[ZXING], read


def test_every_fault_has_its_floor():
    both = {(group, curve.name) for group in GROUPS for curve in CURVES}

    assert both - FLOORS.keys() == set()
