"""Every part looked at, with a light and the one thing to do about it."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from kiosk.aim import Light
from kiosk.clock import AnchoredClock
from kiosk.devices.ports import Fact, PanelState, PrinterStatus
from kiosk.devices.printer.heard import Exchange
from kiosk.doctor.machine import DISK_SPARE_MB
from kiosk.flow.event import Event
from kiosk.flow.staff.values.diagnostics import (
    Check,
    Diagnose,
    Diagnosed,
    Diagnosis,
    Part,
    Sensor,
    Todo,
)
from kiosk.flow.staff.values.facts import Sensed
from kiosk.health import DISK_LOW_MB, HealthMonitor
from kiosk.journal import chain

VERIFY_S = 60.0
"""The chain of a year's journal takes seconds: it is followed once a minute at most."""
WARM_C, HOT_C = 75.0, 82.0
"""A Raspberry Pi slows itself down from 80 degrees on."""
_GB = 1000
_PRINTER_OLD_S = 30.0
"""A status older than this tells nothing about now."""
_SENSED = {Fact.OK: Sensed.OK, Fact.FAULT: Sensed.FAULT, Fact.UNKNOWN: Sensed.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Sources:
    """Where it is looked.

    `exchanges` and `garbage` are the printer line's; `panel` says None where none is wired.
    """

    health: HealthMonitor
    clock: AnchoredClock
    journal_path: Path
    printer_model: str
    exchanges: Callable[[], Sequence[Exchange]]
    garbage: Callable[[], int]
    panel: Callable[[], PanelState | None]
    temperature: Callable[[], float | None]
    device_no: Callable[[], str]
    accepted: Callable[[], bool]
    """Whether the service knows this kiosk."""


class Examiner:
    """Gathers a `Diagnosis`; asks nothing that would disturb a part. Thread: the loop."""

    def __init__(self, sources: Sources) -> None:
        self._from = sources
        self._journal: Check | None = None
        self._journal_s = 0.0
        self._following: asyncio.Task[Check] | None = None

    async def diagnose(self, _: Diagnose) -> Event:
        sources = self._from
        panel = sources.panel()
        checks = (
            self._printer(),
            self._line(),
            self._scanner(),
            self._network(),
            self._clock(),
            await self._chain(),
            self._storage(),
            self._temperature(),
            _pins(panel),
            Check(Part.VERSION, Light.GREEN, _version(sources.device_no())),
        )
        return Diagnosed(
            Diagnosis(
                checks, self._sensors(panel or PanelState()), self._answers(), sources.garbage()
            )
        )

    def _printer(self) -> Check:
        health, model = self._from.health, self._from.printer_model
        said_s = health.printer_said_s
        if said_s is None or self._from.clock.now_s() - said_s > _PRINTER_OLD_S:
            return Check(Part.PRINTER, Light.RED, model, Todo.PRINTER_SILENT)
        return Check(Part.PRINTER, *_judged(health.printer_said, model))

    def _line(self) -> Check:
        garbage, heard = self._from.garbage(), self._from.exchanges()
        if garbage:
            return Check(Part.PRINTER_LINE, Light.AMBER, f"{garbage:,} ×", Todo.LINE)
        if not heard:
            return Check(Part.PRINTER_LINE, Light.OFF)
        answered = sum(bool(one.answered) for one in heard)
        light = Light.GREEN if answered else Light.RED
        todo = Todo.NONE if answered else Todo.PRINTER_SILENT
        return Check(Part.PRINTER_LINE, light, f"{answered} / {len(heard)}", todo)

    def _scanner(self) -> Check:
        said = self._from.health.scanner_said
        if not said.ok:
            return Check(Part.SCANNER, Light.RED, said.reason, Todo.SCANNER)
        figure = f"{said.fps:.0f} fps" if said.fps else ""
        if said.reason:
            return Check(Part.SCANNER, Light.AMBER, said.reason, Todo.SCANNER)
        return Check(Part.SCANNER, Light.GREEN, figure)

    def _network(self) -> Check:
        health = self._from.health
        if not self._from.accepted():
            return Check(Part.NETWORK, Light.RED, "", Todo.REFUSED)
        if health.silent_since_s is not None:
            silent = timedelta(seconds=round(self._from.clock.now_s() - health.silent_since_s))
            return Check(Part.NETWORK, Light.RED, f"−{silent}", Todo.NETWORK)
        if health.reached_at is None:
            return Check(Part.NETWORK, Light.OFF)
        return Check(Part.NETWORK, Light.GREEN)

    def _clock(self) -> Check:
        clock = self._from.clock
        skew_s = clock.skew_s()
        figure = "" if skew_s is None else f"{skew_s:+.1f} s"
        if not clock.usable:
            return Check(Part.CLOCK, Light.RED, figure, Todo.CLOCK)
        if clock.suspect or skew_s is None:
            return Check(Part.CLOCK, Light.AMBER, figure, Todo.CLOCK)
        return Check(Part.CLOCK, Light.GREEN, figure)

    async def _chain(self) -> Check:
        """The journal's hashes, followed from the first row; in a thread, read only.

        However often it is asked for, it is followed once at a time.
        """
        if self._following is None:
            now_s = self._from.clock.now_s()
            if self._journal is not None and now_s < self._journal_s + VERIFY_S:
                return self._journal
            self._following = asyncio.create_task(self._follow())
        return await asyncio.shield(self._following)

    async def _follow(self) -> Check:
        try:
            self._journal = await asyncio.to_thread(_verified, self._from.journal_path)
            self._journal_s = self._from.clock.now_s()
            return self._journal
        finally:
            self._following = None

    def _storage(self) -> Check:
        free_mb = self._from.health.disk_free_mb
        figure = f"{free_mb / _GB:.1f} GB" if free_mb >= _GB else f"{free_mb} MB"
        if free_mb < DISK_LOW_MB:
            return Check(Part.STORAGE, Light.RED, figure, Todo.STORAGE)
        if free_mb < DISK_SPARE_MB:
            return Check(Part.STORAGE, Light.AMBER, figure, Todo.STORAGE)
        return Check(Part.STORAGE, Light.GREEN, figure)

    def _temperature(self) -> Check:
        degrees = self._from.temperature()
        if degrees is None:
            return Check(Part.TEMPERATURE, Light.OFF)
        figure = f"{degrees:.0f} °C"
        if degrees >= HOT_C:
            return Check(Part.TEMPERATURE, Light.RED, figure, Todo.TEMPERATURE)
        if degrees >= WARM_C:
            return Check(Part.TEMPERATURE, Light.AMBER, figure, Todo.TEMPERATURE)
        return Check(Part.TEMPERATURE, Light.GREEN, figure)

    def _sensors(self, panel: PanelState) -> tuple[tuple[Sensor, Sensed], ...]:
        """As the panel says; the printer's own where the panel has none."""
        said = self._from.health.printer_said
        paper = panel.paper_end if panel.paper_end is not Fact.UNKNOWN else said.paper
        near = panel.paper_near_end if panel.paper_near_end is not Fact.UNKNOWN else said.near_end
        return (
            (Sensor.ROLL_DOOR, _SENSED[panel.roll_door_open]),
            (Sensor.NEAR_END, _SENSED[near]),
            (Sensor.PAPER_END, _SENSED[paper]),
            (Sensor.SLOT, _SENSED[panel.slot]),
        )

    def _answers(self) -> tuple[str, ...]:
        """The last exchanges with how long ago they were, oldest first."""
        now_s = self._from.clock.now_s()
        return tuple(
            f"−{max(0.0, now_s - one.at_s):.1f} s   {one.text}" for one in self._from.exchanges()
        )


def _judged(said: PrinterStatus, model: str) -> tuple[Light, str, Todo]:
    """Light, figure and what to do, by what the printer said."""
    if said.paper is Fact.FAULT:
        return Light.RED, model, Todo.PAPER
    if said.cover is Fact.FAULT:
        return Light.RED, model, Todo.COVER
    if Fact.FAULT in (said.mechanism, said.online):
        return Light.RED, model, Todo.MECHANISM
    if not said.ready:
        return Light.RED, model, Todo.PRINTER_SILENT
    if said.near_end is Fact.FAULT:
        return Light.AMBER, model, Todo.NONE
    return Light.GREEN, model, Todo.NONE


def _pins(panel: PanelState | None) -> Check:
    if panel is None:
        return Check(Part.PINS, Light.OFF)
    if panel.faults:
        return Check(Part.PINS, Light.AMBER, ", ".join(panel.faults), Todo.PINS)
    return Check(Part.PINS, Light.GREEN)


def _verified(path: Path) -> Check:
    """Beside the running kiosk, which goes on writing."""
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            verdict = chain.verify(connection)
    except (sqlite3.Error, ValueError, TypeError) as error:  # damaged text, a damaged column
        return Check(Part.JOURNAL, Light.RED, type(error).__name__, Todo.JOURNAL)
    if not verdict.ok:
        return Check(Part.JOURNAL, Light.RED, f"#{verdict.bad_seq}", Todo.JOURNAL)
    return Check(Part.JOURNAL, Light.GREEN, f"{verdict.rows:,}")


def _version(device_no: str) -> str:
    return " · ".join(filter(None, (device_no, version("points-kiosk"))))
