"""A refusal's three parts are its message taken apart; what is added is listed here."""

import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
import uharfbuzz as hb

import kiosk
from kiosk import fonts, i18n
from wire.api.text import Language

# What the parts say besides their message: the points where the message leaves them out,
# and what to do next where it leaves that out.
ADDED = {
    "OFF-NO": {"now"},
    "E-STOCK": {"points"},
    "E-PTS": {"points", "now"},
    "E-CLOCK": {"points"},
}
CODE_IN_SOURCE = re.compile(r"""["']((?:L|V|E|OFF|HINT|CAM|BAL|RESUME)-[A-Z-]+[A-Z])["']""")


def words(text: str) -> str:
    """Without what parts and sentences differ in by nature: stops, spaces, capitals, brackets."""
    return re.sub(r"[\s,.:;!?，。：；！？()（）]", "", text).lower()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("code", sorted(i18n.refusals()))
def test_only_listed_parts_are_not_of_the_message(code: str, language: Language) -> None:
    whole = words(i18n.texts()[code][language.value])
    what, points, now = i18n.refusals()[code][language.value]
    # A part that begins a line needs the subject that the sentence has already.
    spoken = {"what": what, "points": points, "now": now.removeprefix("It ")}
    added = {name for name, part in spoken.items() if words(part) not in whole}
    assert added == ADDED.get(code, set())


def sources() -> Iterator[str]:
    for path in Path(kiosk.__file__).parent.rglob("*.py"):
        yield path.read_text("utf-8")


def test_every_code_that_the_source_names_has_words() -> None:
    named = {code for source in sources() for code in CODE_IN_SOURCE.findall(source)}
    assert len(named) > 50, "the search finds what it looks for"
    assert named - set(i18n.texts()) == set()


def test_every_catalogue_in_the_folder_is_read() -> None:
    files = {entry.name for entry in resources.files("kiosk.i18n").iterdir()}
    catalogues = {name for name in files if name.endswith(".toml")}
    assert catalogues == {*i18n.CATALOGUES, "refusals.toml"}


def test_words_of_one_script_are_drawable_in_the_face_of_the_other() -> None:
    """Names and rewards come in either script, whatever language the shopper chose."""
    said = "".join(text for texts in i18n.texts().values() for text in texts.values())
    faces = {fonts.font_path(lang, bold) for lang in Language for bold in (False, True)}
    assert len(faces) == 4
    for path in faces:
        known = set(hb.Face(hb.Blob.from_file_path(str(path))).unicodes)
        assert {char for char in said + "喆堃犇" if ord(char) not in known} == set(), path.name
