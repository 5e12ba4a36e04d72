"""K9 and K10: hours at the service, and two people who sign at one kiosk."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import sample
from staff_walks import BADGE, CLERK, LOGIN, OFFLINE, at_home

from kiosk.flow import event as e
from kiosk.flow.staff.values import door
from kiosk.flow.staff.values import service as s
from kiosk.flow.staff.values.told import Ending, Told
from kiosk.flow.state import Attract, reads_codes
from wire.api.staff import ClockDirection, HandoverCounts, HandoverNote, StaffRole

IN, OUT = ClockDirection.IN, ClockDirection.OUT
COUNTS = HandoverCounts(paper_mm=14_300, open=2, uncertain=1)
SECOND = replace(CLERK, staff_ref="00ffee00ffee", display="王*芳", login=UUID(int=32))


# --- Hours -------------------------------------------------------------------------------
def test_who_is_out_clocks_in_and_who_is_in_clocks_out(walk) -> None:
    at_home(walk).do(s.HoursOpened(), s.ClockWanted(OUT))
    assert walk.effects == []
    walk.do(s.ClockWanted(IN), s.ClockWanted(IN))
    assert walk.effects == [s.Clock(LOGIN, IN)], "a second tap is no second call"
    walk.do(s.Clocked(IN, s.ClockOutcome.DONE, sample.WALL, 12))
    assert walk.screen.ending is Ending.CLOCKED_IN
    walk.do(door.StaffWentBack())
    assert walk.screen.clerk.on_shift_since == sample.WALL
    walk.do(s.HoursOpened(), s.ClockWanted(OUT))
    walk.do(s.Clocked(OUT, s.ClockOutcome.DONE, None, 192))
    assert walk.screen.params == {"hours": 3, "minutes": 12}


@pytest.mark.parametrize(
    ("outcome", "ending"),
    [
        (s.ClockOutcome.ALREADY, Ending.CLOCKED_ALREADY),
        (s.ClockOutcome.REFUSED, Ending.REFUSED),
        (s.ClockOutcome.SILENT, Ending.CLOCK_SILENT),
    ],
)
def test_nothing_is_claimed_that_the_service_did_not_say(walk, outcome, ending) -> None:
    at_home(walk).do(s.HoursOpened(), s.ClockWanted(IN), s.Clocked(IN, outcome))
    assert walk.screen.ending is ending
    assert walk.screen.clerk.on_shift_since is None


def test_who_was_in_already_can_clock_out(walk) -> None:
    at_home(walk).do(s.HoursOpened(), s.ClockWanted(IN))
    walk.do(s.Clocked(IN, s.ClockOutcome.ALREADY, sample.WALL), door.StaffWentBack())
    assert walk.screen.clerk.on_shift_since == sample.WALL
    walk.do(s.HoursOpened(), s.ClockWanted(OUT))
    assert walk.effects == [s.Clock(LOGIN, OUT)]


def test_a_log_in_that_is_over_asks_for_the_badge_again(walk) -> None:
    at_home(walk).do(s.HoursOpened(), s.ClockWanted(IN))
    walk.do(s.Clocked(IN, s.ClockOutcome.LOGIN_OVER))
    assert isinstance(walk.screen, door.BadgeAsked)


@pytest.mark.parametrize("opened", [s.HoursOpened(), s.HandoverOpened()])
def test_who_came_in_offline_has_neither_hours_nor_handover(walk, opened) -> None:
    at_home(walk, OFFLINE).do(opened)
    assert isinstance(walk.screen, door.StaffHome)
    assert walk.effects == []


# --- Handover ----------------------------------------------------------------------------
def at_second_badge(walk):
    at_home(walk).do(s.HandoverOpened())
    assert walk.effects == [s.CountForHandover()]
    walk.do(s.CountsTold(COUNTS), s.NoteTicked(HandoverNote.KEYS_GIVEN), s.SecondAwaited())
    assert isinstance(walk.screen, s.SecondBadge)
    return walk


def at_second_pin(walk):
    at_second_badge(walk).do(e.Scanned(BADGE, "QRCode"))
    assert walk.effects == [door.CheckBadge(BADGE)]
    walk.do(door.BadgeGood(BADGE))
    assert isinstance(walk.screen, s.SecondPin)
    return walk


def at_sign(walk):
    at_second_pin(walk).do(*[door.PinDigit(d) for d in "246801"])
    assert walk.effects == [door.LogIn(BADGE, "246801")]
    assert walk.screen.typed == ""
    walk.do(door.ClerkCame(SECOND))
    assert isinstance(walk.screen, s.HandoverSign)
    return walk


def signed(walk):
    at_sign(walk).do(s.HandoverSigned(second=False), s.HandoverSigned(second=True))
    assert walk.screen.asking
    return walk


def test_it_goes_on_once_it_is_counted(walk) -> None:
    at_home(walk).do(s.HandoverOpened(), s.SecondAwaited())
    assert isinstance(walk.screen, s.Handover)


def test_the_camera_reads_for_the_second_badge_and_not_for_the_pin(walk) -> None:
    at_second_badge(walk)
    assert reads_codes(walk.state)
    walk.do(e.Scanned(BADGE, "QRCode"), door.BadgeGood(BADGE))
    assert not reads_codes(walk.state)


def test_both_sign_before_the_service_hears_of_it(walk) -> None:
    at_sign(walk).do(s.HandoverSigned(second=True), s.HandoverSigned(second=True))
    assert walk.effects == []
    walk.do(s.HandoverSigned(second=False))
    (wanted,) = walk.effects
    assert wanted == s.SignHandover(LOGIN, SECOND.login, COUNTS, (HandoverNote.KEYS_GIVEN,))


def test_afterwards_the_second_person_is_logged_in_and_the_first_is_not(walk) -> None:
    signed(walk).do(s.HandoverAnswered(s.HandoverOutcome.DONE, sample.WALL))
    assert walk.screen.ending is Ending.HANDED_OVER
    assert walk.screen.clerk is SECOND
    assert walk.effects == [door.LogOut(CLERK.staff_ref, LOGIN)]
    walk.do(door.StaffWentBack())
    assert isinstance(walk.screen, door.StaffHome)
    assert walk.screen.clerk is SECOND


@pytest.mark.parametrize(
    ("outcome", "ending"),
    [
        (s.HandoverOutcome.SAME_PERSON, Ending.SAME_PERSON),
        (s.HandoverOutcome.REFUSED, Ending.REFUSED),
    ],
)
def test_a_handover_that_failed_leaves_the_first_person_in(walk, outcome, ending) -> None:
    signed(walk).do(s.HandoverAnswered(outcome))
    assert isinstance(walk.screen, Told)
    assert walk.screen.ending is ending
    assert walk.screen.clerk is CLERK
    assert walk.effects == [door.LogOut(SECOND.staff_ref, SECOND.login)]


@pytest.mark.parametrize("second", [True, False])
def test_after_silence_both_stay_and_sign_the_same_handover_again(walk, second) -> None:
    signed(walk).do(s.HandoverAnswered(s.HandoverOutcome.SILENT))
    assert isinstance(walk.screen, s.HandoverSign)
    assert walk.screen.silent
    assert walk.effects == [], "nobody is logged out before it is known"
    walk.do(s.HandoverSigned(second=second))
    notes = (HandoverNote.KEYS_GIVEN,)
    assert walk.effects == [s.SignHandover(LOGIN, SECOND.login, COUNTS, notes)]
    assert not walk.screen.silent
    walk.do(s.HandoverAnswered(s.HandoverOutcome.DONE, sample.WALL))
    assert walk.screen.ending is Ending.HANDED_OVER


def test_one_person_with_one_badge_cannot_hand_over(walk) -> None:
    again = replace(CLERK, login=UUID(int=33))
    at_second_pin(walk).do(*[door.PinDigit(d) for d in "135790"])
    walk.do(door.ClerkCame(again))
    assert isinstance(walk.screen, s.SecondBadge)
    assert walk.screen.notice is s.SecondNotice.SAME_PERSON
    assert walk.effects == [door.LogOut(CLERK.staff_ref, again.login)]


@pytest.mark.parametrize(
    ("why", "notice"),
    [
        (door.DoorNotice.BAD_BADGE, s.SecondNotice.BAD_BADGE),
        (door.DoorNotice.PIN_UNSET, s.SecondNotice.PIN_UNSET),
    ],
)
def test_a_bad_badge_never_reaches_the_pin(walk, why, notice) -> None:
    at_second_badge(walk).do(e.Scanned("S1FORGED", "QRCode"), door.BadgeBad(why))
    assert isinstance(walk.screen, s.SecondBadge)
    assert walk.screen.notice is notice
    walk.do(*[door.PinDigit(d) for d in "135790"])
    assert walk.effects == []


def test_a_badge_that_nobody_showed_is_not_believed(walk) -> None:
    at_second_badge(walk).do(door.BadgeGood(BADGE))
    assert isinstance(walk.screen, s.SecondBadge)


def test_a_wrong_pin_says_how_many_tries_are_left(walk) -> None:
    at_second_pin(walk).do(*[door.PinDigit(d) for d in "000000"]).do(door.PinWrong(3))
    assert walk.screen.left == 3
    assert not walk.screen.asking
    walk.do(door.PinLocked(sample.WALL + timedelta(minutes=15)), door.PinDigit("1"))
    assert walk.screen.typed == ""


def test_a_second_badge_that_waits_for_a_new_pin_takes_no_digit(walk) -> None:
    at_second_pin(walk).do(*[door.PinDigit(d) for d in "000000"]).do(door.PinLocked(until=None))
    assert walk.screen.blocked
    walk.wait(20).do(*[door.PinDigit(d) for d in "246801"])
    assert (walk.screen.typed, walk.effects) == ("", [])
    walk.do(door.StaffWentBack())
    assert isinstance(walk.screen, s.SecondBadge)


def test_without_the_service_there_is_no_handover(walk) -> None:
    at_second_pin(walk).do(*[door.PinDigit(d) for d in "246801"]).do(door.LoginSilent())
    assert walk.screen.notice is s.SecondNotice.SILENT
    assert walk.effects == []


def test_idle_minutes_log_both_out(walk) -> None:
    at_sign(walk).wait(301)
    assert isinstance(walk.screen, Attract)
    assert door.LogOut(CLERK.staff_ref, LOGIN) in walk.effects
    assert door.LogOut(SECOND.staff_ref, SECOND.login) in walk.effects


def test_going_back_from_the_signatures_logs_the_second_out(walk) -> None:
    at_sign(walk).do(door.StaffWentBack())
    assert isinstance(walk.screen, door.StaffHome)
    assert walk.screen.clerk is CLERK
    assert door.LogOut(SECOND.staff_ref, SECOND.login) in walk.effects


def test_a_log_in_that_ended_before_the_signatures_ends_both(walk) -> None:
    signed(walk).do(s.HandoverAnswered(s.HandoverOutcome.LOGIN_OVER))
    assert isinstance(walk.screen, door.BadgeAsked)
    assert len([x for x in walk.effects if isinstance(x, door.LogOut)]) == 2


def test_the_pin_is_in_no_printed_state(walk) -> None:
    at_second_pin(walk).do(*[door.PinDigit(d) for d in "2468"])
    assert "2468" not in repr(walk.state)
    assert BADGE not in repr(walk.state)


def test_it_needs_somebody_for_vouchers(walk) -> None:
    at_home(walk, replace(CLERK, role=StaffRole.IT)).do(s.HandoverOpened())
    assert isinstance(walk.screen, door.StaffHome)
