"""Faults at every place of a real voucher, and noise by the thousand, on a line in memory."""

import random

import pytest
from PIL import Image

from kiosk.devices.ports import Fact, NothingPrinted, Printed, PrinterError, PrinterLost
from kiosk.devices.printer.driver import EscPosPrinter
from kiosk.devices.printer.emulator.mechanism import EmulatedPrinter
from kiosk.devices.printer.emulator.paper import HEAD_TO_CUTTER_ROWS, Piece
from tests.kiosk.printer.memory_line import MemoryLine
from tests.kiosk.printer.paper_reading import codes_on_piece, dots_of
from tests.kiosk.printer.voucher_pages import PROFILE_58, payload, voucher_page

PAGE = voucher_page(384)
SHORT = PAGE.crop((0, 0, 384, 120))


class Rig:
    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.emulated = EmulatedPrinter(384, self.pieces.append)
        self.line = MemoryLine(self.emulated)
        self.printer = EscPosPrinter(self.line.open, PROFILE_58, monotonic=self.line.monotonic)

    def whole_vouchers(self) -> int:
        return sum(codes_on_piece(piece) == [payload()] for piece in self.pieces)


def bytes_of_a_job() -> tuple[int, int]:
    """Where the page begins on the line, and where the job ends, without faults."""
    rig = Rig()
    rig.printer.print(SHORT, 20.0)
    return rig.line.written.index(b"\x1dr\x01") + 3, len(rig.line.written)


def paper_ends_at(row: int, page: Image.Image) -> None:
    """Lost with the right words, or printed whole, nothing else."""
    rig = Rig()
    rig.emulated.end_paper(row)
    if row == 0:
        with pytest.raises(NothingPrinted) as nothing:
            rig.printer.print(page, 20.0)
        assert nothing.value.no_paper
    elif row <= page.height + HEAD_TO_CUTTER_ROWS:
        with pytest.raises(PrinterLost) as lost:
            rig.printer.print(page, 20.0)
        assert lost.value.no_paper, row
        assert rig.pieces == [] or row == page.height + HEAD_TO_CUTTER_ROWS
    else:
        rig.printer.print(page, 20.0)
        assert dots_of(rig.pieces[0]).tobytes() == page.tobytes()


def test_paper_end_at_every_row_of_a_short_page() -> None:
    for row in range(SHORT.height + 90):
        paper_ends_at(row, SHORT)


def test_paper_end_at_every_millimetre_of_a_voucher() -> None:
    for row in range(0, PAGE.height + 90, 8):
        paper_ends_at(row, PAGE)


def test_after_each_paper_end_the_reprint_is_whole() -> None:
    for row in range(1, PAGE.height, 37):
        rig = Rig()
        rig.emulated.end_paper(row)
        with pytest.raises(PrinterLost):
            rig.printer.print(PAGE, 20.0)
        rig.emulated.load_paper()
        rig.printer.print(PAGE, 20.0)
        assert dots_of(rig.pieces[-1]).tobytes() == PAGE.tobytes()


@pytest.mark.parametrize("fault", ["off", "silent", "cover", "gone"])
def test_trouble_at_every_byte(fault: str) -> None:
    """Before the page: nothing printed. From its first byte to its fence: lost. Never printed."""
    greeting, end = bytes_of_a_job()
    for at in [*range(greeting + 40), *range(greeting + 40, end, 197), *range(end - 30, end)]:
        rig = Rig()
        done: list[bool] = []

        def strike(written: int, at: int = at, rig: Rig = rig, done: list[bool] = done) -> None:
            if written < at or done:
                return
            done.append(True)
            if fault == "off":
                rig.emulated.set_power(on=False)
            elif fault == "silent":
                rig.emulated.silent = True
            elif fault == "cover":
                rig.emulated.set_cover(is_open=True)
            else:
                rig.line.gone = True

        rig.line.before_byte = strike
        with pytest.raises(PrinterError) as failed:
            rig.printer.print(SHORT, 20.0)
        assert not failed.value.no_paper
        if at < greeting:
            assert isinstance(failed.value, NothingPrinted), at
        if isinstance(failed.value, NothingPrinted):
            assert rig.emulated.paper.rows_moved == 0
        if at == greeting and fault == "gone":
            # The write itself failed: not a byte of the page was taken.
            assert isinstance(failed.value, NothingPrinted)
        if at > greeting:
            assert isinstance(failed.value, PrinterLost), at


def test_every_call_ends_within_its_time() -> None:
    for silent_from in (0, 20, 2000):
        rig = Rig()

        def strike(written: int, rig: Rig = rig, silent_from: int = silent_from) -> None:
            rig.emulated.silent = rig.emulated.silent or written >= silent_from

        rig.line.before_byte = strike
        before = rig.line.now_s
        with pytest.raises(PrinterError):
            rig.printer.print(PAGE, 20.0)
        assert rig.line.now_s - before <= 20.5
        before = rig.line.now_s
        rig.printer.status(1.0)
        assert rig.line.now_s - before <= 1.5
        before = rig.line.now_s
        rig.printer.reset(5.0)
        assert rig.line.now_s - before <= 6.5


