"""Tells the service of roll changes, in order, until it has heard of each."""

import logging
from collections.abc import Sequence

from kiosk.journal.book import Book
from kiosk.journal.journal import Journal
from kiosk.sync.backoff import DELAYS_S, Backoff
from kiosk.sync.client import ServiceClient
from kiosk.sync.errors import ServiceRefused, ServiceSilent
from wire.errors import ErrorCode

log = logging.getLogger(__name__)

REST_S = 60.0
"""How often the outbox is looked into when nobody says that something is new."""
NEVER = frozenset(
    {ErrorCode.BAD_REQUEST, ErrorCode.PAYLOAD_TOO_LARGE, ErrorCode.IDEMPOTENCY_MISMATCH}
)
"""Refusals of what was sent, not of when: the same body will never be taken."""


class RollSender:
    """One loop; one call on its way at a time, each with the key of its change. In the loop."""

    def __init__(
        self,
        journal: Journal,
        service: ServiceClient,
        rest_s: float = REST_S,
        delays_s: Sequence[float] = DELAYS_S,
    ) -> None:
        self._journal = journal
        self._service = service
        self._backoff = Backoff(rest_s, delays_s)

    def wake(self) -> None:
        """There is a new roll change. Thread: the loop's."""
        self._backoff.wake()

    async def run(self) -> None:
        """For ever; ends by cancellation, or by JournalBroken."""
        while True:
            await self._backoff.wait(heard=await self.round())

    async def round(self) -> bool:
        """Send until nothing waits; whether all was heard."""
        while True:
            call = await self._journal.do(Book.next_roll_call)
            if call is None:
                return True
            try:
                await self._service.roll(call.body, call.key)
            except ServiceRefused as refused:
                code = refused.problem.code
                if code not in NEVER:
                    return False
                # It stands in this kiosk's journal, where an engineer finds it; those after
                # it must not wait for it.
                log.error("the service will not take roll change %s: %s", call.key, code)  # noqa: TRY400 - its trace says no more
                await self._journal.do(Book.roll_refused, call.key, code)
            except ServiceSilent:
                return False
            else:
                await self._journal.do(Book.roll_acknowledged, call.key)
