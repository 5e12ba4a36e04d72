"""kiosk.toml: every mistake at once, each with line, key, value, why and a fix."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.__main__ import main
from kiosk.commands.config import effective
from kiosk.config import KioskConfig, load, parse
from kiosk.config_mistake import ConfigMistakes, Mistake
from kiosk.devices.camera.settings import CameraSettings

LANDSCAPE = """
data_dir = "/srv/kiosk"
[service]
url = "https://points.example.com/"
[screen]
layout = "landscape"
width_px = 1280
height_px = 800
diagonal_inch = 10.1
language = "zh-Hant"
[camera]
source = "follow:/tmp/frames"
exposure_us = 8000
focus = 30
min_fps = 10
[scanner]
symbologies = ["QRCode", "EAN13", "QRCode"]
socket = "/run/kiosk-scanner/scanner.sock"
[printer]
profile = "58mm-cutter"
"""


def mistakes(text: str) -> tuple[Mistake, ...]:
    with pytest.raises(ConfigMistakes) as caught:
        parse(text)
    return caught.value.mistakes


def test_an_empty_file_takes_every_default() -> None:
    assert parse("") == KioskConfig()


def test_a_good_file_is_read() -> None:
    config = parse(LANDSCAPE)
    assert config.service.url == "https://points.example.com"
    assert (config.screen.width_px, config.screen.height_px) == (1280, 800)
    assert (config.camera.kind, config.camera.place) == ("follow", Path("/tmp/frames"))
    assert config.camera.settings == CameraSettings(8000, 30.0, 10.0)
    assert config.scanner.symbologies == ("QRCode", "EAN13")
    assert config.scanner.socket == "/run/kiosk-scanner/scanner.sock"
    assert config.printer.model.width_dots == 384
    assert config.journal_path == Path("/srv/kiosk/journal.sqlite3")


# text, line, key, part of why, part of fix
TABLE = {
    "key with a slip": ('[service]\nurll = "x"', 2, "service.urll", "not a key", "mean url?"),
    "table with a slip": ('[servce]\nurl = "x"', 1, "servce", "not a key", "mean service?"),
    "key in no table": ("\nbaud = 9600", 2, "baud", "not a key", "known are data_dir"),
    "dotted key": ('service.url = "ftp://h"', 1, "service.url", "http://", "https://"),
    "no scheme": ('[service]\nurl = "points"', 2, "service.url", "http://", "write it like"),
    "no host": ('[service]\nurl = "http://"', 2, "service.url", "no host", "write it like"),
    "a path": ('[service]\nurl = "http://h/v1"', 2, "service.url", "behind the host", ""),
    "a bad port": ('[service]\nurl = "http://h:99999"', 2, "service.url", "not an address", ""),
    "a text for a number": (
        '[service]\ntimeout_s = "5"',
        2,
        "service.timeout_s",
        "valid number",
        "0.5",
    ),
    "too small": ("[service]\ntimeout_s = 0", 2, "service.timeout_s", "0.5", "5 is right"),
    "a number for a switch": ("[screen]\nfullscreen = 1", 2, "screen.fullscreen", "boolean", ""),
    "no such layout": (
        '[screen]\nlayout = "wide"',
        2,
        "screen.layout",
        "'portrait' or 'landscape'",
        "portrait",
    ),
    "lying portrait": (
        "[screen]\nwidth_px = 1280\nheight_px = 800",
        3,
        "screen.height_px",
        "layout is portrait",
        "",
    ),
    "standing landscape": (
        '[screen]\nlayout = "landscape"',
        1,
        "screen.height_px",
        "layout is landscape",
        "",
    ),
    "no such language": ('[screen]\nlanguage = "fr"', 2, "screen.language", "zh-Hans", "zh-Hant"),
    "no such camera": ('[camera]\nsource = "v4l:/x"', 2, "camera.source", 'mean "v4l2:"', ""),
    "camera without a place": ('[camera]\nsource = "video:"', 2, "camera.source", "nothing", ""),
    "a CSI camera by name": (
        '[camera]\nsource = "picamera2:front"',
        2,
        "camera.source",
        "picamera2:0",
        "by-id",
    ),
    "a stream without a host": (
        '[camera]\nsource = "mjpg:http:///stream"',
        2,
        "camera.source",
        "names no host",
        "",
    ),
    "an exposure in ms": ("[camera]\nexposure_us = 8", 2, "camera.exposure_us", "100", "8000"),
    "a focus by name": ('[camera]\nfocus = "near"', 2, "camera.focus", "number", "leave the line"),
    "no frames at all": ("[camera]\nmin_fps = 0", 2, "camera.min_fps", "0.5", "dim shop"),
    "no such code": (
        '[scanner]\nsymbologies = ["QR"]',
        2,
        "scanner.symbologies",
        "mean QRCode",
        "",
    ),
    "no codes": ("[scanner]\nsymbologies = []", 2, "scanner.symbologies", "at least one", "QRCode"),
    "a code alone": ("[scanner]\nsymbologies = 3", 2, "scanner.symbologies", "not a list", "["),
    "no CPU time": ("[scanner]\nbudget_ms = 0", 2, "scanner.budget_ms", "equal to 1", "28"),
    "relative socket": ('[scanner]\nsocket = "s"', 2, "scanner.socket", "depends on", "/run"),
    "no such speed": ("[printer]\nbaud = 12345", 2, "printer.baud", "no speed", "115200"),
    "no such model": (
        '[printer]\nprofile = "80mm-cuter"',
        2,
        "printer.profile",
        "did you mean 80mm-cutter?",
        "80mm-cutter",
    ),
    "a model in a folder": ('[printer]\nprofile = "x.toml"', 2, "printer.profile", "depends", ""),
    "a model that is not there": (
        '[printer]\nprofile = "/nowhere/x.toml"',
        2,
        "printer.profile",
        "is not there",
        ".toml",
    ),
    "no such wire": ('[printer]\nbackend = "lan"', 2, "printer.backend", "'uart'", "emulator"),
    "no such density": ('[printer]\ndensity = "bold"', 2, "printer.density", "dark", ""),
    "no such printing": (
        '[printer]\nprofile = "58mm-tear"\nspeed = "fast"',
        3,
        "printer.speed",
        "it knows slow",
        "",
    ),
    "taken back at once": (
        "[printer]\nretract_after_s = 1",
        2,
        "printer.retract_after_s",
        "15",
        "30",
    ),
    "no port": ('[printer]\nport = ""', 2, "printer.port", "at least 1", "/dev/"),
    "relative folder": ('data_dir = "here"', 1, "data_dir", "depends on where", "absolute"),
    "a value for a table": ("screen = 3", 1, "screen", "dictionary", "[screen]"),
    "broken TOML": ("[screen]\nlayout = portrait", 2, "TOML", "", "quotes"),
    "a key twice": ("data_dir = '/a'\ndata_dir = '/b'", 2, "TOML", "already exists", ""),
}


@pytest.mark.parametrize("name", list(TABLE))
def test_each_mistake_names_line_key_why_and_fix(name: str) -> None:
    text, line, key, why, fix = TABLE[name]
    (mistake,) = mistakes(text)
    assert (mistake.line, mistake.key) == (line, key)
    assert why in mistake.why + mistake.fix
    assert fix in mistake.fix
    assert mistake.fix


def test_all_mistakes_are_told_at_once_in_the_order_of_lines() -> None:
    text = """data_dir = "x"
