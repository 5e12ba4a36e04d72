import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.screens.line_break import break_lines

TEXTS = st.text("打印到一半没纸了,。?(“”) abcXYZ12345-:", max_size=60)


def width(text: str) -> float:
    """Chinese characters are twice as wide as Latin ones."""
    return sum(1.0 if char.isascii() else 2.0 for char in text)


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("短", 10, ["短"]),
        ("", 10, [""]),
        ("请稍候,不要离开", 10, ["请稍候,", "不要离开"]),
        ("Show your member code", 12, ["Show your", "member code"]),
        ("离镜头约 15 厘米", 12, ["离镜头约", "15 厘米"]),
        ("券码尾号 5W8C 可用", 10, ["券码尾号", "5W8C 可用"]),
        ("东北长粒香米 2kg", 14, ["东北长粒香米", "2kg"]),
        ("Hold it 15 cm away", 11, ["Hold it", "15 cm away"]),
        ("第一行\n第二行", 40, ["第一行", "第二行"]),
    ],
)
def test_lines_end_where_a_reader_expects(text: str, room: float, lines: list[str]) -> None:
    assert break_lines(text, width, room) == lines


def test_lines_are_even_rather_than_full() -> None:
    """No lonely character on the last line, as in 生效一 / 次."""
    assert break_lines("您的券只会生效一次", width, 16) == ["您的券只会", "生效一次"]


@given(TEXTS, st.integers(8, 40))
def test_nothing_is_lost_but_spaces_at_ends(text: str, room: int) -> None:
    joined = "".join(break_lines(text, width, room))
    assert joined.replace(" ", "") == text.replace(" ", "")


@given(TEXTS, st.integers(8, 40))
def test_no_line_begins_with_a_stop(text: str, room: int) -> None:
    lines = break_lines(text, width, room)
    assert not [line for line in lines[1:] if line and line[0] in ",。?)”"]


@given(st.lists(st.sampled_from(["打", "印", "abc", "12", " "]), max_size=40), st.integers(8, 40))
def test_no_line_is_wider_than_its_room(parts: list[str], room: int) -> None:
    text = " ".join(parts)
    assert all(width(line) <= room for line in break_lines(text, width, room))
