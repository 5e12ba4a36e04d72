"""Screens, events and effects of hours and handover; diagnostics have a module of their own."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from kiosk.flow.staff.values.clerk import Clerk
from kiosk.flow.staff.values.diagnostics import (
    Diagnostics,
    DiagnosticsEffect,
    DiagnosticsEvent,
)
from wire.api.staff import ClockDirection, HandoverCounts, HandoverNote


# --- Screens -----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Hours:
    """K9: 上班打卡, 下班打卡."""

    clerk: Clerk
    idle_at_s: float
    asking: ClockDirection | None = None
    """The service is being told."""


@dataclass(frozen=True, slots=True)
class Handover:
    """K10: the counts that are handed over, and what the next person should know."""

    clerk: Clerk
    idle_at_s: float
    counts: HandoverCounts | None = None
    """None: being counted."""
    notes: frozenset[HandoverNote] = frozenset()


class SecondNotice(StrEnum):
    """Why the second person is not in yet."""

    BAD_BADGE = "bad_badge"
    SAME_PERSON = "same_person"
    PIN_UNSET = "pin_unset"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class SecondBadge:
    """The person who takes over shows a badge; the first one is still logged in."""

    clerk: Clerk
    idle_at_s: float
    counts: HandoverCounts
    notes: frozenset[HandoverNote]
    notice: SecondNotice | None = None
    checking: bool = False


@dataclass(frozen=True, slots=True)
class SecondPin:
    """... and types the PIN that belongs to it."""

    clerk: Clerk
    idle_at_s: float
    counts: HandoverCounts
    notes: frozenset[HandoverNote]
    badge: str = field(repr=False)
    typed: str = field(default="", repr=False)
    asking: bool = False
    left: int | None = None
    locked_until: datetime | None = None
    blocked: bool = False
    """No PIN of this badge counts before a new one is set: waiting does not help."""


@dataclass(frozen=True, slots=True)
class HandoverSign:
    """Both are logged in; both sign."""

    clerk: Clerk
    idle_at_s: float
    second: Clerk
    counts: HandoverCounts
    notes: frozenset[HandoverNote]
    signed_out: bool = False
    signed_in: bool = False
    asking: bool = False
    silent: bool = False
    """No answer came: it may have been recorded or not; a repeat counts once."""


ServiceScreen = Hours | Handover | SecondBadge | SecondPin | HandoverSign | Diagnostics


# --- Events ------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class HoursOpened:
    """上下班打卡 on the dashboard."""


@dataclass(frozen=True, slots=True)
class ClockWanted:
    direction: ClockDirection


class ClockOutcome(StrEnum):
    DONE = "done"
    ALREADY = "already"
    """It was so already, by another kiosk or an earlier tap."""
    LOGIN_OVER = "login_over"
    REFUSED = "refused"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Clocked:
    """Answers Clock."""

    direction: ClockDirection
    outcome: ClockOutcome
    on_shift_since: datetime | None = None
    hours_today_min: int = 0


@dataclass(frozen=True, slots=True)
class HandoverOpened:
    """On the dashboard."""


@dataclass(frozen=True, slots=True)
class CountsTold:
    """Answers CountForHandover."""

    counts: HandoverCounts


@dataclass(frozen=True, slots=True)
class NoteTicked:
    """On or off."""

    note: HandoverNote


@dataclass(frozen=True, slots=True)
class SecondAwaited:
    """下一步: the other person's badge."""


@dataclass(frozen=True, slots=True)
class HandoverSigned:
    """By the one who takes over (`second`), or by the one who goes."""

    second: bool


class HandoverOutcome(StrEnum):
    DONE = "done"
    SAME_PERSON = "same_person"
    LOGIN_OVER = "login_over"
    REFUSED = "refused"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class HandoverAnswered:
    """Answers SignHandover."""

    outcome: HandoverOutcome
    at: datetime | None = None


ServiceEvent = (
    DiagnosticsEvent
    | HoursOpened
    | ClockWanted
    | Clocked
    | HandoverOpened
    | CountsTold
    | NoteTicked
    | SecondAwaited
    | HandoverSigned
    | HandoverAnswered
)


# --- Effects -----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Clock:
    """Tell the service; answered by Clocked."""

    dispenses: ClassVar[bool] = False

    login: UUID
    direction: ClockDirection


@dataclass(frozen=True, slots=True)
class CountForHandover:
    """Answered by CountsTold."""

    dispenses: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class SignHandover:
    """Answered by HandoverAnswered."""

    dispenses: ClassVar[bool] = False

    out: UUID
    """Log-in of the one who goes."""
    in_: UUID
    counts: HandoverCounts
    notes: tuple[HandoverNote, ...]


ServiceEffect = DiagnosticsEffect | Clock | CountForHandover | SignHandover
