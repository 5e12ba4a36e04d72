"""Who else goes by the gauge: shoppers' screens by the kiosk's health, the service's heartbeat."""

from pathlib import Path

import pytest

from kiosk.devices.ports import Fact, PrinterStatus
from kiosk.devices.printer.fake import READY, SILENT
from kiosk.flow.event import Event, HealthChanged
from kiosk.flow.state import PrinterReadiness
from kiosk.health import HealthMonitor
from kiosk.vitals import Vitals
from tests.kiosk.journal.paper_of_a_shop import change, printed
from tests.kiosk.kiosk_half import Half, kiosk_half
from wire.api.devices import EventType


def monitor_of(half: Half, events: list[Event], told: list[EventType]) -> HealthMonitor:
    async def ready() -> PrinterStatus:
        return READY

    return HealthMonitor(
        printer_status=ready,
        clock=half.clock,
        emit=events.append,
        tell=lambda kind, /, **_: told.append(kind),
        busy=lambda: False,
        free_mb=lambda: 4000,
    )


async def test_without_enough_the_kiosk_is_out_of_paper_whatever_the_printer_says(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    events: list[Event] = []
    told: list[EventType] = []
    async with kiosk_half(tmp_path, 1) as half:
        monitor = monitor_of(half, events, told)
        half.paper.subscribe(lambda gauge: monitor.paper(enough=gauge.enough))
        monitor.printer(READY)
        assert monitor.now.printer is PrinterReadiness.READY
        await half.paper.roll_loaded(change(length_mm=300))
        await half.paper.wizard_ended(None)
        assert monitor.now.printer is PrinterReadiness.READY
        await half.journal.do(printed)
        await half.paper.refresh()
        assert monitor.now.printer is PrinterReadiness.NO_PAPER
        assert isinstance(events[-1], HealthChanged)
        assert events[-1].health.printer is PrinterReadiness.NO_PAPER
        assert "paper for a voucher and its trailer: there is not" in caplog.text
        await half.paper.roll_loaded(change(serial="R-2"))
        await half.paper.wizard_ended(None)
        assert monitor.now.printer is PrinterReadiness.READY
        assert told == [], "the printer itself has no fault"


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (SILENT, PrinterReadiness.UNKNOWN),
        (PrinterStatus(Fact.OK, Fact.FAULT, Fact.OK, Fact.OK), PrinterReadiness.FAULT),
    ],
)
async def test_what_the_printer_says_of_itself_comes_first(
    tmp_path: Path, status: PrinterStatus, says: PrinterReadiness
) -> None:
    async with kiosk_half(tmp_path, 1) as half:
        monitor = monitor_of(half, [], [])
        monitor.paper(enough=False)
        monitor.printer(status)
        assert monitor.now.printer is says


async def test_the_heartbeat_tells_what_is_left_once_a_roll_is_known(tmp_path: Path) -> None:
    async with kiosk_half(tmp_path, 1) as half:
        monitor = monitor_of(half, [], [])
        vitals = Vitals(half.journal, monitor, half.clock, lambda: 50.0, lambda: half.paper.gauge)
        assert (await vitals.heartbeat()).paper_mm_left is None
        await half.paper.roll_loaded(change(step=1))
        await half.journal.do(printed)
        await half.paper.refresh()
        assert (await vitals.heartbeat()).paper_mm_left == 30_000 - 104
