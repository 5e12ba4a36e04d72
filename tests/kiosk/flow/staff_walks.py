"""The first steps of a member of staff: to the PIN, and to the dashboard."""

from dataclasses import replace
from uuid import UUID

from kiosk.flow import event as e
from kiosk.flow.staff.values import door
from kiosk.flow.staff.values.clerk import Clerk
from wire.api.staff import StaffRole

BADGE = "S1BADGE"
LOGIN = UUID(int=31)
CLERK = Clerk("0a1b2c3d4e5f", StaffRole.CLERK, "李**", LOGIN)
OFFLINE = replace(CLERK, login=None)


def at_pin(walk):
    walk.do(door.StaffKeyTurned(), e.Scanned(BADGE, "QRCode"), door.BadgeGood(BADGE))
    assert isinstance(walk.screen, door.PinAsked)
    return walk


def type_pin(walk, pin: str = "135790"):
    return walk.do(*[door.PinDigit(d) for d in pin])


def at_home(walk, clerk: Clerk = CLERK):
    at_pin(walk)
    type_pin(walk)
    walk.do(door.ClerkCame(clerk))
    assert isinstance(walk.screen, door.StaffHome)
    return walk
