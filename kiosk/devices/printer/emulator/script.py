"""A play for the emulator: one line says when, and what happens then.

    # a roll that ends, a clerk who comes
    at 120mm paper end
    at 9s paper ok
    after 2 cuts cover open
    at 4100 bytes power off

Millimetres of paper, cuts and bytes count from the start; each line happens once.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.devices.printer.emulator.control import check
from kiosk.devices.printer.emulator.paper import ROWS_PER_MM

_LINE = re.compile(r"(?:at|after)\s+(\d+(?:\.\d+)?)\s*([a-z]+)\s+(.+)")
_SAID = "say it like: at 120mm paper end; after 2 cuts cover open; at 3.5s power off"


class Measure(StrEnum):
    """What a line waits for."""

    ROWS = "mm"
    CUTS = "cuts"
    BYTES = "bytes"
    SECONDS = "s"


_UNITS = {
    "mm": Measure.ROWS,
    "cut": Measure.CUTS,
    "cuts": Measure.CUTS,
    "byte": Measure.BYTES,
    "bytes": Measure.BYTES,
    "s": Measure.SECONDS,
}


class ScriptRefused(ValueError):
    """What is wrong with a script: a line each, with its number and how to mend it."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One line: an order for a moment."""

    measure: Measure
    amount: float
    """Rows, cuts, bytes or seconds since the start."""
    order: str


@dataclass(slots=True)
class Script:
    """The cues that have not happened yet."""

    cues: list[Cue] = field(default_factory=list)

    def due(self, measure: Measure, reached: float) -> list[str]:
        """The orders whose moment has come, in the order of their lines; each is told once."""
        now = [cue for cue in self.cues if cue.measure is measure and cue.amount <= reached]
        self.cues = [cue for cue in self.cues if cue not in now]
        return [cue.order for cue in now]

    def next(self, measure: Measure) -> float | None:
        """When the next cue of this kind is."""
        return min((cue.amount for cue in self.cues if cue.measure is measure), default=None)


def read_script(text: str) -> Script:
    """The script, if every line of it can be obeyed.

    Raises:
        ScriptRefused
    """
    cues: list[Cue] = []
    wrong: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        said = line.partition("#")[0].strip()
        if not said:
            continue
        try:
            cues.append(_cue(said))
        except ValueError as error:
            wrong.append(f"line {number}: {error}")
    if wrong:
        raise ScriptRefused("\n".join(wrong))
    return Script(cues)


def _cue(said: str) -> Cue:
    found = _LINE.fullmatch(said)
    if found is None:
        raise ValueError(f"{said!r} does not say when and what; {_SAID}")
    amount, unit, order = found.groups()
    measure = _UNITS.get(unit)
    if measure is None:
        raise ValueError(f"{unit!r} is no measure: take mm, cuts, bytes or s")
    check(order)
    scale = ROWS_PER_MM if measure is Measure.ROWS else 1
    return Cue(measure, float(amount) * scale, order)


class Prompter:
    """Gives each order of a script when its moment has come. On the printer's thread."""

    def __init__(self, script: Script, obey: Callable[[str], object]) -> None:
        self._script = script
        self._obey = obey

    def reached(self, measure: Measure, amount: float) -> None:
        """So much of it has gone by."""
        for order in self._script.due(measure, amount):
            self._obey(order)

    def until_next(self, measure: Measure, reached: float) -> float | None:
        """How much of it is left before the next order."""
        following = self._script.next(measure)
        return None if following is None else max(0.0, following - reached)
