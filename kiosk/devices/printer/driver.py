"""The real voucher printer: ESC/POS over a line."""

import logging
import math
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from PIL import Image

from kiosk.devices.ports import (
    Fact,
    NothingPrinted,
    Printed,
    PrinterError,
    PrinterLost,
    PrinterStatus,
)
from kiosk.devices.printer.answer import BETWEEN_BANDS, slot_fact
from kiosk.devices.printer.conversation import Conversation
from kiosk.devices.printer.line import (
    BITS_PER_BYTE,
    Line,
    LineError,
    LineSlow,
    Monotonic,
    SerialLine,
)
from kiosk.devices.printer.page import (
    bands,
    clearing,
    ending,
    preamble,
    rest_of_a_band,
    rest_of_a_header,
)
from kiosk.devices.printer.port import Port
from kiosk.devices.printer.profile import DOTS_PER_MM, PrinterProfile
from kiosk.devices.printer.proof import Proof
from kiosk.devices.printer.refusal import Refused, faulty, refused

_log = logging.getLogger(__name__)
_PREFLIGHT_S = 1.5
"""Time for the printer to say that it is ready, and again to prove that it listens."""
_BAND_PATIENCE_S = 2.0
"""A printer that is silent for so long between two bands has lost power or its cable."""
_HEADER_S = 0.05
_CLEAR_S = 5.0
_SETTLE_S = 1.0
"""Late fence answers of an earlier job come within this time of the first one, or never."""
_SLOT_S = 1.0
_MAKE_ROOM_S = 5.0
"""For a presenter to take back what nobody took, before the next page."""
_LOOK_AGAIN_S = 0.1


@dataclass(slots=True)
class _Sent:
    """What has been sent of the page at hand."""

    bytes: int = 0
    rows: int = 0


