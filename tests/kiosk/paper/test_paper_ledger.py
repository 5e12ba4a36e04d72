"""The one gauge: told to who listens, warned of once, true again after a restart."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.clock import ManualClock
from kiosk.journal import chain
from kiosk.journal.book import Book
from kiosk.journal.journal import Journal
from kiosk.journal.roll import Proof
from kiosk.paper.gauge import NO_ROLL, PaperGauge
from kiosk.paper.ledger import PaperLedger
from kiosk.paper.near_end import HELD_S
from kiosk.paper.reckoning import PaperLengths, Warnings
from tests.kiosk.journal.paper_of_a_shop import BOOT, LI, change, printed
from wire.api.devices import EventType


class Shelf:
    """One kiosk's journal, opened again and again."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "journal.sqlite3"
        self.clock = ManualClock(datetime(2026, 3, 4, 12, tzinfo=UTC))
        self.heard: list[PaperGauge] = []
        self.told = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[tuple[PaperLedger, Journal]]:
        journal = await Journal.open(self.path, self.clock, BOOT)
        ledger = PaperLedger(journal, self.clock, PaperLengths(), Warnings(), near_end_mm=4000)
        ledger.wake_with(self._tell)
        await ledger.restore()
        ledger.subscribe(self.heard.append)
        try:
            yield ledger, journal
        finally:
            await journal.close()

    def _tell(self) -> None:
        self.told += 1


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


async def kinds(journal: Journal) -> list[str]:
    await journal.do(Book.events_acknowledged, 0, 0)
    events = await journal.do(Book.next_events, 100)
    assert events is not None
    return [event.type for event in events]


async def put_in(ledger: PaperLedger, serial: str = "R-1", length_mm: int = 30_000) -> None:
    record = change(serial=serial, length_mm=length_mm)
    await ledger.wizard_at(record)
    await ledger.roll_loaded(record)
    await ledger.wizard_ended(50)


async def test_a_new_kiosk_knows_no_roll_and_lets_shoppers_print(shelf: Shelf) -> None:
    async with shelf.open() as (ledger, journal):
        assert (ledger.gauge, ledger.enough) == (NO_ROLL, True)
        assert shelf.heard == [NO_ROLL]
        assert await kinds(journal) == []


async def test_the_gauge_follows_what_is_printed_and_is_the_same_after_a_restart(
    shelf: Shelf,
) -> None:
    async with shelf.open() as (ledger, journal):
        await put_in(ledger)
        before = ledger.gauge
        await journal.do(printed, 104)
        assert ledger.gauge == before, "not before it is asked"
        assert (await ledger.refresh()).mm_left == 30_000 - 104
        assert shelf.heard[-1] == ledger.gauge
        last = ledger.gauge
    async with shelf.open() as (ledger, _):
        assert ledger.gauge == last


async def test_nobody_hears_of_what_did_not_change(shelf: Shelf) -> None:
    async with shelf.open() as (ledger, _):
        await put_in(ledger)
        heard = len(shelf.heard)
        await ledger.refresh()
        assert len(shelf.heard) == heard


async def test_low_is_told_once_across_restarts_and_its_end_once(shelf: Shelf) -> None:
    async with shelf.open() as (ledger, journal):
        await put_in(ledger, length_mm=2000)
        assert ledger.gauge.low
        told = shelf.told
        await journal.do(printed, 104)
        await ledger.refresh()
        assert shelf.told == told
    async with shelf.open() as (ledger, journal):
        await put_in(ledger, "R-2")
        assert not ledger.gauge.low
        assert await kinds(journal) == [
            EventType.ROLL_CHANGED,
            EventType.PAPER_LOW,
            EventType.PRINTED,
            EventType.ROLL_RECONCILED,
            EventType.ROLL_CHANGED,
            EventType.PAPER_OK,
        ]


async def test_no_redemption_while_the_cover_is_open_for_a_change(shelf: Shelf) -> None:
    async with shelf.open() as (ledger, _):
        record = change(step=1)
        await ledger.wizard_at(record)
        assert ledger.enough, "nobody has opened anything yet"
        await ledger.wizard_at(replace(record, step=2))
        assert not ledger.enough
        assert not shelf.heard[-1].enough
    async with shelf.open() as (ledger, _):
        assert not ledger.enough, "nor after a power cut"
        assert (await ledger.wizard()) is not None
        await ledger.wizard_ended(None)
        assert ledger.enough
        assert await ledger.wizard() is None


async def held(shelf: Shelf, ledger: PaperLedger) -> PaperGauge:
    """The sensors have said what they say for long enough."""
    shelf.clock.advance(HELD_S)
    return await ledger.refresh()


async def test_the_sensor_wakes_the_ledger_and_lowers_it(shelf: Shelf) -> None:
    async with shelf.open() as (ledger, journal):
        await put_in(ledger)
        heard = asyncio.Event()
        ledger.subscribe(lambda gauge: heard.set() if gauge.low else None)
        ledger.near_end(True)
        assert not (await ledger.refresh()).low, "rolls dance"
        running = asyncio.create_task(ledger.run())
        shelf.clock.advance(HELD_S)
        ledger.near_end(True)
        await asyncio.wait_for(heard.wait(), 5)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert (ledger.gauge.mm_left, ledger.gauge.low) == (4000, True)
        assert EventType.PAPER_LOW in await kinds(journal)


