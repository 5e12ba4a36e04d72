"""The bytes around a page, written out for every model that comes with the kiosk."""

import pytest
from escpos.constants import PAPER_FULL_CUT, PAPER_PART_CUT
from PIL import Image

from kiosk.devices.printer.answer import GS_R, fence_of
from kiosk.devices.printer.conversation import DLE_EOT
from kiosk.devices.printer.page import bands, clearing, cut, ending, preamble
from kiosk.devices.printer.profile import load_profile

PREAMBLES = {
    "58mm-tear": "1b 40",
    "58mm-cutter": "1b 40 1d 61 00 1d 50 cb cb",
    "80mm-cutter": "1b 40 1d 61 0e 1d 50 cb cb",
    "80mm-presenter": "1b 40 1d 61 0e 1d 50 cb cb",
}
ENDINGS = {
    "58mm-tear": "1b 4a 30",
    "58mm-cutter": "1d 56 42 00",
    "80mm-cutter": "1d 56 42 00",
    "80mm-presenter": "1d 56 41 00 1d 65 03 0c",
}
SETTINGS = {
    ("58mm-tear", "density", "light"): "1b 37 07 50 02",
    ("58mm-tear", "density", "normal"): "1b 37 07 64 14",
    ("58mm-tear", "density", "dark"): "1b 37 07 96 1e",
    ("58mm-tear", "speed", "slow"): "1b 37 01 64 28",
    ("58mm-cutter", "density", "light"): "1d 28 4b 02 00 31 fe",
    ("58mm-cutter", "density", "normal"): "1d 28 4b 02 00 31 00",
    ("58mm-cutter", "density", "dark"): "1d 28 4b 02 00 31 02",
    ("58mm-cutter", "speed", "slow"): "1d 28 4b 02 00 32 03",
    ("58mm-cutter", "speed", "normal"): "1d 28 4b 02 00 32 00",
    ("58mm-cutter", "speed", "fast"): "1d 28 4b 02 00 32 09",
    ("80mm-cutter", "density", "light"): "1d 28 4b 02 00 31 fe",
    ("80mm-cutter", "density", "normal"): "1d 28 4b 02 00 31 00",
    ("80mm-cutter", "density", "dark"): "1d 28 4b 02 00 31 02",
    ("80mm-cutter", "speed", "slow"): "1d 28 4b 02 00 32 03",
    ("80mm-cutter", "speed", "normal"): "1d 28 4b 02 00 32 00",
    ("80mm-cutter", "speed", "fast"): "1d 28 4b 02 00 32 09",
    ("80mm-presenter", "density", "light"): "1d 7c 03",
    ("80mm-presenter", "density", "normal"): "1d 7c 04",
    ("80mm-presenter", "density", "dark"): "1d 7c 05",
    ("80mm-presenter", "speed", "slow"): "1d f0 00",
    ("80mm-presenter", "speed", "normal"): "1d f0 01",
    ("80mm-presenter", "speed", "fast"): "1d f0 02",
}


@pytest.mark.parametrize("model", PREAMBLES)
def test_preamble(model: str) -> None:
    """ESC @, automatic status off or on, motion units of a dot."""
    assert preamble(load_profile(model)).hex(" ") == PREAMBLES[model]


@pytest.mark.parametrize("model", PREAMBLES)
def test_settings_follow_the_preamble(model: str) -> None:
    settings = bytes.fromhex("1d 7c 05")
    assert preamble(load_profile(model), settings).hex(" ") == PREAMBLES[model] + " 1d 7c 05"


def test_density_and_speed_of_each_model() -> None:
    written = {
        (model, kind, level): command.hex(" ")
        for model in PREAMBLES
        for kind in ("density", "speed")
        for level, command in getattr(load_profile(model), kind).items()
    }
    assert written == SETTINGS


@pytest.mark.parametrize("model", ENDINGS)
def test_ending_of_a_voucher(model: str) -> None:
    """Cut, or the way to the tear bar; the presenter hands it out."""
    profile = load_profile(model)
    end = ending(profile, 800)
    assert end.data.hex(" ") == ENDINGS[model]
    assert end.rows == profile.head_to_cutter_mm * 8


def test_short_slip_of_a_presenter_is_made_as_long_as_it_must_be() -> None:
    profile = load_profile("80mm-presenter")
    end = ending(profile, 300)
    assert end.data.hex(" ") == "1b 4a b4 1d 56 41 00 1d 65 03 0c"
    assert 300 + end.rows == profile.shortest_mm * 8
    assert ending(profile, 480).data.hex(" ") == ENDINGS["80mm-presenter"]


def test_cut_is_the_one_of_python_escpos() -> None:
    """Its constants for cuts where the paper is; ours feed to the cutter first."""
    assert {PAPER_FULL_CUT[:2], PAPER_PART_CUT[:2]} == {b"\x1dV"}
    assert cut(load_profile("80mm-cutter")) == b"\x1dV" + bytes((66, 0))
    assert cut(load_profile("80mm-presenter")) == b"\x1dV" + bytes((65, 0))


@pytest.mark.parametrize(("model", "stride"), [("58mm-cutter", 48), ("80mm-cutter", 72)])
def test_clearing_ends_half_a_band_first(model: str, stride: int) -> None:
    profile = load_profile(model)
    end = clearing(profile)
    zeros = stride * 24 + 8
    assert end.data[:zeros] == bytes(zeros)
    assert end.data[zeros:].hex(" ") == PREAMBLES[model] + " 1b 4a 08 1d 56 42 00"
    assert end.rows == 24 + 8 + 80


def test_clearing_of_a_presenter_hands_nothing_out() -> None:
    data = clearing(load_profile("80mm-presenter")).data
    assert data.endswith(bytes.fromhex("1b 4a 08 1d 56 41 00 1d 65 02"))


def test_clearing_of_a_tear_bar_feeds_to_it() -> None:
    data = clearing(load_profile("58mm-tear")).data
    assert data.endswith(bytes.fromhex("1b 40 1b 4a 08 1b 4a 30"))


def test_questions() -> None:
    assert DLE_EOT.hex(" ") == "10 04"
    assert GS_R.question.hex(" ") == "1d 72 01"
    assert fence_of(load_profile("80mm-cutter")) is GS_R
    assert fence_of(load_profile("58mm-tear")).question.hex(" ") == "1b 76 00"
    presenter = load_profile("80mm-presenter").presenter
    assert presenter is not None
    assert presenter.ask.hex(" ") == "1d 65 06"
    assert presenter.retract.hex(" ") == "1d 65 02"


def test_rows_of_bands_are_the_rows_of_the_page() -> None:
    page = Image.new("1", (384, 700), 1)
    for top in (0, 3, 100, 399, 650):
        page.paste(0, (0, top, 384, top + 30))
    parts = list(bands(page))
    assert sum(part.rows for part in parts) == page.height
    assert max(part.data.count(b"\x1dv0") for part in parts) == 1
