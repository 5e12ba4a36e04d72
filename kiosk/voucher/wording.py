"""The printed words, in one language."""

import tomllib
from importlib import resources

from wire.api.text import Language

CATALOGUE = "voucher.toml"


class Wording:
    """The texts of `kiosk/i18n/voucher.toml` in one language."""

    def __init__(self, language: Language) -> None:
        with resources.files("kiosk.i18n").joinpath(CATALOGUE).open("rb") as file:
            self._texts: dict[str, dict[str, str]] = tomllib.load(file)
        self._language = language

    def text(self, code: str, **params: str | int) -> str:
        """The text of a code with its braces filled in.

        Raises:
            KeyError: no such code, or a brace without a value.
        """
        return self._texts[code][self._language.value].format(**params)
