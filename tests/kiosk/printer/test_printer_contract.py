"""What every voucher printer must do: the driver on a pty, the shipped fake, a Pi's printer."""

import os
from collections.abc import Callable

import pytest

from kiosk.devices.ports import Fact, NothingPrinted, PrinterLost, PrinterStatus, VoucherPrinter
from kiosk.devices.printer.driver import SerialPrinter
from kiosk.devices.printer.fake import NO_PAPER, SILENT, FakePrinter, LoseAfter, RefuseBefore
from tests.kiosk.printer.conftest import Bench
from tests.kiosk.printer.voucher_pages import PROFILE_58, voucher_page

WIDTH = 384


class _Contract:
    def test_ready_printer_says_so(self, printer: VoucherPrinter) -> None:
        status = printer.status(2.0)
        assert {status.paper, status.cover, status.mechanism, status.online} == {Fact.OK}
        assert status.ready

    def test_page_comes_out_and_its_paper_is_told(self, printer: VoucherPrinter) -> None:
        page = voucher_page(WIDTH)
        printed = printer.print(page, 20.0)
        assert page.height / 8 < printed.paper_mm <= page.height / 8 + 15

    def test_pages_follow_each_other(self, printer: VoucherPrinter) -> None:
        for _ in range(3):
            printer.print(voucher_page(WIDTH).crop((0, 0, WIDTH, 100)), 20.0)

    def test_reset_leaves_a_printer_that_prints(self, printer: VoucherPrinter) -> None:
        printer.reset(5.0)
        printer.print(voucher_page(WIDTH).crop((0, 0, WIDTH, 100)), 20.0)

    def test_close_twice(self, printer: VoucherPrinter) -> None:
        printer.close()
        printer.close()


class TestSerialPrinterOnThePty(_Contract):
    @pytest.fixture
    def printer(self, plug_in: Callable[..., Bench]) -> VoucherPrinter:
        return plug_in(WIDTH).printer


class TestFakePrinter(_Contract):
    @pytest.fixture
    def printer(self) -> VoucherPrinter:
        return FakePrinter()


@pytest.mark.hardware
@pytest.mark.skipif(
    "KIOSK_PRINTER" not in os.environ, reason="KIOSK_PRINTER names no tty with a 58 mm printer"
)
class TestPrinterOnThePi(_Contract):
    @pytest.fixture
    def printer(self) -> VoucherPrinter:
        return SerialPrinter(os.environ["KIOSK_PRINTER"], PROFILE_58)


class TestFakeMisbehaves:
    def test_script_is_played_in_order_then_all_is_well(self) -> None:
        page = voucher_page(WIDTH)
        seen = []
        fake = FakePrinter(
            [RefuseBefore(no_paper=True), LoseAfter(80, no_paper=True), LoseAfter(None)],
            on_paper=seen.append,
        )
        with pytest.raises(NothingPrinted) as nothing:
            fake.print(page, 1.0)
        assert nothing.value.no_paper
        with pytest.raises(PrinterLost) as torn:
            fake.print(page, 1.0)
        assert torn.value.no_paper
        with pytest.raises(PrinterLost) as unfenced:
            fake.print(page, 1.0)
        assert not unfenced.value.no_paper
        fake.print(page, 1.0)
        assert [part.height for part in fake.torn] == [80]
        assert [whole.height for whole in fake.pages] == [page.height] * 2
        assert [part.height for part in seen] == [80, page.height, page.height]

    @pytest.mark.parametrize("status", [NO_PAPER, SILENT])
    def test_printer_that_is_not_ready_prints_nothing(self, status: PrinterStatus) -> None:
        fake = FakePrinter(status=status)
        assert fake.status(1.0) == status
        with pytest.raises(NothingPrinted) as refused:
            fake.print(voucher_page(WIDTH), 1.0)
        assert refused.value.no_paper is (status is NO_PAPER)
        assert fake.pages == []
