from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from kiosk.devices.printer.driver import EscPosPrinter
from kiosk.devices.printer.emulator.features import features_of
from kiosk.devices.printer.emulator.mechanism import NO_TIME, REAL_SPEED, EmulatedPrinter
from kiosk.devices.printer.emulator.paper import Piece
from kiosk.devices.printer.emulator.pty_line import PtyLine
from kiosk.devices.printer.emulator.slot import Fate
from kiosk.devices.printer.line import SerialLine
from kiosk.devices.printer.profile import load_profile
from kiosk.devices.printer.uart import UartLine
from kiosk.devices.printer.usb_line import UsbLine
from tests.kiosk.printer.voucher_pages import MODELS

SETTLE_S = 0.05
"""A pty loses nothing: late answers need not be waited for as long as on a real line."""


@dataclass
class Bench:
    """An emulator on a pty with the real driver plugged in."""

    printer: EscPosPrinter
    line: PtyLine
    emulated: EmulatedPrinter
    pieces: list[Piece] = field(default_factory=list)
    fates: list[Fate] = field(default_factory=list)
    """What became of each voucher in the slot of a presenter."""


@pytest.fixture
def plug_in() -> Iterator[Callable[..., Bench]]:
    """Makes benches; at the end each emulator must have understood every byte."""
    with ExitStack() as stack:
        benches: list[Bench] = []

        def make(
            width: int = 384,
            baud: int | None = None,
            *,
            model: str | None = None,
            backend: str = "emulator",
        ) -> Bench:
            bench = stack.enter_context(_bench(model or MODELS[width], baud, backend))
            benches.append(bench)
            return bench

        yield make
        assert [bench.emulated.reader.failures for bench in benches] == [[] for _ in benches]


@contextmanager
def _bench(model: str, baud: int | None, backend: str) -> Iterator[Bench]:
    pieces: list[Piece] = []
    fates: list[Fate] = []
    profile = load_profile(model)
    emulated = EmulatedPrinter(
        profile.width_dots,
        pieces.append,
        speed=REAL_SPEED if baud else NO_TIME,
        features=features_of(profile),
        on_slot=fates.append,
    )
    with PtyLine(emulated, baud=baud) as line:
        speed = baud or profile.baud
        open_line = {
            "emulator": partial(SerialLine, line.path, speed),
            "uart": partial(UartLine, line.path, speed, busy=lambda: emulated.busy),
            "usb": partial(UsbLine, line.path),
        }[backend]
        printer = EscPosPrinter(
            open_line, profile, bytes_per_s=baud / 10 if baud else None, settle_s=SETTLE_S
        )
        try:
            yield Bench(printer, line, emulated, pieces, fates)
        finally:
            printer.close()


@pytest.fixture
def usb_folder(tmp_path: Path) -> Path:
    """Where lp0, lp1, ... appear."""
    folder = tmp_path / "usb"
    folder.mkdir()
    return folder
