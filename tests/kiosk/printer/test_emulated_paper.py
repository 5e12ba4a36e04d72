"""The emulator's strip of paper and what its pieces look like."""

from pathlib import Path

import pytest
from PIL import Image

from kiosk.devices.printer.emulator.drawing import LATEST, PieceFolder, draw_piece
from kiosk.devices.printer.emulator.mechanism import EmulatedPrinter, Speed
from kiosk.devices.printer.emulator.paper import HEAD_TO_CUTTER_ROWS, Edge, Paper, Piece

ROW = b"\xff" * 48
BAND = b"\x1dv0\x00\x30\x00\x18\x00" + ROW * 24


def test_piece_begins_with_the_white_between_head_and_cutter() -> None:
    paper = Paper(384)
    paper.burn(ROW)
    paper.feed(HEAD_TO_CUTTER_ROWS)
    piece = paper.cut()
    assert piece.rows == (bytes(48),) * HEAD_TO_CUTTER_ROWS + (ROW,)
    assert (piece.top, piece.bottom) == (Edge.CUT, Edge.CUT)


def test_cut_without_feed_leaves_the_last_rows_on_the_roll() -> None:
    paper = Paper(384)
    for _ in range(HEAD_TO_CUTTER_ROWS + 5):
        paper.burn(ROW)
    first = paper.cut()
    paper.feed(HEAD_TO_CUTTER_ROWS)
    second = paper.cut()
    assert first.rows.count(ROW) == 5
    assert second.rows.count(ROW) == HEAD_TO_CUTTER_ROWS


def test_paper_ends_at_the_row_that_was_asked_for() -> None:
    paper = Paper(384)
    paper.end_after(3)
    assert [paper.burn(ROW) for _ in range(4)] == [True, True, True, False]
    assert paper.out
    assert paper.feed(7) == 7
    torn = paper.load()
    assert torn is not None
    assert torn.rows.count(ROW) == 3
    assert torn.bottom is Edge.TORN
    assert not paper.out


def test_new_roll_on_a_full_one_tears_nothing() -> None:
    paper = Paper(384)
    paper.burn(ROW)
    assert paper.load() is None


def test_row_wider_than_the_head_is_cut_off() -> None:
    paper = Paper(384)
    paper.burn(b"\xff" * 72)
    assert len(paper.cut().rows or [b""]) <= 1
    paper.feed(HEAD_TO_CUTTER_ROWS)
    assert all(len(row) == 48 for row in paper.cut().rows)


def test_buffer_fills_while_the_printer_cannot_print() -> None:
    printer = EmulatedPrinter(384, [].append)
    printer.set_cover(is_open=True)
    room = printer.room
    printer.receive(BAND)
    printer.work(0.0)
    assert printer.room == room - len(BAND)
    printer.set_cover(is_open=False)
    printer.work(0.0)
    assert printer.room == room
    assert printer.paper.rows_moved == 24


def test_power_cut_loses_what_waited() -> None:
    printer = EmulatedPrinter(384, [].append)
    printer.set_cover(is_open=True)
    printer.receive(BAND + b"\x1dv0\x00\x30")
    printer.set_power(on=False)
    printer.receive(BAND)
    printer.set_cover(is_open=False)
    printer.set_power(on=True)
    printer.work(0.0)
    assert printer.paper.rows_moved == 0
    assert printer.reader.pending == 0


def test_mechanism_takes_its_time() -> None:
    pieces: list[Piece] = []
    printer = EmulatedPrinter(384, pieces.append, Speed(row_s=0.001, cut_s=0.3))
    printer.receive(BAND + b"\x1dVB\x00" + b"\x1dr\x01")
    now = 100.0
    answered = b""
    while (again := printer.work(now)) is not None:
        assert again > now
        now = again
        answered += printer.answers()
    assert len(pieces) == 1
    assert 100.3 <= now <= 100.5
    assert printer.answers() == b"\x00"
    assert answered == b""


def test_status_questions_overtake_the_buffer_and_fences_do_not() -> None:
    printer = EmulatedPrinter(384, [].append)
    printer.set_cover(is_open=True)
    printer.receive(b"\x1dr\x01\x10\x04\x02")
    printer.work(0.0)
    assert printer.answers() == b"\x16"
    printer.set_cover(is_open=False)
    printer.work(0.0)
    assert printer.answers() == b"\x00"


def test_automatic_status_tells_each_change() -> None:
    printer = EmulatedPrinter(384, [].append)
    printer.receive(b"\x1da\xff")
    printer.work(0.0)
    assert printer.answers().hex(" ") == "10 00 00 0f"
    printer.set_cover(is_open=True)
    assert printer.answers().hex(" ") == "38 00 00 0f"
    printer.set_cover(is_open=False)
    printer.end_paper()
    assert printer.answers().hex(" ")[-11:] == "18 00 0c 0f"


def test_cut_that_finds_no_paper_waits_for_the_new_roll() -> None:
    pieces: list[Piece] = []
    printer = EmulatedPrinter(384, pieces.append)
    printer.end_paper(30)
    printer.receive(BAND + b"\x1dVB\x00")
    printer.work(0.0)
    assert pieces == []
    printer.load_paper()
    printer.work(0.0)
    assert [piece.bottom for piece in pieces] == [Edge.TORN, Edge.CUT]


@pytest.mark.parametrize(("width", "paper"), [(384, 464), (576, 640)])
def test_picture_shows_paper_wider_than_the_dots(width: int, paper: int) -> None:
    row = b"\xff" * (width // 8)
    picture = draw_piece(Piece(width, (row,) * 200, Edge.CUT, Edge.CUT))
    grey = picture.convert("L")
    middle = [grey.getpixel((x, grey.height // 2)) for x in range(grey.width)]
    dark = [x for x, value in enumerate(middle) if isinstance(value, int) and value < 60]
    light = [x for x, value in enumerate(middle) if isinstance(value, int) and value > 245]
    assert len(dark) == width
    assert dark[-1] - dark[0] + 1 == width
    assert light[-1] - light[0] + 1 == paper


def test_torn_edge_is_ragged_and_cut_edge_is_not() -> None:
    rows = (b"\0" * 48,) * 300
    ends = {}
    for edge in Edge:
        grey = draw_piece(Piece(384, rows, Edge.CUT, edge)).convert("L")
        ends[edge] = {
            max(y for y in range(grey.height) if grey.getpixel((x, y)) > 245)  # type: ignore[operator]
            for x in range(70, 480, 7)
        }
    assert max(ends[Edge.TORN]) - min(ends[Edge.TORN]) >= 8
    assert max(ends[Edge.CUT]) - min(ends[Edge.CUT]) <= 3


def test_pieces_are_numbered_on_also_after_a_restart(tmp_path: Path) -> None:
    piece = Piece(384, (ROW,) * 40, Edge.CUT, Edge.CUT)
    folder = tmp_path / "paper"
    assert PieceFolder(folder).keep(piece).name == "paper-0001.png"
    kept = PieceFolder(folder).keep(piece)
    assert kept.name == "paper-0002.png"
    assert sorted(path.name for path in folder.iterdir()) == [
        "paper-0001.png",
        "paper-0002.png",
        LATEST,
    ]
    assert kept.read_bytes() == (folder / LATEST).read_bytes()
    with Image.open(kept) as picture:
        assert picture.format == "PNG"
