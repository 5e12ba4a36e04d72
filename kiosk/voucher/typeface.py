"""Letters as a thermal head prints them: one bit per dot, hinted to the dot grid."""

from collections.abc import Callable
from math import ceil
from pathlib import Path

from PIL import ImageDraw, ImageFont

from wire.api.text import Language

FontPath = Callable[[Language, bool], Path]
"""Where the face for a language is, regular or bold (`kiosk.fonts.font_path`)."""

_ASCENT = 0.88
"""Baseline below the top of the ideographic em box, in ems (Noto Sans CJK, OS/2 and VORG)."""
_NOT_AT_LINE_START = frozenset("、。,.,:;:;!?!?)》」』】〕〉%…·)]}%℃°”’")
_NOT_AT_LINE_END = frozenset("(《「『【〔〈([{“‘¥$#")
_IDEOGRAPHS = (("\u2e80", "\ua4cf"), ("\uf900", "\ufaff"), ("\ufe30", "\uffef"))


class Face:
    """One face at one size. All measures are dots (8 per mm)."""

    def __init__(self, path: Path, size: int) -> None:
        # BASIC: the same glyph positions with and without libraqm on the machine.
        self._font = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
        self.size = size
        self._widths: dict[str, float] = {}
        self._wrapped: dict[tuple[str, int], list[str]] = {}

    def width(self, text: str) -> int:
        """Advance width, rounded up."""
        # Sum of the characters' own widths (the basic layout has no kerning between
        # hinted glyphs here): a page is measured many times before it is drawn.
        widths = self._widths
        for char in text:
            if char not in widths:
                widths[char] = self._font.getlength(char, mode="1")
        return ceil(sum([widths[char] for char in text]))

    def draw(self, canvas: ImageDraw.ImageDraw, x: int, y: int, text: str, ink: int = 0) -> None:
        """Draw one line whose em box has its top left corner at (x, y)."""
        canvas.text(
            (x, y + round(self.size * _ASCENT)), text, fill=ink, font=self._font, anchor="ls"
        )

    def wrap(self, text: str, width: int) -> list[str]:
        """The text in lines no wider than `width`, broken as Chinese and English are.

        Between ideographs a line may break anywhere, but no line starts with a closing
        mark or ends with an opening one. Latin words stay whole unless one alone is
        wider than the line.
        """
        known = self._wrapped.get((text, width))
        if known is None:
            known = self._wrapped[text, width] = self._wrap(text, width)
        return known

    def _wrap(self, text: str, width: int) -> list[str]:
        lines: list[str] = []
        line = ""
        for piece in _pieces(text):
            if not line or self.width((line + piece).rstrip()) <= width:
                line += piece
            else:
                lines.append(line.rstrip())
                line = piece.lstrip()
            while self.width(line.rstrip()) > width:
                head = self._head(line, width)
                lines.append(head)
                line = line[len(head) :]
        if line.strip():
            lines.append(line.rstrip())
        return lines or [""]

    def balanced(self, text: str, width: int) -> list[str]:
        """Like `wrap`, in the same number of lines, but of about equal length."""
        lines = self.wrap(text, width)
        low, high = self.size, width
        while len(lines) > 1 and low < high:
            middle = (low + high) // 2
            if len(self.wrap(text, middle)) > len(lines):
                low = middle + 1
            else:
                high = middle
        return self.wrap(text, high) if len(lines) > 1 else lines

    def _head(self, text: str, width: int) -> str:
        """As much of a piece without a break as fits, at least one character."""
        end = 1
        while end < len(text) and self.width(text[: end + 1]) <= width:
            end += 1
        return text[:end]


class Typefaces:
    """The faces of one language, each opened once."""

    def __init__(self, font_path: FontPath, language: Language) -> None:
        self._font_path = font_path
        self._language = language
        self._faces: dict[tuple[bool, int], Face] = {}

    def regular(self, size: int) -> Face:
        return self._face(size, bold=False)

    def bold(self, size: int) -> Face:
        return self._face(size, bold=True)

    def _face(self, size: int, *, bold: bool) -> Face:
        face = self._faces.get((bold, size))
        if face is None:
            face = Face(self._font_path(self._language, bold), size)
            self._faces[bold, size] = face
        return face


def _pieces(text: str) -> list[str]:
    """The text cut at every place where a line may end."""
    pieces: list[str] = []
    for char in " ".join(text.split()):
        if pieces and not _may_break(pieces[-1][-1], char):
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _may_break(before: str, after: str) -> bool:
    if after in _NOT_AT_LINE_START or before in _NOT_AT_LINE_END or after == " ":
        return False
    return before == " " or _is_ideograph(before) or _is_ideograph(after)


def _is_ideograph(char: str) -> bool:
    return any(first <= char <= last for first, last in _IDEOGRAPHS)
