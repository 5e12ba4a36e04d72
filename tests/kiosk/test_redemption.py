"""The sequence from tap to paper: what each failure means to the shopper, and to the books."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from kiosk.devices.ports import PrinterStatus
from kiosk.devices.printer.fake import (
    COVER_OPEN,
    NO_PAPER,
    SILENT,
    FakePrinter,
    LoseAfter,
    RefuseBefore,
)
from kiosk.flow.event import (
    PrinterRefused,
    RedemptionRefused,
    RedemptionUnreached,
    VoucherPrinted,
    VoucherUncertain,
)
from kiosk.flow.state import Step
from kiosk.journal.book import Book
from kiosk.journal.error import JournalBroken
from kiosk.journal.state import JournalState
from tests.fault_proxy import FaultProxy, What
from tests.kiosk.kiosk_half import Half, kiosk_half
from tests.kiosk.small_service import Row, SmallService
from wire.api.redemptions import ReserveRequest
from wire.errors import ErrorCode
from wire.ids import new_id

S = JournalState


@asynccontextmanager
async def shop(
    folder: Path, printer: FakePrinter | None = None
) -> AsyncIterator[tuple[Half, SmallService, FaultProxy]]:
    async with SmallService().running() as service:
        proxy = FaultProxy(service.port)
        async with proxy.running(), kiosk_half(folder, proxy.port, printer) as half:
            yield half, service, proxy


async def test_points_become_one_voucher(tmp_path: Path) -> None:
    async with shop(tmp_path) as (half, service, _):
        redemption = new_id()
        answer = await half.redeem(redemption)
        assert isinstance(answer, VoucherPrinted)
        code = service.rows[str(redemption)].code
        assert answer.tail == code[-4:]
        assert answer.answer.spendable == 700
        assert half.steps == [Step.DEDUCT, Step.PRINT, Step.TAKE]
        assert len(half.printer.pages) == 1
        assert await half.state(redemption) is S.PRINTED
        assert await half.settler.round()
        assert await half.state(redemption) is S.CLOSED
        assert service.state(redemption) == "ISSUED"
        assert [verb for verb, _ in service.calls] == ["reserve", "printing", "capture"]
        keys = [key for _, key in service.calls]
        assert keys[0] == str(redemption)
        assert len(set(keys)) == 3


async def test_paper_waits_for_the_service_and_not_for_the_capture(tmp_path: Path) -> None:
    """The service knows of PRINTING at the moment when the first byte goes out."""
    seen: list[str | None] = []
    service_at_paper: list[SmallService] = []
    redemption = new_id()
    printer = FakePrinter(on_paper=lambda _: seen.append(service_at_paper[0].state(redemption)))
    async with shop(tmp_path, printer) as (half, service, _):
        service_at_paper.append(service)
        await half.redeem(redemption)
    assert seen == ["PRINTING"]


@pytest.mark.parametrize(
    ("status", "no_paper"), [(NO_PAPER, True), (COVER_OPEN, False), (SILENT, False)]
)
async def test_a_printer_that_is_not_ready_touches_nothing(
    tmp_path: Path, status: PrinterStatus, *, no_paper: bool
) -> None:
    async with shop(tmp_path, FakePrinter(status=status)) as (half, service, _):
        redemption = new_id()
        assert await half.redeem(redemption) == PrinterRefused(redemption, no_paper=no_paper)
        assert await half.state(redemption) is None
        assert service.calls == []


@pytest.mark.parametrize("code", [ErrorCode.INSUFFICIENT, ErrorCode.OUT_OF_STOCK])
async def test_a_refusal_holds_nothing(tmp_path: Path, code: ErrorCode) -> None:
    async with shop(tmp_path) as (half, service, _):
        service.refuse_reserve = code
        redemption = new_id()
        answer = await half.redeem(redemption)
        assert isinstance(answer, RedemptionRefused)
        assert answer.problem.code == code
        assert await half.state(redemption) is S.RELEASED
        assert [verb for verb, _ in service.calls] == ["reserve"]


async def test_a_refusal_that_may_pass_is_released_all_the_same(tmp_path: Path) -> None:
    async with shop(tmp_path) as (half, service, _):
        service.refuse_reserve = ErrorCode.RATE_LIMITED
        redemption = new_id()
        assert isinstance(await half.redeem(redemption), RedemptionRefused)
        assert await half.state(redemption) is S.RELEASE_PENDING
        await half.settler.round()
        assert (await half.state(redemption), service.state(redemption)) == (
            S.RELEASED,
            "RELEASED",
        )


LOST = [What.SERVER_ERROR, What.GARBAGE, What.WRONG_TYPES, What.LOSE_ANSWER, What.REFUSE]


@pytest.mark.parametrize("what", LOST)
async def test_no_answer_to_reserve_gives_the_points_back(tmp_path: Path, what: What) -> None:
    async with shop(tmp_path) as (half, service, proxy):
        proxy.suffer(what, path="/v1/redemptions", times=None)
        redemption = new_id()
        assert await half.redeem(redemption) == RedemptionUnreached(redemption)
        assert await half.state(redemption) is S.RELEASE_PENDING
        assert half.printer.pages == []
        await half.settler.round()
        assert await half.state(redemption) is S.RELEASED
        assert service.state(redemption) == "RELEASED"
        assert service.held == 0


async def test_a_reserve_that_arrives_after_its_release_meets_the_tombstone(
    tmp_path: Path,
) -> None:
    async with shop(tmp_path) as (half, service, proxy):
        proxy.suffer(What.REFUSE, path="/v1/redemptions", times=None)
        redemption = new_id()
        await half.redeem(redemption)
        await half.settler.round()
        proxy.faults.clear()
        with pytest.raises(Exception, match="redemption_released"):
            await half.client.reserve(_request(redemption))
        assert service.held == 0


def _request(redemption: UUID) -> ReserveRequest:
    return ReserveRequest(
        id=redemption,
        session=new_id(),
        item_id=new_id(),
        item_rev=1,
        expected_points=300,
        device_seq=1,
    )


@pytest.mark.parametrize("what", LOST)
async def test_printing_unacknowledged_prints_nothing(tmp_path: Path, what: What) -> None:
    async with shop(tmp_path) as (half, service, proxy):
        proxy.suffer(what, path=".*/printing", times=None)
        redemption = new_id()
        assert await half.redeem(redemption) == RedemptionUnreached(redemption)
        assert half.printer.pages == []
        await half.settler.round()
        assert (await half.state(redemption), service.state(redemption)) == (
            S.RELEASED,
            "RELEASED",
        )


async def test_a_hold_that_ran_out_before_printing_is_told(tmp_path: Path) -> None:
    async with shop(tmp_path) as (half, service, _):
        redemption = new_id()
        original = service._printing

        def too_late(id_: str, data: dict[str, Any]) -> dict[str, Any]:
            service.rows[id_].state = "RELEASED"
            return original(id_, data)

        service._printing = too_late  # type: ignore[method-assign,assignment]  # this one redemption's fate
        running = asyncio.create_task(half.settler.run())
        answer = await half.redeem(redemption)
        running.cancel()
        assert isinstance(answer, RedemptionRefused)
        assert answer.problem.code == ErrorCode.REDEMPTION_RELEASED
        assert await half.state(redemption) is S.RELEASED
        assert half.printer.pages == []


async def test_a_slow_service_is_given_up_in_time_and_nothing_is_printed(tmp_path: Path) -> None:
    async with shop(tmp_path) as (half, service, proxy):
        proxy.suffer(What.DELAY, path=".*/printing", seconds=5, times=1)
        loop = asyncio.get_running_loop()
        redemption, began = new_id(), loop.time()
        assert await half.redeem(redemption) == RedemptionUnreached(redemption)
        assert loop.time() - began < 2.5
        await half.settler.round()
        assert service.state(redemption) == "RELEASED"


async def test_nothing_printed_is_released_before_the_shopper_tries_again(
    tmp_path: Path,
) -> None:
    printer = FakePrinter([RefuseBefore(no_paper=True)])
    async with shop(tmp_path, printer) as (half, service, _):
        running = asyncio.create_task(half.settler.run())
        redemption = new_id()
        assert await half.redeem(redemption) == PrinterRefused(redemption, no_paper=True)
        assert service.state(redemption) == "RELEASED"
        assert await half.state(redemption) is S.RELEASED
        assert isinstance(await half.redeem(new_id()), VoucherPrinted)
        running.cancel()


@pytest.mark.parametrize("rows", [0, 1, 400, None])
async def test_a_lost_printer_leaves_a_live_code(tmp_path: Path, rows: int | None) -> None:
    printer = FakePrinter([LoseAfter(rows, no_paper=True)])
    async with shop(tmp_path, printer) as (half, service, _):
        redemption = new_id()
        answer = await half.redeem(redemption)
        assert isinstance(answer, VoucherUncertain)
        assert answer.no_paper
        assert answer.tail == service.rows[str(redemption)].code[-4:]
        await half.settler.round()
        assert await half.state(redemption) is S.UNCERTAIN
        assert service.state(redemption) == "UNCERTAIN"
        assert isinstance(await half.redeem(new_id()), VoucherPrinted)


async def test_a_driver_that_fails_in_an_unknown_way_is_uncertain(tmp_path: Path) -> None:
    class Failing(FakePrinter):
        def print(self, page: object, timeout_s: float) -> object:  # type: ignore[override]
            raise ZeroDivisionError

    async with shop(tmp_path, Failing()) as (half, _, __):
        redemption = new_id()
        assert isinstance(await half.redeem(redemption), VoucherUncertain)
        assert await half.state(redemption) is S.UNCERTAIN


async def test_a_voucher_that_cannot_be_drawn_gives_the_points_back(tmp_path: Path) -> None:
    async with shop(tmp_path) as (half, service, _):
        half.draws = False
        running = asyncio.create_task(half.settler.run())
        redemption = new_id()
        assert await half.redeem(redemption) == PrinterRefused(redemption, no_paper=False)
        assert service.state(redemption) == "RELEASED"
        running.cancel()


async def test_a_journal_that_cannot_be_written_never_prints(tmp_path: Path) -> None:
    async with shop(tmp_path) as (half, service, _):
        await half.journal.do(lambda book: book._db.execute("PRAGMA query_only = ON"))
        with pytest.raises(JournalBroken):
            await half.redeem(new_id())
        with pytest.raises(JournalBroken, match="failed before"):
            await half.redeem(new_id())
        assert half.printer.pages == []
        assert service.calls == []
        half.journal._thread.submit(half.journal._book.close).result()  # as the process dies


async def test_a_journal_that_breaks_after_reserve_never_prints(tmp_path: Path) -> None:
    async with shop(tmp_path) as (half, _, __):

        def breaks(*_: object) -> None:
            raise sqlite3.OperationalError("disk I/O error")

        await half.journal.do(lambda book: setattr(book, "_move", breaks))
        with pytest.raises(JournalBroken, match="disk I/O"):
            await half.redeem(new_id())
        assert half.journal.broken
        assert half.printer.pages == []
        half.journal._thread.submit(half.journal._book.close).result()  # as the process dies


async def test_two_redemptions_at_once_take_turns(tmp_path: Path) -> None:
    async with shop(tmp_path) as (half, _, __):
        answers = await asyncio.gather(*(half.redeem(new_id()) for _ in range(3)))
        assert [type(a) for a in answers] == [VoucherPrinted] * 3
        assert len(half.printer.pages) == 3


# --- Reprints ----------------------------------------------------------------------------


async def test_an_uncertain_voucher_is_printed_again_with_the_same_code(tmp_path: Path) -> None:
    async with shop(tmp_path, FakePrinter([LoseAfter(10)])) as (half, service, _):
        redemption = new_id()
        await half.redeem(redemption)
        await half.settler.round()
        answer = await half.reprint(redemption)
        assert isinstance(answer, VoucherPrinted)
        first, second = half.drawn
        assert first.voucher is not None
        assert second.voucher is not None
        assert first.voucher.code == second.voucher.code
        assert (first.copy, second.copy) == (0, 1)
        await half.settler.round()
        assert (await half.state(redemption), service.state(redemption)) == (S.CLOSED, "ISSUED")


async def test_another_kiosks_voucher_is_printed_again_here(tmp_path: Path) -> None:
    async with shop(tmp_path) as (half, service, _):
        redemption = new_id()
        service.rows[str(redemption)] = Row(str(redemption), "UNCERTAIN")
        assert isinstance(await half.reprint(redemption), VoucherPrinted)
        await half.settler.round()
        assert (await half.state(redemption), service.state(redemption)) == (S.CLOSED, "ISSUED")


@pytest.mark.parametrize("act", [LoseAfter(10, no_paper=True), RefuseBefore(no_paper=True)])
async def test_a_reprint_that_fails_stays_uncertain(
    tmp_path: Path, act: LoseAfter | RefuseBefore
) -> None:
    async with shop(tmp_path, FakePrinter([act])) as (half, service, _):
        redemption = new_id()
        service.rows[str(redemption)] = Row(str(redemption), "UNCERTAIN")
        answer = await half.reprint(redemption)
        assert isinstance(answer, VoucherUncertain | PrinterRefused)
        assert answer.no_paper
        await half.settler.round()
        assert (await half.state(redemption), service.state(redemption)) == (
            S.UNCERTAIN,
            "UNCERTAIN",
        )
        assert isinstance(await half.reprint(redemption), VoucherPrinted)


async def test_a_third_reprint_is_refused(tmp_path: Path) -> None:
    async with shop(tmp_path, FakePrinter([LoseAfter(1)] * 3)) as (half, _, __):
        redemption = new_id()
        await half.redeem(redemption)
        await half.settler.round()
        assert isinstance(await half.reprint(redemption), VoucherUncertain)
        assert isinstance(await half.reprint(redemption), VoucherUncertain)
        answer = await half.reprint(redemption)
        assert isinstance(answer, RedemptionRefused)
        assert answer.problem.code == ErrorCode.REPRINT_LIMIT
        assert await half.state(redemption) is S.UNCERTAIN


async def test_a_reprint_refused_for_anothers_voucher_leaves_nothing_open(tmp_path: Path) -> None:
    async with shop(tmp_path) as (half, service, _):
        redemption = new_id()
        service.rows[str(redemption)] = Row(str(redemption), "USED")
        assert isinstance(await half.reprint(redemption), RedemptionRefused)
        assert await half.state(redemption) is S.CLOSED
        again = await half.reprint(redemption)
        assert isinstance(again, RedemptionRefused)
        assert again.problem.code == ErrorCode.ALREADY_USED, "the service was asked again"
        assert await half.state(redemption) is S.CLOSED


async def test_a_passing_refusal_does_not_end_the_reprints_of_anothers_voucher(
    tmp_path: Path,
) -> None:
    async with shop(tmp_path) as (half, service, _):
        redemption = new_id()
        assert isinstance(await half.reprint(redemption), RedemptionRefused)  # not known yet
        assert await half.state(redemption) is S.CLOSED
        service.rows[str(redemption)] = Row(str(redemption), "UNCERTAIN")
        assert isinstance(await half.reprint(redemption), VoucherPrinted)
        await half.settler.round()
        assert (await half.state(redemption), service.state(redemption)) == (S.CLOSED, "ISSUED")


async def test_a_reprint_whose_answer_was_lost_is_the_same_call_again(tmp_path: Path) -> None:
    async with shop(tmp_path) as (half, service, proxy):
        redemption, session = new_id(), new_id()
        service.rows[str(redemption)] = Row(str(redemption), "UNCERTAIN")
        proxy.suffer(What.LOSE_ANSWER, path=".*/reprint", times=2)
        assert await half.reprint(redemption, session) == RedemptionUnreached(redemption)
        assert half.printer.pages == []
        assert isinstance(await half.reprint(redemption, session), VoucherPrinted)
        assert service.rows[str(redemption)].copy == 1
        assert half.drawn[0].copy == 1


async def test_a_reprint_needs_a_ready_printer_first(tmp_path: Path) -> None:
    async with shop(tmp_path, FakePrinter(status=NO_PAPER)) as (half, service, _):
        redemption = new_id()
        service.rows[str(redemption)] = Row(str(redemption), "UNCERTAIN")
        assert await half.reprint(redemption) == PrinterRefused(redemption, no_paper=True)
        assert service.calls == []
        assert await half.journal.do(Book.entries) == []
