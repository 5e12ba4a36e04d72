"""K8: everything is looked at again and again while somebody looks, and tried when asked."""

import pytest
from staff_walks import CLERK, LOGIN, OFFLINE, at_home

from kiosk.aim import Light
from kiosk.flow import event as e
from kiosk.flow.staff import diagnosing
from kiosk.flow.staff.values import diagnostics as d
from kiosk.flow.staff.values import door
from kiosk.flow.state import Aim, Attract

GOOD = d.Check(d.Part.PRINTER, Light.GREEN)
SLOW = d.Check(d.Part.NETWORK, Light.AMBER, "900 ms", d.Todo.NETWORK)
BAD = d.Check(d.Part.SCANNER, Light.RED, "", d.Todo.SCANNER)


def at_diagnostics(walk, clerk=CLERK):
    at_home(walk, clerk).do(d.DiagnosticsOpened())
    assert isinstance(walk.screen, d.Diagnostics)
    return walk


@pytest.mark.parametrize("clerk", [CLERK, OFFLINE])
def test_anybody_with_a_badge_may_look(walk, clerk) -> None:
    at_diagnostics(walk, clerk)
    assert walk.effects == [d.Diagnose()]


def test_it_is_looked_at_every_two_seconds(walk) -> None:
    at_diagnostics(walk).wait(1.9)
    assert walk.effects == []
    walk.wait(0.2)
    assert walk.effects == [d.Diagnose()]


def test_what_is_worst_is_told_first(walk) -> None:
    at_diagnostics(walk)
    assert diagnosing.worst(walk.screen) is Light.OFF
    walk.do(d.Diagnosed(d.Diagnosis((GOOD,))))
    assert diagnosing.worst(walk.screen) is Light.GREEN
    assert diagnosing.trouble(walk.screen) is d.Todo.NONE
    walk.do(d.Diagnosed(d.Diagnosis((GOOD, SLOW, BAD))))
    assert diagnosing.worst(walk.screen) is Light.RED
    assert diagnosing.trouble(walk.screen) is d.Todo.SCANNER


def test_a_network_test_stands_in_its_line_until_the_next(walk) -> None:
    at_diagnostics(walk).do(d.NetworkTestWanted(), d.NetworkTestWanted())
    assert walk.effects == [d.TestNetwork()], "a second tap is no second call"
    fast = d.Check(d.Part.NETWORK, Light.GREEN, "47 ms")
    walk.do(d.Diagnosed(d.Diagnosis((GOOD, SLOW))), d.NetworkTold(fast))
    assert diagnosing.checks(walk.screen) == (GOOD, fast)


def test_one_trial_at_a_time(walk) -> None:
    at_diagnostics(walk).do(d.TrialWanted(d.Trial.SOUND), d.TrialWanted(d.Trial.EXIT_LIGHT))
    assert walk.effects == [d.Try(d.Trial.SOUND)]
    walk.do(d.TrialOver(d.Trial.SOUND), d.TrialWanted(d.Trial.EXIT_LIGHT))
    assert walk.effects == [d.Try(d.Trial.EXIT_LIGHT)]


def test_each_field_of_the_glass_counts_once(walk) -> None:
    at_diagnostics(walk).do(d.DiagnosticsTabChosen(d.DiagnosticsTab.TOUCH))
    walk.do(d.FieldTouched(3), d.FieldTouched(3), d.FieldTouched(99))
    assert walk.screen.touched == {3}
    walk.do(d.TouchTestCleared())
    assert walk.screen.touched == frozenset()


def test_the_camera_is_looked_at_and_left_to_the_dashboard(walk) -> None:
    at_diagnostics(walk).do(e.AimOpened())
    assert isinstance(walk.screen, Aim)
    walk.do(e.AimClosed())
    assert isinstance(walk.screen, door.StaffHome)
    assert walk.screen.clerk is CLERK


def test_who_forgets_the_camera_is_logged_out(walk) -> None:
    at_diagnostics(walk).do(e.AimOpened()).wait(301)
    assert isinstance(walk.screen, Attract)
    assert walk.effects.count(door.LogOut(CLERK.staff_ref, LOGIN)) == 1


def test_by_the_socket_the_camera_is_left_to_the_shoppers(walk) -> None:
    walk.do(e.AimOpened(), e.AimClosed())
    assert isinstance(walk.screen, Attract)
