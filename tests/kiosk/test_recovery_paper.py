"""What a start makes of paper: what was on its way is counted, a roll change can go on."""

from pathlib import Path

import pytest

from kiosk.devices.printer.fake import NO_PAPER, READY, SILENT, FakePrinter, LoseAfter, RefuseBefore
from kiosk.journal import chain
from kiosk.journal.book import Book
from kiosk.journal.roll import Proof, Use, UseKind
from kiosk.journal.state import JournalState
from kiosk.paper.reckoning import CLEAR_MM
from tests.kiosk.journal.paper_of_a_shop import LI, change, issued, printed, printing, put_in
from tests.kiosk.test_recovery import recovery, slip, started, walk_to
from wire.api.devices import EventType
from wire.api.redemptions import ReprintReason
from wire.ids import new_id

S = JournalState
SLIP_MM = -(-slip("5W8C").height // 8) + 10


@pytest.mark.parametrize(("measured", "estimate"), [((), 120), ((104, 131), 131)])
async def test_a_voucher_cut_off_by_a_power_cut_is_counted_by_an_estimate(
    tmp_path: Path, measured: tuple[int, ...], estimate: int
) -> None:
    async with started(tmp_path, FakePrinter()) as (half, _):
        await half.journal.do(put_in)
        for mm in measured:
            await half.journal.do(issued, mm)
        redemption = await half.journal.do(printing)
        await recovery(half)
        uses = [use.use for use in await half.journal.do(Book.papers_of, redemption)]
        assert uses == [
            Use(UseKind.VOID, SLIP_MM),
            Use(UseKind.VOUCHER, estimate, Proof.ESTIMATE),
        ]
        await half.paper.restore()
        left = 30_000 - sum(measured) - CLEAR_MM - SLIP_MM - estimate
        assert half.paper.gauge.mm_left == left
        for _ in range(2):  # idempotent
            await recovery(half)
        assert (await half.paper.refresh()).mm_left == left


async def test_one_that_was_only_armed_has_taken_nothing(tmp_path: Path) -> None:
    async with started(tmp_path, FakePrinter()) as (half, _):
        redemption = new_id()
        await walk_to(half.journal, redemption, S.ARMED)
        await recovery(half)
        uses = await half.journal.do(Book.papers_of, redemption)
        assert [use.use.kind for use in uses] == [UseKind.VOID]


@pytest.mark.parametrize(
    ("printer", "uses"),
    [
        (FakePrinter(status=NO_PAPER), []),
        (FakePrinter(status=SILENT), []),
        (FakePrinter([RefuseBefore()]), []),
        (FakePrinter([LoseAfter(40)]), [Use(UseKind.VOID, 5, Proof.LOST)]),
    ],
    ids=["no paper", "silent", "refused", "lost"],
)
async def test_a_slip_is_counted_as_it_came_out(
    tmp_path: Path, printer: FakePrinter, uses: list[Use]
) -> None:
    async with started(tmp_path, printer) as (half, _):
        redemption = await half.journal.do(printing)
        await recovery(half)
        taken = [use.use for use in await half.journal.do(Book.papers_of, redemption)]
        assert taken == [*uses, Use(UseKind.VOUCHER, 120, Proof.ESTIMATE)]
        assert await half.journal.do(Book.slip_interrupted, {}) is None


async def test_an_interrupted_slip_is_counted_and_printed_again(tmp_path: Path) -> None:
    async with started(tmp_path, FakePrinter()) as (half, _):
        redemption = await half.journal.do(printing)
        await half.journal.do(Book.slip_begun, UseKind.VOID, redemption, None)
        await recovery(half)
        taken = [use.use for use in await half.journal.do(Book.papers_of, redemption)]
        assert taken[:2] == [Use(UseKind.VOID, 60, Proof.ESTIMATE), Use(UseKind.VOID, SLIP_MM)]
        assert half.printer.resets == 1


async def test_an_interrupted_test_print_is_counted_and_cut_off(tmp_path: Path) -> None:
    async with started(tmp_path, FakePrinter()) as (half, _):
        await half.journal.do(put_in)
        await half.journal.do(Book.slip_begun, UseKind.TEST, None, LI)
        for _ in range(2):
            await recovery(half)
        assert (half.printer.resets, half.printer.pages) == (1, [])
        assert (await half.paper.refresh()).mm_left == 30_000 - 120 - CLEAR_MM
        (tally,) = await half.journal.do(Book.rolls)
        assert tally.tests == 1


async def test_an_interrupted_reprint_of_an_issued_one_leaves_it_issued(tmp_path: Path) -> None:
    async with started(tmp_path, FakePrinter()) as (half, _):
        redemption = await half.journal.do(issued)
        await half.journal.do(Book.staff_reprint_asked, redemption, LI, ReprintReason.TORN)
        await half.journal.do(Book.reprint_begun, redemption, 1, "5W8C")
        assert (await recovery(half)).reprints == 1
        assert await half.state(redemption) is S.CLOSED
        assert (half.printer.resets, len(half.printer.pages)) == (1, 1)
        uses = [use.use for use in await half.journal.do(Book.papers_of, redemption)]
        assert uses[-1] == Use(UseKind.REPRINT, 120, Proof.ESTIMATE)
        assert (await recovery(half)).reprints == 0
        assert half.printer.resets == 1


@pytest.mark.parametrize("step", [1, 3, 5])
async def test_a_roll_change_goes_on_after_a_power_cut(tmp_path: Path, step: int) -> None:
    async with started(tmp_path, FakePrinter()) as (half, _):
        record = change(step=step)
        await half.paper.wizard_at(record)
        if step == 5:
            await half.paper.roll_loaded(record)
        for _ in range(2):
            await recovery(half)
            await half.paper.restore()
            left = await half.paper.wizard()
            assert left is not None
            assert (left.id, left.step, left.interrupted) == (record.id, step, True)
            assert left.loaded is (step == 5)
        assert half.printer.resets == 0, "nothing was on its way to paper"
        assert ((await half.journal.do(Book.next_roll_call)) is not None) is (step == 5)


async def test_the_void_slip_is_told_to_the_service(tmp_path: Path) -> None:
    async with started(tmp_path, FakePrinter(status=READY)) as (half, _):
        redemption = await half.journal.do(printing)
        await recovery(half)
        await half.journal.do(Book.events_acknowledged, 0, 0)
        events = await half.journal.do(Book.next_events, 100)
        assert events is not None
        told = {event.type: event.payload for event in events}
        assert told[EventType.VOID_PRINTED]["redemption_id"] == str(redemption)
        assert told[EventType.VOID_PRINTED]["paper_mm"] == SLIP_MM


async def test_a_kiosk_that_was_only_switched_off_counts_nothing(tmp_path: Path) -> None:
    async with started(tmp_path, FakePrinter()) as (half, _):
        await half.journal.do(put_in)
        await half.journal.do(printed)
        rows = await half.journal.do(lambda book: len(chain.rows(book._db)))
        await recovery(half)
        assert await half.journal.do(lambda book: len(chain.rows(book._db))) == rows
        assert (await half.paper.refresh()).mm_left == 30_000 - 104
