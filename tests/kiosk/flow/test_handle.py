import typing
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import sample

from kiosk.flow import effect
from kiosk.flow import event as e
from kiosk.flow.handle import HANDLERS
from kiosk.flow.state import (
    Attract,
    Confirm,
    Dispensing,
    Done,
    Filter,
    Identifying,
    MemberHome,
    MessageCode,
    PrinterReadiness,
    RefusalWay,
    Refused,
    Scan,
    ScanTab,
    Step,
    StillHere,
    Stopped,
    Vouchers,
    reads_codes,
)
from wire.api.members import Outcome, Unfinished
from wire.api.text import Language
from wire.errors import ErrorCode, problem


def refused_code(walk) -> MessageCode:
    assert isinstance(walk.screen, Refused), walk.screen
    return walk.screen.message.code


def test_every_event_has_a_handler() -> None:
    assert set(HANDLERS) == set(typing.get_args(e.Event))


def test_a_code_works_right_on_the_attract_screen(walk) -> None:
    walk.do(e.Scanned("M2 text", "QRCode"))
    assert isinstance(walk.screen, Identifying)
    assert walk.effects == [effect.LookUp("M2 text", "QRCode")]
    walk.do(e.MemberFound(sample.member()))
    assert isinstance(walk.screen, MemberHome)
    assert walk.screen.filter == Filter.AFFORDABLE


def test_the_whole_happy_path_is_two_taps(walk) -> None:
    walk.home().do(e.ItemChosen(UUID(int=1)))
    assert isinstance(walk.screen, Confirm)
    walk.wait(1.1).do(e.Confirmed())
    assert isinstance(walk.screen, Dispensing)
    (wanted,) = walk.effects
    assert isinstance(wanted, effect.Redeem)
    assert (wanted.item, wanted.price, wanted.item_rev) == (UUID(int=1), 500, 1)
    assert wanted.redemption == walk.screen.redemption
    walk.do(e.StepReached(wanted.redemption, Step.PRINT))
    assert walk.screen.step is Step.PRINT
    walk.do(e.VoucherPrinted(wanted.redemption, "5W8C", sample.redemption(spendable=500)))
    assert isinstance(walk.screen, Done)
    assert walk.screen.tail == "5W8C"
    assert walk.screen.session.spendable == 500
    walk.wait(15.1)
    assert isinstance(walk.screen, Attract)
    assert walk.effects == [effect.WipeSession()]


def test_another_reward_after_the_first_shows_what_is_left(walk) -> None:
    walk.dispensing()
    walk.do(e.VoucherPrinted(walk.screen.redemption, "5W8C", sample.redemption(spendable=90)))
    walk.do(e.Continued())
    assert isinstance(walk.screen, MemberHome)
    assert walk.screen.session.spendable == 90
    walk.do(e.ItemChosen(UUID(int=2)))
    assert walk.screen.notice.code is MessageCode.E_PTS
    assert walk.screen.notice.params == {"n": 10}
    walk.wait(2).do(e.Confirmed())
    assert isinstance(walk.screen, Confirm), "a reward out of reach must not be redeemed"


def test_a_double_tap_neither_confirms_nor_redeems_twice(walk) -> None:
    walk.home().do(e.ItemChosen(UUID(int=1)), e.Confirmed())
    assert isinstance(walk.screen, Confirm), "the tap that opened the screen confirmed it"
    walk.wait(1.1).do(e.Confirmed(), e.Confirmed())
    assert sum(isinstance(x, effect.Redeem) for x in walk.effects) == 1


@pytest.mark.parametrize(
    "late",
    [
        lambda other: e.StepReached(other, Step.TAKE),
        lambda other: e.VoucherPrinted(other, "XXXX", sample.redemption()),
        lambda other: e.VoucherUncertain(other, "XXXX", no_paper=False),
        e.RedemptionUnreached,
        lambda other: e.PrinterRefused(other, no_paper=True),
        lambda other: e.RedemptionRefused(other, problem(ErrorCode.OUT_OF_STOCK, "")),
    ],
)
def test_an_answer_about_another_redemption_changes_nothing(walk, late) -> None:
    before = walk.dispensing().screen
    walk.do(late(UUID(int=5)))
    assert walk.screen == before
    assert walk.effects == []


