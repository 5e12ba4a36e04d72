"""The faces that screens and vouchers are set in: subsets of Noto Sans CJK, built once.

`python -m kiosk.fonts` cuts four faces (SC and TC, regular and bold) out of Debian's
fonts-noto-cjk: Latin, punctuation, the symbols in use, and the whole basic CJK block, so
that names are drawn too. The collections themselves are never loaded: Kivy would open
their first face, which is Japanese.
"""

import os
from pathlib import Path

import uharfbuzz as hb

from wire.api.text import Language

SOURCE = Path("/usr/share/fonts/opentype/noto")
_FACE_NUMBER = {"SC": 2, "TC": 3}
"""Index in Debian's .ttc: JP, KR, SC, TC, HK, then the monospaced ones."""
_WEIGHTS = ("Regular", "Bold")

CHARACTERS = (
    range(0x20, 0x7F),  # ASCII
    range(0xA0, 0x180),  # Latin-1 and Latin Extended-A
    range(0x2010, 0x2028),  # dashes, quotes, ellipsis
    range(0x2030, 0x203C),
    range(0x20A0, 0x20BA),  # currency signs
    range(0x2190, 0x219A),  # arrows
    range(0x2200, 0x2270),  # minus, ≥, ≤, ×
    range(0x2460, 0x2474),  # ① to ⑳
    range(0x2500, 0x2580),  # rules
    range(0x25A0, 0x2600),  # shapes
    range(0x2600, 0x2670),
    range(0x3000, 0x3040),  # CJK punctuation
    range(0x4E00, 0xA000),  # the basic CJK block
    range(0xFE30, 0xFE50),
    range(0xFF00, 0xFFF0),  # full-width forms
)


class FontsMissing(Exception):
    """A face is not where it should be; `str()` says what to do."""


def folder() -> Path:
    """Where built faces are kept: $KIOSK_FONTS, or `build/fonts` beside the package."""
    named = os.environ.get("KIOSK_FONTS")
    return Path(named) if named else Path(__file__).resolve().parent.parent / "build" / "fonts"


def font_path(language: Language, bold: bool = False) -> Path:
    """The face to set a language in: TC for zh-Hant, SC for the others.

    Raises:
        FontsMissing: it was not built yet.
    """
    path = folder() / _name("TC" if language is Language.ZH_HANT else "SC", _WEIGHTS[bold])
    if not path.is_file():
        raise FontsMissing(
            f"the font {path.name} is not in {path.parent}; build it with"
            " `python -m kiosk.fonts` (needs Debian's package fonts-noto-cjk)"
        )
    return path


def build(into: Path | None = None) -> list[Path]:
    """Cut the faces that are not there yet, whole or not at all; about 0.3 s each.

    Raises:
        FontsMissing: Debian's collection is not installed.
    """
    target = into or folder()
    target.mkdir(parents=True, exist_ok=True)
    built = []
    for weight in _WEIGHTS:
        for script, number in _FACE_NUMBER.items():
            path = target / _name(script, weight)
            if not path.is_file():
                _write_whole(path, _subset(_collection(weight), number))
            built.append(path)
    return built


def _name(script: str, weight: str) -> str:
    return f"NotoSansCJK-{script}-{weight}.otf"


def _collection(weight: str) -> hb.Blob:
    path = SOURCE / f"NotoSansCJK-{weight}.ttc"
    if not path.is_file():
        raise FontsMissing(f"{path} is missing; install Debian's package fonts-noto-cjk")
    return hb.Blob.from_file_path(str(path))


def _subset(collection: hb.Blob, number: int) -> bytes:
    wanted = hb.SubsetInput()
    wanted.unicode_set.set({code for block in CHARACTERS for code in block})
    face = hb.subset(hb.Face(collection, number), wanted)
    data: bytes = face.blob.data
    return data


def _write_whole(path: Path, data: bytes) -> None:
    """A build that is cut short leaves no half font behind."""
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(data)
    part.replace(path)


def main() -> None:
    for path in build():
        print(f"{path.name}  {path.stat().st_size / 1e6:.1f} MB")  # noqa: T201  # its whole output


if __name__ == "__main__":
    main()
