"""Every place of a real voucher at which paper can end, and every fault in every state."""

import itertools
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kiosk.devices.ports import Printed, PrinterError
from kiosk.devices.printer.driver import SerialPrinter
from kiosk.devices.printer.emulator.features import features_of
from kiosk.devices.printer.emulator.mechanism import REAL_SPEED, EmulatedPrinter
from kiosk.devices.printer.emulator.paper import Piece
from kiosk.devices.printer.emulator.pty_line import PtyLine
from kiosk.devices.printer.emulator.script import read_script
from kiosk.devices.printer.profile import load_profile, profile_names
from kiosk.flow.event import PrinterRefused, VoucherPrinted, VoucherUncertain
from tests.kiosk.printer.sweep_paper_end import paper_ends_at, places
from tests.kiosk.printer.sweep_shop import sweep_shop
from tests.kiosk.printer.sweep_states import STATES, Case, faults_of
from tests.kiosk.printer.voucher_pages import PROFILE_58, voucher_page

Times = Callable[[int], int]
BAUD = 115200
AT_ONCE = 5
"""Paced vouchers at one time: they wait more than they work."""


async def test_paper_end_at_every_place_of_a_voucher(
    tmp_path: Path, chance: random.Random, times: Times
) -> None:
    """Every byte of commands, band headers and trailer, every 16th of the raster."""
    async with sweep_shop(tmp_path, "58mm-cutter") as shop:
        at_all = await places(shop)
        assert len(at_all) >= 2_000
        taken = sorted(chance.sample(at_all, times(len(at_all))))
        told = Counter([await paper_ends_at(shop, at) for at in taken])
        told[await paper_ends_at(shop, at_all[-1] + 1)] += 1
    print(f"{len(taken)} places: {told}")
    assert set(told) == {PrinterRefused, VoucherUncertain, VoucherPrinted}


@pytest.mark.parametrize("profile", profile_names())
async def test_nine_faults_in_every_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: Times, profile: str
) -> None:
    cases = list(itertools.product(faults_of(load_profile(profile)), STATES))
    async with sweep_shop(tmp_path, profile) as shop:
        for fault, state in cases[: times(len(cases))]:
            try:
                await STATES[state](Case(shop, fault, monkeypatch))
            except BaseException as error:
                error.add_note(f"{fault.name} in {state} of {profile}")
                raise


def test_50_paper_ends_paced_over_a_pty(chance: random.Random, times: Times) -> None:
    """Line and mechanism at their real speeds: the same words as unpaced, whatever byte it is."""
    total = _bytes_of_a_voucher()
    at_all = sorted(chance.sample(range(total), times(50)))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = Counter(pool.map(_paced_paper_end, at_all))
    print(told)
    assert set(told) <= {"NothingPrinted, paper gone", "PrinterLost, paper gone", "Printed"}
    assert told["PrinterLost, paper gone"] > 0


def _bytes_of_a_voucher() -> int:
    emulated = EmulatedPrinter(384, [].append)
    with PtyLine(emulated) as line:
        printer = SerialPrinter(line.path, PROFILE_58, settle_s=0.05)
        printer.print(voucher_page(384), 20.0)
        printer.close()
    return emulated.bytes_received


def _paced_paper_end(at: int) -> str:
    pieces: list[Piece] = []
    page = voucher_page(384)
    emulated = EmulatedPrinter(384, pieces.append, REAL_SPEED, features_of(PROFILE_58))
    script = read_script(f"at {at} bytes paper end")
    with PtyLine(emulated, baud=BAUD, script=script) as line:
        printer = SerialPrinter(line.path, PROFILE_58, BAUD, settle_s=0.05)
        try:
            told = type(printer.print(page, 20.0)).__name__
        except PrinterError as error:
            told = f"{type(error).__name__}, paper {'gone' if error.no_paper else 'there'}"
            line.command("paper ok")
            assert isinstance(printer.print(page, 20.0), Printed)
        printer.close()
    assert _whole(pieces, page.tobytes())
    assert emulated.reader.failures == []
    return told


def _whole(pieces: list[Piece], dots: bytes) -> bool:
    burnt = bytes(byte ^ 0xFF for byte in dots)
    return any(burnt in b"".join(piece.rows) for piece in pieces)
