"""What a new voucher and a reprint have in common: the printer, a picture, paper."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar
from uuid import UUID

from PIL import Image

from kiosk.devices.ports import (
    Fact,
    NothingPrinted,
    Printed,
    PrinterError,
    PrinterLost,
    PrinterStatus,
    VoucherPrinter,
)
from kiosk.flow.event import Event, PrinterRefused, StepReached, VoucherUncertain
from kiosk.journal.journal import Journal
from kiosk.paper.reckoning import CLEAR_MM
from kiosk.sync.errors import ServiceSilent
from wire import voucher_code
from wire.api.devices import DeviceConfig
from wire.api.redemptions import Redemption, Voucher
from wire.api.text import Language

log = logging.getLogger(__name__)
T = TypeVar("T")

STATUS_S = 2.0
"""How long the printer may think about its status."""
PRINT_S = 20.0
"""To the fence; a voucher takes 3 s at 115200 baud. Then it is uncertain."""
SLOW_PRINT_S = 30.0
"""... on a line of `SLOW_BAUD` or less, which alone needs 15 s for a voucher of 58 mm."""
SLOW_BAUD = 19200
_DOTS_PER_MM = 8

OnStep = Callable[[StepReached], None]


class Render(Protocol):
    """Draws the voucher; called in a thread."""

    def __call__(
        self,
        redemption: Redemption,
        config: DeviceConfig,
        language: Language,
        *,
        copy: int,
        device_seq: int | None,
    ) -> Image.Image:
        """A mode "1" picture, as wide as the paper."""


class Settling(Protocol):
    """Whoever tells the service what waits in the journal, until it has heard."""

    def wake(self) -> None:
        """Something new waits."""

    async def hurry(self, redemption: UUID, within_s: float) -> bool:
        """Whether this one was settled in time."""

    def reprinting(self, redemption: UUID) -> AbstractContextManager[None]:
        """Not to be forgotten meanwhile, though the service may not know it as ours yet."""


class PaperGate(Protocol):
    """The ledger of paper (`kiosk.paper.ledger.PaperLedger`)."""

    @property
    def enough(self) -> bool:
        """Whether the roll has paper for a voucher and its trailer, as far as is known."""

    async def refresh(self) -> object:
        """Paper was taken: reckon anew."""


class Ended(Exception):
    """The sequence is over before paper; the journal is in order."""

    def __init__(self, answer: Event) -> None:
        self.answer = answer


class Dispenser:
    """One page from a picture to the fence. Used in the event loop.

    Args:
        printer_thread: the one thread on which `printer` is called.
        config: the configuration as it stands now.
        tell_events: called when the outbox has something new.
        print_s: how long a page may take to its fence.
    """

    def __init__(
        self,
        journal: Journal,
        settler: Settling,
        paper: PaperGate,
        printer: VoucherPrinter,
        printer_thread: Executor,
        render: Render,
        config: Callable[[], DeviceConfig],
        tell_events: Callable[[], None] = lambda: None,
        print_s: float = PRINT_S,
    ) -> None:
        self.journal = journal
        self.settler = settler
        self._paper = paper
        self._printer = printer
        self._printer_thread = printer_thread
        self._render = render
        self._config = config
        self._tell_events = tell_events
        self._print_s = print_s

    async def need_printer(self, redemption: UUID) -> None:
        """The printer must say now that it can print, and the roll must have paper for the
        voucher and its trailer; nothing was touched yet.

        Raises:
            Ended: with PrinterRefused.
        """
        if not self._paper.enough:
            raise Ended(PrinterRefused(redemption, no_paper=True))
        status: PrinterStatus = await self._on_printer(self._printer.status, STATUS_S)
        if not status.ready:
            raise Ended(PrinterRefused(redemption, no_paper=status.paper is Fact.FAULT))

    async def picture(
        self, redemption: Redemption, language: Language, device_seq: int | None
    ) -> Image.Image:
        return await asyncio.to_thread(
            self._render,
            redemption,
            self._config(),
            language,
            copy=redemption.copy,
            device_seq=device_seq,
        )

    async def print(self, page: Image.Image) -> Printed:
        """On paper and cut; any failure that is not proven to be before the first byte is
        PrinterLost.
        """
        try:
            return await self._on_printer(self._printer.print, page, self._print_s)
        except PrinterError:
            raise
        except Exception as error:
            log.exception("the printer's driver failed")
            most_mm = -(-page.height // _DOTS_PER_MM) + CLEAR_MM
            raise PrinterLost(f"driver: {type(error).__name__}", paper_mm=most_mm) from error

    async def wake(self) -> None:
        """Paper was taken, or may have been: the gauge, the service and its events follow."""
        await self._paper.refresh()
        self.settler.wake()
        self._tell_events()

    async def _on_printer(self, act: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._printer_thread, act, *args)


def log_silent(redemption: UUID, call: str, silent: ServiceSilent) -> None:
    log.warning("no answer to %s: %s", call, silent, extra=fields(redemption))


def uncertain(redemption: Redemption, lost: PrinterLost) -> VoucherUncertain:
    return VoucherUncertain(redemption.id, tail(redemption), no_paper=lost.no_paper)


def why(error: PrinterError) -> str:
    """For the journal."""
    kind = "nothing printed" if isinstance(error, NothingPrinted) else "printer lost"
    return f"{kind}, paper end" if error.no_paper else kind


def voucher(redemption: Redemption) -> Voucher:
    if redemption.voucher is None:  # the client has checked it
        raise ValueError("a redemption without a voucher")
    return redemption.voucher


def tail(redemption: Redemption) -> str:
    return voucher_code.tail(voucher(redemption).code)


def fields(redemption: UUID) -> dict[str, str]:
    """For a line of the log."""
    return {"redemption_id": str(redemption)}
