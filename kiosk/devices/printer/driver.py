"""The real voucher printer: ESC/POS over a serial line."""

import logging
import math
import time
from collections.abc import Callable

from PIL import Image

from kiosk.devices.ports import (
    Fact,
    NothingPrinted,
    Printed,
    PrinterError,
    PrinterLost,
    PrinterStatus,
)
from kiosk.devices.printer.answer import BETWEEN_BANDS, fence_says_paper_end
from kiosk.devices.printer.conversation import Conversation
from kiosk.devices.printer.line import Line, LineError, LineSlow, Monotonic, SerialLine
from kiosk.devices.printer.page import BAND_ROWS, CUT, DOTS_PER_MM, PREAMBLE, bands, feed
from kiosk.devices.printer.profile import PrinterProfile

CUT_FEED_MM = 10
"""What a cut feeds from the head to the cutter."""

_log = logging.getLogger(__name__)
_PREFLIGHT_S = 1.5
"""Time for the printer to say that it is ready, and again to prove that it listens."""
_BAND_PATIENCE_S = 2.0
"""A printer that is silent for so long between two bands has lost power or its cable."""
_POLL_S = 0.3
"""While the fence is awaited the status is asked this often: paper end ends the waiting."""
_CLEAR_S = 5.0
_SETTLE_S = 1.0
"""Late fence answers of an earlier job come within this time of the first one, or never."""
_BAND_HEADER_BYTES = 8


