"""ESC/POS as a strict reader takes it: whole commands, or a failure for what it does not know."""

from collections.abc import Iterator
from dataclasses import dataclass

LINE_ROWS = 30
"""Dots of a text line (ESC 2, the power-up value)."""
_EOT = 0x04
_LAST_QUESTION = 4
_RASTER_HEADER = 8
_MOST_RASTER_ROWS = 2303
"""Epson's limits of GS v 0: rows, and below it bytes in a row."""
_WIDEST_STRIDE = 128


@dataclass(frozen=True, slots=True)
class Initialise:
    """ESC @"""


@dataclass(frozen=True, slots=True)
class FeedRows:
    """ESC J n, in dots."""

    rows: int


@dataclass(frozen=True, slots=True)
class Raster:
    """GS v 0, or those rows of it that have come by now; bit 1 is a black dot."""

    stride: int
    data: bytes

    @property
    def rows(self) -> list[bytes]:
        return [self.data[i : i + self.stride] for i in range(0, len(self.data), self.stride)]


@dataclass(frozen=True, slots=True)
class Cut:
    """GS V; `feed_rows` is None where the paper is cut as it stands."""

    feed_rows: int | None


@dataclass(frozen=True, slots=True)
class TellPaper:
    """GS r 1: the paper sensors' status, in turn."""


@dataclass(frozen=True, slots=True)
class TellPaperOldWay:
    """ESC v 0: the sensors of a small printer that knows no GS r, in turn."""


@dataclass(frozen=True, slots=True)
class AutomaticStatus:
    """GS a n"""

    on: bool


@dataclass(frozen=True, slots=True)
class MotionUnits:
    """GS P x y"""

    per_inch: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Setting:
    """How dark, how fast: ESC 7, DC2 #, GS |, GS 0xF0, GS ( K. It changes no dot."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Present:
    """GS e 3 m: so many steps out of the slot."""

    steps: int


@dataclass(frozen=True, slots=True)
class Eject:
    """GS e 5: push out what stands in the slot."""


@dataclass(frozen=True, slots=True)
class Retract:
    """GS e 2: take back what stands in the slot."""


@dataclass(frozen=True, slots=True)
class TellSlot:
    """GS e 6: the presenter's sensors, in turn."""


@dataclass(frozen=True, slots=True)
class TellStatus:
    """DLE EOT n: answered at once, before anything that waits in the buffer."""

    question: int


Command = (
    Initialise
    | FeedRows
    | Raster
    | Cut
    | TellPaper
    | TellPaperOldWay
    | AutomaticStatus
    | MotionUnits
    | Setting
    | Present
    | Eject
    | Retract
    | TellSlot
    | TellStatus
)


class _Incomplete(Exception):
    """More bytes are needed."""


class _Unknown(Exception):
    """No command known here begins like this."""


