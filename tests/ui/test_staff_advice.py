"""What a screen of staff says when a part of the kiosk does not work: what it is, what to do."""

import pytest

from kiosk.flow.staff.values.door import BadgeAsked, DoorNotice
from kiosk.flow.staff.values.facts import PrinterFacts, Sensed
from kiosk.flow.staff.values.service import SecondBadge
from kiosk.flow.state import Health
from kiosk.i18n import text
from kiosk.screens import sample
from kiosk.screens.sample_paper import CLERK, IDLE_S, at_step
from kiosk.screens.staff.sample import COUNTS
from tests.ui.conftest import Glass
from wire.api.text import Language

pytestmark = pytest.mark.ui

BLIND = Health(online=True, scanner_ok=False)
READY = PrinterFacts(*[Sensed.OK] * 4)


def says(code: str) -> str:
    return text(code, Language.ZH_HANS)


@pytest.mark.parametrize(
    "screen",
    [
        BadgeAsked(IDLE_S),
        BadgeAsked(IDLE_S, notice=DoorNotice.BAD_BADGE),
        SecondBadge(CLERK, IDLE_S, COUNTS, frozenset()),
    ],
)
def test_a_camera_that_reads_nothing_is_told_where_badges_are_shown(glass: Glass, screen) -> None:
    glass.show(sample.kiosk(screen, health=BLIND))
    assert says("L-DOOR-CAMERA") in glass.shown_words()
    assert says("L-BADGE-BLIND") in glass.shown_words()
    glass.show(sample.kiosk(screen))
    assert says("L-DOOR-CAMERA") not in glass.shown_words()


def test_who_is_refused_by_the_service_is_told_so(glass: Glass) -> None:
    glass.show(sample.kiosk(BadgeAsked(IDLE_S, notice=DoorNotice.REFUSED)))
    assert says("L-DOOR-REFUSED") in glass.shown_words()


def test_next_is_awake_though_the_rolls_door_is_said_to_be_open(glass: Glass) -> None:
    glass.show(sample.kiosk(at_step(4, printer=READY), roll_door_open=True))
    assert says("L-SENSE-DOOR-ONLY") in glass.shown_words()
    assert "next" in glass.app.gallery.targets()
    glass.show(sample.kiosk(at_step(4, printer=PrinterFacts()), roll_door_open=True))
    assert says("L-SENSE-SHUT-FIRST") in glass.shown_words()
    assert "next" not in glass.app.gallery.targets()
