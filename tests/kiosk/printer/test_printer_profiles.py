"""Models as data: those that come with the kiosk, one of somebody's own, and every mistake."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.config import parse
from kiosk.config_mistake import ConfigMistakes, Mistake
from kiosk.devices.printer.choice import printer_from
from kiosk.devices.printer.profile import PrinterProfile, load_profile, profile_names
from tests.kiosk.printer.conftest import Bench
from tests.kiosk.printer.paper_reading import codes_on_piece
from tests.kiosk.printer.voucher_pages import payload, voucher_page

OWN = """
name = "Somebody's own 58 mm printer"
width_dots = 384
paper_mm = 58
cutter = "full"
head_to_cutter_mm = 14
baud = 38400
fence = "gs_r"
dle_eot = [1, 2, 4]
[density]
black = "12 23 0f"
"""


def own(tmp_path: Path, text: str = OWN) -> str:
    path = tmp_path / "own.toml"
    path.write_text(text)
    return str(path)


def mistakes(tmp_path: Path, text: str) -> tuple[Mistake, ...]:
    with pytest.raises(ConfigMistakes) as caught:
        load_profile(own(tmp_path, text))
    return caught.value.mistakes


def test_the_models_that_come_with_the_kiosk() -> None:
    table = {
        name: (model.width_dots, model.cutter, model.fence, model.presenter is not None)
        for name, model in ((name, load_profile(name)) for name in profile_names())
    }
    assert table == {
        "58mm-tear": (384, "none", "esc_v", False),
        "58mm-cutter": (384, "partial", "gs_r", False),
        "80mm-cutter": (576, "partial", "gs_r", False),
        "80mm-presenter": (576, "full", "gs_r", True),
    }


def test_a_new_model_is_a_new_file(tmp_path: Path, plug_in: Callable[..., Bench]) -> None:
    model = own(tmp_path)
    bench = plug_in(model=model)
    printed = bench.printer.print(voucher_page(384), 20.0)
    assert codes_on_piece(bench.pieces[0]) == [payload()]
    assert printed.paper_mm == -(-bench.emulated.paper.rows_moved // 8)
    bench.printer.close()
    config = parse(
        f'[printer]\nprofile = "{model}"\nbackend = "emulator"\nport = "{bench.line.path}"\n'
        'density = "black"\n'
    ).printer
    printer = printer_from(config)
    assert printer.status(2.0).ready
    assert printer.print(voucher_page(384), 20.0) == printed
    printer.close()


@pytest.mark.parametrize("backend", ["uart", "usb", "emulator"])
def test_density_and_speed_are_sent_before_the_page(
    plug_in: Callable[..., Bench], backend: str
) -> None:
    bench = plug_in(model="80mm-presenter")
    bench.printer.close()
    heard: list[bytes] = []
    receive = bench.emulated.receive

    def listen(data: bytes) -> None:
        heard.append(data)
        receive(data)

    bench.emulated.receive = listen
    config = parse(
        f'[printer]\nbackend = "{backend}"\nport = "{bench.line.path}"\n'
        'profile = "80mm-presenter"\ndensity = "dark"\nspeed = "slow"\n'
    ).printer
    printer = printer_from(config)
    printer.print(voucher_page(576), 20.0)
    printer.close()
    said = b"".join(heard)
    assert said.index(b"\x1d\x7c\x05") < said.index(b"\x1d\xf0\x00") < said.index(b"\x1dv0")


# text, line, key, part of why, part of fix
MISTAKES = {
    "unknown key": (OWN.replace("baud", "bawd"), 7, "bawd", "not a key", "did you mean baud?"),
    "no name": (OWN.replace('name = "Somebody', 'nme = "'), None, "name", "required", "80 mm"),
    "no such width": (OWN.replace("384", "512"), 3, "width_dots", "384", "80 mm paper"),
    "no such cutter": (OWN.replace('"full"', '"laser"'), 5, "cutter", "'none'", "partial"),
    "cutter far away": (OWN.replace("= 14", "= 140"), 6, "head_to_cutter_mm", "60", "measure"),
    "slow line": (OWN.replace("38400", "9600"), 7, "baud", "vouchers", "115200"),
    "no fence": (OWN.replace("gs_r", "none"), 8, "fence", "cannot print vouchers", "esc_v"),
    "old fence without bits": (
        OWN.replace("gs_r", "esc_v"),
        None,
        "esc_v",
        "fence is esc_v",
        "[esc_v]",
    ),
    "too few questions": (OWN.replace("[1, 2, 4]", "[1, 4]"), 9, "dle_eot", "unknown", "[]"),
    "a fifth question": (OWN.replace("[1, 2, 4]", "[1,2,4,5]"), 9, "dle_eot", "1 to 4", "[]"),
    "no hex": (OWN.replace("12 23 0f", "12 23 xx"), 11, "density.black", "hex", "1d 28 4b"),
    "hex of a book": (OWN.replace("12 23 0f", "00" * 17), 11, "density.black", "16", "dark ="),
    "a number": (OWN.replace('"12 23 0f"', "12"), 11, "density.black", "hex", "dark ="),
    "half a presenter": (
        OWN + '[presenter]\npresent = "1d 65 03 0c"\nretract = "1d 65 02"\nask = "1d 65 06"\n'
        "in_slot = 8\njam = 0\n",
        12,
        "presenter.never",
        "required",
        "bits",
    ),
    "answer like any": (
        OWN.replace("gs_r", "esc_v") + "[esc_v]\npaper_end = 4\nnever = 0x80\n",
        14,
        "esc_v.never",
        "0x10",
        "0xB2",
    ),
    "broken": (OWN.replace("[density]", "[density"), 10, "TOML", "", "brackets"),
}


@pytest.mark.parametrize("name", list(MISTAKES))
def test_each_mistake_names_line_key_why_and_fix(tmp_path: Path, name: str) -> None:
    text, line, key, why, fix = MISTAKES[name]
    told = mistakes(tmp_path, text)
    mistake = next(mistake for mistake in told if mistake.key == key)
    assert mistake.line == line
    assert why in mistake.why
    assert fix in mistake.fix


def test_all_mistakes_are_told_at_once_and_by_the_configuration_too(tmp_path: Path) -> None:
    text = OWN.replace("384", "512").replace("full", "laser").replace("38400", "9600")
    assert [mistake.line for mistake in mistakes(tmp_path, text)] == [3, 5, 7]
    with pytest.raises(ConfigMistakes) as caught:
        parse(f'[printer]\nprofile = "{own(tmp_path, text)}"\n')
    (mistake,) = caught.value.mistakes
    for word in ("line 3: width_dots", "line 5: cutter", "line 7: baud"):
        assert word in mistake.why


def test_a_model_without_dle_eot_needs_the_bits_of_esc_v_and_has_no_cover_switch(
    tmp_path: Path,
) -> None:
    told = mistakes(tmp_path, OWN.replace("[1, 2, 4]", "[]"))
    assert {mistake.key for mistake in told} == {"cover", "esc_v"}


@pytest.mark.parametrize("name", ["nowhere", "/nowhere/at/all.toml"])
def test_a_model_that_is_not_there_names_those_that_are(name: str) -> None:
    with pytest.raises(ConfigMistakes, match="58mm-tear"):
        load_profile(name)


def test_every_key_has_a_description_and_a_fix() -> None:
    for name, field in PrinterProfile.model_fields.items():
        assert field.description, name
        assert isinstance(field.json_schema_extra, dict), name
