"""Nine faults of a printer, each in each state of the journal: what must hold in all of them.

A case: the sequence runs until the journal stands at the state, the fault strikes, the
sequence goes on as it can. Then the printer is mended and everything comes to its good end:
never two codes, no points lost or won, the right words, the same code on any reprint.
"""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from kiosk.devices.printer.profile import PrinterProfile
from kiosk.flow.event import Event, PrinterRefused, VoucherPrinted, VoucherUncertain
from kiosk.flow.state import MessageCode
from kiosk.journal.book import Book
from kiosk.journal.state import JournalState
from kiosk.paper.wizard_record import WizardRecord
from kiosk.recovery import recover
from tests.kiosk.printer.strict_reader import read_job
from tests.kiosk.printer.sweep_shop import Bench, SweepShop, words_after
from wire.api.redemptions import ReserveRequest
from wire.ids import new_id

S = JournalState
WIDE_OPEN_S = 100.0


@dataclass(frozen=True)
class Fault:
    """What happens to a printer, and what somebody does about it."""

    name: str
    strike: Callable[[Bench], None]
    mend: Callable[[Bench], None]
    no_paper: bool = False
    at_the_cut: bool = False
    """It shows nowhere before the blade moves."""


def _jam(bench: Bench) -> None:
    bench.emulated.condition.cutter_jammed = True


def _free(bench: Bench) -> None:
    bench.emulated.condition.free_cutter()
    bench.emulated.tell_change()


def _heat(bench: Bench, *, hot: bool) -> None:
    bench.emulated.condition.hot = hot
    bench.emulated.tell_change()


def _noise(bench: Bench) -> None:
    chance = random.Random(7)
    bench.line.noise = lambda: bytes((chance.randrange(256),))


def _quiet(bench: Bench) -> None:
    bench.line.noise = None


FAULTS = (
    Fault(
        "paper end",
        lambda bench: bench.emulated.end_paper(),
        lambda bench: bench.emulated.load_paper(),
        no_paper=True,
    ),
    Fault(
        "cover",
        lambda bench: bench.emulated.set_cover(is_open=True),
        lambda bench: bench.emulated.set_cover(is_open=False),
    ),
    Fault("cutter jam", _jam, _free, at_the_cut=True),
    Fault("heat", lambda bench: _heat(bench, hot=True), lambda bench: _heat(bench, hot=False)),
    Fault(
        "power off",
        lambda bench: bench.emulated.set_power(on=False),
        lambda bench: bench.emulated.set_power(on=True),
    ),
    Fault(
        "silence",
        lambda bench: setattr(bench.emulated.condition, "silent", True),
        lambda bench: setattr(bench.emulated.condition, "silent", False),
    ),
    Fault(
        "one byte a second",
        lambda bench: setattr(bench.emulated.condition, "bytes_per_s", 1.0),
        lambda bench: setattr(bench.emulated.condition, "bytes_per_s", None),
    ),
    Fault(
        "stuck",
        lambda bench: setattr(bench.emulated.condition, "stuck", True),
        lambda bench: setattr(bench.emulated.condition, "stuck", False),
    ),
    Fault("garbage", _noise, _quiet),
)


