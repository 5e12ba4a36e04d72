"""Where the kiosk's parts hand in what the service should know."""

import asyncio
from collections.abc import Callable

from kiosk.journal.book import Book
from kiosk.journal.journal import Journal
from wire.api.devices import EventType


class EventDesk:
    """Writes events to the journal's outbox, in the order in which they were told.

    Thread: the loop. The journal's one thread keeps the order.
    """

    def __init__(self, journal: Journal, tasks: asyncio.TaskGroup) -> None:
        self._journal = journal
        self._tasks = tasks
        self._wake: Callable[[], None] = lambda: None

    def wake_with(self, wake: Callable[[], None]) -> None:
        """Call this for each event that is on disk."""
        self._wake = wake

    def tell(self, kind: EventType, /, **payload: str | int | bool | None) -> None:
        """Hand an event in; returns at once."""
        self._tasks.create_task(self._write(kind, payload))

    async def _write(self, kind: EventType, payload: dict[str, str | int | bool | None]) -> None:
        await self._journal.do(Book.tell, kind, payload)
        self._wake()
