"""A piece of paper as somebody sees it, and its file."""

import os
import random
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from kiosk.devices.printer.emulator.paper import Edge, Piece

_PAPER_DOTS = {384: 464, 576: 640}
"""Width of the paper around the head's dots: 58 and 80 mm."""
_AROUND = 48
_TOOTH = 6
_TEAR = 14
_TABLE = (226, 220, 208)
_WHITE = (253, 252, 248)
_INK = (32, 33, 36)
_SHADOW = 70
_NAME = "paper-{:04d}.png"
LATEST = "paper-latest.png"


def draw_piece(piece: Piece) -> Image.Image:
    """The piece on a table, one pixel per dot, RGB."""
    width = _PAPER_DOTS.get(piece.width, piece.width + 64)
    height = max(len(piece.rows), 2 * _TEAR)
    outline = _outline(width, height, piece)
    size = (width + 2 * _AROUND, height + 2 * _AROUND)
    sheet = Image.new("L", size, 0)
    sheet.paste(outline, (_AROUND, _AROUND))
    shadow = ImageChops.offset(sheet, 0, 8).filter(ImageFilter.GaussianBlur(12))
    picture = Image.new("RGB", size, _TABLE)
    picture.paste((0, 0, 0), mask=shadow.point(lambda value: value * _SHADOW // 255))
    picture.paste(_WHITE, mask=sheet)
    if piece.rows:
        dots = Image.frombytes("1", (piece.width, len(piece.rows)), b"".join(piece.rows))
        left = _AROUND + (width - piece.width) // 2
        ink = Image.new("L", size, 0)
        ink.paste(dots, (left, _AROUND))
        picture.paste(_INK, mask=ImageChops.multiply(ink, sheet))
    return picture


def _outline(width: int, height: int, piece: Piece) -> Image.Image:
    """White where there is paper: fine teeth where it was cut, a ragged edge where torn."""
    top, bottom = _edge(width, piece.top), _edge(width, piece.bottom)
    points = [(x, depth) for x, depth in top]
    points += [(x, height - 1 - depth) for x, depth in reversed(bottom)]
    mask = Image.new("L", (width, height), 0)
    ImageDraw.Draw(mask).polygon(points, fill=255)
    return mask


def _edge(width: int, edge: Edge) -> list[tuple[int, int]]:
    if edge is Edge.CUT:
        return [(x, _TOOTH // 2 if n % 2 else 0) for n, x in enumerate(range(0, width, _TOOTH))] + [
            (width - 1, 0)
        ]
    ragged = random.Random(width)  # noqa: S311 - the same tear in every picture, no secret
    return [(x, ragged.randrange(_TEAR)) for x in range(0, width, 9)] + [(width - 1, 3)]


class PieceFolder:
    """Keeps every piece as paper-0001.png, ... and the newest also as paper-latest.png."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        taken = [int(path.stem[6:]) for path in folder.glob("paper-[0-9]*.png")]
        self._count = max(taken, default=0)

    def keep(self, piece: Piece) -> Path:
        """Write the piece's picture; a reader never sees half a file.

        Raises:
            OSError: the folder cannot be written.
        """
        self._count += 1
        path = self._folder / _NAME.format(self._count)
        picture = draw_piece(piece)
        for target in (path, self._folder / LATEST):
            part = target.with_suffix(".part")
            picture.save(part, format="PNG")
            os.replace(part, target)  # noqa: PTH105 - atomic by contract, Path.replace is the same
        return path
