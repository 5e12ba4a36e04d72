"""Codes drawn by other hands than those that read them (segno, python-barcode), in a shop."""

import io
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import barcode
import cv2
import numpy as np
import pytest
import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.devices.scanner.client import ScannerProcess
from wire import plain_card, tokens

CARD = "2000000421" + plain_card.check_digits("2000000421")
CARD_EAN = CARD + plain_card.ean_check_digit(CARD)


@dataclass
class Drawing:
    """Draws codes into 1280x720 frames; the same seed gives the same frames."""

    seed: int = 20260101

    def __post_init__(self):
        self.random = np.random.default_rng(self.seed)

    @staticmethod
    def member_code(balance: int = 1280) -> str:
        key = Ed25519PrivateKey.from_private_bytes(bytes(32))
        code = tokens.MemberCode(1, b"member", 470_000, balance, 0)
        return tokens.sign_member_code(key, code)

    @staticmethod
    def qr(text, px=4, error="m", mode=None, **options):
        code = segno.make(text, error=error, mode=mode, boost_error=False, micro=False, **options)
        return Drawing.rendered(code, px)

    @staticmethod
    def rendered(code, px=4):
        file = io.BytesIO()
        code.save(file, kind="png", scale=px, border=4)
        return cv2.imdecode(np.frombuffer(file.getvalue(), np.uint8), cv2.IMREAD_GRAYSCALE)

    @staticmethod
    def bars(kind: str, text: str, px=3, height=140):
        (line,) = barcode.get(kind, text).build()
        row = np.array([0 if bar == "1" else 255 for bar in line], np.uint8)
        row = np.pad(row.repeat(px), 12 * px, constant_values=255)
        return np.tile(row, (height, 1))

    def shop(self):
        """A believable background: a gradient, shelves, and things with edges."""
        frame = np.tile(np.linspace(70, 150, 1280), (720, 1)).astype(np.uint8)
        for _ in range(60):
            x, y = self.random.integers(0, 1280), self.random.integers(0, 720)
            w, h = self.random.integers(4, 160), self.random.integers(4, 120)
            shade = int(self.random.integers(20, 220))
            cv2.rectangle(frame, (x, y), (x + w, y + h), shade, -1)
        return frame

    def scene(self, code, angle=0.0, scale=1.0, noise=0.0, blur=0.0, frame=None):
        """The code in the middle of the shop, turned by degrees, with noise and defocus."""
        frame = self.shop() if frame is None else frame.copy()
        h, w = code.shape
        turn = cv2.getRotationMatrix2D((w / 2, h / 2), angle, scale)
        turn[:, 2] += (640 - w / 2, 360 - h / 2)
        mask = cv2.warpAffine(np.full_like(code, 255), turn, (1280, 720))
        warped = cv2.warpAffine(code, turn, (1280, 720), flags=cv2.INTER_AREA)
        frame = np.where(mask > 127, warped, frame)
        if blur:
            frame = cv2.GaussianBlur(frame, (0, 0), blur)
        if noise:
            noisy = frame + self.random.normal(0, noise, frame.shape)
            frame = noisy.clip(0, 255).astype(np.uint8)
        return np.ascontiguousarray(frame)


@pytest.fixture
def drawing() -> Drawing:
    return Drawing()


@pytest.fixture
def card() -> str:
    return CARD


@pytest.fixture
def card_ean() -> str:
    return CARD_EAN


@pytest.fixture
def put_picture() -> Callable[[Path, np.ndarray], None]:
    """Writes a picture as a followed folder wants it: complete from the first moment."""

    def put(path: Path, picture) -> None:
        hidden = path.with_name("." + path.name)
        assert cv2.imwrite(str(hidden), picture)
        # Its time of change is what makes it the newest, and two writes may share a tick.
        now_ns = time.time_ns()
        os.utime(hidden, ns=(now_ns, now_ns))
        hidden.rename(path)

    return put


@pytest.fixture
def window(tmp_path):
    """The followed folder: what is before the camera."""
    folder = tmp_path / "window"
    folder.mkdir()
    return folder


@pytest.fixture
def hold(window, drawing, put_picture):
    """Holds a text's QR code before the camera."""

    def hold(text, left=True):
        frame = drawing.shop()
        if text is not None:
            code = drawing.qr(text, 4)
            x = 40 if left else 1240 - code.shape[1]
            frame[100 : 100 + code.shape[0], x : x + code.shape[1]] = code
        put_picture(window / "now.png", frame)

    return hold


@pytest.fixture
def scanner(window, hold):
    hold(None)
    return ScannerProcess(f"follow:{window}")
