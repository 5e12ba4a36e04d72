"""K6 and K7 as lists: asked for, filled by journal and service, walked through."""

from dataclasses import replace

from kiosk.flow.staff import cases, idle
from kiosk.flow.staff.values.clerk import Clerk
from kiosk.flow.staff.values.door import StaffHome
from kiosk.flow.staff.values.told import Ending, Told
from kiosk.flow.staff.values.vouchers import (
    TAIL_LENGTH,
    AskStanding,
    CaseChosen,
    CasesFound,
    CasesTurned,
    CaseView,
    FindHere,
    FindInStore,
    Found,
    Queue,
    QueueOpened,
    ReadStory,
    Search,
    SearchOpened,
    SearchRefused,
    SearchWay,
    SearchWayChosen,
    Settle,
    Source,
    SymbolErased,
    SymbolTyped,
)
from kiosk.flow.state import KioskState
from kiosk.flow.transition import Result, show
from wire.voucher_code import ALPHABET

SETTLE_GUARD_S = 1.0
"""The tap that opened a screen must not also decide something on it."""


def settling_clerk(state: KioskState) -> Clerk | None:
    """Who stands at the dashboard, if vouchers are theirs; never somebody let in offline."""
    home = state.screen
    return home.clerk if isinstance(home, StaffHome) and home.clerk.may_settle else None


def search_opened(state: KioskState, _: SearchOpened) -> Result:
    clerk = settling_clerk(state)
    if clerk is None:
        return state, ()
    return _ask(state, Search(clerk, idle.until(state)))


def queue_opened(state: KioskState, _: QueueOpened) -> Result:
    clerk = settling_clerk(state)
    if clerk is None:
        return state, ()
    return list_again(state, Queue(clerk, idle.until(state)))


def list_again(state: KioskState, screen: Search | Queue) -> Result:
    """A list that is opened or come back to: what stood there may have changed."""
    return _ask(state, replace(screen, idle_at_s=idle.until(state)))


def _ask(state: KioskState, screen: Search | Queue) -> Result:
    screen = replace(screen, found=Found())
    uncertain = isinstance(screen, Queue)
    tail = screen.tail if isinstance(screen, Search) else ""
    if 0 < len(tail) < TAIL_LENGTH:
        return show(state, screen)
    state = replace(state, screen=screen)
    here = FindHere(tail, uncertain)
    if screen.clerk.login is None:
        return state, (here,)
    return state, (here, FindInStore(screen.clerk.login, tail, uncertain))


def way_chosen(state: KioskState, chosen: SearchWayChosen) -> Result:
    search = state.screen
    if not isinstance(search, Search) or chosen.way is search.way:
        return state, ()
    clean = replace(search, way=chosen.way, tail="", page=0, idle_at_s=idle.until(state))
    if chosen.way is SearchWay.TAIL:
        return show(state, replace(clean, found=Found()))
    return _ask(state, clean)


def symbol_typed(state: KioskState, typed: SymbolTyped) -> Result:
    search = state.screen
    if (
        not isinstance(search, Search)
        or search.way is not SearchWay.TAIL
        or len(search.tail) >= TAIL_LENGTH
        or typed.symbol not in ALPHABET
        or len(typed.symbol) != 1
    ):
        return state, ()
    grown = replace(search, tail=search.tail + typed.symbol, page=0, idle_at_s=idle.until(state))
    return _ask(state, grown) if len(grown.tail) == TAIL_LENGTH else show(state, grown)


def symbol_erased(state: KioskState, _: SymbolErased) -> Result:
    search = state.screen
    if not isinstance(search, Search) or search.way is not SearchWay.TAIL or not search.tail:
        return state, ()
    shorter = replace(search, tail=search.tail[:-1], found=Found(), idle_at_s=idle.until(state))
    return show(state, shorter)


def cases_found(state: KioskState, found: CasesFound) -> Result:
    """An answer to what is asked for no more changes nothing."""
    screen = state.screen
    match screen:
        case Search() if not found.uncertain and found.tail == screen.tail:
            pass
        case Queue() if found.uncertain:
            pass
        case _:
            return state, ()
    if found.source is Source.HERE:
        filled = replace(screen.found, here=found.cases)
    else:
        filled = replace(screen.found, store=found.cases, silent=found.silent)
    return show(state, replace(screen, found=filled))


def refused(state: KioskState, refusal: SearchRefused) -> Result:
    """The service was there: this is told as what it is, not as a line that is down."""
    screen = state.screen
    if not isinstance(screen, Search | Queue | CaseView) or screen.clerk.login != refusal.login:
        return state, ()
    ending = Ending.ROLE if refusal.role else Ending.REFUSED
    return show(state, Told(screen.clerk, idle.until(state), ending))


def cases_turned(state: KioskState, turned: CasesTurned) -> Result:
    screen = state.screen
    if not isinstance(screen, Search | Queue):
        return state, ()
    number = max(0, screen.page + turned.by)
    return show(state, replace(screen, page=number, idle_at_s=idle.until(state)))


def case_chosen(state: KioskState, chosen: CaseChosen) -> Result:
    screen = state.screen
    if not isinstance(screen, Search | Queue):
        return state, ()
    case = cases.case_of(screen.found, chosen.id)
    if case is None:
        return state, ()
    if isinstance(screen, Queue):
        armed_at_s = state.now_s + SETTLE_GUARD_S
        return show(state, Settle(screen.clerk, idle.until(state), case, screen, armed_at_s))
    return open_case(state, CaseView(screen.clerk, idle.until(state), case, screen))


def open_case(state: KioskState, view: CaseView) -> Result:
    """The story from the journal at once, then what the service says."""
    state = replace(state, screen=view)
    if view.clerk.login is None:
        return state, (ReadStory(view.case),)
    return state, (ReadStory(view.case), AskStanding(view.case, view.clerk.login))
