"""The strip of paper under the head: dots burnt, fed, cut, torn, and coming to its end.

Positions count rows (8 per mm). The cutter stands downstream of the head, so each piece
begins with the white that lay between the two when the piece before it was cut.
"""

from dataclasses import dataclass
from enum import StrEnum

HEAD_TO_CUTTER_ROWS = 80
"""10 mm"""


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

    def __init__(self, width: int) -> None:
        self.width = width
        self._blank = bytes(width // 8)
        self._strip = [self._blank] * HEAD_TO_CUTTER_ROWS
        self._top = Edge.CUT
        self._left: int | None = None
        self.rows_moved = 0
        """Since the printer was made, for whoever keeps a ledger of paper."""

    @property
    def out(self) -> bool:
        return self._left == 0

    def end_after(self, rows: int) -> None:
        """Let the roll end after so many more rows."""
        self._left = max(0, rows)

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

    def cut(self) -> Piece:
        """Cut where the paper lies under the cutter."""
        end = len(self._strip) - HEAD_TO_CUTTER_ROWS
        piece = Piece(self.width, tuple(self._strip[:end]), self._top, Edge.CUT)
        self._strip = self._strip[end:]
        self._top = Edge.CUT
        return piece

    def load(self) -> Piece | None:
        """A new roll. What hung in the exit is torn off; None if nothing was printed on it."""
        old = None
        if self._left is not None:
            torn = Piece(self.width, tuple(self._strip), self._top, Edge.TORN)
            old = None if torn.blank else torn
            self._strip = [self._blank] * HEAD_TO_CUTTER_ROWS
            self._top = Edge.TORN
        self._left = None
        return old
