"""What the service must hear about each redemption, repeated until it has."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from kiosk.journal.book import Book
from kiosk.journal.entry import Entry, Verb
from kiosk.journal.error import MoveRefused
from kiosk.journal.journal import Journal
from kiosk.journal.state import JournalState
from kiosk.sync.backoff import DELAYS_S, Backoff
from kiosk.sync.client import ServiceClient
from kiosk.sync.errors import ServiceRefused, ServiceSilent, ServiceUnreachable
from wire.api.redemptions import State
from wire.errors import ErrorCode, Problem

log = logging.getLogger(__name__)

ASK_S = 60.0
"""How often the service is asked about UNCERTAIN ones."""
ENDED_WELL = frozenset({State.ISSUED, State.USED, State.EXPIRED, State.VOIDED})
"""There is, or was, one voucher; nothing is left to do here."""
_PATHS = {
    Verb.CAPTURE_OK: "capture",
    Verb.CAPTURE_UNKNOWN: "capture",
    Verb.RELEASE: "release",
}


class Settler:
    """One loop for all redemptions that wait; woken by new ones. Used in the event loop.

    Args:
        delays_s: pauses after rounds in which the service was not heard.
    """

    def __init__(
        self,
        journal: Journal,
        service: ServiceClient,
        ask_s: float = ASK_S,
        delays_s: Sequence[float] = DELAYS_S,
    ) -> None:
        self._journal = journal
        self._service = service
        self._backoff = Backoff(ask_s, delays_s)
        self._hurried: dict[UUID, asyncio.Event] = {}
        self._told: set[UUID] = set()
        self._reprinting: set[UUID] = set()
        self._lost = False

    def wake(self) -> None:
        """Something new waits. Thread: the loop's."""
        self._backoff.wake()

    async def run(self) -> None:
        """For ever; ends by cancellation, or by JournalBroken."""
        while True:
            heard = await self.round()
            self._log_link(heard=heard)
            await self._backoff.wait(heard=heard)

    async def hurry(self, redemption: UUID, within_s: float) -> bool:
        """Wake the loop and wait until this one is settled; whether it was, in time."""
        settled = self._hurried.setdefault(redemption, asyncio.Event())
        self.wake()
        try:
            async with asyncio.timeout(within_s):
                await settled.wait()
        except TimeoutError:
            return False
        else:
            return True
        finally:
            self._hurried.pop(redemption, None)

    @contextmanager
    def reprinting(self, redemption: UUID) -> Iterator[None]:
        """While its reprint runs, one that the service does not know as ours stays open."""
        self._reprinting.add(redemption)
        try:
            yield
        finally:
            self._reprinting.discard(redemption)

    async def round(self) -> bool:
        """Tell and ask the service about everything that waits; whether all was heard."""
        heard = True
        try:
            if await self._journal.do(Book.must_ask_open):
                await self._adopt()
            for entry in await self._journal.do(Book.waiting):
                heard &= await self._heard(entry)
        except ServiceUnreachable:
            return False  # the others would only wait for the same silence
        except (ServiceSilent, ServiceRefused):
            return False  # of the list of open ones; it will be asked for again
        return heard

    async def _adopt(self) -> None:
        """A journal that was begun anew asks what it may have forgotten."""
        adopted = await self._journal.do(Book.adopt, await self._service.open_redemptions())
        if adopted:
            log.warning("%d redemptions of a lost journal taken over as uncertain", adopted)

    async def _heard(self, entry: Entry) -> bool:
        try:
            over = await self._settle(entry)
        except ServiceUnreachable:
            raise
        except ServiceSilent as silent:
            self._tell_once(entry.id, str(silent))
            return False
        except MoveRefused as moved:
            # A reprint was faster than the answer; the next round sees where it stands now.
            log.warning("moved on meanwhile: %s", moved, extra={"redemption_id": str(entry.id)})
            return True
        if over:
            self._told.discard(entry.id)
            if (settled := self._hurried.get(entry.id)) is not None:
                settled.set()
        return True

    async def _settle(self, entry: Entry) -> bool:
        """Whether this one waits no longer."""
        match entry.state:
            case JournalState.PRINTED:
                return await self._capture(entry)
            case JournalState.CAPTURED:
                await self._journal.do(Book.closed, entry.id, "captured")
                return True
            case JournalState.RELEASE_PENDING:
                return await self._release(entry.id)
            case JournalState.UNCERTAIN if not entry.reprinting:
                return await self._ask_about(entry)
            case _:
                return False

    async def _capture(self, entry: Entry) -> bool:
        """PRINTED -> CAPTURED -> CLOSED, or RELEASED when staff had decided so before."""
        redemption = entry.id
        try:
            state = await self._answer_to(redemption, Verb.CAPTURE_OK)
        except ServiceRefused as refused:
            if not entry.ours and refused.problem.code == ErrorCode.FORBIDDEN:
                # Since then the service gave leave to yet another kiosk: it captures, not we.
                log.warning("printed, but no longer ours", extra={"redemption_id": str(redemption)})
                await self._journal.do(Book.captured, redemption, "capture forbidden: not ours")
                await self._journal.do(Book.closed, redemption, "printed again elsewhere")
                return True
            state = self._state_of_refusal(redemption, refused)
        if state in ENDED_WELL:
            await self._journal.do(Book.captured, redemption)
            await self._journal.do(Book.closed, redemption, f"{state} at the service")
            return True
        if state is State.RELEASED:
            log.error("printed, but released there", extra={"redemption_id": str(redemption)})
            await self._journal.do(Book.released, redemption, "released before the capture")
            return True
        return False

    async def _release(self, redemption: UUID) -> bool:
        """RELEASE_PENDING -> RELEASED, or what the service had decided before it heard us."""
        state = await self._told_state(redemption, Verb.RELEASE)
        if state is State.RELEASED:
            await self._journal.do(Book.released, redemption, "release acknowledged")
            return True
        if state in ENDED_WELL:
            await self._journal.do(Book.closed, redemption, f"{state} at the service")
            return True
        if state is State.UNCERTAIN:
            await self._journal.do(Book.release_refused, redemption)
        return False

    async def _ask_about(self, entry: Entry) -> bool:
        """UNCERTAIN: tell it if it was not told, else ask how it stands."""
        unknown = await self._journal.do(Book.call_of, entry.id, Verb.CAPTURE_UNKNOWN)
        if unknown is not None and not unknown.acknowledged:
            state = await self._told_state(entry.id, Verb.CAPTURE_UNKNOWN)
            if state is State.UNCERTAIN:
                await self._journal.do(Book.uncertain_known, entry.id)
        else:
            state = await self._asked_state(entry)
        if state in ENDED_WELL:
            await self._journal.do(Book.closed, entry.id, f"{state} at the service")
            return True
        if state is State.RELEASED:
            await self._journal.do(Book.released, entry.id, "released by the service")
            return True
        return False

    async def _told_state(self, redemption: UUID, verb: Verb) -> State | None:
        """Where the service sees it after our call; None when its refusal does not say."""
        try:
            return await self._answer_to(redemption, verb)
        except ServiceRefused as refused:
            return self._state_of_refusal(redemption, refused)

    async def _answer_to(self, redemption: UUID, verb: Verb) -> State | None:
        call = await self._journal.do(Book.call_of, redemption, verb)
        if call is None:  # written in the same transaction as the state: cannot be missing
            return None
        return (await self._service.move(redemption, _PATHS[verb], call.body, call.key)).state

    async def _asked_state(self, entry: Entry) -> State | None:
        try:
            return (await self._service.redemption(entry.id)).state
        except ServiceRefused as refused:
            gone = {ErrorCode.REDEMPTION_UNKNOWN, ErrorCode.FORBIDDEN}
            if entry.ours or refused.problem.code not in gone:
                return self._state_of_refusal(entry.id, refused)
            await self._forget(entry)
            return None

    async def _forget(self, entry: Entry) -> None:
        """Another kiosk's -> CLOSED, unless a reprint runs or ran here since it was asked about."""
        now = await self._journal.do(Book.find, entry.id)
        if now == entry and entry.id not in self._reprinting:
            await self._journal.do(Book.closed, entry.id, "printed again elsewhere")

    def _state_of_refusal(self, redemption: UUID, refused: ServiceRefused) -> State | None:
        state = _state_in(refused.problem)
        if state is None:
            self._tell_once(redemption, refused.problem.code)
        return state

    def _tell_once(self, redemption: UUID, why: str) -> None:
        """An engineer acts, once; the call is repeated all the same."""
        if redemption not in self._told:
            self._told.add(redemption)
            log.error("not settled: %s", why, extra={"redemption_id": str(redemption)})

    def _log_link(self, *, heard: bool) -> None:
        if heard == self._lost:
            self._lost = not heard
            log.warning("redemptions wait for the service" if self._lost else "all settled")


def _state_in(problem: Problem) -> State | None:
    """The state that a refusal tells."""
    if problem.code == ErrorCode.REDEMPTION_RELEASED:
        return State.RELEASED
    if problem.code == ErrorCode.REDEMPTION_STATE and problem.state in set(State):
        return State(problem.state)
    return None