@pytest.mark.parametrize("seed", range(10))
def test_noise_from_a_dead_printer_never_prints_and_is_never_fine(seed: int) -> None:
    """60 streams a seed: bytes at random, and bytes that look most like answers."""
    for stream in range(60):
        chance = random.Random(seed * 1000 + stream)
        rig = Rig()
        rig.emulated.set_power(on=False)
        alphabet = chance.choice(
            (bytes(range(256)), b"\x12", b"\x12\x00", b"\x12\x10\x00\x0f", b"\x00", b"\x10\x04")
        )
        density = chance.choice((0.05, 0.5, 1.0))

        def noise(
            chance: random.Random = chance, alphabet: bytes = alphabet, density: float = density
        ) -> bytes:
            return bytes((chance.choice(alphabet),)) if chance.random() < density else b""

        line = rig.line = MemoryLine(rig.emulated, noise)
        printer = EscPosPrinter(line.open, PROFILE_58, monotonic=line.monotonic)
        if 0x12 in alphabet and len(alphabet) < 256:
            # A line that says little but "all is well" may be believed before, never after.
            with pytest.raises(PrinterError):
                printer.print(SHORT, 6.0)
            continue
        assert not printer.status(1.0).ready
        with pytest.raises(NothingPrinted):
            printer.print(SHORT, 6.0)


@pytest.mark.parametrize("seed", range(4))
def test_noise_on_the_line_of_a_good_printer_never_makes_a_false_printed(seed: int) -> None:
    """If the driver says printed, the paper is there, whole and cut."""
    printed = 0
    for stream in range(60):
        chance = random.Random(seed * 1000 + stream)
        rig = Rig()
        density = chance.choice((0.0005, 0.005, 0.05, 0.3))

        def noise(chance: random.Random = chance, density: float = density) -> bytes:
            return bytes((chance.randrange(256),)) if chance.random() < density else b""

        rig.line = MemoryLine(rig.emulated, noise)
        printer = EscPosPrinter(rig.line.open, PROFILE_58, monotonic=rig.line.monotonic)
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


def test_status_is_right_again_after_noise() -> None:
    rig = Rig()
    burst = [bytes(range(256)), b""]
    rig.line = MemoryLine(rig.emulated, lambda: burst.pop(0) if burst else b"")
    printer = EscPosPrinter(rig.line.open, PROFILE_58, monotonic=rig.line.monotonic)
    assert printer.status(2.0).ready
    assert printer.garbage > 100


def test_raster_that_looks_like_a_status_question_does_no_harm() -> None:
    rig = Rig()
    page = SHORT.copy()
    pattern = bytes(byte ^ 0xFF for byte in b"\x10\x04\x01\x10\x04\x04")
    raw = bytearray(page.tobytes())
    for row in range(0, 120, 3):
        raw[row * 48 : row * 48 + len(pattern)] = pattern
    page.frombytes(bytes(raw))
    assert rig.printer.print(page, 20.0) == Printed(paper_mm=15 + 10)
    assert dots_of(rig.pieces[0]).tobytes() == page.tobytes()


def test_whole_voucher_without_its_fence_is_uncertain() -> None:
    """Bytes sent, even all of them, are not "printed"."""
    rig = Rig()

    def strike(_written: int) -> None:
        if rig.line.written.endswith(b"\x1dVB\x00"):
            rig.emulated.silent = True

    rig.line.before_byte = strike
    with pytest.raises(PrinterLost) as lost:
        rig.printer.print(PAGE, 20.0)
    assert not lost.value.no_paper
    assert rig.whole_vouchers() == 1
    assert rig.printer.status(1.0).paper is Fact.UNKNOWN


@pytest.mark.parametrize(("byte", "no_paper"), [(0x00, False), (0x0C, True)])
def test_bytes_that_look_like_fences_are_not_enough(byte: int, no_paper: bool) -> None:
    """After the cut the printer dies and the line only repeats what a fence looks like."""
    rig = Rig()
    rig.line = MemoryLine(rig.emulated, lambda: bytes((byte,)) if not rig.emulated.powered else b"")
    printer = EscPosPrinter(rig.line.open, PROFILE_58, monotonic=rig.line.monotonic)

    def strike(_written: int) -> None:
        if rig.line.written.endswith(b"\x1dVB\x00"):
            rig.emulated.set_power(on=False)

    rig.line.before_byte = strike
    with pytest.raises(PrinterLost) as lost:
        printer.print(SHORT, 6.0)
    assert lost.value.no_paper is no_paper
