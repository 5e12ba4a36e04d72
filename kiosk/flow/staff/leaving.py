"""返回: from each staff screen one step towards the dashboard, or out of the door."""

from kiosk.flow.staff import door, idle, way_back, wizard
from kiosk.flow.staff.home import open_home
from kiosk.flow.staff.values.door import StaffHome, StaffWentBack
from kiosk.flow.staff.values.rolls import RollWizard
from kiosk.flow.state import KioskState
from kiosk.flow.transition import Result


def went_back(state: KioskState, told: StaffWentBack) -> Result:
    """Not while something is being printed."""
    clerk = idle.clerk_of(state)
    if clerk is None:
        return door.went_back(state, told)
    match state.screen:
        case StaffHome():
            return state, ()
        case RollWizard() as changing:
            return wizard.went_back(state, changing)
        case _ if idle.busy(state):
            return state, ()
        case _ if (back := way_back.back(state)) is not None:
            return back
        case _:
            return open_home(state, clerk)
