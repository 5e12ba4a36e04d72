"""What a panel is wired to, line by line; the adapter below is as thin as it can be."""

from collections.abc import Callable
from typing import Protocol

from kiosk.devices.panel.layout import Signal


class Wires(Protocol):
    """The lines of one layout. A signal that is not wired: switching it does nothing.

    Thread: any; each call is one write or read of a pin.
    """

    def listen(self, moved: Callable[[Signal, bool], None]) -> None:
        """Call back with each edge of an input and whether it is active now; from any thread."""

    def active(self, signal: Signal) -> bool | None:
        """What an input says now, raw; None when it is not wired."""

    def switch(self, signal: Signal, *, on: bool) -> None:
        """Scan light, printer power, gate."""

    def breathe(self, *, on: bool) -> None:
        """The exit light."""

    def sound(self, note: str | None, loudness: float = 0.0) -> None:
        """A note like "C6" at a share of each period, or silence."""

    def close(self) -> None:
        """Everything off, then let go of the lines: nothing can be switched on any more.

        Idempotent.
        """
