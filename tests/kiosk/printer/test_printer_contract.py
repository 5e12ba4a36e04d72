"""What every voucher printer must do: the driver by each wire and for each model, the shipped
fake, and a Pi's printer.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest

from kiosk.devices.ports import Fact, NothingPrinted, PrinterLost, PrinterStatus, VoucherPrinter
from kiosk.devices.printer.driver import EscPosPrinter, SerialPrinter
from kiosk.devices.printer.fake import NO_PAPER, READY, SILENT, FakePrinter, LoseAfter, RefuseBefore
from kiosk.devices.printer.profile import load_profile, profile_names
from kiosk.devices.printer.usb_line import UsbLine
from tests.kiosk.printer.conftest import Bench
from tests.kiosk.printer.voucher_pages import voucher_page

WIDTH = 384
PRINT_S = 20.0


@dataclass
class Subject:
    """A printer, and what can be done to it by hand."""

    printer: VoucherPrinter
    width: int = WIDTH
    head_to_cutter_mm: int = 10
    presenter: bool = False
    take: Callable[[], object] | None = None
    paper: Callable[[bool], object] | None = None
    """Whether there is some."""

    def print_short(self) -> int:
        page = voucher_page(self.width).crop((0, 0, self.width, 640))
        return self.printer.print(page, PRINT_S).paper_mm


class _Contract:
    def test_ready_printer_says_so(self, subject: Subject) -> None:
        status = subject.printer.status(2.0)
        assert {status.paper, status.cover, status.mechanism, status.online} == {Fact.OK}
        assert status.ready

    def test_page_comes_out_and_its_paper_is_told(self, subject: Subject) -> None:
        page = voucher_page(subject.width)
        printed = subject.printer.print(page, PRINT_S)
        assert printed.paper_mm == -(-page.height // 8) + subject.head_to_cutter_mm

    def test_pages_follow_each_other(self, subject: Subject) -> None:
        for _ in range(3):
            assert subject.print_short() == 80 + subject.head_to_cutter_mm

    def test_reset_leaves_a_printer_that_prints(self, subject: Subject) -> None:
        subject.printer.reset(5.0)
        assert subject.print_short() == 80 + subject.head_to_cutter_mm

    def test_slot_is_told_by_a_presenter_only(self, subject: Subject) -> None:
        before = Fact.OK if subject.presenter else Fact.UNKNOWN
        assert subject.printer.slot() is before
        subject.print_short()
        assert subject.printer.slot() is (Fact.FAULT if subject.presenter else Fact.UNKNOWN)
        assert subject.printer.retract(5.0) is subject.presenter
        assert subject.printer.slot() is before

    def test_taken_voucher_frees_the_slot(self, subject: Subject) -> None:
        subject.print_short()
        if not subject.presenter or subject.take is None:
            pytest.skip("nobody is here to take it from a presenter")
        subject.take()
        assert subject.printer.slot() is Fact.OK
        assert subject.printer.retract(1.0), "nothing to take back, and the slot is free"

    def test_without_paper_nothing_is_printed(self, subject: Subject) -> None:
        if subject.paper is None:
            pytest.skip("nobody is here to take the paper out")
        subject.paper(False)
        status = subject.printer.status(2.0)
        assert status.paper is Fact.FAULT
        assert not status.ready
        with pytest.raises(NothingPrinted) as nothing:
            subject.print_short()
        assert nothing.value.no_paper
        subject.paper(True)
        assert subject.print_short()

    def test_close_twice_and_use_again(self, subject: Subject) -> None:
        subject.print_short()
        subject.printer.close()
        subject.printer.close()
        assert subject.print_short()


def _subject(bench: Bench, model: str) -> Subject:
    profile = load_profile(model)
    return Subject(
        bench.printer,
        profile.width_dots,
        profile.head_to_cutter_mm,
        presenter=profile.presenter is not None,
        take=partial(bench.line.command, "take"),
        paper=lambda there: bench.line.command("paper ok" if there else "paper end"),
    )


@pytest.mark.parametrize("backend", ["emulator", "uart", "usb"])
@pytest.mark.parametrize("model", profile_names())
class TestEachModelByEachWire(_Contract):
    @pytest.fixture
    def subject(self, plug_in: Callable[..., Bench], model: str, backend: str) -> Subject:
        return _subject(plug_in(model=model, backend=backend), model)


@pytest.mark.parametrize("presenter", [False, True])
class TestFakePrinter(_Contract):
    @pytest.fixture
    def subject(self, presenter: bool) -> Subject:
        fake = FakePrinter()
        fake.slot_says = Fact.OK if presenter else Fact.UNKNOWN

        def paper(there: bool) -> None:
            fake.says = READY if there else NO_PAPER

        return Subject(fake, presenter=presenter, take=fake.take, paper=paper)


@pytest.mark.hardware
@pytest.mark.skipif("KIOSK_PRINTER" not in os.environ, reason="KIOSK_PRINTER names no tty or lp")
class TestPrinterOnThePi(_Contract):
    """KIOSK_PRINTER=/dev/ttyAMA0 (or /dev/usb/lp0) KIOSK_PRINTER_PROFILE=58mm-tear"""

    @pytest.fixture
    def subject(self) -> Subject:
        port = os.environ["KIOSK_PRINTER"]
        profile = load_profile(os.environ.get("KIOSK_PRINTER_PROFILE", "80mm-cutter"))
        usb = "/lp" in port
        printer = EscPosPrinter(partial(UsbLine, port), profile) if usb else None
        return Subject(
            printer or SerialPrinter(port, profile),
            profile.width_dots,
            profile.head_to_cutter_mm,
            presenter=profile.presenter is not None,
        )


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
        assert torn.value.paper_mm == 10
        with pytest.raises(PrinterLost) as unfenced:
            fake.print(page, 1.0)
        assert not unfenced.value.no_paper
        assert unfenced.value.paper_mm == fake.print(page, 1.0).paper_mm
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

    def test_stuck_presenter_takes_nothing_back(self) -> None:
        fake = FakePrinter()
        fake.slot_says = Fact.OK
        fake.stuck = True
        fake.print(voucher_page(WIDTH), 1.0)
        assert not fake.retract(1.0)
        assert fake.slot() is Fact.FAULT
        assert fake.retracted == 0
