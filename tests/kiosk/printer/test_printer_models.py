"""Each model of printer at its work: read back from paper, and in the troubles that it has."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from kiosk.devices.ports import Fact, NothingPrinted, PrinterError, PrinterLost, PrinterStatus
from kiosk.devices.printer.answer import fence_of
from kiosk.devices.printer.driver import EscPosPrinter
from kiosk.devices.printer.emulator.drawing import PieceFolder
from kiosk.devices.printer.emulator.features import features_of
from kiosk.devices.printer.emulator.mechanism import EmulatedPrinter
from kiosk.devices.printer.emulator.paper import Piece
from kiosk.devices.printer.emulator.slot import Fate
from kiosk.devices.printer.profile import PrinterProfile, load_profile, profile_names
from tests.kiosk.printer.conftest import Bench
from tests.kiosk.printer.memory_line import MemoryLine
from tests.kiosk.printer.paper_reading import codes_on
from tests.kiosk.printer.voucher_pages import payload, voucher_page
from tests.kiosk.voucher.voucher_sample import CODES
from wire.api.text import Language

PlugIn = Callable[..., Bench]
MODELS = profile_names()
FAULTS = ("power", "silent", "cover", "hot", "gone")


class Rig:
    """A printer of any model on a line in memory."""

    def __init__(self, model: str) -> None:
        self.profile = load_profile(model)
        self.pieces: list[Piece] = []
        self.emulated = EmulatedPrinter(
            self.profile.width_dots, self.pieces.append, features=features_of(self.profile)
        )
        self.line = MemoryLine(self.emulated)
        self.printer = EscPosPrinter(self.line.open, self.profile, monotonic=self.line.monotonic)

    @property
    def moved_mm(self) -> int:
        return -(-self.emulated.paper.rows_moved // 8)

    def strike(self, fault: str) -> None:
        match fault:
            case "power":
                self.emulated.set_power(on=False)
            case "silent":
                self.emulated.silent = True
            case "cover":
                self.emulated.set_cover(is_open=True)
            case "hot":
                self.emulated.condition.hot = True
            case "gone":
                self.line.gone = True


def short_page(width: int) -> Image.Image:
    return voucher_page(width).crop((0, 0, width, 120))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("model", MODELS)
def test_voucher_of_every_model_and_language_is_read_from_its_picture_of_paper(
    plug_in: PlugIn, tmp_path: Path, model: str, language: Language
) -> None:
    bench = plug_in(model=model)
    profile = load_profile(model)
    page = voucher_page(profile.width_dots, language, CODES[1])
    printed = bench.printer.print(page, 20.0)
    assert printed.paper_mm == -(-bench.emulated.paper.rows_moved // 8)
    if profile.cutter == "none":
        assert bench.pieces == [], "it hangs at the tear bar"
        bench.line.command("tear")
    (piece,) = bench.pieces
    with Image.open(PieceFolder(tmp_path).keep(piece)) as paper:
        assert codes_on(paper) == [payload(CODES[1])]


@pytest.mark.parametrize("model", MODELS)
def test_paper_end_at_every_place_is_lost_and_its_paper_is_told(model: str) -> None:
    """What is told is never less than what the roll gave, and at most two bands more."""
    page = short_page(load_profile(model).width_dots)
    whole = Rig(model)
    rows = whole.printer.print(page, 20.0).paper_mm * 8
    for row in range(1, rows, 13):
        rig = Rig(model)
        rig.emulated.end_paper(row)
        with pytest.raises(PrinterLost) as lost:
            rig.printer.print(page, 20.0)
        assert rig.moved_mm <= lost.value.paper_mm <= -(-rows // 8), row
        if rig.profile.dle_eot:
            assert lost.value.no_paper, row
    rig = Rig(model)
    rig.emulated.end_paper()
    with pytest.raises(NothingPrinted) as nothing:
        rig.printer.print(page, 20.0)
    assert nothing.value.no_paper


@pytest.mark.parametrize("model", MODELS)
def test_paper_end_while_the_printer_is_greeted_is_called_by_its_name(model: str) -> None:
    page = short_page(load_profile(model).width_dots)
    whole = Rig(model)
    whole.printer.print(page, 20.0)
    question = fence_of(whole.profile).question
    greeted = whole.line.written.index(question) + len(question)
    for at in range(greeted):
        rig = Rig(model)

        def strike(written: int, at: int = at, rig: Rig = rig) -> None:
            if written >= at:
                rig.line.before_byte = None
                rig.emulated.end_paper()

        rig.line.before_byte = strike
        with pytest.raises(NothingPrinted) as nothing:
            rig.printer.print(page, 20.0)
        assert nothing.value.no_paper, at


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("model", MODELS)
def test_trouble_anywhere_is_never_called_printed(model: str, fault: str) -> None:
    """Nothing printed before the page; lost from its first byte to its last fence."""
    page = short_page(load_profile(model).width_dots)
    whole = Rig(model)
    whole.printer.print(page, 20.0)
    end = len(whole.line.written)
    chance = random.Random(model + fault)
    for at in [0, 1, *sorted(chance.sample(range(end), 10)), end - 2, end - 1]:
        rig = Rig(model)

        def strike(written: int, at: int = at, rig: Rig = rig) -> None:
            if written >= at:
                rig.line.before_byte = None
                rig.strike(fault)

        rig.line.before_byte = strike
        with pytest.raises(PrinterError) as failed:
            rig.printer.print(page, 20.0)
        if isinstance(failed.value, NothingPrinted):
            assert rig.emulated.paper.rows_moved == 0, at
        else:
            assert isinstance(failed.value, PrinterLost)
            assert failed.value.paper_mm >= rig.moved_mm, at


@pytest.mark.parametrize("model", MODELS)
def test_after_a_lost_page_the_next_is_whole(model: str) -> None:
    page = voucher_page(load_profile(model).width_dots)
    rig = Rig(model)
    rig.emulated.end_paper(500)
    with pytest.raises(PrinterLost) as lost:
        rig.printer.print(page, 20.0)
    rig.emulated.load_paper()
    rig.pieces.clear()
    printed = rig.printer.print(page, 20.0)
    assert lost.value.paper_mm + printed.paper_mm >= rig.moved_mm, "what was cleared away too"
    rig.emulated.tear()
    readable = [codes_on(_picture(piece)) for piece in rig.pieces]
    assert [payload()] in readable


def _picture(piece: Piece) -> Image.Image:
    raw = bytes(byte ^ 0xFF for row in piece.rows for byte in row)
    return Image.frombytes("1", (piece.width, len(piece.rows)), raw).convert("L")


# --- 58 mm with a tear bar: no question overtakes what waits -------------------------------


def test_tear_bar_model_tells_its_lid_as_paper() -> None:
    rig = Rig("58mm-tear")
    assert rig.printer.status(2.0).ready
    rig.emulated.set_cover(is_open=True)
    status = rig.printer.status(2.0)
    assert (status.paper, status.cover, status.online) == (Fact.FAULT, Fact.FAULT, Fact.FAULT)


def test_tear_bar_model_tells_a_hot_head() -> None:
    rig = Rig("58mm-tear")
    rig.emulated.condition.hot = True
    status = rig.printer.status(2.0)
    assert (status.paper, status.mechanism) == (Fact.OK, Fact.FAULT)


def test_tear_bar_model_that_is_silent_is_unknown() -> None:
    rig = Rig("58mm-tear")
    rig.emulated.silent = True
    assert rig.printer.status(2.0) == PrinterStatus()
    rig.emulated.silent = False
    assert rig.printer.status(2.0).ready


def test_tear_bar_model_asked_often_while_off_is_ready_soon_after() -> None:
    """Questions that were lost with the power are not waited for."""
    rig = Rig("58mm-tear")
    rig.emulated.set_power(on=False)
    for _ in range(50):
        assert rig.printer.status(0.5) == PrinterStatus()
    rig.emulated.set_power(on=True)
    assert rig.printer.status(3.0).ready
    rig.printer.print(short_page(384), 20.0)


# --- Presenter -----------------------------------------------------------------------------


def test_voucher_that_nobody_took_is_taken_back_before_the_next(plug_in: PlugIn) -> None:
    bench = plug_in(model="80mm-presenter")
    bench.printer.print(voucher_page(576), 20.0)
    assert bench.printer.slot() is Fact.FAULT
    bench.printer.print(voucher_page(576, code=CODES[1]), 20.0)
    assert bench.printer.slot() is Fact.FAULT
    assert len(bench.pieces) == 2
    assert bench.fates == [Fate.PRESENTED, Fate.RETRACTED, Fate.PRESENTED]


def test_jammed_presenter_lets_no_page_begin(plug_in: PlugIn) -> None:
    bench = plug_in(model="80mm-presenter")
    bench.printer.print(voucher_page(576), 20.0)
    bench.line.command("presenter jam")
    assert not bench.printer.retract(1.0)
    with pytest.raises(NothingPrinted):
        bench.printer.print(voucher_page(576), 20.0)
    bench.line.command("presenter free")
    assert bench.printer.retract(5.0)


def test_presenter_that_is_silent_is_unknown(plug_in: PlugIn) -> None:
    bench = plug_in(model="80mm-presenter")
    bench.line.command("silent")
    assert bench.printer.slot() is Fact.UNKNOWN
    assert not bench.printer.retract(0.5)


@pytest.mark.parametrize("noise", [b"\x00", b"\x08", b"\x0a", b"\xff"])
def test_presenter_on_a_noisy_line_is_unknown(noise: bytes) -> None:
    """One byte answers: it counts only alone, and when it comes twice."""
    rig = Rig("80mm-presenter")
    assert rig.printer.slot() is Fact.OK
    rig.line.noise = lambda: noise
    assert rig.printer.slot() is Fact.UNKNOWN
    rig.line.noise = None
    assert rig.printer.slot() is Fact.OK


def test_half_a_voucher_is_not_handed_out() -> None:
    rig = Rig("80mm-presenter")
    rig.emulated.end_paper(500)
    with pytest.raises(PrinterLost):
        rig.printer.print(voucher_page(576), 20.0)
    rig.emulated.load_paper()
    rig.printer.reset(5.0)
    assert rig.printer.slot() is Fact.OK


# --- Automatic status ----------------------------------------------------------------------


def written_until_it_is_noticed(profile: PrinterProfile, at: int) -> int:
    """Bytes that go out after the head became too hot, until the page is given up."""
    rig = Rig("80mm-cutter")
    printer = EscPosPrinter(rig.line.open, profile, monotonic=rig.line.monotonic)

    def strike(written: int) -> None:
        if written >= at:
            rig.line.before_byte = None
            rig.emulated.condition.hot = True
            rig.emulated.tell_change()

    rig.line.before_byte = strike
    with pytest.raises(PrinterLost, match="fault"):
        printer.print(voucher_page(576), 20.0)
    return len(rig.line.written) - at


def test_fault_told_unasked_is_noticed_sooner_than_by_asking() -> None:
    """Automatic status is read with whatever answer comes next."""
    tells = load_profile("80mm-cutter")
    silent = tells.model_copy(update={"asb": False})
    places = range(9_000, 16_000, 900)
    told = [written_until_it_is_noticed(tells, at) for at in places]
    asked = [written_until_it_is_noticed(silent, at) for at in places]
    assert sum(told) < sum(asked)
    assert max(told) < 2 * (72 * 24 + 50)


def test_fault_that_has_gone_when_asked_stops_nothing() -> None:
    rig = Rig("80mm-cutter")

    def strike(written: int) -> None:
        if written > 9_000:
            rig.line.before_byte = None
            rig.emulated.condition.hot = True
            rig.emulated.tell_change()
            rig.emulated.condition.hot = False

    rig.line.before_byte = strike
    rig.printer.print(voucher_page(576), 20.0)
    assert len(rig.pieces) == 1


# --- The roll's near end -------------------------------------------------------------------


@pytest.mark.parametrize("model", ["58mm-cutter", "80mm-cutter", "80mm-presenter"])
def test_near_end_is_told_and_stops_nothing(model: str) -> None:
    rig = Rig(model)
    assert rig.printer.status(2.0).near_end is Fact.OK
    rig.emulated.paper.say_near_end(near=True)
    status = rig.printer.status(2.0)
    assert status.near_end is Fact.FAULT
    assert status.ready
    rig.printer.print(short_page(rig.profile.width_dots), 20.0)
