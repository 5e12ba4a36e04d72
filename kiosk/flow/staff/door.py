"""K1 and K2: the badge before the camera, the PIN that only the service can judge.

There is no gesture that leads here: a key that was turned in the panel's lock, or a badge
whose signature this kiosk has verified. A shopper's session is never disturbed: the key waits
until it is over, and a badge is not even read.
"""

from dataclasses import replace

from kiosk.flow import event
from kiosk.flow.staff import idle
from kiosk.flow.staff.home import NOTICE_S, open_home
from kiosk.flow.staff.values.door import (
    BadgeAsked,
    BadgeBad,
    BadgeGood,
    CheckBadge,
    ClerkCame,
    DoorNotice,
    LetInOffline,
    LoginSilent,
    PinAsked,
    StaffKeyTurned,
    StaffWentBack,
)
from kiosk.flow.staff.values.unions import StaffScreen
from kiosk.flow.state import (
    Attract,
    Dispensing,
    Identifying,
    KioskState,
    Message,
    MessageCode,
    Refused,
    Scan,
    Stopped,
)
from kiosk.flow.transition import Result, show

KEY_WAITS_S = 120.0
"""A key that was turned while a shopper was there opens the door when they have gone."""
BADGE = "S1"
"""How a badge's text begins; only its signature says that it is one."""


def key_turned(state: KioskState, _: StaffKeyTurned) -> Result:
    match state.screen:
        case Attract() | Scan() | Stopped() | Refused(session=None):
            return _open(state)
        case Dispensing():  # voucher before badge; the key can be turned again
            return state, ()
        case screen if isinstance(screen, StaffScreen):
            return idle.occupied(state)
        case _:
            return replace(state, staff_waits_until_s=state.now_s + KEY_WAITS_S), ()


def _open(state: KioskState, notice: DoorNotice | None = None) -> Result:
    door = BadgeAsked(
        idle_at_s=state.now_s + idle.DOOR_IDLE_S,
        notice=notice,
        notice_until_s=state.now_s + NOTICE_S if notice else 0.0,
    )
    return replace(state, screen=door, staff_waits_until_s=0.0), ()


def turned_before(state: KioskState) -> Result | None:
    """The door, if a key was turned while a shopper was there who has gone now."""
    if state.staff_waits_until_s <= 0 or not isinstance(state.screen, Attract | Stopped):
        return None
    if state.now_s >= state.staff_waits_until_s:
        return replace(state, staff_waits_until_s=0.0), ()
    return _open(state)


def after(state: KioskState, door: BadgeAsked) -> Result:
    """What time makes of the badge screen."""
    if door.notice is not None and state.now_s >= door.notice_until_s:
        return show(state, replace(door, notice=None))
    return state, ()


# --- The badge ---------------------------------------------------------------------------
def shown(state: KioskState, scanned: event.Scanned) -> Result:
    """Something was held before the camera where only a badge counts."""
    match state.screen:
        case BadgeAsked(checking=False) as door:
            checking = replace(door, checking=True, notice=None)
            return replace(state, screen=checking), (CheckBadge(scanned.text),)
        case Stopped() if scanned.text.startswith(BADGE):
            return state, (CheckBadge(scanned.text),)
        case _:
            return state, ()


def badge_good(state: KioskState, good: BadgeGood) -> Result:
    """On to the PIN; without the service straight in, for paper."""
    if not isinstance(state.screen, BadgeAsked | Identifying | Stopped):
        return state, ()
    idle_at_s = state.now_s + idle.DOOR_IDLE_S
    if not state.health.online:
        waiting = BadgeAsked(idle_at_s=idle_at_s, checking=True)
        return replace(state, screen=waiting), (LetInOffline(good.badge),)
    return show(state, PinAsked(idle_at_s=idle_at_s, badge=good.badge))


def badge_bad(state: KioskState, bad: BadgeBad) -> Result:
    """Where it was shown, it is said there; a shopper's screen stays a shopper's."""
    match state.screen:
        case BadgeAsked() | PinAsked():
            return _open(state, bad.why)
        case Identifying():
            notice = Message(MessageCode.ST_BADGE)
            until_s = state.now_s + NOTICE_S
            return show(state, Attract(notice=notice, notice_until_s=until_s))
        case Stopped() as stopped:
            notice = Message(MessageCode.ST_BADGE)
            until_s = state.now_s + NOTICE_S
            return show(state, replace(stopped, notice=notice, notice_until_s=until_s))
        case _:
            return state, ()


# --- The PIN -----------------------------------------------------------------------------
def login_silent(state: KioskState, _: LoginSilent) -> Result:
    """The badge alone must do, if it is on the list."""
    pin = state.screen
    if not isinstance(pin, PinAsked):
        return state, ()
    return state, (LetInOffline(pin.badge, DoorNotice.SILENT),)


# --- In ----------------------------------------------------------------------------------
def clerk_came(state: KioskState, came: ClerkCame) -> Result:
    """To the dashboard; a roll change that was cut off stands on top there."""
    match state.screen:
        case BadgeAsked(checking=True) | PinAsked(asking=True):
            state = replace(state, staff_told_s=state.now_s)
            return open_home(state, came.clerk, came.unfinished)
        case _:  # they walked away while the service was asked: the log-in must not stay alive
            return state, (idle.ended(came.clerk),)


def went_back(state: KioskState, _: StaffWentBack) -> Result:
    """Out of the door, or from a PIN to the badge."""
    match state.screen:
        case PinAsked(asking=False):
            return _open(state)
        case BadgeAsked():
            return idle.log_out(state)
        case _:
            return state, ()
