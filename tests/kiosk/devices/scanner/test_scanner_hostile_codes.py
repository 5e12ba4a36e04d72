"""150 codes drawn to do harm, through the real scanner process; 2,000 in `make faults`."""

from collections import Counter

import pytest

from kiosk.devices.scanner.foreign import Content, content_of
from kiosk.flow.effect import LookUp
from kiosk.flow.event import Scanned
from kiosk.flow.handle import handle, start
from kiosk.flow.state import KioskState
from tests.kiosk.devices.scanner.hostile_codes import KINDS, hostile_codes
from tests.kiosk.devices.scanner.hostile_film import judge, watch

SEED = 20261122
COUNT = 150


async def test_none_passes_none_is_told_and_the_process_is_there(
    tmp_path, put_picture, drawing, capfd
):
    folder = tmp_path / "film"
    folder.mkdir()
    seen, forged = await watch(folder, put_picture, drawing, COUNT, SEED)
    logged = capfd.readouterr().err
    assert "foreign code: QRCode" in logged
    print(logged.splitlines()[-1])
    judge(seen, forged, logged)
    assert set(seen.kinds) == set(KINDS)
    assert len(forged) >= 10


def test_2_000_of_them_hold_at_least_500_parts_of_structured_appends():
    kinds = Counter(number % 4 == 0 for number in range(2000))
    assert kinds[True] >= 500  # as hostile_codes deals them out, which is looked at here:
    assert sum(code.kind == "structured append" for code in hostile_codes(40, SEED)) == 10


@pytest.mark.parametrize(
    ("data", "content"),
    [
        (b"", Content.EMPTY),
        (b"4006381333931", Content.DIGITS),
        (b"https://example.com/x", Content.ADDRESS),
        (b"WIFI:T:WPA;S:x;;", Content.ADDRESS),
        ("會員".encode(), Content.TEXT),
        (b"12 34", Content.TEXT),
        (b"\x00\x01", Content.BINARY),
        (b"\xff\xfe", Content.BINARY),
        ("\u202ex".encode(), Content.BINARY),
        (b"http:", Content.TEXT),
    ],
)
def test_what_is_told_of_a_foreign_code_is_its_class(data, content):
    assert content_of(data) is content


def test_no_text_of_a_code_stays_where_a_screen_could_draw_it():
    """The state is all that a screen sees: what was scanned is only in the effect."""
    text = "[color=ff0000]x[/color]"
    state, effects = handle(start(KioskState()), Scanned(text, "QRCode"))
    assert effects == (LookUp(text, "QRCode"),)
    assert text not in repr(state)
