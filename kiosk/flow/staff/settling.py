"""An uncertain voucher is settled by who knows: 券已取, 重印, 作废退分. Online only."""

from dataclasses import replace

from kiosk.flow.staff import home, idle, search
from kiosk.flow.staff.search import SETTLE_GUARD_S
from kiosk.flow.staff.values.case import Standing
from kiosk.flow.staff.values.told import Ending, Told
from kiosk.flow.staff.values.vouchers import (
    CaseSettled,
    CaseView,
    Settle,
    SettleCase,
    Settled,
    Settlement,
    SettleOpened,
    Settling,
    StoryOpened,
    StoryRead,
    TakenConfirmed,
    VoidAsk,
    VoidConfirmed,
    VoidOpened,
    VoidReasonChosen,
)
from kiosk.flow.state import KioskState
from kiosk.flow.transition import Result, show

LIMIT_S = 8.0
"""The call itself gives up after 5 s; this only guards against an answer that never comes."""

_ENDINGS = {
    Settled.USED: Ending.SETTLED_USED,
    Settled.ISSUED: Ending.SETTLED_ISSUED,
    Settled.RELEASED: Ending.SETTLED_RELEASED,
    Settled.ELSEWHERE: Ending.SETTLED_ELSEWHERE,
    Settled.ROLE: Ending.ROLE,
    Settled.REFUSED: Ending.REFUSED,
    Settled.SILENT: Ending.SETTLE_SILENT,
}


def opened(state: KioskState, _: SettleOpened) -> Result:
    """处理, from the story of an uncertain voucher."""
    view = state.screen
    if not isinstance(view, CaseView) or view.case.standing is not Standing.UNCERTAIN:
        return state, ()
    return open_settle(state, view)


def open_settle(state: KioskState, screen: CaseView | VoidAsk) -> Result:
    """The three ways, for the voucher that stands on the screen."""
    armed_at_s = state.now_s + SETTLE_GUARD_S
    settle = Settle(screen.clerk, idle.until(state), screen.case, screen.back, armed_at_s)
    return show(state, settle)


def story_opened(state: KioskState, _: StoryOpened) -> Result:
    settle = state.screen
    if not isinstance(settle, Settle):
        return state, ()
    view = CaseView(settle.clerk, idle.until(state), settle.case, settle.back)
    return search.open_case(state, view)


def story_read(state: KioskState, read: StoryRead) -> Result:
    view = state.screen
    if not isinstance(view, CaseView) or view.case.id != read.id:
        return state, ()
    live = view.live if read.live is None else read.live
    case = view.case if read.case is None else read.case
    return show(state, replace(view, history=read.history, case=case, live=live))


def settleable(settle: Settle) -> bool:
    """Whether this kiosk may settle it: it was asked for or last printed here."""
    return settle.clerk.may_settle and settle.case.in_journal


def taken(state: KioskState, _: TakenConfirmed) -> Result:
    settle = state.screen
    if (
        not isinstance(settle, Settle)
        or not settleable(settle)
        or state.now_s < settle.armed_at_s
        or settle.clerk.login is None
    ):
        return state, ()
    wanted = SettleCase(
        settle.case.id, Settlement.TAKEN, settle.clerk.staff_ref, settle.clerk.login
    )
    return _begin(state, settle, wanted)


def void_opened(state: KioskState, _: VoidOpened) -> Result:
    settle = state.screen
    if not isinstance(settle, Settle) or not settleable(settle) or state.now_s < settle.armed_at_s:
        return state, ()
    ask = VoidAsk(
        settle.clerk,
        idle.until(state),
        settle.case,
        settle.back,
        armed_at_s=state.now_s + SETTLE_GUARD_S,
    )
    return show(state, ask)


def void_reason_chosen(state: KioskState, chosen: VoidReasonChosen) -> Result:
    ask = state.screen
    if not isinstance(ask, VoidAsk):
        return state, ()
    return show(state, replace(ask, reason=chosen.reason, idle_at_s=idle.until(state)))


def void_confirmed(state: KioskState, _: VoidConfirmed) -> Result:
    ask = state.screen
    if (
        not isinstance(ask, VoidAsk)
        or ask.reason is None
        or state.now_s < ask.armed_at_s
        or ask.clerk.login is None
    ):
        return state, ()
    wanted = SettleCase(
        ask.case.id, Settlement.VOID, ask.clerk.staff_ref, ask.clerk.login, ask.reason
    )
    return _begin(state, ask, wanted)


def _begin(state: KioskState, screen: Settle | VoidAsk, wanted: SettleCase) -> Result:
    settling = Settling(
        screen.clerk,
        idle.until(state),
        screen.case,
        screen.back,
        wanted.wanted,
        since_s=state.now_s,
    )
    return replace(state, screen=settling), (wanted,)


def settled(state: KioskState, answer: CaseSettled) -> Result:
    screen = state.screen
    if (
        not isinstance(screen, Settling)
        or screen.case.id != answer.id
        or screen.wanted is not answer.wanted
    ):
        return state, ()
    if answer.outcome is Settled.LOGIN_OVER:
        return home.session_expired(state)
    if answer.outcome is Settled.DONE:
        done = {Settlement.TAKEN: Ending.TAKEN, Settlement.VOID: Ending.VOIDED}
        ending = done[answer.wanted]
    else:
        ending = _ENDINGS[answer.outcome]
    params: dict[str, str | int] = {"tail": screen.case.tail, "points": screen.case.points or 0}
    return show(state, Told(screen.clerk, idle.until(state), ending, params, back=screen.back))


def after(state: KioskState, settling: Settling) -> Result:
    """What time makes of a call that is not answered."""
    if state.now_s < settling.since_s + LIMIT_S:
        return state, ()
    silent = CaseSettled(settling.case.id, settling.wanted, Settled.SILENT)
    return settled(state, silent)
