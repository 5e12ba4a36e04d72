"""K10: what is counted, what should be known, and two people who sign for it.

The one who goes stays logged in until both have signed; then the one who takes over is.
"""

from dataclasses import replace

from kiosk.flow import event
from kiosk.flow.staff import home, idle
from kiosk.flow.staff.search import settling_clerk
from kiosk.flow.staff.values.door import (
    BadgeBad,
    BadgeGood,
    CheckBadge,
    ClerkCame,
    DoorNotice,
    LoginSilent,
)
from kiosk.flow.staff.values.service import (
    CountForHandover,
    CountsTold,
    Handover,
    HandoverAnswered,
    HandoverOpened,
    HandoverOutcome,
    HandoverSign,
    HandoverSigned,
    NoteTicked,
    SecondAwaited,
    SecondBadge,
    SecondNotice,
    SecondPin,
    SignHandover,
)
from kiosk.flow.staff.values.told import Ending, Told
from kiosk.flow.state import KioskState
from kiosk.flow.transition import Result, show

_NOTICES = {
    DoorNotice.PIN_UNSET: SecondNotice.PIN_UNSET,
    DoorNotice.SILENT: SecondNotice.SILENT,
    DoorNotice.NOT_LISTED: SecondNotice.SILENT,
    DoorNotice.REFUSED: SecondNotice.SILENT,
}
_ENDINGS = {
    HandoverOutcome.SAME_PERSON: Ending.SAME_PERSON,
    HandoverOutcome.REFUSED: Ending.REFUSED,
}


def opened(state: KioskState, _: HandoverOpened) -> Result:
    clerk = settling_clerk(state)
    if clerk is None:
        return state, ()
    return begin(state, Handover(clerk, idle.until(state)))


def begin(state: KioskState, handover: Handover) -> Result:
    """The counts are made anew each time."""
    return replace(state, screen=replace(handover, counts=None)), (CountForHandover(),)


def counts_told(state: KioskState, told: CountsTold) -> Result:
    handover = state.screen
    if not isinstance(handover, Handover):
        return state, ()
    return show(state, replace(handover, counts=told.counts))


def note_ticked(state: KioskState, ticked: NoteTicked) -> Result:
    handover = state.screen
    if not isinstance(handover, Handover):
        return state, ()
    notes = handover.notes ^ {ticked.note}
    return show(state, replace(handover, notes=notes, idle_at_s=idle.until(state)))


# --- The second person -------------------------------------------------------------------
def second_awaited(state: KioskState, _: SecondAwaited) -> Result:
    handover = state.screen
    if not isinstance(handover, Handover) or handover.counts is None:
        return state, ()
    badge = SecondBadge(handover.clerk, idle.until(state), handover.counts, handover.notes)
    return show(state, badge)


def badge_again(
    state: KioskState, screen: SecondBadge | SecondPin, notice: SecondNotice | None = None
) -> Result:
    badge = SecondBadge(screen.clerk, idle.until(state), screen.counts, screen.notes, notice)
    return show(state, badge)


def badge_shown(state: KioskState, scanned: event.Scanned) -> Result:
    badge = state.screen
    if not isinstance(badge, SecondBadge) or badge.checking:
        return state, ()
    checking = replace(badge, checking=True, notice=None, idle_at_s=idle.until(state))
    return replace(state, screen=checking), (CheckBadge(scanned.text),)


def badge_good(state: KioskState, good: BadgeGood) -> Result:
    badge = state.screen
    if not isinstance(badge, SecondBadge) or not badge.checking:
        return state, ()
    pin = SecondPin(badge.clerk, idle.until(state), badge.counts, badge.notes, good.badge)
    return show(state, pin)


def badge_bad(state: KioskState, bad: BadgeBad) -> Result:
    screen = state.screen
    if not isinstance(screen, SecondBadge | SecondPin):
        return state, ()
    return badge_again(state, screen, _NOTICES.get(bad.why, SecondNotice.BAD_BADGE))


def login_silent(state: KioskState, _: LoginSilent) -> Result:
    """A handover needs two log-ins at the service: a badge alone will not do."""
    pin = state.screen
    if not isinstance(pin, SecondPin):
        return state, ()
    return badge_again(state, pin, SecondNotice.SILENT)


def second_came(state: KioskState, came: ClerkCame) -> Result:
    pin = state.screen
    if not isinstance(pin, SecondPin) or not pin.asking:
        return state, (idle.ended(came.clerk),)
    if came.clerk.staff_ref == pin.clerk.staff_ref:
        state, _ = badge_again(state, pin, SecondNotice.SAME_PERSON)
        return state, (idle.ended(came.clerk),)
    if came.clerk.offline:
        return badge_again(state, pin, SecondNotice.SILENT)
    sign = HandoverSign(pin.clerk, idle.until(state), came.clerk, pin.counts, pin.notes)
    return show(state, sign)


# --- Signing -----------------------------------------------------------------------------
def signed(state: KioskState, by: HandoverSigned) -> Result:
    sign = state.screen
    if not isinstance(sign, HandoverSign) or sign.asking:
        return state, ()
    sign = replace(
        sign,
        signed_in=sign.signed_in or by.second,
        signed_out=sign.signed_out or not by.second,
        silent=False,
        idle_at_s=idle.until(state),
    )
    out, in_ = sign.clerk.login, sign.second.login
    if not (sign.signed_in and sign.signed_out) or out is None or in_ is None:
        return show(state, sign)
    notes = tuple(sorted(sign.notes))
    wanted = SignHandover(out, in_, sign.counts, notes)
    return replace(state, screen=replace(sign, asking=True)), (wanted,)


def answered(state: KioskState, answer: HandoverAnswered) -> Result:
    """Done: the one who goes is logged out, the one who takes over stands at the kiosk."""
    sign = state.screen
    if not isinstance(sign, HandoverSign) or not sign.asking:
        return state, ()
    if answer.outcome is HandoverOutcome.LOGIN_OVER:
        return home.session_expired(state)
    if answer.outcome is HandoverOutcome.SILENT:  # neither goes before it is known
        return show(state, replace(sign, asking=False, silent=True, idle_at_s=idle.until(state)))
    if answer.outcome is HandoverOutcome.DONE:
        told = Told(sign.second, idle.until(state), Ending.HANDED_OVER, _names(sign))
        return replace(state, screen=told), (idle.ended(sign.clerk),)
    told = Told(sign.clerk, idle.until(state), _ENDINGS[answer.outcome], _names(sign))
    return replace(state, screen=told), (idle.ended(sign.second),)


def _names(sign: HandoverSign) -> dict[str, str | int]:
    return {"out": sign.clerk.display, "in_": sign.second.display}
