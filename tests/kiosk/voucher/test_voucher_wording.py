"""The printed words: complete in three languages, and drawable."""

import string
import tomllib
from importlib import resources

import pytest
import uharfbuzz as hb

from kiosk.fonts import font_path
from wire.api.text import Language

with resources.files("kiosk.i18n").joinpath("voucher.toml").open("rb") as file:
    TEXTS: dict[str, dict[str, str]] = tomllib.load(file)

DRAWN_BY_CODE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ-–:#*…·¥,. "
"""Characters that the voucher writes itself: codes, dates, amounts, tails."""


def braces(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", TEXTS)
def test_each_code_is_said_in_each_language_with_the_same_braces(code: str) -> None:
    texts = TEXTS[code]
    assert set(texts) == {language.value for language in Language}
    assert all(texts.values())
    assert len({frozenset(braces(text)) for text in texts.values()}) == 1


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("bold", [False, True])
def test_every_character_is_in_the_face(language: Language, bold: bool) -> None:
    face = hb.Font(hb.Face(hb.Blob.from_file_path(str(font_path(language, bold)))))
    wanted = set(DRAWN_BY_CODE).union(*(texts[language.value] for texts in TEXTS.values()))
    missing = {char for char in wanted if not face.get_nominal_glyph(ord(char))}
    assert not missing


def test_traditional_texts_have_no_simplified_characters() -> None:
    simplified = set("换价余签发机会员号现遗热纸张标阶样测试无废线条补仅")
    for code, texts in TEXTS.items():
        assert not simplified & set(texts["zh-Hant"]), code
