"""The driver over a real pty, against a printer that has the troubles printers have."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from kiosk.devices.ports import Fact, NothingPrinted, PrinterLost, PrinterStatus
from kiosk.devices.printer.driver import SerialPrinter
from kiosk.devices.printer.emulator.drawing import PieceFolder
from kiosk.devices.printer.emulator.paper import Edge
from kiosk.devices.printer.line import LineGone, LineSlow, SerialLine
from tests.kiosk.printer.conftest import Bench
from tests.kiosk.printer.paper_reading import codes_on, codes_on_piece, dots_of
from tests.kiosk.printer.voucher_pages import PROFILE_58, payload, voucher_page
from tests.kiosk.voucher.voucher_sample import CODES
from wire.api.text import Language

PlugIn = Callable[..., Bench]
UNKNOWN = PrinterStatus()


@pytest.mark.parametrize("width", [384, 576])
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code", CODES)
def test_voucher_is_read_back_from_its_picture_of_paper(
    plug_in: PlugIn, tmp_path: Path, width: int, language: Language, code: str
) -> None:
    bench = plug_in(width)
    page = voucher_page(width, language, code)
    printed = bench.printer.print(page, 20.0)
    assert len(bench.pieces) == 1
    assert dots_of(bench.pieces[0]).tobytes() == page.tobytes()
    assert printed.paper_mm == -(-len(bench.pieces[0].rows) // 8)
    with Image.open(PieceFolder(tmp_path).keep(bench.pieces[0])) as paper:
        assert codes_on(paper) == [payload(code)]


def test_paced_like_a_real_line(plug_in: PlugIn) -> None:
    bench = plug_in(384, baud=115200)
    page = voucher_page(384)
    bench.printer.print(page, 20.0)
    assert codes_on_piece(bench.pieces[0]) == [payload()]


def test_out_of_paper_before_the_first_byte(plug_in: PlugIn) -> None:
    bench = plug_in()
    bench.line.command("paper out")
    assert bench.printer.status(2.0) == PrinterStatus(
        paper=Fact.FAULT, cover=Fact.OK, mechanism=Fact.OK, online=Fact.FAULT, near_end=Fact.OK
    )
    with pytest.raises(NothingPrinted) as refused:
        bench.printer.print(voucher_page(384), 20.0)
    assert refused.value.no_paper
    assert bench.emulated.paper.rows_moved == 0
    bench.line.command("paper ok")
    bench.printer.print(voucher_page(384), 20.0)


@pytest.mark.parametrize("millimetres", [5, 20, 55, 80, 97])
def test_paper_ends_in_the_middle(plug_in: PlugIn, millimetres: int) -> None:
    bench = plug_in()
    bench.line.command(f"paper out at {millimetres}")
    with pytest.raises(PrinterLost) as lost:
        bench.printer.print(voucher_page(384), 20.0)
    assert lost.value.no_paper
    assert bench.pieces == []
    assert bench.printer.status(2.0).paper is Fact.FAULT
    bench.line.command("paper ok")
    assert bench.pieces[0].bottom is Edge.TORN
    bench.printer.reset(5.0)
    bench.printer.print(voucher_page(384), 20.0)
    assert dots_of(bench.pieces[-1]).tobytes() == voucher_page(384).tobytes()


def test_paper_ends_while_the_cut_pushes_it_out(plug_in: PlugIn) -> None:
    bench = plug_in()
    page = voucher_page(384)
    bench.line.command(f"paper out at {page.height / 8 + PROFILE_58.head_to_cutter_mm / 2}")
    with pytest.raises(PrinterLost) as lost:
        bench.printer.print(page, 20.0)
    assert lost.value.no_paper


def test_open_cover(plug_in: PlugIn) -> None:
    bench = plug_in()
    bench.line.command("cover open")
    status = bench.printer.status(2.0)
    assert (status.cover, status.online, status.paper) == (Fact.FAULT, Fact.FAULT, Fact.OK)
    with pytest.raises(NothingPrinted) as refused:
        bench.printer.print(voucher_page(384), 20.0)
    assert not refused.value.no_paper
    bench.line.command("cover close")
    bench.printer.print(voucher_page(384), 20.0)


def test_printer_without_power_is_unknown_not_out_of_paper(plug_in: PlugIn) -> None:
    bench = plug_in()
    bench.line.command("off")
    assert bench.printer.status(1.0) == UNKNOWN
    with pytest.raises(NothingPrinted) as refused:
        bench.printer.print(voucher_page(384), 20.0)
    assert not refused.value.no_paper
    bench.line.command("on")
    bench.printer.print(voucher_page(384), 20.0)
    assert len(bench.pieces) == 1


def test_silent_printer_is_unknown_never_fine_never_out_of_paper(plug_in: PlugIn) -> None:
    bench = plug_in()
    bench.line.command("silent")
    assert bench.printer.status(1.0) == UNKNOWN
    assert not bench.printer.status(0.5).ready
    with pytest.raises(NothingPrinted) as refused:
        bench.printer.print(voucher_page(384), 20.0)
    assert not refused.value.no_paper
    assert bench.emulated.paper.rows_moved == 0


@pytest.mark.parametrize("order", ["off", "silent", "cover open"])
def test_trouble_while_printing(plug_in: PlugIn, order: str) -> None:
    bench = plug_in(576, baud=115200)
    job: list[BaseException] = []

    def print_page() -> None:
        try:
            bench.printer.print(voucher_page(576), 20.0)
        except PrinterLost as error:
            job.append(error)

    thread = threading.Thread(target=print_page)
    thread.start()
    while bench.emulated.paper.rows_moved < 200:
        bench.line.command("status")
    bench.line.command(order)
    thread.join(20)
    assert isinstance(job[0], PrinterLost)
    assert not job[0].no_paper
    assert bench.pieces == []


def test_half_a_job_is_cleared_before_the_next(plug_in: PlugIn) -> None:
    """A band that stopped half-way swallows commands; after a reset nothing of it is left."""
    bench = plug_in()
    stop = os.open(bench.line.path, os.O_WRONLY | os.O_NOCTTY)
    os.write(stop, b"\x1b@\x1dv0\x00\x30\x00\x18\x00" + b"\xff" * 500)
    os.close(stop)
    bench.printer.reset(5.0)
    bench.printer.print(voucher_page(384), 20.0)
    assert len(bench.pieces) == 2
    assert any(any(row) for row in bench.pieces[0].rows)
    assert dots_of(bench.pieces[1]).tobytes() == voucher_page(384).tobytes()


def test_half_a_job_of_a_killed_process_heals_without_a_reset(plug_in: PlugIn) -> None:
    bench = plug_in()
    stop = os.open(bench.line.path, os.O_WRONLY | os.O_NOCTTY)
    os.write(stop, b"\x1b@\x1dv0\x00\x30\x00\x18\x00" + b"\xff" * 500)
    os.close(stop)
    assert bench.printer.status(2.0).ready
    bench.printer.print(voucher_page(384), 20.0)
    assert dots_of(bench.pieces[-1]).tobytes() == voucher_page(384).tobytes()


def test_late_fence_of_a_killed_process_does_not_count_as_ours(plug_in: PlugIn) -> None:
    """Its answers come when the printer is through, and are read before our page begins."""
    bench = plug_in()
    bench.line.command("cover open")
    earlier = os.open(bench.line.path, os.O_WRONLY | os.O_NOCTTY)
    os.write(earlier, b"\x1b@\x1dr\x01\x1dr\x01\x1dr\x01")
    os.close(earlier)
    with pytest.raises(NothingPrinted):
        bench.printer.print(voucher_page(384), 20.0)
    bench.line.command("cover close")
    bench.line.command("paper out at 50")
    with pytest.raises(PrinterLost):
        bench.printer.print(voucher_page(384), 20.0)


def test_automatic_status_frames_do_not_disturb(plug_in: PlugIn) -> None:
    bench = plug_in()
    earlier = os.open(bench.line.path, os.O_WRONLY | os.O_NOCTTY)
    os.write(earlier, b"\x1da\xff")
    os.close(earlier)
    for order in ("cover open", "cover close"):
        bench.line.command(order)
        assert (bench.printer.status(2.0).cover is Fact.FAULT) is (order == "cover open")
    bench.printer.print(voucher_page(384), 20.0)
    assert bench.printer.garbage == 0


def test_kiosk_comes_and_goes(plug_in: PlugIn) -> None:
    bench = plug_in()
    for _ in range(3):
        bench.printer.print(voucher_page(384), 20.0)
        bench.printer.close()
    assert [codes_on_piece(piece) for piece in bench.pieces] == [[payload()]] * 3


def test_missing_port_is_unknown_and_found_again_later(plug_in: PlugIn, tmp_path: Path) -> None:
    port = tmp_path / "printer"
    printer = SerialPrinter(str(port), PROFILE_58, settle_s=0.05)
    assert printer.status(1.0) == UNKNOWN
    with pytest.raises(NothingPrinted):
        printer.print(voucher_page(384), 20.0)
    printer.reset(1.0)
    bench = plug_in()
    port.symlink_to(bench.line.path)
    assert printer.status(2.0).ready
    printer.print(voucher_page(384), 20.0)
    printer.close()


def test_port_that_vanishes_while_printing(plug_in: PlugIn) -> None:
    """The USB plug is pulled: EIO on the open file, then no such file."""
    bench = plug_in(576, baud=115200)
    job: list[BaseException] = []

    def print_page() -> None:
        try:
            bench.printer.print(voucher_page(576), 20.0)
        except PrinterLost as error:
            job.append(error)

    thread = threading.Thread(target=print_page)
    thread.start()
    while bench.emulated.paper.rows_moved < 200:
        bench.line.command("status")
    bench.line.stop()
    thread.join(20)
    assert isinstance(job[0], PrinterLost)
    assert bench.printer.status(0.5) == UNKNOWN


def test_full_port_is_waited_for_only_until_the_deadline() -> None:
    """Nobody reads at the other end: what was taken is counted, the thread is not held."""
    master, slave = os.openpty()
    with SerialLine(os.ttyname(slave), 115200) as line:
        began = time.monotonic()
        with pytest.raises(LineSlow) as slow:
            line.write(bytes(1_000_000), began + 0.3)
        assert 0.25 <= time.monotonic() - began <= 5
        os.set_blocking(master, False)
        taken = 0
        with suppress(BlockingIOError):
            while data := os.read(master, 65536):
                taken += len(data)
        assert 0 < taken <= slow.value.written < 1_000_000
        os.close(master)
        with pytest.raises(LineGone):
            line.write(b"x", time.monotonic() + 1)
        with pytest.raises(LineGone):
            line.read_byte(time.monotonic() + 1)
    os.close(slave)


def test_wrong_page_is_refused_before_anything_is_sent(plug_in: PlugIn) -> None:
    bench = plug_in()
    for wrong in (Image.new("1", (576, 100), 1), Image.new("L", (384, 100), 255)):
        with pytest.raises(ValueError, match="384"):
            bench.printer.print(wrong, 20.0)
    assert bench.emulated.paper.rows_moved == 0
