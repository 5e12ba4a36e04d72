"""Clocking in and out at the service."""

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from kiosk.flow.event import Event
from kiosk.flow.staff.values.service import Clock, Clocked, ClockOutcome
from kiosk.sync.client import ServiceClient
from kiosk.sync.errors import ServiceRefused, ServiceSilent
from kiosk.sync.staff_call import StaffTokens
from wire.api.staff import ClockDirection, ClockRequest
from wire.errors import ErrorCode
from wire.ids import new_id

log = logging.getLogger(__name__)


class TimeClock:
    """Thread: the loop.

    Args:
        now: the best wall time there is; aware.
    """

    def __init__(
        self, service: ServiceClient, tokens: StaffTokens, now: Callable[[], datetime]
    ) -> None:
        self._service = service
        self._tokens = tokens
        self._now = now
        self._unheard: dict[tuple[UUID, ClockDirection], tuple[UUID, datetime]] = {}
        """Key and time of a call without an answer: its repeat is the same call."""

    async def clock(self, wanted: Clock) -> Event:
        token = self._tokens.token_for(wanted.login)
        if token is None:
            self._heard(wanted.login)
            return Clocked(wanted.direction, ClockOutcome.LOGIN_OVER)
        this = (wanted.login, wanted.direction)
        key, at = self._unheard.setdefault(this, (new_id(), self._now()))
        request = ClockRequest(token, wanted.direction, at)
        try:
            answer = await self._service.staff_clock(request, key)
        except ServiceSilent as silent:
            log.warning("clocking not answered: %s", type(silent).__name__)
            return Clocked(wanted.direction, ClockOutcome.SILENT)
        except ServiceRefused as refused:
            self._heard(wanted.login)
            is_in = wanted.direction is ClockDirection.IN
            since = refused.problem.at if is_in else None
            return Clocked(wanted.direction, _outcome(refused.problem.code), since)
        self._heard(wanted.login)
        return Clocked(
            wanted.direction,
            ClockOutcome.DONE,
            answer.on_shift_since,
            answer.hours_today_min,
        )

    def _heard(self, login: UUID) -> None:
        """What was not answered before is over, in the other direction too: a later one is new."""
        self._unheard = {key: call for key, call in self._unheard.items() if key[0] != login}


def _outcome(code: str) -> ClockOutcome:
    match code:
        case ErrorCode.CLOCKED_ALREADY:
            return ClockOutcome.ALREADY
        case ErrorCode.STAFF_SESSION_EXPIRED:
            return ClockOutcome.LOGIN_OVER
        case _:
            return ClockOutcome.REFUSED
