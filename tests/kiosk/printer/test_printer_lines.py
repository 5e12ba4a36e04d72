"""The wires to the printer: header with busy and power, usblp that goes and comes back."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk.config import parse
from kiosk.devices.ports import Fact, NothingPrinted, PrinterLost, PrinterStatus
from kiosk.devices.printer.choice import printer_from
from kiosk.devices.printer.driver import EscPosPrinter
from kiosk.devices.printer.emulator.features import features_of
from kiosk.devices.printer.emulator.mechanism import EmulatedPrinter
from kiosk.devices.printer.emulator.paper import Piece
from kiosk.devices.printer.emulator.pty_line import PtyLine
from kiosk.devices.printer.line import LineGone, LineSlow, SerialLine
from kiosk.devices.printer.uart import UartLine
from kiosk.devices.printer.usb_line import UsbLine
from tests.kiosk.printer.conftest import SETTLE_S, Bench
from tests.kiosk.printer.paper_reading import codes_on_piece
from tests.kiosk.printer.voucher_pages import PROFILE_58, PROFILE_80, payload, voucher_page

PlugIn = Callable[..., Bench]


def soon(seconds: float = 2.0) -> float:
    return time.monotonic() + seconds


def taken_from(master: int) -> bytes:
    """What has come out at the other end of the pty."""
    os.set_blocking(master, False)
    data = b""
    with suppress(BlockingIOError):
        while part := os.read(master, 65536):
            data += part
    return data


@pytest.fixture
def pty() -> tuple[int, str]:
    master, slave = os.openpty()
    yield master, os.ttyname(slave)
    os.close(master)
    os.close(slave)


class Busy:
    """A busy line: its level each time that somebody looks, then free for ever."""

    def __init__(self, *levels: bool | None) -> None:
        self._levels = list(levels)
        self.looks = 0

    def __call__(self) -> bool | None:
        self.looks += 1
        return self._levels.pop(0) if self._levels else False


# --- Busy ----------------------------------------------------------------------------------


def test_nothing_is_written_while_the_printer_is_busy(pty: tuple[int, str]) -> None:
    master, path = pty
    line = UartLine(path, 115200, busy=lambda: True)
    with pytest.raises(LineSlow) as slow:
        line.write(bytes(1000), soon(0.05))
    assert slow.value.written == 0
    assert taken_from(master) == b""
    line.close()


def test_questions_pass_a_busy_line(pty: tuple[int, str]) -> None:
    """Busy because of an open cover: the printer is asked why."""
    master, path = pty
    line = UartLine(path, 115200, busy=lambda: True)
    line.write(b"\x10\x04\x02", soon())
    assert taken_from(master) == b"\x10\x04\x02"
    line.close()


def test_writing_goes_on_when_the_printer_is_free_again(pty: tuple[int, str]) -> None:
    master, path = pty
    data = bytes(range(256)) * 2
    line = UartLine(path, 115200, busy=Busy(False, False, True, True, True))
    line.write(data, soon())
    assert taken_from(master) == data
    line.close()


def test_busy_in_the_middle_stops_after_a_small_piece(pty: tuple[int, str]) -> None:
    master, path = pty
    busy = Busy(False, False, False, *[True] * 1_000_000)
    line = UartLine(path, 115200, busy=busy)
    with pytest.raises(LineSlow) as slow:
        line.write(bytes(1000), soon(0.05))
    assert slow.value.written == len(taken_from(master)) == 128
    assert busy.looks > 3
    line.close()


def test_busy_line_that_is_not_wired_stops_nothing(pty: tuple[int, str]) -> None:
    master, path = pty
    line = UartLine(path, 115200, busy=lambda: None)
    line.write(bytes(1000), soon())
    assert len(taken_from(master)) == 1000
    line.close()


def test_port_that_goes_away_tells_all_that_was_taken(pty: tuple[int, str]) -> None:
    master, path = pty
    spare = os.dup(master)
    pulled: list[bool] = []

    def busy() -> bool:
        if len(taken_from(spare)) and not pulled:
            os.close(spare)
            os.dup2(os.open("/dev/null", os.O_RDWR), master)
            pulled.append(True)
        return False

    line = UartLine(path, 115200, busy=busy)
    with pytest.raises(LineGone) as gone:
        line.write(bytes(1000), soon())
    assert gone.value.written % 64 == 0
    assert gone.value.written >= 64
    line.close()


def test_page_over_a_small_buffer_with_its_busy_line(plug_in: PlugIn) -> None:
    """512 bytes of buffer, a mechanism that takes its time: busy holds the driver back."""
    bench = plug_in(model="58mm-tear", baud=460800, backend="uart")
    page = voucher_page(384)
    printed = bench.printer.print(page, 30.0)
    assert printed.paper_mm == -(-bench.emulated.paper.rows_moved // 8)
    bench.line.command("tear")
    assert codes_on_piece(bench.pieces[-1]) == [payload()]


def test_printer_stuck_at_busy_before_the_page_prints_nothing(plug_in: PlugIn) -> None:
    bench = plug_in(model="80mm-cutter", backend="uart")
    bench.line.command("busy stuck")
    began = time.monotonic()
    with pytest.raises(NothingPrinted):
        bench.printer.print(voucher_page(576), 30.0)
    assert time.monotonic() - began < 15, "nobody is kept waiting for a printer that is stuck"
    bench.line.command("busy free")
    bench.printer.print(voucher_page(576), 20.0)
    assert codes_on_piece(bench.pieces[-1]) == [payload()]


def test_half_a_greeting_does_not_eat_the_next(usb_folder: Path) -> None:
    """Busy rises inside the greeting: the printer holds a part of a command.

    The first question after that is eaten by it; its last bytes are no command, and nothing
    that is printed.
    """
    pieces: list[Piece] = []
    lines = [Busy(False, False, *[True] * 1_000_000), Busy()]
    with emulator(usb_folder / "tty", pieces):
        printer = EscPosPrinter(
            lambda: UartLine(str(usb_folder / "tty"), 115200, busy=lines.pop(0)),
            PROFILE_80,
            settings=bytes.fromhex("1d 28 4b 02 00 31 02") * 10,
            settle_s=SETTLE_S,
        )
        began = time.monotonic()
        with pytest.raises(NothingPrinted):
            printer.print(voucher_page(576), 30.0)
        assert time.monotonic() - began < 15
        assert pieces == []
        printer.close()
        printer.print(voucher_page(576), 20.0)
        printer.close()
    assert codes_on_piece(pieces[-1]) == [payload()]


# --- Power ---------------------------------------------------------------------------------


def test_printer_gets_its_power_when_the_port_is_open_and_loses_it_before_it_closes(
    plug_in: PlugIn,
) -> None:
    bench = plug_in(model="80mm-cutter")
    bench.line.command("power off")
    switched: list[str] = []

    def power(on: bool) -> None:
        switched.append("on" if on else "off")
        bench.line.command(f"power {switched[-1]}")

    config = parse(f'[printer]\nport = "{bench.line.path}"\n').printer
    printer = printer_from(config, power=power)
    assert switched == [], "nothing is done before the port is needed"
    assert printer.status(5.0).ready
    assert switched == ["on"]
    printer.print(voucher_page(576), 20.0)
    printer.close()
    assert switched == ["on", "off"]
    assert codes_on_piece(bench.pieces[0]) == [payload()]


def test_printer_that_has_just_been_switched_on_is_given_its_time(plug_in: PlugIn) -> None:
    """Its silence is no half band: no blank slip comes out before the first voucher."""
    bench = plug_in(model="80mm-cutter")
    bench.line.command("power off")
    starting: list[threading.Timer] = []

    def power(on: bool) -> None:
        if on:
            starting.append(threading.Timer(2.0, bench.line.command, ("power on",)))
            starting[0].start()

    config = parse(f'[printer]\nport = "{bench.line.path}"\n').printer
    printer = printer_from(config, power=power)
    printed = printer.print(voucher_page(576), 20.0)
    printer.close()
    starting[0].join()
    assert len(bench.pieces) == 1
    assert printed.paper_mm == -(-bench.emulated.paper.rows_moved // 8)


def test_printer_without_a_port_gets_no_power(tmp_path: Path) -> None:
    switched: list[bool] = []
    config = parse(f'[printer]\nport = "{tmp_path}/none"\n').printer
    printer = printer_from(config, power=switched.append)
    assert printer.status(0.5) == PrinterStatus()
    assert switched == []


def test_two_programs_at_one_serial_port_are_refused(plug_in: PlugIn) -> None:
    bench = plug_in()
    assert bench.printer.status(2.0).ready
    with pytest.raises(LineGone, match="cannot be opened"):
        SerialLine(bench.line.path, 115200)
    bench.printer.close()
    SerialLine(bench.line.path, 115200).close()


# --- USB -----------------------------------------------------------------------------------


def emulator(link: Path, pieces: list[Piece]) -> PtyLine:
    emulated = EmulatedPrinter(576, pieces.append, features=features_of(PROFILE_80))
    return PtyLine(emulated, link=link)


def test_usb_printer_comes_back_under_another_number(usb_folder: Path) -> None:
    """Pulled out as lp0, plugged in as lp1: the pattern finds it, the page comes out."""
    pieces: list[Piece] = []
    config = parse(f'[printer]\nbackend = "usb"\nport = "{usb_folder}/lp*"\n').printer
    printer = printer_from(config)
    assert printer.status(0.5) == PrinterStatus(), "nothing is plugged in"
    with emulator(usb_folder / "lp0", pieces):
        assert printer.status(2.0).ready
    assert printer.status(0.5) == PrinterStatus()
    with pytest.raises(NothingPrinted):
        printer.print(voucher_page(576), 5.0)
    with emulator(usb_folder / "lp1", pieces):
        assert printer.status(2.0).ready
        printer.print(voucher_page(576), 20.0)
        printer.close()
    assert codes_on_piece(pieces[0]) == [payload()]


def test_usb_plug_pulled_while_printing(usb_folder: Path) -> None:
    pieces: list[Piece] = []
    emulated = EmulatedPrinter(576, pieces.append, features=features_of(PROFILE_80))
    line = PtyLine(emulated, link=usb_folder / "lp0", baud=115200)
    printer = EscPosPrinter(lambda: UsbLine(str(usb_folder / "lp0")), PROFILE_80, settle_s=SETTLE_S)
    emulated.on_progress = lambda: line.stop() if emulated.paper.rows_moved > 200 else None
    with line, pytest.raises(PrinterLost) as lost:
        printer.print(voucher_page(576), 20.0)
    assert emulated.paper.rows_moved / 8 <= lost.value.paper_mm <= voucher_page(576).height / 8
    assert pieces == []
    assert printer.status(0.5) == PrinterStatus()


def test_usb_port_that_is_missing_or_not_ours_says_why(tmp_path: Path) -> None:
    with pytest.raises(LineGone, match="No such file"):
        UsbLine(str(tmp_path / "lp0"))
    with pytest.raises(LineGone, match="there is none"):
        UsbLine(str(tmp_path / "lp*"))
    with pytest.raises(LineGone, match="directory"):
        UsbLine(str(tmp_path))


def test_usb_printer_that_has_nothing_to_say_is_waited_for_and_no_longer() -> None:
    """usblp answers a read with no bytes; /dev/null does the same."""
    line = UsbLine("/dev/null")
    began = time.monotonic()
    assert line.read_byte(began + 0.05) is None
    assert 0.05 <= time.monotonic() - began < 2
    line.close()
    line.close()
    with pytest.raises(LineGone, match="closed"):
        line.read_byte(soon())


def test_full_usb_port_is_waited_for_only_until_the_deadline(pty: tuple[int, str]) -> None:
    master, path = pty
    line = UsbLine(path)
    with pytest.raises(LineSlow) as slow:
        line.write(bytes(1_000_000), soon(0.1))
    assert 0 < len(taken_from(master)) <= slow.value.written < 1_000_000
    line.close()


def test_cover_open_at_usb_is_told(plug_in: PlugIn) -> None:
    bench = plug_in(model="58mm-cutter", backend="usb")
    bench.line.command("cover open")
    assert bench.printer.status(2.0).cover is Fact.FAULT
    assert PROFILE_58.cover == "switch"
