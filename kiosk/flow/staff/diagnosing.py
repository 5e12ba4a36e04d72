"""K8: what every part says of itself, and what can be tried."""

from dataclasses import replace

from kiosk.aim import Light
from kiosk.flow import event
from kiosk.flow.staff import idle
from kiosk.flow.staff.values.diagnostics import (
    TOUCH_COLUMNS,
    TOUCH_ROWS,
    Check,
    Diagnose,
    Diagnosed,
    Diagnostics,
    DiagnosticsOpened,
    DiagnosticsTab,
    DiagnosticsTabChosen,
    FieldTouched,
    NetworkTestWanted,
    NetworkTold,
    Part,
    TestNetwork,
    Todo,
    TouchTestCleared,
    TrialOver,
    TrialWanted,
    Try,
)
from kiosk.flow.staff.values.door import StaffHome
from kiosk.flow.state import Aim, KioskState
from kiosk.flow.transition import Result, show

LOOK_S = 2.0
"""How often everything is looked at while somebody looks."""
NETWORK_LIMIT_S = 12.0


def opened(state: KioskState, _: DiagnosticsOpened) -> Result:
    """By anybody logged in: who came in offline may want to know why."""
    screen = state.screen
    if not isinstance(screen, StaffHome):
        return state, ()
    return _look(state, Diagnostics(screen.clerk, idle.until(state)))


def _look(state: KioskState, screen: Diagnostics) -> Result:
    return replace(state, screen=replace(screen, due_s=state.now_s + LOOK_S)), (Diagnose(),)


def after(state: KioskState, screen: Diagnostics) -> Result:
    """What time makes of it: everything is looked at again."""
    return _look(state, screen) if state.now_s >= screen.due_s else (state, ())


def diagnosed(state: KioskState, told: Diagnosed) -> Result:
    screen = state.screen
    if not isinstance(screen, Diagnostics):
        return state, ()
    return show(state, replace(screen, seen=told.seen))


def tab_chosen(state: KioskState, chosen: DiagnosticsTabChosen) -> Result:
    screen = state.screen
    if not isinstance(screen, Diagnostics):
        return state, ()
    turned = replace(screen, tab=chosen.tab, touched=frozenset(), idle_at_s=idle.until(state))
    return show(state, turned)


def field_touched(state: KioskState, touched: FieldTouched) -> Result:
    screen = state.screen
    if not isinstance(screen, Diagnostics) or screen.tab is not DiagnosticsTab.TOUCH:
        return state, ()
    if not 0 <= touched.number < TOUCH_COLUMNS * TOUCH_ROWS:
        return state, ()
    hit = replace(screen, touched=screen.touched | {touched.number}, idle_at_s=idle.until(state))
    return show(state, hit)


def touch_cleared(state: KioskState, _: TouchTestCleared) -> Result:
    screen = state.screen
    if not isinstance(screen, Diagnostics):
        return state, ()
    return show(state, replace(screen, touched=frozenset(), idle_at_s=idle.until(state)))


def trial_wanted(state: KioskState, wanted: TrialWanted) -> Result:
    screen = state.screen
    if not isinstance(screen, Diagnostics) or screen.trying is not None:
        return state, ()
    trying = replace(screen, trying=wanted.trial, idle_at_s=idle.until(state))
    return replace(state, screen=trying), (Try(wanted.trial),)


def trial_over(state: KioskState, over: TrialOver) -> Result:
    screen = state.screen
    if not isinstance(screen, Diagnostics) or screen.trying is not over.trial:
        return state, ()
    return show(state, replace(screen, trying=None))


def network_wanted(state: KioskState, _: NetworkTestWanted) -> Result:
    screen = state.screen
    if not isinstance(screen, Diagnostics) or screen.asking_network:
        return state, ()
    asking = replace(screen, asking_network=True, idle_at_s=idle.until(state))
    return replace(state, screen=asking), (TestNetwork(),)


def network_told(state: KioskState, told: NetworkTold) -> Result:
    screen = state.screen
    if not isinstance(screen, Diagnostics):
        return state, ()
    return show(state, replace(screen, asking_network=False, network=told.check))


def checks(screen: Diagnostics) -> tuple[Check, ...]:
    """The list as it is drawn: the last network test stands in its own line."""
    if screen.seen is None:
        return ()
    asked = screen.network
    return tuple(
        asked if asked is not None and check.part is Part.NETWORK else check
        for check in screen.seen.checks
    )


def worst(screen: Diagnostics) -> Light:
    """The light of all parts together; OFF while nothing is known."""
    lights = [check.light for check in checks(screen) if check.light is not Light.OFF]
    return min(lights, default=Light.OFF)


def trouble(screen: Diagnostics) -> Todo:
    """The one thing to do first."""
    bad = [check for check in checks(screen) if check.todo is not Todo.NONE]
    return min(bad, key=lambda check: check.light).todo if bad else Todo.NONE


def aim_opened(state: KioskState, _: event.AimOpened) -> Result:
    """The camera's picture, for staff; from there back to the dashboard."""
    screen = state.screen
    if not isinstance(screen, Diagnostics):
        return state, ()
    aim = Aim(idle_at_s=idle.until(state), measured_s=state.now_s, clerk=screen.clerk)
    return show(state, aim)
