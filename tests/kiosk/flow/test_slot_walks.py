"""A voucher that is not taken: said where somebody can see it, and in nobody's way."""

from dataclasses import replace
from uuid import UUID

import pytest
import sample
from case_walks import at_reprint, case

from kiosk.flow import event as e
from kiosk.flow.staff.values import door
from kiosk.flow.staff.values import vouchers as v
from kiosk.flow.state import (
    Attract,
    Dispensing,
    Done,
    InSlot,
    MemberHome,
    MessageCode,
    SlotSight,
)
from kiosk.flow.transition import DONE_S
from wire.api.redemptions import ReprintReason

OTHER = UUID(int=4242)


@pytest.fixture
def done(walk):
    """A shopper whose voucher has just come out."""
    walk.dispensing()
    redemption = walk.screen.redemption
    answer = sample.redemption()
    walk.do(e.VoucherPrinted(redemption, "5W8C", answer))
    assert isinstance(walk.screen, Done)
    walk.redemption = redemption
    return walk


def sight(walk) -> SlotSight | None:
    return None if walk.state.slot is None else walk.state.slot.sight


def test_a_voucher_that_comes_out_is_presented(done) -> None:
    assert done.state.slot == InSlot(done.redemption, SlotSight.PRESENTED)


def test_done_keeps_its_time_and_says_that_it_waits(done) -> None:
    done.wait(10).do(e.VoucherWaits(done.redemption))
    assert sight(done) is SlotSight.WAITS
    assert isinstance(done.screen, Done)
    done.wait(DONE_S - 10)
    assert isinstance(done.screen, Attract)


def test_after_done_the_attract_screen_says_it_without_a_name(done) -> None:
    done.wait(DONE_S)
    done.wait(5).do(e.VoucherWaits(done.redemption))
    assert done.screen.notice.code is MessageCode.NOT_TAKEN
    assert done.screen.notice.params == {}
    done.do(e.VoucherTaken(done.redemption))
    assert done.screen.notice is None
    assert sight(done) is SlotSight.TAKEN


def test_the_notice_goes_by_itself(done) -> None:
    done.wait(DONE_S).do(e.VoucherWaits(done.redemption)).wait(10)
    assert done.screen.notice is None


def test_a_voucher_taken_back_is_told_to_be_valid(done) -> None:
    done.wait(DONE_S).do(e.VoucherRetracted(done.redemption))
    assert sight(done) is SlotSight.RETRACTED
    assert done.screen.notice.code is MessageCode.VOUCHER_BACK


def test_taking_it_leaves_another_notice_alone(done) -> None:
    done.wait(DONE_S)
    done.state = replace(done.state, screen=Attract(None, 0.0))
    done.do(e.VoucherTaken(done.redemption))
    assert done.screen == Attract(None, 0.0)


@pytest.mark.parametrize("happened", [e.VoucherWaits, e.VoucherTaken, e.VoucherRetracted])
def test_word_of_an_older_voucher_says_nothing_of_this_one(done, happened) -> None:
    before = done.state
    done.do(happened(OTHER))
    assert done.state.slot == before.slot
    assert done.screen == before.screen


@pytest.mark.parametrize("happened", [e.VoucherWaits, e.VoucherTaken, e.VoucherRetracted])
def test_the_next_shopper_is_not_disturbed(done, happened) -> None:
    done.wait(DONE_S).home()
    before = done.screen
    assert isinstance(before, MemberHome)
    done.do(happened(done.redemption))
    assert done.screen == before
    assert done.effects == []


def test_the_next_dispensing_goes_on_while_the_slot_is_cleared(done) -> None:
    done.do(e.Continued()).do(e.ItemChosen(UUID(int=2))).wait(1.1).do(e.Confirmed())
    assert isinstance(done.screen, Dispensing)
    before = done.screen
    for happened in (
        e.VoucherWaits(done.redemption),
        e.VoucherRetracted(done.redemption),
    ):
        done.do(happened)
        assert done.screen == before


@pytest.mark.parametrize(
    ("happened", "seen", "code"),
    [
        (e.VoucherWaits, SlotSight.WAITS, MessageCode.NOT_TAKEN),
        (e.VoucherRetracted, SlotSight.RETRACTED, MessageCode.VOUCHER_BACK),
    ],
)
def test_paper_of_nobody_is_told_whatever_came_out_before(done, happened, seen, code) -> None:
    done.wait(DONE_S).do(e.VoucherTaken(done.redemption)).do(happened(None))
    assert done.state.slot == InSlot(None, seen)
    assert done.screen.notice.code is code


def test_what_staff_print_again_and_leave_there_is_told(done) -> None:
    done.wait(DONE_S).do(e.VoucherTaken(done.redemption))
    again = case().id
    at_reprint(done).wait(1.1)
    done.do(v.ReprintReasonChosen(ReprintReason.TORN), v.ReprintConfirmed())
    done.do(e.VoucherPrinted(again, "5W8C", sample.redemption()))
    assert done.state.slot == InSlot(again, SlotSight.PRESENTED)
    done.do(door.StaffLeft())
    assert isinstance(done.screen, Attract)
    done.wait(10).do(e.VoucherWaits(again))
    assert done.screen.notice.code is MessageCode.NOT_TAKEN


def test_paper_from_before_the_start_is_somebodys_too(walk) -> None:
    walk.do(e.VoucherWaits(None))
    assert walk.state.slot == InSlot(None, SlotSight.WAITS)
    walk.do(e.VoucherTaken(None))
    assert sight(walk) is SlotSight.TAKEN
