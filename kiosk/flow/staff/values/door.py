"""Screens, events and effects of the door and the dashboard."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from kiosk.flow.staff.values.clerk import Clerk
from kiosk.flow.staff.values.facts import KioskFacts
from kiosk.paper.wizard_record import WizardRecord


# --- Screens ----------------------------------------------------------------------------
class DoorNotice(StrEnum):
    """Why somebody stands at the door (still, or again)."""

    BAD_BADGE = "bad_badge"
    """Forged, expired, replaced, or disabled at the service."""
    NOT_LISTED = "not_listed"
    """The service is away, and this badge is not on the list that it left behind."""
    EXPIRED = "expired"
    """The log-in is over at the service: it was not used for five minutes."""
    PIN_UNSET = "pin_unset"
    SILENT = "silent"
    """The service took the PIN and did not answer; the badge is not on the list."""
    REFUSED = "refused"
    """The service lets nobody in here just now, whatever the badge and the PIN."""


@dataclass(frozen=True, slots=True)
class BadgeAsked:
    """K1: show your badge to the camera. Nobody is logged in."""

    idle_at_s: float
    notice: DoorNotice | None = None
    notice_until_s: float = 0.0
    checking: bool = False
    """A badge was read and is being checked."""


@dataclass(frozen=True, slots=True)
class PinAsked:
    """K2: six digits, which only the service can judge. Nobody is logged in."""

    idle_at_s: float
    badge: str = field(repr=False)
    """Verified on this kiosk."""
    typed: str = field(default="", repr=False)
    asking: bool = False
    """The PIN is with the service."""
    left: int | None = None
    """Tries that are left, after a wrong one."""
    locked_until: datetime | None = None
    blocked: bool = False
    """No PIN of this badge counts before a new one is set: waiting does not help."""


@dataclass(frozen=True, slots=True)
class StaffHome:
    """K3: how the kiosk is, and what can be done about it."""

    clerk: Clerk
    idle_at_s: float
    """Every staff screen has these two: who is there, and when they are logged out."""
    facts: KioskFacts | None = None
    """None: being gathered."""
    facts_due_s: float = 0.0
    """When they are asked for next."""
    unfinished: WizardRecord | None = None
    """A roll change that was left or cut off half way."""


DoorScreen = BadgeAsked | PinAsked
"""Nobody is logged in here."""


# --- Events -----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class StaffKeyTurned:
    """The key switch on the panel was held: show the badge screen."""


@dataclass(frozen=True, slots=True)
class BadgeGood:
    """Signed by the service, not expired, not replaced as far as this kiosk knows."""

    badge: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BadgeBad:
    why: DoorNotice = DoorNotice.BAD_BADGE


@dataclass(frozen=True, slots=True)
class PinDigit:
    digit: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PinRubbed:
    """The last digit is taken back."""


@dataclass(frozen=True, slots=True)
class PinWrong:
    left: int


@dataclass(frozen=True, slots=True)
class PinLocked:
    until: datetime | None
    """None: until a new PIN is set."""


@dataclass(frozen=True, slots=True)
class LoginSilent:
    """The service did not answer in time: the badge alone must do, for paper."""


@dataclass(frozen=True, slots=True)
class ClerkCame:
    """Logged in; `unfinished` is a roll change that waits to be finished."""

    clerk: Clerk
    unfinished: WizardRecord | None = None


@dataclass(frozen=True, slots=True)
class LoginOver:
    """The service knows this log-in no more."""

    login: UUID


@dataclass(frozen=True, slots=True)
class StaffLeft:
    """离岗: log out."""


@dataclass(frozen=True, slots=True)
class StaffWentBack:
    """返回 on a staff screen: one step towards the dashboard, or out of the door."""


@dataclass(frozen=True, slots=True)
class StaffStayed:
    """继续 on the ring that warns of the log-out."""


@dataclass(frozen=True, slots=True)
class FactsTold:
    facts: KioskFacts
    unfinished: WizardRecord | None = None


DoorEvent = (
    StaffKeyTurned
    | BadgeGood
    | BadgeBad
    | PinDigit
    | PinRubbed
    | PinWrong
    | PinLocked
    | LoginSilent
    | ClerkCame
    | LoginOver
    | StaffLeft
    | StaffWentBack
    | StaffStayed
    | FactsTold
)


# --- Effects ----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class CheckBadge:
    """Is this text a badge of ours? Answered by BadgeGood or BadgeBad."""

    dispenses: ClassVar[bool] = False

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LogIn:
    """Answered by ClerkCame, PinWrong, PinLocked, BadgeBad or LoginSilent."""

    dispenses: ClassVar[bool] = False

    badge: str = field(repr=False)
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LetInOffline:
    """By badge alone, if it is on the signed list. Answered by ClerkCame or BadgeBad."""

    dispenses: ClassVar[bool] = False

    badge: str = field(repr=False)
    why_not: DoorNotice = DoorNotice.NOT_LISTED
    """What to answer if it is not on the list."""


@dataclass(frozen=True, slots=True)
class LogOut:
    """The token is forgotten here and ended at the service. No answer."""

    dispenses: ClassVar[bool] = False

    staff_ref: str
    login: UUID | None


@dataclass(frozen=True, slots=True)
class StayIn:
    """Somebody is still here: the service keeps the log-in. Answered by LoginOver, or not."""

    dispenses: ClassVar[bool] = False

    login: UUID


@dataclass(frozen=True, slots=True)
class AskFacts:
    """Answered by FactsTold."""

    dispenses: ClassVar[bool] = False


DoorEffect = CheckBadge | LogIn | LetInOffline | LogOut | StayIn | AskFacts