@pytest.mark.parametrize(
    "tap",
    [e.Ended(), e.WentBack(), e.Confirmed(), e.ItemChosen(UUID(int=1)), e.Continued()],
)
def test_there_is_no_way_back_while_dispensing(walk, tap) -> None:
    before = walk.dispensing().screen
    walk.do(tap).wait(600)
    assert walk.screen == before, "no tap and no idle time may leave a running redemption"


LOOKUP_REFUSALS = [
    (ErrorCode.CODE_UNKNOWN, MessageCode.E_QR_UNKNOWN),
    (ErrorCode.CODE_EXPIRED, MessageCode.E_QR_OLD),
    (ErrorCode.CODE_USED, MessageCode.E_QR_USED),
]


@pytest.mark.parametrize(("code", "words"), LOOKUP_REFUSALS)
def test_a_bad_code_is_told_where_the_next_one_is_read(walk, code, words) -> None:
    walk.do(e.Scanned("x", "QRCode"), e.MemberRefused(problem(code, "")))
    assert isinstance(walk.screen, Scan)
    assert walk.screen.notice.code is words
    assert reads_codes(walk.state)
    walk.wait(8.1)
    assert walk.screen.notice is None


@pytest.mark.parametrize(
    ("expired", "words"), [(False, MessageCode.E_QR_UNKNOWN), (True, MessageCode.E_QR_OLD)]
)
def test_a_code_refused_on_the_kiosk(walk, expired, words) -> None:
    walk.do(e.Scanned("x", "QRCode"), e.CodeNotOurs(expired=expired))
    assert walk.screen.notice.code is words


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (ErrorCode.MEMBER_UNKNOWN, MessageCode.E_MEMBER),
        (ErrorCode.MEMBER_FROZEN, MessageCode.E_FROZEN),
        (ErrorCode.CARD_REPLACED, MessageCode.E_CARD_OLD),
        (ErrorCode.DEVICE_REVOKED, MessageCode.E_STOP),
        (ErrorCode.DEVICE_PAUSED, MessageCode.E_STOP),
        (ErrorCode.RATE_LIMITED, MessageCode.E_STOP),
        (ErrorCode.INTERNAL, MessageCode.OFF_NO),
        (ErrorCode.UNAVAILABLE, MessageCode.OFF_NO),
    ],
)
def test_a_member_who_cannot_be_served(walk, code, words) -> None:
    walk.do(e.Scanned("x", "QRCode"), e.MemberRefused(problem(code, "")))
    assert refused_code(walk) is words
    assert walk.screen.session is None
    walk.do(e.Ended())
    assert isinstance(walk.screen, Attract)


def test_a_service_out_of_reach(walk) -> None:
    walk.do(e.Scanned("x", "QRCode"), e.ServiceUnreachable())
    assert refused_code(walk) is MessageCode.OFF_NO


def test_an_answer_that_never_comes(walk) -> None:
    walk.do(e.Scanned("x", "QRCode")).wait(8.1)
    assert refused_code(walk) is MessageCode.OFF_NO
    walk.do(e.MemberFound(sample.member()))
    assert refused_code(walk) is MessageCode.OFF_NO, "a late answer must open nothing"


REDEMPTION_REFUSALS = [
    (problem(ErrorCode.OUT_OF_STOCK, ""), MessageCode.E_STOCK, RefusalWay.HOME),
    (problem(ErrorCode.WINDOW_CLOSED, ""), MessageCode.E_WINDOW, RefusalWay.HOME),
    (problem(ErrorCode.SESSION_EXPIRED, ""), MessageCode.E_SESSION, RefusalWay.END),
    (problem(ErrorCode.PIN_REQUIRED, ""), MessageCode.E_PIN_COUNTER, RefusalWay.HOME),
    (problem(ErrorCode.MEMBER_FROZEN, ""), MessageCode.E_FROZEN, RefusalWay.END),
    (problem(ErrorCode.LIMIT_REACHED, ""), MessageCode.E_LIMIT_EVER, RefusalWay.HOME),
    (problem(ErrorCode.REWARD_UNAVAILABLE, ""), MessageCode.E_STOCK, RefusalWay.HOME),
    (problem(ErrorCode.SESSION_READ_ONLY, ""), MessageCode.E_READ_ONLY, RefusalWay.HOME),
    (problem(ErrorCode.DEVICE_REVOKED, ""), MessageCode.E_STOP, RefusalWay.END),
    (problem(ErrorCode.INTERNAL, ""), MessageCode.E_HOLD, RefusalWay.RETRY),
]


