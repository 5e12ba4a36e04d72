"""The PIN pad of K2 and of a handover: six digits that only the service can judge."""

from dataclasses import replace

from kiosk.flow.staff import idle
from kiosk.flow.staff.values.door import LogIn, PinAsked, PinDigit, PinLocked, PinRubbed, PinWrong
from kiosk.flow.staff.values.service import SecondPin
from kiosk.flow.state import KioskState
from kiosk.flow.transition import Result, show
from wire.api.staff import PIN_DIGITS


def locked(state: KioskState, pin: PinAsked | SecondPin) -> bool:
    """Whether the service takes no PIN of this badge for now."""
    if pin.blocked or pin.locked_until is None:
        return pin.blocked
    return state.wall is None or state.wall < pin.locked_until


def digit(state: KioskState, pressed: PinDigit) -> Result:
    state, _ = idle.occupied(state)
    pin = state.screen
    if not isinstance(pin, PinAsked | SecondPin) or pin.asking or locked(state, pin):
        return state, ()
    if len(pressed.digit) != 1 or not pressed.digit.isdecimal() or len(pin.typed) >= PIN_DIGITS:
        return state, ()
    typed = pin.typed + pressed.digit
    if len(typed) < PIN_DIGITS:
        return show(state, replace(pin, typed=typed, left=None, locked_until=None))
    # It has left the screen for the service: nothing of it stays here.
    asking = replace(pin, typed="", left=None, locked_until=None, asking=True)
    return replace(state, screen=asking), (LogIn(pin.badge, typed),)


def rubbed(state: KioskState, _: PinRubbed) -> Result:
    pin = state.screen
    if not isinstance(pin, PinAsked | SecondPin) or pin.asking:
        return state, ()
    return show(state, replace(pin, typed=pin.typed[:-1]))


def wrong(state: KioskState, told: PinWrong) -> Result:
    pin = state.screen
    if not isinstance(pin, PinAsked | SecondPin):
        return state, ()
    return show(state, replace(pin, typed="", asking=False, left=told.left))


def locked_out(state: KioskState, told: PinLocked) -> Result:
    pin = state.screen
    if not isinstance(pin, PinAsked | SecondPin):
        return state, ()
    closed = replace(pin, typed="", asking=False, left=None, locked_until=told.until)
    return show(state, replace(closed, blocked=told.until is None))
