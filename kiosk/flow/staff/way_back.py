"""返回 on the screens of vouchers, hours, handover and diagnostics."""

from kiosk.flow.staff import handover, home, idle, search, settling
from kiosk.flow.staff.values.diagnostics import Diagnostics
from kiosk.flow.staff.values.service import (
    Handover,
    HandoverSign,
    Hours,
    SecondBadge,
    SecondPin,
)
from kiosk.flow.staff.values.told import Told
from kiosk.flow.staff.values.vouchers import (
    CaseView,
    Queue,
    ReprintAsk,
    Reprinting,
    Search,
    Settle,
    Settling,
    VoidAsk,
)
from kiosk.flow.state import KioskState
from kiosk.flow.transition import Result


def back(state: KioskState) -> Result | None:
    """One step towards the dashboard; None on the screens of others.

    While the service or the printer has something to answer, there is none.
    """
    screen = state.screen
    match screen:
        case Search() | Queue() | Diagnostics() | Handover() | Hours(asking=None):
            return home.open_home(state, screen.clerk)
        case CaseView() | Settle():
            return search.list_again(state, screen.back)
        case ReprintAsk():
            view = CaseView(screen.clerk, idle.until(state), screen.case, screen.back)
            return search.open_case(state, view)
        case VoidAsk():
            return settling.open_settle(state, screen)
        case Told(back=Search() | Queue() as list_):
            return search.list_again(state, list_)
        case Told():
            return home.open_home(state, screen.clerk)
        case SecondBadge():
            again = Handover(screen.clerk, idle.until(state), notes=screen.notes)
            return handover.begin(state, again)
        case SecondPin(asking=False):
            return handover.badge_again(state, screen)
        case HandoverSign(asking=False):
            state, effects = home.open_home(state, screen.clerk)
            return state, (*effects, idle.ended(screen.second))
        case Hours() | SecondPin() | HandoverSign() | Settling() | Reprinting():
            return state, ()
        case _:
            return None
