"""The service counts calls where the kiosk counts touches: it hears of whoever stays."""

from dataclasses import replace
from uuid import UUID

import pytest
from staff_walks import BADGE, CLERK, LOGIN, OFFLINE, at_home

from kiosk.flow import event as e
from kiosk.flow.staff.idle import STAY_S
from kiosk.flow.staff.values import door
from kiosk.flow.staff.values import service as s
from kiosk.flow.staff.values.clerk import STAFF_IDLE_S
from kiosk.flow.state import Attract
from wire.api.staff import IDLE_S, HandoverCounts

SECOND = replace(CLERK, staff_ref="00ffee00ffee", display="王*芳", login=UUID(int=32))


def told(walk) -> list[door.StayIn]:
    return [x for x in walk.effects if isinstance(x, door.StayIn)]


def test_who_goes_on_touching_is_known_to_be_there_and_not_more_often_than_needed(walk) -> None:
    at_home(walk)
    began_s, calls = walk.now_s, []
    while walk.now_s < began_s + 900:
        walk.do(e.Touched()).wait(10)
        calls += [walk.now_s] * len(told(walk))
    assert isinstance(walk.screen, door.StaffHome)
    gaps = [after - before for before, after in zip([began_s, *calls], calls, strict=False)]
    assert len(calls) >= 900 // 130
    assert all(STAY_S <= gap <= STAY_S + 10 for gap in gaps)


def test_of_nobody_who_stopped_touching_the_service_hears_nothing(walk) -> None:
    at_home(walk)
    for _ in range(29):
        walk.wait(10)
        assert told(walk) == []


@pytest.mark.parametrize("touched_s", [1.0, 60.0, 119.0, 121.0, 299.0])
def test_a_token_outlives_the_last_touch_by_as_much_as_the_screen_does(walk, touched_s) -> None:
    at_home(walk)
    used_s = walk.now_s
    walk.wait(touched_s).do(e.Touched())
    last_s = walk.now_s
    while not isinstance(walk.screen, Attract):
        assert walk.now_s < used_s + IDLE_S
        used_s = walk.now_s if told(walk) else used_s
        walk.wait(0.5)
    assert walk.now_s >= last_s + STAFF_IDLE_S


def test_both_are_kept_while_a_handover_is_signed(walk) -> None:
    at_home(walk).do(s.HandoverOpened(), s.CountsTold(HandoverCounts(1, 0, 0)), s.SecondAwaited())
    walk.do(e.Scanned(BADGE, "QRCode"), door.BadgeGood(BADGE))
    walk.do(*[door.PinDigit(d) for d in "246801"]).do(door.ClerkCame(SECOND))
    walk.wait(STAY_S).do(e.Touched()).wait(1)
    assert {x.login for x in told(walk)} <= {LOGIN, SECOND.login}
    assert {x.login for x in _until_told(walk)} == {LOGIN, SECOND.login}


def _until_told(walk) -> list[door.StayIn]:
    for _ in range(20):
        if told(walk):
            return told(walk)
        walk.do(e.Touched()).wait(10)
    return []


def test_who_came_in_offline_has_no_log_in_to_keep(walk) -> None:
    at_home(walk, OFFLINE)
    for _ in range(50):
        walk.do(e.Touched()).wait(10)
        assert told(walk) == []


def test_a_log_in_that_is_over_asks_for_the_badge_whatever_stands_there(walk) -> None:
    at_home(walk).do(s.HoursOpened(), door.LoginOver(UUID(int=99)))
    assert isinstance(walk.screen, s.Hours), "another log-in is not this one"
    walk.do(door.LoginOver(LOGIN))
    assert isinstance(walk.screen, door.BadgeAsked)
    assert walk.screen.notice is door.DoorNotice.EXPIRED
    assert door.LogOut(CLERK.staff_ref, LOGIN) in walk.effects
