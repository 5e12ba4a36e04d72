"""The product's faces, known to Kivy by name: `sc` for 简体 and English, `tc` for 繁體."""

from functools import lru_cache

from kivy.core.text import Label as CoreLabel
from kivy.core.text import LabelBase

from kiosk.fonts import font_path
from wire.api.text import Language

_FAMILIES = {"sc": Language.ZH_HANS, "tc": Language.ZH_HANT}


def register() -> None:
    """To be called once, before the first widget.

    Raises:
        FontsMissing: they are not built.
    """
    for family, language in _FAMILIES.items():
        regular, bold = (str(font_path(language, bold=bold)) for bold in (False, True))
        LabelBase.register(family, regular, fn_bold=bold)


def family(language: Language) -> str:
    return "tc" if language is Language.ZH_HANT else "sc"


@lru_cache(maxsize=64)
def _pen(size_px: float, face: str, bold: bool) -> CoreLabel:
    pen = CoreLabel(text="", font_size=size_px, font_name=face, bold=bold)
    pen.resolve_font_name()
    return pen


def width_px(text: str, *, size_px: float, face: str, bold: bool) -> float:
    """Width of one line in px."""
    width: float = _pen(size_px, face, bold).get_extents(text)[0] if text else 0.0
    return width


def line_px(size_px: float, face: str) -> float:
    """Height of one line in px, as the font itself says it."""
    pen = _pen(size_px, face, bold=False)
    height: float = pen.get_ascent() - pen.get_descent()
    return height
