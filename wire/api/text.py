"""Texts in the three languages of the product."""

from enum import StrEnum

import msgspec


class Language(StrEnum):
    """BCP 47 tags of the languages that kiosks and vouchers speak."""

    ZH_HANS = "zh-Hans"
    ZH_HANT = "zh-Hant"
    EN = "en"


class Text(msgspec.Struct, frozen=True, rename={"zh_hans": "zh-Hans", "zh_hant": "zh-Hant"}):
    """One text, said in each language."""

    zh_hans: str
    zh_hant: str
    en: str

    def in_language(self, language: Language) -> str:
        return {
            Language.ZH_HANS: self.zh_hans,
            Language.ZH_HANT: self.zh_hant,
            Language.EN: self.en,
        }[language]
