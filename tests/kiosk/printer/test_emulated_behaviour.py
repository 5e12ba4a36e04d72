"""What real printers do that makes life hard for a driver, done by the emulated one."""

import pytest

from kiosk.devices.printer.emulator.features import Features, features_of
from kiosk.devices.printer.emulator.mechanism import EmulatedPrinter
from kiosk.devices.printer.emulator.paper import NEAR_END_ROWS, Edge, Piece
from kiosk.devices.printer.emulator.slot import Fate
from kiosk.devices.printer.profile import load_profile

ROW = b"\xff" * 48
HEADER = b"\x1dv0\x00\x30\x00\x18\x00"
CUT, FENCE = b"\x1dVB\x00", b"\x1dr\x01"


class Desk:
    """A printer and what came out of it."""

    def __init__(self, features: Features | None = None) -> None:
        self.pieces: list[Piece] = []
        self.fates: list[Fate] = []
        self.printer = EmulatedPrinter(
            384, self.pieces.append, features=features or Features(), on_slot=self.fates.append
        )

    def send(self, data: bytes) -> bytes:
        """What the printer says to this, once it has done what it can."""
        self.printer.receive(data)
        self.printer.work(0.0)
        return self.printer.answers()

    def ask(self) -> list[int]:
        return [self.send(bytes((0x10, 4, question)))[0] for question in (1, 2, 3, 4)]


def test_rows_are_burnt_as_they_come() -> None:
    desk = Desk()
    desk.send(HEADER + ROW * 5 + ROW[:20])
    assert desk.printer.paper.rows_moved == 5
    desk.printer.set_power(on=False)
    desk.printer.set_power(on=True)
    assert desk.send(FENCE) == b"\x00", "the rest of the picture went with the power"
    assert desk.printer.paper.rows_moved == 5


def test_a_buffer_smaller_than_a_picture_prints_it_all_the_same() -> None:
    desk = Desk(Features(buffer_bytes=512))
    data = HEADER + ROW * 24
    while data:
        room = desk.printer.room
        assert room > 0
        desk.send(data[:room])
        data = data[room:]
    assert desk.printer.paper.rows_moved == 24


def test_busy_rises_before_the_buffer_is_full_and_falls() -> None:
    desk = Desk()
    desk.printer.set_cover(is_open=True)
    assert not desk.printer.busy
    desk.send(b"\x1bJ\x01" * 1300)
    assert desk.printer.room > 0
    assert desk.printer.busy
    desk.printer.set_cover(is_open=False)
    desk.printer.work(0.0)
    assert not desk.printer.busy
    desk.printer.condition.stuck = True
    assert desk.printer.busy
    assert desk.printer.room == 0


def test_jammed_cutter_is_met_at_the_cut_and_goes_on_when_freed() -> None:
    desk = Desk()
    desk.printer.condition.cutter_jammed = True
    assert desk.ask() == [0x12, 0x12, 0x12, 0x12], "nothing shows before the blade moves"
    assert desk.send(b"\x1da\xff")[-4:].hex(" ") == "10 00 00 0f"
    answer = desk.send(HEADER + ROW * 24 + CUT + FENCE)
    assert answer.hex(" ") == "18 08 00 0f", "offline, cutter, and no fence"
    assert desk.ask() == [0x1A, 0x52, 0x1A, 0x12]
    assert desk.pieces == []
    desk.printer.condition.free_cutter()
    desk.printer.work(0.0)
    assert len(desk.pieces) == 1
    assert desk.printer.answers() == b"\x00"


def test_hot_head_rests_in_the_middle_and_goes_on() -> None:
    desk = Desk()
    desk.printer.condition.hot = True
    assert desk.send(HEADER + ROW * 24 + FENCE) == b""
    assert desk.ask() == [0x1A, 0x52, 0x52, 0x12]
    desk.printer.condition.hot = False
    assert desk.send(b"") == b"\x00"
    assert desk.printer.paper.rows_moved == 24


