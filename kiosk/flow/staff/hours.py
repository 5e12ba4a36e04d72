"""K9: clocking in and out. The service keeps the hours; without it nothing is claimed."""

from dataclasses import replace

from kiosk.flow.staff import home, idle
from kiosk.flow.staff.values.door import StaffHome
from kiosk.flow.staff.values.service import (
    Clock,
    Clocked,
    ClockOutcome,
    ClockWanted,
    Hours,
    HoursOpened,
)
from kiosk.flow.staff.values.told import Ending, Told
from kiosk.flow.state import KioskState
from kiosk.flow.transition import Result, show
from wire.api.staff import ClockDirection

_ENDINGS = {
    ClockOutcome.ALREADY: Ending.CLOCKED_ALREADY,
    ClockOutcome.REFUSED: Ending.REFUSED,
    ClockOutcome.SILENT: Ending.CLOCK_SILENT,
}


def opened(state: KioskState, _: HoursOpened) -> Result:
    screen = state.screen
    if not isinstance(screen, StaffHome) or screen.clerk.offline:
        return state, ()
    return show(state, Hours(screen.clerk, idle.until(state)))


def wanted(state: KioskState, wanted: ClockWanted) -> Result:
    """In by who is out, out by who is in; a second tap while the service is asked does nothing."""
    hours = state.screen
    if not isinstance(hours, Hours) or hours.asking is not None or hours.clerk.login is None:
        return state, ()
    if wanted.direction is not next_direction(hours):
        return state, ()
    asking = replace(hours, asking=wanted.direction, idle_at_s=idle.until(state))
    return replace(state, screen=asking), (Clock(hours.clerk.login, wanted.direction),)


def next_direction(hours: Hours) -> ClockDirection:
    """What this person can do next."""
    return ClockDirection.IN if hours.clerk.on_shift_since is None else ClockDirection.OUT


def clocked(state: KioskState, answer: Clocked) -> Result:
    hours = state.screen
    if not isinstance(hours, Hours) or hours.asking is not answer.direction:
        return state, ()
    if answer.outcome is ClockOutcome.LOGIN_OVER:
        return home.session_expired(state)
    clerk = hours.clerk
    ending = _ENDINGS.get(answer.outcome)
    if answer.outcome is ClockOutcome.ALREADY:  # as it stands there, so the other way is offered
        clerk = replace(clerk, on_shift_since=answer.on_shift_since)
    if answer.outcome is ClockOutcome.DONE:
        clerk = replace(
            clerk,
            on_shift_since=answer.on_shift_since,
            hours_today_min=answer.hours_today_min,
        )
        is_in = answer.direction is ClockDirection.IN
        ending = Ending.CLOCKED_IN if is_in else Ending.CLOCKED_OUT
    if ending is None:  # every outcome is named above
        return state, ()
    whole_hours, minutes = divmod(clerk.hours_today_min, 60)
    params: dict[str, str | int] = {"hours": whole_hours, "minutes": minutes}
    return show(state, Told(clerk, idle.until(state), ending, params))
