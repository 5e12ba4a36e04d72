"""A printer with the panel's paper sensors beside its own: either of them may say "no paper"."""

from collections.abc import Callable
from dataclasses import replace

from PIL import Image

from kiosk.devices.ports import Fact, PanelState, Printed, PrinterStatus, VoucherPrinter


class SensedPrinter:
    """The `VoucherPrinter` that the kiosk asks; its status has the sensors in it.

    A sensor that says "no paper" wins over whatever the printer says, and over its silence.
    A sensor that says "paper" proves nothing for a printer that does not answer: unknown
    stays unknown.
    """

    def __init__(self, printer: VoucherPrinter, panel: Callable[[], PanelState]) -> None:
        self._printer = printer
        self._panel = panel

    def status(self, timeout_s: float) -> PrinterStatus:
        status = self._printer.status(timeout_s)
        panel = self._panel()
        if panel.paper_end is Fact.FAULT:
            status = replace(status, paper=Fact.FAULT)
        if panel.paper_near_end is Fact.FAULT or status.near_end is Fact.UNKNOWN:
            status = replace(status, near_end=panel.paper_near_end)
        return status

    def print(self, page: Image.Image, timeout_s: float) -> Printed:
        return self._printer.print(page, timeout_s)

    def reset(self, timeout_s: float) -> None:
        self._printer.reset(timeout_s)

    def slot(self) -> Fact:
        return self._printer.slot()

    def retract(self, timeout_s: float) -> bool:
        return self._printer.retract(timeout_s)

    def close(self) -> None:
        self._printer.close()
