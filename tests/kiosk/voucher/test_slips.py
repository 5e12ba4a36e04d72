"""Slips that are worth nothing must look it, to people and to scanners."""

from datetime import UTC, datetime

import pytest
from PIL import Image, ImageOps
from pyzbar import pyzbar

from kiosk.voucher.slip import render_test_slip, render_void_slip
from tests.kiosk.voucher.voucher_sample import device_config
from wire import tokens
from wire.api.text import Language

AT = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)
EVERYWHERE = pytest.mark.parametrize(
    ("width", "language"), [(width, language) for width in (384, 576) for language in Language]
)


def read(page: Image.Image) -> list[str]:
    seen = ImageOps.expand(page.convert("L"), 40, 255)
    return [symbol.data.decode() for symbol in pyzbar.decode(seen)]


@EVERYWHERE
def test_void_slip_says_so_and_carries_no_code(
    width: int, language: Language, drawn: list[str]
) -> None:
    page = render_void_slip(device_config(), language, width_dots=width, at=AT, tail="5W8C")
    assert page.mode == "1"
    assert page.width == width
    assert read(page) == []
    words = "".join(drawn)
    assert "VOID" in words
    assert "作废" in words or "作廢" in words
    assert "5W8C" in words
    assert "2026-11-21 14:05" in words


@EVERYWHERE
def test_test_slip_says_so_and_its_qr_is_no_voucher(
    width: int, language: Language, drawn: list[str]
) -> None:
    page = render_test_slip(device_config(), language, width_dots=width, at=AT)
    assert page.mode == "1"
    assert page.width == width
    assert read(page) == ["TEST"]
    with pytest.raises(tokens.NotOurCode):
        tokens.parse("TEST", {})
    words = "".join(drawn)
    assert "TEST" in words
    assert "无效" in words or "無效" in words


def test_time_is_left_out_while_the_clock_is_not_trusted(drawn: list[str]) -> None:
    render_void_slip(device_config(), Language.ZH_HANS, width_dots=384, at=None)
    assert "--:--" in drawn


def test_void_slip_is_short() -> None:
    for language in Language:
        assert render_void_slip(device_config(), language, width_dots=384).height <= 60 * 8
