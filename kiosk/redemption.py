"""One redemption, from the shopper's tap to paper: written down before each thing is done.

printer ready -> INTENT -> reserve -> RESERVED -> picture -> printing acknowledged -> ARMED
-> PRINTING -> fence -> PRINTED; capture and close follow in the background (`Settler`).
Each arrow is one function here; what a failure of each means stands beside it.
"""

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
from kiosk.flow import effect
from kiosk.flow.event import (
    Event,
    PrinterRefused,
    RedemptionRefused,
    RedemptionUnreached,
    StepReached,
    VoucherPrinted,
    VoucherUncertain,
)
from kiosk.flow.state import Step
from kiosk.journal.book import Book
from kiosk.journal.entry import Call, Entry
from kiosk.journal.error import MoveRefused
from kiosk.journal.journal import Journal
from kiosk.sync.client import ServiceClient
from kiosk.sync.errors import ServiceRefused, ServiceSilent
from wire import voucher_code
from wire.api.devices import DeviceConfig
from wire.api.redemptions import Redemption, ReleaseReason, ReserveRequest, State, Voucher
from wire.api.text import Language
from wire.errors import ErrorCode, problem

log = logging.getLogger(__name__)
T = TypeVar("T")

STATUS_S = 2.0
"""How long the printer may think about its status."""
PRINT_S = 20.0
"""To the fence; a voucher takes 3 s at 115200 baud and 17 s at 19200. Then it is uncertain."""
RELEASE_S = 0.8
"""How long a shopper is kept waiting for the points to be back."""

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


class _Ended(Exception):
    """The sequence is over before paper; the journal is in order."""

    def __init__(self, answer: Event) -> None:
        self.answer = answer


