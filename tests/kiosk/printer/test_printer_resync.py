"""What is dropped on its way, and what a line says by itself, do not mislead the next job."""

import random

import pytest

from kiosk.devices.ports import PrinterError, PrinterLost
from kiosk.devices.printer.profile import load_profile
from tests.kiosk.printer.sweep_shop import Bench
from tests.kiosk.printer.voucher_pages import voucher_page

PROFILE = load_profile("80mm-cutter")
HEADER = b"\x1dv0\x00H\x00"


def second_header() -> int:
    """How many bytes of a job come before the second band."""
    bench = Bench(PROFILE)
    bench.driver.print(voucher_page(PROFILE.width_dots), 20.0)
    sent = bytes(bench.line.written)
    return sent.index(HEADER, sent.index(HEADER) + 1)


@pytest.mark.parametrize("taken", range(9))
def test_a_header_that_was_cut_off_does_not_swallow_what_comes(taken: int) -> None:
    """Else two bytes of a question are its height, and the printer waits for a thousand rows."""
    page = voucher_page(PROFILE.width_dots)
    bench = Bench(PROFILE)
    condition = bench.emulated.condition
    bench.line.strike(second_header() + taken, lambda: setattr(condition, "bytes_per_s", 0.01))
    with pytest.raises(PrinterLost):
        bench.driver.print(page, 20.0)
    condition.bytes_per_s = None

    assert bench.driver.status(2.0).ready
    bench.driver.print(page, 20.0)
    assert bench.whole(page) == 1


@pytest.mark.parametrize("often", [0.2, 0.4, 0.6, 0.8])
def test_a_line_that_says_well_by_itself_is_no_printer_that_says_so(often: float) -> None:
    """One byte is all that such a model says of itself, and here the line makes that byte."""
    profile = load_profile("58mm-tear")
    page = voucher_page(profile.width_dots).crop((0, 0, profile.width_dots, 120))
    chance = random.Random(f"well {often}")
    for _ in range(50):
        bench = Bench(profile)
        bench.emulated.end_paper(chance.randrange(80, 130))
        bench.line.noise = lambda: b"\x01" if chance.random() < often else b""
        with pytest.raises(PrinterError):
            bench.driver.print(page, 20.0)
