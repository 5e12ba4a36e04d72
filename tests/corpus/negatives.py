"""Frames in which there is nothing for us: shops without codes, and other people's codes."""

from collections.abc import Iterator
from typing import cast

import cv2
import numpy as np
import zxingcpp

from kiosk.devices.camera.frame import HEIGHT_PX, WIDTH_PX, Luma
from tests.corpus import optics, paper
from tests.corpus.codes import Code, bars, qr
from tests.corpus.drawn import Drawn
from tests.corpus.faults import Faults
from tests.corpus.phone import phone
from tests.corpus.scene import Pose, background, compose
from tests.corpus.shop import SCENES

_FOREIGN_TEXTS = (
    "https://example.com/menu?table={n}",
    "WIFI:T:WPA;S:shop{n};P:secret{n};;",
    "M1MEMBER/{n}",
    "8800{n:08d}",
    "BEGIN:VCARD\nVERSION:4.0\nFN:Somebody {n}\nEND:VCARD",
    "V1{n:016d}X",
    "M2{n:0120d}x",
    "C1 {n}",
    "m2{n:0120d}",
)
"""What is in QR codes that people hold up; some begin like ours and have not our form."""


def without_codes(frames: int, seed: int, *, jpeg: bool = True) -> Iterator[Luma]:
    """Shops with things in them that look a little like codes; every kind in turn."""
    for number in range(frames):
        rng = np.random.default_rng([seed, number, 21])
        picture = SCENES[number % len(SCENES)](rng)
        if jpeg:
            yield optics.exposed(optics.light_of(picture), Faults(), rng)
        else:
            grain = rng.integers(-4, 5, (90, 160), np.int16).repeat(8, 0).repeat(8, 1)
            yield np.asarray(np.clip(picture + grain, 0, 255), np.uint8)


def with_foreign_codes(frames: int, seed: int) -> Iterator[tuple[str, Luma]]:
    """The kind of a code that is not ours, and a frame in which it is held up."""
    for number in range(frames):
        rng = np.random.default_rng([seed, number, 22])
        kind = FOREIGN[number % len(FOREIGN)]
        yield kind, _held(foreign_code(kind, number, rng), rng, seed + number)


FOREIGN = ("QRCode", "EAN13", "Code39", "ITF", "DataMatrix", "Aztec", "Code128", "PDF417")


def foreign_code(kind: str, number: int, rng: np.random.Generator) -> Code:
    """A code that somebody else made; bars may even carry twelve digits that begin with a 2."""
    digits = int(rng.integers(0, 10**9))
    match kind:
        case "QRCode":
            text = _FOREIGN_TEXTS[number // len(FOREIGN) % len(_FOREIGN_TEXTS)]
            return qr(text.format(n=digits), str(rng.choice(["l", "m", "q"])))
        case "EAN13":
            return bars("ean13", f"690{digits:09d}", "EAN13")
        case "Code39":
            return bars("code39", f"LOT {digits}", "Code39")
        case "ITF":
            return bars("itf", f"{digits:010d}", "ITF")
        case "Code128":  # our length, not our check digits
            wrong = f"2{digits:09d}00"
            text = wrong if number % 3 else f"SHELF-{digits}"
            return bars("code128", text, "Code128")
        case _:
            return _drawn_by_zxing(kind, f"SN {digits}")


def _drawn_by_zxing(kind: str, text: str) -> Code:
    """Symbologies that neither segno nor python-barcode draws."""
    made = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    image = np.array(made.to_image(scale=1, add_quiet_zones=False))
    return Code(text, kind, image < 128)


def _held(code: Code, rng: np.random.Generator, seed: int) -> Luma:
    faults = Faults(
        px_per_module=float(rng.uniform(2.5, 7)),
        px_per_bar=float(rng.uniform(1.5, 4)),
        defocus=float(rng.choice([0, 0, 1.0, 2.0])),
        noise=float(rng.choice([0, 0, 10, 25])),
        tilt=float(rng.uniform(0, 30)),
    )
    pixels = faults.px_per_bar if code.is_bars else faults.px_per_module
    module_px = int(np.clip(np.ceil(1.5 * pixels), 3, 12))
    carrier = paper.card if code.is_bars or rng.random() < 0.3 else phone
    drawn: Drawn = carrier(code, module_px, faults, rng)
    direction = rng.uniform(0, 2 * np.pi)
    pose = Pose(
        x=WIDTH_PX / 2 + float(rng.uniform(-150, 150)),
        y=HEIGHT_PX / 2 + float(rng.uniform(-80, 80)),
        scale=pixels / module_px,
        roll=float(rng.choice([0, 90, 180, 45])) + float(rng.uniform(-8, 8)),
        yaw=faults.tilt * float(np.cos(direction)),
        pitch=faults.tilt * float(np.sin(direction)),
    )
    return compose(drawn, pose, faults, background(seed), rng, seed)


def resting(frames: int, seed: int) -> Iterator[Luma]:
    """The empty shop before a camera that stands still: noise, and light that breathes a little."""
    light = background(seed)
    rng = np.random.default_rng([seed, 23])
    for number in range(frames):
        breath = 1 + 0.01 * np.sin(number / 15)
        yield optics.exposed(cast("optics.Light", light * np.float32(breath)), Faults(), rng)


def somebody(frames: int, seed: int) -> Iterator[Luma]:
    """Somebody before the kiosk who holds up nothing: a coat that moves before the shelves."""
    yield from _moved(background(seed), frames, seed)


def moving(kind: int, frames: int, seed: int) -> Iterator[Luma]:
    """One of `SCENES` in sharp focus, moved about before the camera."""
    picture = SCENES[kind](np.random.default_rng([seed, 25]))
    yield from _moved(optics.light_of(picture), frames, seed)


def _moved(light: optics.Light, frames: int, seed: int) -> Iterator[Luma]:
    rng = np.random.default_rng([seed, 24])
    size = (WIDTH_PX, HEIGHT_PX)
    for number in range(frames):
        turn = cv2.getRotationMatrix2D((WIDTH_PX / 2, HEIGHT_PX), 3 * np.sin(number / 11), 1.12)
        turn[:, 2] += (
            50 * np.sin(number / 9) + 20 * np.sin(number / 3.7),
            25 * np.sin(number / 6.1),
        )
        moved = cv2.warpAffine(light, turn, size, borderMode=cv2.BORDER_REFLECT)
        yield optics.exposed(cast("optics.Light", moved), Faults(), rng)
