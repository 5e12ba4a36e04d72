"""Who is logged in does not stay so: every staff screen is left by itself.

All staff screens with somebody logged in have `clerk` and `idle_at_s`; the door's screens have
`idle_at_s` alone. A screen on which something is being printed sets it to `NEVER_S`.
"""

from dataclasses import replace
from math import inf
from uuid import UUID

from kiosk.flow import effect
from kiosk.flow.effect import Effect
from kiosk.flow.staff.values.clerk import STAFF_IDLE_S, Clerk
from kiosk.flow.staff.values.door import BadgeAsked, DoorScreen, LogOut, StayIn
from kiosk.flow.staff.values.service import HandoverSign
from kiosk.flow.staff.values.unions import StaffScreen
from kiosk.flow.state import KioskState
from kiosk.flow.transition import Result, resting_screen, show

WARNING_S = 30.0
"""So long before the log-out a ring counts down."""
STAY_S = 120.0
"""The service hears of somebody who goes on touching this often at most; of nobody else."""
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


def stay(state: KioskState) -> Result:
    """Tell the service that somebody is here, if they touched the glass since it heard so.

    It counts calls where this kiosk counts touches: without a word a log-in would die under
    the hands of whoever reads, types or changes paper for five minutes.
    """
    screen = state.screen
    if not isinstance(screen, StaffScreen) or state.now_s < state.staff_told_s + STAY_S:
        return state, ()
    touched_s = screen.idle_at_s - STAFF_IDLE_S
    if touched_s <= state.staff_told_s or not logins(state):
        return state, ()
    told = tuple(StayIn(login) for login in sorted(logins(state)))
    return replace(state, staff_told_s=state.now_s), told


def logins(state: KioskState) -> frozenset[UUID]:
    """The log-ins that live on the screen that stands."""
    return frozenset(clerk.login for clerk in _clerks(state) if clerk.login is not None)


def _clerks(state: KioskState) -> tuple[Clerk, ...]:
    """Who is logged in: two while a handover is signed."""
    clerk, screen = clerk_of(state), state.screen
    second = (screen.second,) if isinstance(screen, HandoverSign) else ()
    return second if clerk is None else (clerk, *second)


def ended(clerk: Clerk) -> LogOut:
    """The end of a log-in."""
    return LogOut(clerk.staff_ref, clerk.login)


def _leave(state: KioskState) -> Result:
    effects: tuple[Effect, ...] = tuple(ended(clerk) for clerk in _clerks(state))
    state = replace(state, language=state.default_language, idle_at_s=0.0)
    state = replace(state, screen=resting_screen(state))
    return state, (*effects, effect.WipeSession())
