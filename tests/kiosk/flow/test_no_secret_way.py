"""No gesture opens the door: without a key or a signed badge no staff screen is ever reached,
and no staff screen ever begins a redemption.
"""

import typing
from dataclasses import replace
from uuid import UUID

import sample
from conftest import Walk
from hypothesis import given, settings
from hypothesis import strategies as st
from staff_walks import BADGE, CLERK, OFFLINE

from kiosk.flow import effect
from kiosk.flow import event as e
from kiosk.flow.staff.values import door, rolls
from kiosk.flow.staff.values.facts import KioskFacts, PrinterFacts, Sensed
from kiosk.flow.staff.values.unions import StaffEvent, StaffScreen
from kiosk.flow.state import Health, PrinterReadiness, ScanTab
from kiosk.paper.wizard_record import WizardRecord
from wire.api.text import Language

TOUCHES = st.sampled_from(
    [
        e.Touched(),
        *(e.LanguageChosen(language) for language in Language),
        e.ScanOpened(),
        *(e.ScanTabChosen(tab) for tab in ScanTab),
        e.FilterChosen("all"),
        e.PageTurned(1),
        e.ItemChosen(UUID(int=1)),
        e.BalanceHidden(),
        e.VouchersOpened(),
        e.ReprintChosen(UUID(int=77)),
        e.Confirmed(),
        e.WentBack(),
        e.Continued(),
        e.Ended(),
        e.StaffCalled(),
        e.Retried(),
    ]
)
"""Every touch that a shopper's screen can emit."""
HAPPENINGS = st.sampled_from(
    [
        e.Scanned("M2", "QRCode"),
        e.Scanned("S1FORGED", "QRCode"),
        e.MemberFound(sample.member(vouchers=[sample.waiting_voucher()])),
        e.CodeNotOurs(),
        e.CodeNotOurs(expired=True),
        door.BadgeBad(),
        e.ServiceUnreachable(),
        *(
            e.HealthChanged(Health(online=True, printer=PrinterReadiness.READY, paused=paused))
            for paused in (True, False)
        ),
        e.RollDoorMoved(is_open=True),
        e.RollDoorMoved(is_open=False),
    ]
)
"""... and what else happens around a shopper, forged badges among it."""
SECONDS = st.sampled_from([0.1, 1.5, 20.0, 61.0, 400.0])
STEPS = st.lists(TOUCHES | HAPPENINGS | SECONDS, max_size=60)


def step(walk: Walk, what: "e.Event | float") -> None:
    if isinstance(what, float):
        walk.wait(what)
    else:
        walk.do(what)


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_no_touch_and_no_forged_badge_reaches_a_staff_screen(steps) -> None:
    walk = Walk(sample.state())
    for what in steps:
        step(walk, what)
        assert not isinstance(walk.screen, StaffScreen), what
        assert not [x for x in walk.effects if isinstance(x, door.LogIn | door.LetInOffline)]


@settings(max_examples=300, deadline=None)
@given(st.lists(TOUCHES | st.sampled_from([e.Scanned("S1FORGED", "QRCode"), door.BadgeBad()])))
def test_after_the_key_a_forged_badge_never_reaches_the_pin(steps) -> None:
    walk = Walk(sample.state())
    walk.do(door.StaffKeyTurned())
    for what in steps:
        walk.do(what)
        assert not isinstance(walk.screen, door.PinAsked)
        assert not [x for x in walk.effects if isinstance(x, door.LogIn | door.LetInOffline)]


RECORD = WizardRecord(UUID(int=77), 3, CLERK.staff_ref, CLERK.login, sample.WALL, 1.0, "b", "R", 5)
FINE = PrinterFacts(*[Sensed.OK] * 4)
STAFF_DO = st.sampled_from(
    [
        door.StaffKeyTurned(),
        door.BadgeGood(BADGE),
        door.PinDigit("1"),
        door.PinRubbed(),
        door.PinWrong(2),
        door.PinLocked(None),
        door.LoginSilent(),
        door.ClerkCame(CLERK),
        door.ClerkCame(OFFLINE, RECORD),
        door.StaffLeft(),
        door.LoginOver(UUID(int=31)),
        door.StaffWentBack(),
        door.StaffStayed(),
        door.FactsTold(KioskFacts(), RECORD),
        door.FactsTold(KioskFacts()),
        rolls.RollWizardOpened(),
        rolls.RollBegun(RECORD),
        rolls.RollDropped(),
        rolls.WizardNext(),
        rolls.WizardStepBack(),
        rolls.LengthChosen(50_000),
        rolls.RollFieldOpened(rolls.RollField.LENGTH),
        rolls.RollFieldTyped("6"),
        rolls.RollFieldDone(),
        rolls.PrinterTold(FINE),
        rolls.PrinterTold(replace(FINE, cover=Sensed.FAULT)),
        *(rolls.StepKept(replace(RECORD, step=n, loaded=n > 4)) for n in range(1, 7)),
        rolls.TestPrinted(100),
        rolls.TestFailed(rolls.PrintTrouble.COVER),
        rolls.SharpnessJudged(sharp=True),
        rolls.SharpnessJudged(sharp=False),
        rolls.RollFinished(RECORD, 200, 60),
        rolls.TestPrintOpened(),
        rolls.TestPrintWanted(),
    ]
)


def test_every_event_of_the_door_and_the_paper_is_tried() -> None:
    tried = {type(x) for x in STAFF_DO.elements} | {door.BadgeBad}
    events = {*typing.get_args(door.DoorEvent), *typing.get_args(rolls.RollEvent)}
    assert events <= tried
    assert events <= set(typing.get_args(StaffEvent))


@settings(max_examples=300, deadline=None)
@given(st.lists(STAFF_DO | TOUCHES | SECONDS, max_size=80))
def test_nothing_that_staff_do_makes_a_code(steps) -> None:
    """However they tap: no redemption begins, and whoever comes in is logged out at the end."""
    walk = Walk(sample.state())
    logins = 0
    for what in steps:
        before = walk.screen
        step(walk, what)
        assert not [x for x in walk.effects if isinstance(x, effect.Redeem | effect.Reprint)]
        logins += isinstance(what, door.ClerkCame)
        logins -= sum(isinstance(x, door.LogOut) for x in walk.effects)
        here = isinstance(walk.screen, StaffScreen) and hasattr(walk.screen, "clerk")
        assert logins == here, (before, what)
