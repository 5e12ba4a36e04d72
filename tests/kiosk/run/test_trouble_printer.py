"""Issue section 6: the printer. Its status is read before points are touched."""

from collections.abc import Callable
from uuid import UUID

import pytest
from pyzbar import pyzbar

from kiosk.devices.printer.emulator.drawing import draw_piece
from kiosk.devices.printer.emulator.mechanism import EmulatedPrinter
from kiosk.devices.printer.emulator.paper import Piece
from kiosk.flow.state import Done, MessageCode, PrinterReadiness, Refused, Vouchers
from kiosk.journal.state import JournalState
from tests.kiosk.run.shop import Shop
from wire.api.redemptions import State
from wire.api.vouchers import UseRequest


def codes_on(piece: Piece) -> list[str]:
    return [code.data.decode() for code in pyzbar.decode(draw_piece(piece))]


async def untouched(shop: Shop, redemption: UUID) -> None:
    assert await shop.state_there(redemption) is None, "the service has never heard of it"
    assert await shop.entry(redemption) is None, "nor has the journal"
    assert (await shop.balance(), await shop.held()) == (1000, 0)
    assert shop.paper.pieces == []
    await shop.books_are_right()


@pytest.mark.parametrize(
    ("order", "code", "readiness"),
    [
        ("paper out", MessageCode.E_PAPER_PRE, PrinterReadiness.NO_PAPER),
        ("cover open", MessageCode.E_PRINTER, PrinterReadiness.FAULT),
        ("off", MessageCode.E_PRINTER, PrinterReadiness.UNKNOWN),
        ("silent", MessageCode.E_PRINTER, PrinterReadiness.UNKNOWN),
    ],
)
async def test_a_printer_that_cannot_print_costs_nothing(
    shop: Shop, order: str, code: MessageCode, readiness: PrinterReadiness
) -> None:
    async with shop.open():
        await shop.scan()
        await shop.choose()
        shop.paper.order(order)
        shop.confirm()
        redemption = shop.state.screen.redemption
        refused = await shop.screen(Refused, code)
        assert refused.session is None
        await untouched(shop, redemption)
        await shop.running.health.check()
        assert shop.state.health.printer is readiness
        await shop.when_told("staff_called", "printer_fault")


async def test_no_paper_is_told_on_the_members_home(shop: Shop) -> None:
    shop.paper.order("paper out")
    async with shop.open():
        await shop.until(lambda s: s.health.printer is PrinterReadiness.NO_PAPER)
        home = await shop.scan()
        assert home.notice is not None
        assert home.notice.code is MessageCode.E_PAPER_PRE
        shop.paper.order("paper ok")
        await shop.running.health.check()
        assert shop.state.health.printer is PrinterReadiness.READY


@pytest.mark.parametrize("mm", [5, 40, 70])
async def test_paper_that_ends_in_the_middle(shop: Shop, mm: int) -> None:
    """The code lives, the points stay debited, and the same code is printed again."""
    shop.paper.order(f"paper out at {mm}")
    async with shop.open():
        redemption = await shop.redeem()
        refused = await shop.screen(Refused, MessageCode.E_PAPER_MID)
        code = await shop.chain.code_of(redemption)
        assert refused.message.params["tail"] == code[-4:]
        await shop.when_state(redemption, State.UNCERTAIN)
        assert (await shop.balance(), await shop.held()) == (700, 300), "debited, not yet spent"
        await shop.books_are_right()
        await shop.leave()

        shop.paper.order("paper ok")
        home = await shop.scan()
        assert home.notice is not None
        assert home.notice.code is MessageCode.RESUME_UNCERTAIN
        shop.tap("vouchers")
        await shop.screen(Vouchers)
        shop.tap("reprint:0")
        done = await shop.screen(Done)
        assert done.tail == code[-4:]
        assert (await shop.settled(redemption)).state is JournalState.CLOSED
        assert await shop.state_there(redemption) is State.ISSUED
    assert codes_on(shop.paper.pieces[-1]) == ["V1" + code], "the same code, once more"
    assert (await shop.balance(), await shop.held()) == (700, 0)
    await shop.books_are_right()


@pytest.mark.parametrize(
    "happens",
    [
        lambda printer: printer.set_power(on=False),
        lambda printer: setattr(printer, "silent", True),
        lambda printer: printer.set_cover(is_open=True),
    ],
    ids=["power", "silence", "cover"],
)
async def test_a_printer_that_is_lost_while_it_prints(
    shop: Shop, happens: Callable[[EmulatedPrinter], None]
) -> None:
    shop.paper.at_mm(30, happens)
    async with shop.open():
        redemption = await shop.redeem()
        refused = await shop.screen(Refused, MessageCode.E_UNC)
        code = await shop.chain.code_of(redemption)
        assert refused.message.params["tail"] == code[-4:]
        await shop.when_state(redemption, State.UNCERTAIN)
        await shop.when_told("uncertain")
    assert (await shop.balance(), await shop.held()) == (700, 300), "debited, not yet spent"
    assert all(codes_on(piece) == [] for piece in shop.paper.pieces), "no whole voucher came out"
    await shop.books_are_right()


async def test_an_uncertain_voucher_works_at_the_till_all_the_same(shop: Shop) -> None:
    shop.paper.at_mm(80, lambda printer: printer.set_power(on=False))
    async with shop.open():
        redemption = await shop.redeem()
        await shop.screen(Refused, MessageCode.E_UNC)
        await shop.when_state(redemption, State.UNCERTAIN)
        code = await shop.chain.code_of(redemption)
        used = UseRequest(pos="1", receipt="R1")
        await shop.chain.ledger.use_voucher(shop.chain.till, code, "use:S1:1:R1:1", used)
    async with shop.open():
        assert (await shop.settled(redemption)).state is JournalState.CLOSED
    await shop.books_are_right()


async def test_a_third_reprint_is_refused(shop: Shop) -> None:
    async with shop.open():
        shop.paper.order("paper out at 20")
        redemption = await shop.redeem()
        await shop.screen(Refused, MessageCode.E_PAPER_MID)
        await shop.when_state(redemption, State.UNCERTAIN)
        await shop.leave()
        for left in (2, 1):
            shop.paper.order("paper ok")
            shop.paper.order("paper out at 20")
            await shop.scan()
            shop.tap("vouchers")
            vouchers = await shop.screen(Vouchers)
            assert vouchers.session.member.vouchers[0].reprints_left == left
            shop.tap("reprint:0")
            await shop.screen(Refused, MessageCode.E_PAPER_MID)
            await shop.leave()
        shop.paper.order("paper ok")
        await shop.scan()
        shop.tap("vouchers")
        await shop.screen(Vouchers)
        shop.tap("reprint:0")
        assert isinstance(shop.state.screen, Vouchers), "nothing left to print here"
        assert await shop.state_there(redemption) is State.UNCERTAIN
    assert await shop.balance() == 700
    await shop.books_are_right()
