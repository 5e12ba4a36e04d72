"""What somebody reads from paper, by means that know nothing of how it was drawn."""

from PIL import Image, ImageOps
from pyzbar import pyzbar

from kiosk.devices.printer.emulator.paper import HEAD_TO_CUTTER_ROWS, Piece


def codes_on(picture: Image.Image) -> list[str]:
    """What zbar reads from a picture of paper."""
    return [symbol.data.decode() for symbol in pyzbar.decode(picture.convert("L"))]


def codes_on_piece(piece: Piece) -> list[str]:
    return codes_on(ImageOps.expand(dots_of(piece).convert("L"), 40, 255))


def dots_of(piece: Piece) -> Image.Image:
    """The piece as printed, mode "1", black = 0, without the white of the cutter's distance."""
    rows = piece.rows[HEAD_TO_CUTTER_ROWS:]
    picture = Image.frombytes("1", (piece.width, len(rows)), b"".join(rows))
    return ImageOps.invert(picture)
