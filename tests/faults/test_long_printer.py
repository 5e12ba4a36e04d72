"""Noise on the printer's line by the thousand: what the driver calls printed is on paper."""

import random
from collections.abc import Callable

import pytest

from kiosk.devices.ports import NothingPrinted, PrinterError
from kiosk.devices.printer.driver import EscPosPrinter
from tests.kiosk.printer.memory_line import MemoryLine
from tests.kiosk.printer.paper_reading import dots_of
from tests.kiosk.printer.test_printer_faults import SHORT, Rig
from tests.kiosk.printer.voucher_pages import PROFILE_58

Times = Callable[[int], int]


def garbage(rig: Rig, chance: random.Random, density: float) -> EscPosPrinter:
    def noise() -> bytes:
        return bytes((chance.randrange(256),)) if chance.random() < density else b""

    rig.line = MemoryLine(rig.emulated, noise)
    return EscPosPrinter(rig.line.open, PROFILE_58, monotonic=rig.line.monotonic)


def test_1_000_streams_from_a_dead_printer_print_nothing(
    chance: random.Random, times: Times
) -> None:
    for _ in range(times(1_000)):
        rig = Rig()
        rig.emulated.set_power(on=False)
        printer = garbage(rig, chance, chance.choice((0.05, 0.5, 1.0)))
        assert not printer.status(1.0).ready
        with pytest.raises(NothingPrinted):
            printer.print(SHORT, 6.0)


def test_1_000_noisy_lines_of_a_good_printer_never_make_a_false_printed(
    chance: random.Random, times: Times
) -> None:
    printed = 0
    for _ in range(times(1_000)):
        rig = Rig()
        printer = garbage(rig, chance, chance.choice((0.0005, 0.005, 0.05, 0.3)))
        end = chance.randrange(300)
        rig.emulated.end_paper(end)
        try:
            printer.print(SHORT, 20.0)
        except PrinterError:
            continue
        printed += 1
        assert end > SHORT.height + 80
        assert dots_of(rig.pieces[0]).tobytes() == SHORT.tobytes()
    assert printed > 0, "so much noise proves nothing"
