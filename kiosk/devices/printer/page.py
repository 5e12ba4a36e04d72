"""A page as ESC/POS bytes: raster in bands, white rows as feeds, cut, fence.

python-escpos gives the raster bytes (`EscposImage`) and the constants. Its `Dummy` is
not used: importing it takes 0.75 s, leaves a temporary directory at each start and
calls `logging.basicConfig`, and its `image()` prints a line to stdout for each band.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from escpos.constants import ESC, GS, HW_INIT
from escpos.image import EscposImage
from PIL import Image

from kiosk.devices.printer.profile import DOTS_PER_MM, PrinterProfile

BAND_ROWS = 24
_FEWEST_FED_ROWS = 8
"""Shorter white runs stay in the raster: a stop and a start leave a mark on the paper."""
_MOST_FED_ROWS = 255
_BAND_HEADER_BYTES = 8

_FEED: bytes = ESC + b"J"
_RASTER: bytes = GS + b"v0\x00"
INITIALISE: bytes = HW_INIT
NO_ASB: bytes = GS + b"a\x00"
"""Automatic status off: it would mix with the answers that we ask for."""
ASB: bytes = GS + b"a\x0e"
"""Tell unasked: on line or off, errors, paper; not the drawer."""
FEED_IN_DOTS: bytes = GS + b"P" + bytes((203, 203))
"""Motion units of 1/203 inch, so that ESC J counts dots on every model."""
_CUT: dict[str, bytes] = {"partial": GS + b"VB\x00", "full": GS + b"VA\x00"}
"""Feed to the cutter and cut (python-escpos: `cut(feed=False)` is the first)."""
_CLEARED_ROWS = 8
"""Fed by `clearing`, so that what is printed of a broken job comes out of the head."""


@dataclass(frozen=True, slots=True)
class Band:
    """A part of a page after which the status can be asked."""

    data: bytes
    rows: int
    """Of paper, white ones that are fed included."""


def preamble(profile: PrinterProfile, settings: bytes = b"") -> bytes:
    """What a job begins with; `settings` are the profile's commands for density and speed."""
    data = INITIALISE
    if profile.dle_eot:
        data += ASB if profile.asb else NO_ASB
    if profile.gs_p:
        data += FEED_IN_DOTS
    return data + settings


def ending(profile: PrinterProfile, rows: int) -> Band:
    """What ends a page of so many rows: white up to the shortest piece, cut, handed out.

    A model without a cutter feeds the page to its tear bar.
    """
    missing = max(0, profile.shortest_mm * DOTS_PER_MM - rows - profile.head_to_cutter_rows)
    data = feed(missing) if missing else b""
    data += cut(profile)
    if profile.presenter is not None:
        data += profile.presenter.present
    return Band(data, missing + profile.head_to_cutter_rows)


def cut(profile: PrinterProfile) -> bytes:
    """Feed the end of the page to the cutter and cut it, or to the tear bar."""
    if profile.cutter == "none":
        return feed(profile.head_to_cutter_rows)
    return _CUT[profile.cutter]


def clearing(profile: PrinterProfile, settings: bytes = b"") -> Band:
    """What ends a broken job, wherever it broke off: half a band, white, a cut.

    Half a voucher is not handed out: a presenter takes it back.
    """
    rest = rest_of_a_band(profile)
    data = rest + preamble(profile, settings) + feed(_CLEARED_ROWS) + cut(profile)
    if profile.presenter is not None:
        data += profile.presenter.retract
    return Band(data, BAND_ROWS + _CLEARED_ROWS + profile.head_to_cutter_rows)


def rest_of_a_header() -> bytes:
    """Zeros: sizes of nothing in the middle of a band's header, nothing elsewhere.

    A question sent there would be taken for the height of a band of a thousand rows.
    """
    return bytes(_BAND_HEADER_BYTES)


def rest_of_a_band(profile: PrinterProfile) -> bytes:
    """Zeros: white dots in the middle of a band, nothing at the start of a command."""
    return bytes(profile.width_dots // 8 * BAND_ROWS + _BAND_HEADER_BYTES)


def feed(rows: int) -> bytes:
    """White rows."""
    full, rest = divmod(rows, _MOST_FED_ROWS)
    return (_FEED + b"\xff") * full + (_FEED + bytes((rest,)) if rest else b"")


def band(picture: Image.Image) -> bytes:
    """GS v 0: one band of raster, as wide as the picture."""
    raster = EscposImage(picture)
    size: bytes = raster.width_bytes.to_bytes(2, "little") + raster.height.to_bytes(2, "little")
    data: bytes = raster.to_raster_format()
    return _RASTER + size + data


def bands(page: Image.Image) -> Iterator[Band]:
    """The page from top to bottom in pieces after each of which the status can be asked.

    Args:
        page: mode "1", black = 0, its width a multiple of eight.
    """
    white = _white_rows(page)
    top = fed = 0
    while top < page.height:
        run = _run_of_white(white, top)
        if run >= _FEWEST_FED_ROWS or top + run == page.height:
            fed += run
            top += run
            continue
        bottom = _band_end(white, top)
        data = band(page.crop((0, top, page.width, bottom)))
        yield Band(feed(fed) + data, fed + bottom - top)
        top, fed = bottom, 0
    if fed:
        yield Band(feed(fed), fed)


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
