"""How often the same voucher came out: a code that is on paper twice is worth a word."""

from collections import Counter
from dataclasses import dataclass

from PIL import Image, ImageOps
from pyzbar import pyzbar

from kiosk.devices.printer.emulator.paper import Piece
from wire import voucher_code
from wire.tokens import voucher_payload

_MARGIN = 40
"""Dots of white around the picture: a reader wants a quiet zone."""
_PREFIX = voucher_payload("")


@dataclass(frozen=True, slots=True)
class Seen:
    """One voucher on one piece."""

    tail: str
    """The last four of its code: the whole code is on the paper, and nowhere else."""
    copies: int
    """Pieces that carried it by now."""


class Copies:
    """Reads the QR of each piece and remembers the codes while the emulator runs."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def read(self, piece: Piece) -> Seen | None:
        """The voucher on a piece; None if there is none that can be read."""
        code = _voucher_on(piece)
        if code is None:
            return None
        self._seen[code] += 1
        return Seen(voucher_code.tail(code), self._seen[code])


def _voucher_on(piece: Piece) -> str | None:
    if not piece.rows:
        return None
    dots = Image.frombytes("1", (piece.width, len(piece.rows)), b"".join(piece.rows))
    paper = ImageOps.expand(ImageOps.invert(dots.convert("L")), _MARGIN, 255)
    for symbol in pyzbar.decode(paper, symbols=[pyzbar.ZBarSymbol.QRCODE]):
        text = symbol.data.decode("ascii", "replace")
        try:
            if text.startswith(_PREFIX):
                return voucher_code.parse(text.removeprefix(_PREFIX))
        except ValueError:  # somebody else's QR
            continue
    return None
