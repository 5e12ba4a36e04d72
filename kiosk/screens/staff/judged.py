"""The kiosk's parts as staff read them: what is, whether that is fine, and what to do if not."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.flow.staff.values.clerk import Clerk
from kiosk.flow.staff.values.facts import KioskFacts, Sensed
from kiosk.flow.state import KioskState, PrinterReadiness
from kiosk.screens.telling import local

HOT_C, VERY_HOT_C = 75.0, 85.0
"""A Raspberry Pi slows itself down at 80 and hard at 85 degrees."""
DISK_LOW_MB, DISK_FULL_MB = 500, 50
SLOW_FPS = 8.0
_GB_MB = 1000
_HOUR_S = 3600


class Level(StrEnum):
    FINE = "fine"
    WATCH = "watch"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Says:
    """A code of the catalogue and the values for its braces."""

    code: str
    params: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One part: its name, how it is, and in one line what to do where that is not fine."""

    name: str
    level: Level
    chip: str
    says: Says


PARTS = 7


def rows(state: KioskState, facts: KioskFacts | None) -> tuple[Row, ...]:
    """Printer, scanner, network, clock, temperature, storage, door: always these, in order."""
    facts = facts or KioskFacts()
    return (
        _printer(state, facts),
        _scanner(state, facts),
        _network(state, facts),
        _clock(facts),
        _temperature(facts),
        _storage(facts),
        _door(state, facts),
    )


def _printer(state: KioskState, facts: KioskFacts) -> Row:
    name = "L-ROW-PRINTER"
    said = facts.printer
    if said.cover is Sensed.FAULT:
        return Row(name, Level.BAD, "L-CHIP-FAULT", Says("L-DO-COVER"))
    if said.paper is Sensed.FAULT or state.health.printer is PrinterReadiness.NO_PAPER:
        return Row(name, Level.BAD, "L-NO-PAPER", Says("L-DO-PAPER"))
    if Sensed.FAULT in (said.mechanism, said.online):
        return Row(name, Level.BAD, "L-CHIP-FAULT", Says("L-DO-PRINTER"))
    if not said.ready:
        return Row(name, Level.UNKNOWN, "L-CHIP-UNKNOWN", Says("L-DO-PRINTER-SILENT"))
    age_s = round(facts.printer_age_s or 0)
    return Row(name, Level.FINE, "L-CHIP-OK", Says("L-SAYS-PRINTER", {"n": age_s}))


def _scanner(state: KioskState, facts: KioskFacts) -> Row:
    name = "L-ROW-SCANNER"
    if not state.health.scanner_ok:
        return Row(name, Level.BAD, "L-CHIP-FAULT", Says("L-DO-SCANNER"))
    if facts.scanner_reason:
        return Row(name, Level.WATCH, "L-CHIP-WATCH", Says("L-DO-SCANNER-SLOW"))
    if facts.scanner_fps is None:
        return Row(name, Level.FINE, "L-CHIP-OK", Says("L-SAYS-SCANNER-RESTS"))
    level = Level.FINE if facts.scanner_fps >= SLOW_FPS else Level.WATCH
    chip = "L-CHIP-OK" if level is Level.FINE else "L-CHIP-WATCH"
    says = Says("L-SAYS-SCANNER", {"n": round(facts.scanner_fps)})
    return Row(name, level, chip, says if level is Level.FINE else Says("L-DO-SCANNER-SLOW"))


def _network(state: KioskState, facts: KioskFacts) -> Row:
    name = "L-ROW-NETWORK"
    if not state.health.online:
        return Row(name, Level.BAD, "L-OFFLINE", Says("L-DO-NETWORK"))
    return Row(name, Level.FINE, "L-ONLINE", _synced(state, facts.last_sync))


def _synced(state: KioskState, last: datetime | None) -> Says:
    if last is None:
        return Says("L-SAYS-NEVER-SYNCED")
    return Says("L-SAYS-SYNCED", {"time": f"{local(state, last):%H:%M:%S}"})


