"""The TEST slip: on paper, in the ledger, and worth nothing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from typing import Protocol, TypeVar

from PIL import Image

from kiosk.devices.ports import (
    NothingPrinted,
    PrinterError,
    PrinterLost,
    PrinterStatus,
    VoucherPrinter,
)
from kiosk.flow.event import Event
from kiosk.flow.staff.values.rolls import PrintTest, PrintTrouble, TestFailed, TestPrinted
from kiosk.journal.entry import By
from kiosk.journal.roll import Proof
from kiosk.paper.reckoning import CLEAR_MM
from kiosk.staff.printer_facts import trouble

log = logging.getLogger(__name__)
T = TypeVar("T")

_DOTS_PER_MM = 8
STATUS_S = 2.0
"""How long the printer may think about its status."""
PRINT_S = 30.0
"""To the fence."""
_TRIES = 4
_BETWEEN_S = 0.5
"""A printer whose cover was shut a moment ago needs about a second to come to itself."""


class SlipLedger(Protocol):
    """Where slips are written down; each call is on disk when it returns."""

    async def test_begun(self, by: By) -> None:
        """The next thing that happens is the first byte."""

    async def test_ended(self, mm: int, proof: Proof, why: str = "") -> None:
        """As much of it as came is out."""


class TestSlip:
    """Prints it through the printer's one thread. Used in the loop.

    Args:
        draw: the slip as a picture; called in a thread.
        in_hand: whether a redemption is being made now: then nothing else is printed.
    """

    __test__ = False  # not a test, whatever pytest makes of the name

    def __init__(
        self,
        ledger: SlipLedger,
        printer: VoucherPrinter,
        printer_thread: Executor,
        draw: Callable[[], Image.Image],
        in_hand: Callable[[], Awaitable[bool]],
    ) -> None:
        self._ledger = ledger
        self._printer = printer
        self._printer_thread = printer_thread
        self._draw = draw
        self._in_hand = in_hand
        self._asking: asyncio.Task[PrinterStatus] | None = None

    async def told(self) -> PrinterStatus:
        """What the printer says; whoever asks while it thinks gets the same answer."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self.status())
        return await self._asking

    async def status(self) -> PrinterStatus:
        """What the printer says now."""
        status: PrinterStatus = await self._on_printer(self._printer.status, STATUS_S)
        return status

    async def print(self, wanted: PrintTest) -> Event:
        """Answers as `PrintTest` says.

        Raises:
            JournalBroken: nothing more may be printed; the process must end.
        """
        if await self._in_hand():
            return TestFailed(PrintTrouble.PRINTER)
        status = await self._ready()
        if not status.ready:
            return TestFailed(trouble(status))
        try:
            page = await asyncio.to_thread(self._draw)
        except Exception:
            log.exception("the slip could not be drawn")
            return TestFailed(PrintTrouble.PRINTER)
        await self._ledger.test_begun(By(wanted.staff_ref, wanted.login))
        try:
            paper = await self._on_printer(self._printer.print, page, PRINT_S)
        except PrinterError as error:
            return await self._failed(error)
        except Exception:
            log.exception("the printer's driver failed")
            most_mm = -(-page.height // _DOTS_PER_MM) + CLEAR_MM
            await self._ledger.test_ended(most_mm, Proof.LOST, "driver")
            return TestFailed(PrintTrouble.PRINTER)
        await self._ledger.test_ended(paper.paper_mm, Proof.FENCE)
        return TestPrinted(paper.paper_mm)

    async def _failed(self, error: PrinterError) -> Event:
        nothing = isinstance(error, NothingPrinted)
        log.warning("test print failed: %s", "nothing printed" if nothing else "printer lost")
        mm = error.paper_mm if isinstance(error, PrinterLost) else 0
        await self._ledger.test_ended(mm, Proof.LOST, "not whole")
        if error.no_paper:
            return TestFailed(PrintTrouble.NO_PAPER)
        return TestFailed(trouble(await self.status()))

    async def _ready(self) -> PrinterStatus:
        """Its status, once it can print or has had time enough."""
        for _ in range(_TRIES - 1):
            status = await self.status()
            if status.ready:
                return status
            await asyncio.sleep(_BETWEEN_S)
        return await self.status()

    async def _on_printer(self, act: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._printer_thread, act, *args)
