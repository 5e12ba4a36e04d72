"""Every job that the driver sends is read back by the strict reader: the page, dot for dot."""

import itertools

import pytest

from kiosk.devices.printer.driver import EscPosPrinter
from kiosk.devices.printer.emulator.features import features_of
from kiosk.devices.printer.emulator.mechanism import EmulatedPrinter
from kiosk.devices.printer.emulator.paper import Piece
from kiosk.devices.printer.profile import load_profile, profile_names
from tests.kiosk.printer.memory_line import MemoryLine
from tests.kiosk.printer.paper_reading import codes_on
from tests.kiosk.printer.strict_reader import MOST_BAND_ROWS, NotStrict, read_job
from tests.kiosk.printer.voucher_pages import payload, voucher_page
from wire.api.text import Language

PROFILE = load_profile("80mm-presenter")
BAND = b"\x1dv0\x00\x48\x00\x02\x00" + bytes(144)
CUT = b"\x1dVA\x00"


def job_bytes(name: str, language: Language) -> tuple[bytes, list[Piece]]:
    """What the driver sends to a model for a voucher, and what came out."""
    profile = load_profile(name)
    pieces: list[Piece] = []
    emulated = EmulatedPrinter(profile.width_dots, pieces.append, features=features_of(profile))
    line = MemoryLine(emulated)
    printer = EscPosPrinter(line.open, profile, monotonic=line.monotonic)
    printer.print(voucher_page(profile.width_dots, language), 20.0)
    emulated.tear()
    assert emulated.reader.failures == []
    return bytes(line.written), pieces


@pytest.mark.parametrize(("name", "language"), list(itertools.product(profile_names(), Language)))
def test_voucher_is_read_back_from_its_bytes(name: str, language: Language) -> None:
    data, pieces = job_bytes(name, language)
    job = read_job(data, load_profile(name))
    page = voucher_page(job.width, language)
    picture = job.picture()
    assert picture.crop((0, 0, page.width, page.height)).tobytes() == page.tobytes()
    assert not any(any(row) for row in job.rows[page.height :]), "white up to the edge"
    assert max(job.bands) == MOST_BAND_ROWS
    assert codes_on(picture.convert("L")) == [payload()]
    assert len(pieces) == 1
    assert job.presented is (load_profile(name).presenter is not None)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x1b@A", "byte 2: no command of this model: 41"),
        (BAND, "byte 0: dots before ESC @"),
        (b"\x1b@\x1dv0\x00\x30\x00\x02\x00" + bytes(96), "a band of 384 dots"),
        (b"\x1b@\x1dv0\x00\x48\x00\x19\x00" + bytes(1800), "a band of 25 rows"),
        (b"\x1b@" + BAND[:-1], "half a band"),
        (b"\x1b@" + BAND + b"\x1b@", "ESC @ in the middle"),
        (b"\x1b@\x1bJ\x00", "a feed of no rows"),
        (b"\x1b@\x1bJ", "half a command"),
        (b"\x1b@" + BAND + CUT + BAND, "something to print after the cut"),
        (b"\x1b@" + BAND + CUT + CUT, "something to print after the cut"),
        (b"\x1b@" + BAND + b"\x1dVB\x00", "no command of this model"),
        (b"\x1b@" + BAND + PROFILE.density["dark"], "a setting outside the preamble"),
        (b"\x1b@" + BAND + b"\x1de\x03\x0c", "presented before the cut"),
        (b"\x1bv\x00", "no command of this model"),
        (b"\x10\x04\x05", "no command of this model"),
        (b"\x00", "no command of this model"),
    ],
)
def test_whatever_is_not_strict_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(NotStrict, match=why):
        read_job(data, PROFILE)
