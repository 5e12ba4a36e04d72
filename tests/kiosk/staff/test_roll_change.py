"""How long a roll change took, which number a roll gets, and a test slip in every condition."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from PIL import Image

from kiosk.clock import ManualClock
from kiosk.devices.ports import Fact, NothingPrinted, Printed, PrinterLost, PrinterStatus
from kiosk.flow.staff.values import rolls
from kiosk.journal.entry import By
from kiosk.journal.roll import Proof
from kiosk.paper.gauge import PaperGauge
from kiosk.paper.wizard_record import WizardRecord
from kiosk.staff import test_slip
from kiosk.staff.roll_change import RollChange
from kiosk.staff.test_slip import TestSlip

NOW = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
BEGIN = rolls.BeginRoll(UUID(int=1), "0a1b2c3d4e5f", UUID(int=31), 50_000)
FINE = PrinterStatus(Fact.OK, Fact.OK, Fact.OK, Fact.OK)


class Ledger:
    """Keeps what it is told, in order."""

    def __init__(self) -> None:
        self.record: WizardRecord | None = None
        self.gauge = PaperGauge(known=True, vouchers_left=272)
        self.seconds: list[int | None] = []
        self.slips: list[object] = []

    async def wizard(self) -> WizardRecord | None:
        return self.record

    async def wizard_at(self, record: WizardRecord) -> None:
        self.record = record

    async def roll_loaded(self, record: WizardRecord) -> WizardRecord:
        self.record = replace(record, loaded=True)
        return self.record

    async def wizard_ended(self, seconds: int | None) -> None:
        self.record = None
        self.seconds.append(seconds)

    async def test_begun(self, by: By) -> None:
        self.slips.append(by)

    async def test_ended(self, mm: int, proof: Proof, why: str = "") -> None:
        self.slips.append((mm, proof))


class Counter:
    def __init__(self, boot: str = "boot") -> None:
        self.ledger, self.clock = Ledger(), ManualClock(NOW)
        self.change = self.again(boot)

    def again(self, boot: str) -> RollChange:
        return RollChange(self.ledger, self.clock, boot, lambda: "K07", lambda: "Asia/Shanghai")

    async def to_the_end(self, change: RollChange) -> rolls.RollFinished:
        record = self.ledger.record
        assert record is not None
        loaded = await change.load(rolls.LoadRoll(replace(record, step=5)))
        assert loaded.record.loaded
        return await change.finish(rolls.FinishRoll(loaded.record))


@pytest.fixture
def counter() -> Counter:
    return Counter()


async def test_it_is_timed_from_the_first_step_to_the_sharp_print(counter: Counter) -> None:
    begun = await counter.change.begin(BEGIN)
    assert begun.record == counter.ledger.record
    assert begun.record.roll_serial == "K07-261122-140500", "in the shop's time"
    assert begun.record.length_mm == 50_000
    counter.clock.advance(52.4)
    done = await counter.to_the_end(counter.change)
    assert (done.seconds, done.vouchers) == (52, 272)
    assert counter.ledger.seconds == [52]


async def test_each_step_is_on_disk_when_it_is_answered(counter: Counter) -> None:
    begun = await counter.change.begin(BEGIN)
    on = replace(begun.record, step=2)
    assert await counter.change.keep(rolls.KeepStep(on)) == rolls.StepKept(on)
    assert counter.ledger.record == on


async def test_a_change_of_another_boot_has_no_time(counter: Counter) -> None:
    await counter.change.begin(BEGIN)
    counter.clock.advance(40)
    done = await counter.to_the_end(counter.again("another boot"))
    assert done.seconds is None
    assert counter.ledger.seconds == [None]


async def test_nor_has_one_that_was_interrupted(counter: Counter) -> None:
    begun = await counter.change.begin(BEGIN)
    counter.ledger.record = replace(begun.record, interrupted=True)
    assert (await counter.to_the_end(counter.change)).seconds is None


async def test_one_that_waits_goes_on_instead_of_a_second(counter: Counter) -> None:
    first = await counter.change.begin(BEGIN)
    again = await counter.change.begin(replace(BEGIN, id=UUID(int=2)))
    assert again == first


async def test_a_dropped_one_is_gone(counter: Counter) -> None:
    await counter.change.begin(BEGIN)
    await counter.change.drop()
    assert counter.ledger.record is None
    assert counter.ledger.seconds == [None]


# --- The slip ----------------------------------------------------------------------------
class Printer:
    """Says what it is told to, one status after the other; the last one for ever."""

    def __init__(self, *statuses: PrinterStatus) -> None:
        self.statuses = list(statuses)
        self.answer: Printed | Exception = Printed(118)
        self.pages = 0

    def status(self, timeout_s: float) -> PrinterStatus:
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]

    def print(self, page: Image.Image, timeout_s: float) -> Printed:
        self.pages += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def thread() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(max_workers=1) as made:
        yield made


class Bench:
    def __init__(self, thread: ThreadPoolExecutor, printer: Printer) -> None:
        self.ledger, self.printer, self.busy = Ledger(), printer, False
        page = Image.new("1", (576, 100), 1)
        self.slip = TestSlip(self.ledger, printer, thread, lambda: page, self._in_hand)

    async def _in_hand(self) -> bool:
        return self.busy

    async def print(self) -> object:
        return await self.slip.print(rolls.PrintTest("0a1b2c3d4e5f", None))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_slip, "_BETWEEN_S", 0.0)


async def test_a_slip_is_begun_on_disk_before_its_first_byte(thread) -> None:
    bench = Bench(thread, Printer(FINE))
    assert await bench.print() == rolls.TestPrinted(118)
    assert bench.ledger.slips == [By("0a1b2c3d4e5f", None), (118, Proof.FENCE)]


async def test_never_while_a_redemption_is_in_hand(thread) -> None:
    bench = Bench(thread, Printer(FINE))
    bench.busy = True
    assert await bench.print() == rolls.TestFailed(rolls.PrintTrouble.PRINTER)
    assert (bench.printer.pages, bench.ledger.slips) == (0, [])


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (replace(FINE, cover=Fact.FAULT), rolls.PrintTrouble.COVER),
        (replace(FINE, cover=Fact.FAULT, paper=Fact.FAULT), rolls.PrintTrouble.COVER),
        (replace(FINE, paper=Fact.FAULT), rolls.PrintTrouble.NO_PAPER),
        (replace(FINE, mechanism=Fact.FAULT), rolls.PrintTrouble.PRINTER),
        (replace(FINE, paper=Fact.UNKNOWN), rolls.PrintTrouble.PRINTER),
        (PrinterStatus(), rolls.PrintTrouble.PRINTER),
    ],
)
async def test_a_printer_that_is_not_known_to_be_fine_is_given_nothing(thread, status, why) -> None:
    bench = Bench(thread, Printer(status))
    assert await bench.print() == rolls.TestFailed(why)
    assert (bench.printer.pages, bench.ledger.slips) == (0, [])


async def test_a_cover_that_was_just_shut_is_waited_for(thread) -> None:
    bench = Bench(thread, Printer(PrinterStatus(), replace(FINE, online=Fact.FAULT), FINE))
    assert await bench.print() == rolls.TestPrinted(118)


@pytest.mark.parametrize(
    ("error", "slip", "why"),
    [
        (NothingPrinted("port"), (0, Proof.LOST), rolls.PrintTrouble.PRINTER),
        (PrinterLost("jam", paper_mm=60), (60, Proof.LOST), rolls.PrintTrouble.PRINTER),
        (
            PrinterLost("end", no_paper=True, paper_mm=9),
            (9, Proof.LOST),
            rolls.PrintTrouble.NO_PAPER,
        ),
    ],
)
async def test_a_slip_that_did_not_come_whole_is_counted_and_told(thread, error, slip, why) -> None:
    bench = Bench(thread, Printer(FINE))
    bench.printer.answer = error
    assert await bench.print() == rolls.TestFailed(why)
    assert bench.ledger.slips[-1] == slip


async def test_a_driver_that_breaks_ends_the_slip_and_not_the_kiosk(thread) -> None:
    bench = Bench(thread, Printer(FINE))
    bench.printer.answer = RuntimeError("no such profile")
    assert await bench.print() == rolls.TestFailed(rolls.PrintTrouble.PRINTER)
    begun, (mm, proof) = bench.ledger.slips
    assert begun == By("0a1b2c3d4e5f", None)
    assert (mm >= 13, proof) == (True, Proof.LOST), "as if all of its 100 rows had come"


async def test_a_slip_that_cannot_be_drawn_is_not_begun(thread) -> None:
    def undrawn() -> Image.Image:
        raise LookupError("no configuration yet")

    bench = Bench(thread, Printer(FINE))
    bench.slip = TestSlip(bench.ledger, bench.printer, thread, undrawn, bench._in_hand)
    assert await bench.print() == rolls.TestFailed(rolls.PrintTrouble.PRINTER)
    assert (bench.printer.pages, bench.ledger.slips) == (0, [])


# --- The printer asked while hands are in it ----------------------------------------------
async def test_one_question_at_a_time_however_often_it_is_asked(thread) -> None:
    answered = threading.Event()
    asked: list[float] = []

    class Slow(Printer):
        def status(self, timeout_s: float) -> PrinterStatus:
            asked.append(timeout_s)
            assert answered.wait(5)
            return super().status(timeout_s)

    bench = Bench(thread, Slow(FINE))
    three = [asyncio.create_task(bench.slip.told()) for _ in range(3)]
    await asyncio.sleep(0)
    answered.set()
    assert await asyncio.gather(*three) == [FINE] * 3
    assert len(asked) == 1
    await bench.slip.told()
    assert len(asked) == 2, "the next question is a new one"
