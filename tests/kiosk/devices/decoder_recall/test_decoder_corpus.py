"""The corpus itself: what it draws is what it says, again and again."""

from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest

from bench.decode_readers import Pyzbar, ZxingCpp, frame_of
from kiosk.devices.decoder.reading import Reading
from tests.corpus.codes import BARS, Kind
from tests.corpus.faults import CURVES, Faults, curve_named
from tests.corpus.film import film, visits
from tests.corpus.negatives import FOREIGN, foreign_code, with_foreign_codes, without_codes
from tests.corpus.scene import Shot

TURNED_UP = {
    "px_per_module": 3.0,
    "px_per_bar": 2.0,
    "tilt": 30,
    "rotation": 20,
    "smear": 4.0,
    "defocus": 2.0,
    "noise": 20,
    "contrast": 0.4,
    "glare": 0.5,
    "cover": 0.2,
    "moire": 0.4,
    "inverted": True,
    "mirrored": True,
    "light": 0.05,
    "exposure": 2.0,
    "curl": 1.5,
    "wear": 0.5,
    "jpeg": 40,
}


@pytest.mark.parametrize("kind", list(Kind))
def test_a_code_held_well_is_read_by_both_peers(kind):
    shot = Shot(kind, seed=2)
    frame = frame_of(shot.picture())

    assert frame.luma.shape == (720, 1280)
    assert frame.luma.dtype == np.uint8
    assert Pyzbar().read(frame) == ZxingCpp().read(frame) == {shot.code.text}


@pytest.mark.parametrize("kind", list(Kind))
def test_its_text_is_one_of_ours(kind):
    code = Shot(kind, seed=3).code

    assert Reading(code.text.encode(), code.symbology).is_ours


def test_the_same_seed_gives_the_same_pixels():
    shot = Shot(Kind.M2, Faults(glare=0.5, cover=0.1, moire=0.2, noise=5), 7)
    again = Shot(Kind.M2, Faults(glare=0.5, cover=0.1, moire=0.2, noise=5), 7)
    other = Shot(Kind.M2, Faults(glare=0.5, cover=0.1, moire=0.2, noise=5), 8)

    assert np.array_equal(shot.picture(), again.picture())
    assert not np.array_equal(shot.picture(), other.picture())
    assert shot.code.text != other.code.text


def test_no_two_frames_of_a_burst_are_alike():
    first, second = (frame.luma for frame in Shot(Kind.M2, seed=1).burst(2))

    assert not np.array_equal(first, second)


def test_there_is_a_level_for_every_fault():
    assert TURNED_UP.keys() == {field.name for field in fields(Faults)}


@pytest.mark.parametrize("fault", sorted(TURNED_UP))
def test_every_fault_is_seen_in_the_picture(fault):
    kind = Kind.EAN13 if fault in {"px_per_bar", "curl"} else Kind.M2
    good = Shot(kind, Faults(), 4).picture().astype(int)
    bad = Shot(kind, Faults(**{fault: TURNED_UP[fault]}), 4).picture().astype(int)

    code = np.s_[200:520, 480:800]
    assert np.abs(good - bad)[code].mean() > 1.0


def test_a_dark_picture_is_noisier_not_darker():
    bright = Shot(Kind.CODE128, Faults(), 1).picture()
    dark = Shot(Kind.CODE128, Faults(light=0.01), 1).picture()
    wall = np.s_[650:710, 20:200]

    assert abs(float(bright[wall].mean()) - float(dark[wall].mean())) < 20
    assert dark[wall].std() > 3 * bright[wall].std()


def test_size_is_in_pixels_of_the_camera():
    """The finder patterns of a version 5 code are 30 modules apart, middle to middle."""
    import zxingcpp

    shot = Shot(Kind.M2, Faults(px_per_module=6.0), 2)
    (found,) = zxingcpp.read_barcodes(shot.picture())
    where = found.position
    side = np.hypot(where.top_right.x - where.top_left.x, where.top_right.y - where.top_left.y)

    assert side == pytest.approx(37 * 6.0, rel=0.06)


def test_every_curve_begins_where_a_code_can_be_read():
    for curve in CURVES:
        level = 0.0 if curve.name == "exposure" else curve.levels[0]
        shot = Shot(Kind.M2, curve.faults(level, bars=False), 5)
        assert ZxingCpp().read(frame_of(shot.picture())) == {shot.code.text}, curve.name


def test_a_curve_is_found_by_its_name():
    assert curve_named("size").faults(2.0, bars=True) == Faults(px_per_bar=2.0)
    assert curve_named("size").faults(2.0, bars=False) == Faults(px_per_module=2.0)


def test_every_visit_of_the_film_has_its_time_and_its_code():
    everyone = visits()
    codes = {visit.shot.code.text for visit in everyone}

    assert len(codes) == len(everyone)
    assert {visit.shot.kind in BARS for visit in everyone} == {True, False}
    for before, after in pairwise(everyone):
        assert before.ends_s <= after.begins_s


def test_the_film_begins_with_nobody_there():
    (frame,) = film(fps=1, seconds=1)

    assert frame.shape == (720, 1280)
    assert ZxingCpp().read(frame_of(frame)) == set()


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_code_is_one_and_is_not_ours(kind):
    for number in range(24):
        code = foreign_code(kind, number * len(FOREIGN), np.random.default_rng(number))
        assert not Reading(code.text.encode("latin-1"), code.symbology).is_ours


def test_foreign_codes_can_be_read():
    """Else it would prove little that they are not accepted."""
    frames = list(with_foreign_codes(len(FOREIGN) * 2, seed=1))
    read = sum(bool(ZxingCpp().read(frame_of(luma))) for _, luma in frames)

    assert read >= len(FOREIGN)


def test_pictures_without_codes_differ():
    frames = list(without_codes(9, seed=1, jpeg=False))

    assert len({frame.tobytes() for frame in frames}) == 9
