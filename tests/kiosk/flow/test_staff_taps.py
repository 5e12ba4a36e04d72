"""Whatever staff tap, in whatever order: no code is made, and nothing of a member is seen."""

import typing
from dataclasses import replace
from uuid import UUID

import sample
from case_walks import UNCERTAIN, case
from conftest import Walk
from hypothesis import given, settings
from hypothesis import strategies as st
from staff_walks import BADGE, CLERK, OFFLINE, at_home

from kiosk import headless_vouchers
from kiosk.flow import effect
from kiosk.flow import event as e
from kiosk.flow.handle import HANDLERS
from kiosk.flow.staff.values import diagnostics as d
from kiosk.flow.staff.values import door
from kiosk.flow.staff.values import service as s
from kiosk.flow.staff.values import vouchers as v
from kiosk.flow.staff.values.unions import StaffEvent, StaffScreen
from kiosk.flow.state import Attract, Step
from wire.api.redemptions import ReleaseReason, ReprintReason
from wire.api.staff import ClockDirection, HandoverCounts, HandoverNote, StaffRole
from wire.errors import ErrorCode, problem

ABOUT = case()
SECOND = replace(CLERK, staff_ref="00ffee00ffee", login=UUID(int=32))
COUNTS = HandoverCounts(1, 2, 3)
TAPS = st.sampled_from(
    [
        v.SearchOpened(),
        v.QueueOpened(),
        *(v.SearchWayChosen(way) for way in v.SearchWay),
        *(v.SymbolTyped(symbol) for symbol in "5W8C"),
        v.SymbolErased(),
        v.CasesTurned(1),
        v.CasesTurned(-1),
        v.CaseChosen(ABOUT.id),
        v.CaseChosen(UNCERTAIN.id),
        v.ReprintOpened(),
        *(v.ReprintReasonChosen(reason) for reason in ReprintReason),
        v.ReprintConfirmed(),
        v.SettleOpened(),
        v.StoryOpened(),
        v.TakenConfirmed(),
        v.VoidOpened(),
        v.VoidReasonChosen(ReleaseReason.STAFF_TORN),
        v.VoidConfirmed(),
        d.DiagnosticsOpened(),
        *(d.DiagnosticsTabChosen(tab) for tab in d.DiagnosticsTab),
        d.FieldTouched(1),
        d.TouchTestCleared(),
        d.TrialWanted(d.Trial.SOUND),
        d.NetworkTestWanted(),
        s.HoursOpened(),
        *(s.ClockWanted(direction) for direction in ClockDirection),
        s.HandoverOpened(),
        s.NoteTicked(HandoverNote.PAPER_LOW),
        s.SecondAwaited(),
        s.HandoverSigned(second=True),
        s.HandoverSigned(second=False),
        door.PinDigit("1"),
        door.StaffWentBack(),
        door.StaffLeft(),
        door.StaffStayed(),
        e.AimOpened(),
        e.AimClosed(),
        e.ItemChosen(UUID(int=1)),
        e.Confirmed(),
        e.Continued(),
        e.ReprintChosen(UUID(int=77)),
        e.WentBack(),
        e.Ended(),
    ]
)
ANSWERS = st.sampled_from(
    [
        v.CasesFound(v.Source.HERE, (ABOUT, UNCERTAIN)),
        v.CasesFound(v.Source.HERE, (UNCERTAIN,), uncertain=True),
        v.CasesFound(v.Source.STORE, (), silent=True),
        v.StoryRead(ABOUT.id, (), None, live=True),
        v.CaseSettled(UNCERTAIN.id, v.Settlement.TAKEN, v.Settled.DONE),
        v.CaseSettled(UNCERTAIN.id, v.Settlement.VOID, v.Settled.SILENT),
        e.StepReached(ABOUT.id, Step.PRINT),
        e.VoucherPrinted(ABOUT.id, "5W8C", sample.redemption()),
        e.VoucherUncertain(UNCERTAIN.id, "5W8C", no_paper=True),
        e.RedemptionRefused(ABOUT.id, problem(ErrorCode.REPRINT_LIMIT, "No.")),
        e.PrinterRefused(ABOUT.id, no_paper=True),
        s.Clocked(ClockDirection.IN, s.ClockOutcome.DONE, sample.WALL, 1),
        s.CountsTold(COUNTS),
        s.HandoverAnswered(s.HandoverOutcome.DONE, sample.WALL),
        e.Scanned(BADGE, "QRCode"),
        door.BadgeGood(BADGE),
        door.BadgeBad(),
        door.ClerkCame(SECOND),
        d.Diagnosed(d.Diagnosis()),
        d.TrialOver(d.Trial.SOUND),
    ]
)
SECONDS = st.sampled_from([0.1, 1.2, 9.0, 299.0])
AIMED = st.integers(0, 39)
"""A tap on one of the buttons that stand there: so walks get far."""
STEPS = st.lists(AIMED, min_size=12, max_size=60) | st.lists(
    AIMED | TAPS | ANSWERS | SECONDS, max_size=80
)
ONLINE = (
    v.StaffReprint | v.FindHere | v.FindInStore | v.ReadStory | v.AskStanding | v.SettleCase
    | s.Clock | s.CountForHandover | s.SignHandover | door.LogIn | door.StayIn
)  # fmt: skip


