from datetime import UTC, datetime, timedelta

import pytest

from kiosk.clock import ManualClock
from kiosk.devices.ports import Fact, PrinterStatus, ScannerHealth
from kiosk.flow.event import Event, HealthChanged
from kiosk.flow.state import PrinterReadiness
from kiosk.health import HealthMonitor, readiness
from wire.api.devices import EventType

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
GOOD = PrinterStatus(Fact.OK, Fact.OK, Fact.OK, Fact.OK)
NO_PAPER = PrinterStatus(Fact.FAULT, Fact.OK, Fact.OK, Fact.OK)


class Ward:
    """A monitor and everything that it hears and says."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOON)
        self.status = GOOD
        self.asked = 0
        self.busy = False
        self.free_mb = 4000
        self.events: list[Event] = []
        self.told: list[tuple[EventType, dict[str, object]]] = []
        self.monitor = HealthMonitor(
            printer_status=self.printer_status,
            clock=self.clock,
            emit=self.events.append,
            tell=lambda kind, /, **payload: self.told.append((kind, payload)),
            busy=lambda: self.busy,
            free_mb=lambda: self.free_mb,
        )

    async def printer_status(self) -> PrinterStatus:
        self.asked += 1
        return self.status

    @property
    def kinds(self) -> list[EventType]:
        return [kind for kind, _ in self.told]


@pytest.fixture
def ward() -> Ward:
    return Ward()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (GOOD, PrinterReadiness.READY),
        (NO_PAPER, PrinterReadiness.NO_PAPER),
        (PrinterStatus(Fact.OK, Fact.FAULT, Fact.OK, Fact.OK), PrinterReadiness.FAULT),
        (PrinterStatus(Fact.OK, Fact.OK, Fact.FAULT, Fact.OK), PrinterReadiness.FAULT),
        (PrinterStatus(Fact.OK, Fact.OK, Fact.OK, Fact.FAULT), PrinterReadiness.FAULT),
        (PrinterStatus(Fact.UNKNOWN, Fact.OK, Fact.OK, Fact.OK), PrinterReadiness.UNKNOWN),
        (PrinterStatus(), PrinterReadiness.UNKNOWN),
    ],
)
def test_unknown_is_never_no_paper_and_never_fine(
    status: PrinterStatus, expected: PrinterReadiness
) -> None:
    assert readiness(status) is expected


async def test_the_same_health_is_told_once(ward: Ward) -> None:
    for _ in range(3):
        await ward.monitor.check()
    assert len(ward.events) == 1
    assert ward.kinds == []


async def test_a_lost_printer_is_told_once_and_once_when_it_is_back(ward: Ward, caplog) -> None:
    caplog.set_level("INFO")
    await ward.monitor.check()
    ward.status = NO_PAPER
    for _ in range(4):
        await ward.monitor.check()
    ward.status = GOOD
    for _ in range(4):
        await ward.monitor.check()
    assert ward.kinds == [EventType.PRINTER_FAULT, EventType.PRINTER_OK]
    assert [r.message for r in caplog.records] == [
        "printer ready",
        "printer not ready: no_paper",
        "printer ready",
    ]


async def test_a_printing_printer_is_left_alone(ward: Ward) -> None:
    ward.busy = True
    await ward.monitor.check()
    assert ward.asked == 0
    assert ward.monitor.now.printer is PrinterReadiness.UNKNOWN


async def test_the_scanner_is_told_once_each_way(ward: Ward) -> None:
    for health in [ScannerHealth(True, ""), *[ScannerHealth(False, "no camera")] * 3]:
        ward.monitor.scanner(health)
    assert not ward.monitor.now.scanner_ok
    ward.monitor.scanner(ScannerHealth(True, "", 15.0))
    ward.monitor.scanner(ScannerHealth(True, "", 14.0))
    assert ward.told == [
        (EventType.SCANNER_FAULT, {"reason": "no camera"}),
        (EventType.SCANNER_OK, {}),
    ]


async def test_a_scanner_that_works_badly_is_told_once_and_shoppers_are_served(ward: Ward) -> None:
    slow = ScannerHealth(True, "slow: 1.0 frames a second", 1.0)
    small = ScannerHealth(True, "wrong size: asked for 1280x720, got 640x480", 30.0)
    for health in (ScannerHealth(True, ""), slow, slow, small, small):
        ward.monitor.scanner(health)
        assert ward.monitor.now.scanner_ok
    for health in (ScannerHealth(False, "black"), slow, ScannerHealth(True, "")):
        ward.monitor.scanner(health)
    assert ward.told == [
        (EventType.SCANNER_FAULT, {"reason": slow.reason, "usable": True}),
        (EventType.SCANNER_FAULT, {"reason": small.reason, "usable": True}),
        (EventType.SCANNER_FAULT, {"reason": "black"}),
        (EventType.SCANNER_FAULT, {"reason": slow.reason, "usable": True}),
        (EventType.SCANNER_OK, {}),
    ]


async def test_a_full_disk_pauses_before_the_journal_fails(ward: Ward) -> None:
    ward.free_mb = 5
    await ward.monitor.check()
    assert ward.monitor.now.paused
    ward.monitor.pause("service", on=True)
    ward.free_mb = 5000
    await ward.monitor.check()
    assert ward.monitor.now.paused, "the other reason still stands"
    ward.monitor.pause("service", on=False)
    assert not ward.monitor.now.paused


async def test_a_clock_in_1970_is_told_once_and_does_not_stop_the_kiosk(ward: Ward) -> None:
    ward.clock.system = datetime(1970, 1, 1, tzinfo=UTC)
    await ward.monitor.check()
    await ward.monitor.check()
    assert ward.kinds == [EventType.CLOCK_SUSPECT]
    assert ward.monitor.now.clock_ok


async def test_no_time_at_all_is_told_to_the_shopper() -> None:
    ward = Ward()
    ward.clock = ManualClock(datetime(1970, 1, 1, tzinfo=UTC), anchored=False)
    ward.monitor._clock = ward.clock
    await ward.monitor.check()
    assert not ward.monitor.now.clock_ok
    ward.clock.anchor(NOON, ward.clock.boot, ward.clock.boot)
    await ward.monitor.check()
    assert ward.monitor.now.clock_ok


async def test_the_link_is_logged_once_each_way(ward: Ward, caplog) -> None:
    caplog.set_level("INFO")
    for online in [True, True, False, False, True]:
        ward.monitor.link(online)
    assert [r.message for r in caplog.records] == [
        "service reached",
        "service not reached",
        "service reached",
    ]
    assert [h.health.online for h in ward.events if isinstance(h, HealthChanged)] == [
        True,
        False,
        True,
    ]


async def test_health_says_when_it_was_wrong_for_how_long(ward: Ward) -> None:
    ward.clock.system = NOON + timedelta(hours=3)
    await ward.monitor.check()
    assert ward.told == [(EventType.CLOCK_SUSPECT, {"skew_s": 10800})]
