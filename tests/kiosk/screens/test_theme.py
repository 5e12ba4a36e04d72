import pytest

from kiosk.screens.theme import (
    CAPTION,
    CONTRAST_MIN,
    PAIRS,
    SIZES,
    Colours,
    Stage,
    colours,
    contrast,
)

PORTRAIT = Stage(portrait=True, width_px=1080, height_px=1920, diagonal_inch=15.6)
LANDSCAPE = Stage(portrait=False, width_px=1280, height_px=800, diagonal_inch=10.1)


@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read_on_its_ground(text: str, ground: str) -> None:
    tones = Colours()
    assert contrast(getattr(tones, text), getattr(tones, ground)) >= CONTRAST_MIN


def test_contrast_is_that_of_the_standard() -> None:
    """WCAG 2.2: black on white is 21, a colour on itself 1; the page's own figures."""
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#123456", "#123456") == pytest.approx(1)
    assert contrast("#1B2420", "#F6F3EC") == pytest.approx(14.4, abs=0.1)
    assert contrast("#7A1B12", "#FBE3DF") == pytest.approx(8.6, abs=0.1)


@pytest.mark.parametrize(
    ("brand", "drawn"),
    [
        ("#7A1B12", "#7A1B12"),
        ("#F2D58A", "#0B5F4B"),
        (None, "#0B5F4B"),
    ],
)
def test_a_chains_colour_is_used_where_it_can_be_read(brand: str | None, drawn: str) -> None:
    assert colours(brand).brand == drawn


@pytest.mark.parametrize("brand", ["#000000", "#0B5F4B", "#5A2A82", "#7A1B12", "#00695C"])
def test_with_a_chains_colour_every_pair_can_be_read(brand: str) -> None:
    tones = colours(brand)
    for text, ground in PAIRS:
        assert contrast(getattr(tones, text), getattr(tones, ground)) >= CONTRAST_MIN


@pytest.mark.parametrize("brand", ["", "jade", "#12", "#GGGGGG"])
def test_what_is_no_colour_is_not_drawn(brand: str) -> None:
    assert colours(brand).brand == Colours().brand


def test_a_millimetre_is_a_millimetre_of_the_glass() -> None:
    assert PORTRAIT.dpi == pytest.approx(141.2, abs=0.1)
    assert LANDSCAPE.dpi == pytest.approx(149.5, abs=0.1)
    assert PORTRAIT.mm(25.4) == pytest.approx(PORTRAIT.dpi)
    half = Stage(portrait=True, width_px=540, height_px=960, diagonal_inch=15.6)
    assert half.mm(25.4) * half.scale == pytest.approx(half.dpi)


def test_a_window_of_another_shape_holds_the_layout_in_its_middle() -> None:
    square = Stage(portrait=True, width_px=1920, height_px=1920, diagonal_inch=20)
    assert square.scale == 1
    assert square.offset == (420, 0)


def test_no_size_is_smaller_than_a_caption() -> None:
    """28 px on 10.1 inch: 4.8 mm, and cap heights of ADA 707 from 44 px on."""
    assert min(SIZES) == CAPTION
    assert CAPTION / LANDSCAPE.dpi * 25.4 >= 4.7