@pytest.mark.parametrize(("why", "words", "way"), REDEMPTION_REFUSALS)
def test_a_redemption_that_the_service_refuses(walk, why, words, way) -> None:
    walk.dispensing()
    walk.do(e.RedemptionRefused(walk.screen.redemption, why))
    assert refused_code(walk) is words
    assert walk.screen.ways[0] is way


def test_a_reward_for_other_tiers_says_so(walk) -> None:
    gold_only = sample.item(1, 500, tiers=["gold"])
    walk.state = replace(walk.state, catalogue=(gold_only,))
    walk.dispensing()
    member = sample.member(tier=sample.Tier("basic", sample.text("普通"), 0))
    session = replace(walk.screen.session, member=member)
    walk.state = replace(walk.state, screen=replace(walk.screen, session=session))
    why = problem(ErrorCode.REWARD_UNAVAILABLE, "")
    walk.do(e.RedemptionRefused(walk.screen.redemption, why))
    assert refused_code(walk) is MessageCode.E_TIER


REPRINT_ENDS = [
    (lambda i: e.RedemptionRefused(i, problem(ErrorCode.REPRINT_LIMIT, "")), MessageCode.E_REPRINT),
    (lambda i: e.RedemptionRefused(i, problem(ErrorCode.RATE_LIMITED, "")), MessageCode.E_REPRINT),
    (e.RedemptionUnreached, MessageCode.E_REPRINT),
    (lambda i: e.PrinterRefused(i, no_paper=True), MessageCode.E_REPRINT),
    (
        lambda i: e.RedemptionRefused(i, problem(ErrorCode.REDEMPTION_STATE, "", state="USED")),
        MessageCode.E_REPRINT_OVER,
    ),
    (
        lambda i: e.RedemptionRefused(i, problem(ErrorCode.REDEMPTION_RELEASED, "")),
        MessageCode.E_REPRINT_OVER,
    ),
    (
        lambda i: e.RedemptionRefused(i, problem(ErrorCode.SESSION_EXPIRED, "")),
        MessageCode.E_SESSION,
    ),
]


@pytest.mark.parametrize(("answer", "words"), REPRINT_ENDS)
def test_a_reprint_that_fails_says_nothing_of_points_not_taken(walk, answer, words) -> None:
    voucher = sample.waiting_voucher()
    walk.home(vouchers=[voucher]).do(e.VouchersOpened(), e.ReprintChosen(voucher.id))
    walk.do(answer(voucher.id))
    assert refused_code(walk) is words
    if words is MessageCode.E_REPRINT:
        assert walk.screen.message.params == {"tail": "5W8C"}
        assert RefusalWay.RETRY not in walk.screen.ways


def test_a_limit_says_when_it_resets_in_the_stores_time(walk) -> None:
    walk.dispensing()
    resets_at = sample.WALL + timedelta(hours=10)
    why = problem(ErrorCode.LIMIT_REACHED, "", limit="day", resets_at=resets_at)
    walk.do(e.RedemptionRefused(walk.screen.redemption, why))
    assert refused_code(walk) is MessageCode.E_LIMIT
    assert walk.screen.message.params == {"time": "11-22 00:05"}


def test_a_new_price_asks_again_at_that_price(walk) -> None:
    walk.dispensing()
    first = walk.screen.redemption
    walk.do(e.RedemptionRefused(first, problem(ErrorCode.PRICE_CHANGED, "", price=600)))
    assert isinstance(walk.screen, Confirm)
    assert walk.screen.notice.code is MessageCode.E_STALE
    assert walk.screen.price == 600
    walk.wait(1.1).do(e.Confirmed())
    (wanted,) = walk.effects
    assert wanted.price == 600
    assert wanted.redemption != first, "a refused id is never used again"


def test_a_new_price_out_of_reach_says_what_is_missing(walk) -> None:
    walk.dispensing()
    why = problem(ErrorCode.PRICE_CHANGED, "", price=1200)
    walk.do(e.RedemptionRefused(walk.screen.redemption, why))
    assert walk.screen.notice.code is MessageCode.E_PTS
    assert walk.screen.blocked


