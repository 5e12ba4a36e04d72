"""Who must have the PIN set anew is told so, at the door and when taking over."""

import pytest

from kiosk import i18n
from kiosk.flow.staff.values.door import PinAsked
from kiosk.flow.staff.values.service import SecondPin
from kiosk.flow.state import Screen
from kiosk.screens import sample
from kiosk.screens.sample_paper import CLERK, IDLE_S
from tests.ui.conftest import Glass
from wire.api.staff import HandoverCounts

pytestmark = pytest.mark.ui

COUNTS = HandoverCounts(paper_mm=0, open=0, uncertain=0)
BLOCKED: list[Screen] = [
    PinAsked(IDLE_S, "S1SECRET", blocked=True),
    SecondPin(CLERK, IDLE_S, COUNTS, frozenset(), "S1SECRET", blocked=True),
]


@pytest.mark.parametrize("pin", BLOCKED, ids=["first", "second"])
def test_whose_pin_must_be_set_anew_reads_it_and_has_no_key_to_press(
    glass: Glass, pin: Screen
) -> None:
    state = sample.kiosk(pin)
    glass.show(state)
    targets = set(glass.app.gallery.targets())
    assert not {name for name in targets if name.startswith("digit:") or name == "rub"}
    assert "back" in targets
    assert i18n.text("L-PIN-LOCKED-LONG", state.language) in glass.shown_words()
