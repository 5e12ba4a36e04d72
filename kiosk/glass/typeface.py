"""The product's faces, known to Kivy by name: `sc` for 简体 and English, `tc` for 繁體."""

from kivy.core.text import Label as CoreLabel
from kivy.core.text import LabelBase

from kiosk.fonts import font_path
from kiosk.glass.theme import LINE_HEIGHT
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


def extents(
    text: str, size_px: float, face: str, *, bold: bool, width: float | None
) -> tuple[float, float]:
    """Width and height of a text in px, wrapped at `width` if given."""
    label = CoreLabel(
        text=text,
        font_size=size_px,
        font_name=face,
        bold=bold,
        text_size=(width, None),
        line_height=LINE_HEIGHT,
    )
    label.resolve_font_name()
    size: tuple[float, float] = label.render()
    return size
