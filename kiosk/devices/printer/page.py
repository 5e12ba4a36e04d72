"""A page as ESC/POS bytes: raster in bands, white rows as feeds, cut, fence.

python-escpos gives the raster bytes (`EscposImage`) and the constants. Its `Dummy` is
not used: importing it takes 0.75 s, leaves a temporary directory at each start and
calls `logging.basicConfig`, and its `image()` prints a line to stdout for each band.
"""

from collections.abc import Iterator

from escpos.constants import ESC, GS, HW_INIT
from escpos.image import EscposImage
from PIL import Image

DOTS_PER_MM = 8
BAND_ROWS = 24
_FEWEST_FED_ROWS = 8
"""Shorter white runs stay in the raster: a stop and a start leave a mark on the paper."""
_MOST_FED_ROWS = 255

_FEED: bytes = ESC + b"J"
_RASTER: bytes = GS + b"v0\x00"
INITIALISE: bytes = HW_INIT
NO_ASB: bytes = GS + b"a\x00"
"""Automatic status off: it would mix with the answers that we ask for."""
FEED_IN_DOTS: bytes = GS + b"P" + bytes((203, 203))
"""Motion units of 1/203 inch, so that ESC J counts dots on every model."""
FENCE: bytes = GS + b"r\x01"
"""Transmit the paper sensors' status: answered in turn, after all that was sent before."""
CUT: bytes = GS + b"VB\x00"
"""Feed to the cutter and cut (python-escpos: `cut(feed=False)`)."""
PREAMBLE: bytes = INITIALISE + NO_ASB + FEED_IN_DOTS


def feed(rows: int) -> bytes:
    """White rows, at least one."""
    full, rest = divmod(rows, _MOST_FED_ROWS)
    return (_FEED + b"\xff") * full + (_FEED + bytes((rest,)) if rest else b"")


def band(picture: Image.Image) -> bytes:
    """GS v 0: one band of raster, as wide as the picture."""
    raster = EscposImage(picture)
    size: bytes = raster.width_bytes.to_bytes(2, "little") + raster.height.to_bytes(2, "little")
    data: bytes = raster.to_raster_format()
    return _RASTER + size + data


def bands(page: Image.Image) -> Iterator[bytes]:
    """The page from top to bottom in pieces after each of which the status can be asked.

    Args:
        page: mode "1", black = 0, its width a multiple of eight.
    """
    white = _white_rows(page)
    top, fed = 0, b""
    while top < page.height:
        run = _run_of_white(white, top)
        if run >= _FEWEST_FED_ROWS or top + run == page.height:
            fed += feed(run)
            top += run
            continue
        bottom = _band_end(white, top)
        yield fed + band(page.crop((0, top, page.width, bottom)))
        top, fed = bottom, b""
    if fed:
        yield fed


def _white_rows(page: Image.Image) -> list[bool]:
    """For each row whether no dot of it is black."""
    raw, stride = page.tobytes(), page.width // 8
    blank = b"\xff" * stride
    return [raw[y * stride : (y + 1) * stride] == blank for y in range(page.height)]


def _run_of_white(white: list[bool], top: int) -> int:
    bottom = top
    while bottom < len(white) and white[bottom]:
        bottom += 1
    return bottom - top


def _band_end(white: list[bool], top: int) -> int:
    """Where the band that starts at `top` ends: full, or before a run of white worth feeding."""
    limit = min(top + BAND_ROWS, len(white))
    for row in range(top, limit):
        if white[row] and _run_of_white(white, row) >= _FEWEST_FED_ROWS:
            return row
    return limit
