"""Somebody who takes vouchers from the slot, or tears them off, in an unattended demo."""

from kiosk.devices.printer.emulator.mechanism import EmulatedPrinter


class Customer:
    """Waits until the paper has come to rest, then a little longer, then takes it."""

    def __init__(self, printer: EmulatedPrinter, after_s: float) -> None:
        self._printer = printer
        self._after_s = after_s
        self._seen = -1
        self._since: float | None = None

    def look(self, now: float) -> float | None:
        """Take what is there if its time has come; when to look again."""
        printer = self._printer
        tears = printer.paper.hangs_out and not printer.features.cutter
        if not tears and not printer.slot_full:
            self._since = None
            return None
        if self._since is None or printer.paper.rows_moved != self._seen:
            self._since, self._seen = now, printer.paper.rows_moved
        if now < self._since + self._after_s:
            return self._since + self._after_s
        self._since = None
        if tears:
            printer.tear()
        else:
            printer.take()
        return None
