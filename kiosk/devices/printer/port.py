"""The printer's port: opened when it is needed, dropped when it is lost, opened again."""

import logging
from collections.abc import Callable

from kiosk.devices.ports import Fact
from kiosk.devices.printer.conversation import Conversation
from kiosk.devices.printer.line import Line, LineError, LineSlow, Monotonic
from kiosk.devices.printer.profile import PrinterProfile

_log = logging.getLogger(__name__)
_START_S = 4.0
"""Printers answer one to three seconds after they were switched on."""
_LOOK_S = 1.5


class Port:
    """A line that comes and goes, and the conversation on it."""

    def __init__(
        self,
        open_line: Callable[[], Line],
        profile: PrinterProfile,
        monotonic: Monotonic,
        *,
        bytes_per_s: float | None,
        starts_printer: bool,
        on_open: Callable[[], None],
    ) -> None:
        """Nothing is opened yet; for the arguments see `EscPosPrinter`.

        Args:
            on_open: called each time that the line was opened, before anything is said.
        """
        self._open_line = open_line
        self._profile = profile
        self._monotonic = monotonic
        self._bytes_per_s = bytes_per_s
        self._starts_printer = starts_printer
        self._on_open = on_open
        self._line: Line | None = None
        self._talk: Conversation | None = None
        self._there = True
        """Whether the port could be opened when last tried: told to the log once."""

    @property
    def garbage(self) -> int:
        """Bytes on the open port that were no answer."""
        return self._talk.garbage if self._talk else 0

    def talk(self) -> Conversation:
        """The conversation on the open port.

        Raises:
            LineGone
        """
        if self._talk is None:
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
            self._talk = Conversation(self._line, self._profile, self._monotonic, self._bytes_per_s)
            self._on_open()
            if self._starts_printer:
                self._await_start(self._talk)
        return self._talk

    def drop(self, error: LineError) -> None:
        """Forget a port that is gone; one that is merely slow stays, less what waits in it."""
        if isinstance(error, LineSlow):
            self.discard_output()
        else:
            self.close()

    def discard_output(self) -> None:
        """Drop what waits to be sent, as far as the line can."""
        if self._line is not None:
            self._line.discard_output()

    def close(self) -> None:
        """Idempotent."""
        if self._line is not None:
            self._line.close()
        self._line = self._talk = None

    def _await_start(self, talk: Conversation) -> None:
        """Give a printer that was just switched on its time, until it says anything.

        Raises:
            LineGone, LineSlow
        """
        until = self._monotonic() + _START_S
        while self._monotonic() < until:
            if talk.status(min(until, self._monotonic() + _LOOK_S)).online is not Fact.UNKNOWN:
                return
