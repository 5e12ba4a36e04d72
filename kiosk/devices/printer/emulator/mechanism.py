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
    Eject,
    FeedRows,
    Initialise,
    MotionUnits,
    Present,
    Raster,
    Retract,
    Setting,
    TellPaper,
    TellPaperOldWay,
    TellSlot,
    TellStatus,
)
from kiosk.devices.printer.emulator.condition import Condition
from kiosk.devices.printer.emulator.features import Features
from kiosk.devices.printer.emulator.paper import Edge, Paper, Piece
from kiosk.devices.printer.emulator.real_time import RealTimeQuestions
from kiosk.devices.printer.emulator.slot import Fate, Slot
from kiosk.devices.printer.emulator.status import StatusBytes

_LAG_S = 0.05
"""A loop that comes late catches up this much and no more."""
_BUSY_BELOW = 256
"""Bytes of room below which the busy line tells the host to wait."""


@dataclass(frozen=True, slots=True)
class Speed:
    """How long the mechanism takes; zeros for a printer that takes no time."""

    row_s: float = 0.0
    cut_s: float = 0.0


REAL_SPEED = Speed(row_s=1 / 1200, cut_s=0.3)
"""150 mm/s and a guillotine."""
NO_TIME = Speed()
_MOVES_NOTHING = (Initialise, Setting, MotionUnits, AutomaticStatus, TellPaperOldWay)
ALL_FEATURES = Features()


def _nothing() -> None:
    pass


def _nobody(_fate: Fate) -> None:
    pass


