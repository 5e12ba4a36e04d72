"""Who is let in: by badge and PIN at the service, by the list without it."""

import logging
from collections.abc import Awaitable, Callable

from kiosk.flow.event import Event
from kiosk.flow.staff.values.clerk import Clerk
from kiosk.flow.staff.values.door import (
    BadgeBad,
    BadgeGood,
    CheckBadge,
    ClerkCame,
    DoorNotice,
    LetInOffline,
    LogIn,
    LoginOver,
    LoginSilent,
    LogOut,
    PinLocked,
    PinWrong,
    StayIn,
)
from kiosk.journal.entry import By
from kiosk.paper.wizard_record import WizardRecord
from kiosk.staff.badges import Badges
from kiosk.staff.session import StaffSession
from kiosk.sync.errors import ServiceRefused, ServiceSilent
from wire.api.devices import EventType
from wire.errors import ErrorCode, Problem

log = logging.getLogger(__name__)

_OWN_TROUBLE = 500
"""HTTP statuses from here on: the service could not do what was asked, whoever asked it."""
Acted = Callable[[EventType, By], Awaitable[None]]


class Doorkeeper:
    """How the door's effects are done. Thread: the loop.

    Args:
        unfinished: the roll change that waits, if any.
        acted: writes into the journal who came or went; on disk when it returns.
    """

    def __init__(
        self,
        badges: Badges,
        session: StaffSession,
        unfinished: Callable[[], Awaitable[WizardRecord | None]],
        acted: Acted,
    ) -> None:
        self._badges = badges
        self._session = session
        self._unfinished = unfinished
        self._acted = acted

    async def check(self, wanted: CheckBadge) -> Event:
        """Whether it is a badge, before anybody is asked for a PIN."""
        badge = await self._badges.verified(wanted.text)
        return BadgeBad() if badge is None else BadgeGood(wanted.text)

    async def log_in(self, wanted: LogIn) -> Event:
        """The service judges badge and PIN; never raises for what it may answer."""
        try:
            login = await self._session.log_in(wanted.badge, wanted.pin)
        except ServiceRefused as refused:
            log.info("staff refused: %s", refused.problem.code)
            return _refused(refused.problem)
        except ServiceSilent as silent:
            log.info("log-in without an answer: %s", type(silent).__name__)
            return LoginSilent()
        clerk = Clerk(
            staff_ref=login.staff_ref,
            role=login.role,
            display=login.display,
            login=login.login,
            on_shift_since=login.on_shift_since,
            hours_today_min=login.hours_today_min,
        )
        await self._acted(EventType.STAFF_IN, By(clerk.staff_ref, clerk.login))
        return ClerkCame(clerk, await self._unfinished())

    async def let_in_offline(self, wanted: LetInOffline) -> Event:
        """By badge alone, for paper: only who stands on the signed list."""
        badge = await self._badges.verified(wanted.badge)
        entry = None if badge is None else self._badges.listed(badge)
        if entry is None:
            return BadgeBad(wanted.why_not)
        await self._acted(EventType.STAFF_IN, By(entry.staff_ref, None))
        clerk = Clerk(entry.staff_ref, entry.role, entry.display)
        return ClerkCame(clerk, await self._unfinished())

    async def stay(self, wanted: StayIn) -> Event | None:
        """Somebody is touching the glass: the service is told before the token dies of it."""
        return None if await self._session.stay(wanted.login) else LoginOver(wanted.login)

    async def log_out(self, wanted: LogOut) -> None:
        """The token is forgotten here and ended at the service."""
        await self._acted(EventType.STAFF_OUT, By(wanted.staff_ref, wanted.login))
        if wanted.login is not None:
            await self._session.log_out(wanted.login)


def _refused(problem: Problem) -> Event:
    """What the door says. Only a service in trouble is as good as silence: whom it refuses for
    any other reason is not let in by badge alone either.
    """
    match problem.code:
        case ErrorCode.STAFF_PIN_WRONG:
            return PinWrong(problem.left or 0)
        case ErrorCode.STAFF_PIN_LOCKED:
            return PinLocked(problem.until)
        case ErrorCode.STAFF_PIN_UNSET:
            return BadgeBad(DoorNotice.PIN_UNSET)
        case ErrorCode.BADGE_INVALID:
            return BadgeBad()
        case _ if problem.status >= _OWN_TROUBLE:
            return LoginSilent()
        case _:
            return BadgeBad(DoorNotice.REFUSED)
