"""The composed camera picture: hard enough to be honest, easy enough to be read."""

import io
from pathlib import Path

import numpy as np
import pytest
import segno
from PIL import Image
from pyzbar import pyzbar

from demo import scene
from demo.camera import VirtualCamera
from demo.hand import Pixels
from demo.phone import PhoneInHand

TEXT = "M2" + "A1B2C3 $%:" * 12


def code_png() -> bytes:
    png = io.BytesIO()
    segno.make(TEXT, error="m", boost_error=False).save(png, kind="png", scale=6, border=4)
    return png.getvalue()


@pytest.fixture(scope="module")
def sprite() -> Pixels:
    with Image.open(io.BytesIO(code_png())) as code:
        return PhoneInHand("张*明").showing(code)


def texts(frame: scene.Frame) -> list[str]:
    grey = np.asarray(Image.fromarray(np.asarray(frame)).convert("L"))
    return [found.data.decode() for found in pyzbar.decode(grey)]


def test_a_held_phone_is_read_in_nearly_every_frame(sprite: Pixels) -> None:
    seen = scene.Scene()
    seen.hold(sprite)
    moments = [scene.COME_S + n * 0.35 for n in range(20)]

    read = [texts(seen.frame(scene.held(at, None), at)) for at in moments]

    assert sum(found == [TEXT] for found in read) >= 18


def test_nobody_there_is_nothing_to_read(sprite: Pixels) -> None:
    seen = scene.Scene()
    seen.hold(sprite)

    assert texts(seen.frame(None, 0.0)) == []
    assert scene.held(5.0, scene.AWAY_S + 0.1) is None


def test_no_two_frames_are_the_same(sprite: Pixels) -> None:
    seen = scene.Scene()
    seen.hold(sprite)

    first, second = (seen.frame(scene.held(at, None), at) for at in (2.0, 2.1))

    assert np.mean(first != second) > 0.2


def test_the_phone_comes_from_below_and_stays_in_the_middle() -> None:
    start, there = scene.held(0.0, None), scene.held(scene.COME_S, None)

    assert start is not None
    assert there is not None
    assert start.y > scene.HEIGHT
    assert abs(there.x - scene.WIDTH / 2) < 60
    assert abs(there.y - scene.HEIGHT / 2) < 60


def test_frames_appear_whole_and_old_ones_go(tmp_path: Path) -> None:
    code = tmp_path / "code.png"
    code.write_bytes(code_png())
    camera = VirtualCamera(tmp_path / "frames", code, PhoneInHand("张*明"))
    names: set[str] = set()
    try:
        camera.hold_up()
        while len(names) < 8:
            camera.check()
            for path in (tmp_path / "frames").glob("*.jpg"):
                try:
                    data = path.read_bytes()
                except FileNotFoundError:
                    continue
                assert data[:2] == b"\xff\xd8"
                assert data[-2:] == b"\xff\xd9"
                names.add(path.name)
    finally:
        camera.close()

    assert len(list((tmp_path / "frames").iterdir())) <= 4


def test_a_camera_that_fails_says_so(tmp_path: Path) -> None:
    camera = VirtualCamera(tmp_path / "frames", tmp_path / "code.png", PhoneInHand("张*明"))
    try:
        (tmp_path / "code.png").write_bytes(b"no picture")
        camera.hold_up()
        with pytest.raises(RuntimeError, match="virtual camera"):  # noqa: PT012 - asked until it is told
            while True:
                camera.check()
    finally:
        camera.close()
