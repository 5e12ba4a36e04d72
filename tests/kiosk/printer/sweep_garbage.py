"""Noise on the printer's line: what must hold, whatever comes and whatever else happens."""

import random

import pytest

from kiosk.devices.ports import NothingPrinted, PrinterError
from kiosk.devices.printer.profile import load_profile, profile_names
from tests.kiosk.printer.sweep_shop import Bench
from tests.kiosk.printer.sweep_states import faults_of
from tests.kiosk.printer.voucher_pages import voucher_page

MODELS = [load_profile(name) for name in profile_names()]
ROWS = 120
"""Of the page: five bands."""
BYTES = ROWS * 72
LIKE_ANSWERS = (b"\x12", b"\x12\x00", b"\x12\x10\x00\x0f", b"\x00", b"\x01", b"\x10\x04", b"\x0c")
"""What looks most like a printer that is well."""


def noisy(bench: Bench, chance: random.Random) -> None:
    """Bytes at random, or bytes that look most like answers; seldom, often or always."""
    alphabet = chance.choice((bytes(range(256)), bytes(range(256)), *LIKE_ANSWERS))
    density = chance.choice((0.0005, 0.005, 0.05, 0.3, 1.0))
    bench.line.noise = lambda: (
        bytes((chance.choice(alphabet),)) if chance.random() < density else b""
    )


def prints(bench: Bench, seconds: float) -> bool:
    """Whether the driver says so; a false "printed" fails here, as does any other error."""
    page = voucher_page(bench.profile.width_dots).crop((0, 0, bench.profile.width_dots, ROWS))
    began = bench.line.now_s
    try:
        bench.driver.print(page, seconds)
    except PrinterError:
        return False
    finally:
        assert bench.line.now_s - began <= seconds + 2.5, "every call ends in its time"
    assert bench.whole(page) == 1
    return True


def dead_printer(chance: random.Random) -> None:
    """Nothing but noise: never ready, nothing printed."""
    bench = Bench(chance.choice(MODELS))
    bench.emulated.set_power(on=False)
    bench.line.noise = lambda: bytes((chance.randrange(256),))
    page = voucher_page(bench.profile.width_dots)
    if bench.profile.dle_eot:
        assert not bench.driver.status(1.0).ready
        with pytest.raises(NothingPrinted):
            bench.driver.print(page, 6.0)
    else:
        # One byte is all that such a model says of itself: noise may look like it before the
        # page (then the voucher is uncertain), never after.
        with pytest.raises(PrinterError):
            bench.driver.print(page, 6.0)


def paper_ends_in_noise(chance: random.Random) -> bool:
    """Whether the driver said printed: then there was paper for it."""
    bench = Bench(chance.choice(MODELS))
    noisy(bench, chance)
    end = chance.randrange(400)
    bench.emulated.end_paper(end)
    said = prints(bench, 20.0)
    assert not said or end > ROWS + bench.profile.head_to_cutter_rows
    return said


def fault_in_noise(chance: random.Random) -> bool:
    """One of the nine faults at any byte; afterwards, mended and quiet, the next page is right."""
    model = chance.choice(MODELS)
    bench = Bench(model)
    noisy(bench, chance)
    fault = chance.choice(faults_of(model))
    bench.line.strike(chance.randrange(BYTES), lambda: fault.strike(bench))
    said = prints(bench, 20.0)
    fault.mend(bench)
    bench.line.calm()
    if not bench.driver.status(2.0).ready:
        bench.driver.reset(5.0)
    page = voucher_page(model.width_dots)
    for _ in range(2):
        try:
            bench.driver.print(page, 30.0)
        except PrinterError:
            continue
        break
    assert bench.whole(page) == 1, (model.name, fault.name)
    return said
