"""[panel]: a clash or an impossible pin is refused with its name, its place and a way out."""

from datetime import time
from pathlib import Path

import pytest
from gpiozero.pins import data

from kiosk.commands.config import effective
from kiosk.config import KioskConfig, parse
from kiosk.config_mistake import ConfigMistakes, Mistake
from kiosk.config_panel import PanelConfig
from kiosk.devices.panel.faults import find_faults, uses_header_uart
from kiosk.devices.panel.header import SECOND_USES, header, place
from kiosk.devices.panel.layout import DEFAULT_LINES, Line, PanelLayout, Pull, Signal, in_night
from kiosk.devices.panel.machine import held_pins
from kiosk.devices.panel.wiring_text import read_line, written

ON = "[panel]\nenabled = true\n"


def mistakes(text: str) -> tuple[Mistake, ...]:
    with pytest.raises(ConfigMistakes) as caught:
        parse(text)
    return caught.value.mistakes


def test_the_default_is_no_panel() -> None:
    assert not KioskConfig().panel.enabled


def test_the_default_pins_are_those_of_the_wiring_table() -> None:
    assert parse(ON).panel.layout.wired == {
        Signal.BUSY: 6,
        Signal.PRINTER_POWER: 19,
        Signal.NEAR_END: 13,
        Signal.PAPER_END: 5,
        Signal.TAKEN: 26,
        Signal.ROLL_DOOR: 20,
        Signal.STAFF_KEY: 21,
        Signal.GATE: 16,
        Signal.EXIT_LIGHT: 12,
        Signal.SCAN_LIGHT: 18,
        Signal.BUZZER: 23,
    }


# text, line, key, parts of why, part of fix
TABLE = {
    "two in the file": (
        ON + "scan_light = 24\nexit_light = 24",
        4,
        "panel.exit_light",
        ("GPIO24 (header pin 18)", "scan_light"),
        "GPIO17 (header pin 11)",
    ),
    "one in the file and a default": (
        ON + 'scan_light = "GPIO20"',
        3,
        "panel.scan_light",
        ("GPIO20 (header pin 38)", "roll_door"),
        '"off"',
    ),
    "the EEPROM of a HAT": (
        ON + "buzzer = 1",
        3,
        "panel.buzzer",
        ("GPIO1 (header pin 28)", "EEPROM"),
        "take another pin",
    ),
    "the printer's own line": (
        ON + 'buzzer = 15\n[printer]\nport = "/dev/ttyAMA0"',
        3,
        "panel.buzzer",
        ("GPIO15 (header pin 10)", "receive", "/dev/ttyAMA0"),
        "take another pin",
    ),
    "a pull that the board has not": (
        ON + 'roll_door = "GPIO2, pull down"',
        3,
        "panel.roll_door",
        ("GPIO2 (header pin 3)", "pull-up on the board"),
        "take another pin",
    ),
    "not on the header": (ON + "gate = 28", 3, "panel.gate", ("GPIO28", "0 to 27"), "BCM"),
    "no pin": (ON + 'gate = "pin 3"', 3, "panel.gate", ("no pin",), '"off"'),
    "a switch for a pin": (ON + "gate = true", 3, "panel.gate", ("no text",), '"off"'),
    "off and more": (ON + 'gate = "off, active low"', 3, "panel.gate", ("off, and more",), ""),
    "a pull of an output": (ON + 'gate = "16, pull up"', 3, "panel.gate", ("no word for an",), ""),
    "a word too many": (ON + 'taken = "26, fast"', 3, "panel.taken", ("no word for an",), "50 ms"),
    "an endless settling": (ON + 'taken = "26, 3000 ms"', 3, "panel.taken", ("2000 ms",), ""),
    "the printer's level": (ON + 'busy = "6, active low"', 3, "panel.busy", ("profile",), ""),
    "a buzzer that idles high": (ON + 'buzzer = "23, active low"', 3, "panel.buzzer", ("low",), ""),
    "a pulse over its maximum": (ON + "gate_ms = 600", 2, "panel.gate_max_ms", ("600",), "gate_ms"),
    "no such night": (ON + 'night = "22-8 h"', 3, "panel.night", ("times of day",), "22:00"),
    "no such factory": (ON + 'pin_factory = "any"', 3, "panel.pin_factory", ("lgpio",), "mock"),
}


@pytest.mark.parametrize("name", TABLE)
def test_a_mistake_says_where_why_and_what_to_do(name: str) -> None:
    text, line, key, why, fix = TABLE[name]
    (told,) = mistakes(text)
    if name != "a pulse over its maximum":  # told at the other of the two keys
        assert told.line == line
    assert told.key == key
    for part in why:
        assert part in told.why
    assert fix in told.fix


def test_every_mistake_is_told_at_once() -> None:
    assert len(mistakes(ON + "scan_light = 0\nexit_light = 1\ngate = 14")) == 3


def test_a_panel_that_is_not_used_may_say_anything_about_its_pins() -> None:
    parse("[panel]\nscan_light = 0\nexit_light = 0")


def test_the_uart_is_free_when_the_printer_is_elsewhere() -> None:
    parse(ON + 'gate = 14\n[printer]\nbackend = "usb"\nport = "/dev/usb/lp0"')
    parse(ON + 'gate = 14\n[printer]\nport = "/dev/ttyUSB0"')


