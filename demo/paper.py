"""What a till's scanner reads from a piece of paper."""

from pathlib import Path

from PIL import Image
from pyzbar import pyzbar

from wire import voucher_code


def voucher_on(paper: Path) -> str | None:
    """The voucher code in the QR of this picture of paper, or None if it has none.

    Read by zbar, which has nothing in common with what drew it.
    """
    with Image.open(paper) as picture:
        found = pyzbar.decode(picture.convert("L"), symbols=[pyzbar.ZBarSymbol.QRCODE])
    for symbol in found:
        text: str = symbol.data.decode("ascii", errors="replace")
        if text.startswith("V1"):
            return voucher_code.parse(text.removeprefix("V1"))
    return None
