"""`kiosk pins` and the doctor's check: what is wired, what clashes, what to do."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.__main__ import main
from kiosk.config import parse
from kiosk.devices.panel.faults import PanelUnusable
from kiosk.devices.panel.layout import Signal
from kiosk.devices.panel.picture import Use, picture, use_of
from kiosk.doctor.finding import Level
from kiosk.doctor.pins import pins

MOCK = '[panel]\nenabled = true\npin_factory = "mock"\n'


def run(tmp_path: Path, text: str, *options: str, answer: str = "") -> Result:
    path = tmp_path / "kiosk.toml"
    path.write_text(text)
    return CliRunner().invoke(main, ["pins", "--config", str(path), *options], input=answer)


def test_the_picture_has_every_wire_at_its_place(tmp_path: Path) -> None:
    shown = run(tmp_path, MOCK)
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()[:20]
    for wire in (
        "(12) GPIO18 PCM CLK    scan_light out",
        "(32) GPIO12 PWM0 0     exit_light out",
        "printer_power out     GPIO19 PCM FS (35)",
        "(40) GPIO21 PCM DOUT   staff_key in",
        "(27) (28)",
        "printer transmit",
        "free    GPIO2 I2C1 SDA ( 3) ( 4) 5V",
    ):
        assert any(wire in line for line in lines), wire
    assert "pin factory: mock" in shown.stdout
    assert "free:        GPIO17" in shown.stdout


def test_without_a_panel_the_header_is_shown_and_nothing_is_wired(tmp_path: Path) -> None:
    shown = run(tmp_path, "")
    assert shown.exit_code == 0
    assert "scan_light" not in shown.stdout
    assert "No panel is wired here" in shown.stdout
    assert run(tmp_path, "", "--check").exit_code == 0
    assert run(tmp_path, "", "--safe").exit_code == 0
    assert run(tmp_path, "", "--watch").exit_code == 1


def test_what_is_not_wired_is_listed(tmp_path: Path) -> None:
    assert "not wired:   gate" in run(tmp_path, MOCK + 'gate = "off"').stdout


def test_check_is_silent_about_a_good_header(tmp_path: Path) -> None:
    checked = run(tmp_path, MOCK, "--check")
    assert (checked.exit_code, checked.output) == (0, "")


def test_a_clash_never_gets_as_far_as_the_picture(tmp_path: Path) -> None:
    refused = run(tmp_path, MOCK + "gate = 18", "--check")
    assert refused.exit_code == 78
    assert "GPIO18 (header pin 12)" in refused.output
    assert "scan_light" in refused.output


def test_what_the_machine_uses_is_refused_and_painted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {18: "I2S sound (dtparam=i2s=on, or a sound HAT)", 2: "I2C bus 1 (x)"}
    monkeypatch.setattr("kiosk.commands.pins.held_pins", lambda: held)
    shown = run(tmp_path, MOCK)
    assert shown.exit_code == 1
    assert (
        "scan_light is on GPIO18 (header pin 12), which this machine uses for I2S" in shown.output
    )
    assert "I2C bus 1    GPIO2 I2C1 SDA" in shown.stdout
    assert run(tmp_path, MOCK, "--check").exit_code == 1
    layout = parse(MOCK).panel.layout
    picture_lines = picture(layout, "", held, {Use.CLASH: "<{}>"}).splitlines()
    assert any("<GPIO18" in line for line in picture_lines)


def test_watch_shows_the_inputs(tmp_path: Path) -> None:
    shown = run(tmp_path, MOCK + 'taken = "off"', "--watch", "--seconds", "0.05")
    assert shown.exit_code == 0
    assert "roll door: closed" in shown.stdout
    assert "slot: unknown" in shown.stdout


def test_try_asks_first_and_does_nothing_on_no(tmp_path: Path) -> None:
    asked = run(tmp_path, MOCK, "--try", "gate", answer="n\n")
    assert asked.exit_code == 1
    assert "GPIO16 (header pin 36)" in asked.output
    assert "fingers" in asked.output
    assert "is driven" not in asked.output


@pytest.mark.parametrize("signal", ["scan_light", "exit_light", "buzzer", "printer_power", "gate"])
def test_try_drives_one_line_and_switches_it_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, signal: str
) -> None:
    monkeypatch.setattr("kiosk.commands.pins.TRY_S", 0.0)
    tried = run(tmp_path, MOCK, "--try", signal, "--yes")
    assert tried.exit_code == 0
    assert tried.stdout == f"{signal} is driven\nand off again\n"


def test_a_line_that_is_not_wired_cannot_be_tried(tmp_path: Path) -> None:
    tried = run(tmp_path, MOCK + 'gate = "off"', "--try", "gate")
    assert tried.exit_code == 1
    assert "gate is not wired" in tried.output


def test_safe_says_what_is_off(tmp_path: Path) -> None:
    made = run(tmp_path, MOCK + 'buzzer = "off"', "--safe")
    assert made.exit_code == 0
    assert made.stdout == "off: scan_light, exit_light, printer_power, gate\n"


def test_safe_tells_what_it_could_not_reach(tmp_path: Path) -> None:
    made = run(tmp_path, MOCK.replace("mock", "lgpio"), "--safe")
    assert made.exit_code == 1
    assert "scan_light: " in made.output
    assert "gate: " in made.output


def test_every_pin_of_the_picture_is_something() -> None:
    layout = parse(MOCK).panel.layout
    uses = {use_of(pin, layout, "/dev/serial0", {4: "1-Wire (x)"})[0] for pin in _header()}
    assert uses == set(Use) - {Use.CLASH}


def _header():
    from kiosk.devices.panel.header import header

    return header()


# --- The doctor -----------------------------------------------------------------------------


class Read:
    """Wires that say so."""

    def __init__(self, *active: Signal) -> None:
        self._active = active
        self.closed = False

    def active(self, signal: Signal) -> bool | None:
        return signal in self._active

    def close(self) -> None:
        self.closed = True


def checked(text: str, *active: Signal, held: dict[int, str] | None = None):
    wires = Read(*active)
    finding = pins(parse(text), lambda: held or {}, lambda _config, _layout: wires)
    return finding, wires


def test_the_doctor_without_a_panel() -> None:
    assert checked("")[0].level is Level.OK


def test_the_doctor_finds_a_good_panel_good() -> None:
    finding, wires = checked('[panel]\nenabled = true\ngate = "off"')
    assert finding.level is Level.OK
    assert "4 outputs and 6 inputs on lgpio" in finding.says
    assert wires.closed


@pytest.mark.parametrize(
    ("signal", "word"),
    [
        (Signal.PAPER_END, "roll"),
        (Signal.NEAR_END, "roll"),
        (Signal.ROLL_DOOR, "close"),
        (Signal.TAKEN, "light barrier"),
        (Signal.STAFF_KEY, "turn it back"),
    ],
)
def test_the_doctor_says_what_a_sensor_says(signal: Signal, word: str) -> None:
    finding, _ = checked("[panel]\nenabled = true", signal)
    assert finding.level is Level.WARN
    assert word in finding.do


def test_the_doctor_finds_a_pin_that_the_machine_uses() -> None:
    finding, _ = checked("[panel]\nenabled = true", held={18: "I2S sound (x)"})
    assert finding.level is Level.FAIL
    assert "GPIO18 (header pin 12)" in finding.says
    assert "kiosk pins" in finding.do


def test_the_doctor_of_a_panel_that_is_only_pretended() -> None:
    assert pins(parse(MOCK)).level is Level.WARN


def test_the_doctor_where_the_pins_cannot_be_had() -> None:
    def refuse(_config, _layout):
        raise PanelUnusable("scan_light cannot have GPIO18", "end whatever else uses it")

    finding = pins(parse("[panel]\nenabled = true"), dict, refuse)
    assert finding.level is Level.FAIL
    assert finding.do == "end whatever else uses it"
