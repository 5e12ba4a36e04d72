"""The member's home: filters, pages, one reward, its terms."""

from dataclasses import replace

from kiosk.flow import event
from kiosk.flow.catalogue import Availability, Offer, offer_for, page
from kiosk.flow.state import (
    Confirm,
    KioskState,
    MemberHome,
    Message,
    MessageCode,
    Scan,
    Session,
    Vouchers,
)
from kiosk.flow.transition import Result, active, resting_screen, show

CONFIRM_GUARD_S = 1.0
"""The tap that opened the confirm screen must not also confirm."""


def filter_chosen(state: KioskState, chosen: event.FilterChosen) -> Result:
    if not isinstance(state.screen, MemberHome):
        return state, ()
    return show(active(state), replace(state.screen, filter=chosen.filter, page=0))


def page_turned(state: KioskState, turned: event.PageTurned) -> Result:
    if not isinstance(state.screen, MemberHome):
        return state, ()
    turned_home = replace(state.screen, page=state.screen.page + turned.by)
    clamped = replace(turned_home, page=page(state, turned_home).number)
    return show(active(state), clamped)


def balance_hidden(state: KioskState, _: event.BalanceHidden) -> Result:
    if not isinstance(state.screen, MemberHome):
        return state, ()
    session = state.screen.session
    hidden = replace(session, hide_balance=not session.hide_balance)
    return show(active(state), replace(state.screen, session=hidden))


def item_chosen(state: KioskState, chosen: event.ItemChosen) -> Result:
    home = state.screen
    item = next((i for i in state.catalogue if i.id == chosen.item), None)
    if not isinstance(home, MemberHome) or item is None:
        return state, ()
    offer = offer_for(item, home.session, state.wall)
    return show(active(state), confirm_screen(state, home, offer, _why_not(home.session, offer)))


def confirm_screen(
    state: KioskState, home: MemberHome, offer: Offer, notice: Message | None
) -> Confirm:
    return Confirm(
        session=home.session,
        item=offer.item,
        price=offer.price,
        armed_at_s=state.now_s + CONFIRM_GUARD_S,
        back=replace(home, notice=None),
        notice=notice,
    )


def _why_not(session: Session, offer: Offer) -> Message | None:
    """Why a reward can be looked at but not redeemed now."""
    if session.member.session.read_only:
        return Message(MessageCode.E_READ_ONLY)
    match offer.availability:
        case Availability.AFFORDABLE:
            return None
        case Availability.MISSING_POINTS:
            return Message(MessageCode.E_PTS, {"n": offer.missing})
        case Availability.SOLD_OUT:
            return Message(MessageCode.E_STOCK)
        case Availability.OTHER_TIER:
            return Message(MessageCode.E_TIER)
        case Availability.OTHER_TIME:
            return Message(MessageCode.E_WINDOW)


def went_back(state: KioskState, _: event.WentBack) -> Result:
    match state.screen:
        case Confirm(back=home) | Vouchers(back=home):
            return show(active(state), home)
        case Scan():
            return show(state, resting_screen(state))
        case _:
            return state, ()


def vouchers_opened(state: KioskState, _: event.VouchersOpened) -> Result:
    home = state.screen
    if not isinstance(home, MemberHome) or not home.session.member.vouchers:
        return state, ()
    return show(active(state), Vouchers(home.session, back=replace(home, notice=None)))
