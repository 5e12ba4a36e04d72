"""What is advised in the demo's shop: a phone in a hand, in perspective, with noise and light."""

import io
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
import segno
from PIL import Image

from demo.phone import PhoneInHand
from demo.scene import Pose, Scene, held
from kiosk.aim import Advice, Measurement, judge
from kiosk.devices.camera.frame import Frame, Luma, luminance
from kiosk.devices.decoder.live import LiveReader
from kiosk.devices.scanner.aiming import AimMeter

FPS = 15.0


@pytest.fixture(scope="module")
def shop() -> Scene:
    png = io.BytesIO()
    code = segno.make("M2 " + "A7" * 50, error="m", boost_error=False, micro=False)
    code.save(png, kind="png", scale=8, border=4)
    scene = Scene()
    scene.hold(PhoneInHand("张*明").showing(Image.open(png)))
    return scene


def blurred(sigma: float) -> Callable[[Luma], Luma]:
    return lambda luma: cv2.GaussianBlur(luma, (0, 0), sigma)


def lit(by: float) -> Callable[[Luma], Luma]:
    return lambda luma: np.clip(luma.astype(np.float32) * by, 0, 255).astype(np.uint8)


def as_it_is(luma: Luma) -> Luma:
    return luma


def seen(
    scene: Scene, changes: dict[str, float] | None, camera: Callable[[Luma], Luma]
) -> Measurement:
    """After a second and a half; `changes` are of the phone's pose, None: nobody is there."""
    told: list[Measurement] = []
    meter, reader = AimMeter((640, 360), told.append), LiveReader({"QRCode"})
    meter.switch(on=True)
    for n in range(24):
        at_s = 2 + n / FPS
        pose = held(at_s, None)
        assert pose is not None
        shown = None if changes is None else _posed(pose, changes)
        luma = camera(luminance(scene.frame(shown, at_s)))
        frame = Frame(np.ascontiguousarray(luma), at_s, n)
        found = reader.read(frame)
        meter.look(frame, found if found or reader.last.runs else None)
    return told[-1]


def _posed(pose: Pose, changes: dict[str, float]) -> Pose:
    scaled = {"scale": pose.scale * changes["nearer"]} if "nearer" in changes else {}
    return replace(pose, **{k: v for k, v in changes.items() if k != "nearer"}, **scaled)


@pytest.mark.parametrize(
    ("changes", "camera", "advice"),
    [
        ({}, as_it_is, Advice.DONE),
        (None, as_it_is, Advice.HOLD_CARD),
        ({"roll": 40.0}, as_it_is, Advice.DONE),  # the screen around it is white, and no glare
        ({"nearer": 1.4}, as_it_is, Advice.DONE),
        ({"nearer": 0.45}, as_it_is, Advice.TOO_FAR),
        ({"yaw": 47.0}, as_it_is, Advice.TILTED),
        ({"x": 180.0}, as_it_is, Advice.OFF_CENTRE),
        ({}, blurred(1.9), Advice.OUT_OF_FOCUS),  # it is still read
        ({}, blurred(5.0), Advice.OUT_OF_FOCUS),  # it is not
        (None, blurred(5.0), Advice.HOLD_CARD),
        ({}, lit(0.25), Advice.TOO_DARK),
        (None, lit(0.01), Advice.BLACK),
        (None, lit(6.0), Advice.TOO_BRIGHT),
    ],
)
def test_the_one_thing_to_do(
    shop: Scene,
    changes: dict[str, float] | None,
    camera: Callable[[Luma], Luma],
    advice: Advice,
) -> None:
    measured = seen(shop, changes, camera)
    assert judge(measured).advice is advice, measured
