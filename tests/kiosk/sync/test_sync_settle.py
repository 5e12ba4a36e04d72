"""What waits is repeated until the service has heard; and what its answers do here."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.devices.printer.fake import FakePrinter, LoseAfter, RefuseBefore
from kiosk.flow.event import VoucherPrinted
from kiosk.journal.book import Book
from kiosk.journal.state import JournalState
from kiosk.sync.client import ServiceClient
from kiosk.sync.settle import Settler
from tests.fault_proxy import FaultProxy, What
from tests.kiosk.kiosk_half import Half, kiosk_half
from tests.kiosk.small_service import Row, SmallService
from wire.api.redemptions import Redemption, ReprintAnswer
from wire.errors import ErrorCode
from wire.ids import new_id

S = JournalState


@asynccontextmanager
async def shop(
    folder: Path, *script: LoseAfter | RefuseBefore
) -> AsyncIterator[tuple[Half, SmallService, FaultProxy]]:
    async with SmallService().running() as service:
        proxy = FaultProxy(service.port)
        async with proxy.running(), kiosk_half(folder, proxy.port, FakePrinter(script)) as half:
            yield half, service, proxy


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await condition():  # noqa: ASYNC110 - the loop under test has no event for it
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "what", [What.SERVER_ERROR, What.GARBAGE, What.LOSE_ANSWER, What.REFUSE, What.TWICE]
)
async def test_a_capture_is_repeated_until_acknowledged_and_counts_once(
    tmp_path: Path, what: What
) -> None:
    async with shop(tmp_path) as (half, service, proxy):
        proxy.suffer(what, path=".*/capture", times=5)
        redemption = new_id()
        assert isinstance(await half.redeem(redemption), VoucherPrinted)
        running = asyncio.create_task(half.settler.run())

        async def closed() -> bool:
            return await half.state(redemption) is S.CLOSED

        await until(closed)
        running.cancel()
        captures = [key for verb, key in service.calls if verb == "capture"]
        assert len(set(captures)) == 1, "a retry has the key of the first try"
        assert service.state(redemption) == "ISSUED"


async def test_the_service_comes_back_and_everything_is_settled(tmp_path: Path) -> None:
    async with shop(tmp_path, LoseAfter(5), RefuseBefore()) as (half, service, proxy):
        uncertain, released, printed = new_id(), new_id(), new_id()
        proxy.suffer(What.REFUSE, path=".*/(capture|release)", times=None)
        for redemption in (uncertain, released, printed):
            await half.redeem(redemption)
        assert not await half.settler.round()
        states = [await half.state(r) for r in (uncertain, released, printed)]
        assert states == [S.UNCERTAIN, S.RELEASE_PENDING, S.PRINTED]
        proxy.faults.clear()
        assert await half.settler.round()
        states = [await half.state(r) for r in (uncertain, released, printed)]
        assert states == [S.UNCERTAIN, S.RELEASED, S.CLOSED]
        there = [service.state(r) for r in (uncertain, released, printed)]
        assert there == ["UNCERTAIN", "RELEASED", "ISSUED"]
        assert service.held == 0


SAYS = {
    "ISSUED": S.CLOSED,
    "USED": S.CLOSED,
    "EXPIRED": S.CLOSED,
    "VOIDED": S.CLOSED,
    "RELEASED": S.RELEASED,
    "UNCERTAIN": S.UNCERTAIN,
}


@pytest.mark.parametrize("state", list(SAYS))
async def test_an_uncertain_one_ends_as_the_service_says(tmp_path: Path, state: str) -> None:
    async with shop(tmp_path, LoseAfter(5)) as (half, service, _):
        redemption = new_id()
        await half.redeem(redemption)
        await half.settler.round()
        service.rows[str(redemption)].state = state
        assert await half.settler.round()
        assert await half.state(redemption) is SAYS[state]


@pytest.mark.parametrize("state", ["USED", "RELEASED"])
async def test_what_was_decided_before_the_capture_arrives(tmp_path: Path, state: str) -> None:
    """A shopper faster than the capture; staff who gave the points back."""
    async with shop(tmp_path) as (half, service, _):
        redemption = new_id()
        await half.redeem(redemption)
        service.rows[str(redemption)].state = state
        await half.settler.round()
        assert await half.state(redemption) is SAYS[state]
        assert service.state(redemption) == state


@pytest.mark.parametrize(
    ("state", "after"),
    [("UNCERTAIN", S.UNCERTAIN), ("ISSUED", S.CLOSED), ("USED", S.CLOSED)],
)
async def test_a_release_that_comes_too_late(
    tmp_path: Path, state: str, after: JournalState
) -> None:
    async with shop(tmp_path, RefuseBefore()) as (half, service, _):
        redemption = new_id()
        await half.redeem(redemption)
        service.rows[str(redemption)].state = state
        await half.settler.round()
        assert await half.state(redemption) is after
        assert service.state(redemption) == state


async def test_a_service_that_knows_nothing_is_asked_for_ever_and_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with shop(tmp_path) as (half, service, _):
        redemption = new_id()
        await half.redeem(redemption)
        del service.rows[str(redemption)]
        with caplog.at_level(logging.ERROR):
            for _unused in range(3):
                await half.settler.round()
        assert await half.state(redemption) is S.PRINTED
        assert [r.message for r in caplog.records] == ["not settled: redemption_unknown"]


async def test_an_uncertain_one_of_ours_is_never_forgotten(tmp_path: Path) -> None:
    async with shop(tmp_path, LoseAfter(5)) as (half, service, _):
        redemption = new_id()
        await half.redeem(redemption)
        await half.settler.round()
        del service.rows[str(redemption)]
        await half.settler.round()
        assert await half.state(redemption) is S.UNCERTAIN


async def test_one_that_cannot_be_settled_does_not_hold_up_the_others(tmp_path: Path) -> None:
    async with shop(tmp_path) as (half, _, proxy):
        stuck, other = new_id(), new_id()
        await half.redeem(stuck)
        await half.redeem(other)
        proxy.suffer(What.SERVER_ERROR, path=f".*/{stuck}/.*", times=None)
        assert not await half.settler.round()
        assert await half.state(stuck) is S.PRINTED
        assert await half.state(other) is S.CLOSED


async def test_anothers_voucher_printed_again_elsewhere_is_forgotten(tmp_path: Path) -> None:
    async with shop(tmp_path, LoseAfter(5)) as (half, service, _):
        redemption = new_id()
        service.rows[str(redemption)] = Row(str(redemption), "UNCERTAIN")
        await half.reprint(redemption)
        del service.rows[str(redemption)]
        await half.settler.round()
        assert await half.state(redemption) is S.CLOSED


class Interrupted(ServiceClient):
    """The half's client; something happens before a call, or between its answer and us."""

    def __init__(
        self,
        half: Half,
        *,
        before: Callable[[], Awaitable[object]] | None = None,
        after: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        super().__init__(half.client._transport, half.client._clock)
        self._before, self._after = before, after

    async def reprint(self, redemption: UUID, body: bytes, key: UUID) -> ReprintAnswer:
        if self._before is not None:
            await self._before()
        return await super().reprint(redemption, body, key)

    async def redemption(self, redemption: UUID) -> Redemption:
        if self._before is not None:
            await self._before()
        try:
            return await super().redemption(redemption)
        finally:
            if self._after is not None:
                await self._after()


async def test_anothers_voucher_is_not_forgotten_while_leave_is_on_its_way(tmp_path: Path) -> None:
    """The settler asks before the service has heard of the reprint, which is then granted."""
    async with shop(tmp_path) as (half, service, proxy):
        redemption = new_id()

        async def asked_too_early() -> None:
            assert await half.settler.round()
            assert proxy.count("GET", f".*/{redemption}") == 1
            service.rows[str(redemption)] = Row(str(redemption), "UNCERTAIN")

        half.redeemer._reprinter._service = Interrupted(half, before=asked_too_early)
        assert isinstance(await half.reprint(redemption), VoucherPrinted)
        assert await half.state(redemption) is S.PRINTED
        assert await half.settler.round()
        assert await half.state(redemption) is S.CLOSED


async def test_anothers_voucher_is_forgotten_when_leave_never_came(tmp_path: Path) -> None:
    """A call without an answer must not keep the journal open for ever."""
    async with shop(tmp_path) as (half, _, proxy):
        redemption = new_id()
        proxy.suffer(What.REFUSE, path=".*/reprint", times=None)
        await half.reprint(redemption)
        assert await half.state(redemption) is S.UNCERTAIN
        assert await half.settler.round()
        assert await half.state(redemption) is S.CLOSED


async def test_an_old_answer_does_not_forget_what_came_here_meanwhile(tmp_path: Path) -> None:
    async with shop(tmp_path, LoseAfter(5), LoseAfter(5)) as (half, service, _):
        redemption = new_id()
        service.rows[str(redemption)] = Row(str(redemption), "UNCERTAIN")
        await half.reprint(redemption)
        row = service.rows.pop(str(redemption))

        async def come_back() -> None:
            service.rows[str(redemption)] = row
            await half.reprint(redemption)

        assert await Settler(half.journal, Interrupted(half, after=come_back)).round()
        assert await half.state(redemption) is S.UNCERTAIN


async def test_a_capture_that_is_anothers_by_now_ends(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with shop(tmp_path) as (half, service, _):
        redemption, ours = new_id(), new_id()
        service.rows[str(redemption)] = Row(str(redemption), "UNCERTAIN")
        await half.reprint(redemption)
        await half.redeem(ours)
        service.refuse_capture = ErrorCode.FORBIDDEN
        with caplog.at_level(logging.WARNING, logger="kiosk.sync.settle"):
            for _unused in range(2):
                assert await half.settler.round()
        assert await half.state(redemption) is S.CLOSED
        assert await half.state(ours) is S.PRINTED, "ours is told until it is heard"
        assert sorted(r.message for r in caplog.records) == [
            "not settled: forbidden",
            "printed, but no longer ours",
        ]


async def test_one_that_moved_on_while_it_was_asked_about_ends_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with shop(tmp_path, LoseAfter(5)) as (half, service, _):
        redemption, other = new_id(), new_id()
        await half.redeem(redemption)
        await half.settler.round()

        async def printed_again() -> None:
            await half.reprint(redemption)
            service.rows[str(redemption)].state = "ISSUED"

        settler = Settler(half.journal, Interrupted(half, before=printed_again))
        await half.redeem(other)
        with caplog.at_level(logging.WARNING):
            assert await settler.round()
        assert "moved on meanwhile" in caplog.text
        assert await half.state(redemption) is S.PRINTED
        assert await half.state(other) is S.CLOSED
        await half.settler.round()
        assert await half.state(redemption) is S.CLOSED


async def test_a_journal_begun_anew_takes_over_what_is_open_there(tmp_path: Path) -> None:
    async with shop(tmp_path) as (half, service, proxy):
        states = {"RESERVED": new_id(), "PRINTING": new_id(), "UNCERTAIN": new_id()}
        for state, redemption in states.items():
            service.rows[str(redemption)] = Row(str(redemption), state)
        proxy.down = True
        assert not await half.settler.round()
        assert await half.journal.do(Book.must_ask_open)
        proxy.down = False
        await half.settler.round()
        assert not await half.journal.do(Book.must_ask_open)
        assert {await half.state(r) for r in states.values()} == {S.UNCERTAIN}
        assert service.state(states["PRINTING"]) == "UNCERTAIN"
        service.rows[str(states["RESERVED"])].state = "RELEASED"  # its hold has run out
        await half.settler.round()
        assert await half.state(states["RESERVED"]) is S.RELEASED


async def test_the_link_is_logged_once_when_lost_and_once_when_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with shop(tmp_path) as (half, _, proxy):
        redemption = new_id()
        proxy.suffer(What.REFUSE, path=".*/capture", times=None)
        await half.redeem(redemption)
        with caplog.at_level(logging.WARNING, logger="kiosk.sync.settle"):
            running = asyncio.create_task(half.settler.run())

            async def tried_often() -> bool:
                return proxy.count("POST", ".*/capture") >= 8

            await until(tried_often)
            proxy.faults.clear()
            assert await half.settler.hurry(redemption, 5)
            running.cancel()
        assert [r.message for r in caplog.records] == [
            "redemptions wait for the service",
            "all settled",
        ]
