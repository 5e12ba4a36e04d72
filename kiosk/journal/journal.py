"""The journal as the event loop sees it: one thread owns the file."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from kiosk.journal.book import Book
from kiosk.journal.database import open_database, quarantine
from kiosk.journal.entry import Time
from kiosk.journal.error import JournalBroken, JournalUnreadable
from wire.api.devices import EventType

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")


class Journal:
    """Runs the steps of a `Book` on the journal's own thread, in the order they were asked for.

    `await journal.do(Book.begin, redemption, item, points)` is on disk when it returns.
    """

    def __init__(self, book: Book, thread: ThreadPoolExecutor) -> None:
        self._book = book
        self._thread = thread
        self._broken: JournalBroken | None = None

    @classmethod
    async def open(cls, path: Path, time: Time, boot_id: str) -> "Journal":
        """The journal at a path; made if missing, put aside and begun anew if unreadable.

        Raises:
            JournalBroken: the folder or the disk refuses; nothing can be dispensed.
        """
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        try:
            book = await asyncio.get_running_loop().run_in_executor(
                thread, _open_or_begin_anew, path, time, boot_id
            )
        except BaseException:
            thread.shutdown(wait=False)
            raise
        return cls(book, thread)

    @property
    def broken(self) -> bool:
        """Whether it failed; then the process must end."""
        return self._broken is not None

    async def do(
        self, step: Callable[Concatenate[Book, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """The result of one step, done on the journal's thread.

        A step that was begun is finished even when the caller is cancelled.

        Raises:
            JournalBroken: now, or earlier: once broken, no step is tried again.
            MoveRefused, JournalBusy: as the step says.
        """

        def work() -> R:
            if self._broken is not None:
                raise JournalBroken("the journal has failed before") from self._broken
            try:
                return step(self._book, *args, **kwargs)
            except sqlite3.Error as error:
                self._broken = JournalBroken(f"the journal failed: {error}")
                log.error("journal broken: %s", error)  # noqa: TRY400 - its trace says no more
                raise self._broken from error

        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def close(self) -> None:
        """Finish what was begun and close the file; idempotent.

        A broken journal is left as it is: closing it would write to the disk once more.
        """
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        try:
            if not self.broken:
                self._thread.submit(self._book.close)
        except RuntimeError:  # closed before
            return
        self._thread.shutdown(wait=True)


def _open_or_begin_anew(path: Path, time: Time, boot_id: str) -> Book:
    try:
        return Book(open_database(path), time, boot_id)
    except JournalUnreadable as unreadable:
        aside = quarantine(path, time.best())
        log.error("journal unreadable, put aside as %s: %s", aside.name, unreadable)  # noqa: TRY400
        book = Book(open_database(path), time, boot_id)
        try:
            book.tell(EventType.JOURNAL_QUARANTINED, {"file": aside.name})
        except sqlite3.Error as error:
            raise JournalBroken(f"{path} cannot be begun anew: {error}") from error
        return book