[service]
url = "h"
timeout_s = 100
[printer]
baud = 1
sped = 2
"""
    assert [m.line for m in mistakes(text)] == [1, 3, 4, 6, 7]


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    (mistake,) = mistakes('[service]\nurl = "https://user:hunter2@h"')
    assert "password" in mistake.why
    assert "hunter2" not in str(mistake)


def test_a_password_of_a_camera_is_refused_and_not_repeated() -> None:
    (mistake,) = mistakes('[camera]\nsource = "mjpg:http://user:hunter2@cam/stream"')
    assert "password" in mistake.why
    assert "hunter2" not in str(mistake)


def test_the_camera_is_left_automatic_and_found_by_what_it_is() -> None:
    config = parse("")
    assert config.camera.settings == CameraSettings()
    assert config.camera.source == "v4l2:/dev/v4l/by-id/*-video-index0"


def test_the_command_says_what_is_left_out() -> None:
    assert "# exposure_us = (left out)" in effective(parse(""))


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigMistakes, match="--config"):
        load(tmp_path / "none.toml")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigMistakes, match="UTF-8"):
        load(path)


@pytest.mark.parametrize("text", ["", LANDSCAPE])
def test_the_effective_configuration_reads_back_as_the_same(text: str) -> None:
    config = parse(text)
    shown = effective(config)
    assert parse(shown) == config
    assert "# The model: 58mm-tear" in shown


def test_every_key_has_a_description_and_a_fix() -> None:
    for section in ("service", "screen", "camera", "printer"):
        model = KioskConfig.model_fields[section].annotation
        assert model is not None
        for name, field in model.model_fields.items():
            assert field.description, name
            assert isinstance(field.json_schema_extra, dict), name


def test_the_command_shows_it_and_a_mistake_exits_with_78(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text(LANDSCAPE)
    shown = CliRunner().invoke(main, ["config"], env={"KIOSK_CONFIG": str(path)})
    assert shown.exit_code == 0
    assert parse(shown.stdout) == parse(LANDSCAPE)
    path.write_text('[printer]\nbaud = 1\nprofle = "58mm-cutter"\n')
    wrong = CliRunner().invoke(main, ["config", "--config", str(path)])
    assert wrong.exit_code == os.EX_CONFIG == 78
    assert wrong.stdout == ""
    assert f"{path}: 2 mistakes" in wrong.stderr
    assert "line 3: printer.profle = " in wrong.stderr
    assert "did you mean profile?" in wrong.stderr
