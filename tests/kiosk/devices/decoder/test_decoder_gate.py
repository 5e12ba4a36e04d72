"""The idle gate: shut over an empty shop, open for whatever is held up."""

import itertools

import cv2
import numpy as np
import pytest

from kiosk.devices.decoder.gate import IdleGate
from kiosk.devices.decoder.view import scaled

FPS = 15


def halves(frames):
    return [scaled(frame, 0.5) for frame in frames]


def states(gate, frames, from_s=0.0):
    return [gate.is_open(half, from_s + n / FPS) for n, half in enumerate(halves(frames))]


@pytest.fixture
def shop():
    random = np.random.default_rng(7)
    still = cv2.GaussianBlur(random.integers(40, 200, (720, 1280), np.uint8), (0, 0), 9)

    noises = [random.normal(0, 1, still.shape).astype(np.float32) for _ in range(5)]
    turn = itertools.count()

    def frame(thing=None, noise=4.0):
        picture = still + noise * noises[next(turn) % len(noises)]
        if thing is not None:
            (left, top, right, bottom), by = thing
            picture[top:bottom, left:right] += by
        return picture.clip(0, 255).astype(np.uint8)

    return frame


CARD = ((600, 300, 700, 380), 30)
"""100x80 pixels, hardly lighter than what is behind it: less than a card at arm's length."""


def test_it_is_open_when_the_camera_begins_because_a_code_may_be_held_already(shop):
    gate = IdleGate()
    assert all(states(gate, [shop() for _ in range(FPS)]))


@pytest.mark.parametrize("noise", [0.0, 4.0, 20.0])
def test_it_shuts_over_an_empty_shop_and_stays_shut(shop, noise):
    gate = IdleGate()
    seen = states(gate, [shop(noise=noise) for _ in range(5 * FPS)])
    assert not any(seen[2 * FPS + 1 :])


def test_it_opens_with_the_first_frame_that_shows_a_card(shop):
    gate = IdleGate()
    states(gate, [shop() for _ in range(4 * FPS)])
    assert gate.is_open(scaled(shop(CARD), 0.5), 4.0)


def test_it_stays_open_while_a_card_is_held_still(shop):
    gate = IdleGate()
    states(gate, [shop() for _ in range(4 * FPS)])
    assert all(states(gate, [shop(CARD) for _ in range(6 * FPS)], 4.0))


def test_what_stays_for_long_belongs_to_the_shop(shop):
    gate = IdleGate()
    states(gate, [shop() for _ in range(4 * FPS)])
    seen = [gate.is_open(scaled(shop(CARD), 0.5), 4.0 + n / 2) for n in range(160)]
    assert seen[0]
    assert not any(seen[-20:])


def test_after_a_rest_of_the_camera_it_opens(shop):
    gate = IdleGate()
    states(gate, [shop() for _ in range(4 * FPS)])
    assert not gate.is_open(scaled(shop(), 0.5), 4.1)
    assert gate.is_open(scaled(shop(), 0.5), 30.0)


def test_a_card_that_is_held_when_the_camera_returns_is_looked_at_until_it_goes(shop):
    gate = IdleGate()
    states(gate, [shop() for _ in range(4 * FPS)])
    assert all(states(gate, [shop(CARD) for _ in range(6 * FPS)], 30.0))
