"""One redemption, from the shopper's tap to paper: written down before each thing is done.

printer ready -> INTENT -> reserve -> RESERVED -> picture -> printing acknowledged -> ARMED
-> PRINTING -> fence -> PRINTED; capture and close follow in the background (`Settler`).
Each arrow is one function here; what a failure of each means stands beside it.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from uuid import UUID

from PIL import Image

from kiosk.devices.ports import NothingPrinted, Printed, PrinterLost, VoucherPrinter
from kiosk.dispenser import (
    PRINT_S,
    Dispenser,
    Ended,
    OnStep,
    PaperGate,
    Render,
    Settling,
    fields,
    log_silent,
    tail,
    uncertain,
    why,
)
from kiosk.flow import effect
from kiosk.flow.event import (
    Event,
    PrinterRefused,
    RedemptionRefused,
    RedemptionUnreached,
    StepReached,
    VoucherPrinted,
)
from kiosk.flow.staff.values.vouchers import StaffReprint
from kiosk.flow.state import Step
from kiosk.journal.book import Book
from kiosk.journal.entry import Call, Entry
from kiosk.journal.journal import Journal
from kiosk.reprint import Reprinter
from kiosk.sync.client import ServiceClient
from kiosk.sync.errors import ServiceRefused, ServiceSilent
from kiosk.sync.staff_call import StaffTokens
from wire.api.devices import DeviceConfig
from wire.api.redemptions import Redemption, ReleaseReason, ReserveRequest, State
from wire.api.text import Language
from wire.errors import ErrorCode

log = logging.getLogger(__name__)

RELEASE_S = 0.8
"""How long a shopper is kept waiting for the points to be back."""


class Redeemer:
    """Does the money sequence; one redemption or reprint at a time. Used in the event loop.

    Args:
        paper: nothing begins while it has not enough.
        tokens: what speaks for staff who ask for a reprint.
        printer_thread: the one thread on which `printer` is called.
        config: the configuration as it stands now.
        tell_events: called when the outbox has something new.
        print_s: how long a page may take to its fence.
    """

    def __init__(
        self,
        journal: Journal,
        service: ServiceClient,
        settler: Settling,
        paper: PaperGate,
        tokens: StaffTokens,
        printer: VoucherPrinter,
        printer_thread: Executor,
        render: Render,
        config: Callable[[], DeviceConfig],
        tell_events: Callable[[], None] = lambda: None,
        print_s: float = PRINT_S,
    ) -> None:
        self._journal = journal
        self._service = service
        self._settler = settler
        self._dispenser = Dispenser(
            journal, settler, paper, printer, printer_thread, render, config, tell_events, print_s
        )
        self._reprinter = Reprinter(self._dispenser, service, tokens)
        self._one_at_a_time = asyncio.Lock()

    @property
    def busy(self) -> bool:
        """Whether a redemption or a reprint is being made now: nothing else may print."""
        return self._one_at_a_time.locked()

    async def redeem(self, wanted: effect.Redeem, on_step: OnStep) -> Event:
        """A new voucher; answers as `effect.Redeem` says.

        Raises:
            JournalBroken: nothing more may be printed; the process must end.
        """
        redemption = wanted.redemption
        async with self._one_at_a_time:
            try:
                on_step(StepReached(redemption, Step.DEDUCT))
                await self._dispenser.need_printer(redemption)
                entry = await self._intend(wanted)
                reserved = await self._reserve(wanted, entry)
                printing = await self._write_reserved(reserved)
                page = await self._draw(reserved, wanted.language, entry)
                await self._arm(redemption, printing)
                on_step(StepReached(redemption, Step.PRINT))
                paper = await self._print(reserved, page)
                return await self._write_printed(reserved, paper, on_step)
            except Ended as ended:
                return ended.answer

    async def reprint(self, wanted: effect.Reprint | StaffReprint, on_step: OnStep) -> Event:
        """The same code once more, marked as a copy; answers as `effect.Redeem` says.

        One that fails leaves the redemption as it stood: its code lives.

        Raises:
            JournalBroken: nothing more may be printed; the process must end.
        """
        async with self._one_at_a_time:
            return await self._reprinter.reprint(wanted, on_step)

    # --- A new voucher -------------------------------------------------------------------

    async def _intend(self, wanted: effect.Redeem) -> Entry:
        """DRAFT -> INTENT."""
        return await self._journal.do(Book.begin, wanted.redemption, wanted.item, wanted.price)

    async def _reserve(self, wanted: effect.Redeem, entry: Entry) -> Redemption:
        """Points held. Without an answer they may be, so they are released."""
        redemption = wanted.redemption
        request = ReserveRequest(
            id=redemption,
            session=wanted.session,
            item_id=wanted.item,
            item_rev=wanted.item_rev,
            expected_points=wanted.price,
            device_seq=entry.device_seq or 0,
        )
        try:
            return await self._service.reserve(request)
        except ServiceRefused as refused:
            if _may_be_held(refused):
                await self._release(redemption, ReleaseReason.CANCELLED)
            else:
                await self._journal.do(Book.refused, redemption, refused.problem.code)
            raise Ended(RedemptionRefused(redemption, refused.problem)) from refused
        except ServiceSilent as silent:
            log_silent(redemption, "reserve", silent)
            await self._release(redemption, ReleaseReason.CANCELLED)
            raise Ended(RedemptionUnreached(redemption)) from silent

    async def _write_reserved(self, reserved: Redemption) -> Call:
        """INTENT -> RESERVED."""
        return await self._journal.do(Book.reserved, reserved.id, tail(reserved))

    async def _draw(self, reserved: Redemption, language: Language, entry: Entry) -> Image.Image:
        """The picture; a voucher that cannot be drawn is not printed, the points go back."""
        try:
            return await self._dispenser.picture(reserved, language, entry.device_seq)
        except Exception as error:  # whatever it is: the points must not stay held
            log.exception("the voucher cannot be drawn", extra=fields(reserved.id))
            await self._release(reserved.id, ReleaseReason.CANCELLED, wait=True)
            raise Ended(PrinterRefused(reserved.id, no_paper=False)) from error

    async def _arm(self, redemption: UUID, printing: Call) -> None:
        """RESERVED -> ARMED, once the service has acknowledged that bytes may reach paper."""
        try:
            answer = await self._service.move(redemption, "printing", printing.body, printing.key)
        except ServiceRefused as refused:
            await self._release(redemption, ReleaseReason.PRINTING_NOT_ACKNOWLEDGED, wait=True)
            raise Ended(RedemptionRefused(redemption, refused.problem)) from refused
        except ServiceSilent as silent:
            log_silent(redemption, "printing", silent)
            await self._release(redemption, ReleaseReason.PRINTING_NOT_ACKNOWLEDGED)
            raise Ended(RedemptionUnreached(redemption)) from silent
        if answer.state is not State.PRINTING:
            await self._release(redemption, ReleaseReason.PRINTING_NOT_ACKNOWLEDGED)
            raise Ended(RedemptionUnreached(redemption))
        await self._journal.do(Book.armed, redemption)

    async def _print(self, reserved: Redemption, page: Image.Image) -> Printed:
        """ARMED -> PRINTING, then paper."""
        redemption = reserved.id
        await self._journal.do(Book.printing, redemption)
        try:
            return await self._dispenser.print(page)
        except NothingPrinted as nothing:
            await self._release(redemption, ReleaseReason.PRINTER_NOT_READY, wait=True)
            raise Ended(PrinterRefused(redemption, no_paper=nothing.no_paper)) from nothing
        except PrinterLost as lost:
            await self._journal.do(Book.uncertain, redemption, why(lost), lost.paper_mm)
            await self._dispenser.wake()
            raise Ended(uncertain(reserved, lost)) from lost

    async def _write_printed(
        self, printed: Redemption, paper: Printed, on_step: OnStep
    ) -> VoucherPrinted:
        """PRINTING -> PRINTED; the capture follows by itself."""
        await self._journal.do(Book.printed, printed.id, paper.paper_mm)
        on_step(StepReached(printed.id, Step.TAKE))
        await self._dispenser.wake()
        return VoucherPrinted(printed.id, tail(printed), printed)

    async def _release(
        self, redemption: UUID, reason: ReleaseReason, *, wait: bool = False
    ) -> None:
        """-> RELEASE_PENDING: nothing is on paper. The service hears of it, now or later.

        Args:
            wait: give it a moment, so that a second try finds its points.
        """
        await self._journal.do(Book.release_pending, redemption, reason)
        self._settler.wake()
        if wait:
            await self._settler.hurry(redemption, RELEASE_S)


def _may_be_held(refused: ServiceRefused) -> bool:
    """Whether an earlier send of the same id may have held points in spite of this refusal."""
    return refused.problem.retryable or refused.problem.code == ErrorCode.IDEMPOTENCY_MISMATCH