class EmulatedPrinter:
    """One printer; what `people` do to it comes through `Orders`."""

    def __init__(
        self,
        width: int,
        on_piece: Callable[[Piece], None],
        speed: Speed = NO_TIME,
        features: Features = ALL_FEATURES,
        on_slot: Callable[[Fate], None] = _nobody,
    ) -> None:
        """Switched on, a roll without end in it.

        Args:
            width: dots of the head.
            on_piece: gets each piece that leaves the roll: cut, torn, or its end.
            on_slot: hears what becomes of a voucher in the presenter.
        """
        self.features = features
        self.paper = Paper(width, features.head_to_cutter_rows)
        self.condition = Condition()
        self.reader = CommandReader()
        self.on_progress: Callable[[], None] = _nothing
        """Called after each row of paper and each cut, for whoever waits for one."""
        self._on_piece = on_piece
        self._speed = speed
        self._slot = Slot(on_slot)
        self._status = StatusBytes(
            self.condition,
            self.paper,
            self._slot,
            lid_shows_as_paper=features.lid_shows_as_paper,
        )
        self._questions = RealTimeQuestions()
        self._queue: deque[tuple[Command, int]] = deque()
        self._rows: deque[bytes] = deque()
        """Rows of the raster at work."""
        self._feed = 0
        self._busy_until = 0.0
        self._answers = bytearray()
        self._automatic = False
        self.pieces = 0
        self.cuts = 0
        self.bytes_received = 0

    # --- What can be seen from outside -------------------------------------------------------

    @property
    def online(self) -> bool:
        return self._status.online

    @property
    def powered(self) -> bool:
        return self.condition.powered

    @property
    def silent(self) -> bool:
        """It prints and says nothing."""
        return self.condition.silent

    @silent.setter
    def silent(self, silent: bool) -> None:
        self.condition.silent = silent

    @property
    def slot_full(self) -> bool:
        return self._slot.full

    @property
    def room(self) -> int:
        """Bytes that the buffer can still take; without power it takes all and keeps none."""
        if not self.condition.powered:
            return self.features.buffer_bytes
        if self.condition.stuck:
            return 0
        waiting = sum(size for _, size in self._queue)
        # A picture is worked off while it comes, but not if a row is larger than the buffer.
        return max(0, self.features.buffer_bytes - waiting - self.reader.pending)

    @property
    def busy(self) -> bool:
        """The busy line: the host is to wait."""
        return self.condition.powered and self.room < _BUSY_BELOW

    # --- The line ----------------------------------------------------------------------------

    def receive(self, data: bytes) -> None:
        """Bytes from the line. DLE EOT is answered at once, the rest waits for its turn."""
        self.bytes_received += len(data)
        if not self.condition.powered:
            return
        everywhere = self.features.hears_in_raster
        if everywhere:
            for question in self._questions.feed(data):
                self._answer(question)
        for command, size in self.reader.feed(data):
            if isinstance(command, TellStatus):
                if not everywhere:
                    self._answer(command.question)
            else:
                self._queue.append((command, size))

    def work(self, now: float) -> float | None:
        """Do what is due; when to come again, or None when nothing waits or nothing can move."""
        while self.online and now >= self._busy_until:
            if self._rows or self._feed:
                self._move(now)
            elif self._queue:
                command, _ = self._queue.popleft()
                self._start(command, now)
            else:
                return None
        self._tell_though_offline()
        return self._busy_until if self.online and self._waiting else None

    def answers(self) -> bytes:
        """The bytes for the line since the last call."""
        data = bytes(self._answers)
        self._answers.clear()
        return data

    # --- What people and accidents do to it --------------------------------------------------

    def end_paper(self, rows: int = 0) -> None:
        """The roll ends after so many more rows."""
        self.paper.end_after(rows)
        self.tell_change()

    def load_paper(self, length_mm: int | None = None) -> None:
        """A new roll; work goes on where it stopped."""
        torn = self.paper.load(length_mm)
        if torn is not None:
            self._hand_out(torn)
        self.tell_change()

    def set_cover(self, *, is_open: bool) -> None:
        self.condition.cover_open = is_open
        self.tell_change()

    def set_power(self, *, on: bool) -> None:
        """Off: whatever waited is lost, the paper stays where it stopped."""
        self.condition.powered = on
        self._queue.clear()
        self._rows.clear()
        self._feed = 0
        self._answers.clear()
        self._automatic = False
        self._questions.clear()
        self.reader.clear()

    def tear(self) -> bool:
        """A hand tears off what hangs out; whether something did."""
        if not self.paper.hangs_out:
            return False
        self._hand_out(self.paper.cut(Edge.TORN))
        return True

    def take(self) -> bool:
        """A hand takes what stands in the slot; whether something did."""
        return self._slot.take()

    def tell_change(self) -> None:
        """Something that automatic status tells has changed."""
        if self._automatic:
            self._say(self._status.automatic())

    @property
    def _waiting(self) -> bool:
        return bool(self._queue or self._rows or self._feed)

    # --- One thing after the other -----------------------------------------------------------

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
            case Present() | Eject() | Retract():
                self._move_slot(command)
            case TellPaper():
                self._tell(self._status.paper(), "GS r", known=self.features.fence)
            case TellPaperOldWay():
                self._tell(self._status.old_way(), "ESC v", known=self.features.old_way)
            case TellSlot():
                self._tell(self._status.slot(), "GS e", known=self.features.presenter)
            case AutomaticStatus(on):
                self._automatic = on and self.features.automatic
                self.tell_change()
            case MotionUnits() | TellStatus() | Setting():
                pass

    def _move(self, now: float) -> None:
        """One row on."""
        near_before = self.paper.near_end
        if self._rows:
            if self.paper.burn(self._rows[0]):
                self._rows.popleft()
        else:
            self._feed = self.paper.feed(1) + self._feed - 1
        self._busy_until = max(self._busy_until, now - _LAG_S) + self._speed.row_s
        if self.paper.out or self.paper.near_end != near_before:
            self.tell_change()
        self.on_progress()

    def _cut(self, feed_rows: int | None, now: float) -> None:
        if not self.features.cutter:
            self.reader.failures.append("GS V: this model has no cutter")
            return
        if feed_rows is not None:
            # The paper moves row by row, so that it can end on the way; then the blade.
            self._feed = self.features.head_to_cutter_rows + feed_rows
            self._queue.appendleft((Cut(None), 0))
            return
        if self.condition.cutter_jammed:
            self.condition.cutter_failed = True
            self._queue.appendleft((Cut(None), 0))
            self.tell_change()
            return
        self.cuts += 1
        piece = self.paper.cut()
        self._busy_until = now + self._speed.cut_s
        if self.features.presenter:
            self._slot.hold()
        self._hand_out(piece)
        self.on_progress()

    def _move_slot(self, command: Present | Eject | Retract) -> None:
        if not self.features.presenter:
            self.reader.failures.append("GS e: this model has no presenter")
            return
        if self.condition.presenter_jammed:
            self.condition.presenter_failed = True
            self._queue.appendleft((command, 0))
            self.tell_change()
            return
        match command:
            case Present():
                self._slot.present()
            case Eject():
                self._slot.eject()
            case Retract():
                self._slot.retract()

    def _hand_out(self, piece: Piece) -> None:
        self.pieces += 1
        self._on_piece(piece)

    # --- What it says ------------------------------------------------------------------------

    def _tell(self, status: int, asked: str, *, known: bool) -> None:
        if known:
            self._say(bytes((status,)))
        else:
            self.reader.failures.append(f"{asked}: this model does not know it")

    def _tell_though_offline(self) -> None:
        """A printer without paper goes on as far as nothing is to be printed, and answers ESC v."""
        if not self.features.old_way or self.online or not self.condition.powered:
            return
        if self._rows or self._feed:
            return
        while self._queue and isinstance(self._queue[0][0], _MOVES_NOTHING):
            self._start(self._queue.popleft()[0], 0.0)

    def _answer(self, question: int) -> None:
        if question in self.features.questions:
            self._say(bytes((self._status.answer(question),)))

    def _say(self, data: bytes) -> None:
        if self.condition.powered and not self.condition.silent:
            self._answers += data
