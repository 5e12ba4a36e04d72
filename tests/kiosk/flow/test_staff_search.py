"""K6: a voucher is found by its tail or by time; its story is told; the same code again."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import sample
from case_walks import UNCERTAIN, at_reprint, case, in_search
from staff_walks import CLERK, LOGIN, OFFLINE, at_home

from kiosk import i18n
from kiosk.flow import effect
from kiosk.flow import event as e
from kiosk.flow.staff import cases
from kiosk.flow.staff.values import door
from kiosk.flow.staff.values import vouchers as v
from kiosk.flow.staff.values.case import Mark, Moment, Standing
from kiosk.flow.staff.values.told import Ending, Told
from kiosk.flow.state import Attract, Step
from wire.api.redemptions import ReprintReason
from wire.api.staff import StaffRole
from wire.api.text import Language
from wire.errors import ErrorCode, problem


def test_the_journal_and_the_service_are_asked_at_once(walk) -> None:
    at_home(walk).do(v.SearchOpened())
    assert isinstance(walk.screen, v.Search)
    assert walk.effects == [v.FindHere(), v.FindInStore(LOGIN)]


@pytest.mark.parametrize("clerk", [OFFLINE, replace(CLERK, role=StaffRole.IT)])
@pytest.mark.parametrize("opened", [v.SearchOpened(), v.QueueOpened()])
def test_vouchers_are_for_who_is_logged_in_and_sells(walk, clerk, opened) -> None:
    at_home(walk, clerk).do(opened)
    assert isinstance(walk.screen, door.StaffHome)
    assert walk.effects == []


def test_what_is_uncertain_stands_first_then_the_newest(walk) -> None:
    old, new = case(9), case(1)
    in_search(walk, old, UNCERTAIN, new)
    assert [c.id for c in cases.listed(walk.screen.found)] == [UNCERTAIN.id, new.id, old.id]


def test_of_many_the_last_35_are_listed(walk) -> None:
    in_search(walk, *[case(n) for n in range(50)])
    listed = cases.listed(walk.screen.found)
    assert len(listed) == 35
    assert listed[0].id == case(0).id


def test_pages_end_where_the_list_ends(walk) -> None:
    in_search(walk, *[case(n) for n in range(10)])
    walk.do(*[v.CasesTurned(1)] * 9)
    page = cases.page(walk.screen, 8)
    assert (page.number, page.pages, len(page.cases)) == (1, 2, 2)


def test_a_voucher_of_both_sides_is_listed_once_as_the_service_sees_it(walk) -> None:
    ours = case(copies=1)
    used = replace(ours, standing=Standing.USED, in_journal=False, copies=0, device_no="K01")
    in_search(walk, ours, store=(used,))
    (listed,) = cases.listed(walk.screen.found)
    assert listed.standing is Standing.USED
    assert listed.in_journal
    assert listed.copies == 1


def test_without_the_service_the_journal_still_answers(walk) -> None:
    at_home(walk).do(
        v.SearchOpened(),
        v.CasesFound(v.Source.HERE, (case(),)),
        v.CasesFound(v.Source.STORE, (), silent=True),
    )
    assert walk.screen.found.silent
    assert len(cases.listed(walk.screen.found)) == 1


@pytest.mark.parametrize(("role", "ending"), [(True, Ending.ROLE), (False, Ending.REFUSED)])
def test_what_the_service_refuses_is_no_silence(walk, role, ending) -> None:
    at_home(walk).do(v.SearchOpened(), v.SearchRefused(UUID(int=99), role=role))
    assert isinstance(walk.screen, v.Search), "somebody else's"
    walk.do(v.SearchRefused(LOGIN, role=role))
    assert walk.screen.ending is ending


def test_a_log_in_that_is_over_is_not_told_as_a_line_that_is_down(walk) -> None:
    at_home(walk).do(v.SearchOpened(), door.LoginOver(LOGIN))
    assert isinstance(walk.screen, door.BadgeAsked)


def test_four_symbols_are_asked_for_and_no_fifth_is_taken(walk) -> None:
    at_home(walk).do(v.SearchOpened(), v.SearchWayChosen(v.SearchWay.TAIL))
    walk.do(*[v.SymbolTyped(s) for s in "5W8"])
    assert walk.effects == []
    walk.do(v.SymbolTyped("I"), v.SymbolTyped("5W"), v.SymbolTyped("C"))
    assert walk.screen.tail == "5W8C"
    assert walk.effects == [v.FindHere("5W8C"), v.FindInStore(LOGIN, "5W8C")]
    walk.do(v.SymbolTyped("0"))
    assert walk.screen.tail == "5W8C"
    walk.do(v.SymbolErased())
    assert walk.screen.tail == "5W8"
    assert walk.screen.found == v.Found()


def test_an_answer_to_another_tail_is_not_shown(walk) -> None:
    at_home(walk).do(v.SearchOpened(), v.SearchWayChosen(v.SearchWay.TAIL))
    walk.do(*[v.SymbolTyped(s) for s in "5W8C"])
    walk.do(v.CasesFound(v.Source.STORE, (case(),), tail="0000"))
    assert walk.screen.found.store is None


def test_the_story_comes_from_the_journal_then_from_the_service(walk) -> None:
    about = case()
    in_search(walk, about).do(v.CaseChosen(about.id))
    assert walk.effects == [v.ReadStory(about), v.AskStanding(about, LOGIN)]
    told = (Moment(Mark.PRINTED, sample.WALL, "112 mm"),)
    walk.do(v.StoryRead(about.id, told, None, live=None))
    assert walk.screen.history == told
    assert walk.screen.live is None
    used = replace(about, standing=Standing.USED)
    walk.do(v.StoryRead(about.id, told, used, live=True))
    assert walk.screen.case is used
    assert walk.screen.live


def test_a_story_about_another_voucher_is_not_shown(walk) -> None:
    about = case()
    in_search(walk, about).do(v.CaseChosen(about.id))
    walk.do(v.StoryRead(UUID(int=1), (), None, live=True))
    assert walk.screen.history is None


def test_a_reprint_needs_a_reason_and_a_second_tap(walk) -> None:
    at_reprint(walk).wait(1.1).do(v.ReprintConfirmed())
    assert walk.effects == []
    walk.do(v.ReprintReasonChosen(ReprintReason.TORN), v.ReprintConfirmed())
    assert isinstance(walk.screen, v.Reprinting)
    (wanted,) = walk.effects
    assert wanted == v.StaffReprint(
        case().id, CLERK.staff_ref, LOGIN, ReprintReason.TORN, Language.ZH_HANS
    )
    assert wanted.dispenses


def test_the_tap_that_opened_it_does_not_confirm(walk) -> None:
    at_reprint(walk).do(v.ReprintReasonChosen(ReprintReason.TORN), v.ReprintConfirmed())
    assert isinstance(walk.screen, v.ReprintAsk)
    assert walk.effects == []


@pytest.mark.parametrize(
    "about",
    [
        case(standing=Standing.USED),
        case(standing=Standing.RETURNED),
        case(standing=Standing.EXPIRED),
        case(standing=Standing.IN_HAND),
        case(copies=2),
    ],
)
def test_what_cannot_be_printed_again_is_not_offered(walk, about) -> None:
    in_search(walk, about).do(v.CaseChosen(about.id), v.ReprintOpened())
    assert isinstance(walk.screen, v.CaseView)


def reprinting(walk):
    at_reprint(walk).wait(1.1)
    walk.do(v.ReprintReasonChosen(ReprintReason.NOT_PRINTED), v.ReprintConfirmed())
    assert isinstance(walk.screen, v.Reprinting)
    return walk


def test_a_reprint_is_shown_step_by_step_and_ends_with_its_copy(walk) -> None:
    reprinting(walk)
    walk.do(e.StepReached(case().id, Step.PRINT))
    assert walk.screen.stage is v.ReprintStage.PRINT
    answer = sample.redemption()
    answer = type(answer)(**{f: getattr(answer, f) for f in answer.__struct_fields__} | {"copy": 2})
    walk.do(e.VoucherPrinted(case().id, "5W8C", answer))
    assert isinstance(walk.screen, Told)
    assert walk.screen.ending is Ending.REPRINTED
    assert walk.screen.params == {"tail": "5W8C", "copy": 2, "left": 0}


def test_nothing_ends_a_reprint_before_its_answer(walk) -> None:
    reprinting(walk)
    walk.do(
        door.StaffWentBack(), door.StaffLeft(), door.StaffKeyTurned(), e.Ended(), v.SearchOpened()
    )
    walk.wait(1000)
    assert isinstance(walk.screen, v.Reprinting)


REFUSALS = {
    ErrorCode.REPRINT_LIMIT: Ending.REPRINT_LIMIT,
    ErrorCode.ALREADY_USED: Ending.REPRINT_USED,
    ErrorCode.REDEMPTION_RELEASED: Ending.REPRINT_RELEASED,
    ErrorCode.VOUCHER_EXPIRED: Ending.REPRINT_EXPIRED,
    ErrorCode.STAFF_ROLE: Ending.ROLE,
    ErrorCode.INTERNAL: Ending.REFUSED,
}


@pytest.mark.parametrize(("code", "ending"), REFUSALS.items())
def test_each_refusal_has_its_own_words(walk, code, ending) -> None:
    reprinting(walk).do(e.RedemptionRefused(case().id, problem(code, "No.")))
    assert walk.screen.ending is ending


@pytest.mark.parametrize(
    ("state", "ending"),
    [
        ("USED", Ending.REPRINT_USED),
        ("RELEASED", Ending.REPRINT_RELEASED),
        ("EXPIRED", Ending.REPRINT_EXPIRED),
        ("PRINTING", Ending.REPRINT_STATE),
    ],
)
def test_a_state_that_allows_no_reprint_is_named(walk, state, ending) -> None:
    refused = problem(ErrorCode.REDEMPTION_STATE, "No.", state=state)
    reprinting(walk).do(e.RedemptionRefused(case().id, refused))
    assert walk.screen.ending is ending


def test_a_log_in_that_is_over_asks_for_the_badge_again(walk) -> None:
    over = problem(ErrorCode.STAFF_SESSION_EXPIRED, "No.")
    reprinting(walk).do(e.RedemptionRefused(case().id, over))
    assert isinstance(walk.screen, door.BadgeAsked)
    assert walk.screen.notice is door.DoorNotice.EXPIRED
    assert door.LogOut(CLERK.staff_ref, LOGIN) in walk.effects


@pytest.mark.parametrize(
    ("answer", "ending"),
    [
        (e.RedemptionUnreached(case().id), Ending.REPRINT_OFFLINE),
        (e.PrinterRefused(case().id, no_paper=True), Ending.REPRINT_PAPER),
        (e.PrinterRefused(case().id, no_paper=False), Ending.REPRINT_PRINTER),
        (e.PrinterRefused(case().id, no_paper=True, counted=1), Ending.REPRINT_COUNTED),
        (e.PrinterRefused(case().id, no_paper=False, counted=2), Ending.REPRINT_COUNTED),
        (e.VoucherUncertain(case().id, "5W8C", no_paper=False), Ending.REPRINT_UNSURE),
    ],
)
def test_a_reprint_that_fails_says_what_it_means(walk, answer, ending) -> None:
    reprinting(walk).do(answer)
    assert walk.screen.ending is ending
    assert walk.screen.params["tail"] == "5W8C"
    told = [x for x in walk.effects if isinstance(x, effect.TellStaff)]
    assert bool(told) is isinstance(answer, e.PrinterRefused)


@pytest.mark.parametrize(("counted", "left"), [(1, 1), (2, 0)])
def test_a_copy_that_was_allowed_and_not_printed_counts_and_says_so(walk, counted, left) -> None:
    reprinting(walk).do(e.PrinterRefused(case().id, no_paper=True, counted=counted))
    assert walk.screen.params["left"] == left
    for language in Language:
        words = i18n.text(walk.screen.ending.value, language, **walk.screen.params)
        assert str(left) in words


def test_an_answer_about_another_voucher_changes_nothing(walk) -> None:
    reprinting(walk).do(e.RedemptionUnreached(UUID(int=1)))
    assert isinstance(walk.screen, v.Reprinting)


def test_from_the_end_back_to_a_list_that_is_asked_for_anew(walk) -> None:
    reprinting(walk).do(e.RedemptionUnreached(case().id)).do(door.StaffWentBack())
    assert isinstance(walk.screen, v.Search)
    assert walk.screen.found == v.Found()
    assert walk.effects == [v.FindHere(), v.FindInStore(LOGIN)]


def test_step_by_step_back_to_the_dashboard_and_out(walk) -> None:
    at_reprint(walk)
    walk.do(door.StaffWentBack())
    assert isinstance(walk.screen, v.CaseView)
    walk.do(door.StaffWentBack())
    assert isinstance(walk.screen, v.Search)
    walk.do(door.StaffWentBack())
    assert isinstance(walk.screen, door.StaffHome)
    walk.do(door.StaffLeft())
    assert isinstance(walk.screen, Attract)


def test_five_idle_minutes_end_a_search(walk) -> None:
    in_search(walk, case()).wait(299)
    assert isinstance(walk.screen, v.Search)
    walk.wait(1.1)
    assert isinstance(walk.screen, Attract)
    assert door.LogOut(CLERK.staff_ref, LOGIN) in walk.effects


def test_a_redemption_in_progress_is_not_disturbed(walk) -> None:
    walk.dispensing()
    before = walk.screen
    walk.do(door.StaffKeyTurned(), v.SearchOpened(), v.QueueOpened(), v.CaseChosen(case().id))
    walk.do(v.CasesFound(v.Source.HERE, (case(),)), v.ReprintOpened(), v.ReprintConfirmed())
    assert walk.screen == before
    assert walk.effects == []


def test_times_of_another_day_come_last(walk) -> None:
    old = case(1, at=sample.WALL - timedelta(days=3))
    in_search(walk, old, case(5))
    assert cases.listed(walk.screen.found)[-1] is old
