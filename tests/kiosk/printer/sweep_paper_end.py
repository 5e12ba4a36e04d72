"""The paper ends when byte n has arrived: what must hold, whatever n is."""

import random
from uuid import UUID

from kiosk.devices.printer.emulator.mechanism import EmulatedPrinter
from kiosk.flow.event import PrinterRefused, VoucherPrinted, VoucherUncertain
from kiosk.flow.state import MessageCode
from kiosk.journal.state import JournalState
from tests.kiosk.printer.strict_reader import read_job
from tests.kiosk.printer.sweep_shop import SweepShop, words_after

EVERY_NTH_OF_RASTER = 16
S = JournalState


async def places(shop: SweepShop) -> list[int]:
    """Every byte of commands, headers and trailer, and every 16th of the raster."""
    sent = await shop.sent_without_faults()
    job = read_job(sent, shop.profile)
    dots = {at for span in job.dots for at in span}
    thinned = {at for span in job.dots for at in span[::EVERY_NTH_OF_RASTER]}
    return [at for at in range(len(sent)) if at not in dots or at in thinned]


async def paper_ends_at(shop: SweepShop, at: int) -> type:
    """One redemption whose paper ends at this byte, mended, to its good end.

    Returns:
        What the shopper was told at first: the kind of answer.
    """
    bench = shop.new_bench()
    shop.service.given = 0
    bench.line.strike(at, bench.emulated.end_paper)
    redemption, answer = await shop.redeem()
    match answer:
        case VoucherPrinted():
            assert words_after(redemption, answer) is None
            assert bench.whole(shop.page(redemption)) == 1, at
        case VoucherUncertain(no_paper=no_paper):
            # A model that answers nothing out of turn cannot say why it stands still.
            assert no_paper or not shop.profile.dle_eot, at
            words = MessageCode.E_PAPER_MID if no_paper else MessageCode.E_UNC
            assert words_after(redemption, answer) is words
            assert await shop.half.state(redemption) is S.UNCERTAIN
            await _printed_again(shop, redemption)
        case PrinterRefused(no_paper=no_paper):
            assert no_paper, at
            assert words_after(redemption, answer) is MessageCode.E_PAPER_PRE
            assert not any(any(row) for piece in bench.paper_out_of() for row in piece.rows)
            await _tried_again(shop, redemption)
        case _:
            raise AssertionError(f"byte {at}: {answer}")
    await _books_are_right(shop, redemption, answer)
    return type(answer)


async def _printed_again(shop: SweepShop, redemption: UUID) -> None:
    """A new roll, and the same code once more."""
    bench = shop.bench
    first = shop.page(redemption)
    await shop.half.settler.round()
    assert shop.service.state(redemption) == "UNCERTAIN"
    _mend(bench.emulated)
    again = await shop.half.reprint(redemption)
    assert isinstance(again, VoucherPrinted), again
    assert words_after(redemption, again, reprint=True) is None
    assert bench.whole(shop.page(redemption, copy=1)) == 1
    assert bench.whole(first) <= 1
    assert bench.texts() == {shop.payload(redemption)}, "one code, however many papers"


async def _tried_again(shop: SweepShop, redemption: UUID) -> None:
    """Not a point is gone; after a new roll a new redemption gives a voucher."""
    await shop.half.settler.round()
    assert await shop.half.state(redemption) in {None, S.RELEASED}
    assert shop.service.state(redemption) in {None, "RELEASED"}
    _mend(shop.bench.emulated)
    second, answer = await shop.redeem()
    assert isinstance(answer, VoucherPrinted), answer
    assert shop.bench.whole(shop.page(second)) == 1
    assert shop.bench.texts() == {shop.payload(second)}
    await shop.half.settler.round()
    assert shop.service.state(second) == "ISSUED"


def _mend(emulated: EmulatedPrinter) -> None:
    emulated.load_paper()


async def _books_are_right(shop: SweepShop, redemption: UUID, answer: object) -> None:
    await shop.half.settler.round()
    printed = not isinstance(answer, PrinterRefused)
    assert await shop.half.state(redemption) in ({S.CLOSED} if printed else {None, S.RELEASED})
    assert shop.service.state(redemption) in ({"ISSUED"} if printed else {None, "RELEASED"})
    assert shop.service.held == 0, "no point is anywhere between"
    assert shop.bench.emulated.reader.failures == []


def slice_of(all_places: list[int], count: int, seed: int) -> list[int]:
    """So many places, with some of the greeting, and of the cut and its fences."""
    chance = random.Random(seed)
    trailer = 28
    edges = [*all_places[:6:2], *all_places[-trailer::2]]
    inner = chance.sample(all_places[6:-trailer], count)
    return sorted({*edges, *inner})
