"""The recovery table, row by row, on a journal left at each state; and recovery interrupted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image

from kiosk.devices.ports import PrinterStatus
from kiosk.devices.printer.fake import NO_PAPER, READY, SILENT, FakePrinter, LoseAfter
from kiosk.journal.book import Book
from kiosk.journal.journal import Journal
from kiosk.journal.state import JournalState
from kiosk.recovery import Recovered, recover
from tests.kiosk.kiosk_half import Half, kiosk_half
from tests.kiosk.small_service import Row, SmallService
from wire.api.devices import EventType
from wire.ids import new_id

S = JournalState
STEPS = [S.INTENT, S.RESERVED, S.ARMED, S.PRINTING, S.PRINTED, S.CAPTURED]


async def walk_to(journal: Journal, redemption: UUID, state: JournalState) -> None:
    await journal.do(Book.begin, redemption, new_id(), 300)
    reached = STEPS[: STEPS.index(state) + 1]
    if S.RESERVED in reached:
        await journal.do(Book.reserved, redemption, "5W8C")
    if S.ARMED in reached:
        await journal.do(Book.armed, redemption)
    if S.PRINTING in reached:
        await journal.do(Book.printing, redemption)
    if S.PRINTED in reached:
        await journal.do(Book.printed, redemption, 104)
    if S.CAPTURED in reached:
        await journal.do(Book.captured, redemption)


def slip(tail: str) -> Image.Image:
    return Image.new("1", (576, 100 + len(tail)), 1)


@asynccontextmanager
async def started(folder: Path, printer: FakePrinter) -> AsyncIterator[tuple[Half, SmallService]]:
    async with (
        SmallService().running() as service,
        kiosk_half(folder, service.port, printer) as half,
    ):
        yield half, service


async def recovery(half: Half) -> Recovered:
    return await recover(half.journal, half.printer, half.thread, slip)


ROWS = [
    # on disk, at the service; then on disk, at the service, slips
    (S.INTENT, None, S.RELEASED, "RELEASED", 0),
    (S.INTENT, "RESERVED", S.RELEASED, "RELEASED", 0),
    (S.RESERVED, "RESERVED", S.RELEASED, "RELEASED", 0),
    (S.RESERVED, "PRINTING", S.RELEASED, "RELEASED", 0),
    (S.ARMED, "PRINTING", S.UNCERTAIN, "UNCERTAIN", 1),
    (S.PRINTING, "PRINTING", S.UNCERTAIN, "UNCERTAIN", 1),
    (S.PRINTED, "PRINTING", S.CLOSED, "ISSUED", 0),
    (S.PRINTED, "ISSUED", S.CLOSED, "ISSUED", 0),
    (S.CAPTURED, "ISSUED", S.CLOSED, "ISSUED", 0),
]


@pytest.mark.parametrize(("on_disk", "there", "after", "there_after", "slips"), ROWS)
async def test_the_table(
    tmp_path: Path,
    on_disk: JournalState,
    there: str | None,
    after: JournalState,
    there_after: str,
    slips: int,
) -> None:
    async with started(tmp_path, FakePrinter()) as (half, service):
        redemption = new_id()
        if there is not None:
            service.rows[str(redemption)] = Row(str(redemption), there)
        await walk_to(half.journal, redemption, on_disk)
        for _ in range(3):  # idempotent
            await recovery(half)
            await half.settler.round()
            assert await half.state(redemption) is after
            assert service.state(redemption) == there_after
            assert (len(half.printer.pages), half.printer.resets) == (slips, slips)


async def test_an_empty_journal_needs_nothing(tmp_path: Path) -> None:
    async with started(tmp_path, FakePrinter()) as (half, _):
        assert await recovery(half) == Recovered()
        assert (half.printer.resets, half.printer.pages) == (0, [])


@pytest.mark.parametrize("on_disk", [S.INTENT, S.RESERVED])
async def test_without_the_service_the_release_waits(tmp_path: Path, on_disk: JournalState) -> None:
    async with kiosk_half(tmp_path, 1) as half:  # nobody listens on port 1
        redemption = new_id()
        await walk_to(half.journal, redemption, on_disk)
        assert (await recovery(half)).released == 1
        assert not await half.settler.round()
        assert await half.state(redemption) is S.RELEASE_PENDING


@pytest.mark.parametrize(("status", "slips"), [(READY, 1), (NO_PAPER, 0), (SILENT, 0)])
async def test_a_slip_is_printed_only_where_there_is_paper(
    tmp_path: Path, status: PrinterStatus, slips: int
) -> None:
    async with started(tmp_path, FakePrinter(status=status)) as (half, _):
        redemption = new_id()
        await walk_to(half.journal, redemption, S.PRINTING)
        await recovery(half)
        assert (half.printer.resets, len(half.printer.pages)) == (1, slips)
        assert await half.state(redemption) is S.UNCERTAIN


async def test_a_printer_lost_during_the_slip_changes_nothing(tmp_path: Path) -> None:
    async with started(tmp_path, FakePrinter([LoseAfter(3)])) as (half, _):
        redemption = new_id()
        await walk_to(half.journal, redemption, S.PRINTING)
        assert (await recovery(half)).uncertain == 1
        assert await half.state(redemption) is S.UNCERTAIN


async def test_a_slip_that_cannot_be_drawn_does_not_stop_the_start(tmp_path: Path) -> None:
    def broken(_: str) -> Image.Image:
        raise OSError("no font")

    async with started(tmp_path, FakePrinter()) as (half, _):
        await walk_to(half.journal, new_id(), S.PRINTING)
        assert (await recover(half.journal, half.printer, half.thread, broken)).uncertain == 1


async def test_an_interrupted_reprint_stays_uncertain_and_clears_the_printer(
    tmp_path: Path,
) -> None:
    async with started(tmp_path, FakePrinter()) as (half, service):
        redemption = new_id()
        service.rows[str(redemption)] = Row(str(redemption), "UNCERTAIN")
        await half.journal.do(Book.reprint_asked, redemption, new_id())
        await half.journal.do(Book.reprint_begun, redemption, 1, "5W8C")
        assert (await recovery(half)).reprints == 1
        assert (half.printer.resets, len(half.printer.pages)) == (1, 1)
        assert (await recovery(half)).reprints == 0
        assert half.printer.resets == 1
        await half.settler.round()
        assert await half.state(redemption) is S.UNCERTAIN


async def test_what_was_recovered_is_told_and_no_more_than_once(tmp_path: Path) -> None:
    async with started(tmp_path, FakePrinter()) as (half, _):
        await walk_to(half.journal, new_id(), S.PRINTING)
        await recovery(half)
        await recovery(half)
        await half.journal.do(Book.events_acknowledged, 0, 0)
        events = await half.journal.do(Book.next_events, 100)
        assert events is not None
        assert [e.type for e in events] == [
            EventType.VOID_PRINTED,
            EventType.UNCERTAIN,
            EventType.RECOVERED,
        ]


async def test_a_kiosk_with_waiting_redemptions_serves_on(tmp_path: Path) -> None:
    async with started(tmp_path, FakePrinter()) as (half, service):
        await walk_to(half.journal, new_id(), S.PRINTING)
        await recovery(half)
        redemption = new_id()
        await half.redeem(redemption)
        assert service.state(redemption) == "PRINTING"
        assert await half.state(redemption) is S.PRINTED
