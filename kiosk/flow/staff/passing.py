"""What time alone makes of a staff screen."""

from kiosk.flow.staff import diagnosing, door, home, idle, settling, wizard
from kiosk.flow.staff.values.diagnostics import Diagnostics
from kiosk.flow.staff.values.door import BadgeAsked, StaffHome
from kiosk.flow.staff.values.rolls import RollWizard
from kiosk.flow.staff.values.vouchers import Settling
from kiosk.flow.state import KioskState
from kiosk.flow.transition import Result


def after(state: KioskState) -> Result:
    """A tick came while a staff screen stands."""
    if idle.over(state):
        return idle.log_out(state)
    state, told = idle.stay(state)
    state, effects = _screen_after(state)
    return state, (*told, *effects)


def _screen_after(state: KioskState) -> Result:
    match state.screen:
        case BadgeAsked() as asked:
            return door.after(state, asked)
        case RollWizard() as changing:
            return wizard.after(state, changing)
        case StaffHome() as dashboard:
            return home.after(state, dashboard)
        case Settling() as told:
            return settling.after(state, told)
        case Diagnostics() as looked_at:
            return diagnosing.after(state, looked_at)
        case _:
            return state, ()


def roll_door_moved(state: KioskState) -> Result:
    """The roll's door was opened or shut while a staff screen stands."""
    match state.screen:
        case RollWizard() as changing:
            return wizard.door_moved(state, changing)
        case _:
            return state, ()
