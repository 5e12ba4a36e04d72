"""Who gets in, who does not, and that no shopper is disturbed by it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import sample
from staff_walks import BADGE, CLERK, LOGIN, OFFLINE, at_home, at_pin, type_pin

from kiosk.flow import effect
from kiosk.flow import event as e
from kiosk.flow.staff.idle import DOOR_IDLE_S
from kiosk.flow.staff.values import door, rolls
from kiosk.flow.staff.values.clerk import STAFF_IDLE_S
from kiosk.flow.state import (
    Attract,
    Confirm,
    Dispensing,
    Identifying,
    MemberHome,
    MessageCode,
    Scan,
    Stopped,
    reads_codes,
)
from wire.api.text import Language


def test_key_badge_pin_dashboard(walk) -> None:
    walk.do(door.StaffKeyTurned())
    assert isinstance(walk.screen, door.BadgeAsked)
    assert reads_codes(walk.state)
    walk.do(e.Scanned(BADGE, "QRCode"))
    assert walk.effects == [door.CheckBadge(BADGE)]
    walk.do(door.BadgeGood(BADGE))
    assert isinstance(walk.screen, door.PinAsked)
    assert not reads_codes(walk.state)
    type_pin(walk)
    assert walk.effects == [door.LogIn(BADGE, "135790")]
    walk.do(door.ClerkCame(CLERK))
    assert walk.screen.clerk == CLERK
    assert walk.effects == [door.AskFacts()]


def test_the_pin_leaves_the_screen_with_the_question(walk) -> None:
    type_pin(at_pin(walk), "13579")
    assert walk.screen.typed == "13579"
    type_pin(walk, "0")
    assert walk.screen.typed == ""
    assert "13579" not in repr(walk.state)
    assert BADGE not in repr(walk.state)


def test_a_badge_shown_to_the_attract_screen_opens_the_door(walk) -> None:
    walk.do(e.Scanned(BADGE, "QRCode"))
    assert isinstance(walk.screen, Identifying)
    walk.do(door.BadgeGood(BADGE))
    assert isinstance(walk.screen, door.PinAsked)


@pytest.mark.parametrize("screen", [Attract, Scan])
def test_a_bad_badge_never_reaches_a_staff_screen(walk, screen) -> None:
    if screen is Scan:
        walk.do(e.ScanOpened())
    walk.do(e.Scanned("S1FORGED", "QRCode"), door.BadgeBad())
    assert isinstance(walk.screen, Attract)
    assert walk.screen.notice.code is MessageCode.ST_BADGE
    walk.wait(9)
    assert walk.screen.notice is None


def test_a_bad_badge_at_the_door_may_be_followed_by_a_good_one(walk) -> None:
    walk.do(door.StaffKeyTurned(), e.Scanned("S1FORGED", "QRCode"), door.BadgeBad())
    assert walk.screen.notice is door.DoorNotice.BAD_BADGE
    walk.do(e.Scanned(BADGE, "QRCode"))
    assert walk.screen.checking
    assert walk.effects == [door.CheckBadge(BADGE)]


def test_while_a_badge_is_checked_no_other_is(walk) -> None:
    walk.do(door.StaffKeyTurned(), e.Scanned(BADGE, "QRCode"), e.Scanned("S1OTHER", "QRCode"))
    assert walk.effects == [door.CheckBadge(BADGE)]


@pytest.mark.parametrize("trouble", [{"paused": True}, {"clock_ok": False}])
def test_a_stopped_kiosk_reads_badges_and_nothing_else(walk, trouble) -> None:
    walk.with_health(**trouble)
    assert reads_codes(walk.state)
    walk.do(e.Scanned("M2 a member", "QRCode"))
    assert walk.effects == []
    walk.do(e.Scanned(BADGE, "QRCode"))
    assert walk.effects == [door.CheckBadge(BADGE)]
    assert isinstance(walk.screen, Stopped)
    walk.do(door.BadgeGood(BADGE))
    assert isinstance(walk.screen, door.PinAsked)


def test_a_stopped_kiosk_says_that_a_badge_is_bad(walk) -> None:
    walk.with_health(paused=True)
    walk.do(e.Scanned("S1FORGED", "QRCode"), door.BadgeBad())
    assert isinstance(walk.screen, Stopped)
    assert walk.screen.notice.code is MessageCode.ST_BADGE
    walk.with_health(printer=walk.state.health.printer)
    assert walk.screen.notice is not None, "another word about its health takes it away"
    walk.wait(9)
    assert walk.screen.notice is None


def test_without_a_scanner_there_is_nothing_to_read_with(walk) -> None:
    walk.with_health(scanner_ok=False)
    assert not reads_codes(walk.state)


# --- A shopper comes first ---------------------------------------------------------------
def test_a_key_during_a_session_waits_until_it_is_over(walk) -> None:
    walk.home().do(door.StaffKeyTurned())
    assert isinstance(walk.screen, MemberHome)
    walk.do(e.ItemChosen(UUID(int=1)))
    assert isinstance(walk.screen, Confirm)
    walk.do(e.Ended()).wait(0.3)
    assert isinstance(walk.screen, door.BadgeAsked)
    walk.do(door.StaffWentBack()).wait(0.3)
    assert isinstance(walk.screen, Attract), "it opens once"


def test_a_key_that_waited_too_long_opens_nothing(walk) -> None:
    walk.home().do(door.StaffKeyTurned())
    for _ in range(13):
        walk.wait(10).do(e.Touched())
    walk.do(e.Ended()).wait(0.3)
    assert isinstance(walk.screen, Attract)


def test_a_redemption_is_never_disturbed(walk) -> None:
    walk.dispensing()
    for happened in (
        door.StaffKeyTurned(),
        e.Scanned(BADGE, "QRCode"),
        door.BadgeGood(BADGE),
        door.BadgeBad(),
        door.ClerkCame(CLERK),
        door.StaffLeft(),
        door.StaffWentBack(),
        rolls.RollWizardOpened(),
        rolls.TestPrintWanted(),
        e.RollDoorMoved(is_open=True),
    ):
        walk.do(happened)
        assert isinstance(walk.screen, Dispensing), happened
        assert not [x for x in walk.effects if not isinstance(x, door.LogOut)], happened
    assert not reads_codes(walk.state)


def test_a_log_in_that_comes_for_nobody_is_ended_at_once(walk) -> None:
    type_pin(at_pin(walk))
    walk.wait(DOOR_IDLE_S + 1)
    assert isinstance(walk.screen, Attract)
    walk.do(door.ClerkCame(CLERK))
    assert isinstance(walk.screen, Attract)
    assert walk.effects == [door.LogOut(CLERK.staff_ref, LOGIN)]


# --- The PIN -----------------------------------------------------------------------------
def test_a_wrong_pin_says_how_many_tries_are_left(walk) -> None:
    type_pin(at_pin(walk), "000000")
    walk.do(door.PinWrong(left=3))
    assert (walk.screen.left, walk.screen.typed, walk.screen.asking) == (3, "", False)
    type_pin(walk)
    assert walk.effects == [door.LogIn(BADGE, "135790")]


def test_a_locked_badge_takes_no_digit_until_it_is_free(walk) -> None:
    type_pin(at_pin(walk), "000000")
    walk.do(door.PinLocked(sample.WALL + timedelta(minutes=15)))
    type_pin(walk)
    assert walk.effects == []
    assert walk.screen.typed == ""
    free = replace(walk.screen, locked_until=sample.WALL)
    walk.state = replace(walk.state, screen=free)
    type_pin(walk)
    assert walk.effects == [door.LogIn(BADGE, "135790")]


def test_a_badge_that_waits_for_a_new_pin_takes_no_digit_however_long_one_waits(walk) -> None:
    type_pin(at_pin(walk), "000000")
    walk.do(door.PinLocked(until=None))
    assert walk.screen.blocked
    walk.wait(20)
    type_pin(walk)
    assert (walk.screen.typed, walk.effects) == ("", [])
    walk.do(door.StaffWentBack(), e.Scanned(BADGE, "QRCode"), door.BadgeGood(BADGE))
    assert not walk.screen.blocked, "another badge may be another person's"


def test_digits_can_be_taken_back_and_only_digits_count(walk) -> None:
    at_pin(walk).do(door.PinDigit("1"), door.PinDigit("x"), door.PinDigit("22"), door.PinDigit("2"))
    assert walk.screen.typed == "12"
    walk.do(door.PinRubbed())
    assert walk.screen.typed == "1"


def test_while_the_service_is_asked_nothing_is_typed_or_left(walk) -> None:
    type_pin(at_pin(walk))
    walk.do(door.PinDigit("1"), door.StaffWentBack(), door.PinRubbed())
    assert isinstance(walk.screen, door.PinAsked)
    assert walk.screen.asking
    assert walk.effects == []


@pytest.mark.parametrize("why", list(door.DoorNotice))
def test_a_refused_log_in_says_why_at_the_door(walk, why) -> None:
    type_pin(at_pin(walk))
    walk.do(door.BadgeBad(why))
    assert isinstance(walk.screen, door.BadgeAsked)
    assert walk.screen.notice is why


# --- Without the service -----------------------------------------------------------------
def test_offline_the_badge_alone_is_asked_for_on_the_list(walk) -> None:
    walk.with_health(online=False)
    walk.do(door.StaffKeyTurned(), e.Scanned(BADGE, "QRCode"), door.BadgeGood(BADGE))
    assert walk.effects[-1] == door.LetInOffline(BADGE)
    walk.do(door.ClerkCame(OFFLINE))
    assert isinstance(walk.screen, door.StaffHome)
    assert walk.screen.clerk.offline
    assert not walk.screen.clerk.may_settle


def test_no_answer_to_the_pin_falls_back_to_the_list(walk) -> None:
    type_pin(at_pin(walk))
    walk.do(door.LoginSilent())
    assert walk.effects == [door.LetInOffline(BADGE, door.DoorNotice.SILENT)]
    walk.do(door.ClerkCame(OFFLINE))
    assert walk.screen.clerk.offline


# --- Idle --------------------------------------------------------------------------------
def test_five_idle_minutes_log_out_and_tell_the_service(walk) -> None:
    at_home(walk).do(e.LanguageChosen(Language.EN))
    walk.wait(STAFF_IDLE_S - 1)
    assert isinstance(walk.screen, door.StaffHome)
    walk.do(e.Touched())
    walk.wait(STAFF_IDLE_S - 1)
    assert isinstance(walk.screen, door.StaffHome)
    walk.wait(1.1)
    assert isinstance(walk.screen, Attract)
    assert walk.state.language is Language.ZH_HANS
    assert walk.effects == [door.LogOut(CLERK.staff_ref, LOGIN), effect.WipeSession()]


def test_leaving_logs_out(walk) -> None:
    at_home(walk).do(door.StaffLeft())
    assert isinstance(walk.screen, Attract)
    assert door.LogOut(CLERK.staff_ref, LOGIN) in walk.effects


def test_a_shoppers_way_out_is_none_of_staff(walk) -> None:
    at_home(walk).do(e.Ended(), e.WentBack(), e.Continued(), e.Confirmed())
    assert isinstance(walk.screen, door.StaffHome)


def test_the_door_closes_by_itself(walk) -> None:
    walk.do(door.StaffKeyTurned()).wait(DOOR_IDLE_S - 1)
    assert isinstance(walk.screen, door.BadgeAsked)
    walk.wait(1.1)
    assert isinstance(walk.screen, Attract)


def test_figures_are_asked_for_every_two_seconds(walk) -> None:
    at_home(walk).wait(1.9)
    assert walk.effects == []
    walk.wait(0.2)
    assert walk.effects == [door.AskFacts()]
