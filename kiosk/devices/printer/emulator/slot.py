"""The presenter: paper that was cut is held, handed out, taken, taken back."""

from collections.abc import Callable
from enum import StrEnum


class Fate(StrEnum):
    """What became of a voucher behind the cutter."""

    PRESENTED = "presented"
    """It stands in the slot."""
    TAKEN = "taken"
    RETRACTED = "retracted"
    """Back inside, in the bin."""
    EJECTED = "ejected"
    """On the floor."""


class Slot:
    """At most one piece is inside and at most one stands in the slot."""

    def __init__(self, on_fate: Callable[[Fate], None]) -> None:
        self._on_fate = on_fate
        self.inside = False
        """Cut, and held by the rollers."""
        self.full = False
        """Somebody can take it."""

    def hold(self) -> None:
        """What the cutter has just let go of; it pushes out what still stood there."""
        if self.full:
            self._leave(Fate.EJECTED)
        self.inside = True

    def present(self) -> None:
        if self.inside:
            self.inside, self.full = False, True
            self._on_fate(Fate.PRESENTED)

    def eject(self) -> None:
        self.present()
        self._leave(Fate.EJECTED)

    def retract(self) -> None:
        if self.inside:
            self.present()
        self._leave(Fate.RETRACTED)

    def take(self) -> bool:
        """A hand; whether there was something to take."""
        return self._leave(Fate.TAKEN)

    def _leave(self, fate: Fate) -> bool:
        if not self.full:
            return False
        self.full = False
        self._on_fate(fate)
        return True
