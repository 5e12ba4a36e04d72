"""From a code before the camera to a member on the screen."""

from dataclasses import replace

from kiosk.flow import effect, event, refusal
from kiosk.flow.staff import door
from kiosk.flow.state import (
    Attract,
    Identifying,
    KioskState,
    MemberHome,
    Message,
    MessageCode,
    PrinterReadiness,
    Scan,
    Session,
)
from kiosk.flow.transition import Result, active, refuse, show
from wire.api.members import Outcome

NOTICE_S = 8.0


def scan_opened(state: KioskState, _: event.ScanOpened) -> Result:
    if not isinstance(state.screen, Attract):
        return state, ()
    return show(active(state), Scan(since_s=state.now_s))


def scan_tab_chosen(state: KioskState, chosen: event.ScanTabChosen) -> Result:
    if not isinstance(state.screen, Scan):
        return state, ()
    return show(state, replace(state.screen, tab=chosen.tab, since_s=state.now_s))


def scanned(state: KioskState, scanned: event.Scanned) -> Result:
    if not isinstance(state.screen, Attract | Scan):
        return door.shown(state, scanned)
    state = replace(active(state), screen=Identifying(since_s=state.now_s))
    return state, (effect.LookUp(scanned.text, scanned.symbology),)


def code_not_ours(state: KioskState, refused: event.CodeNotOurs) -> Result:
    code = MessageCode.E_QR_OLD if refused.expired else MessageCode.E_QR_UNKNOWN
    return _scan_again(state, code)


def _scan_again(state: KioskState, code: MessageCode) -> Result:
    """Back to the scan screen with a word about the code: the next one is read at once."""
    if not isinstance(state.screen, Identifying):
        return state, ()
    scan = Scan(since_s=state.now_s, notice=Message(code), notice_until_s=state.now_s + NOTICE_S)
    return show(active(state), scan)


def member_refused(state: KioskState, refused: event.MemberRefused) -> Result:
    if not isinstance(state.screen, Identifying):
        return state, ()
    if (code := refusal.scan_notice(refused.problem)) is not None:
        return _scan_again(state, code)
    return refuse(state, refusal.of_lookup(refused.problem))


def service_unreachable(state: KioskState, _: event.ServiceUnreachable) -> Result:
    if not isinstance(state.screen, Identifying):
        return state, ()
    return refuse(state, refusal.UNREACHABLE)


def member_found(state: KioskState, found: event.MemberFound) -> Result:
    if not isinstance(state.screen, Identifying):
        return state, ()
    session = Session(found.member, received_s=state.now_s, spendable=found.member.spendable)
    return show(active(state), MemberHome(session, notice=_first_notice(state, session)))


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
