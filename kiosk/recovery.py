"""What a start makes of what the last run left behind; before anybody sees a screen.

| on disk | becomes |
|---|---|
| nothing | nothing |
| INTENT, RESERVED | RELEASE_PENDING: nothing was printed, the service is told until it hears |
| ARMED, PRINTING | UNCERTAIN: the code lives; printer reset, cut, a VOID slip if there is paper |
| UNCERTAIN, a reprint begun | UNCERTAIN; printer reset, cut, slip |
| PRINTED | PRINTED: the capture is repeated by the settler |
| CAPTURED | CLOSED |
| a reprint begun of one that is CLOSED | CLOSED; printer reset, cut, slip |
| a slip or test print begun | counted by an estimate; printer reset, cut |
| a roll change | can be resumed; what it took is not measured any more |

What was on its way to paper and has no row of its own is counted by an estimate: as long as
the longest of late. Nothing here needs the network. It can be killed anywhere and run again:
the printer is cleared before the journal says so, and each arrow is a transaction of its own.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

from PIL import Image

from kiosk.devices.ports import Fact, NothingPrinted, PrinterLost, VoucherPrinter
from kiosk.journal.book import Book
from kiosk.journal.entry import Entry
from kiosk.journal.journal import Journal
from kiosk.journal.roll import Proof, UseKind
from kiosk.journal.state import JournalState
from kiosk.paper.reckoning import CLEAR_MM, PaperLengths
from wire.api.devices import EventType
from wire.api.redemptions import ReleaseReason

log = logging.getLogger(__name__)

STATUS_S = 2.0
RESET_S = 5.0
SLIP_S = 20.0

DEFAULT_LENGTHS = PaperLengths()

VoidSlip = Callable[[str], Image.Image]
"""Draws 作废 VOID for a voucher with this tail; called in a thread."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a start found and did."""

    released: int = 0
    """Will be released: the shopper's points go back."""
    uncertain: int = 0
    """May be on paper."""
    reprints: int = 0
    """Reprints that were interrupted."""
    closed: int = 0
    waiting: int = 0
    """Printed, captured or uncertain ones that the service will be told about."""

    @property
    def anything(self) -> bool:
        """Whether a redemption was interrupted."""
        return bool(self.released or self.uncertain or self.reprints)


async def recover(
    journal: Journal,
    printer: VoucherPrinter,
    printer_thread: Executor,
    void_slip: VoidSlip | None = None,
    lengths: PaperLengths = DEFAULT_LENGTHS,
) -> Recovered:
    """Brings the journal to rest. Run it before the settler and before the screens.

    Args:
        void_slip: None prints no slip (the kiosk has no configuration yet).
        lengths: what pages take that nobody has measured yet.

    Raises:
        JournalBroken
    """
    await journal.do(Book.wizard_interrupted)
    estimates = {UseKind.VOID: lengths.slip_mm, UseKind.TEST: lengths.test_mm}
    slip = await journal.do(Book.slip_interrupted, estimates)
    in_hand = await journal.do(Book.in_hand)
    reprints = await journal.do(Book.reprinting)
    waiting = await journal.do(Book.waiting)
    captured = [entry for entry in waiting if entry.state is JournalState.CAPTURED]
    maybe_on_paper = _maybe_on_paper(in_hand, reprints)
    if maybe_on_paper is not None or slip is not None:
        await _clear_printer(journal, printer, printer_thread, void_slip, maybe_on_paper)
    released = uncertain = 0
    if in_hand is not None and in_hand.state in {JournalState.INTENT, JournalState.RESERVED}:
        await journal.do(Book.release_pending, in_hand.id, ReleaseReason.RECOVERED)
        released = 1
    elif in_hand is not None:
        # ARMED: the first byte was still to come.
        printing = in_hand.state is JournalState.PRINTING
        mm = await _estimate(journal, UseKind.VOUCHER, lengths) if printing else 0
        why = f"interrupted at {in_hand.state}"
        await journal.do(Book.uncertain, in_hand.id, why, mm, Proof.ESTIMATE)
        uncertain = 1
    for entry in reprints:
        mm = await _estimate(journal, UseKind.REPRINT, lengths)
        await journal.do(Book.reprint_ended, entry.id, "reprint interrupted", mm, Proof.ESTIMATE)
    for entry in captured:
        await journal.do(Book.closed, entry.id, "captured before the restart")
    left = len(waiting) - len(captured) + released + uncertain
    recovered = Recovered(released, uncertain, len(reprints), len(captured), left)
    await _tell(journal, recovered)
    return recovered


async def _estimate(journal: Journal, kind: UseKind, lengths: PaperLengths) -> int:
    return await journal.do(Book.estimate, kind, lengths.voucher_mm)


def _maybe_on_paper(in_hand: Entry | None, reprints: list[Entry]) -> Entry | None:
    """A redemption of which bytes may be in the printer."""
    if in_hand is not None and in_hand.state in {JournalState.ARMED, JournalState.PRINTING}:
        return in_hand
    return reprints[0] if reprints else None


async def _clear_printer(
    journal: Journal,
    printer: VoucherPrinter,
    thread: Executor,
    void_slip: VoidSlip | None,
    entry: Entry | None,
) -> None:
    """Half a page is cut off, half a voucher called void, as far as the printer can."""
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(thread, printer.reset, RESET_S)
    status = await loop.run_in_executor(thread, printer.status, STATUS_S)
    if status.paper is not Fact.OK:
        return
    await journal.do(Book.cut, CLEAR_MM)
    if void_slip is None or entry is None:
        return
    fields = {"redemption_id": str(entry.id)}
    try:
        page = await asyncio.to_thread(void_slip, entry.tail)
    except Exception:  # a slip is a courtesy; the kiosk must start
        log.exception("no void slip", extra=fields)
        return
    await journal.do(Book.slip_begun, UseKind.VOID, entry.id, None)
    mm, proof, why = 0, Proof.LOST, "nothing printed"
    try:
        printed = await loop.run_in_executor(thread, printer.print, page, SLIP_S)
        mm, proof, why = printed.paper_mm, Proof.FENCE, ""
    except NothingPrinted as error:
        log.warning("no void slip: %s", error, extra=fields)
    except PrinterLost as lost:
        log.warning("no void slip: %s", lost, extra=fields)
        mm, why = lost.paper_mm, "printer lost"
    except Exception:  # a driver that fails; the kiosk must start
        log.exception("no void slip", extra=fields)
        why = "the driver failed"
    await journal.do(Book.slip_ended, mm, proof, why)


async def _tell(journal: Journal, recovered: Recovered) -> None:
    if not recovered.anything:
        return
    log.warning(
        "recovered: %d to release, %d uncertain, %d reprints interrupted",
        recovered.released,
        recovered.uncertain,
        recovered.reprints,
    )
    payload: dict[str, str | int | bool | None] = {
        "released": recovered.released,
        "uncertain": recovered.uncertain,
        "reprints": recovered.reprints,
    }
    await journal.do(Book.tell, EventType.RECOVERED, payload)
