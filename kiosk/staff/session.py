"""Who is logged in at this kiosk, and their tokens: in memory only, never on disk or in a log."""

import logging
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from kiosk.sync.errors import ServiceError, ServiceRefused
from wire.api.staff import Login, LoginRequest
from wire.errors import ErrorCode

log = logging.getLogger(__name__)


class StaffDesk(Protocol):
    """The service's log-in, as the sync client offers it."""

    async def staff_login(self, request: LoginRequest) -> Login: ...

    async def staff_logout(self, staff_token: str) -> None: ...

    async def staff_stay(self, staff_token: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _Held:
    staff_ref: str
    token: str = field(repr=False)


class StaffSession:
    """The log-ins that are alive here: one, or two while a handover is signed.

    Thread: the loop.
    """

    def __init__(self, desk: StaffDesk) -> None:
        self._desk = desk
        self._held: dict[UUID, _Held] = {}

    async def log_in(self, badge: str, pin: str) -> Login:
        """Ask the service; the token is kept here, the answer is for drawing.

        Raises:
            ServiceError: refused, or no answer.
        """
        login = await self._desk.staff_login(LoginRequest(badge, pin))
        self._held[login.login] = _Held(login.staff_ref, login.staff_token)
        log.info("staff %s logged in", login.staff_ref)
        return login

    def token_for(self, login: UUID) -> str | None:
        """The secret that speaks for a log-in, while it is alive here."""
        held = self._held.get(login)
        return None if held is None else held.token

    def forget(self, login: UUID) -> None:
        """The service knows this log-in no more."""
        self._held.pop(login, None)

    async def stay(self, login: UUID) -> bool:
        """Tell the service that somebody is still here; False: this log-in is dead.

        A service that does not answer says nothing about it.
        """
        held = self._held.get(login)
        if held is None:
            return False
        try:
            await self._desk.staff_stay(held.token)
        except ServiceRefused as refused:
            if refused.problem.code == ErrorCode.STAFF_SESSION_EXPIRED:
                log.info("staff %s: the log-in is over", held.staff_ref)
                self.forget(login)
                return False
        except ServiceError as error:
            log.info("staying not heard: %s", type(error).__name__)
        return True

    async def log_out(self, login: UUID) -> None:
        """Forget the token at once, then tell the service; unheard, it dies there by itself."""
        held = self._held.pop(login, None)
        if held is None:
            return
        log.info("staff %s logged out", held.staff_ref)
        try:
            await self._desk.staff_logout(held.token)
        except ServiceError as error:
            log.info("log-out not heard: %s", type(error).__name__)
