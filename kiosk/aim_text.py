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
_TO_LINE_END = "\x1b[K"


def line(verdict: Verdict, language: Language, reason: str = "") -> str:
    """One line: the light, the meters each with its sign, the picture, the one thing to do.

    Signs: + good, ! fair, x bad. `reason`: what an engineer should know besides.
    """
    parts = [f"{verdict.overall.name:<5}"]
    parts += [
        f"{_SIGNS[verdict.meters[meter]]} {unit.format(figure(meter, verdict.measured).text)}"
        for meter, unit in _UNITS.items()
    ]
    if verdict.measured is not None:
        seen = verdict.measured
        parts.append(f"{seen.width}x{seen.height} {seen.fps:.0f} fps")
    said = i18n.text(DO[verdict.advice], language)
    parts.append(f"{said} ({reason})" if reason else said)
    return "  ".join(parts)


class TextView:
    """A view of the runner that writes lines. Thread: the loop.

    On a terminal one line is written over and over; elsewhere plain lines follow each other.
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
        text = line(verdict, self._language, self._reason())
        if self._terminal:
            self._write("\r" + _fitting(text, verdict.overall) + _TO_LINE_END)
        elif verdict.advice is not self._advice or state.now_s - self._written_s >= PLAIN_EVERY_S:
            self._advice, self._written_s = verdict.advice, state.now_s
            self._write(text + "\n")

    def end(self) -> None:
        """The last line stays."""
        if self._terminal:
            self._write("\n")

    def wipe(self) -> None:
        """No shopper was here."""


def _fitting(text: str, light: Light) -> str:
    """As much as the terminal is wide: a line that wraps cannot be written over."""
    cut = text[: max(shutil.get_terminal_size().columns - 1, 10)]
    name = light.name
    return click.style(name, fg=_COLOURS.get(light), bold=True) + cut.removeprefix(name)