def _clock(facts: KioskFacts) -> Row:
    name = "L-ROW-CLOCK"
    if facts.clock_skew_s is None:
        return Row(name, Level.UNKNOWN, "L-CHIP-UNKNOWN", Says("L-DO-CLOCK-UNKNOWN"))
    if facts.clock_suspect:
        return Row(name, Level.WATCH, "L-CHIP-WATCH", Says("L-DO-CLOCK"))
    off = Says("L-SAYS-CLOCK", {"s": f"{abs(facts.clock_skew_s):.1f}"})
    return Row(name, Level.FINE, "L-CHIP-TRUSTED", off)


def _temperature(facts: KioskFacts) -> Row:
    name = "L-ROW-TEMPERATURE"
    if facts.cpu_temp is None:
        return Row(name, Level.UNKNOWN, "L-CHIP-UNKNOWN", Says("L-SAYS-NO-TEMPERATURE"))
    if facts.cpu_temp >= HOT_C:
        level = Level.BAD if facts.cpu_temp >= VERY_HOT_C else Level.WATCH
        chip = "L-CHIP-FAULT" if level is Level.BAD else "L-CHIP-WATCH"
        return Row(name, level, chip, Says("L-DO-HOT", {"c": f"{facts.cpu_temp:.0f}"}))
    says = Says("L-SAYS-TEMPERATURE", {"c": f"{facts.cpu_temp:.0f}"})
    return Row(name, Level.FINE, "L-CHIP-OK", says)


def _storage(facts: KioskFacts) -> Row:
    name = "L-ROW-STORAGE"
    if facts.disk_free_mb is None:
        return Row(name, Level.UNKNOWN, "L-CHIP-UNKNOWN", Says("L-SAYS-WAIT"))
    left = _size(facts.disk_free_mb)
    if facts.disk_free_mb < DISK_LOW_MB:
        level = Level.BAD if facts.disk_free_mb < DISK_FULL_MB else Level.WATCH
        chip = "L-CHIP-FAULT" if level is Level.BAD else "L-CHIP-WATCH"
        return Row(name, level, chip, Says("L-DO-STORAGE", {"left": left}))
    return Row(name, Level.FINE, "L-CHIP-OK", Says("L-SAYS-STORAGE", {"left": left}))


def _size(megabytes: int) -> str:
    return f"{megabytes / _GB_MB:.1f} GB" if megabytes >= _GB_MB else f"{megabytes} MB"


def _door(state: KioskState, facts: KioskFacts) -> Row:
    name = "L-ROW-DOOR"
    if state.roll_door_open or facts.printer.cover is Sensed.FAULT:
        return Row(name, Level.WATCH, "L-CHIP-OPEN", Says("L-DO-DOOR"))
    if facts.printer.cover is Sensed.UNKNOWN:
        return Row(name, Level.UNKNOWN, "L-CHIP-UNKNOWN", Says("L-SAYS-DOOR-UNKNOWN"))
    return Row(name, Level.FINE, "L-CHIP-SHUT", Says("L-SAYS-DOOR"))


def alarm(state: KioskState, clerk: Clerk, facts: KioskFacts | None) -> tuple[Level, Says]:
    """The one line on top: the gravest thing that somebody should do something about."""
    if clerk.offline:
        return Level.BAD, Says("L-ALARM-OFFLINE-CLERK")
    if state.health.paused:
        return Level.BAD, Says("L-ALARM-PAUSED")
    if not state.health.online and facts is not None:
        hours = int(facts.offline_s // _HOUR_S)
        return Level.BAD, Says("L-ALARM-OFFLINE", {"h": hours, "k": facts.pending})
    if state.health.printer in (PrinterReadiness.NO_PAPER, PrinterReadiness.FAULT):
        return Level.BAD, Says("L-ALARM-PRINTER")
    if state.paper.known and state.paper.low:
        return Level.WATCH, Says("ST-PAPER", {"n": state.paper.vouchers_left})
    if facts is not None and facts.uncertain and clerk.may_settle:
        return Level.WATCH, Says("ST-UNC", {"n": facts.uncertain})
    if facts is not None and facts.clock_suspect:
        return Level.WATCH, Says("ST-CLOCK")
    if not clerk.may_settle:
        return Level.FINE, Says("L-ALARM-IT")
    return Level.FINE, Says("L-ALARM-NONE")
