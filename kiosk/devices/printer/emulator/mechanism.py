"""The emulated printer as bytes see it: buffer, order of work, status, faults.

It knows no clock and no port. `receive` takes bytes, `work` does what is due up to a
given moment, `answers` are the bytes that go back. One thread at a time.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.devices.printer.emulator.command import (
    AutomaticStatus,
    Command,
    CommandReader,
    Cut,
    FeedRows,
    Initialise,
    MotionUnits,
    Raster,
    TellPaper,
    TellStatus,
)
from kiosk.devices.printer.emulator.paper import HEAD_TO_CUTTER_ROWS, Paper, Piece

BUFFER_BYTES = 4096
_LAG_S = 0.05
"""A loop that comes late catches up this much and no more."""


@dataclass(frozen=True, slots=True)
class Speed:
    """How long the mechanism takes; zeros for a printer that takes no time."""

    row_s: float = 0.0
    cut_s: float = 0.0


REAL_SPEED = Speed(row_s=1 / 1200, cut_s=0.3)
"""150 mm/s and a guillotine."""
NO_TIME = Speed()


class EmulatedPrinter:
    """A kiosk printer with a cutter."""

    def __init__(
        self, width: int, on_piece: Callable[[Piece], None], speed: Speed = NO_TIME
    ) -> None:
        self.paper = Paper(width)
        self.reader = CommandReader()
        self._on_piece = on_piece
        self._speed = speed
        self._queue: deque[tuple[Command, int]] = deque()
        self._rows: deque[bytes] = deque()
        """Rows of the raster at work."""
        self._feed = 0
        self._busy_until = 0.0
        self._answers = bytearray()
        self._automatic = False
        self.powered = True
        self.silent = False
        self.cover_open = False
        self.pieces = 0

    @property
    def online(self) -> bool:
        return self.powered and not self.cover_open and not self.paper.out

    @property
    def room(self) -> int:
        """Bytes that the buffer can still take; without power it takes all and keeps none."""
        if not self.powered:
            return BUFFER_BYTES
        return BUFFER_BYTES - sum(size for _, size in self._queue) - self.reader.pending

    def receive(self, data: bytes) -> None:
        """Bytes from the line. DLE EOT is answered at once, the rest waits for its turn."""
        if not self.powered:
            return
        for command, size in self.reader.feed(data):
            if isinstance(command, TellStatus):
                self._say(bytes((self._status_byte(command.question),)))
            else:
                self._queue.append((command, size))

    def work(self, now: float) -> float | None:
        """Do what is due; when to come again, or None when nothing waits or nothing can move."""
        while self.online and now >= self._busy_until:
            if self._rows or self._feed:
                self._move(now)
            elif self._queue:
                self._start(self._queue[0][0], now)
                self._queue.popleft()
            else:
                return None
        return self._busy_until if self.online and self._waiting else None

    def answers(self) -> bytes:
        """The bytes for the line since the last call."""
        data = bytes(self._answers)
        self._answers.clear()
        return data

    # --- What people do to it --------------------------------------------------------------

    def end_paper(self, rows: int = 0) -> None:
        """The roll ends after so many more rows."""
        self.paper.end_after(rows)
        self._tell_change()

    def load_paper(self) -> None:
        """A new roll; work goes on where it stopped."""
        torn = self.paper.load()
        if torn is not None:
            self._hand_out(torn)
        self._tell_change()

    def set_cover(self, *, is_open: bool) -> None:
        self.cover_open = is_open
        self._tell_change()

    def set_power(self, *, on: bool) -> None:
        """Off: whatever waited is lost, what was printed stays in the exit."""
        self.powered = on
        self._queue.clear()
        self._rows.clear()
        self._feed = 0
        self._answers.clear()
        self._automatic = False
        self.reader.clear()

    @property
    def _waiting(self) -> bool:
        return bool(self._queue or self._rows or self._feed)

    # --- One thing after the other ---------------------------------------------------------

    def _start(self, command: Command, now: float) -> None:
        match command:
            case Initialise():
                self._automatic = False
            case FeedRows(rows):
                self._feed = rows
            case Raster():
                self._rows.extend(command.rows)
            case Cut(feed_rows):
                self._cut(feed_rows, now)
            case TellPaper():
                self._say(b"\x0c" if self.paper.out else b"\x00")
            case AutomaticStatus(on):
                self._automatic = on
                self._tell_change()
            case MotionUnits() | TellStatus():
                pass

    def _move(self, now: float) -> None:
        """One row on."""
        if self._rows:
            if self.paper.burn(self._rows[0]):
                self._rows.popleft()
        else:
            self._feed = self.paper.feed(1) + self._feed - 1
        self._busy_until = max(self._busy_until, now - _LAG_S) + self._speed.row_s
        if self.paper.out:
            self._tell_change()

    def _cut(self, feed_rows: int | None, now: float) -> None:
        if feed_rows is not None:
            left = self.paper.feed(HEAD_TO_CUTTER_ROWS + feed_rows)
            if left:
                # The cutter waits until there is paper to push out.
                self._queue.insert(1, (Cut(0), 0))
                self._tell_change()
                return
        self._hand_out(self.paper.cut())
        self._busy_until = now + self._speed.cut_s

    def _hand_out(self, piece: Piece) -> None:
        self.pieces += 1
        self._on_piece(piece)

    # --- What it says ----------------------------------------------------------------------

    def _say(self, data: bytes) -> None:
        if self.powered and not self.silent:
            self._answers += data

    def _tell_change(self) -> None:
        if self._automatic:
            self._say(self._automatic_status())

    def _status_byte(self, question: int) -> int:
        paper_end = self.paper.out
        match question:
            case 1:
                return 0x12 | (0 if self.online else 0x08)
            case 2:
                return 0x12 | (0x04 if self.cover_open else 0) | (0x20 if paper_end else 0)
            case 3:
                return 0x12
            case _:
                return 0x12 | (0x6C if paper_end else 0)

    def _automatic_status(self) -> bytes:
        first = 0x10 | (0 if self.online else 0x08) | (0x20 if self.cover_open else 0)
        return bytes((first, 0x00, 0x0C if self.paper.out else 0x00, 0x0F))
