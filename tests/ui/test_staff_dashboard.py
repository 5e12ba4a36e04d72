"""The dashboard on the glass: the day's numbers, and buttons that do something or sleep."""

from dataclasses import replace

import pytest

from kiosk import i18n
from kiosk.flow.handle import handle
from kiosk.flow.staff.values import door
from kiosk.flow.staff.values.clerk import Clerk
from kiosk.screens import sample
from kiosk.screens.sample_paper import CLERK, ENOUGH, FACTS, IDLE_S, OFFLINE
from tests.ui.conftest import Glass
from wire.api.staff import StaffRole
from wire.api.text import Language

pytestmark = pytest.mark.ui

IT = replace(CLERK, role=StaffRole.IT)
HOME = door.StaffHome(CLERK, IDLE_S, FACTS)


def names(glass: Glass, clerk: Clerk) -> set[str]:
    glass.show(sample.kiosk(replace(HOME, clerk=clerk)))
    return set(glass.app.gallery.targets())


def test_the_days_numbers_stand_there(glass: Glass) -> None:
    facts = replace(FACTS, issued_today=142, uncertain=5, released_today=37, pending=61)
    glass.show(sample.kiosk(replace(HOME, facts=facts)))
    assert {"142", "5", "37", "61"} <= set(glass.shown_words())
    glass.show(sample.kiosk(replace(HOME, facts=None)))
    assert "37" not in glass.shown_words()


@pytest.mark.parametrize("clerk", [CLERK, OFFLINE, IT], ids=["clerk", "offline", "it"])
def test_no_button_of_the_dashboard_does_nothing(glass: Glass, clerk: Clerk) -> None:
    state = sample.kiosk(replace(HOME, clerk=clerk))
    tasks = names(glass, clerk) & {"search", "queue", "test", "hours", "handover", "diagnostics"}
    for name in sorted(tasks):
        glass.events.clear()
        glass.app.gallery.targets()[name].dispatch("on_release")
        after, _ = handle(state, glass.events[0])
        assert after.screen != state.screen, name


def test_who_is_of_it_is_told_what_is_not_theirs(glass: Glass) -> None:
    online = names(glass, CLERK)
    it = names(glass, IT)
    assert online - it == {"search", "queue", "handover"}
    for language in Language:
        it_stands = sample.kiosk(replace(HOME, clerk=IT), language=language, paper=ENOUGH)
        glass.show(it_stands)
        assert i18n.text("L-ALARM-IT", language) in glass.shown_words()
