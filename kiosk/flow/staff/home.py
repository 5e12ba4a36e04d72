"""K3: the dashboard, from where staff go to everything else and come back."""

from dataclasses import replace

from kiosk.flow.staff import idle
from kiosk.flow.staff.values.clerk import Clerk
from kiosk.flow.staff.values.door import (
    AskFacts,
    BadgeAsked,
    DoorNotice,
    FactsTold,
    LoginOver,
    StaffHome,
    StaffLeft,
    StaffStayed,
)
from kiosk.flow.state import KioskState
from kiosk.flow.transition import Result, show
from kiosk.paper.wizard_record import WizardRecord

FACTS_S = 2.0
"""How often the figures are gathered while somebody looks."""
NOTICE_S = 8.0


def open_home(state: KioskState, clerk: Clerk, unfinished: WizardRecord | None = None) -> Result:
    """The dashboard for somebody who is logged in; its figures come in a moment.

    Args:
        unfinished: a roll change that waits; the figures tell it as well.
    """
    home = StaffHome(
        clerk,
        idle_at_s=idle.until(state),
        facts_due_s=state.now_s + FACTS_S,
        unfinished=unfinished,
    )
    return replace(state, screen=home), (AskFacts(),)


def session_expired(state: KioskState) -> Result:
    """The service knows the log-in no more: the badge again."""
    door = BadgeAsked(
        idle_at_s=state.now_s + idle.DOOR_IDLE_S,
        notice=DoorNotice.EXPIRED,
        notice_until_s=state.now_s + NOTICE_S,
    )
    return idle.door_again(state, door)


def login_over(state: KioskState, over: LoginOver) -> Result:
    """Told by a call that is not answered on the screen; never while something prints."""
    if over.login not in idle.logins(state) or idle.busy(state):
        return state, ()
    return session_expired(state)


def after(state: KioskState, home: StaffHome) -> Result:
    """What time makes of the dashboard: its figures are asked for again."""
    if state.now_s < home.facts_due_s:
        return state, ()
    due = replace(home, facts_due_s=state.now_s + FACTS_S)
    return replace(state, screen=due), (AskFacts(),)


def facts_told(state: KioskState, told: FactsTold) -> Result:
    if not isinstance(state.screen, StaffHome):
        return state, ()
    return show(state, replace(state.screen, facts=told.facts, unfinished=told.unfinished))


def left(state: KioskState, _: StaffLeft) -> Result:
    """离岗, from any screen of somebody who is logged in; not while something prints."""
    if idle.clerk_of(state) is None or idle.busy(state):
        return state, ()
    return idle.log_out(state)


def stayed(state: KioskState, _: StaffStayed) -> Result:
    return idle.occupied(state)