def aimed(screen, number: int):
    """What the world answers here, or one of the buttons that stand there."""
    match screen:
        case v.Search(found=v.Found(here=None), tail=tail):
            return v.CasesFound(v.Source.HERE, (ABOUT, UNCERTAIN), tail)
        case v.Queue(found=v.Found(here=None)):
            return v.CasesFound(v.Source.HERE, (UNCERTAIN,), uncertain=True)
        case v.Settling(case=case, wanted=wanted):
            return v.CaseSettled(case.id, wanted, v.Settled.DONE)
        case v.Reprinting(case=case):
            return e.VoucherUncertain(case.id, "5W8C", no_paper=False)
        case s.Hours(asking=ClockDirection() as direction):
            return s.Clocked(direction, s.ClockOutcome.DONE, None, 1)
        case s.Handover(counts=None):
            return s.CountsTold(COUNTS)
        case s.SecondBadge(checking=checking):
            return door.BadgeGood(BADGE) if checking else e.Scanned(BADGE, "QRCode")
        case s.SecondPin(asking=asking):
            return door.ClerkCame(SECOND) if asking else door.PinDigit("1")
        case s.HandoverSign(asking=True):
            return s.HandoverAnswered(s.HandoverOutcome.DONE, sample.WALL)
    buttons = sorted(headless_vouchers.targets(screen).items())
    buttons = [tap for name, tap in buttons if name not in ("back", "leave") or number % 5 == 0]
    return buttons[number % len(buttons)] if buttons else 0.1


def staff_walk(clerk, steps):
    """Each step with the screen before it, while somebody of staff is there."""
    walk = at_home(Walk(sample.state()), clerk)
    for number, step in enumerate(steps):
        what = step
        if isinstance(step, int):
            before = walk.screen
            walk.wait(1.1)  # buttons that sleep wake up
            yield before, 1.1, walk
            if isinstance(walk.screen, Attract):
                return
            what = aimed(walk.screen, step)
        if isinstance(what, door.ClerkCame):  # no log-in has the id of another, whoever it is
            what = door.ClerkCame(replace(what.clerk, login=UUID(int=1000 + number)))
        before = walk.screen
        if isinstance(what, float):
            walk.wait(what)
        else:
            walk.do(what)
        yield before, what, walk
        if isinstance(walk.screen, Attract):
            return


@settings(max_examples=500, deadline=None)
@given(STEPS)
def test_no_staff_screen_ever_makes_a_code(steps) -> None:
    for before, what, walk in staff_walk(CLERK, steps):
        assert not [x for x in walk.effects if isinstance(x, effect.Redeem | effect.Reprint)]
        prints = [x for x in walk.effects if isinstance(x, v.StaffReprint)]
        if prints:
            assert isinstance(what, v.ReprintConfirmed)
            assert isinstance(before, v.ReprintAsk)
            assert (prints[0].redemption, prints[0].reason) == (before.case.id, before.reason)
        voids = [x for x in walk.effects if isinstance(x, v.SettleCase) and x.reason]
        if voids:
            assert isinstance(what, v.VoidConfirmed)
            assert isinstance(before, v.VoidAsk)


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_who_came_in_offline_gets_none_of_the_online_tasks(steps) -> None:
    for _, what, walk in staff_walk(OFFLINE, steps):
        if isinstance(what, door.ClerkCame):
            return  # somebody else
        assert not [x for x in walk.effects if isinstance(x, ONLINE)], what
        assert not isinstance(walk.screen, v.VoucherScreen | s.Hours | s.Handover)


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_it_neither_prints_again_nor_gives_points_back(steps) -> None:
    it = replace(CLERK, role=StaffRole.IT)
    for _, _, walk in staff_walk(it, steps):
        assert not [x for x in walk.effects if isinstance(x, v.StaffReprint | v.SettleCase)]


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_every_log_in_ends_when_nobody_is_there(steps) -> None:
    alive = {CLERK.login}
    for _, what, walk in staff_walk(CLERK, steps):
        if isinstance(what, door.ClerkCame):
            alive.add(what.clerk.login)
        alive -= {x.login for x in walk.effects if isinstance(x, door.LogOut)}
        seen = {
            clerk.login
            for name in ("clerk", "second")
            if (clerk := getattr(walk.screen, name, None)) is not None
        }
        assert alive == seen, what


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_nothing_of_a_member_is_in_what_staff_see(steps) -> None:
    for _, _, walk in staff_walk(CLERK, steps):
        if isinstance(walk.screen, StaffScreen):
            seen = repr(walk.screen)
            assert "张" not in seen
            assert "6210" not in seen
            assert sample.CODE not in seen


def test_every_event_of_staff_has_its_handler() -> None:
    assert set(typing.get_args(StaffEvent)) <= set(HANDLERS)


def test_the_walks_get_everywhere() -> None:
    """Else the tests above would prove little."""
    reached: set[type] = set()

    @settings(max_examples=400, deadline=None, database=None, derandomize=True)
    @given(STEPS)
    def walks(steps) -> None:
        for _, _, walk in staff_walk(CLERK, steps):
            reached.add(type(walk.screen))

    walks()
    assert {*typing.get_args(v.VoucherScreen), *typing.get_args(s.ServiceScreen)} <= reached
