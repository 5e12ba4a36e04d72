"""What one can tell the emulator to do, as lines of text."""

import json
import re
from collections.abc import Callable

from kiosk.devices.printer.emulator.mechanism import EmulatedPrinter
from kiosk.devices.printer.emulator.noise import POWER_UP_BYTES, Noise
from kiosk.devices.printer.emulator.paper import ROWS_PER_MM

ORDERS = {
    "paper end [at MM]": "the roll ends now, or after so many more millimetres",
    "paper ok": "a new roll without end; what hung in the exit is torn off",
    "roll MM": "a new roll of this length",
    "near-end on | off": "what the sensor at the roll says, whatever is on it",
    "cover open | close": "nothing moves under an open cover",
    "cutter jam | free": "the next cut sticks; freed, it goes on",
    "head hot | cool": "a hot head rests",
    "power off | on": "what waited in the buffer is lost; a few bytes of noise at on",
    "silent | talk": "prints, and says nothing",
    "slow BYTES_PER_S | off": "takes and says so little",
    "busy stuck | free": "takes nothing at all, the busy line stays up",
    "xoff stuck | free": "the same, said with XOFF and XON",
    "presenter jam | free": "the next voucher sticks behind the slot",
    "take": "somebody takes the voucher from the slot",
    "tear": "somebody tears off what hangs out",
    "garbage N": "so many bytes of noise at once",
    "garbage rate N | off": "so many bytes of noise a second",
    "status": "nothing; each order is answered with the state",
}
"""Every order and what it does, for people; MM, N and BYTES_PER_S are numbers."""
_XON, _XOFF = b"\x11", b"\x13"
_LARGEST = 1_000_000
"""A kilometre of paper, a megabyte of noise."""


class UnknownCommand(ValueError):
    """A line that is none of `ORDERS`."""


class Control:
    """Obeys one line at a time, on the thread that owns the printer."""

    def __init__(
        self,
        printer: EmulatedPrinter,
        say_raw: Callable[[bytes], None],
        now: Callable[[], float],
        noise: Noise,
    ) -> None:
        self._printer = printer
        self._say_raw = say_raw
        self._now = now
        self._noise = noise

    def obey(self, line: str) -> str:
        """Do it; the answer is the printer's state as one line of JSON.

        Raises:
            UnknownCommand
        """
        words = words_of(line)
        if not (self._of_paper(words) or self._of_parts(words) or self._of_line(words)):
            known = "; ".join(ORDERS)
            raise UnknownCommand(f"{line.strip()!r} is no order. There are: {known}")
        return json.dumps(self.state())

    def _of_paper(self, words: list[str]) -> bool:
        printer = self._printer
        match words:
            case ["paper", ("end" | "out")]:
                printer.end_paper()
            case ["paper", ("end" | "out"), "at", millimetres]:
                printer.end_paper(round(_number(millimetres) * ROWS_PER_MM))
            case ["paper", "ok"]:
                printer.load_paper()
            case ["roll", millimetres]:
                printer.load_paper(round(_number(millimetres)))
            case ["near", "end", ("on" | "off") as near]:
                printer.paper.say_near_end(near=near == "on")
                printer.tell_change()
            case ["take"]:
                printer.take()
            case ["tear"]:
                printer.tear()
            case _:
                return False
        return True

    def _of_parts(self, words: list[str]) -> bool:
        printer, condition = self._printer, self._printer.condition
        match words:
            case ["cover", ("open" | "close") as cover]:
                printer.set_cover(is_open=cover == "open")
            case ["cutter", "jam"]:
                condition.cutter_jammed = True
            case ["cutter", "free"]:
                condition.free_cutter()
                printer.tell_change()
            case ["presenter", "jam"]:
                condition.presenter_jammed = True
            case ["presenter", "free"]:
                condition.free_presenter()
                printer.tell_change()
            case ["head", ("hot" | "cool") as heat]:
                condition.hot = heat == "hot"
                printer.tell_change()
            case ["off"] | ["power", "off"]:
                printer.set_power(on=False)
            case ["on"] | ["power", "on"]:
                if not condition.powered:
                    self._say_raw(self._noise.burst(POWER_UP_BYTES))
                printer.set_power(on=True)
            case _:
                return False
        return True

    def _of_line(self, words: list[str]) -> bool:
        condition = self._printer.condition
        match words:
            case [("silent" | "talk") as voice]:
                condition.silent = voice == "silent"
            case ["slow", "off"]:
                condition.bytes_per_s = None
            case ["slow", rate]:
                condition.bytes_per_s = _number(rate, least=0.01)
            case ["busy", ("stuck" | "free") as stuck]:
                condition.stuck = stuck == "stuck"
            case ["xoff", ("stuck" | "free") as stuck]:
                condition.stuck = stuck == "stuck"
                self._say_raw(_XOFF if condition.stuck else _XON)
            case ["garbage", "off"]:
                self._noise.flow(0, self._now())
            case ["garbage", "rate", rate]:
                self._noise.flow(_number(rate), self._now())
            case ["garbage", count]:
                self._say_raw(self._noise.burst(int(_number(count))))
            case ["status"]:
                pass
            case _:
                return False
        return True

    def state(self) -> dict[str, object]:
        """What somebody before the printer sees, and its busy line."""
        printer, condition = self._printer, self._printer.condition
        return {
            "power": condition.powered,
            "online": printer.online,
            "busy": printer.busy,
            "paper": not printer.paper.out,
            "near_end": printer.paper.near_end,
            "left_mm": printer.paper.left_mm,
            "cover_open": condition.cover_open,
            "cutter_failed": condition.cutter_failed,
            "hot": condition.hot,
            "silent": condition.silent,
            "slot": printer.slot_full,
            "hangs_out": printer.paper.hangs_out,
            "pieces": printer.pieces,
            "cuts": printer.cuts,
            "paper_mm": printer.paper.rows_moved // ROWS_PER_MM,
            "failures": len(printer.reader.failures),
        }


def words_of(line: str) -> list[str]:
    """The words of an order; a hyphen between letters is a space, so near-end is near end."""
    return re.sub(r"(?<=[a-z])-(?=[a-z])", " ", line).split()


def check(line: str) -> None:
    """Try an order on a printer of nobody's.

    Raises:
        UnknownCommand
    """
    printer = EmulatedPrinter(8, lambda _piece: None)
    Control(printer, lambda _data: None, lambda: 0.0, Noise()).obey(line)


def _number(text: str, least: float = 0) -> float:
    try:
        value = float(text)
    except ValueError:
        raise UnknownCommand(f"{text!r} is not a number") from None
    if not least <= value <= _LARGEST:
        raise UnknownCommand(f"{text} is out of range: {least:g} to {_LARGEST}")
    return value
