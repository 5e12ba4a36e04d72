"""Every code is said in every language, with the same facts, in glyphs that we ship."""

import re
import string
import tomllib
from pathlib import Path

import pytest
import uharfbuzz as hb

from kiosk import fonts, i18n
from kiosk.flow.state import MessageCode
from wire.api.text import Language

CODES = sorted(i18n.texts())
REFUSALS = sorted(i18n.refusals())
FOLDER = Path(i18n.__file__).parent


def braces(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_said_in_three_languages_with_the_same_facts(code: str) -> None:
    said = i18n.texts()[code]
    assert set(said) == {language.value for language in Language}
    assert all(text.strip() == text != "" for text in said.values())
    assert len({frozenset(braces(text)) for text in said.values()}) == 1


def test_every_message_of_the_flow_has_words() -> None:
    assert {code.value for code in MessageCode} <= set(CODES)


@pytest.mark.parametrize("code", REFUSALS)
def test_a_refusal_says_three_things_in_three_languages(code: str) -> None:
    parts = i18n.refusals()[code]
    assert set(parts) == {language.value for language in Language}
    facts = set()
    for three in parts.values():
        assert len(three) == 3
        assert all(three)
        facts.add(frozenset(set().union(*map(braces, three))))
    assert len(facts) == 1


@pytest.mark.parametrize("code", REFUSALS)
@pytest.mark.parametrize("language", Language)
def test_what_happened_is_said_in_the_words_of_the_message(code: str, language: Language) -> None:
    """The parts are the message, taken apart: two texts that differ would drift."""
    message = i18n.texts()[code][language.value]
    what, points, now = i18n.refusals()[code][language.value]
    assert message.startswith(what)
    spoken = [part for part in (points, now) if part.lower().rstrip("?") in message.lower()]
    assert spoken or what == message, f"neither “{points}” nor “{now}” is of “{message}”"


def test_no_text_is_a_leftover() -> None:
    """Each code is named by some source file of the kiosk."""
    package = FOLDER.parent
    source = "\n".join(path.read_text("utf-8") for path in package.rglob("*.py"))
    unused = [code for code in CODES if f'"{code}"' not in source and not _spoken_later(code)]
    assert unused == []


def _spoken_later(code: str) -> bool:
    """Wording that the design fixes as one sentence; the screens show it in two parts."""
    return code in {"BAL-ASOF", "STILL"} or code.startswith("V-")


def test_a_code_stands_in_one_catalogue_only() -> None:
    seen: list[str] = []
    for name in i18n.CATALOGUES:
        seen += tomllib.loads((FOLDER / name).read_text("utf-8"))
    assert len(seen) == len(set(seen))


def test_a_name_with_braces_is_only_a_name() -> None:
    assert i18n.text("L-HELLO", Language.EN, name="{name} {0}") == "Hello, {name} {0}"


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("bold", [False, True])
def test_every_character_is_in_the_shipped_face(language: Language, bold: bool) -> None:
    path = fonts.font_path(language, bold=bold)
    face = hb.Face(hb.Blob.from_file_path(str(path)))
    known = set(face.unicodes)
    texts = [text[language.value] for text in i18n.texts().values()]
    texts += [part for parts in i18n.refusals().values() for part in parts[language.value]]
    texts += ["0123456789,.·—–−•¥≥-:/ ", "喆堃犇", "简体繁體English", "张*明"]
    wanted = set(re.sub(r"\s", " ", "".join(texts)))
    assert {char for char in wanted if ord(char) not in known} == set()


def test_a_missing_face_says_how_to_build_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_FONTS", str(tmp_path))
    with pytest.raises(fonts.FontsMissing, match=r"python -m kiosk\.fonts"):
        fonts.font_path(Language.EN)