class CommandReader:
    """Turns a stream of bytes into commands, however it is cut into pieces."""

    def __init__(self) -> None:
        self.failures: list[str] = []
        """One line per byte that begins no command known here, or carries a bad parameter."""
        self._rest = bytearray()
        self._stride = 0
        self._rows_left = 0
        """Of the picture at the front of the stream."""

    def feed(self, data: bytes) -> Iterator[tuple[Command, int]]:
        """The commands that are complete now, each with the number of its bytes.

        A picture comes as one or more `Raster`, as its rows come in.
        """
        self._rest += data
        while True:
            if not self._rows_left:
                # Between two commands a printer ignores NUL.
                self._rest = self._rest.lstrip(b"\0")
            try:
                command, size = self._rows() if self._rows_left else self._first()
            except _Incomplete:
                return
            except _Unknown as unknown:
                self.failures.append(f"{unknown}: {bytes(self._rest[:4]).hex(' ')}")
                del self._rest[0]
                continue
            del self._rest[:size]
            yield command, size

    @property
    def pending(self) -> int:
        """Bytes of a command that is not complete yet."""
        return len(self._rest)

    @property
    def in_picture(self) -> bool:
        """Whether the next byte is dots, whatever it looks like."""
        return self._rows_left > 0

    def clear(self) -> None:
        """Forget a half command, as when the power goes."""
        self._rest.clear()
        self._rows_left = 0

    def _byte(self, index: int) -> int:
        if index >= len(self._rest):
            raise _Incomplete
        return self._rest[index]

    def _first(self) -> tuple[Command, int]:
        """The command at the front and its length."""
        match self._byte(0):
            case 0x0A:
                return FeedRows(LINE_ROWS), 1
            case 0x10:
                return self._dle()
            case 0x12:
                return self._setting(3, b"\x12#")
            case 0x1B:
                return self._esc()
            case 0x1D:
                return self._gs()
            case _:
                raise _Unknown("no command")

    def _dle(self) -> tuple[Command, int]:
        if self._byte(1) != _EOT or not 1 <= self._byte(2) <= _LAST_QUESTION:
            raise _Unknown("DLE")
        return TellStatus(self._byte(2)), 3

    def _esc(self) -> tuple[Command, int]:
        match chr(self._byte(1)):
            case "@":
                return Initialise(), 2
            case "J":
                return FeedRows(self._byte(2)), 3
            case "d":
                return FeedRows(self._byte(2) * LINE_ROWS), 3
            case "7":
                return self._setting(5)
            case "v":
                return self._old_way()
            case _:
                raise _Unknown("ESC")

    def _gs(self) -> tuple[Command, int]:
        match chr(self._byte(1)):
            case "v":
                return self._raster()
            case "V":
                return self._cut()
            case "r" if self._byte(2) in (1, ord("1")):
                return TellPaper(), 3
            case "a":
                return AutomaticStatus(on=self._byte(2) != 0), 3
            case "P":
                return MotionUnits((self._byte(2), self._byte(3))), 4
            case "e":
                return self._presenter()
            case "|" | "\xf0":
                return self._setting(3)
            case "(":
                return self._setting(7, b"\x1d(K\x02\x00")
            case _:
                raise _Unknown("GS")

    def _old_way(self) -> tuple[Command, int]:
        if self._byte(2):
            raise _Unknown("ESC v")
        return TellPaperOldWay(), 3

    def _setting(self, size: int, begins: bytes = b"") -> tuple[Command, int]:
        self._byte(size - 1)
        data = bytes(self._rest[:size])
        if not data.startswith(begins):
            raise _Unknown("setting")
        return Setting(data), size

    def _presenter(self) -> tuple[Command, int]:
        match self._byte(2):
            case 2:
                return Retract(), 3
            case 3:
                return Present(self._byte(3)), 4
            case 5:
                return Eject(), 3
            case 6:
                return TellSlot(), 3
            case _:
                raise _Unknown("GS e")

    def _cut(self) -> tuple[Command, int]:
        match self._byte(2):
            case 0 | 1 | 48 | 49:
                return Cut(feed_rows=None), 3
            case 65 | 66:
                return Cut(feed_rows=self._byte(3)), 4
            case _:
                raise _Unknown("GS V")

    def _raster(self) -> tuple[Command, int]:
        if self._byte(2) != ord("0") or self._byte(3) not in (0, ord("0")):
            raise _Unknown("GS v")
        stride = self._byte(4) + self._byte(5) * 256
        rows = self._byte(6) + self._byte(7) * 256
        if not 1 <= stride <= _WIDEST_STRIDE or not 1 <= rows <= _MOST_RASTER_ROWS:
            raise _Unknown("GS v 0 size")
        if len(self._rest) < _RASTER_HEADER + stride:
            raise _Incomplete
        self._stride, self._rows_left = stride, rows
        return self._rows(_RASTER_HEADER)

    def _rows(self, begin: int = 0) -> tuple[Command, int]:
        """The rows of the picture that have come whole."""
        rows = min((len(self._rest) - begin) // self._stride, self._rows_left)
        if not rows:
            raise _Incomplete
        self._rows_left -= rows
        end = begin + rows * self._stride
        return Raster(self._stride, bytes(self._rest[begin:end])), end