def test_near_end_is_told_in_every_way() -> None:
    desk = Desk()
    desk.send(b"\x1da\xff")
    desk.printer.load_paper(NEAR_END_ROWS // 8 + 1)
    desk.printer.answers()
    assert desk.send(b"\x1bJ\x08") == b""
    assert desk.send(b"\x1bJ\x01").hex(" ") == "10 00 03 0f", "as the sensor sees the core"
    assert desk.ask()[3] == 0x1E
    assert desk.send(FENCE) == b"\x03"
    assert desk.printer.online


def test_fence_comes_late_and_between_automatic_frames() -> None:
    desk = Desk()
    desk.send(b"\x1da\xff")
    desk.printer.set_cover(is_open=True)
    said = desk.send(FENCE)
    desk.printer.set_cover(is_open=False)
    desk.printer.work(0.0)
    desk.printer.end_paper()
    said += desk.printer.answers()
    assert said.hex(" ") == "38 00 00 0f 10 00 00 0f 00 18 00 0c 0f"


def test_some_models_answer_questions_that_stand_in_a_picture() -> None:
    row = b"\x10\x04\x01" + bytes(45)
    deaf, hearing = Desk(), Desk(Features(hears_in_raster=True))
    assert deaf.send(HEADER + row * 24) == b""
    assert hearing.send(HEADER + row * 24) == b"\x12" * 24
    assert hearing.send(b"\x10") + hearing.send(b"\x04") + hearing.send(b"\x04") == b"\x12"
    assert hearing.printer.paper.rows_moved == 24


PRESENTING = Features(presenter=True)


def test_presenter_holds_hands_out_and_tells_until_it_is_taken() -> None:
    desk = Desk(PRESENTING)
    assert desk.send(HEADER + ROW * 24 + CUT + b"\x1de\x06") == b"\x04", "held inside"
    assert desk.send(b"\x1de\x03\x0c\x1de\x06") == b"\x08", "stands in the slot"
    assert desk.printer.take()
    assert desk.send(b"\x1de\x06") == b"\x00"
    assert not desk.printer.take()
    assert desk.fates == [Fate.PRESENTED, Fate.TAKEN]


def test_presenter_takes_back_and_throws_out() -> None:
    desk = Desk(PRESENTING)
    desk.send(HEADER + ROW * 24 + CUT + b"\x1de\x03\x0c\x1de\x02")
    desk.send(HEADER + ROW * 24 + CUT + b"\x1de\x05")
    assert desk.fates == [Fate.PRESENTED, Fate.RETRACTED, Fate.PRESENTED, Fate.EJECTED]


def test_next_voucher_pushes_out_one_that_nobody_took() -> None:
    desk = Desk(PRESENTING)
    desk.send(b"\x1bJ\x50" + CUT + b"\x1de\x03\x0c" + b"\x1bJ\x50" + CUT)
    assert desk.fates == [Fate.PRESENTED, Fate.EJECTED]


def test_presenter_that_jams_is_an_error_until_it_is_freed() -> None:
    desk = Desk(PRESENTING)
    desk.printer.condition.presenter_jammed = True
    assert desk.send(b"\x1bJ\x50" + CUT + b"\x1de\x03\x0c" + FENCE) == b""
    assert desk.ask() == [0x1A, 0x52, 0x16, 0x12]
    desk.printer.condition.free_presenter()
    assert desk.send(b"") == b"\x00"
    assert desk.fates == [Fate.PRESENTED]


def test_without_a_cutter_paper_hangs_until_it_is_torn() -> None:
    desk = Desk(features_of(load_profile("58mm-tear")))
    rows = desk.printer.features.head_to_cutter_rows
    desk.send(HEADER + ROW * 24 + bytes((0x1B, ord("J"), rows)))
    assert desk.pieces == []
    assert desk.printer.tear()
    assert not desk.printer.tear()
    (piece,) = desk.pieces
    assert (piece.top, piece.bottom) == (Edge.CUT, Edge.TORN)
    assert piece.rows[rows:] == (ROW,) * 24
    assert desk.send(CUT) == b""
    assert desk.printer.reader.failures == ["GS V: this model has no cutter"]


def test_small_printer_knows_esc_v_alone_and_answers_it_without_paper() -> None:
    desk = Desk(features_of(load_profile("58mm-tear")))
    ask = b"\x1bv\x00"
    assert desk.send(ask) == b"\x01"
    assert desk.send(b"\x10\x04\x01") == b""
    assert desk.send(FENCE) == b""
    assert desk.printer.reader.failures == ["GS r: this model does not know it"]
    desk.printer.set_cover(is_open=True)
    assert desk.send(ask) == b"\x05", "its lid carries the roller"
    desk.printer.set_cover(is_open=False)
    desk.printer.end_paper(10)
    assert desk.send(HEADER + ROW * 24 + ask) == b"", "dots wait before it"
    desk.printer.load_paper()
    desk.printer.work(0.0)
    assert desk.printer.answers() == b"\x01"


@pytest.mark.parametrize("name", ["58mm-cutter", "58mm-tear", "80mm-cutter", "80mm-presenter"])
def test_features_are_those_of_the_profile(name: str) -> None:
    profile = load_profile(name)
    features = features_of(profile)
    assert features.cutter is (profile.cutter != "none")
    assert features.presenter is (profile.presenter is not None)
    assert features.fence is (profile.fence == "gs_r")
    assert features.buffer_bytes == profile.buffer_bytes
    assert features.head_to_cutter_rows == profile.head_to_cutter_mm * 8
