"""The kiosk's words in three languages: one TOML table per code, one text per language.

`messages.toml` holds what is said when something happens, `screens.toml` the labels,
`voucher.toml` the paper.
"""

import tomllib
from functools import cache
from importlib import resources

from wire.api.text import Language

CATALOGUES = ("messages.toml", "screens.toml", "voucher.toml")


@cache
def texts() -> dict[str, dict[str, str]]:
    """All codes, each with its text per language tag, braces unfilled. Read once.

    Raises:
        ValueError: a code stands in two catalogues.
    """
    merged: dict[str, dict[str, str]] = {}
    for name in CATALOGUES:
        with resources.files(__name__).joinpath(name).open("rb") as file:
            catalogue = tomllib.load(file)
        if twice := merged.keys() & catalogue.keys():
            raise ValueError(f"{name} repeats {', '.join(sorted(twice))}")
        merged |= catalogue
    return merged


def text(code: str, language: Language, **params: str | int) -> str:
    """What a code says in a language, its braces filled in; plain text, never markup.

    Numbers are grouped: 12860 reads 12,860.

    Raises:
        KeyError: no such code, or a brace without a value.
    """
    shown = {
        name: f"{value:,}" if isinstance(value, int) else value for name, value in params.items()
    }
    return texts()[code][language.value].format(**shown)
