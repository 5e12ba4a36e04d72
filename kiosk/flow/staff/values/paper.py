"""Screens, events and effects of the door, the dashboard, the roll wizard and the test print."""

from dataclasses import dataclass

from kiosk.flow.staff.values.clerk import Clerk


@dataclass(frozen=True, slots=True)
class StaffHome:
    """K3: how the kiosk is, and what can be done about it."""

    clerk: Clerk
    idle_at_s: float
    """Every staff screen has these two: who is there, and when they are logged out."""


PaperScreen = StaffHome


@dataclass(frozen=True, slots=True)
class StaffKeyTurned:
    """The key switch on the panel was held: show the badge screen."""


@dataclass(frozen=True, slots=True)
class StaffLeft:
    """离岗: log out."""


PaperEvent = StaffKeyTurned | StaffLeft
