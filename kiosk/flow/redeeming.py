"""From the confirming tap to the voucher, or to why there is none."""

from dataclasses import replace
from typing import Any

import msgspec

from kiosk.flow import effect, event, refusal, slot
from kiosk.flow.catalogue import offer_for
from kiosk.flow.choose import confirm_screen
from kiosk.flow.state import (
    Confirm,
    Dispensing,
    Done,
    KioskState,
    MemberHome,
    Message,
    MessageCode,
    RefusalWay,
    Refused,
    Session,
    Vouchers,
)
from kiosk.flow.transition import DONE_S, Result, active, refuse, refuse_with, show
from wire.api.members import Member
from wire.api.redemptions import State as RedemptionState
from wire.errors import Problem


def confirmed(state: KioskState, _: event.Confirmed) -> Result:
    confirm = state.screen
    if not isinstance(confirm, Confirm) or confirm.blocked or state.now_s < confirm.armed_at_s:
        return state, ()
    return redeem(state, confirm)


def redeem(state: KioskState, confirm: Confirm) -> Result:
    if state.fresh_id is None:  # no tick yet: impossible with a shopper on the screen
        return state, ()
    dispensing = Dispensing(
        session=confirm.session,
        item=confirm.item,
        price=confirm.price,
        redemption=state.fresh_id,
        since_s=state.now_s,
    )
    wanted = effect.Redeem(
        redemption=state.fresh_id,
        session=confirm.session.member.session.id,
        item=confirm.item.id,
        item_rev=confirm.item.rev,
        price=confirm.price,
        language=state.language,
    )
    # The id is spent: a second redemption before the next tick must not reuse it.
    return replace(state, screen=dispensing, fresh_id=None), (wanted,)


def reprint_chosen(state: KioskState, chosen: event.ReprintChosen) -> Result:
    if not isinstance(state.screen, Vouchers):
        return state, ()
    session = state.screen.session
    voucher = next((v for v in session.member.vouchers if v.id == chosen.redemption), None)
    if (
        voucher is None
        or voucher.reprints_left < 1
        or voucher.state != RedemptionState.UNCERTAIN
        or session.member.session.read_only
    ):
        return state, ()
    dispensing = Dispensing(
        session=session, item=None, price=0, redemption=voucher.id, since_s=state.now_s
    )
    wanted = effect.Reprint(voucher.id, session.member.session.id, state.language)
    return replace(state, screen=dispensing), (wanted,)


def _dispensing(state: KioskState, answer: Any) -> Dispensing | None:
    """The dispensing screen, if the answer is about the redemption that it shows."""
    screen = state.screen
    if isinstance(screen, Dispensing) and screen.redemption == answer.redemption:
        return screen
    return None


def step_reached(state: KioskState, reached: event.StepReached) -> Result:
    if (dispensing := _dispensing(state, reached)) is None:
        return state, ()
    return show(state, replace(dispensing, step=reached.step))


def voucher_printed(state: KioskState, printed: event.VoucherPrinted) -> Result:
    state = slot.presented(state, printed.redemption)
    if (dispensing := _dispensing(state, printed)) is None:
        return state, ()
    session = dispensing.session
    left = printed.answer.spendable
    session = replace(
        session,
        spendable=session.spendable - dispensing.price if left is None else left,
        redeemed=session.redeemed + 1,
        member=_without_voucher(session, printed),
    )
    done = Done(
        session=session,
        reward=str(dispensing.item.id) if dispensing.item else None,
        item=dispensing.item,
        tail=printed.tail,
        until_s=state.now_s + DONE_S,
    )
    return show(state, done)


def _without_voucher(session: Session, printed: event.VoucherPrinted) -> Member:
    """The member without the voucher that was just printed again: it waits no longer."""
    waiting = [v for v in session.member.vouchers if v.id != printed.redemption]
    return msgspec.structs.replace(session.member, vouchers=waiting)


def voucher_uncertain(state: KioskState, uncertain: event.VoucherUncertain) -> Result:
    if _dispensing(state, uncertain) is None:
        return state, ()
    return refuse(state, refusal.of_uncertain(uncertain.tail, no_paper=uncertain.no_paper))


def redemption_refused(state: KioskState, refused: event.RedemptionRefused) -> Result:
    if (dispensing := _dispensing(state, refused)) is None:
        return state, ()
    problem = refused.problem
    if dispensing.item is None:
        return _reprint_refused(state, dispensing, problem)
    home = MemberHome(dispensing.session)
    if refusal.is_new_price(problem) and problem.price is not None:
        offer = replace(offer_for(dispensing.item, home.session, state.wall), price=problem.price)
        notice = Message(MessageCode.E_STALE, {"p": problem.price})
        if problem.price > home.session.spendable:
            missing = problem.price - home.session.spendable
            notice = Message(MessageCode.E_PTS, {"n": missing})
        return show(active(state), confirm_screen(state, home, offer, notice))
    tiers = dispensing.item.tiers
    if refusal.is_unavailable(problem) and (not tiers or home.session.member.tier.id in tiers):
        return refuse_with(state, refusal.GONE, dispensing)
    zone = state.config.timezone if state.config else "UTC"
    return refuse_with(state, refusal.of_redemption(problem, zone), dispensing)


def _reprint_refused(
    state: KioskState, dispensing: Dispensing, problem: Problem | None = None
) -> Result:
    vouchers = dispensing.session.member.vouchers
    tail = next((v.tail for v in vouchers if v.id == dispensing.redemption), "")
    return refuse_with(state, refusal.of_reprint(tail, problem), dispensing)


def redemption_unreached(state: KioskState, unreached: event.RedemptionUnreached) -> Result:
    if (dispensing := _dispensing(state, unreached)) is None:
        return state, ()
    if dispensing.item is None:
        return _reprint_refused(state, dispensing)
    return refuse_with(state, refusal.NOT_REACHED, dispensing)


def printer_refused(state: KioskState, refused: event.PrinterRefused) -> Result:
    if (dispensing := _dispensing(state, refused)) is None:
        return state, ()
    why = refusal.NO_PAPER if refused.no_paper else refusal.PRINTER
    if dispensing.item is None:
        state, _ = _reprint_refused(state, dispensing)
    else:
        state, _ = refuse_with(state, why, dispensing)
    return state, (effect.TellStaff(reason=why.message.code),)


def retried(state: KioskState, _: event.Retried) -> Result:
    match state.screen:
        case Refused(ways=ways, retry=Confirm() as confirm) if RefusalWay.RETRY in ways:
            return redeem(active(state), confirm)
        case _:
            return state, ()
