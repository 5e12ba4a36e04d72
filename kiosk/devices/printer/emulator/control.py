"""What one can tell the emulator to do, as lines of text."""

import json
import random
from collections.abc import Callable

from kiosk.devices.printer.emulator.mechanism import EmulatedPrinter

_ROWS_PER_MM = 8
COMMANDS = (
    "paper out | paper out at MM | paper ok | cover open | cover close | "
    "off | on | silent | talk | garbage N | status"
)


class UnknownCommand(ValueError):
    """A line that is none of `COMMANDS`."""


class Control:
    """Obeys one line at a time, on the thread that owns the printer."""

    def __init__(
        self, printer: EmulatedPrinter, say_raw: Callable[[bytes], None], seed: int = 0
    ) -> None:
        self._printer = printer
        self._say_raw = say_raw
        self._noise = random.Random(seed)  # noqa: S311 - noise on a line, no secret

    def obey(self, line: str) -> str:
        """Do it; the answer is the printer's state as one line of JSON.

        Raises:
            UnknownCommand
        """
        printer = self._printer
        match line.split():
            case ["paper", "out"]:
                printer.end_paper()
            case ["paper", "out", "at", millimetres]:
                printer.end_paper(round(_number(millimetres) * _ROWS_PER_MM))
            case ["paper", "ok"]:
                printer.load_paper()
            case ["cover", ("open" | "close") as cover]:
                printer.set_cover(is_open=cover == "open")
            case [("off" | "on") as power]:
                printer.set_power(on=power == "on")
            case [("silent" | "talk") as voice]:
                printer.silent = voice == "silent"
            case ["garbage", count]:
                self._say_raw(self._noise.randbytes(int(_number(count))))
            case ["status"]:
                pass
            case _:
                raise UnknownCommand(f"{line.strip()!r} is none of: {COMMANDS}")
        return json.dumps(self.state())

    def state(self) -> dict[str, object]:
        printer = self._printer
        return {
            "power": printer.powered,
            "online": printer.online,
            "paper": not printer.paper.out,
            "cover_open": printer.cover_open,
            "silent": printer.silent,
            "pieces": printer.pieces,
            "paper_mm": printer.paper.rows_moved // _ROWS_PER_MM,
            "failures": len(printer.reader.failures),
        }


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise UnknownCommand(f"{text!r} is not a number") from None
    if not 0 <= value <= 1_000_000:  # noqa: PLR2004 - a kilometre of paper, a megabyte of noise
        raise UnknownCommand(f"{text} is out of range")
    return value
