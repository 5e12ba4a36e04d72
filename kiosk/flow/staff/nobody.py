"""An event that nobody has a use for yet."""

from kiosk.flow.state import KioskState
from kiosk.flow.transition import Result


def ignored(state: KioskState, _: object) -> Result:
    return state, ()
