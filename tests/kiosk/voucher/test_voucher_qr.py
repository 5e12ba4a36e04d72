"""The QR always fits the paper, as large as sensible."""

import pytest

from kiosk.voucher.qr import QrTooWide, draw_qr


@pytest.mark.parametrize(
    ("text", "error", "width", "version", "dots"),
    [
        ("V17K3M9QXD2HTP5W8C", "q", 384, 2, 8),
        ("V17K3M9QXD2HTP5W8C", "q", 576, 2, 8),
        ("V2" + "A" * 126, "m", 384, 6, 7),
        ("V2" + "A" * 126, "m", 576, 6, 8),
        ("V17K3M9QXD2HTP5W8C", "q", 150, 2, 4),
    ],
)
def test_module_is_as_large_as_fits(
    text: str, error: str, width: int, version: int, dots: int
) -> None:
    qr = draw_qr(text, width, error)
    assert (qr.version, qr.dots_per_module) == (version, dots)
    assert qr.picture.width == (17 + 4 * version + 8) * dots
    assert qr.picture.width <= width


def test_quiet_zone_is_four_modules() -> None:
    qr = draw_qr("V17K3M9QXD2HTP5W8C", 384)
    inked = qr.picture.convert("L").point(lambda dot: 255 - dot).getbbox()
    assert inked == (32, 32, qr.picture.width - 32, qr.picture.height - 32)


def test_text_that_cannot_fit_is_refused_not_cut() -> None:
    with pytest.raises(QrTooWide):
        draw_qr("V2" + "A" * 600, 384)
    with pytest.raises(QrTooWide):
        draw_qr("V17K3M9QXD2HTP5W8C", 131)
