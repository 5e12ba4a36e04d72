"""What `kiosk doctor` finds at a printer, each finding with what to do."""

from collections.abc import Callable
from functools import partial

import pytest

from kiosk.config import KioskConfig, parse
from kiosk.devices.printer.choice import printer_from
from kiosk.doctor.finding import Finding, Level
from kiosk.doctor.printer import printer
from tests.kiosk.printer.conftest import Bench

PlugIn = Callable[..., Bench]


def config_for(model: str, port: str, backend: str = "emulator") -> KioskConfig:
    return parse(f'[printer]\nprofile = "{model}"\nbackend = "{backend}"\nport = "{port}"\n')


def examine(config: KioskConfig) -> Finding:
    return printer(config, partial(printer_from, config.printer))


def found(bench: Bench, model: str, *orders: str, backend: str = "emulator") -> Finding:
    for order in orders:
        bench.line.command(order)
    return examine(config_for(model, bench.line.path, backend))


@pytest.mark.parametrize(
    ("model", "name", "facts"),
    [
        ("58mm-tear", "CSN-A2", "paper, cover, cutter or head, line are fine"),
        ("80mm-cutter", "80 mm with a cutter", "paper, cover, cutter or head, line are fine"),
        ("80mm-presenter", "presenter", "paper, cover, cutter or head, line, slot are fine"),
    ],
)
def test_good_printer_is_named_with_all_that_it_tells(
    plug_in: PlugIn, model: str, name: str, facts: str
) -> None:
    finding = found(plug_in(model=model), model)
    assert finding.level is Level.OK
    assert name in finding.says
    assert facts in finding.says


@pytest.mark.parametrize(
    ("order", "fact", "do"),
    [
        ("paper end", "paper at fault", "new roll"),
        ("cover open", "cover at fault", "clicks"),
        ("cutter jam", "", ""),
        ("head hot", "cutter or head at fault", "jam"),
    ],
)
def test_each_fault_says_what_to_do(plug_in: PlugIn, order: str, fact: str, do: str) -> None:
    finding = found(plug_in(model="80mm-cutter"), "80mm-cutter", order)
    assert fact in finding.says
    assert do in finding.do
    assert finding.level is (Level.FAIL if fact else Level.OK), "a cutter jams when it cuts"


def test_voucher_in_the_slot(plug_in: PlugIn) -> None:
    bench = plug_in(model="80mm-presenter")
    bench.emulated.receive(b"\x1bJ\xff\x1dVA\x00\x1de\x03\x0c")
    finding = found(bench, "80mm-presenter")
    assert (finding.level, "slot at fault" in finding.says) == (Level.FAIL, True)
    assert "take the voucher" in finding.do


def test_roll_near_its_end_is_a_warning(plug_in: PlugIn) -> None:
    finding = found(plug_in(model="80mm-cutter"), "80mm-cutter", "near-end on")
    assert finding.level is Level.WARN
    assert "new one at hand" in finding.do


@pytest.mark.parametrize(
    ("backend", "do"), [("uart", "RX/TX"), ("usb", "only write"), ("emulator", "--profile")]
)
def test_silent_printer_is_unknown_and_the_wire_says_where_to_look(
    plug_in: PlugIn, backend: str, do: str
) -> None:
    finding = found(plug_in(model="80mm-cutter"), "80mm-cutter", "silent", backend=backend)
    assert finding.level is Level.FAIL
    assert "tells nothing about paper" in finding.says
    assert do in finding.do


def test_busy_line_that_stays_up_on_a_good_printer_is_a_torn_wire(plug_in: PlugIn) -> None:
    bench = plug_in(model="80mm-cutter")
    config = config_for("80mm-cutter", bench.line.path, "uart")
    opened = partial(printer_from, config.printer, busy=lambda: True)
    finding = printer(config, opened, lambda: True)
    assert finding.level is Level.FAIL
    assert "busy line stays up" in finding.says
    assert "panel.busy" in finding.do
    assert printer(config, opened, lambda: False).level is Level.OK


@pytest.mark.parametrize(
    ("backend", "do"), [("uart", "serial/by-id"), ("usb", "/dev/usb"), ("emulator", "--link")]
)
def test_missing_port_says_where_ports_are(tmp_path: object, backend: str, do: str) -> None:
    for port in (f"{tmp_path}/none", f"{tmp_path}/lp*"):
        finding = examine(config_for("80mm-cutter", port, backend))
        assert finding.level is Level.FAIL
        assert "is not there" in finding.says
        assert do in finding.do
