"""The kiosk's words in three languages: one TOML table per code, one text per language.

`messages.toml` holds what is said when something happens, `refusals.toml` the same words in
the three parts that a refusal's screen shows, `screens.toml` the labels, `voucher.toml` the
paper, `aim.toml` what staff and IT are told while they aim the camera, `staff.toml` what they
are told at the door, on the dashboard and while they change a roll, `staff_vouchers.toml` and
`staff_service.toml` about vouchers in question, hours, handover and diagnostics.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from wire.api.text import Language

CATALOGUES = (
    "aim.toml",
    "messages.toml",
    "screens.toml",
    "staff.toml",
    "staff_service.toml",
    "staff_vouchers.toml",
    "voucher.toml",
)


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
    return texts()[code][language.value].format(**_shown(params))


@dataclass(frozen=True, slots=True)
class RefusalWords:
    """The three things that a refusal says."""

    what: str
    """What happened."""
    points: str
    """What it means for the points."""
    now: str
    """What to do next."""


@cache
def refusals() -> dict[str, dict[str, list[str]]]:
    """All refusals, each with its three parts per language tag, braces unfilled. Read once."""
    with resources.files(__name__).joinpath("refusals.toml").open("rb") as file:
        return tomllib.load(file)


def refusal_words(code: str, language: Language, params: Mapping[str, str | int]) -> RefusalWords:
    """What a refusal's screen says; plain text, never markup.

    Raises:
        KeyError: no such refusal, or a brace without a value.
    """
    shown = _shown(params)
    what, points, now = (part.format(**shown) for part in refusals()[code][language.value])
    return RefusalWords(what, points, _capital(now))


def _shown(params: Mapping[str, str | int]) -> dict[str, str]:
    return {
        name: f"{value:,}" if isinstance(value, int) else value for name, value in params.items()
    }


def _capital(part: str) -> str:
    """A part that stood in the middle of a sentence begins a line of its own."""
    return part[:1].upper() + part[1:]
