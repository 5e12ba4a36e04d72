"""What the dashboard says of each part, and which alarm stands on top."""

from dataclasses import replace

import pytest

from kiosk.flow.staff.values.facts import KioskFacts, PrinterFacts, Sensed
from kiosk.flow.state import Attract, Health, KioskState, PrinterReadiness
from kiosk.paper.gauge import PaperGauge
from kiosk.screens.sample_paper import CLERK, ENOUGH, FACTS, FINE, LOW, OFFLINE
from kiosk.screens.staff.judged import PARTS, Level, alarm, rows
from wire.api.staff import StaffRole

IT = replace(CLERK, role=StaffRole.IT)

READY = Health(online=True, printer=PrinterReadiness.READY)
NAMES = ["printer", "scanner", "network", "clock", "temperature", "storage", "door"]


def kiosk(**changes: object) -> KioskState:
    fields = {"screen": Attract(), "health": READY, "paper": ENOUGH}
    return KioskState(**(fields | changes))


def level(part: str, state: KioskState, facts: KioskFacts | None) -> Level:
    return rows(state, facts)[NAMES.index(part)].level


def test_a_kiosk_that_is_well_is_green_throughout() -> None:
    found = rows(kiosk(), replace(FACTS, uncertain=0))
    assert len(found) == PARTS == len(NAMES)
    assert {row.level for row in found} == {Level.FINE}


def test_what_nobody_knows_is_neither_fine_nor_a_fault() -> None:
    """An unknown printer, clock or cover is never green."""
    blank = rows(kiosk(health=Health(online=True)), KioskFacts())
    by_name = dict(zip(NAMES, blank, strict=True))
    for part in ("printer", "clock", "temperature", "storage", "door"):
        assert by_name[part].level is Level.UNKNOWN, part
    assert [row.level for row in rows(kiosk(), None)].count(Level.BAD) == 0


@pytest.mark.parametrize(
    ("part", "changes", "wanted"),
    [
        ("printer", {"printer": replace(FINE, cover=Sensed.FAULT)}, Level.BAD),
        ("printer", {"printer": replace(FINE, paper=Sensed.FAULT)}, Level.BAD),
        ("printer", {"printer": replace(FINE, mechanism=Sensed.FAULT)}, Level.BAD),
        ("printer", {"printer": replace(FINE, online=Sensed.UNKNOWN)}, Level.UNKNOWN),
        ("printer", {"printer": PrinterFacts()}, Level.UNKNOWN),
        ("scanner", {"scanner_reason": "slow"}, Level.WATCH),
        ("scanner", {"scanner_fps": 3.0}, Level.WATCH),
        ("scanner", {"scanner_fps": None}, Level.FINE),
        ("clock", {"clock_suspect": True}, Level.WATCH),
        ("temperature", {"cpu_temp": 74.9}, Level.FINE),
        ("temperature", {"cpu_temp": 75.0}, Level.WATCH),
        ("temperature", {"cpu_temp": 85.0}, Level.BAD),
        ("storage", {"disk_free_mb": 500}, Level.FINE),
        ("storage", {"disk_free_mb": 499}, Level.WATCH),
        ("storage", {"disk_free_mb": 49}, Level.BAD),
        ("door", {"printer": replace(FINE, cover=Sensed.FAULT)}, Level.WATCH),
    ],
)
def test_each_part_by_itself(part: str, changes: dict[str, object], wanted: Level) -> None:
    assert level(part, kiosk(), replace(FACTS, **changes)) is wanted


def test_the_flows_own_health_counts_too() -> None:
    assert level("network", kiosk(health=Health()), FACTS) is Level.BAD
    no_camera = Health(online=True, scanner_ok=False)
    assert level("scanner", kiosk(health=no_camera), FACTS) is Level.BAD
    no_paper = Health(online=True, printer=PrinterReadiness.NO_PAPER)
    assert level("printer", kiosk(health=no_paper), FACTS) is Level.BAD, "reckoned, not sensed"
    assert level("door", kiosk(roll_door_open=True), FACTS) is Level.WATCH


@pytest.mark.parametrize(
    ("clerk", "health", "paper", "facts", "code"),
    [
        (CLERK, READY, ENOUGH, replace(FACTS, uncertain=0), "L-ALARM-NONE"),
        (CLERK, READY, ENOUGH, replace(FACTS, uncertain=0, clock_suspect=True), "ST-CLOCK"),
        (CLERK, READY, ENOUGH, FACTS, "ST-UNC"),
        (CLERK, READY, LOW, FACTS, "ST-PAPER"),
        (CLERK, replace(READY, printer=PrinterReadiness.FAULT), LOW, FACTS, "L-ALARM-PRINTER"),
        (CLERK, replace(READY, online=False), LOW, FACTS, "L-ALARM-OFFLINE"),
        (CLERK, replace(READY, online=False, paused=True), LOW, FACTS, "L-ALARM-PAUSED"),
        (IT, READY, ENOUGH, FACTS, "L-ALARM-IT"),
        (IT, READY, ENOUGH, replace(FACTS, clock_suspect=True), "ST-CLOCK"),
        (OFFLINE, replace(READY, paused=True), LOW, FACTS, "L-ALARM-OFFLINE-CLERK"),
    ],
)
def test_the_gravest_alarm_stands_on_top(clerk, health, paper: PaperGauge, facts, code) -> None:
    level, says = alarm(kiosk(health=health, paper=paper), clerk, facts)
    assert says.code == code
    assert (level is Level.FINE) is (code in ("L-ALARM-NONE", "L-ALARM-IT"))


def test_how_long_it_is_offline_is_told_in_hours() -> None:
    away = kiosk(health=Health())
    _, says = alarm(away, CLERK, replace(FACTS, offline_s=9000.0, pending=4))
    assert says.params == {"h": 2, "k": 4}
