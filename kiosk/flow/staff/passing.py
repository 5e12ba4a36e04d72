"""What time alone makes of a staff screen."""

from kiosk.flow.staff import home, idle
from kiosk.flow.staff.values.paper import StaffHome
from kiosk.flow.state import KioskState
from kiosk.flow.transition import Result


def after(state: KioskState) -> Result:
    """A tick came while a staff screen stands."""
    if idle.over(state):
        return idle.log_out(state)
    match state.screen:
        case StaffHome() as dashboard:
            return home.after(state, dashboard)
        case _:
            return state, ()