class EscPosPrinter:
    """A `VoucherPrinter` at the end of a line. Used from the printer thread only.

    A page is printed when its end-of-job fence (GS r, answered in turn) has come back
    after the cut and the printer then says that it is ready, all without a foreign byte
    in between. The port is opened when first needed and again after it was lost.
    """

    def __init__(
        self,
        open_line: Callable[[], Line],
        profile: PrinterProfile,
        *,
        monotonic: Monotonic = time.monotonic,
        settle_s: float = _SETTLE_S,
    ) -> None:
        """Nothing is opened yet.

        Args:
            open_line: opens the line, or raises LineGone; called again after it was lost.
            profile: what the model is and can.
            settle_s: how long to wait for late answers of an earlier job.
        """
        self._open_line = open_line
        self._profile = profile
        self._width = profile.width_dots
        self._monotonic = monotonic
        self._settle_s = settle_s
        self._line: Line | None = None
        self._talk: Conversation | None = None
        self._dirty = False
        """An interrupted job may still be in the printer, cut off inside a command."""
        self._settled = False
        """Whether what a former user of the port asked for has been answered and read."""
        self._nudged = False
        """Whether a silent printer has been helped out of a half band since it was opened."""
        self._there = True
        """Whether the port could be opened when last tried: told to the log once."""

    @property
    def garbage(self) -> int:
        """Bytes on the open port that were no answer."""
        return self._talk.garbage if self._talk else 0

    def status(self, timeout_s: float) -> PrinterStatus:
        try:
            return self._ask(self._open(), self._monotonic() + timeout_s)
        except LineError:
            self.close()
            return PrinterStatus()

    def print(self, page: Image.Image, timeout_s: float) -> Printed:
        if page.mode != "1" or page.width != self._width:
            raise ValueError(f"a page is mode 1 and {self._width} dots wide, not {page!r}")
        deadline = self._monotonic() + timeout_s
        self._prove_ready(deadline)
        sent = 0
        try:
            talk, line = self._opened()
            for data in bands(page):
                sent += self._send(line, data, deadline)
                self._check_between_bands(talk, deadline)
            self._send(line, CUT, deadline)
            self._await_printed(talk, deadline)
        except _Refused as error:
            raise self._lost(str(error), no_paper=error.no_paper) from error
        except LineError as error:
            sent += error.written
            self._drop_line(error)
            if not sent:
                raise NothingPrinted(str(error)) from error
            raise self._lost(str(error)) from error
        return Printed(paper_mm=math.ceil(page.height / DOTS_PER_MM) + CUT_FEED_MM)

    def reset(self, timeout_s: float) -> None:
        deadline = self._monotonic() + timeout_s
        try:
            self._clear(deadline)
        except (LineError, PrinterError) as error:
            self._dirty = True
            _log.warning("the printer could not be reset: %s", error)
            if isinstance(error, LineError):
                self.close()

    def slot(self) -> Fact:
        return Fact.UNKNOWN

    def retract(self, timeout_s: float) -> bool:
        return False

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = self._talk = None

    # --- Before the first byte of a page ---------------------------------------------------

    def _prove_ready(self, deadline: float) -> None:
        """Return when the printer says that it is ready and has emptied its buffer.

        Raises:
            NothingPrinted
        """
        try:
            talk = self._open()
            self._refuse_unless_ready(talk, deadline)
            if self._dirty:
                self._clear(deadline)
                self._refuse_unless_ready(talk, deadline)
            self._greet(talk, deadline)
        except _Refused as error:
            raise NothingPrinted(str(error), no_paper=error.no_paper) from error
        except LineError as error:
            self._drop_line(error)
            raise NothingPrinted(str(error)) from error

    def _refuse_unless_ready(self, talk: Conversation, deadline: float) -> None:
        status = self._ask(talk, min(deadline, self._monotonic() + _PREFLIGHT_S))
        if not status.ready:
            raise _Refused(_words(status), no_paper=status.paper is Fact.FAULT)

    def _ask(self, talk: Conversation, deadline: float) -> PrinterStatus:
        """The status, also of a printer that was left in the middle of a band.

        Such a printer takes questions for dots. Once after each opening and each lost job a
        silent one is given the rest of a band in zeros: white dots there, nothing at the
        start of a command.
        """
        half_time = (deadline + self._monotonic()) / 2
        status = talk.status(deadline if self._nudged else half_time)
        if status.online is Fact.UNKNOWN and not self._nudged:
            self._nudged = True
            _, line = self._opened()
            line.write(self._rest_of_a_band(), deadline)
            status = talk.status(deadline)
            self._dirty = self._dirty or status.online is not Fact.UNKNOWN
        return status

    def _rest_of_a_band(self) -> bytes:
        return bytes(self._width // 8 * BAND_ROWS + _BAND_HEADER_BYTES)

    def _greet(self, talk: Conversation, deadline: float) -> None:
        """Initialise, and wait until the printer has worked its buffer off up to here."""
        _, line = self._opened()
        talk.forget()
        line.write(PREAMBLE, deadline)
        talk.ask_fence(deadline)
        if talk.await_fence(min(deadline, self._monotonic() + _PREFLIGHT_S)) is None:
            self._dirty = True
            raise _Refused("the printer does not work off its buffer")
        if talk.owed or not self._settled:
            # That may have been the answer to an earlier job's fence, perhaps of a process
            # that was killed: wait for the others, or for the silence that says that they
            # were lost with the printer's power.
            talk.quiet(self._settle_s, deadline)
        self._settled = True
        talk.owed = 0
        talk.forget()

    def _clear(self, deadline: float) -> None:
        """End a half-sent band, initialise, push out what is printed, cut."""
        talk = self._open()
        _, line = self._opened()
        self._refuse_unless_ready(talk, deadline)
        line.write(self._rest_of_a_band() + PREAMBLE + feed(DOTS_PER_MM) + CUT, deadline)
        talk.ask_fence(deadline)
        if talk.await_fence(min(deadline, self._monotonic() + _CLEAR_S)) is None:
            raise _Refused("the printer does not work off what was left in it")
        talk.quiet(self._settle_s, deadline)
        talk.owed = 0
        talk.forget()
        self._settled = True
        self._dirty = False

    # --- While a page is on its way --------------------------------------------------------

    def _send(self, line: Line, data: bytes, deadline: float) -> int:
        line.write(data, deadline)
        return len(data)

    def _check_between_bands(self, talk: Conversation, deadline: float) -> None:
        patience = min(deadline, self._monotonic() + _BAND_PATIENCE_S)
        status = talk.status(patience, BETWEEN_BANDS)
        if status.online is Fact.OK and status.paper is Fact.OK:
            return
        if status.online is Fact.UNKNOWN or status.paper is Fact.UNKNOWN:
            raise _Refused("the printer stopped answering")
        self._raise_fault(talk, deadline)

    def _raise_fault(self, talk: Conversation, deadline: float) -> None:
        status = talk.status(min(deadline, self._monotonic() + _BAND_PATIENCE_S))
        raise _Refused(_words(status), no_paper=status.paper is Fact.FAULT)

    def _await_printed(self, talk: Conversation, deadline: float) -> None:
        """Return when fence, ready, fence came back in this order and nothing else with them.

        A fence answer is a single byte with few fixed bits. Asked for twice, with a full
        status in between, it is not mistaken for noise on the line.
        """
        while self._monotonic() < deadline:
            talk.drain()
            talk.forget()
            garbage = talk.garbage
            first = self._fence_or_fault(talk, deadline)
            status = talk.status(min(deadline, self._monotonic() + _BAND_PATIENCE_S))
            if not status.ready and Fact.FAULT in _facts(status):
                raise _Refused(_words(status), no_paper=status.paper is Fact.FAULT)
            second = self._fence_or_fault(talk, deadline)
            alone = not talk.drain() and not talk.fences and not talk.owed
            if status.ready and alone and first == second and talk.garbage == garbage:
                return
            talk.quiet(self._settle_s, deadline)
            talk.owed = 0
        raise _Refused("the printer did not confirm the cut in time")

    def _fence_or_fault(self, talk: Conversation, deadline: float) -> int:
        """The answer to a new fence; the status is asked while it does not come."""
        talk.ask_fence(deadline)
        while True:
            answer = talk.await_fence(min(deadline, self._monotonic() + _POLL_S))
            if answer is not None:
                if fence_says_paper_end(answer):
                    raise _Refused("the paper ended", no_paper=True)
                return answer
            if self._monotonic() >= deadline:
                raise _Refused("the printer did not confirm the cut in time")
            status = talk.status(min(deadline, self._monotonic() + _POLL_S))
            if Fact.FAULT in _facts(status):
                raise _Refused(_words(status), no_paper=status.paper is Fact.FAULT)

    # --- The port --------------------------------------------------------------------------

    def _open(self) -> Conversation:
        """The conversation on the open port.

        Raises:
            LineGone
        """
        if self._line is None or self._talk is None:
            try:
                self._line = self._open_line()
            except LineError:
                if self._there:
                    _log.warning("the printer's port cannot be opened")
                self._there = False
                raise
            if not self._there:
                _log.info("the printer's port is open again")
            self._there = True
            self._settled = self._nudged = False
            self._talk = Conversation(self._line, self._monotonic)
        return self._talk

    def _opened(self) -> tuple[Conversation, Line]:
        talk = self._open()
        assert self._line is not None  # noqa: S101 - _open has just seen to it
        return talk, self._line

    def _drop_line(self, error: LineError) -> None:
        """Forget a port that is gone; one that is merely slow stays, less what waits in it."""
        if isinstance(error, LineSlow) and self._line is not None:
            self._line.discard_output()
        else:
            self.close()

    def _lost(self, message: str, *, no_paper: bool = False) -> PrinterLost:
        """The error for a page of which bytes went out; the next job clears it away first."""
        self._dirty, self._nudged = True, False
        if self._line is not None:
            self._line.discard_output()
        return PrinterLost(message, no_paper=no_paper)


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
        super().__init__(lambda: SerialLine(port, speed), profile, settle_s=settle_s)


class _Refused(PrinterError):
    """The printer says no, or nothing; whether bytes of the page went out the caller knows."""


def _facts(status: PrinterStatus) -> tuple[Fact, ...]:
    return (status.paper, status.cover, status.mechanism, status.online)


def _words(status: PrinterStatus) -> str:
    """For the log: the facts that are not OK."""
    names = ("paper", "cover", "mechanism", "online")
    pairs = zip(names, _facts(status), strict=True)
    return "the printer says " + ", ".join(f"{n} {f}" for n, f in pairs if f is not Fact.OK)
