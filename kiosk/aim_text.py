"""`kiosk aim --text`: the aim as lines in a terminal."""

import shutil
from collections.abc import Callable

import click

from kiosk import i18n
from kiosk.aim import Advice, Light, Meter, Verdict
from kiosk.aim_words import DO, figure
from kiosk.flow.state import Aim, KioskState
from wire.api.text import Language

PLAIN_EVERY_S = 1.0
"""Between two lines where nobody looks on; a change of the advice is written at once."""
_COLOURS = {Light.RED: "red", Light.AMBER: "yellow", Light.GREEN: "green"}
_SIGNS = {Light.OFF: " ", Light.RED: "x", Light.AMBER: "!", Light.GREEN: "+"}
_UNITS = {
    Meter.SIZE: "{} px/module",
    Meter.SHARPNESS: "sharp {}",
    Meter.EXPOSURE: "light {}",
    Meter.RATE: "reads {}",
}
_TO_LINE_END, _UP = "\x1b[K", "\x1b[1A"
"""ECMA-48: erase in line, cursor up."""


def figures(verdict: Verdict) -> str:
    """The light, the meters each with its sign (+ good, ! fair, x bad), the picture."""
    parts = [f"{verdict.overall.name:<5}"]
    parts += [
        f"{_SIGNS[verdict.meters[meter]]} {unit.format(figure(meter, verdict.measured).text)}"
        for meter, unit in _UNITS.items()
    ]
    if verdict.measured is not None:
        seen = verdict.measured
        parts.append(f"{seen.width}x{seen.height} {seen.fps:.0f} fps")
    return "  ".join(parts)


def advice(verdict: Verdict, language: Language, reason: str = "") -> str:
    """The one thing to do. `reason`: what an engineer should know besides."""
    said = i18n.text(DO[verdict.advice], language)
    return f"{said} ({reason})" if reason else said


class TextView:
    """A view of the runner that writes lines. Thread: the loop.

    On a terminal one line of figures and one of advice are written over and over; elsewhere
    plain lines follow each other.
    """

    def __init__(
        self,
        write: Callable[[str], None],
        language: Language,
        *,
        terminal: bool,
        reason: Callable[[], str] = lambda: "",
    ) -> None:
        self._write = write
        self._language = language
        self._terminal = terminal
        self._reason = reason
        self._written_s = float("-inf")
        self._advice: Advice | None = None

    def show(self, state: KioskState) -> None:
        if not isinstance(state.screen, Aim):
            return
        verdict = state.screen.verdict
        said = advice(verdict, self._language, self._reason())
        if self._terminal:
            light = verdict.overall.name
            told = _fitting(figures(verdict)).removeprefix(light)
            name = click.style(light, fg=_COLOURS.get(verdict.overall), bold=True)
            rows = (name + told, _fitting(said))
            self._write(f"\r{rows[0]}{_TO_LINE_END}\n{rows[1]}{_TO_LINE_END}{_UP}\r")
        elif verdict.advice is not self._advice or state.now_s - self._written_s >= PLAIN_EVERY_S:
            self._advice, self._written_s = verdict.advice, state.now_s
            self._write(f"{figures(verdict)}  {said}\n")

    def end(self) -> None:
        """The last lines stay."""
        if self._terminal:
            self._write("\n\n")

    def wipe(self) -> None:
        """No shopper was here."""


def _fitting(text: str) -> str:
    """As much as the terminal is wide: a line that wraps cannot be written over."""
    return text[: max(shutil.get_terminal_size().columns - 1, 10)]
