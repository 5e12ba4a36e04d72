"""Time, idleness, the kiosk's own health, and the ways out of a screen."""

from dataclasses import replace

from kiosk.flow import aiming, effect, event, refusal
from kiosk.flow.staff import door, idle, passing
from kiosk.flow.staff.values.unions import StaffScreen
from kiosk.flow.state import (
    Aim,
    Attract,
    Confirm,
    Dispensing,
    Done,
    Identifying,
    KioskState,
    MemberHome,
    Message,
    Refused,
    Scan,
    Screen,
    Session,
    StillHere,
    Stopped,
    Vouchers,
)
from kiosk.flow.transition import (
    DONE_S,
    REFUSED_S,
    Result,
    active,
    end,
    refuse,
    resting_screen,
    show,
)

STILL_HERE_S = 15.0
NOTICE_LEAST_S = 2.0
"""A notice above the rewards stays at least this long; then a touch anywhere takes it away."""
SCAN_HINT_S = 30.0
SCAN_END_S = 60.0
IDENTIFYING_LIMIT_S = 8.0
"""The call itself gives up after 5 s; this only guards against an answer that never comes."""


def tick(state: KioskState, tick: event.Tick) -> Result:
    state = replace(state, now_s=tick.now_s, wall=tick.wall, fresh_id=tick.fresh_id)
    now_s = tick.now_s
    if (opened := door.turned_before(state)) is not None:
        return opened
    match state.screen:
        case Attract(notice=Message(), notice_until_s=until_s) if now_s >= until_s:
            return show(state, resting_screen(state))
        case Stopped(notice=Message(), notice_until_s=until_s) as stopped if now_s >= until_s:
            return show(state, replace(stopped, notice=None))
        case Scan() as scan:
            return show(state, *_scan_after(state, scan))
        case Identifying(since_s=since_s) if now_s >= since_s + IDENTIFYING_LIMIT_S:
            return refuse(state, refusal.UNREACHABLE)
        case MemberHome() | Confirm() | Vouchers() if now_s >= state.idle_at_s:
            return show(state, StillHere(now_s + STILL_HERE_S, state.screen))
        case StillHere(until_s=until_s) | Done(until_s=until_s) | Refused(until_s=until_s) if (
            now_s >= until_s
        ):
            return end(state)
        case Aim() as aim:
            return aiming.after(state, aim)
        case screen if isinstance(screen, StaffScreen):
            return passing.after(state)
        case _:
            return state, ()


def _scan_after(state: KioskState, scan: Scan) -> tuple[Screen]:
    age_s = state.now_s - scan.since_s
    if age_s >= SCAN_END_S:
        return (resting_screen(state),)
    if scan.notice is not None and state.now_s >= scan.notice_until_s:
        scan = replace(scan, notice=None)
    return (replace(scan, hint=scan.hint or age_s >= SCAN_HINT_S),)


def touched(state: KioskState, _: event.Touched) -> Result:
    state = active(state)
    match state.screen:
        case Scan() as scan:
            return show(state, replace(scan, since_s=state.now_s))
        case MemberHome(notice=Message(), session=session) as home if (
            state.now_s >= session.received_s + NOTICE_LEAST_S
        ):
            return show(state, replace(home, notice=None))
        case Done() as done:
            return show(state, replace(done, until_s=state.now_s + DONE_S))
        case Refused() as refused:
            return show(state, replace(refused, until_s=state.now_s + REFUSED_S))
        case Aim() as aim:
            return show(state, aiming.occupied(state, aim))
        case screen if isinstance(screen, StaffScreen):
            return idle.occupied(state)
        case _:
            return state, ()


def health_changed(state: KioskState, changed: event.HealthChanged) -> Result:
    state = replace(state, health=changed.health)
    match state.screen, resting_screen(state):
        case Attract() | Scan(), Stopped() as stopped:
            return show(state, stopped)
        case Stopped() as before, Stopped() as stopped:
            return show(state, replace(before, message=stopped.message))
        case Stopped(), resting:
            return show(state, resting)
        case Aim() as aim, _:
            return aiming.after(state, aim)
        case _:
            return state, ()


def paper_changed(state: KioskState, changed: event.PaperChanged) -> Result:
    return replace(state, paper=changed.paper), ()


def roll_door_moved(state: KioskState, moved: event.RollDoorMoved) -> Result:
    return passing.roll_door_moved(replace(state, roll_door_open=moved.is_open))


def config_changed(state: KioskState, changed: event.ConfigChanged) -> Result:
    return replace(state, config=changed.config), ()


def catalogue_changed(state: KioskState, changed: event.CatalogueChanged) -> Result:
    return replace(state, catalogue=changed.items), ()


def language_chosen(state: KioskState, chosen: event.LanguageChosen) -> Result:
    return touched(replace(state, language=chosen.language), event.Touched())


def continued(state: KioskState, _: event.Continued) -> Result:
    match state.screen:
        case StillHere(resume=resume):
            return show(active(state), resume)
        case Done(session=session) | Refused(session=Session() as session):
            return show(active(state), MemberHome(session))
        case _:
            return state, ()


def ended(state: KioskState, _: event.Ended) -> Result:
    match state.screen:
        case Dispensing() | Identifying() | Attract() | Stopped() | Aim():
            return state, ()
        case screen if isinstance(screen, StaffScreen):  # which has a way out of its own
            return state, ()
        case _:
            return end(state)


def staff_called(state: KioskState, _: event.StaffCalled) -> Result:
    if not isinstance(state.screen, Refused) or state.screen.staff_called:
        return state, ()
    called = replace(state.screen, staff_called=True, until_s=state.now_s + REFUSED_S)
    return replace(state, screen=called), (effect.TellStaff(called.message.code),)
