"""Paper and the money sequence: nothing begins without enough, and each millimetre is counted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PIL import Image

from kiosk.devices.ports import Printed
from kiosk.devices.printer.fake import FakePrinter, LoseAfter, RefuseBefore
from kiosk.flow.event import PrinterRefused, VoucherPrinted, VoucherUncertain
from kiosk.journal.book import Book
from kiosk.journal.roll import Proof, Use, UseKind
from kiosk.journal.state import JournalState
from tests.kiosk.journal.paper_of_a_shop import change
from tests.kiosk.kiosk_half import Half, kiosk_half
from tests.kiosk.small_service import SmallService
from wire.ids import new_id

S = JournalState
PAGE_MM = 110
"""800 rows, and the feed to the cut."""


@asynccontextmanager
async def shop(
    folder: Path, printer: FakePrinter | None = None, length_mm: int = 30_000
) -> AsyncIterator[tuple[Half, SmallService]]:
    async with (
        SmallService().running() as service,
        kiosk_half(folder, service.port, printer) as half,
    ):
        record = change(length_mm=length_mm)
        await half.paper.roll_loaded(record)
        await half.paper.wizard_ended(None)
        yield half, service


async def test_a_voucher_takes_its_paper_with_its_arrow(tmp_path: Path) -> None:
    async with shop(tmp_path) as (half, _):
        redemption = new_id()
        assert isinstance(await half.redeem(redemption), VoucherPrinted)
        (use,) = await half.journal.do(Book.papers_of, redemption)
        assert use.use == Use(UseKind.VOUCHER, PAGE_MM, Proof.FENCE)
        assert half.paper.gauge.mm_left == 30_000 - PAGE_MM, "the gauge is true at once"


async def test_a_torn_voucher_takes_what_came_out(tmp_path: Path) -> None:
    async with shop(tmp_path, FakePrinter([LoseAfter(400)])) as (half, _):
        redemption = new_id()
        assert isinstance(await half.redeem(redemption), VoucherUncertain)
        (use,) = await half.journal.do(Book.papers_of, redemption)
        assert use.use == Use(UseKind.VOUCHER, 50, Proof.LOST)
        assert half.paper.gauge.mm_left == 30_000 - 50


async def test_a_page_of_which_no_byte_was_sent_takes_nothing(tmp_path: Path) -> None:
    async with shop(tmp_path, FakePrinter([RefuseBefore()])) as (half, _):
        redemption = new_id()
        assert isinstance(await half.redeem(redemption), PrinterRefused)
        assert await half.journal.do(Book.papers_of, redemption) == []
        assert half.paper.gauge.mm_left == 30_000


@pytest.mark.parametrize(("length_mm", "begins"), [(240, True), (239, False)])
async def test_nothing_begins_without_paper_for_voucher_and_trailer(
    tmp_path: Path, length_mm: int, *, begins: bool
) -> None:
    async with shop(tmp_path, length_mm=length_mm) as (half, service):
        redemption = new_id()
        answer = await half.redeem(redemption)
        assert isinstance(answer, VoucherPrinted) is begins
        if not begins:
            assert answer == PrinterRefused(redemption, no_paper=True)
            assert service.calls == []
            assert await half.state(redemption) is None
            assert half.printer.pages == []


async def test_no_reprint_either_and_the_code_lives(tmp_path: Path) -> None:
    printer = FakePrinter([LoseAfter(400)])
    async with shop(tmp_path, printer, length_mm=280) as (half, service):
        redemption = new_id()
        assert isinstance(await half.redeem(redemption), VoucherUncertain)
        answer = await half.reprint(redemption)
        assert answer == PrinterRefused(redemption, no_paper=True)
        assert await half.state(redemption) is S.UNCERTAIN
        assert "reprint" not in [verb for verb, _ in service.calls]


async def test_a_roll_is_used_up_and_never_beyond_the_last_trailer(tmp_path: Path) -> None:
    """Vouchers come out one after the other until one more would not be safe."""
    async with shop(tmp_path, length_mm=1000) as (half, _):
        answers = [await half.redeem(new_id()) for _ in range(10)]
        printed = [answer for answer in answers if isinstance(answer, VoucherPrinted)]
        refused = [answer for answer in answers if isinstance(answer, PrinterRefused)]
        assert (len(printed), len(refused)) == (8, 2)
        assert all(answer.no_paper for answer in refused)
        assert answers.index(refused[0]) == len(printed)
        assert half.paper.gauge.mm_left == 1000 - len(printed) * PAGE_MM
        assert half.paper.gauge.mm_left >= 60 + 60, "the trailer and the margin are still there"


class Crashing(FakePrinter):
    """A driver with a defect, after it may have sent something."""

    def print(self, page: Image.Image, timeout_s: float) -> Printed:
        raise ZeroDivisionError


async def test_a_driver_that_fails_has_taken_a_whole_page_at_most(tmp_path: Path) -> None:
    async with shop(tmp_path, Crashing()) as (half, _):
        redemption = new_id()
        assert isinstance(await half.redeem(redemption), VoucherUncertain)
        (use,) = await half.journal.do(Book.papers_of, redemption)
        assert use.use == Use(UseKind.VOUCHER, 100 + 30, Proof.LOST)
