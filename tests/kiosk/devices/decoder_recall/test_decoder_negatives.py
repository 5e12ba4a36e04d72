"""Frames without codes and with other people's codes: nothing in them is ever taken for ours."""

import cv2
import numpy as np
import pytest

from bench.decode_readers import Ours, frame_of
from tests.corpus.negatives import with_foreign_codes, without_codes

FULL_BUDGET_MS = 28.0
SMALL_BUDGET_MS = 8.0
VARIANTS = 4

pytestmark = pytest.mark.timeout(240)  # a thousand frames: seconds here, minutes on a busy machine


def variants(picture):
    """The picture, turned, mirrored, inverted: four for the price of one."""
    yield picture
    yield np.ascontiguousarray(picture[::-1, ::-1])
    yield np.ascontiguousarray(picture[:, ::-1])
    yield cv2.bitwise_not(picture)


def read_from_nothing(frames, seed, budget_ms, *, jpeg, size=(1280, 720)):
    """What one live reader reads from frames without a code, one after the other."""
    ours = Ours(budget_ms)
    number = 0
    read = []
    for picture in without_codes(frames // VARIANTS, seed, jpeg=jpeg):
        shown = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        for variant in variants(shown):
            found = ours.live.read(frame_of(variant, number))
            read += [(number, reading) for reading in found]
            number += 1
    assert number == frames
    return read


def taken_for_ours(frames, seed, budget_ms):
    """Of frames with a foreign code, two of each: what was accepted, and what was told."""
    ours = Ours(budget_ms)
    accepted, told = [], 0
    for number, (kind, luma) in enumerate(with_foreign_codes(frames // 2, seed)):
        for again in range(2):  # bars count when two different pictures agree
            picture = np.roll(luma, again, axis=1)
            found = ours.live.read(frame_of(picture, 2 * number + again))
            accepted += [(number, kind, reading) for reading in found if reading.is_ours]
            told += any(not reading.is_ours for reading in found)
    return accepted, told


def test_nothing_is_read_where_there_is_nothing():
    assert read_from_nothing(240, 1, SMALL_BUDGET_MS, jpeg=False) == []


@pytest.mark.parametrize("seed", [4, 5])
def test_nothing_is_read_where_there_is_nothing_from_far_away(seed):
    """Half the size: a quarter of the cost, and everything as from twice the distance."""
    assert read_from_nothing(480, seed, SMALL_BUDGET_MS, jpeg=False, size=(640, 360)) == []


def test_nothing_is_read_where_there_is_nothing_with_every_treatment():
    assert read_from_nothing(32, 2, 1e6, jpeg=True) == []


def test_no_foreign_code_is_accepted():
    accepted, told = taken_for_ours(192, 1, SMALL_BUDGET_MS)

    assert accepted == []
    assert told >= 12, "foreign QR codes are told, so that the shopper can be told"


@pytest.mark.faults
@pytest.mark.timeout(1800)
def test_nothing_is_read_in_seven_thousand_frames():
    assert read_from_nothing(7000, 3, FULL_BUDGET_MS, jpeg=True) == []


@pytest.mark.faults
@pytest.mark.timeout(1800)
def test_no_foreign_code_is_accepted_in_three_thousand_frames():
    accepted, _ = taken_for_ours(3000, 2, FULL_BUDGET_MS)

    assert accepted == []
