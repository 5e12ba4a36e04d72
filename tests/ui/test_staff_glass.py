"""Staff's screens on the glass: what a tap emits, and that no secret stands anywhere."""

from dataclasses import replace

import pytest

from kiosk.flow.event import Event
from kiosk.flow.staff.values import door, rolls
from kiosk.flow.state import Attract, KioskState, Screen
from kiosk.screens import sample
from kiosk.screens.sample_paper import CLERK, FACTS, IDLE_S, OFFLINE, RECORD, at_step
from tests.ui.conftest import Glass

pytestmark = pytest.mark.ui

HOME = door.StaffHome(CLERK, IDLE_S, FACTS)
PIN = door.PinAsked(IDLE_S, "S1SECRET", typed="13579")
TAPS: list[tuple[Screen, str, Event]] = [
    (door.BadgeAsked(IDLE_S), "back", door.StaffWentBack()),
    (PIN, "digit:7", door.PinDigit("7")),
    (PIN, "rub", door.PinRubbed()),
    (HOME, "roll", rolls.RollWizardOpened()),
    (HOME, "test", rolls.TestPrintOpened()),
    (HOME, "leave", door.StaffLeft()),
    (replace(HOME, unfinished=RECORD), "not_changed", rolls.RollDropped()),
    (at_step(1), "next", rolls.WizardNext()),
    (at_step(2), "previous", rolls.WizardStepBack()),
    (at_step(3), "length:50", rolls.LengthChosen(50_000)),
    (at_step(3), "serial", rolls.RollFieldOpened(rolls.RollField.SERIAL)),
    (at_step(3, field=rolls.RollField.LENGTH, typed="64"), "done", rolls.RollFieldDone()),
    (at_step(5), "again", rolls.TestPrintWanted()),
    (at_step(6), "sharp", rolls.SharpnessJudged(sharp=True)),
    (at_step(6), "not_sharp", rolls.SharpnessJudged(sharp=False)),
    (rolls.TestPrint(CLERK, IDLE_S), "print", rolls.TestPrintWanted()),
]


def names(glass: Glass, state: KioskState) -> set[str]:
    glass.show(state)
    return set(glass.app.gallery.targets())


@pytest.mark.parametrize(
    ("screen", "name", "expected"), TAPS, ids=[f"{type(s).__name__}-{n}" for s, n, _ in TAPS]
)
def test_each_target_emits_its_event(
    glass: Glass, screen: Screen, name: str, expected: Event
) -> None:
    glass.show(sample.kiosk(screen))
    glass.app.gallery.targets()[name].dispatch("on_release")
    assert glass.events == [expected]


def test_what_is_typed_stands_nowhere(glass: Glass) -> None:
    glass.show(sample.kiosk(PIN))
    said = "".join(glass.words())
    assert "13579" not in said
    assert "S1SECRET" not in said


def test_nobody_offline_can_touch_what_needs_the_service(glass: Glass) -> None:
    online = names(glass, sample.kiosk(HOME))
    assert {"search", "queue", "hours", "handover"} <= online
    offline = names(glass, sample.kiosk(replace(HOME, clerk=OFFLINE)))
    assert online - offline == {"search", "queue", "hours", "handover"}


def test_while_something_prints_there_is_no_way_out(glass: Glass) -> None:
    never = replace(at_step(5, printing=True), idle_at_s=float("inf"))
    left = {n for n in names(glass, sample.kiosk(never)) if not n.startswith("language:")}
    assert left == set()


def test_nothing_of_staff_is_left_when_they_have_gone(glass: Glass) -> None:
    glass.show(sample.kiosk(HOME))
    assert any("李**" in text for text in glass.words())
    glass.app.wipe()
    glass.show(sample.kiosk(Attract()))
    assert not any("李**" in text for text in glass.words())


def test_a_roll_in_the_ledger_cannot_be_taken_back(glass: Glass) -> None:
    loaded = replace(HOME, unfinished=replace(RECORD, step=5, loaded=True))
    assert "not_changed" not in names(glass, sample.kiosk(loaded))