async def test_what_the_sensor_takes_back_is_there_again(shelf: Shelf) -> None:
    async with shelf.open() as (ledger, journal):
        await put_in(ledger)
        ledger.near_end(True)
        assert (await held(shelf, ledger)).mm_left == 4000
        await journal.do(printed, 104)
        ledger.near_end(False)
        assert (await ledger.refresh()).mm_left == 4000 - 104
        gauge = await held(shelf, ledger)
        assert (gauge.mm_left, gauge.low) == (30_000 - 104, False)
        assert (await kinds(journal))[-1] == EventType.PAPER_OK


async def test_a_sensor_that_took_it_back_while_the_kiosk_was_off(shelf: Shelf) -> None:
    async with shelf.open() as (ledger, _):
        await put_in(ledger)
        ledger.near_end(True)
        await held(shelf, ledger)
    async with shelf.open() as (ledger, _):
        assert (await held(shelf, ledger)).mm_left == 4000, "nobody has said otherwise"
        ledger.near_end(False)
        assert (await held(shelf, ledger)).mm_left == 30_000


async def test_a_roll_that_is_lifted_stays_as_long_as_it_is(shelf: Shelf) -> None:
    """In a roll change that is given up: the sensor felt no roll, and there was one."""
    async with shelf.open() as (ledger, journal):
        await put_in(ledger, length_mm=50_000)
        record = change(serial="R-2", length_mm=50_000, step=3)
        await ledger.wizard_at(record)
        ledger.near_end(True)
        await held(shelf, ledger)
        await ledger.wizard_at(replace(record, step=4))
        assert (await held(shelf, ledger)).mm_left == 50_000
        ledger.near_end(False)
        await ledger.wizard_ended(None)
        gauge = await held(shelf, ledger)
        assert (gauge.mm_left, gauge.low, gauge.enough) == (50_000, False, True)
        rows = await journal.do(lambda book: [row.state for row, _, _ in chain.rows(book._db)])
        assert "SENSOR" not in rows


async def test_with_the_door_or_the_cover_open_the_sensor_speaks_of_hands(shelf: Shelf) -> None:
    async with shelf.open() as (ledger, _):
        await put_in(ledger)
        ledger.touched(True)
        ledger.near_end(True)
        assert (await held(shelf, ledger)).mm_left == 30_000
        ledger.touched(False)
        assert (await ledger.refresh()).mm_left == 30_000, "shut this moment"
        assert (await held(shelf, ledger)).mm_left == 4000
        ledger.touched(True)
        ledger.near_end(False)
        gauge = await held(shelf, ledger)
        assert (gauge.mm_left, gauge.low) == (4000, True), "nor does it give back"


async def test_two_sensors_do_not_overrule_each_other(shelf: Shelf) -> None:
    async with shelf.open() as (ledger, _):
        ledger.near_end(True, "panel")
        ledger.near_end(False, "printer")
        assert (await held(shelf, ledger)).low


async def test_a_new_roll_is_not_low_because_the_old_one_was(shelf: Shelf) -> None:
    async with shelf.open() as (ledger, _):
        ledger.near_end(True)
        assert (await held(shelf, ledger)).low
        await put_in(ledger)
        assert (ledger.gauge.low, ledger.gauge.mm_left) == (False, 30_000)
        gauge = await held(shelf, ledger)
        assert (gauge.low, gauge.mm_left) == (True, 4000), "the sensor still says so at rest"


async def low_told(journal: Journal) -> list[tuple[str, object, object]]:
    await journal.do(Book.events_acknowledged, 0, 0)
    events = await journal.do(Book.next_events, 100)
    return [
        (event.type, event.payload.get("enough"), event.payload.get("changing"))
        for event in events or ()
        if event.type in (EventType.PAPER_LOW, EventType.PAPER_OK)
    ]


async def test_a_roll_change_left_half_way_is_told(shelf: Shelf) -> None:
    async with shelf.open() as (ledger, journal):
        await put_in(ledger)
        record = replace(change(step=2), begun_at=shelf.clock.best())
        await ledger.wizard_at(record)
        shelf.clock.advance(120)
        await ledger.refresh()
        assert await low_told(journal) == [], "somebody is at it"
        shelf.clock.advance(200)
        await ledger.refresh()
        await ledger.refresh()
        assert await low_told(journal) == [("paper_low", False, True)]
        await ledger.wizard_ended(None)
        assert await low_told(journal) == [("paper_low", False, True), ("paper_ok", True, None)]


async def test_a_roll_change_that_a_power_cut_ended_is_told_at_once(shelf: Shelf) -> None:
    async with shelf.open() as (ledger, journal):
        await ledger.wizard_at(replace(change(step=3), begun_at=shelf.clock.best()))
        await journal.do(Book.wizard_interrupted)
    async with shelf.open() as (ledger, journal):
        assert await low_told(journal) == [("paper_low", False, True)]


async def test_a_test_print_takes_paper(shelf: Shelf) -> None:
    async with shelf.open() as (ledger, journal):
        await put_in(ledger)
        told = shelf.told
        await ledger.test_begun(LI)
        await ledger.test_ended(95, Proof.FENCE)
        assert ledger.gauge.mm_left == 30_000 - 95
        assert shelf.told == told + 1
        assert (await kinds(journal))[-1] == EventType.TEST_PRINTED
