"""What is asked of the journal: where each redemption stands, and what was done about it."""

from datetime import UTC, datetime
from uuid import UUID

from kiosk.journal import call, chain, outbox, rolls
from kiosk.journal.counts import Counts
from kiosk.journal.entry import SELECT_ENTRY, Call, Entry, Verb, entry_of
from kiosk.journal.outbox import Backlog
from kiosk.journal.roll import PaperUse
from kiosk.journal.row import JournalRow
from kiosk.journal.rows import Rows
from kiosk.journal.state import IN_HAND, WAITING

SEARCH_LIMIT = 35


class Reading(Rows):
    """Nothing here writes."""

    def find(self, redemption: UUID) -> Entry | None:
        return self._find(redemption)

    def in_hand(self) -> Entry | None:
        """The redemption between INTENT and PRINTING, if any."""
        return next(iter(self._in(IN_HAND)), None)

    def waiting(self) -> list[Entry]:
        """Redemptions that wait for the service, oldest first."""
        return self._in(WAITING)

    def reprinting(self) -> list[Entry]:
        """Those of which a reprint has begun and has not ended, in whichever state."""
        rows = self._db.execute(SELECT_ENTRY + " WHERE reprinting = 1 ORDER BY id")
        return [entry_of(row) for row in rows]

    def call_of(self, redemption: UUID, verb: Verb) -> Call | None:
        """The newest call of a verb that was written down."""
        return call.find(self._db, redemption, verb)

    def entries(self) -> list[Entry]:
        """All redemptions, oldest first."""
        return [entry_of(row) for row in self._db.execute(SELECT_ENTRY + " ORDER BY id")]

    def search(
        self,
        tail: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = SEARCH_LIMIT,
    ) -> list[Entry]:
        """Redemptions with a code, UNCERTAIN ones first, then the newest first.

        Args:
            tail: the last four symbols of the code, upper case.
            since: begun then or later; aware.
            until: begun before; aware.
        """
        rows = self._db.execute(
            SELECT_ENTRY + " WHERE tail <> '' AND tail = ifnull(?, tail)"
            " AND begun_at >= ifnull(?, begun_at) AND begun_at < ifnull(?, '9999')"
            " ORDER BY state = 'UNCERTAIN' DESC, begun_at DESC, id DESC LIMIT ?",
            (tail, _utc(since), _utc(until), limit),
        )
        return [entry_of(row) for row in rows]

    def history(self, redemption: UUID) -> list[JournalRow]:
        """Every row of the chain about one redemption, oldest first."""
        return chain.rows_about(self._db, str(redemption))

    def last_rows(self, redemptions: list[UUID]) -> dict[UUID, JournalRow]:
        """The last row about each of them."""
        found = chain.last_rows(self._db, [str(redemption) for redemption in redemptions])
        return {UUID(subject): row for subject, row in found.items()}

    def papers_of(self, redemption: UUID) -> list[PaperUse]:
        """Every piece of paper that was taken for it, oldest first: what came out, and how it is
        known. Empty: no byte was ever given to the printer.
        """
        return rolls.uses_of(self._db, redemption)

    def counts(self, since: datetime) -> Counts:
        """How the day stands that began then; aware."""
        issued, released = self._db.execute(
            "SELECT ifnull(sum(state IN ('PRINTED', 'CAPTURED', 'CLOSED')), 0),"
            " ifnull(sum(state IN ('RELEASED', 'RELEASE_PENDING')), 0)"
            " FROM redemption WHERE ours AND begun_at >= ?",
            (_utc(since),),
        ).fetchone()
        waiting = self._in(WAITING)
        return Counts(
            issued=issued,
            uncertain=sum(entry.state == "UNCERTAIN" for entry in waiting),
            released=released,
            open=len(waiting),
            events=outbox.backlog(self._db).depth,
            rolls=rolls.calls_waiting(self._db),
        )

    def backlog(self) -> Backlog:
        return outbox.backlog(self._db)


def _utc(moment: datetime | None) -> str | None:
    """As times stand in the journal, which compare as texts."""
    return None if moment is None else moment.astimezone(UTC).isoformat()
