"""Each way to die or to hang, at a moment of its own; thirty at random in `make faults`."""

import pytest

from kiosk.devices.scanner import supervision
from tests.kiosk.devices.scanner.scanner_deaths import HOW, HUNG_S, away

MOMENTS = {
    "SIGKILL": (0.0, 0.37),
    "SIGSTOP": (0.21,),
    "a crash of its own": (0.6,),
    "a decoder without an end": (0.45,),
}


@pytest.mark.parametrize(
    ("how", "moment_s"), [(how, moment_s) for how, all_ in MOMENTS.items() for moment_s in all_]
)
async def test_it_is_back_in_time(tmp_path, put_picture, drawing, how, moment_s):
    death = await away(how, moment_s, tmp_path, put_picture, drawing)
    print(death.told())
    assert death.in_time, death.told()


def test_every_way_is_tried():
    assert set(MOMENTS) == set(HOW)


def test_what_is_waited_for_leaves_time_for_a_start():
    """A stuck decoder is noticed early enough that five seconds hold its return as well."""
    assert supervision.DECODING_MAX_S + 2.5 <= HUNG_S
    assert supervision.SILENT_S + 2.5 <= HUNG_S
