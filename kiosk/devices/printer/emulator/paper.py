"""The strip of paper under the head: dots burnt, fed, cut, torn, and coming to its end.

Positions count rows (8 per mm). The cutter stands downstream of the head, so each piece
begins with the white that lay between the two when the piece before it was cut.
"""

from dataclasses import dataclass
from enum import StrEnum

HEAD_TO_CUTTER_ROWS = 80
"""10 mm"""
ROWS_PER_MM = 8
NEAR_END_ROWS = 4_000 * ROWS_PER_MM
"""The sensor sees the core through the last turns: about four metres."""


class Edge(StrEnum):
    CUT = "cut"
    TORN = "torn"


@dataclass(frozen=True, slots=True)
class Piece:
    """What somebody can take away."""

    width: int
    """Dots of the head; the paper itself is wider."""
    rows: tuple[bytes, ...]
    """Bit 1 is a burnt dot."""
    top: Edge
    bottom: Edge

    @property
    def blank(self) -> bool:
        return not any(any(row) for row in self.rows)


class Paper:
    """The roll in the printer."""

    def __init__(self, width: int, head_to_cutter_rows: int = HEAD_TO_CUTTER_ROWS) -> None:
        self.width = width
        self.head_to_cutter_rows = head_to_cutter_rows
        self._blank = bytes(width // 8)
        self._strip = [self._blank] * head_to_cutter_rows
        self._top = Edge.CUT
        self._left: int | None = None
        self._near_end: bool | None = None
        self.rows_moved = 0
        """Since the printer was made, for whoever keeps a ledger of paper."""

    @property
    def out(self) -> bool:
        return self._left == 0

    @property
    def near_end(self) -> bool:
        """What the sensor at the roll says, or somebody said for it."""
        if self._near_end is not None:
            return self._near_end
        return self._left is not None and self._left < NEAR_END_ROWS

    @property
    def left_mm(self) -> int | None:
        """Of the roll; None while nobody has said how long it is."""
        return None if self._left is None else self._left // ROWS_PER_MM

    @property
    def hangs_out(self) -> bool:
        """Whether paper has passed the cutter or the bar since it was last cut or torn."""
        return len(self._strip) > self.head_to_cutter_rows

    def end_after(self, rows: int) -> None:
        """Let the roll end after so many more rows; the near-end sensor is told by hand."""
        self._left = max(0, rows)
        if self._near_end is None:
            self._near_end = False

    def say_near_end(self, *, near: bool) -> None:
        self._near_end = near

    def burn(self, row: bytes) -> bool:
        """One row of dots, cut or filled to the head's width; False if there is no paper."""
        if self.out:
            return False
        if self._left is not None:
            self._left -= 1
        self.rows_moved += 1
        self._strip.append((row + self._blank)[: len(self._blank)])
        return True

    def feed(self, rows: int) -> int:
        """White rows; how many were left to feed when the paper ended."""
        for fed in range(rows):
            if not self.burn(self._blank):
                return rows - fed
        return 0

    def cut(self, edge: Edge = Edge.CUT) -> Piece:
        """Cut or tear where the paper lies under the cutter or the bar."""
        end = max(0, len(self._strip) - self.head_to_cutter_rows)
        piece = Piece(self.width, tuple(self._strip[:end]), self._top, edge)
        self._strip = self._strip[end:]
        self._top = edge
        return piece

    def load(self, length_mm: int | None = None) -> Piece | None:
        """A new roll. What hung in the exit is torn off; None if nothing was printed on it.

        Args:
            length_mm: None for a roll without end, put in only where the old one had one.
        """
        old = None
        if self._left is not None or length_mm is not None:
            torn = Piece(self.width, tuple(self._strip), self._top, Edge.TORN)
            old = None if torn.blank else torn
            self._strip = [self._blank] * self.head_to_cutter_rows
            self._top = Edge.TORN
        self._left = None if length_mm is None else length_mm * ROWS_PER_MM
        self._near_end = None
        return old
