"""Lines are broken as Chinese and English are, and nothing is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.fonts import font_path
from kiosk.voucher.typeface import Face
from wire.api.text import Language

FACE = Face(font_path(Language.ZH_HANS, bold=True), 24)
TEXTS = st.text(
    st.one_of(
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),
        st.sampled_from("abcdefgh XYZ 0123456789 ,.()、。《》:¥-…·「」"),
    ),
    max_size=80,
)


@given(text=TEXTS, width=st.integers(60, 600))
@settings(max_examples=300, deadline=None)
def test_no_line_is_too_wide_and_no_character_is_lost(text: str, width: int) -> None:
    for lines in (FACE.wrap(text, width), FACE.balanced(text, width)):
        assert "".join("".join(lines).split()) == "".join(text.split())
        assert all(FACE.width(line) <= width for line in lines)


@given(text=TEXTS, width=st.integers(60, 600))
@settings(max_examples=200, deadline=None)
def test_balanced_lines_are_no_more(text: str, width: int) -> None:
    assert len(FACE.balanced(text, width)) == len(FACE.wrap(text, width))


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("限用一次。不找零", 24 * 4, ["限用一", "次。不找", "零"]),
        ("请看《说明》", 24 * 3, ["请看", "《说", "明》"]),
        ("Medium latte", 100, ["Medium", "latte"]),
        ("用 Medium latte 换", 120, ["用", "Medium", "latte 换"]),
        ("", 100, [""]),
        ("00000000", 24 * 2, ["000", "000", "00"]),
    ],
)
def test_breaks(text: str, width: int, lines: list[str]) -> None:
    assert FACE.wrap(text, width) == lines


def test_balanced_headline_has_no_orphan() -> None:
    lines = FACE.balanced("一二三四五六七八九", 24 * 8 + 4)
    assert [len(line) for line in lines] == [5, 4]


def test_width_of_a_line_is_the_width_of_its_letters() -> None:
    assert FACE.width("兑换券") == 72