class EscPosPrinter:
    """A `VoucherPrinter` at the end of a line. Used from the printer thread only.

    A page is printed when its end-of-job fence (a question that is answered in turn) has
    come back after the cut and the printer then says that it is ready, all without a
    foreign byte in between. The port is opened when first needed and again after it was
    lost.
    """

    def __init__(
        self,
        open_line: Callable[[], Line],
        profile: PrinterProfile,
        *,
        settings: bytes = b"",
        bytes_per_s: float | None = None,
        starts_with_port: bool = False,
        monotonic: Monotonic = time.monotonic,
        settle_s: float = _SETTLE_S,
    ) -> None:
        """Nothing is opened yet.

        Args:
            open_line: opens the line, or raises LineGone; called again after it was lost.
            profile: what the model is and can.
            settings: the profile's commands for density and speed, sent before each page.
            bytes_per_s: speed of the line, None where it takes no time that matters.
            starts_with_port: whether opening the line switches the printer on: then nothing
                of an earlier job is in it, and it takes a while until it answers.
            monotonic: the clock of all deadlines.
            settle_s: how long to wait for late answers of an earlier job.
        """
        self._profile = profile
        self._settings = settings
        self._starts_with_port = starts_with_port
        self._monotonic = monotonic
        self._settle_s = settle_s
        self._port = Port(
            open_line,
            profile,
            monotonic,
            bytes_per_s=bytes_per_s,
            starts_printer=starts_with_port,
            on_open=self._begin_anew,
        )
        self._dirty = False
        """An interrupted job may still be in the printer, cut off inside a command."""
        self._settled = False
        """Whether what a former user of the port asked for has been answered and read."""
        self._nudged = False
        """Whether a silent printer has been helped out of a half band since it was opened."""
        self._in_header = False
        """Whether what waited was dropped, perhaps after the beginning of a band's header."""
        self._cleared_rows = 0
        """Of paper that clearing unasked took since the last page: told with the next one."""

    @property
    def garbage(self) -> int:
        """Bytes on the open port that were no answer."""
        return self._port.garbage

    def status(self, timeout_s: float) -> PrinterStatus:
        try:
            return self._ask(self._port.talk(), self._monotonic() + timeout_s)
        except LineError as error:
            self._port.drop(error)
            return PrinterStatus()

    def print(self, page: Image.Image, timeout_s: float) -> Printed:
        width = self._profile.width_dots
        if page.mode != "1" or page.width != width:
            raise ValueError(f"a page is mode 1 and {width} dots wide, not {page!r}")
        deadline = self._monotonic() + timeout_s
        self._prove_ready(deadline)
        sent = _Sent()
        talk: Conversation | None = None
        try:
            talk = self._port.talk()
            for band in bands(page):
                self._send(talk, band.data, band.rows, sent, deadline)
                self._check_between_bands(talk, deadline)
                talk.probe(deadline)
            self._check_between_bands(talk, deadline)
            end = ending(self._profile, page.height)
            self._send(talk, end.data, end.rows, sent, deadline)
            self._proof(talk).await_printed(deadline)
        except Refused as error:
            raise self._lost(error, sent) from error
        except LineError as error:
            sent.bytes += error.written
            alarm = _last_words(talk)
            self._port.drop(error)
            if not sent.bytes:
                raise NothingPrinted(str(error)) from error
            raise self._lost(alarm or error, sent) from error
        return Printed(paper_mm=self._paper_mm(sent))

    def reset(self, timeout_s: float) -> None:
        deadline = self._monotonic() + timeout_s
        told_later = self._cleared_rows
        try:
            self._clear(deadline)
        except (LineError, PrinterError) as error:
            self._dirty = True
            _log.warning("the printer could not be reset: %s", error)
            if isinstance(error, LineError):
                self.close()
        self._cleared_rows = told_later  # who asks for a reset counts its paper

    def slot(self) -> Fact:
        try:
            return self._slot(self._port.talk(), self._monotonic() + _SLOT_S)
        except LineError as error:
            self._port.drop(error)
            return Fact.UNKNOWN

    def retract(self, timeout_s: float) -> bool:
        try:
            return self._retract(self._port.talk(), self._monotonic() + timeout_s)
        except LineError as error:
            self._port.drop(error)
            return False

    def close(self) -> None:
        self._port.close()

    def _begin_anew(self) -> None:
        """The port was opened: nothing is known of the printer, or it was just switched on."""
        self._settled = self._nudged = self._starts_with_port
        self._in_header = False
        self._dirty = self._dirty and not self._starts_with_port

    # --- Before the first byte of a page ---------------------------------------------------

    def _prove_ready(self, deadline: float) -> None:
        """Return when the printer says that it is ready and has emptied its buffer.

        Raises:
            NothingPrinted
        """
        try:
            talk = self._port.talk()
            self._refuse_unless_ready(talk, deadline)
            if self._dirty:
                self._clear(deadline)
                self._refuse_unless_ready(talk, deadline)
            self._greet(talk, deadline)
            self._make_room(talk, deadline)
        except Refused as error:
            raise NothingPrinted(str(error), no_paper=error.no_paper) from error
        except LineError as error:
            self._port.drop(error)
            raise NothingPrinted(str(error)) from error

    def _refuse_unless_ready(self, talk: Conversation, deadline: float) -> None:
        status = self._ask(talk, min(deadline, self._monotonic() + _PREFLIGHT_S))
        if not status.ready:
            raise refused(status)

    def _ask(self, talk: Conversation, deadline: float) -> PrinterStatus:
        """The status, also of a printer that was left in the middle of a band.

        Such a printer takes questions for dots. Once after each opening and each lost job a
        silent one is given the rest of a band in zeros: white dots there, nothing at the
        start of a command.
        """
        if self._in_header:
            self._in_header = False
            with suppress(LineSlow):  # a line that stands still takes questions at the most
                talk.write(rest_of_a_header(), min(deadline, self._monotonic() + _HEADER_S))
        half_time = (deadline + self._monotonic()) / 2
        status = talk.status(deadline if self._nudged else half_time)
        if status.online is Fact.UNKNOWN and not self._nudged:
            self._nudged = True
            talk.write(rest_of_a_band(self._profile), deadline)
            status = talk.status(deadline)
            self._dirty = self._dirty or status.online is not Fact.UNKNOWN
        return status

    def _greet(self, talk: Conversation, deadline: float) -> None:
        """Initialise, and wait until the printer has worked its buffer off up to here."""
        talk.forget()
        try:
            patience = min(deadline, self._monotonic() + _PREFLIGHT_S)
            talk.write(preamble(self._profile, self._settings), patience)
            patience = min(deadline, self._monotonic() + _PREFLIGHT_S)
            self._proof(talk).fence(patience, "the printer does not work off its buffer")
        except (Refused, LineSlow):
            # It may have taken a part of the greeting, which would eat what is asked next.
            self._dirty, self._nudged, self._in_header = True, False, True
            raise
        if talk.owed or not self._settled:
            # That may have been the answer to an earlier job's fence, perhaps of a process
            # that was killed: wait for the others, or for the silence that says that they
            # were lost with the printer's power.
            talk.quiet(self._settle_s, deadline)
        self._settled = True
        talk.owed = 0
        talk.forget()

    def _make_room(self, talk: Conversation, deadline: float) -> None:
        """A voucher that nobody took is taken back, before the next one jams on it."""
        if self._profile.presenter is None or self._slot(talk, deadline) is not Fact.FAULT:
            return
        if not self._retract(talk, min(deadline, self._monotonic() + _MAKE_ROOM_S)):
            raise Refused("a voucher stands in the slot and cannot be taken back")

    def _clear(self, deadline: float) -> None:
        """End a half-sent band, initialise, push out what is printed, cut."""
        talk = self._port.talk()
        self._refuse_unless_ready(talk, deadline)
        end = clearing(self._profile, self._settings)
        self._cleared_rows += end.rows
        talk.write(end.data, deadline)
        patience = min(deadline, self._monotonic() + _CLEAR_S)
        self._proof(talk).fence(patience, "the printer does not work off what was left in it")
        talk.quiet(self._settle_s, deadline)
        talk.owed = 0
        talk.forget()
        self._settled = True
        self._dirty = False

    # --- While a page is on its way --------------------------------------------------------

    def _proof(self, talk: Conversation) -> Proof:
        return Proof(talk, self._profile, self._monotonic, self._settle_s)

    @staticmethod
    def _send(talk: Conversation, data: bytes, rows: int, sent: _Sent, deadline: float) -> None:
        sent.rows += rows
        talk.write(data, deadline)
        sent.bytes += len(data)

    def _check_between_bands(self, talk: Conversation, deadline: float) -> None:
        """The answer to the last probe; whatever is not plainly good is asked again in full."""
        patience = min(deadline, self._monotonic() + _BAND_PATIENCE_S)
        told = talk.probed(deadline)
        if told is None:
            return
        if faulty(told):
            status = talk.status(patience)
            if faulty(status) or status.online is Fact.UNKNOWN:
                # What is asked now may wait behind a band for which there is no room any more.
                # What it said unasked says more than the one thing that was probed.
                raise refused(status if faulty(status) else talk.alarm or told)
        else:
            status = talk.status(patience, BETWEEN_BANDS)
        if status.online is Fact.OK and status.paper is Fact.OK:
            return
        if status.online is Fact.UNKNOWN or status.paper is Fact.UNKNOWN:
            # It may have said why unasked, before what is asked stood behind a full buffer.
            raise refused(talk.alarm) if talk.alarm else Refused("the printer stopped answering")
        raise refused(talk.status(min(deadline, self._monotonic() + _BAND_PATIENCE_S)))

    # --- The slot --------------------------------------------------------------------------

    def _slot(self, talk: Conversation, deadline: float) -> Fact:
        presenter = self._profile.presenter
        if presenter is None:
            return Fact.UNKNOWN
        return slot_fact(talk.presenter(presenter, deadline), presenter)

    def _retract(self, talk: Conversation, deadline: float) -> bool:
        presenter = self._profile.presenter
        if presenter is None:
            return False
        talk.write(presenter.retract, deadline)
        while (slot := self._slot(talk, deadline)) is not Fact.OK:
            if self._monotonic() >= deadline:
                return False
            talk.quiet(_LOOK_AGAIN_S, min(deadline, self._monotonic() + _LOOK_AGAIN_S))
        return slot is Fact.OK

    def _lost(self, error: PrinterError | LineError, sent: _Sent) -> PrinterLost:
        """The error for a page of which bytes went out; the next job clears it away first."""
        self._dirty, self._nudged, self._in_header = True, False, True
        self._port.discard_output()
        no_paper = isinstance(error, PrinterError) and error.no_paper
        return PrinterLost(str(error), no_paper=no_paper, paper_mm=self._paper_mm(sent))

    def _paper_mm(self, sent: _Sent) -> int:
        """What the roll gave for this page, and for what was cleared away before it."""
        rows, self._cleared_rows = sent.rows + self._cleared_rows, 0
        return math.ceil(rows / DOTS_PER_MM)


def _last_words(talk: Conversation | None) -> Refused | None:
    """What the printer said unasked before its line took no more: paper ended, say."""
    if talk is None:
        return None
    with suppress(LineError):
        talk.drain()
    return refused(talk.alarm) if talk.alarm else None


class SerialPrinter(EscPosPrinter):
    """The printer on a tty, or on the emulator's pty."""

    def __init__(
        self,
        port: str,
        profile: PrinterProfile,
        baud: int = 0,
        *,
        settle_s: float = _SETTLE_S,
    ) -> None:
        """Nothing is opened yet; `baud` 0 is the profile's."""
        speed = baud or profile.baud
        super().__init__(
            lambda: SerialLine(port, speed),
            profile,
            bytes_per_s=speed / BITS_PER_BYTE,
            settle_s=settle_s,
        )