def test_too_few_points_at_the_service_corrects_the_balance(walk) -> None:
    walk.dispensing()
    why = problem(ErrorCode.INSUFFICIENT, "", need=500, have=120)
    walk.do(e.RedemptionRefused(walk.screen.redemption, why))
    assert refused_code(walk) is MessageCode.E_PTS
    assert walk.screen.message.params == {"n": 380}
    walk.do(e.Continued())
    assert walk.screen.session.spendable == 120


def test_no_answer_to_reserve_can_be_tried_again_under_a_new_id(walk) -> None:
    walk.dispensing()
    first = walk.screen.redemption
    walk.do(e.RedemptionUnreached(first))
    assert refused_code(walk) is MessageCode.E_HOLD
    walk.do(e.Retried())
    assert isinstance(walk.screen, Dispensing)
    (wanted,) = walk.effects
    assert wanted.redemption == walk.screen.redemption != first


@pytest.mark.parametrize(
    ("no_paper", "words"), [(True, MessageCode.E_PAPER_PRE), (False, MessageCode.E_PRINTER)]
)
def test_a_printer_that_is_not_ready_takes_no_points_and_tells_staff(walk, no_paper, words) -> None:
    walk.dispensing()
    walk.do(e.PrinterRefused(walk.screen.redemption, no_paper=no_paper))
    assert refused_code(walk) is words
    assert effect.TellStaff(words) in walk.effects


@pytest.mark.parametrize(
    ("no_paper", "words"), [(True, MessageCode.E_PAPER_MID), (False, MessageCode.E_UNC)]
)
def test_an_uncertain_voucher_tells_its_tail_and_ends_the_session(walk, no_paper, words) -> None:
    walk.dispensing()
    walk.do(e.VoucherUncertain(walk.screen.redemption, "5W8C", no_paper=no_paper))
    assert refused_code(walk) is words
    assert walk.screen.message.params == {"tail": "5W8C"}
    assert effect.WipeSession() in walk.effects
    walk.do(e.StaffCalled(), e.StaffCalled())
    assert walk.effects == [effect.TellStaff(words)]
    assert walk.screen.staff_called


# --- Time --------------------------------------------------------------------------------


def test_an_idle_shopper_is_asked_then_signed_out(walk) -> None:
    walk.home().do(e.LanguageChosen(Language.EN)).wait(45.1)
    assert isinstance(walk.screen, StillHere)
    walk.wait(15.1)
    assert isinstance(walk.screen, Attract)
    assert walk.effects == [effect.WipeSession()]
    assert walk.state.language is Language.ZH_HANS


def test_still_here_goes_on_where_it_was_as_often_as_wanted(walk) -> None:
    confirm = walk.home().do(e.ItemChosen(UUID(int=1))).screen
    for _ in range(12):
        walk.wait(45.1)
        assert isinstance(walk.screen, StillHere)
        walk.do(e.Continued())
        assert walk.screen == confirm


def test_a_touch_restarts_the_idle_time(walk) -> None:
    walk.home().wait(44).do(e.Touched()).wait(44)
    assert isinstance(walk.screen, MemberHome)


def test_the_idle_time_is_the_chains(walk) -> None:
    walk.do(e.ConfigChanged(sample.config(idle_s=10))).home().wait(10.1)
    assert isinstance(walk.screen, StillHere)


def test_scan_hints_after_30_s_and_ends_after_60_s(walk) -> None:
    walk.do(e.ScanOpened()).wait(30.1)
    assert isinstance(walk.screen, Scan)
    assert walk.screen.hint
    walk.wait(30)
    assert isinstance(walk.screen, Attract)


def test_scan_tabs_and_back(walk) -> None:
    walk.do(e.ScanOpened(), e.ScanTabChosen(ScanTab.CARD))
    assert walk.screen.tab is ScanTab.CARD
    walk.do(e.WentBack())
    assert isinstance(walk.screen, Attract)


def test_a_refusal_goes_away_by_itself(walk) -> None:
    walk.do(e.Scanned("x", "QRCode"), e.ServiceUnreachable()).wait(30.1)
    assert isinstance(walk.screen, Attract)


