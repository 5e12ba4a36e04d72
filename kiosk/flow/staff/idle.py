"""Who is logged in does not stay so: every staff screen is left by itself.

All staff screens with somebody logged in have `clerk` and `idle_at_s`; the door's screens have
`idle_at_s` alone. A screen on which something is being printed sets it to `NEVER_S`.
"""

from dataclasses import replace
from math import inf

from kiosk.flow import effect
from kiosk.flow.effect import Effect
from kiosk.flow.staff.values.clerk import STAFF_IDLE_S, Clerk
from kiosk.flow.staff.values.paper import BadgeAsked, DoorScreen, LogOut
from kiosk.flow.staff.values.service import HandoverSign
from kiosk.flow.staff.values.unions import StaffScreen
from kiosk.flow.state import KioskState
from kiosk.flow.transition import Result, resting_screen, show

WARNING_S = 30.0
"""So long before the log-out a ring counts down."""
DOOR_IDLE_S = 60.0
"""Nobody came to the door."""
NEVER_S = inf


def until(state: KioskState) -> float:
    """When somebody who touched the glass now is logged out."""
    return state.now_s + STAFF_IDLE_S


def occupied(state: KioskState) -> Result:
    """Somebody is there: the idle time of a staff screen begins anew."""
    screen = state.screen
    if not isinstance(screen, StaffScreen) or busy(state):
        return state, ()
    limit_s = DOOR_IDLE_S if isinstance(screen, DoorScreen) else STAFF_IDLE_S
    return show(state, replace(screen, idle_at_s=state.now_s + limit_s))


def busy(state: KioskState) -> bool:
    """Whether something is being done that must not be left."""
    screen = state.screen
    return isinstance(screen, StaffScreen) and screen.idle_at_s == NEVER_S


def over(state: KioskState) -> bool:
    """Whether nobody has been there for long enough."""
    screen = state.screen
    return isinstance(screen, StaffScreen) and state.now_s >= screen.idle_at_s


def warning_s(state: KioskState) -> float | None:
    """Seconds until somebody is logged out, once that is soon; None before, and at the door."""
    screen = state.screen
    if not isinstance(screen, StaffScreen) or isinstance(screen, DoorScreen):
        return None
    left_s = screen.idle_at_s - state.now_s
    return max(0.0, left_s) if left_s <= WARNING_S else None


def clerk_of(state: KioskState) -> Clerk | None:
    """Who is logged in on the screen that stands, if anybody."""
    screen = state.screen
    if not isinstance(screen, StaffScreen) or isinstance(screen, DoorScreen):
        return None
    return screen.clerk


def log_out(state: KioskState) -> Result:
    """To the shoppers, in their language; nothing of staff stays behind."""
    return _leave(state)


def door_again(state: KioskState, door: BadgeAsked) -> Result:
    """Nobody is logged in any more; a badge is asked for at once."""
    state, effects = _leave(state)
    return replace(state, screen=door), effects


def ended(clerk: Clerk) -> LogOut:
    """The end of a log-in."""
    return LogOut(clerk.staff_ref, clerk.login)


def _leave(state: KioskState) -> Result:
    clerk, screen = clerk_of(state), state.screen
    effects: tuple[Effect, ...] = () if clerk is None else (ended(clerk),)
    if isinstance(screen, HandoverSign):
        effects = (*effects, ended(screen.second))
    state = replace(state, language=state.default_language, idle_at_s=0.0)
    state = replace(state, screen=resting_screen(state))
    return state, (*effects, effect.WipeSession())
