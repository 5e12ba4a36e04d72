"""The shopper's journey: `handle(state, event) -> (state, effects)`; no clock, no ids, no I/O.

One function per event. An event that makes no sense on the present screen changes
nothing: a second tap, an answer that comes after its shopper has gone.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from kiosk.flow import effect, event, refusal
from kiosk.flow.catalogue import Availability, Offer, offer_for, page
from kiosk.flow.effect import Effect
from kiosk.flow.event import Event
from kiosk.flow.state import (
    Attract,
    Confirm,
    Dispensing,
    Done,
    Identifying,
    KioskState,
    MemberHome,
    Message,
    MessageCode,
    PrinterReadiness,
    RefusalWay,
    Refused,
    Scan,
    Screen,
    Session,
    StillHere,
    Stopped,
    Vouchers,
)
from wire.api.members import Member, Outcome
from wire.api.redemptions import State as RedemptionState

DEFAULT_IDLE_S = 45.0
STILL_HERE_S = 15.0
DONE_S = 15.0
REFUSED_S = 30.0
SCAN_HINT_S = 30.0
SCAN_END_S = 60.0
NOTICE_S = 8.0
IDENTIFYING_LIMIT_S = 8.0
"""The call itself gives up after 5 s; this only guards against an answer that never comes."""
CONFIRM_GUARD_S = 1.0
"""The tap that opened the confirm screen must not also confirm."""

Result = tuple[KioskState, tuple[Effect, ...]]


def handle(state: KioskState, happened: Event) -> Result:
    """The next state, and what is to be done for it."""
    return _HANDLERS[type(happened)](state, happened)


def start(state: KioskState) -> KioskState:
    """The state with the screen on which the kiosk waits for shoppers, given its health."""
    return replace(state, screen=_resting_screen(state))


# --- Time --------------------------------------------------------------------------------


def _tick(state: KioskState, tick: event.Tick) -> Result:
    state = replace(state, now_s=tick.now_s, wall=tick.wall, fresh_id=tick.fresh_id)
    now_s = tick.now_s
    match state.screen:
        case Attract(notice=Message(), notice_until_s=until_s) if now_s >= until_s:
            return _show(state, _resting_screen(state))
        case Scan() as scan:
            return _show(state, *_scan_after(state, scan))
        case Identifying(since_s=since_s) if now_s >= since_s + IDENTIFYING_LIMIT_S:
            return _refuse(state, refusal.UNREACHABLE)
        case MemberHome() | Confirm() | Vouchers() if now_s >= state.idle_at_s:
            return _show(state, StillHere(now_s + STILL_HERE_S, state.screen))
        case StillHere(until_s=until_s) | Done(until_s=until_s) | Refused(until_s=until_s) if (
            now_s >= until_s
        ):
            return _end(state)
        case _:
            return state, ()


def _scan_after(state: KioskState, scan: Scan) -> tuple[Screen]:
    age_s = state.now_s - scan.since_s
    if age_s >= SCAN_END_S:
        return (_resting_screen(state),)
    if scan.notice is not None and state.now_s >= scan.notice_until_s:
        scan = replace(scan, notice=None)
    return (replace(scan, hint=scan.hint or age_s >= SCAN_HINT_S),)


def _touched(state: KioskState, _: event.Touched) -> Result:
    state = _active(state)
    match state.screen:
        case Scan() as scan:
            return _show(state, replace(scan, since_s=state.now_s))
        case Done() as done:
            return _show(state, replace(done, until_s=state.now_s + DONE_S))
        case Refused() as refused:
            return _show(state, replace(refused, until_s=state.now_s + REFUSED_S))
        case _:
            return state, ()


def _active(state: KioskState) -> KioskState:
    """Somebody is there: the idle time begins anew."""
    idle_s = state.config.idle_s if state.config else DEFAULT_IDLE_S
    return replace(state, idle_at_s=state.now_s + idle_s)


# --- The kiosk itself --------------------------------------------------------------------


def _resting_screen(state: KioskState) -> Screen:
    """Attract, or why nobody can be served."""
    health = state.health
    if health.paused:
        return Stopped(Message(MessageCode.E_STOP))
    if not health.clock_ok:
        return Stopped(Message(MessageCode.E_CLOCK))
    if not health.scanner_ok:
        return Stopped(Message(MessageCode.E_CAM_COUNTER))
    return Attract()


def _health_changed(state: KioskState, changed: event.HealthChanged) -> Result:
    state = replace(state, health=changed.health)
    match state.screen, _resting_screen(state):
        case Attract() | Scan(), Stopped() as stopped:
            return _show(state, stopped)
        case Stopped(), resting:
            return _show(state, resting)
        case _:
            return state, ()


def _config_changed(state: KioskState, changed: event.ConfigChanged) -> Result:
    return replace(state, config=changed.config), ()


def _catalogue_changed(state: KioskState, changed: event.CatalogueChanged) -> Result:
    return replace(state, catalogue=changed.items), ()


def _language_chosen(state: KioskState, chosen: event.LanguageChosen) -> Result:
    return _touched(replace(state, language=chosen.language), event.Touched())


# --- Scan, identify ----------------------------------------------------------------------


def _scan_opened(state: KioskState, _: event.ScanOpened) -> Result:
    if not isinstance(state.screen, Attract):
        return state, ()
    return _show(_active(state), Scan(since_s=state.now_s))


def _scan_tab_chosen(state: KioskState, chosen: event.ScanTabChosen) -> Result:
    if not isinstance(state.screen, Scan):
        return state, ()
    return _show(state, replace(state.screen, tab=chosen.tab, since_s=state.now_s))


def _scanned(state: KioskState, scanned: event.Scanned) -> Result:
    if not isinstance(state.screen, Attract | Scan):
        return state, ()
    state = replace(_active(state), screen=Identifying(since_s=state.now_s))
    return state, (effect.LookUp(scanned.text, scanned.symbology),)


def _code_not_ours(state: KioskState, refused: event.CodeNotOurs) -> Result:
    code = MessageCode.E_QR_OLD if refused.expired else MessageCode.E_QR_UNKNOWN
    return _scan_again(state, code)


def _scan_again(state: KioskState, code: MessageCode) -> Result:
    """Back to the scan screen with a word about the code: the next one is read at once."""
    if not isinstance(state.screen, Identifying):
        return state, ()
    scan = Scan(since_s=state.now_s, notice=Message(code), notice_until_s=state.now_s + NOTICE_S)
    return _show(_active(state), scan)


def _member_refused(state: KioskState, refused: event.MemberRefused) -> Result:
    if not isinstance(state.screen, Identifying):
        return state, ()
    if (code := refusal.scan_notice(refused.problem)) is not None:
        return _scan_again(state, code)
    return _refuse(state, refusal.of_lookup(refused.problem))


def _service_unreachable(state: KioskState, _: event.ServiceUnreachable) -> Result:
    if not isinstance(state.screen, Identifying):
        return state, ()
    return _refuse(state, refusal.UNREACHABLE)


def _member_found(state: KioskState, found: event.MemberFound) -> Result:
    if not isinstance(state.screen, Identifying):
        return state, ()
    session = Session(found.member, received_s=state.now_s, spendable=found.member.spendable)
    return _show(_active(state), MemberHome(session, notice=_first_notice(state, session)))


def _first_notice(state: KioskState, session: Session) -> Message | None:
    """The one thing this shopper should know before choosing."""
    for unfinished in session.member.unfinished:
        match unfinished.outcome:
            case Outcome.RELEASED:
                return Message(MessageCode.RESUME_RELEASED)
            case Outcome.UNCERTAIN:
                return Message(MessageCode.RESUME_UNCERTAIN, {"tail": unfinished.tail})
    if session.member.session.read_only:
        return Message(MessageCode.E_READ_ONLY)
    match state.health.printer:
        case PrinterReadiness.NO_PAPER:
            return Message(MessageCode.E_PAPER_PRE)
        case PrinterReadiness.FAULT:
            return Message(MessageCode.E_PRINTER)
        case _:
            return None


# --- Choose ------------------------------------------------------------------------------


def _filter_chosen(state: KioskState, chosen: event.FilterChosen) -> Result:
    if not isinstance(state.screen, MemberHome):
        return state, ()
    return _show(_active(state), replace(state.screen, filter=chosen.filter, page=0))


def _page_turned(state: KioskState, turned: event.PageTurned) -> Result:
    if not isinstance(state.screen, MemberHome):
        return state, ()
    turned_home = replace(state.screen, page=state.screen.page + turned.by)
    clamped = replace(turned_home, page=page(state, turned_home).number)
    return _show(_active(state), clamped)


def _balance_hidden(state: KioskState, _: event.BalanceHidden) -> Result:
    if not isinstance(state.screen, MemberHome):
        return state, ()
    session = state.screen.session
    hidden = replace(session, hide_balance=not session.hide_balance)
    return _show(_active(state), replace(state.screen, session=hidden))


def _item_chosen(state: KioskState, chosen: event.ItemChosen) -> Result:
    home = state.screen
    item = next((i for i in state.catalogue if i.id == chosen.item), None)
    if not isinstance(home, MemberHome) or item is None:
        return state, ()
    offer = offer_for(item, home.session, state.wall)
    return _show(_active(state), _confirm(state, home, offer, _why_not(home.session, offer)))


def _confirm(state: KioskState, home: MemberHome, offer: Offer, notice: Message | None) -> Confirm:
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


def _went_back(state: KioskState, _: event.WentBack) -> Result:
    match state.screen:
        case Confirm(back=home) | Vouchers(back=home):
            return _show(_active(state), home)
        case Scan():
            return _show(state, _resting_screen(state))
        case _:
            return state, ()


def _vouchers_opened(state: KioskState, _: event.VouchersOpened) -> Result:
    home = state.screen
    if not isinstance(home, MemberHome) or not home.session.member.vouchers:
        return state, ()
    return _show(_active(state), Vouchers(home.session, back=replace(home, notice=None)))


# --- Redeem ------------------------------------------------------------------------------


def _confirmed(state: KioskState, _: event.Confirmed) -> Result:
    confirm = state.screen
    if not isinstance(confirm, Confirm) or confirm.blocked or state.now_s < confirm.armed_at_s:
        return state, ()
    return _redeem(state, confirm)


def _redeem(state: KioskState, confirm: Confirm) -> Result:
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


def _reprint_chosen(state: KioskState, chosen: event.ReprintChosen) -> Result:
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


def _step_reached(state: KioskState, reached: event.StepReached) -> Result:
    if (dispensing := _dispensing(state, reached)) is None:
        return state, ()
    return _show(state, replace(dispensing, step=reached.step))


def _voucher_printed(state: KioskState, printed: event.VoucherPrinted) -> Result:
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
    return _show(state, done)


def _without_voucher(session: Session, printed: event.VoucherPrinted) -> Member:
    """The member without the voucher that was just printed again: it waits no longer."""
    waiting = [v for v in session.member.vouchers if v.id != printed.redemption]
    return msgspec.structs.replace(session.member, vouchers=waiting)


def _voucher_uncertain(state: KioskState, uncertain: event.VoucherUncertain) -> Result:
    if _dispensing(state, uncertain) is None:
        return state, ()
    return _refuse(state, refusal.of_uncertain(uncertain.tail, no_paper=uncertain.no_paper))


def _redemption_refused(state: KioskState, refused: event.RedemptionRefused) -> Result:
    if (dispensing := _dispensing(state, refused)) is None:
        return state, ()
    problem = refused.problem
    home = MemberHome(dispensing.session)
    if dispensing.item and refusal.is_new_price(problem) and problem.price is not None:
        offer = replace(offer_for(dispensing.item, home.session, state.wall), price=problem.price)
        notice = Message(MessageCode.E_STALE, {"p": problem.price})
        if problem.price > home.session.spendable:
            missing = problem.price - home.session.spendable
            notice = Message(MessageCode.E_PTS, {"n": missing})
        return _show(_active(state), _confirm(state, home, offer, notice))
    zone = state.config.timezone if state.config else "UTC"
    return _refuse_with(state, refusal.of_redemption(problem, zone), dispensing)


def _redemption_unreached(state: KioskState, unreached: event.RedemptionUnreached) -> Result:
    if (dispensing := _dispensing(state, unreached)) is None:
        return state, ()
    return _refuse_with(state, refusal.NOT_REACHED, dispensing)


def _printer_refused(state: KioskState, refused: event.PrinterRefused) -> Result:
    if (dispensing := _dispensing(state, refused)) is None:
        return state, ()
    why = refusal.NO_PAPER if refused.no_paper else refusal.PRINTER
    state, _ = _refuse_with(state, why, dispensing)
    return state, (effect.TellStaff(reason=why.message.code),)


# --- Refusals, end -----------------------------------------------------------------------


def _refuse(state: KioskState, why: refusal.Refusal) -> Result:
    """A refusal that ends the session: nothing of the shopper stays behind it."""
    refused = Refused(why.message, why.ways, until_s=state.now_s + REFUSED_S)
    return replace(state, screen=refused), (effect.WipeSession(),)


def _refuse_with(state: KioskState, why: refusal.Refusal, dispensing: Dispensing) -> Result:
    """A refusal from which the shopper may go on, if it has a way that needs the session."""
    if not {RefusalWay.HOME, RefusalWay.RETRY} & set(why.ways):
        return _refuse(state, why)
    session = dispensing.session
    if why.have is not None:
        session = replace(session, spendable=why.have)
    ways = why.ways
    retry = None
    if dispensing.item is not None:
        retry = Confirm(
            session, dispensing.item, dispensing.price, state.now_s, MemberHome(session)
        )
    else:  # a reprint begins on the vouchers screen again
        ways = tuple(w for w in ways if w is not RefusalWay.RETRY) or (RefusalWay.HOME,)
    refused = Refused(
        why.message,
        ways,
        until_s=state.now_s + REFUSED_S,
        session=session,
        retry=retry,
    )
    return replace(state, screen=refused), ()


def _retried(state: KioskState, _: event.Retried) -> Result:
    match state.screen:
        case Refused(ways=ways, retry=Confirm() as confirm) if RefusalWay.RETRY in ways:
            return _redeem(_active(state), confirm)
        case _:
            return state, ()


def _continued(state: KioskState, _: event.Continued) -> Result:
    match state.screen:
        case StillHere(resume=resume):
            return _show(_active(state), resume)
        case Done(session=session) | Refused(session=Session() as session):
            return _show(_active(state), MemberHome(session))
        case _:
            return state, ()


def _ended(state: KioskState, _: event.Ended) -> Result:
    match state.screen:
        case Dispensing() | Identifying() | Attract() | Stopped():
            return state, ()
        case _:
            return _end(state)


def _end(state: KioskState) -> Result:
    """Goodbye: nothing of the shopper is left, the language is the default one again."""
    state = replace(state, language=state.default_language, idle_at_s=0.0)
    return replace(state, screen=_resting_screen(state)), (effect.WipeSession(),)


def _staff_called(state: KioskState, _: event.StaffCalled) -> Result:
    if not isinstance(state.screen, Refused) or state.screen.staff_called:
        return state, ()
    called = replace(state.screen, staff_called=True, until_s=state.now_s + REFUSED_S)
    return replace(state, screen=called), (effect.TellStaff(called.message.code),)


def _show(state: KioskState, screen: Screen) -> Result:
    return replace(state, screen=screen), ()


_HANDLERS: dict[type, Callable[[KioskState, Any], Result]] = {
    event.Touched: _touched,
    event.LanguageChosen: _language_chosen,
    event.ScanOpened: _scan_opened,
    event.ScanTabChosen: _scan_tab_chosen,
    event.FilterChosen: _filter_chosen,
    event.PageTurned: _page_turned,
    event.ItemChosen: _item_chosen,
    event.BalanceHidden: _balance_hidden,
    event.VouchersOpened: _vouchers_opened,
    event.ReprintChosen: _reprint_chosen,
    event.Confirmed: _confirmed,
    event.WentBack: _went_back,
    event.Continued: _continued,
    event.Ended: _ended,
    event.StaffCalled: _staff_called,
    event.Retried: _retried,
    event.Tick: _tick,
    event.Scanned: _scanned,
    event.HealthChanged: _health_changed,
    event.ConfigChanged: _config_changed,
    event.CatalogueChanged: _catalogue_changed,
    event.MemberFound: _member_found,
    event.MemberRefused: _member_refused,
    event.CodeNotOurs: _code_not_ours,
    event.ServiceUnreachable: _service_unreachable,
    event.StepReached: _step_reached,
    event.RedemptionRefused: _redemption_refused,
    event.RedemptionUnreached: _redemption_unreached,
    event.PrinterRefused: _printer_refused,
    event.VoucherPrinted: _voucher_printed,
    event.VoucherUncertain: _voucher_uncertain,
}
