"""K7: an uncertain voucher is settled by who knows, online only, and never by one tap."""

from dataclasses import replace

import pytest
from case_walks import UNCERTAIN, at_settle, case, in_queue, in_search
from staff_walks import CLERK, LOGIN, at_home

from kiosk.flow.staff import cases
from kiosk.flow.staff.values import door
from kiosk.flow.staff.values import vouchers as v
from kiosk.flow.staff.values.case import Standing
from kiosk.flow.staff.values.told import Ending, Told
from wire.api.redemptions import ReleaseReason


def settling(walk, wanted: v.Settlement):
    at_settle(walk)
    if wanted is v.Settlement.TAKEN:
        walk.do(v.TakenConfirmed())
    else:
        walk.do(v.VoidOpened(), v.VoidReasonChosen(ReleaseReason.STAFF_TORN)).wait(1.1)
        walk.do(v.VoidConfirmed())
    assert isinstance(walk.screen, v.Settling)
    return walk


def test_the_queue_asks_for_the_uncertain_ones_alone(walk) -> None:
    at_home(walk).do(v.QueueOpened())
    assert walk.effects == [v.FindHere(uncertain=True), v.FindInStore(LOGIN, uncertain=True)]


def test_the_oldest_waits_first_and_what_is_settled_is_not_listed(walk) -> None:
    old = case(30, Standing.UNCERTAIN)
    in_queue(walk, UNCERTAIN, case(1), old)
    listed = cases.listed(walk.screen.found, uncertain=True)
    assert [c.id for c in listed] == [old.id, UNCERTAIN.id]


def test_taken_is_told_to_the_service(walk) -> None:
    at_settle(walk).do(v.TakenConfirmed())
    (wanted,) = walk.effects
    assert wanted == v.SettleCase(UNCERTAIN.id, v.Settlement.TAKEN, CLERK.staff_ref, LOGIN)
    assert not wanted.dispenses


def test_the_tap_that_opened_it_does_not_decide(walk) -> None:
    in_queue(walk, UNCERTAIN).do(v.CaseChosen(UNCERTAIN.id))
    walk.do(v.TakenConfirmed(), v.VoidOpened())
    assert isinstance(walk.screen, v.Settle)
    assert walk.effects == []


def test_points_go_back_only_with_a_reason_and_a_second_tap(walk) -> None:
    at_settle(walk).do(v.VoidOpened())
    assert isinstance(walk.screen, v.VoidAsk)
    walk.wait(1.1).do(v.VoidConfirmed())
    assert isinstance(walk.screen, v.VoidAsk)
    walk.do(v.VoidReasonChosen(ReleaseReason.STAFF_NOT_PRINTED), v.VoidConfirmed())
    (wanted,) = walk.effects
    assert wanted.wanted is v.Settlement.VOID
    assert wanted.reason is ReleaseReason.STAFF_NOT_PRINTED


def test_a_void_that_was_opened_a_moment_ago_is_not_confirmed(walk) -> None:
    at_settle(walk).do(v.VoidOpened(), v.VoidReasonChosen(ReleaseReason.STAFF_TORN))
    walk.do(v.VoidConfirmed())
    assert isinstance(walk.screen, v.VoidAsk)
    assert walk.effects == []


def test_from_the_void_back_to_the_three_ways(walk) -> None:
    at_settle(walk).do(v.VoidOpened(), door.StaffWentBack())
    assert isinstance(walk.screen, v.Settle)


def test_another_kiosks_can_only_be_printed_again_here(walk) -> None:
    elsewhere = replace(UNCERTAIN, here=False, in_journal=False, device_no="K03")
    at_settle(walk, elsewhere).do(v.TakenConfirmed(), v.VoidOpened())
    assert isinstance(walk.screen, v.Settle)
    assert walk.effects == []
    walk.do(v.ReprintOpened())
    assert isinstance(walk.screen, v.ReprintAsk)


@pytest.mark.parametrize("wanted", v.Settlement)
@pytest.mark.parametrize(
    ("outcome", "ending"),
    [
        (v.Settled.USED, Ending.SETTLED_USED),
        (v.Settled.ISSUED, Ending.SETTLED_ISSUED),
        (v.Settled.RELEASED, Ending.SETTLED_RELEASED),
        (v.Settled.ELSEWHERE, Ending.SETTLED_ELSEWHERE),
        (v.Settled.ROLE, Ending.ROLE),
        (v.Settled.REFUSED, Ending.REFUSED),
        (v.Settled.SILENT, Ending.SETTLE_SILENT),
    ],
)
def test_what_the_service_answered_is_said(walk, wanted, outcome, ending) -> None:
    settling(walk, wanted).do(v.CaseSettled(UNCERTAIN.id, wanted, outcome))
    assert isinstance(walk.screen, Told)
    assert walk.screen.ending is ending


def test_done_is_said_with_the_points(walk) -> None:
    settling(walk, v.Settlement.VOID)
    walk.do(v.CaseSettled(UNCERTAIN.id, v.Settlement.VOID, v.Settled.DONE))
    assert walk.screen.ending is Ending.VOIDED
    assert walk.screen.params == {"tail": "5W8C", "points": 500}
    walk.do(door.StaffWentBack())
    assert isinstance(walk.screen, v.Queue)


def test_a_log_in_that_is_over_asks_for_the_badge_again(walk) -> None:
    settling(walk, v.Settlement.TAKEN)
    walk.do(v.CaseSettled(UNCERTAIN.id, v.Settlement.TAKEN, v.Settled.LOGIN_OVER))
    assert isinstance(walk.screen, door.BadgeAsked)


def test_an_answer_to_something_else_is_not_taken_for_this_one(walk) -> None:
    settling(walk, v.Settlement.TAKEN)
    walk.do(v.CaseSettled(UNCERTAIN.id, v.Settlement.VOID, v.Settled.DONE))
    assert isinstance(walk.screen, v.Settling)


def test_an_answer_that_never_comes_is_no_answer(walk) -> None:
    settling(walk, v.Settlement.VOID).do(door.StaffWentBack())
    assert isinstance(walk.screen, v.Settling)
    walk.wait(8.1)
    assert walk.screen.ending is Ending.SETTLE_SILENT


def test_the_story_of_an_uncertain_one_leads_to_its_settling_and_back(walk) -> None:
    in_search(walk, UNCERTAIN).do(v.CaseChosen(UNCERTAIN.id), v.SettleOpened())
    assert isinstance(walk.screen, v.Settle)
    walk.do(v.StoryOpened())
    assert isinstance(walk.screen, v.CaseView)


def test_what_is_certain_is_not_settled(walk) -> None:
    about = case()
    in_search(walk, about).do(v.CaseChosen(about.id), v.SettleOpened())
    assert isinstance(walk.screen, v.CaseView)
