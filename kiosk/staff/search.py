"""Vouchers that staff look for: in this kiosk's journal, and at the service for the store."""

import logging
from collections.abc import Callable
from uuid import UUID

from kiosk.flow.event import Event
from kiosk.flow.staff import cases
from kiosk.flow.staff.values.case import Case, Moment, Standing
from kiosk.flow.staff.values.door import LoginOver
from kiosk.flow.staff.values.vouchers import (
    AskStanding,
    CasesFound,
    FindHere,
    FindInStore,
    ReadStory,
    SearchRefused,
    Source,
    StoryRead,
)
from kiosk.journal.book import Book
from kiosk.journal.entry import Entry
from kiosk.journal.journal import Journal
from kiosk.journal.row import JournalRow
from kiosk.journal.state import JournalState
from kiosk.staff.story import moments
from kiosk.sync.client import ServiceClient
from kiosk.sync.errors import ServiceRefused, ServiceSilent
from kiosk.sync.staff_call import StaffTokens
from wire.api.redemptions import State
from wire.api.staff import FindRequest, FoundRedemption
from wire.api.text import Text
from wire.errors import ErrorCode, problem

log = logging.getLogger(__name__)

RewardName = Callable[[UUID], Text | None]
"""What a reward is called, by its id; None for one that is off the list."""

_HERE = {
    JournalState.INTENT: Standing.IN_HAND,
    JournalState.RESERVED: Standing.IN_HAND,
    JournalState.ARMED: Standing.IN_HAND,
    JournalState.PRINTING: Standing.IN_HAND,
    JournalState.PRINTED: Standing.ISSUED,
    JournalState.CAPTURED: Standing.ISSUED,
    JournalState.CLOSED: Standing.ISSUED,
    JournalState.UNCERTAIN: Standing.UNCERTAIN,
    JournalState.RELEASE_PENDING: Standing.RETURNED,
    JournalState.RELEASED: Standing.RETURNED,
}
_THERE = {
    State.RESERVED: Standing.IN_HAND,
    State.PRINTING: Standing.IN_HAND,
    State.UNCERTAIN: Standing.UNCERTAIN,
    State.ISSUED: Standing.ISSUED,
    State.USED: Standing.USED,
    State.EXPIRED: Standing.EXPIRED,
    State.VOIDED: Standing.VOIDED,
    State.RELEASED: Standing.RETURNED,
}
_ENDED = {
    f"{State.USED} at the service": Standing.USED,
    f"{State.EXPIRED} at the service": Standing.EXPIRED,
    f"{State.VOIDED} at the service": Standing.VOIDED,
}
"""How a CLOSED one ended, by the last row about it."""


class CaseSearch:
    """Reads, never writes. Thread: the loop.

    Args:
        reward: names what the journal knows by its id only.
    """

    def __init__(
        self, journal: Journal, service: ServiceClient, tokens: StaffTokens, reward: RewardName
    ) -> None:
        self._journal = journal
        self._service = service
        self._tokens = tokens
        self._reward = reward

    async def find_here(self, wanted: FindHere) -> Event:
        """The last ones of this kiosk, also while the service is away."""
        if wanted.uncertain:
            entries = [
                entry
                for entry in await self._journal.do(Book.waiting)
                if entry.state is JournalState.UNCERTAIN
            ]
        else:
            entries = await self._journal.do(Book.search, wanted.tail or None)
        found = await self._cases(entries)
        return CasesFound(Source.HERE, found, wanted.tail, wanted.uncertain)

    async def find_in_store(self, wanted: FindInStore) -> Event:
        """The last ones of the store, or silence: what is known here stands all the same."""
        found: list[FoundRedemption] = []
        silent = False
        try:
            found = await self._found(wanted.login, wanted.tail, uncertain=wanted.uncertain)
        except ServiceRefused as refused:
            return _refused(wanted.login, refused)
        except ServiceSilent as error:
            log.info("search not answered: %s", type(error).__name__)
            silent = True
        cases_ = tuple(case_of_found(one) for one in found)
        return CasesFound(Source.STORE, cases_, wanted.tail, wanted.uncertain, silent=silent)

    async def read_story(self, wanted: ReadStory) -> Event:
        """What the journal says about one, at once."""
        return StoryRead(wanted.case.id, await self._story(wanted.case.id), None, live=None)

    async def ask_standing(self, wanted: AskStanding) -> Event:
        """The same, and how the service sees it now."""
        asked = wanted.case
        rows = await self._story(asked.id)
        try:
            found = await self._found(wanted.login, asked.tail) if asked.tail else []
        except ServiceRefused as refused:
            return _refused(wanted.login, refused)
        except ServiceSilent as error:
            log.info("search not answered: %s", type(error).__name__)
            return StoryRead(asked.id, rows, None, live=False)
        told = next((case_of_found(one) for one in found if one.id == asked.id), None)
        entry = await self._journal.do(Book.find, asked.id)
        ours = None if entry is None else (await self._cases([entry]))[0]
        return StoryRead(asked.id, rows, _known(ours, told), live=True)

    async def _found(
        self, login: UUID, tail: str, *, uncertain: bool = False
    ) -> list[FoundRedemption]:
        """Raises ServiceRefused, also for a log-in that is dead here, and ServiceSilent."""
        token = self._tokens.token_for(login)
        if token is None:
            raise ServiceRefused(problem(ErrorCode.STAFF_SESSION_EXPIRED, "Logged out."))
        request = FindRequest(
            staff_token=token,
            tail=tail or None,
            uncertain_only=uncertain,
            limit=cases.LIST_MAX,
        )
        return await self._service.staff_redemptions(request)

    async def _story(self, redemption: UUID) -> tuple[Moment, ...]:
        rows: list[JournalRow] = await self._journal.do(Book.history, redemption)
        return moments(rows)

    async def _cases(self, entries: list[Entry]) -> tuple[Case, ...]:
        closed = [entry.id for entry in entries if entry.state is JournalState.CLOSED]
        last = await self._journal.do(Book.last_rows, closed)
        return tuple(self._case(entry, last.get(entry.id)) for entry in entries)

    def _case(self, entry: Entry, last: JournalRow | None) -> Case:
        """As the journal tells it; of a CLOSED one the last row says how it ended."""
        standing = _HERE[entry.state]
        if last is not None:
            standing = _ENDED.get(last.reason, standing)
        return Case(
            id=entry.id,
            at=entry.begun_at,
            standing=standing,
            tail=entry.tail,
            reward=None if entry.item is None else self._reward(entry.item),
            points=entry.points,
            here=entry.ours,
            in_journal=True,
            copies=entry.copy,
        )


def _refused(login: UUID, refused: ServiceRefused) -> Event:
    code = refused.problem.code
    log.info("search refused: %s", code)
    if code == ErrorCode.STAFF_SESSION_EXPIRED:
        return LoginOver(login)
    return SearchRefused(login, role=code == ErrorCode.STAFF_ROLE)


def _known(ours: Case | None, told: Case | None) -> Case | None:
    """What both sides know together."""
    if ours is None or told is None:
        return told or ours
    return cases.both(ours, told)


def case_of_found(found: FoundRedemption) -> Case:
    """As the service tells it."""
    return Case(
        id=found.id,
        at=found.at,
        standing=_THERE[found.state],
        tail=found.tail,
        reward=found.reward,
        points=found.points,
        device_no=found.device_no,
        here=found.here,
        copies=found.copies,
        used_at=found.used_at,
        used_where=found.used_where,
    )