# --- Health ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ({"paused": True}, MessageCode.E_STOP),
        ({"clock_ok": False}, MessageCode.E_CLOCK),
        ({"scanner_ok": False}, MessageCode.E_CAM_COUNTER),
    ],
)
def test_a_kiosk_that_cannot_serve_says_so_and_comes_back(walk, trouble, words) -> None:
    healthy = walk.state.health
    walk.with_health(**trouble)
    assert isinstance(walk.screen, Stopped)
    assert walk.screen.message.code is words
    # Badges only; with a camera that is lost there is nothing to read with.
    assert reads_codes(walk.state) is walk.state.health.scanner_ok
    walk.do(e.Scanned("x", "QRCode"))
    assert isinstance(walk.screen, Stopped)
    walk.do(e.HealthChanged(healthy))
    assert isinstance(walk.screen, Attract)


def test_trouble_with_the_kiosk_lets_a_shopper_finish(walk) -> None:
    walk.dispensing().with_health(paused=True)
    walk.do(e.VoucherPrinted(walk.screen.redemption, "5W8C", sample.redemption()))
    assert isinstance(walk.screen, Done)
    walk.wait(15.1)
    assert isinstance(walk.screen, Stopped)


@pytest.mark.parametrize(
    ("printer", "words"),
    [
        (PrinterReadiness.NO_PAPER, MessageCode.E_PAPER_PRE),
        (PrinterReadiness.FAULT, MessageCode.E_PRINTER),
        (PrinterReadiness.UNKNOWN, None),
        (PrinterReadiness.READY, None),
    ],
)
def test_a_shopper_hears_of_the_printer_before_choosing(walk, printer, words) -> None:
    walk.with_health(printer=printer).home()
    assert (walk.screen.notice and walk.screen.notice.code) == words


# --- Member ------------------------------------------------------------------------------


def test_a_card_shows_the_balance_and_redeems_nothing(walk) -> None:
    walk.home(session=sample.read_only())
    assert walk.screen.notice.code is MessageCode.E_READ_ONLY
    walk.do(e.ItemChosen(UUID(int=1))).wait(2).do(e.Confirmed())
    assert isinstance(walk.screen, Confirm)
    assert walk.effects == []


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.RELEASED, MessageCode.RESUME_RELEASED),
        (Outcome.UNCERTAIN, MessageCode.RESUME_UNCERTAIN),
    ],
)
def test_the_last_redemption_that_did_not_finish_is_told(walk, outcome, words) -> None:
    walk.home(unfinished=[Unfinished(UUID(int=3), outcome, "5W8C")])
    assert walk.screen.notice.code is words


def test_an_uncertain_voucher_is_printed_again_with_the_same_id(walk) -> None:
    voucher = sample.waiting_voucher()
    walk.home(vouchers=[voucher]).do(e.VouchersOpened())
    assert isinstance(walk.screen, Vouchers)
    walk.do(e.ReprintChosen(voucher.id))
    (wanted,) = walk.effects
    assert isinstance(wanted, effect.Reprint)
    assert wanted.redemption == voucher.id
    walk.do(e.VoucherPrinted(voucher.id, "5W8C", sample.redemption(spendable=None)))
    assert isinstance(walk.screen, Done)
    assert walk.screen.session.spendable == 1000
    assert walk.screen.session.member.vouchers == []


def test_a_voucher_without_reprints_left_is_not_printed(walk) -> None:
    from msgspec.structs import replace as changed

    voucher = changed(sample.waiting_voucher(), reprints_left=0)
    walk.home(vouchers=[voucher]).do(e.VouchersOpened(), e.ReprintChosen(voucher.id))
    assert isinstance(walk.screen, Vouchers)


def test_the_eye_hides_the_balance(walk) -> None:
    walk.home().do(e.BalanceHidden())
    assert walk.screen.session.hide_balance
    walk.do(e.BalanceHidden())
    assert not walk.screen.session.hide_balance


def test_filters_and_pages_are_clamped(walk) -> None:
    walk.state = replace(walk.state, catalogue=tuple(sample.item(n, 100) for n in range(1, 15)))
    walk.home().do(e.PageTurned(1), e.PageTurned(1), e.PageTurned(1))
    assert walk.screen.page == 2
    walk.do(e.FilterChosen(Filter.ALL))
    assert walk.screen.page == 0
    walk.do(e.PageTurned(-1))
    assert walk.screen.page == 0


def test_a_language_holds_on_every_screen_until_the_end(walk) -> None:
    walk.do(e.LanguageChosen(Language.ZH_HANT)).dispensing()
    (wanted,) = walk.effects
    assert wanted.language is Language.ZH_HANT
