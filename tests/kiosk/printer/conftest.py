from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import pytest

from kiosk.devices.printer.driver import SerialPrinter
from kiosk.devices.printer.emulator.mechanism import NO_TIME, REAL_SPEED, EmulatedPrinter
from kiosk.devices.printer.emulator.paper import Piece
from kiosk.devices.printer.emulator.pty_line import PtyLine
from tests.kiosk.printer.voucher_pages import PROFILES


@dataclass
class Bench:
    """An emulator on a pty with the real driver plugged in."""

    printer: SerialPrinter
    line: PtyLine
    emulated: EmulatedPrinter
    pieces: list[Piece] = field(default_factory=list)


@pytest.fixture
def plug_in() -> Iterator[Callable[..., Bench]]:
    """Makes benches; at the end each emulator must have understood every byte."""
    with ExitStack() as stack:
        benches: list[Bench] = []

        def make(width: int = 384, baud: int | None = None) -> Bench:
            bench = stack.enter_context(_bench(width, baud))
            benches.append(bench)
            return bench

        yield make
        assert [bench.emulated.reader.failures for bench in benches] == [[] for _ in benches]


@contextmanager
def _bench(width: int, baud: int | None) -> Iterator[Bench]:
    pieces: list[Piece] = []
    emulated = EmulatedPrinter(width, pieces.append, speed=REAL_SPEED if baud else NO_TIME)
    with PtyLine(emulated, baud=baud) as line:
        printer = SerialPrinter(line.path, PROFILES[width], settle_s=0.05)
        try:
            yield Bench(printer, line, emulated, pieces)
        finally:
            printer.close()
