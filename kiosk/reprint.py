"""The same code once more, for its owner or for staff: it never makes a new one.

A reprint that fails leaves the redemption as it stood: its code lives.
"""

import logging
from uuid import UUID

from PIL import Image

from kiosk.devices.ports import NothingPrinted, Printed, PrinterLost
from kiosk.dispenser import Dispenser, Ended, OnStep, fields, log_silent, tail, uncertain, why
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
from kiosk.journal.entry import By, Call
from kiosk.journal.error import MoveRefused
from kiosk.journal.state import JournalState
from kiosk.sync.client import ServiceClient
from kiosk.sync.errors import ServiceRefused, ServiceSilent
from kiosk.sync.staff_call import StaffGone, StaffTokens, body_to_send
from wire.api.redemptions import Redemption, State
from wire.api.text import Language
from wire.errors import ErrorCode, problem

log = logging.getLogger(__name__)

SETTLE_S = 2.0
"""How long staff wait for an older capture to be heard before its reprint is asked for."""


class Reprinter:
    """One reprint at a time: `Redeemer` holds the lock. Used in the event loop."""

    def __init__(self, dispenser: Dispenser, service: ServiceClient, tokens: StaffTokens) -> None:
        self._dispenser = dispenser
        self._journal = dispenser.journal
        self._service = service
        self._tokens = tokens

    async def reprint(self, wanted: effect.Reprint | StaffReprint, on_step: OnStep) -> Event:
        """Answers as `effect.Redeem` says.

        Raises:
            JournalBroken: nothing more may be printed; the process must end.
        """
        redemption = wanted.redemption
        with self._dispenser.settler.reprinting(redemption):
            try:
                on_step(StepReached(redemption, Step.DEDUCT))
                await self._dispenser.need_printer(redemption)
                again = await self._leave(redemption, await self._ask(wanted))
                page = await self._draw(again, wanted.language)
                await self._write_begun(again)
                on_step(StepReached(redemption, Step.PRINT))
                paper = await self._print(again, page)
                await self._journal.do(Book.printed, redemption, paper.paper_mm)
            except Ended as ended:
                return ended.answer
        on_step(StepReached(redemption, Step.TAKE))
        await self._dispenser.wake()
        return VoucherPrinted(redemption, tail(again), again)

    async def _ask(self, wanted: effect.Reprint | StaffReprint) -> Call:
        """The call, on disk."""
        redemption = wanted.redemption
        try:
            if isinstance(wanted, effect.Reprint):
                return await self._journal.do(Book.reprint_asked, redemption, wanted.session)
            await self._settle_first(redemption)
            by = By(wanted.staff_ref, wanted.login)
            return await self._journal.do(Book.staff_reprint_asked, redemption, by, wanted.reason)
        except MoveRefused as settled:
            raise await self._settled_already(redemption) from settled

    async def _settle_first(self, redemption: UUID) -> None:
        """Printed, and the service has not heard of it: it would refuse what it takes for a
        redemption that is just being printed.
        """
        entry = await self._journal.do(Book.find, redemption)
        if entry is not None and entry.state is JournalState.PRINTED:
            await self._dispenser.settler.hurry(redemption, SETTLE_S)

    async def _leave(self, redemption: UUID, call: Call) -> Redemption:
        """The service's leave, with the same code; a refusal or silence changes nothing."""
        try:
            body = body_to_send(call, self._tokens)
            answer = await self._service.reprint(redemption, body, call.key)
        except StaffGone as gone:
            title = "Nobody is logged in any more."
            expired = problem(ErrorCode.STAFF_SESSION_EXPIRED, title)
            await self._journal.do(Book.reprint_refused, redemption, expired.code)
            raise Ended(RedemptionRefused(redemption, expired)) from gone
        except ServiceRefused as refused:
            code = refused.problem.code
            await self._journal.do(Book.reprint_refused, redemption, code)
            raise Ended(RedemptionRefused(redemption, refused.problem)) from refused
        except ServiceSilent as silent:
            log_silent(redemption, "reprint", silent)
            raise Ended(RedemptionUnreached(redemption)) from silent
        return Redemption(
            id=redemption,
            state=State.UNCERTAIN,
            points=answer.voucher.print_fields.points,
            voucher=answer.voucher,
            copy=answer.copy,
        )

    async def _draw(self, again: Redemption, language: Language) -> Image.Image:
        entry = await self._journal.do(Book.find, again.id)
        device_seq = entry.device_seq if entry else None
        try:
            return await self._dispenser.picture(again, language, device_seq)
        except Exception as error:  # whatever it is: the shopper is told, the code lives
            log.exception("the voucher cannot be drawn", extra=fields(again.id))
            await self._journal.do(Book.reprint_ended, again.id, "cannot be drawn")
            refused = PrinterRefused(again.id, no_paper=False, counted=again.copy)
            raise Ended(refused) from error

    async def _write_begun(self, again: Redemption) -> None:
        """Stays as it is, with a note that bytes may be on paper."""
        try:
            await self._journal.do(Book.reprint_begun, again.id, again.copy, tail(again))
        except MoveRefused as settled:
            raise await self._settled_already(again.id) from settled

    async def _print(self, again: Redemption, page: Image.Image) -> Printed:
        """Paper; a reprint that fails leaves it as it is, whatever the reason."""
        try:
            return await self._dispenser.print(page)
        except NothingPrinted as nothing:
            await self._journal.do(Book.reprint_ended, again.id, why(nothing))
            no_paper = nothing.no_paper
            refused = PrinterRefused(again.id, no_paper=no_paper, counted=again.copy)
            raise Ended(refused) from nothing
        except PrinterLost as lost:
            await self._journal.do(Book.reprint_ended, again.id, why(lost), lost.paper_mm)
            await self._dispenser.wake()
            raise Ended(uncertain(again, lost)) from lost

    async def _settled_already(self, redemption: UUID) -> Ended:
        entry = await self._journal.do(Book.find, redemption)
        state = entry.state if entry else ""
        title = "This voucher is not to be printed again."
        refused = problem(ErrorCode.REDEMPTION_STATE, title, state=str(state))
        return Ended(RedemptionRefused(redemption, refused))
