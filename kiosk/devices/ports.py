"""The devices as the rest of the kiosk sees them.

Each port is a small Protocol with a real adapter and a shipped fake; one contract test
class runs against both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from PIL import Image


class Fact(StrEnum):
    """One fact about a mechanism. UNKNOWN is its own value: neither fault nor fine."""

    OK = "ok"
    FAULT = "fault"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """What the printer said now; a fact it did not tell in time is UNKNOWN."""

    paper: Fact = Fact.UNKNOWN
    cover: Fact = Fact.UNKNOWN
    mechanism: Fact = Fact.UNKNOWN
    """Cutter, head temperature, anything that it calls an error."""
    online: Fact = Fact.UNKNOWN
    near_end: Fact = Fact.UNKNOWN
    """FAULT: the roll is near its end. A warning; `ready` does not ask for it."""

    @property
    def ready(self) -> bool:
        """Whether a redemption may start: every fact is known to be OK."""
        return {self.paper, self.cover, self.mechanism, self.online} == {Fact.OK}


@dataclass(frozen=True, slots=True)
class Printed:
    """The end-of-job fence came back after the cut."""

    paper_mm: int
    """What the roll gave for this page: rows, and the way from the head to the cut."""


class PrinterError(Exception):
    """What went wrong, and what it means for the voucher.

    PrinterError
    ├── NothingPrinted   proven: no byte of this page reached the printer; safe to release
    └── PrinterLost      some bytes went out and the fence did not come: they may be on paper
    """

    def __init__(self, message: str, *, no_paper: bool = False) -> None:
        super().__init__(message)
        self.no_paper = no_paper


class NothingPrinted(PrinterError):
    pass


class PrinterLost(PrinterError):
    def __init__(self, message: str, *, no_paper: bool = False, paper_mm: int = 0) -> None:
        super().__init__(message, no_paper=no_paper)
        self.paper_mm = paper_mm
        """The most that the roll has given for this page: all that was sent, as if printed."""


class VoucherPrinter(Protocol):
    """Prints one page at a time; called on the printer thread only."""

    def status(self, timeout_s: float) -> PrinterStatus:
        """What the mechanism says now; UNKNOWN facts when it does not answer in time."""

    def print(self, page: Image.Image, timeout_s: float) -> Printed:
        """Bytes are on paper and cut when this returns.

        `page` is mode "1", as wide as `width_dots`, black = 0.

        Raises:
            NothingPrinted: no byte was sent.
            PrinterLost: they may or may not be on paper.
        """

    def reset(self, timeout_s: float) -> None:
        """Clear what an interrupted job left: initialise, feed, cut. Never raises."""

    def slot(self) -> Fact:
        """Whether the slot is free. FAULT: a voucher stands in it. UNKNOWN: it cannot be told."""

    def retract(self, timeout_s: float) -> bool:
        """Take back what stands in the slot; whether the slot is known to be free then."""

    def close(self) -> None:
        """Let go of the port; idempotent."""


@dataclass(frozen=True, slots=True)
class ScannedCode:
    """One decoded text."""

    text: str
    """"" when it has not the form of any code of ours: what it says never leaves the scanner."""
    symbology: str
    """QRCode, Code128, EAN13"""
    mono_s: float
    """time.monotonic() of the frame, in the scanner's process (same clock, same machine)."""


@dataclass(frozen=True, slots=True)
class ScannerHealth:
    ok: bool
    reason: str
    """"" when all is well; else what to tell an engineer. With `ok`: it reads, but slowly, or
    pictures of another size."""
    fps: float = 0.0


class Scanner(Protocol):
    """The camera and its decoders, in a process of their own. Used from the event loop."""

    async def run(
        self,
        on_code: Callable[[ScannedCode], None],
        on_health: Callable[[ScannerHealth], None],
    ) -> None:
        """Keep a scanner process alive for ever; call back in the loop. Ends by cancellation."""

    def capture(self, on: bool) -> None:
        """Read the camera or let it rest; idempotent."""

    def aim(self, on: bool) -> None:
        """Measure how well the camera is aimed while it reads, or do not; idempotent."""

    def preview(self) -> "Preview | None":
        """The newest luminance frame, or None; cheap, no copy of more than one frame."""


PREVIEW_SIDE_MAX_PX = 1280
"""A preview is no wider and no higher."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A small mirrored picture of the scan window; 8-bit luminance, row by row."""

    width: int
    height: int
    pixels: bytes
    frame: int
    """Rises with every frame: draw only when it changed."""


class Clock(Protocol):
    """Time as the kiosk trusts it."""

    def now_s(self) -> float:
        """Boot time in seconds: runs on in suspend, never jumps."""

    def wall(self) -> datetime | None:
        """Aware wall time anchored at the service, or None while nothing anchors it."""


@dataclass(frozen=True, slots=True)
class PanelState:
    """What the panel's inputs say; UNKNOWN for an input that is not wired."""

    roll_door_open: Fact = Fact.UNKNOWN
    """FAULT: open. OK: closed."""
    paper_near_end: Fact = Fact.UNKNOWN
    """FAULT: near its end."""
    paper_end: Fact = Fact.UNKNOWN
    """FAULT: no paper."""
    slot: Fact = Fact.UNKNOWN
    """FAULT: a voucher stands in the slot. OK: the slot is empty."""
    faults: tuple[str, ...] = ()
    """What an engineer should look at: "paper_end chatters"."""


class Melody(StrEnum):
    """What the buzzer plays."""

    TAKE = "take"
    """Your voucher is there."""
    NOT_TAKEN = "not_taken"
    REFUSED = "refused"
    STAFF = "staff"
    """Somebody called, or paper is low."""
    OK = "ok"


class Panel(Protocol):
    """Lights, buzzer, switches on the header. Used from the event loop; returns at once.

    `printer_power` and `busy` may be called from any thread: the printer's thread does.
    """

    @property
    def state(self) -> PanelState:
        """What the inputs say now, debounced; all UNKNOWN before `watch`."""

    def watch(self, on_change: Callable[[PanelState], None], on_key: Callable[[], None]) -> None:
        """Call back in the loop from now on, debounced; once at once with what is known."""

    def scan_light(self, on: bool) -> None: ...

    def exit_light(self, on: bool) -> None:
        """Breathes while on: here comes the voucher."""

    def play(self, melody: Melody) -> None:
        """Never louder than the configured step, nor than the night's cap."""

    def printer_power(self, on: bool) -> None: ...

    def busy(self) -> bool | None:
        """Whether the printer asks to wait; None where its busy line is not wired."""

    def open_gate(self) -> bool:
        """Pulse the solenoid; the pulse ends by itself, whatever happens.

        False: none wired, or it must rest first (its coil would burn).
        """

    def close(self) -> None:
        """The safe state: everything off, printer without power. Idempotent."""
