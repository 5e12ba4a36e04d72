"""The camera is being aimed by staff or IT: nobody is served meanwhile."""

from dataclasses import replace

from kiosk.aim import WAITING, judge
from kiosk.flow import event
from kiosk.flow.staff import home, idle
from kiosk.flow.state import Aim, Attract, KioskState, Stopped
from kiosk.flow.transition import Result, resting_screen, show

IDLE_S = 300.0
"""A kiosk that was left on this screen goes back to its shoppers."""
SILENT_S = 2.0
"""No measurement for so long: there is no picture."""
OPENING_S = 8.0
"""... but a camera may take so long to open."""


def opened(state: KioskState, _: event.AimOpened) -> Result:
    """Only from where no shopper is in the middle of something."""
    if not isinstance(state.screen, Attract | Stopped):
        return state, ()
    return show(state, Aim(idle_at_s=state.now_s + IDLE_S, measured_s=state.now_s))


def closed(state: KioskState, _: event.AimClosed) -> Result:
    return _back(state) if isinstance(state.screen, Aim) else (state, ())


def _back(state: KioskState) -> Result:
    """To the shoppers, in their language; or to the dashboard of who looked at the camera."""
    aim = state.screen
    if isinstance(aim, Aim) and aim.clerk is not None:
        return home.open_home(state, aim.clerk)
    return show(replace(state, language=state.default_language), resting_screen(state))


def measured(state: KioskState, told: event.AimMeasured) -> Result:
    aim = state.screen
    if not isinstance(aim, Aim) or not state.health.scanner_ok:
        return state, ()
    if told.measured.code is not None:  # somebody holds it
        aim = occupied(state, aim)
    verdict = judge(told.measured, aim.verdict)
    return show(state, replace(aim, verdict=verdict, measured_s=state.now_s))


def occupied(state: KioskState, aim: Aim) -> Aim:
    """Somebody is there: the idle time begins anew."""
    return replace(aim, idle_at_s=state.now_s + IDLE_S)


def after(state: KioskState, aim: Aim) -> Result:
    """What time and the camera's health make of it."""
    if state.now_s >= aim.idle_at_s:
        state, effects = _back(state)
        return idle.log_out(state) if aim.clerk is not None else (state, effects)
    patience_s = OPENING_S if aim.verdict is WAITING else SILENT_S
    if state.now_s - aim.measured_s > patience_s or not state.health.scanner_ok:
        aim = replace(aim, verdict=judge(None, aim.verdict))
    return show(state, aim)