class Redeemer:
    """Does the money sequence; one redemption or reprint at a time. Used in the event loop.

    Args:
        printer_thread: the one thread on which `printer` is called.
        config: the configuration as it stands now.
        tell_events: called when the outbox has something new.
    """

    def __init__(
        self,
        journal: Journal,
        service: ServiceClient,
        settler: Settling,
        printer: VoucherPrinter,
        printer_thread: Executor,
        render: Render,
        config: Callable[[], DeviceConfig],
        tell_events: Callable[[], None] = lambda: None,
    ) -> None:
        self._journal = journal
        self._service = service
        self._settler = settler
        self._printer = printer
        self._printer_thread = printer_thread
        self._render = render
        self._config = config
        self._tell_events = tell_events
        self._one_at_a_time = asyncio.Lock()

    async def redeem(self, wanted: effect.Redeem, on_step: OnStep) -> Event:
        """A new voucher; answers as `effect.Redeem` says.

        Raises:
            JournalBroken: nothing more may be printed; the process must end.
        """
        redemption = wanted.redemption
        async with self._one_at_a_time:
            try:
                on_step(StepReached(redemption, Step.DEDUCT))
                await self._need_printer(redemption)
                entry = await self._intend(wanted)
                reserved = await self._reserve(wanted, entry)
                printing = await self._write_reserved(reserved)
                page = await self._draw(reserved, wanted.language, entry)
                await self._arm(redemption, printing)
                on_step(StepReached(redemption, Step.PRINT))
                paper = await self._print(reserved, page)
                return await self._write_printed(reserved, paper, on_step)
            except _Ended as ended:
                return ended.answer

    async def reprint(self, wanted: effect.Reprint, on_step: OnStep) -> Event:
        """The same code once more, marked as a copy; answers as `effect.Redeem` says.

        A reprint that fails leaves the redemption UNCERTAIN: its code lives.

        Raises:
            JournalBroken: nothing more may be printed; the process must end.
        """
        redemption = wanted.redemption
        async with self._one_at_a_time:
            with self._settler.reprinting(redemption):
                return await self._reprint(wanted, on_step)

    async def _reprint(self, wanted: effect.Reprint, on_step: OnStep) -> Event:
        redemption = wanted.redemption
        try:
            on_step(StepReached(redemption, Step.DEDUCT))
            await self._need_printer(redemption)
            again = await self._ask_reprint(wanted)
            page = await self._draw_again(again, wanted.language)
            await self._write_reprint_begun(again)
            on_step(StepReached(redemption, Step.PRINT))
            paper = await self._print_again(again, page)
            return await self._write_printed(again, paper, on_step)
        except _Ended as ended:
            return ended.answer

    # --- A new voucher -------------------------------------------------------------------

    async def _need_printer(self, redemption: UUID) -> None:
        """The printer must say now that it can print; nothing was touched yet."""
        status: PrinterStatus = await self._on_printer(self._printer.status, STATUS_S)
        if not status.ready:
            raise _Ended(PrinterRefused(redemption, no_paper=status.paper is Fact.FAULT))

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
            raise _Ended(RedemptionRefused(redemption, refused.problem)) from refused
        except ServiceSilent as silent:
            self._log_silent(redemption, "reserve", silent)
            await self._release(redemption, ReleaseReason.CANCELLED)
            raise _Ended(RedemptionUnreached(redemption)) from silent

    async def _write_reserved(self, reserved: Redemption) -> Call:
        """INTENT -> RESERVED."""
        tail = voucher_code.tail(_voucher(reserved).code)
        return await self._journal.do(Book.reserved, reserved.id, tail)

    async def _draw(self, reserved: Redemption, language: Language, entry: Entry) -> Image.Image:
        """The picture; a voucher that cannot be drawn is not printed, the points go back."""
        try:
            return await self._picture(reserved, language, entry.device_seq)
        except Exception as error:  # whatever it is: the points must not stay held
            log.exception("the voucher cannot be drawn", extra=_fields(reserved.id))
            await self._release(reserved.id, ReleaseReason.CANCELLED, wait=True)
            raise _Ended(PrinterRefused(reserved.id, no_paper=False)) from error

    async def _arm(self, redemption: UUID, printing: Call) -> None:
        """RESERVED -> ARMED, once the service has acknowledged that bytes may reach paper."""
        try:
            answer = await self._service.move(redemption, "printing", printing.body, printing.key)
        except ServiceRefused as refused:
            await self._release(redemption, ReleaseReason.PRINTING_NOT_ACKNOWLEDGED, wait=True)
            raise _Ended(RedemptionRefused(redemption, refused.problem)) from refused
        except ServiceSilent as silent:
            self._log_silent(redemption, "printing", silent)
            await self._release(redemption, ReleaseReason.PRINTING_NOT_ACKNOWLEDGED)
            raise _Ended(RedemptionUnreached(redemption)) from silent
        if answer.state is not State.PRINTING:
            await self._release(redemption, ReleaseReason.PRINTING_NOT_ACKNOWLEDGED)
            raise _Ended(RedemptionUnreached(redemption))
        await self._journal.do(Book.armed, redemption)

    async def _print(self, reserved: Redemption, page: Image.Image) -> Printed:
        """ARMED -> PRINTING, then paper."""
        redemption = reserved.id
        await self._journal.do(Book.printing, redemption)
        try:
            return await self._paper(page)
        except NothingPrinted as nothing:
            await self._release(redemption, ReleaseReason.PRINTER_NOT_READY, wait=True)
            raise _Ended(PrinterRefused(redemption, no_paper=nothing.no_paper)) from nothing
        except PrinterLost as lost:
            await self._journal.do(Book.uncertain, redemption, _why(lost))
            self._wake()
            raise _Ended(_uncertain(reserved, lost)) from lost

    async def _write_printed(
        self, printed: Redemption, paper: Printed, on_step: OnStep
    ) -> VoucherPrinted:
        """PRINTING or UNCERTAIN -> PRINTED; the capture follows by itself."""
        try:
            await self._journal.do(Book.printed, printed.id, paper.paper_mm)
        except MoveRefused:
            # A reprint whose redemption the service settled meanwhile: it is closed already.
            log.info("printed again after it was settled", extra=_fields(printed.id))
        on_step(StepReached(printed.id, Step.TAKE))
        self._wake()
        return VoucherPrinted(printed.id, _tail(printed), printed)

    async def _release(
        self, redemption: UUID, reason: ReleaseReason, *, wait: bool = False
    ) -> None:
        """-> RELEASE_PENDING: nothing is on paper. The service hears of it, now or later.

        Args:
            wait: give it a moment, so that a second try finds its points.
        """
        await self._journal.do(Book.release_pending, redemption, reason)
        self._wake()
        if wait:
            await self._settler.hurry(redemption, RELEASE_S)

    # --- The same code once more ---------------------------------------------------------

    async def _ask_reprint(self, wanted: effect.Reprint) -> Redemption:
        """The service's leave, with the same code; a refusal or silence changes nothing."""
        redemption = wanted.redemption
        try:
            call = await self._journal.do(Book.reprint_asked, redemption, wanted.session)
        except MoveRefused as settled:
            raise await self._settled_already(redemption) from settled
        try:
            answer = await self._service.reprint(redemption, call.body, call.key)
        except ServiceRefused as refused:
            code = refused.problem.code
            await self._journal.do(Book.reprint_refused, redemption, code)
            raise _Ended(RedemptionRefused(redemption, refused.problem)) from refused
        except ServiceSilent as silent:
            self._log_silent(redemption, "reprint", silent)
            raise _Ended(RedemptionUnreached(redemption)) from silent
        return Redemption(
            id=redemption,
            state=State.UNCERTAIN,
            points=answer.voucher.print_fields.points,
            voucher=answer.voucher,
            copy=answer.copy,
        )

    async def _draw_again(self, again: Redemption, language: Language) -> Image.Image:
        entry = await self._journal.do(Book.find, again.id)
        try:
            return await self._picture(again, language, entry.device_seq if entry else None)
        except Exception as error:  # whatever it is: the shopper is told, the code lives
            log.exception("the voucher cannot be drawn", extra=_fields(again.id))
            await self._journal.do(Book.reprint_ended, again.id, "cannot be drawn")
            raise _Ended(PrinterRefused(again.id, no_paper=False)) from error

    async def _write_reprint_begun(self, again: Redemption) -> None:
        """Stays UNCERTAIN, with a note that bytes may be on paper."""
        try:
            await self._journal.do(Book.reprint_begun, again.id, again.copy, _tail(again))
        except MoveRefused as settled:
            raise await self._settled_already(again.id) from settled

    async def _print_again(self, again: Redemption, page: Image.Image) -> Printed:
        """Paper; a reprint that fails stays UNCERTAIN, whatever the reason."""
        try:
            return await self._paper(page)
        except NothingPrinted as nothing:
            await self._journal.do(Book.reprint_ended, again.id, _why(nothing))
            raise _Ended(PrinterRefused(again.id, no_paper=nothing.no_paper)) from nothing
        except PrinterLost as lost:
            await self._journal.do(Book.reprint_ended, again.id, _why(lost))
            raise _Ended(_uncertain(again, lost)) from lost

    async def _settled_already(self, redemption: UUID) -> _Ended:
        entry = await self._journal.do(Book.find, redemption)
        state = entry.state if entry else ""
        title = "This voucher is not to be printed again."
        refused = problem(ErrorCode.REDEMPTION_STATE, title, state=str(state))
        return _Ended(RedemptionRefused(redemption, refused))

    # --- How -----------------------------------------------------------------------------

    async def _picture(
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

    async def _paper(self, page: Image.Image) -> Printed:
        """On paper and cut; any failure that is not proven to be before the first byte is
        PrinterLost.
        """
        try:
            return await self._on_printer(self._printer.print, page, PRINT_S)
        except PrinterError:
            raise
        except Exception as error:
            log.exception("the printer's driver failed")
            raise PrinterLost(f"driver: {type(error).__name__}") from error

    async def _on_printer(self, act: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._printer_thread, act, *args)

    def _wake(self) -> None:
        self._settler.wake()
        self._tell_events()

    @staticmethod
    def _log_silent(redemption: UUID, call: str, silent: ServiceSilent) -> None:
        log.warning("no answer to %s: %s", call, silent, extra=_fields(redemption))


def _may_be_held(refused: ServiceRefused) -> bool:
    """Whether an earlier send of the same id may have held points in spite of this refusal."""
    return refused.problem.retryable or refused.problem.code == ErrorCode.IDEMPOTENCY_MISMATCH


def _uncertain(redemption: Redemption, lost: PrinterLost) -> VoucherUncertain:
    return VoucherUncertain(redemption.id, _tail(redemption), no_paper=lost.no_paper)


def _why(error: PrinterError) -> str:
    kind = "nothing printed" if isinstance(error, NothingPrinted) else "printer lost"
    return f"{kind}, paper end" if error.no_paper else kind


def _voucher(redemption: Redemption) -> Voucher:
    if redemption.voucher is None:  # the client has checked it
        raise ValueError("a redemption without a voucher")
    return redemption.voucher


def _tail(redemption: Redemption) -> str:
    return voucher_code.tail(_voucher(redemption).code)


def _fields(redemption: UUID) -> dict[str, str]:
    return {"redemption_id": str(redemption)}
