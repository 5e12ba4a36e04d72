"""The same code once more, by staff: a reason, a tap, paper, or why there is none."""

from dataclasses import replace
from typing import Any

from kiosk.flow import effect, event, slot
from kiosk.flow.staff import home, idle
from kiosk.flow.staff.search import SETTLE_GUARD_S
from kiosk.flow.staff.values.case import COPIES_MAX
from kiosk.flow.staff.values.told import Ending, Told
from kiosk.flow.staff.values.vouchers import (
    CaseView,
    ReprintAsk,
    ReprintConfirmed,
    Reprinting,
    ReprintOpened,
    ReprintReasonChosen,
    ReprintStage,
    Settle,
    StaffReprint,
)
from kiosk.flow.state import KioskState, MessageCode, PrinterReadiness, Step
from kiosk.flow.transition import Result, show
from wire.errors import ErrorCode, Problem

_STAGES = {
    Step.DEDUCT: ReprintStage.ASK,
    Step.PRINT: ReprintStage.PRINT,
    Step.TAKE: ReprintStage.TAKE,
}
_REFUSALS = {
    ErrorCode.REPRINT_LIMIT: Ending.REPRINT_LIMIT,
    ErrorCode.ALREADY_USED: Ending.REPRINT_USED,
    ErrorCode.REDEMPTION_RELEASED: Ending.REPRINT_RELEASED,
    ErrorCode.VOUCHER_EXPIRED: Ending.REPRINT_EXPIRED,
    ErrorCode.STAFF_ROLE: Ending.ROLE,
    ErrorCode.FORBIDDEN: Ending.ROLE,
}
_STATES = {
    "USED": Ending.REPRINT_USED,
    "RELEASED": Ending.REPRINT_RELEASED,
    "EXPIRED": Ending.REPRINT_EXPIRED,
}
"""redemption_state: what it is."""


def opened(state: KioskState, _: ReprintOpened) -> Result:
    screen = state.screen
    if not isinstance(screen, CaseView | Settle) or not screen.clerk.may_settle:
        return state, ()
    if not screen.case.printable:
        return state, ()
    ask = ReprintAsk(
        screen.clerk,
        idle.until(state),
        screen.case,
        screen.back,
        armed_at_s=state.now_s + SETTLE_GUARD_S,
    )
    return show(state, ask)


def reason_chosen(state: KioskState, chosen: ReprintReasonChosen) -> Result:
    ask = state.screen
    if not isinstance(ask, ReprintAsk):
        return state, ()
    return show(state, replace(ask, reason=chosen.reason, idle_at_s=idle.until(state)))


def confirmed(state: KioskState, _: ReprintConfirmed) -> Result:
    ask = state.screen
    if (
        not isinstance(ask, ReprintAsk)
        or ask.reason is None
        or state.now_s < ask.armed_at_s
        or ask.clerk.login is None
        or not ask.clerk.may_settle
    ):
        return state, ()
    printing = Reprinting(ask.clerk, idle.NEVER_S, ask.case, ask.back, since_s=state.now_s)
    wanted = StaffReprint(
        redemption=ask.case.id,
        staff_ref=ask.clerk.staff_ref,
        login=ask.clerk.login,
        reason=ask.reason,
        language=state.default_language,
    )
    return replace(state, screen=printing), (wanted,)


# --- What the redeemer answers, while a staff reprint stands on the screen ------------------
def _ours(state: KioskState, answer: Any) -> Reprinting | None:
    screen = state.screen
    if isinstance(screen, Reprinting) and screen.redemption == answer.redemption:
        return screen
    return None


def _told(state: KioskState, was: Reprinting, ending: Ending, **params: str | int) -> Result:
    told = Told(was.clerk, idle.until(state), ending, params, back=was.back)
    return show(state, told)


def step_reached(state: KioskState, reached: event.StepReached) -> Result:
    if (printing := _ours(state, reached)) is None:
        return state, ()
    return show(state, replace(printing, stage=_STAGES[reached.step]))


def printed(state: KioskState, printed: event.VoucherPrinted) -> Result:
    if (was := _ours(state, printed)) is None:
        return state, ()
    state = slot.presented(state, printed.redemption)
    copy = max(printed.answer.copy, 1)
    return _told(
        state,
        was,
        Ending.REPRINTED,
        tail=printed.tail,
        copy=copy,
        left=max(0, COPIES_MAX - copy),
    )


def uncertain(state: KioskState, unsure: event.VoucherUncertain) -> Result:
    if (was := _ours(state, unsure)) is None:
        return state, ()
    return _told(state, was, Ending.REPRINT_UNSURE, tail=unsure.tail or was.case.tail)


def refused(state: KioskState, refused: event.RedemptionRefused) -> Result:
    if (was := _ours(state, refused)) is None:
        return state, ()
    if refused.problem.code == ErrorCode.STAFF_SESSION_EXPIRED:
        return home.session_expired(state)
    return _told(state, was, _ending(refused.problem), tail=was.case.tail)


def _ending(problem: Problem) -> Ending:
    if problem.code == ErrorCode.REDEMPTION_STATE:
        return _STATES.get(problem.state or "", Ending.REPRINT_STATE)
    return _REFUSALS.get(problem.code, Ending.REFUSED)  # type: ignore[call-overload, no-any-return]  # StrEnum keys equal their text


def unreached(state: KioskState, unreached: event.RedemptionUnreached) -> Result:
    if (was := _ours(state, unreached)) is None:
        return state, ()
    return _told(state, was, Ending.REPRINT_OFFLINE, tail=was.case.tail)


def printer_refused(state: KioskState, refused: event.PrinterRefused) -> Result:
    """Said before the service was asked, or after: either way nothing was printed.

    After, the copy is counted: how many are left is told as it is.
    """
    if (was := _ours(state, refused)) is None:
        return state, ()
    no_paper = refused.no_paper or state.health.printer is PrinterReadiness.NO_PAPER
    if refused.counted:
        ending = Ending.REPRINT_COUNTED
    else:
        ending = Ending.REPRINT_PAPER if no_paper else Ending.REPRINT_PRINTER
    code = MessageCode.E_PAPER_PRE if no_paper else MessageCode.E_PRINTER
    left = max(0, COPIES_MAX - refused.counted)
    state, _ = _told(state, was, ending, tail=was.case.tail, left=left)
    return state, (effect.TellStaff(reason=code),)
