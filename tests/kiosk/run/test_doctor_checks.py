from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from kiosk.clock import ManualClock
from kiosk.config import KioskConfig, PrinterConfig
from kiosk.devices.ports import Fact, Printed, PrinterStatus
from kiosk.doctor import machine, printer
from kiosk.doctor.finding import Level

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
OK, FAULT, UNKNOWN = Fact.OK, Fact.FAULT, Fact.UNKNOWN


def config_at(folder: Path, **parts: object) -> KioskConfig:
    return KioskConfig(data_dir=folder, **parts)


class Asked:
    """A printer that says one thing."""

    def __init__(self, status: PrinterStatus) -> None:
        self._status = status
        self.closed = False

    def status(self, timeout_s: float) -> PrinterStatus:
        return self._status

    def print(self, page: Image.Image, timeout_s: float) -> Printed:
        raise AssertionError("the doctor prints nothing")

    def reset(self, timeout_s: float) -> None:
        raise AssertionError("the doctor resets nothing")

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    ("status", "level", "word"),
    [
        (PrinterStatus(OK, OK, OK, OK), Level.OK, ""),
        (PrinterStatus(FAULT, OK, OK, OK), Level.FAIL, "roll"),
        (PrinterStatus(OK, FAULT, OK, OK), Level.FAIL, "cover"),
        (PrinterStatus(OK, OK, FAULT, OK), Level.FAIL, "jam"),
        (PrinterStatus(OK, OK, OK, FAULT), Level.FAIL, "FEED"),
        (PrinterStatus(OK, UNKNOWN, OK, OK), Level.FAIL, "baud"),
        (PrinterStatus(), Level.FAIL, "switched on"),
    ],
)
def test_the_printer_says_what_to_do(tmp_path, status, level: Level, word: str) -> None:
    port = tmp_path / "tty"
    port.touch()
    asked = Asked(status)
    config = config_at(tmp_path, printer=PrinterConfig(port=str(port)))
    finding = printer.printer(config, lambda: asked)
    assert finding.level is level
    assert word in finding.do
    assert asked.closed


def test_a_printer_port_that_is_not_there_is_not_opened(tmp_path) -> None:
    def never() -> Asked:
        raise AssertionError

    config = config_at(tmp_path, printer=PrinterConfig(port=str(tmp_path / "gone")))
    assert printer.printer(config, never).level is Level.FAIL


def test_the_data_folder(tmp_path, monkeypatch) -> None:
    assert machine.disk(config_at(tmp_path)).level is Level.OK
    assert machine.disk(config_at(tmp_path / "none")).level is Level.FAIL
    monkeypatch.setattr(machine.os, "access", lambda _path, _mode: False)
    finding = machine.disk(config_at(tmp_path))
    assert (finding.level, "cannot be written" in finding.says) == (Level.FAIL, True)


@pytest.mark.parametrize(
    ("free_mb", "level"), [(10, Level.FAIL), (100, Level.WARN), (1000, Level.OK)]
)
def test_room_on_the_disk(tmp_path, monkeypatch, free_mb: int, level: Level) -> None:
    monkeypatch.setattr(machine, "free_mb", lambda _folder: free_mb)
    assert machine.disk(config_at(tmp_path)).level is level


def test_the_journals_chain(tmp_path) -> None:
    config = config_at(tmp_path)
    assert machine.journal(config).level is Level.OK
    config.journal_path.write_bytes(b"this is no database" * 100)
    finding = machine.journal(config)
    assert finding.level is Level.FAIL
    assert "puts the file aside" in finding.do


@pytest.mark.parametrize(
    ("skew", "ntp", "level"),
    [
        (timedelta(0), True, Level.OK),
        (timedelta(0), False, Level.WARN),
        (timedelta(hours=-3), True, Level.WARN),
        (timedelta(days=-20000), False, Level.WARN),
    ],
)
def test_the_clock_beside_the_services(skew: timedelta, ntp: bool, level: Level) -> None:
    clock = ManualClock(NOON)
    clock.system += skew
    finding = machine.clock(clock, lambda: ntp)
    assert finding.level is level
    assert bool(finding.do) is (level is not Level.OK)


def test_a_clock_in_1970_without_a_service_serves_nobody() -> None:
    clock = ManualClock(datetime(1970, 1, 1, tzinfo=UTC), anchored=False)
    assert machine.clock(clock, lambda: False).level is Level.FAIL
    assert machine.clock(ManualClock(NOON, anchored=False), lambda: False).level is Level.WARN
