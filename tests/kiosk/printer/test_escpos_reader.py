"""The emulator's reader: strict, and indifferent to how the stream is cut into pieces."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.devices.printer.emulator.command import (
    AutomaticStatus,
    Command,
    CommandReader,
    Cut,
    Eject,
    FeedRows,
    Initialise,
    MotionUnits,
    Present,
    Raster,
    Retract,
    Setting,
    TellPaper,
    TellPaperOldWay,
    TellSlot,
    TellStatus,
)

KNOWN: list[tuple[bytes, Command]] = [
    (b"\x1b@", Initialise()),
    (b"\x1bJ\x18", FeedRows(24)),
    (b"\x1bd\x02", FeedRows(60)),
    (b"\n", FeedRows(30)),
    (b"\x1dv0\x00\x02\x00\x02\x00\x10\x04\x01\x04", Raster(2, b"\x10\x04\x01\x04")),
    (b"\x1dV\x00", Cut(None)),
    (b"\x1dVB\x05", Cut(5)),
    (b"\x1dr\x01", TellPaper()),
    (b"\x1da\xff", AutomaticStatus(on=True)),
    (b"\x1da\x00", AutomaticStatus(on=False)),
    (b"\x1dP\xcb\xcb", MotionUnits((203, 203))),
    (b"\x10\x04\x04", TellStatus(4)),
    (b"\x1bv\x00", TellPaperOldWay()),
    (b"\x1de\x03\x0c", Present(12)),
    (b"\x1de\x02", Retract()),
    (b"\x1de\x05", Eject()),
    (b"\x1de\x06", TellSlot()),
    (b"\x1b7\x0b\x78\x02", Setting(b"\x1b7\x0b\x78\x02")),
    (b"\x12#\x4a", Setting(b"\x12#\x4a")),
    (b"\x1d|\x04", Setting(b"\x1d|\x04")),
    (b"\x1d\xf0\x02", Setting(b"\x1d\xf0\x02")),
    (b"\x1d(K\x02\x00\x31\x04", Setting(b"\x1d(K\x02\x00\x31\x04")),
]


def read(reader: CommandReader, data: bytes) -> list[Command]:
    return [command for command, _ in reader.feed(data)]


def joined(commands: list[Command]) -> list[Command]:
    """With the rows of pictures that follow each other as one picture."""
    whole: list[Command] = []
    for command in commands:
        match whole, command:
            case [*_, Raster(stride, rows)], Raster(same, more) if stride == same:
                whole[-1] = Raster(stride, rows + more)
            case _:
                whole.append(command)
    return whole


@pytest.mark.parametrize(("data", "command"), KNOWN)
def test_each_command(data: bytes, command: Command) -> None:
    reader = CommandReader()
    assert list(reader.feed(data)) == [(command, len(data))]
    assert reader.pending == 0
    assert reader.failures == []


@given(st.lists(st.sampled_from(KNOWN), max_size=20), st.data())
@settings(max_examples=200, deadline=None)
def test_pieces_do_not_matter(stream: list[tuple[bytes, Command]], data: st.DataObject) -> None:
    whole = b"\0\0".join(part for part, _ in stream)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    reader, commands = CommandReader(), []
    for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        commands += read(reader, whole[start:end])
    assert joined(commands) == joined([command for _, command in stream])
    assert reader.failures == []


@pytest.mark.parametrize(
    "data",
    [
        b"A",
        b"\x1bZ",
        b"\x1dZ",
        b"\x10\x05",
        b"\x10\x04\x05",
        b"\x1dr\x07",
        b"\x1bv\x01",
        b"\x1de\x07",
        b"\x12!\x01",
        b"\x1d(L\x02\x00\x31\x04",
        b"\x1dV\x07",
        b"\x1dv1\x00\x01\x00\x01\x00",
        b"\x1dv0\x03\x01\x00\x01\x00",
        b"\x1dv0\x00\x00\x00\x01\x00",
        b"\x1dv0\x00\x81\x00\x01\x00",
        b"\x1dv0\x00\x01\x00\x00\x00",
        b"\x1dv0\x00\x01\x00\xff\xff",
    ],
)
def test_unknown_bytes_are_failures(data: bytes) -> None:
    reader = CommandReader()
    read(reader, data)
    assert reader.failures


def test_rows_of_a_picture_come_as_soon_as_they_are_whole() -> None:
    """As the head burns them: paper can end, or power go, in the middle of a band."""
    reader = CommandReader()
    band = b"\x1dv0\x00\x02\x00\x03\x00" + bytes(6)
    assert list(reader.feed(band[:9])) == []
    assert list(reader.feed(band[9:13])) == [(Raster(2, bytes(4)), 12)]
    assert reader.in_picture
    assert list(reader.feed(band[13:])) == [(Raster(2, bytes(2)), 2)]
    assert not reader.in_picture


def test_reading_goes_on_after_an_unknown_byte() -> None:
    reader = CommandReader()
    assert read(reader, b"\x80\x1b@") == [Initialise()]
    assert len(reader.failures) == 1


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_without_a_crash(data: bytes) -> None:
    reader = CommandReader()
    read(reader, data)
    assert reader.pending <= len(data)
