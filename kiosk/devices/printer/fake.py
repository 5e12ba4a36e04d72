"""A voucher printer without bytes that misbehaves on command, for tests of what uses one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PIL import Image

from kiosk.devices.ports import Fact, NothingPrinted, Printed, PrinterLost, PrinterStatus

READY = PrinterStatus(Fact.OK, Fact.OK, Fact.OK, Fact.OK)
NO_PAPER = PrinterStatus(paper=Fact.FAULT, cover=Fact.OK, mechanism=Fact.OK, online=Fact.FAULT)
COVER_OPEN = PrinterStatus(paper=Fact.OK, cover=Fact.FAULT, mechanism=Fact.OK, online=Fact.FAULT)
SILENT = PrinterStatus()
_DOTS_PER_MM = 8
_CUT_FEED_MM = 10


@dataclass(frozen=True, slots=True)
class Print:
    """The page comes out whole."""


@dataclass(frozen=True, slots=True)
class RefuseBefore:
    """Not a byte was sent."""

    no_paper: bool = False


@dataclass(frozen=True, slots=True)
class LoseAfter:
    """The page stops after so many rows, or comes out whole without its fence (None)."""

    rows: int | None = 0
    no_paper: bool = False


Act = Print | RefuseBefore | LoseAfter


class FakePrinter:
    """A `VoucherPrinter` that plays a script: one act per page, then every page comes out.

    `on_paper` gets each page or part of a page at the moment when it is on paper, before
    the caller hears of it: the place to kill a process that is being tested.
    """

    def __init__(
        self,
        script: Iterable[Act] = (),
        *,
        status: PrinterStatus = READY,
        on_paper: Callable[[Image.Image], None] | None = None,
    ) -> None:
        self._script = list(script)
        self._on_paper = on_paper
        self.says = status
        """What `status` answers; a page is refused while it is not ready."""
        self.pages: list[Image.Image] = []
        """What came out whole."""
        self.torn: list[Image.Image] = []
        """What came out in part."""
        self.resets = 0
        self.slot_says = Fact.UNKNOWN
        """What `slot` answers: UNKNOWN like a printer without a presenter."""
        self.retracted = 0
        """Vouchers taken back from the slot."""
        self.stuck = False
        """A presenter that takes nothing back."""
        self.closed = False

    def status(self, timeout_s: float) -> PrinterStatus:
        return self.says

    def print(self, page: Image.Image, timeout_s: float) -> Printed:
        if not self.says.ready:
            raise NothingPrinted("not ready", no_paper=self.says.paper is Fact.FAULT)
        match self._script.pop(0) if self._script else Print():
            case RefuseBefore(no_paper):
                raise NothingPrinted("refused by script", no_paper=no_paper)
            case LoseAfter(None, no_paper):
                self._put(page, self.pages)
                raise PrinterLost(
                    "no fence, by script", no_paper=no_paper, paper_mm=_paper_mm(page.height)
                )
            case LoseAfter(int(rows), no_paper):
                if rows:
                    self._put(page.crop((0, 0, page.width, min(rows, page.height))), self.torn)
                raise PrinterLost(
                    "lost by script", no_paper=no_paper, paper_mm=-(-rows // _DOTS_PER_MM)
                )
            case _:
                self._put(page, self.pages)
        if self.slot_says is not Fact.UNKNOWN:
            self.slot_says = Fact.FAULT
        return Printed(paper_mm=_paper_mm(page.height))

    def reset(self, timeout_s: float) -> None:
        self.resets += 1

    def slot(self) -> Fact:
        return self.slot_says

    def retract(self, timeout_s: float) -> bool:
        if self.slot_says is Fact.FAULT and not self.stuck:
            self.slot_says = Fact.OK
            self.retracted += 1
        return self.slot_says is Fact.OK

    def take(self) -> None:
        """Somebody takes the voucher from the presenter."""
        self.slot_says = Fact.OK

    def close(self) -> None:
        self.closed = True

    def _put(self, page: Image.Image, pile: list[Image.Image]) -> None:
        pile.append(page.copy())
        if self._on_paper is not None:
            self._on_paper(page)


def _paper_mm(rows: int) -> int:
    return -(-rows // _DOTS_PER_MM) + _CUT_FEED_MM
