"""Sends the outbox: events in sequence, a hundred at a time, until they are acknowledged."""

import logging
from collections.abc import Callable, Sequence
from itertools import takewhile

from kiosk.journal.book import Book
from kiosk.journal.journal import Journal
from kiosk.sync.backoff import DELAYS_S, Backoff
from kiosk.sync.client import ServiceClient
from kiosk.sync.errors import ServiceError
from wire.api import EVENT_LIMIT
from wire.api.devices import EventsAnswer, EventStatus

log = logging.getLogger(__name__)

REST_S = 15.0
"""How often the outbox is looked into when nobody says that something is new."""


class EventSender:
    """One loop; one batch on its way at a time. Used in the event loop.

    Args:
        on_answer: called with each answer: it tells the revision of the configuration.
    """

    def __init__(
        self,
        journal: Journal,
        service: ServiceClient,
        on_answer: Callable[[EventsAnswer], None] = lambda _: None,
        rest_s: float = REST_S,
        delays_s: Sequence[float] = DELAYS_S,
    ) -> None:
        self._journal = journal
        self._service = service
        self._on_answer = on_answer
        self._backoff = Backoff(rest_s, delays_s)

    def wake(self) -> None:
        """There is a new event. Thread: the loop's."""
        self._backoff.wake()

    async def run(self) -> None:
        """For ever; ends by cancellation, or by JournalBroken."""
        while True:
            await self._backoff.wait(heard=await self.round())

    async def round(self) -> bool:
        """Send until nothing waits; whether all was acknowledged."""
        while True:
            batch = await self._journal.do(Book.next_events, EVENT_LIMIT)
            if batch == []:
                return True
            try:
                answer = await self._service.events(batch or [])
            except ServiceError:
                return False
            heard = _heard(answer)
            fits = await self._journal.do(Book.events_acknowledged, heard, answer.acked_seq)
            self._on_answer(answer)
            if batch is None:
                continue  # now it is known where the service stands
            if not fits:
                log.error("the service counts our events otherwise; going on with its numbers")
            if not fits or not heard:
                return False  # the same again later


def _heard(answer: EventsAnswer) -> int:
    """How many of the batch, from its first on, the service has: as sent, not only by number."""
    have = {EventStatus.APPLIED, EventStatus.DUPLICATE}
    return sum(1 for _ in takewhile(lambda result: result.status in have, answer.results))
