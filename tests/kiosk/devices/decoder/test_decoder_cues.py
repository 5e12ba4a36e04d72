"""Cues: seen where codes are, not seen where nothing is."""

import cv2
import numpy as np
import pytest

from kiosk.devices.decoder import cues
from kiosk.devices.decoder.view import Region, View


@pytest.fixture
def calm():
    """A shop without edges, with the noise of a camera."""
    random = np.random.default_rng(11)
    soft = cv2.GaussianBlur(random.integers(60, 190, (720, 1280), np.uint8), (0, 0), 25)
    noisy = soft + random.normal(0, 3, soft.shape)
    return noisy.clip(0, 255).astype(np.uint8)


def of(kind, found):
    return [cue for cue in found if cue.bars is (kind == "bars")]


@pytest.mark.parametrize("px", [3, 4, 6, 9])
@pytest.mark.parametrize("angle", [0, 20, 45, 100])
def test_finder_patterns_are_seen_and_the_whole_code_is_in_the_region(drawing, calm, px, angle):
    code = drawing.qr(drawing.member_code(), px)
    found = of("matrix", cues.find(View(drawing.scene(code, angle, noise=3, frame=calm))))
    assert len(found) == 1
    half = code.shape[0] / 2 - 4 * px  # without its quiet zone
    turned = half * (abs(np.cos(np.radians(angle))) + abs(np.sin(np.radians(angle))))
    region = found[0].region
    assert region.left <= max(0, 640 - turned + px)
    assert region.right >= 640 + turned - px
    assert region.top <= max(0, 360 - turned + px)
    assert region.bottom >= min(720, 360 + turned - px)


@pytest.mark.parametrize(("blur", "noise"), [(1.5, 3), (0, 20), (1, 12)])
def test_finder_patterns_are_seen_through_blur_and_noise(drawing, calm, blur, noise):
    code = drawing.qr(drawing.member_code(), 5)
    frame = drawing.scene(code, 15, noise=noise, blur=blur, frame=calm)
    assert of("matrix", cues.find(View(frame)))


@pytest.mark.parametrize("angle", [0, 30, 45, 60, 90, 135])
@pytest.mark.parametrize("px", [2, 3])
def test_bars_are_seen_at_every_angle(drawing, calm, card, px, angle):
    frame = drawing.scene(drawing.bars("code128", card, px), angle, noise=3, frame=calm)
    (found,) = of("bars", cues.find(View(frame)))
    assert found.region.holds(640, 360)
    assert found.region.area_px < 0.5 * frame.size


def test_nothing_is_seen_where_nothing_is(calm):
    for frame in (calm, np.full((720, 1280), 128, np.uint8), np.zeros((720, 1280), np.uint8)):
        assert cues.find(View(frame)) == []


def test_a_lone_edge_is_no_bars(calm):
    edge = calm.copy()
    edge[:, 640:] = 230
    assert of("bars", cues.find(View(edge))) == []


def test_what_was_read_already_is_not_looked_at(drawing, calm, card):
    code = drawing.qr(drawing.member_code(), 5)
    frame = drawing.scene(code, 0, noise=3, frame=calm)
    whole = Region(500, 200, 780, 520)
    assert of("matrix", cues.find(View(frame)))
    assert of("matrix", cues.find(View(frame), [whole])) == []
    frame = drawing.scene(drawing.bars("code128", card, 3), 0, noise=3, frame=calm)
    assert of("bars", cues.find(View(frame), [Region(400, 250, 900, 470)])) == []


@pytest.mark.parametrize("shape", [(1, 1), (3, 2), (4, 1280), (720, 3), (31, 33), (90, 160)])
def test_frames_of_odd_forms(shape):
    random = np.random.default_rng(3)
    assert isinstance(cues.find(View(random.integers(0, 256, shape, np.uint8))), list)
