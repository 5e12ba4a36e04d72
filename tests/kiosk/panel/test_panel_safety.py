"""Whatever ends the process, nothing stays on: real processes, killed for real."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.devices.panel.choice import open_wires
from kiosk.devices.panel.faults import Miswired, PanelUnusable
from kiosk.devices.panel.gpio_wires import GpioWires, breath, pin_factory
from kiosk.devices.panel.layout import OUTPUTS, PanelLayout, Signal
from tests.kiosk.panel.pin_file import FiledFactory, levels

REPOSITORY = Path(__file__).parents[3]
LAYOUT = PanelLayout()
COILS = {"GPIO16", "GPIO19", "GPIO18", "GPIO12"}


def ended(path: Path, how: str) -> int:
    """The status of a process that drove the panel and ended so; signals are negative."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.kiosk.panel.pin_file", str(path), how],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"driven\n"
        if how.startswith("SIG"):
            os.kill(process.pid, signal.Signals[how])
        return process.wait(timeout=20)


def left_on(path: Path) -> set[str]:
    return {name for name, level in levels(path).items() if name in COILS and level > 0}


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("exit", 3),
        ("raise", 1),
        ("SIGTERM", -signal.SIGTERM),
        ("SIGHUP", -signal.SIGHUP),
        ("SIGINT", 1),
    ],
)
def test_the_end_of_a_process_is_safe(tmp_path: Path, how: str, status: int) -> None:
    path = tmp_path / "pins"
    got = ended(path, how)
    assert left_on(path) == set()
    if how != "SIGINT":  # Python raises KeyboardInterrupt for it: any end will do
        assert got == status


def test_what_nobody_can_catch_is_mended_by_the_units_last_command(tmp_path: Path) -> None:
    """SIGKILL leaves the pins as they are; `kiosk pins --safe` opens every output as off."""
    path = tmp_path / "pins"
    assert ended(path, "SIGKILL") == -signal.SIGKILL
    assert {"GPIO19", "GPIO18"} <= left_on(path)
    for output in OUTPUTS:
        GpioWires(LAYOUT, FiledFactory(path), (output,)).close()
    assert left_on(path) == set()


def test_the_unit_runs_it() -> None:
    unit = (REPOSITORY / "systemd" / "kiosk.service").read_text()
    (line,) = [line for line in unit.splitlines() if line.startswith("ExecStopPost=")]
    assert line.startswith("ExecStopPost=-/opt/kiosk/bin/kiosk pins --safe")


# --- Opening --------------------------------------------------------------------------------


def test_a_line_that_somebody_has_is_told_with_its_place_and_nothing_stays_open() -> None:
    factory = pin_factory("mock")
    first = GpioWires(LAYOUT, factory, (Signal.EXIT_LIGHT,))
    with pytest.raises(PanelUnusable, match=r"exit_light cannot have GPIO12 \(header pin 32\)"):
        GpioWires(LAYOUT, factory)
    assert first is not None


def test_lgpio_is_never_replaced_by_another_factory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even if gpiozero's own environment variable says so."""
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    monkeypatch.setitem(sys.modules, "lgpio", None)  # as on every machine that is no Pi
    with pytest.raises(PanelUnusable, match="lgpio") as refused:
        pin_factory("lgpio")
    assert "pin_factory" in refused.value.do


def test_a_layout_that_cannot_work_is_refused_before_a_pin_is_touched() -> None:
    lines = dict(LAYOUT.lines)
    lines[Signal.GATE] = lines[Signal.SCAN_LIGHT]
    with pytest.raises(Miswired, match=r"gate is on GPIO18 \(header pin 12\)"):
        open_wires(PanelLayout(lines=lines), "mock")


def test_a_desks_mock_says_that_all_is_well() -> None:
    wires = open_wires(LAYOUT, "mock")
    assert not any(wires.active(signal) for signal in LAYOUT.wired if not signal.is_output)
    wires.close()


def test_only_what_is_asked_for_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "pins"
    path.touch()
    wires = GpioWires(LAYOUT, FiledFactory(path), (Signal.ROLL_DOOR,))
    assert wires.active(Signal.ROLL_DOOR) is not None
    assert wires.active(Signal.PAPER_END) is None
    wires.switch(Signal.PRINTER_POWER, on=True)
    wires.close()
    assert levels(path) == {}


def test_a_breath_is_never_brighter_than_it_may_be() -> None:
    light = breath(0.4)
    values = [next(light) for _ in range(200)]
    assert max(values) == pytest.approx(0.4, abs=0.01)
    assert min(values) == 0.0
