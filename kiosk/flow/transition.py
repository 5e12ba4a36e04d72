"""Steps that several parts of the journey share."""

from dataclasses import replace

from kiosk.flow import effect, refusal
from kiosk.flow.effect import Effect
from kiosk.flow.state import (
    Attract,
    Confirm,
    Dispensing,
    KioskState,
    MemberHome,
    Message,
    MessageCode,
    RefusalWay,
    Refused,
    Screen,
    Stopped,
)

DEFAULT_IDLE_S = 45.0
DONE_S = 15.0
REFUSED_S = 30.0

Result = tuple[KioskState, tuple[Effect, ...]]


def resting_screen(state: KioskState) -> Screen:
    """Attract, or why nobody can be served."""
    health = state.health
    if health.paused:
        return Stopped(Message(MessageCode.E_STOP))
    if not health.clock_ok:
        return Stopped(Message(MessageCode.E_CLOCK))
    if not health.scanner_ok:
        return Stopped(Message(MessageCode.E_CAM_COUNTER))
    return Attract()


def show(state: KioskState, screen: Screen) -> Result:
    return replace(state, screen=screen), ()


def active(state: KioskState) -> KioskState:
    """Somebody is there: the idle time begins anew."""
    idle_s = state.config.idle_s if state.config else DEFAULT_IDLE_S
    return replace(state, idle_at_s=state.now_s + idle_s)


def end(state: KioskState) -> Result:
    """Goodbye: nothing of the shopper is left, the language is the default one again."""
    state = replace(state, language=state.default_language, idle_at_s=0.0)
    return replace(state, screen=resting_screen(state)), (effect.WipeSession(),)


def refuse(state: KioskState, why: refusal.Refusal) -> Result:
    """A refusal that ends the session: nothing of the shopper stays behind it."""
    refused = Refused(why.message, why.ways, until_s=state.now_s + REFUSED_S)
    return replace(state, screen=refused), (effect.WipeSession(),)


def refuse_with(state: KioskState, why: refusal.Refusal, dispensing: Dispensing) -> Result:
    """A refusal from which the shopper may go on, if it has a way that needs the session."""
    if not {RefusalWay.HOME, RefusalWay.RETRY} & set(why.ways):
        return refuse(state, why)
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
