"""券已取 and 作废退分: written down, asked of the service, and true once it has answered."""

import logging
from collections.abc import Callable

from kiosk.flow.event import Event
from kiosk.flow.staff.values.vouchers import CaseSettled, SettleCase, Settled, Settlement
from kiosk.journal.book import Book
from kiosk.journal.entry import By, Call, Verb
from kiosk.journal.error import MoveRefused
from kiosk.journal.journal import Journal
from kiosk.journal.state import JournalState
from kiosk.sync.client import ServiceClient
from kiosk.sync.errors import ServiceRefused, ServiceSilent
from kiosk.sync.staff_call import PATHS, StaffGone, StaffTokens, body_to_send
from wire.api.redemptions import Redemption, State
from wire.errors import ErrorCode, Problem

log = logging.getLogger(__name__)

_VERBS = {Settlement.TAKEN: Verb.CONFIRM, Settlement.VOID: Verb.VOID}
_DONE = {
    Settlement.TAKEN: frozenset({State.ISSUED, State.USED}),
    Settlement.VOID: frozenset({State.RELEASED}),
}
_STANDS = {
    State.ISSUED: Settled.ISSUED,
    State.USED: Settled.USED,
    State.RELEASED: Settled.RELEASED,
    State.EXPIRED: Settled.ISSUED,
    State.VOIDED: Settled.RELEASED,
}
_REFUSALS = {
    ErrorCode.REDEMPTION_RELEASED: Settled.RELEASED,
    ErrorCode.ALREADY_USED: Settled.USED,
    ErrorCode.STAFF_SESSION_EXPIRED: Settled.LOGIN_OVER,
    ErrorCode.STAFF_ROLE: Settled.ROLE,
    ErrorCode.FORBIDDEN: Settled.ELSEWHERE,
    ErrorCode.REDEMPTION_UNKNOWN: Settled.ELSEWHERE,
}


class UncertainDesk:
    """Settles one voucher at a time. Thread: the loop.

    Args:
        wake: the settler, which asks the service about all that waits.
    """

    def __init__(
        self,
        journal: Journal,
        service: ServiceClient,
        tokens: StaffTokens,
        wake: Callable[[], None],
    ) -> None:
        self._journal = journal
        self._service = service
        self._tokens = tokens
        self._wake = wake

    async def settle(self, wanted: SettleCase) -> Event:
        """What the service said. Silence leaves it UNCERTAIN; asking again is the same call."""
        by = By(wanted.staff_ref, wanted.login)
        try:
            outcome = await self._settled(wanted, by)
        except MoveRefused as moved:  # the service or a reprint was faster
            log.info("not uncertain any more: %s", moved)
            outcome = await self._stands(wanted)
        self._wake()
        return CaseSettled(wanted.redemption, wanted.wanted, outcome)

    async def _settled(self, wanted: SettleCase, by: By) -> Settled:
        call = await self._asked(wanted, by)
        if call is None:
            return Settled.REFUSED
        try:
            body = body_to_send(call, self._tokens)
            answer = await self._service.move(wanted.redemption, PATHS[call.verb], body, call.key)
        except StaffGone:
            return Settled.LOGIN_OVER
        except ServiceRefused as refused:
            code = refused.problem.code
            await self._journal.do(Book.staff_refused, wanted.redemption, call.verb, code)
            return _refusal(refused.problem)
        except ServiceSilent as silent:
            log.warning("no answer to %s: %s", wanted.wanted, silent, extra=_fields(wanted))
            return Settled.SILENT
        return await self._written(wanted, by, answer)

    async def _asked(self, wanted: SettleCase, by: By) -> Call | None:
        if wanted.wanted is Settlement.TAKEN:
            return await self._journal.do(Book.staff_confirm_asked, wanted.redemption, by)
        if wanted.reason is None:
            return None
        return await self._journal.do(Book.staff_void_asked, wanted.redemption, by, wanted.reason)

    async def _written(self, wanted: SettleCase, by: By, answer: Redemption) -> Settled:
        """The service has done it, or says how it stands instead."""
        if answer.state not in _DONE[wanted.wanted]:
            code = f"it is {answer.state}"
            verb = _VERBS[wanted.wanted]
            await self._journal.do(Book.staff_refused, wanted.redemption, verb, code)
            return _STANDS.get(answer.state, Settled.REFUSED)
        done = Book.staff_voided
        if wanted.wanted is Settlement.TAKEN:
            done = Book.staff_confirmed
        try:
            await self._journal.do(done, wanted.redemption, by)
        except MoveRefused:  # the settler has asked meanwhile, and wrote down the same
            log.info("settled already", extra=_fields(wanted))
        log.info("settled by staff: %s", wanted.wanted, extra=_fields(wanted))
        return Settled.DONE

    async def _stands(self, wanted: SettleCase) -> Settled:
        entry = await self._journal.do(Book.find, wanted.redemption)
        released = entry is not None and entry.state in (
            JournalState.RELEASED,
            JournalState.RELEASE_PENDING,
        )
        return Settled.RELEASED if released else Settled.ISSUED


def _refusal(problem: Problem) -> Settled:
    if problem.code == ErrorCode.REDEMPTION_STATE and problem.state in set(State):
        return _STANDS.get(State(problem.state), Settled.REFUSED)
    return _REFUSALS.get(problem.code, Settled.REFUSED)  # type: ignore[call-overload, no-any-return]  # StrEnum keys equal their text


def _fields(wanted: SettleCase) -> dict[str, str]:
    return {"redemption_id": str(wanted.redemption)}
