"""A handover: what is counted here, and two signatures at the service."""

import logging
from collections.abc import Callable
from uuid import UUID

from kiosk.flow.event import Event
from kiosk.flow.staff.values.service import (
    CountForHandover,
    CountsTold,
    HandoverAnswered,
    HandoverOutcome,
    SignHandover,
)
from kiosk.journal.book import Book
from kiosk.journal.journal import Journal
from kiosk.paper.gauge import PaperGauge
from kiosk.sync.client import ServiceClient
from kiosk.sync.errors import ServiceRefused, ServiceSilent
from kiosk.sync.staff_call import StaffTokens
from wire.api.staff import HandoverCounts, HandoverRequest
from wire.errors import ErrorCode
from wire.ids import new_id
from wire.tokens import EPOCH

log = logging.getLogger(__name__)


class HandoverDesk:
    """Thread: the loop.

    Args:
        gauge: the paper as it stands now.
    """

    def __init__(
        self,
        journal: Journal,
        service: ServiceClient,
        tokens: StaffTokens,
        gauge: Callable[[], PaperGauge],
    ) -> None:
        self._journal = journal
        self._service = service
        self._tokens = tokens
        self._gauge = gauge
        self._unheard: tuple[SignHandover, UUID] | None = None
        """A call without an answer: its repeat is the same call."""

    async def count(self, _: CountForHandover) -> Event:
        counts = await self._journal.do(Book.counts, EPOCH)
        paper_mm = max(0, self._gauge().mm_left)
        return CountsTold(HandoverCounts(paper_mm, counts.to_upload, counts.uncertain))

    async def sign(self, wanted: SignHandover) -> Event:
        out, in_ = self._tokens.token_for(wanted.out), self._tokens.token_for(wanted.in_)
        if out is None or in_ is None:
            return HandoverAnswered(HandoverOutcome.LOGIN_OVER)
        if self._unheard is None or self._unheard[0] != wanted:
            self._unheard = (wanted, new_id())
        _, key = self._unheard
        notes = [note.value for note in wanted.notes]
        request = HandoverRequest(out, in_, wanted.counts, notes)
        try:
            answer = await self._service.staff_handover(request, key)
        except ServiceSilent as silent:
            log.warning("handover not answered: %s", type(silent).__name__)
            return HandoverAnswered(HandoverOutcome.SILENT)
        except ServiceRefused as refused:
            self._unheard = None
            return HandoverAnswered(_outcome(refused.problem.code))
        self._unheard = None
        return HandoverAnswered(HandoverOutcome.DONE, answer.at)


def _outcome(code: str) -> HandoverOutcome:
    match code:
        case ErrorCode.STAFF_SAME_PERSON:
            return HandoverOutcome.SAME_PERSON
        case ErrorCode.STAFF_SESSION_EXPIRED:
            return HandoverOutcome.LOGIN_OVER
        case _:
            return HandoverOutcome.REFUSED