class Case:
    """One fault in one state, in a shop that has seen others before."""

    def __init__(self, shop: SweepShop, fault: Fault, patch: pytest.MonkeyPatch) -> None:
        self.shop = shop
        self.fault = fault
        self.patch = patch
        self.bench = shop.new_bench()
        self.redemptions: list[UUID] = []
        shop.service.given = 0

    # --- The states --------------------------------------------------------------------------

    async def at_step(self, step: str) -> None:
        """The fault strikes as soon as the journal has this on disk."""
        self._after_step(step, self._strike)
        redemption, answer = await self._redeem()
        if step in {"printed", "captured", "closed"}:
            await self.shop.half.settler.round()
            assert isinstance(answer, VoucherPrinted), answer
            await self._next_shopper_under_the_fault()
        else:
            self._told(redemption, answer, begun=False)
        await self._good_end(redemption, answer)

    async def at_share(self, share: float) -> None:
        """The fault strikes when this much of the page has gone down the line."""
        self.bench.line.strike(await self._place(share), self._strike)
        redemption, answer = await self._redeem()
        self._told(redemption, answer, begun=True)
        await self._good_end(redemption, answer)

    async def uncertain(self) -> None:
        """The fault strikes one that is UNCERTAIN already: its reprint has to wait."""
        redemption = await self._uncertain_one()
        self._strike()
        answer = await self.shop.half.reprint(redemption)
        # A jammed blade is met before a dot of it is printed: what was left is cut off first.
        assert isinstance(answer, PrinterRefused), answer
        assert answer.no_paper is self._shows_as_paper
        assert words_after(redemption, answer, reprint=True) is MessageCode.E_REPRINT
        assert await self.shop.half.state(redemption) is S.UNCERTAIN
        await self._good_end(redemption, answer)

    async def reprinting(self) -> None:
        """The fault strikes in the middle of the second paper."""
        redemption = await self._uncertain_one()
        line = self.bench.line
        line.strike(len(line.written) + await self._place(0.6), self._strike)
        answer = await self.shop.half.reprint(redemption)
        self._told_uncertain(answer, words_after(redemption, answer, reprint=True))
        await self._good_end(redemption, answer)

    async def release_pending(self, step: str) -> None:
        """/printing is refused, nothing is printed; the fault strikes at or after the release."""
        self.shop.service.refuse_printing = True
        self._after_step(step, self._strike)
        redemption, answer = await self._redeem()
        self.shop.service.refuse_printing = False
        assert not isinstance(answer, VoucherPrinted | VoucherUncertain), answer
        assert self.bench.emulated.paper.rows_moved == 0
        await self._next_shopper_under_the_fault()
        await self._good_end(redemption, answer)

    async def recovering(self, share: float | None) -> None:
        """The kiosk was killed in the middle of a page; the fault strikes the next start.

        Args:
            share: of the clearing bytes; None strikes before the first of them.
        """
        redemption = await self._killed_in_a_page()
        if share is None:
            self._strike()
        else:
            line = self.bench.line
            line.strike(len(line.written) + round(share * 1500), self._strike)
        half = self.shop.half
        slip = Image.new("1", (self.shop.profile.width_dots, 160), 0)
        recovered = await recover(half.journal, self.shop.switch, half.thread, lambda _: slip)
        assert recovered.uncertain == 1
        assert await half.state(redemption) is S.UNCERTAIN
        await self._good_end(redemption, None)

    async def changing_the_roll(self) -> None:
        """While a roll change stands, no redemption begins, fault or none."""
        half = self.shop.half
        now = datetime(2026, 3, 4, 12, tzinfo=UTC)
        record = WizardRecord(new_id(), 2, "0123456789ab", None, now, 0.0, "boot")
        await half.paper.wizard_at(record)
        self._strike()
        redemption, answer = await self._redeem()
        assert answer == PrinterRefused(redemption, no_paper=True)
        assert words_after(redemption, answer) is MessageCode.E_PAPER_PRE
        assert await half.state(redemption) is None
        self.fault.mend(self.bench)
        await half.paper.wizard_ended(None)
        await self._good_end(redemption, answer)

    # --- On the way --------------------------------------------------------------------------

    async def _redeem(self) -> tuple[UUID, Event]:
        redemption, answer = await self.shop.redeem()
        self.redemptions.append(redemption)
        return redemption, answer

    def _strike(self) -> None:
        self.fault.strike(self.bench)

    def _after_step(self, step: str, act: Callable[[], None]) -> None:
        journal = self.shop.half.journal
        do: Callable[..., Awaitable[Any]] = type(journal).do.__get__(journal)

        async def watched(done: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            answer = await do(done, *args, **kwargs)
            if done.__name__ == step:
                self.patch.setattr(journal, "do", do)
                act()
            return answer

        self.patch.setattr(journal, "do", watched)

    async def _place(self, share: float) -> int:
        """Where on the line this share of the first voucher's page has passed."""
        sent = await self.shop.sent_without_faults()
        dots = read_job(sent, self.shop.profile).dots
        first, last = dots[0].start, dots[-1].stop
        if share >= 1:
            return last + round((len(sent) - last) * (share - 1))
        return first + round((last - first) * share)

    async def _uncertain_one(self) -> UUID:
        """Lost by a cut of power that is over."""
        emulated = self.bench.emulated
        self.bench.line.strike(await self._place(0.4), lambda: emulated.set_power(on=False))
        redemption, answer = await self._redeem()
        assert isinstance(answer, VoucherUncertain), answer
        emulated.set_power(on=True)
        await self.shop.half.settler.round()
        return redemption

    async def _killed_in_a_page(self) -> UUID:
        """The journal says PRINTING, half a band is in the printer, nobody is there."""
        half, redemption = self.shop.half, new_id()
        sent = await self.shop.sent_without_faults()
        self.redemptions.append(redemption)
        entry = await half.journal.do(Book.begin, redemption, new_id(), 300)
        request = ReserveRequest(
            id=redemption,
            session=new_id(),
            item_id=new_id(),
            item_rev=1,
            expected_points=300,
            device_seq=entry.device_seq or 0,
        )
        await half.client.reserve(request)
        tail = self.shop.row(redemption).code[-4:]
        call = await half.journal.do(Book.reserved, redemption, tail)
        await half.client.move(redemption, "printing", call.body, call.key)
        await half.journal.do(Book.armed, redemption)
        await half.journal.do(Book.printing, redemption)
        line = self.bench.line
        line.write(sent[: await self._place(0.5) + 5], line.now_s + WIDE_OPEN_S)
        self.shop.new_driver()
        return redemption

    async def _next_shopper_under_the_fault(self) -> None:
        """Somebody else comes before anybody has mended it."""
        redemption, answer = await self._redeem()
        if self.fault.at_the_cut:
            assert isinstance(answer, VoucherUncertain), answer
        else:
            self._told(redemption, answer, begun=False)
            assert self.shop.service.state(redemption) is None, "points were not touched"

    def _told(self, redemption: UUID, answer: Event, *, begun: bool) -> None:
        """The right words, and no claim that the paper does not bear out."""
        words = words_after(redemption, answer)
        if begun or self.fault.at_the_cut:
            self._told_uncertain(answer, words)
            return
        assert isinstance(answer, PrinterRefused), answer
        paper, other = MessageCode.E_PAPER_PRE, MessageCode.E_PRINTER
        assert words is (paper if self._shows_as_paper else other)
        assert self.bench.texts() <= {self.shop.payload(r) for r in self.redemptions[:-1]}

    def _told_uncertain(self, answer: Event, words: MessageCode | None) -> None:
        assert isinstance(answer, VoucherUncertain), answer
        assert words is (MessageCode.E_PAPER_MID if answer.no_paper else MessageCode.E_UNC)
        if self.shop.profile.dle_eot:
            assert answer.no_paper is self.fault.no_paper
        else:
            # A model that answers nothing out of turn cannot say why it stands still.
            assert self._shows_as_paper or not answer.no_paper

    @property
    def _shows_as_paper(self) -> bool:
        lid = self.fault.name == "cover" and self.shop.profile.cover == "paper"
        return self.fault.no_paper or lid

    # --- The good end ------------------------------------------------------------------------

    async def _good_end(self, redemption: UUID, answer: Event | None) -> None:
        """Mended, settled, reprinted where that is right; then the books and the paper agree."""
        self.fault.mend(self.bench)
        half = self.shop.half
        await half.settler.round()
        for each in list(self.redemptions):
            for _ in range(2):
                if await half.state(each) is S.UNCERTAIN:
                    again = await half.reprint(each)
                    assert isinstance(again, VoucherPrinted | PrinterRefused), again
            assert await half.state(each) is not S.UNCERTAIN
        await half.settler.round()
        _, last = await self._redeem()
        assert isinstance(last, VoucherPrinted), last
        await half.settler.round()
        issued = set()
        for each in self.redemptions:
            state, there = await half.state(each), self.shop.service.state(each)
            assert (state, there) in {(S.CLOSED, "ISSUED"), (S.RELEASED, "RELEASED"), (None, None)}
            if there is not None:
                copies = [self.bench.whole(self.shop.page(each, copy)) for copy in range(3)]
                assert max(copies) <= 1, "no picture came out twice"
                assert (sum(copies) > 0) is (there == "ISSUED")
            if there == "ISSUED":
                issued.add(self.shop.payload(each))
        assert self.bench.texts() == issued, "the codes on paper are those that were issued"
        assert self.shop.service.held == 0
        assert self.bench.emulated.reader.failures == []


def faults_of(profile: PrinterProfile) -> list[Fault]:
    """Those that this model can have."""
    return [fault for fault in FAULTS if profile.cutter != "none" or not fault.at_the_cut]


STATES: dict[str, Callable[[Case], Awaitable[None]]] = {
    "INTENT": lambda case: case.at_step("begin"),
    "RESERVED": lambda case: case.at_step("reserved"),
    "ARMED": lambda case: case.at_step("armed"),
    "PRINTING": lambda case: case.at_step("printing"),
    "PRINTING, first dots": lambda case: case.at_share(0.01),
    "PRINTING, half a page": lambda case: case.at_share(0.5),
    "PRINTING, all but the cut": lambda case: case.at_share(1.0),
    "PRINTED": lambda case: case.at_step("printed"),
    "CAPTURED": lambda case: case.at_step("captured"),
    "CLOSED": lambda case: case.at_step("closed"),
    "UNCERTAIN": lambda case: case.uncertain(),
    "UNCERTAIN, reprinting": lambda case: case.reprinting(),
    "RELEASE_PENDING": lambda case: case.release_pending("release_pending"),
    "RELEASED": lambda case: case.release_pending("released"),
    "recovery begins": lambda case: case.recovering(None),
    "recovery clears": lambda case: case.recovering(0.5),
    "roll change": lambda case: case.changing_the_roll(),
}
