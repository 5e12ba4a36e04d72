"""The QR of a voucher, sized so that it always fits the paper."""

from dataclasses import dataclass

import segno
from PIL import Image

QUIET_MODULES = 4
"""White modules that ISO/IEC 18004 asks for on each side."""
MAX_DOTS_PER_MODULE = 8
MIN_DOTS_PER_MODULE = 4
"""Half a millimetre: below it a worn head or a cheap scanner fails."""


class QrTooWide(ValueError):
    """The text needs a symbol that the paper cannot hold at the least module size."""


@dataclass(frozen=True, slots=True)
class Qr:
    picture: Image.Image
    """Mode "1", black = 0, with its quiet zone."""
    version: int
    dots_per_module: int


def draw_qr(payload: str, width_dots: int, error: str = "q") -> Qr:
    """The symbol of a V1 (version 2-Q) or any other text, as large as sensible.

    A printer prints nothing at all of a symbol wider than its paper, so the module is
    min(8, floor(width / modules with quiet zone)) dots.

    Raises:
        QrTooWide: not even 4 dots per module fit.
    """
    symbol = segno.make(payload, error=error, micro=False, boost_error=False)
    modules = len(symbol.matrix) + 2 * QUIET_MODULES
    scale = min(MAX_DOTS_PER_MODULE, width_dots // modules)
    if scale < MIN_DOTS_PER_MODULE:
        raise QrTooWide(f"{modules} modules do not fit {width_dots} dots")
    core = Image.new("1", (modules, modules), 1)
    for y, row in enumerate(symbol.matrix):
        for x, dark in enumerate(row):
            if dark:
                core.putpixel((x + QUIET_MODULES, y + QUIET_MODULES), 0)
    side = modules * scale
    picture = core.resize((side, side), Image.Resampling.NEAREST)
    return Qr(picture, int(symbol.version), scale)
