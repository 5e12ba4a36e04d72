"""The bytes of a page, one by one."""

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from kiosk.devices.printer.emulator.command import CommandReader, FeedRows, Raster
from kiosk.devices.printer.page import Band, band, bands, feed
from tests.kiosk.printer.voucher_pages import voucher_page


def white(width: int, height: int) -> Image.Image:
    return Image.new("1", (width, height), 1)


def rows_of(data: bytes, stride: int) -> list[bytes]:
    """The rows that a printer burns for these bytes."""
    reader, rows = CommandReader(), []
    for command, _ in reader.feed(data):
        match command:
            case Raster():
                assert command.stride == stride
                assert len(command.rows) <= 24
                rows += command.rows
            case FeedRows(count):
                rows += [bytes(stride)] * count
            case _:
                raise AssertionError(command)
    assert reader.failures == []
    assert reader.pending == 0
    return rows


def joined(parts: Iterable[Band]) -> bytes:
    return b"".join(part.data for part in parts)


def rows_in(page: Image.Image) -> list[bytes]:
    stride = page.width // 8
    raw = bytes(byte ^ 0xFF for byte in page.tobytes())
    return [raw[i : i + stride] for i in range(0, len(raw), stride)]


def test_band_header_and_dots() -> None:
    page = white(16, 3)
    page.putpixel((0, 0), 0)
    page.putpixel((15, 1), 0)
    ImageDraw.Draw(page).line((0, 2, 15, 2), fill=0)
    assert band(page).hex(" ") == "1d 76 30 00 02 00 03 00 80 00 00 01 ff ff"


def test_band_of_58_mm_paper() -> None:
    data = band(white(384, 24))
    assert data[:8].hex(" ") == "1d 76 30 00 30 00 18 00"
    assert data[8:] == bytes(48 * 24)


def test_band_of_80_mm_paper() -> None:
    assert band(white(576, 24))[:8].hex(" ") == "1d 76 30 00 48 00 18 00"


def test_feed_of_any_length() -> None:
    assert feed(1).hex(" ") == "1b 4a 01"
    assert feed(255).hex(" ") == "1b 4a ff"
    assert feed(600).hex(" ") == "1b 4a ff 1b 4a ff 1b 4a 5a"


def test_white_rows_are_fed_not_sent() -> None:
    page = white(384, 300)
    ImageDraw.Draw(page).rectangle((0, 100, 383, 109), fill=0)
    data = joined(bands(page))
    assert data == feed(100) + band(page.crop((0, 100, 384, 110))) + feed(190)


def test_short_white_runs_stay_in_the_raster() -> None:
    page = white(384, 20)
    for top in (0, 9):
        ImageDraw.Draw(page).line((0, top, 383, top), fill=0)
    page = page.crop((0, 0, 384, 17))
    assert [len(part.data) for part in bands(page)] == [48 + 8, 3 + 8 * 48 + 8]
    for top in range(0, 17, 8):
        ImageDraw.Draw(page).line((0, top, 383, top), fill=0)
    assert [len(part.data) for part in bands(page)] == [17 * 48 + 8]


def test_voucher_is_smaller_than_its_raster() -> None:
    page = voucher_page(384)
    assert rows_of(joined(bands(page)), 48) == rows_in(page)
    assert len(joined(bands(page))) < 0.85 * page.height * 48


@given(
    runs=st.lists(st.tuples(st.booleans(), st.integers(1, 300)), max_size=12),
    seed=st.randoms(use_true_random=False),
)
@settings(max_examples=150, deadline=None)
def test_what_is_burnt_is_the_page(runs: list[tuple[bool, int]], seed: object) -> None:
    stride = 4
    rows = [
        seed.randbytes(stride) if inked else bytes(stride)  # type: ignore[attr-defined]
        for inked, count in runs
        for _ in range(count)
    ]
    raw = bytes(byte ^ 0xFF for row in rows for byte in row)
    page = Image.frombytes("1", (8 * stride, len(rows)), raw) if rows else white(8 * stride, 0)
    assert rows_of(joined(bands(page)), stride) == rows