def test_whose_uart_it_is(tmp_path: Path) -> None:
    (tmp_path / "ttyAMA0").touch()
    (tmp_path / "kiosk-printer").symlink_to("ttyAMA0")
    assert uses_header_uart(str(tmp_path / "kiosk-printer"))
    (tmp_path / "ttyUSB0").touch()
    (tmp_path / "printer").symlink_to("ttyUSB0")
    assert not uses_header_uart(str(tmp_path / "printer"))
    assert uses_header_uart("/dev/serial0")
    assert uses_header_uart(str(tmp_path / "gone" / "kiosk-printer"))
    assert not uses_header_uart("/tmp/pty")
    assert not uses_header_uart("")


def test_what_is_written_reads_back() -> None:
    config = parse(
        ON + "scan_light = 24\nroll_door = 'GPIO20, no pull, active low, 0 ms'\ngate = 'off'\n"
        "night = ''\nvolume = 2"
    )
    assert parse(effective(config)) == config
    assert config.panel.layout.line(Signal.ROLL_DOOR) == Line(20, False, Pull.NONE, 0)
    assert config.panel.layout.line(Signal.GATE).bcm is None


@pytest.mark.parametrize("signal", Signal)
def test_every_line_reads_back(signal: Signal) -> None:
    line = DEFAULT_LINES[signal]
    text = written(line, is_output=signal.is_output)
    assert read_line(text, Line(None), is_output=signal.is_output) == line


def test_a_panel_of_few_pins_has_no_others() -> None:
    panel = PanelConfig.of_pins(roll_door=20)
    assert panel.enabled
    assert panel.layout.wired == {Signal.ROLL_DOOR: 20}


def test_the_printers_profile_says_which_level_is_busy() -> None:
    panel = parse(ON).panel
    assert panel.layout_for(busy_high=True).line(Signal.BUSY).active_high
    assert not panel.layout_for(busy_high=False).line(Signal.BUSY).active_high


# --- The header and the machine -----------------------------------------------------------


def test_the_header_is_the_one_of_a_pi() -> None:
    assert [pin.position for pin in header()] == list(range(1, 41))
    assert {pin.bcm for pin in header()} == {*range(28), None}
    assert place(18) == "GPIO18 (header pin 12)"
    assert header()[0].name == "3V3"
    assert header()[38].name == "GND"


@pytest.mark.parametrize("bcm", [bcm for bcm in SECOND_USES if bcm > 1])
def test_second_uses_are_of_the_kinds_that_gpiozero_knows_of_the_pin(bcm: int) -> None:
    """By kind only: where a pin has two UARTs, gpiozero's table keeps the last."""
    kinds = {"SD1": "sdio", "GPCLK0": "", "GPCLK1": "", "GPCLK2": "", "I2C1": "i2c"}
    name = SECOND_USES[bcm].split()[0]
    assert kinds.get(name, name.rstrip("01").lower()) in getattr(data, f"PI4_GPIO{bcm}")


def test_pins_that_the_machine_uses_are_refused(tmp_path: Path) -> None:
    tree = tmp_path / "proc" / "device-tree"
    for symbol, node, status in (
        ("i2c1", "/soc/i2c@7e804000", "okay\0"),
        ("spi0", "/soc/spi@7e204000", "disabled\0"),
        ("i2s", "/soc/i2s@7e203000", None),
    ):
        (tree / node.lstrip("/")).mkdir(parents=True)
        (tree / "__symbols__").mkdir(exist_ok=True)
        (tree / "__symbols__" / symbol).write_text(node + "\0")
        if status is not None:
            (tree / node.lstrip("/") / "status").write_text(status)
    (tmp_path / "sys/bus/w1/devices/w1_bus_master1").mkdir(parents=True)
    held = held_pins(tmp_path)
    assert sorted(held) == [2, 3, 4, 18, 19, 20, 21]
    faults = find_faults(PanelLayout(), held=held)
    assert {fault.signal for fault in faults} == {
        Signal.SCAN_LIGHT,
        Signal.PRINTER_POWER,
        Signal.ROLL_DOOR,
        Signal.STAFF_KEY,
    }
    assert "GPIO18 (header pin 12)" in str(faults[0])
    assert "I2S sound" in str(faults[0])


def test_a_machine_without_a_device_tree_uses_none(tmp_path: Path) -> None:
    assert held_pins(tmp_path) == {}


# --- The night ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hour", "loudness"),
    [(time(12), 0.16), (time(21, 59), 0.16), (time(22), 0.02), (time(7, 59), 0.02), (None, 0.02)],
)
def test_the_night_caps_the_volume_and_so_does_an_unknown_time(
    hour: time | None, loudness: float
) -> None:
    layout = PanelLayout(volume=3, night_volume=1, night=(time(22), time(8)))
    assert layout.loudness(hour) == loudness


def test_a_night_may_lie_within_a_day() -> None:
    assert in_night((time(1), time(5)), time(3))
    assert not in_night((time(1), time(5)), time(5))


def test_the_night_makes_nothing_louder() -> None:
    quiet = PanelLayout(volume=1, night_volume=4, night=(time(22), time(8)))
    assert quiet.loudness(time(23)) == quiet.loudness(time(12))


def test_without_a_night_an_unknown_time_does_not_matter() -> None:
    assert PanelLayout(night=None, volume=4).loudness(None) == 0.5
