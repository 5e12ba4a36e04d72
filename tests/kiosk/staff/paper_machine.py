"""What staff and shoppers do at one kiosk in any order, with power cuts anywhere between.

Real journal, real client over sockets, real redeemer and recovery, staff's own deeds; the
service and the printer are the small ones. What must hold is held after every step against
what physically came out of the printer and what the service has.
"""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from PIL import Image

from kiosk.devices.printer.fake import Act, FakePrinter, LoseAfter, Print, RefuseBefore
from kiosk.flow.staff.values.vouchers import SettleCase, Settlement
from kiosk.journal import chain
from kiosk.journal.book import Book
from kiosk.journal.entry import By
from kiosk.journal.roll import Proof, UseKind
from kiosk.paper.near_end import HELD_S
from kiosk.paper.reckoning import CLEAR_MM
from kiosk.paper.wizard_record import LAST_STEP, WizardRecord
from kiosk.recovery import recover
from kiosk.staff.uncertain import UncertainDesk
from kiosk.sync.rolls import RollSender
from tests.kiosk.journal.paper_of_a_shop import BOOT, LI
from tests.kiosk.kiosk_half import ANSWERS_S, LENGTHS, Half, kiosk_half
from tests.kiosk.small_service import SmallService
from tests.kiosk.small_staff import Person
from wire.api.redemptions import ReleaseReason, ReprintReason
from wire.ids import new_id

TEST_PAGE = Image.new("1", (576, 700), 1)
SLIP_PAGE = Image.new("1", (576, 300), 1)
ACTS: list[Act] = [Print(), Print(), Print(), LoseAfter(0), LoseAfter(400), LoseAfter(None)]
ACTS += [RefuseBefore(), RefuseBefore(no_paper=True)]
NEVER = 10**9
IN_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""The disk's own share is the crash tests' business; here it would only take the time."""
OF_CODES = {UseKind.VOUCHER, UseKind.REPRINT}
VOUCHER_ROWS = 800
CUT_FEED_MM = 10
_DOTS_PER_MM = 8
CUTS = st.one_of(st.none(), st.integers(1, 25))
"""Whether the plug is pulled in a step, and at which of its moments."""
PAPER_CUTS = st.one_of(CUTS, st.integers(7, 12))
"""The same, more often about the time when paper comes out."""


class Mechanism(FakePrinter):
    """Its resets take paper too."""

    def __init__(self, out: "Out", on_paper: Callable[[Image.Image], None]) -> None:
        super().__init__(on_paper=on_paper)
        self._out = out

    def reset(self, timeout_s: float) -> None:
        super().reset(timeout_s)
        self._out.mm += CLEAR_MM


class PowerCut(BaseException):
    """Nothing of ours may catch it, as nothing catches a pulled plug."""


@dataclass
class Plug:
    """Pulled at the n-th moment before or after a step of the journal, or in the printer."""

    left: int = NEVER

    def moment(self) -> None:
        self.left -= 1
        if self.left <= 0:
            raise PowerCut


@dataclass
class Out:
    """What physically came out, whoever knows of it."""

    mm: int = 0
    codes: dict[str, set[str]] = field(default_factory=dict)
    """Every code that was ever on paper, by redemption."""
    mm_of: Counter[str] = field(default_factory=Counter)
    """Of vouchers, by redemption."""

    def paper(self, page: Image.Image) -> None:
        whole = page.height in {TEST_PAGE.height, SLIP_PAGE.height, VOUCHER_ROWS}
        mm = -(-page.height // _DOTS_PER_MM) + (CUT_FEED_MM if whole else 0)
        self.mm += mm
        redemption, code = page.info.get("of", (None, None))
        if redemption is not None:
            self.mm_of[redemption] += mm
            self.codes.setdefault(redemption, set()).add(code)


class PaperMachine(RuleBasedStateMachine):
    """Steps are drawn by hypothesis; `teardown` brings the last of them to rest."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="paper-machine-", dir=IN_MEMORY))
        self.loop = asyncio.new_event_loop()
        self.service = SmallService()
        self.service.staff.add(Person("B1", ref=LI.staff_ref))
        self.out = Out()
        self.plug = Plug()
        self.begun: list[UUID] = []
        self.cuts = 0
        self.serving = AsyncExitStack()
        self.running = AsyncExitStack()
        self.half: Half

    # --- The kiosk -----------------------------------------------------------------------

    @initialize()
    def open_the_shop(self) -> None:
        self.do(self._open())

    async def _open(self) -> None:
        await self.serving.enter_async_context(self.service.running())
        await self._start()

    async def _start(self) -> None:
        """As the composition does: recovery first, then the gauge."""
        printer = Mechanism(self.out, self._came_out)
        half = await self.running.enter_async_context(
            kiosk_half(self.folder, self.service.port, printer, ANSWERS_S)
        )
        self.half, do = half, half.journal.do

        async def cut_anywhere(step: Callable[..., Any], *args: Any, **more: Any) -> Any:
            self.plug.moment()
            answer = await do(step, *args, **more)
            self.plug.moment()
            return answer

        half.journal.do = cut_anywhere  # type: ignore[assignment]  # the same, with a plug
        await recover(half.journal, half.printer, half.thread, lambda _: SLIP_PAGE, LENGTHS)
        await half.paper.restore()

    def _came_out(self, page: Image.Image) -> None:
        self.out.paper(page)
        self.plug.moment()

    def do(self, work: Awaitable[Any], cut: int | None = None) -> Any:
        """One step. A power cut in it, at that moment, is followed by a start, which is cut off
        once more at the same moment if it has so many.
        """
        self.plug.left = cut or NEVER
        try:
            return self.loop.run_until_complete(_awaited(work))
        except PowerCut:
            self.cuts += 1
        finally:
            self.plug.left = NEVER
        for again in (cut, None):
            self.plug.left = again or NEVER
            try:
                self.loop.run_until_complete(self._again())
            except PowerCut:
                continue
            break
        self.plug.left = NEVER
        return None

    async def _again(self) -> None:
        await self.running.aclose()
        await self._start()

    @rule()
    def switched_off_and_on(self) -> None:
        self.do(self._again())

    # --- Shoppers ------------------------------------------------------------------------

    @rule(act=st.sampled_from(ACTS), cut=PAPER_CUTS)
    def a_shopper_redeems(self, act: Act, cut: int | None) -> None:
        redemption = new_id()
        self.begun.append(redemption)
        self._script(act)
        self.do(self.half.redeem(redemption), cut)

    @rule(data=st.data())
    def a_till_takes_a_voucher(self, data: st.DataObject) -> None:
        rows = [row for row in self.service.rows.values() if row.state in {"ISSUED", "UNCERTAIN"}]
        if rows:
            data.draw(st.sampled_from(rows)).state = "USED"

    # --- Staff ---------------------------------------------------------------------------

    @rule(
        data=st.data(),
        act=st.sampled_from(ACTS),
        reason=st.sampled_from(ReprintReason),
        cut=PAPER_CUTS,
    )
    def staff_reprint(
        self, data: st.DataObject, act: Act, reason: ReprintReason, cut: int | None
    ) -> None:
        redemption = self._some(data)
        if redemption is not None:
            self._script(act)
            asked = self._as_clerk(lambda by: self.half.staff_reprint(redemption, by, reason))
            self.do(asked, cut)

    @rule(data=st.data(), wanted=st.sampled_from(Settlement), cut=CUTS)
    def staff_settle(self, data: st.DataObject, wanted: Settlement, cut: int | None) -> None:
        redemption = self._some(data)
        if redemption is not None:
            self.do(self._as_clerk(lambda by: self._settle(redemption, wanted, by)), cut)

    async def _settle(self, redemption: UUID, wanted: Settlement, by: By) -> None:
        assert by.login is not None
        half = self.half
        desk = UncertainDesk(half.journal, half.client, half.session, half.settler.wake)
        reason = ReleaseReason.STAFF_TORN if wanted is Settlement.VOID else None
        await desk.settle(SettleCase(redemption, wanted, by.staff_ref, by.login, reason))

    @rule(
        length_mm=st.sampled_from([300, 1000, 30_000]),
        steps=st.sampled_from([*range(1, LAST_STEP + 1), *[LAST_STEP + 1] * 18]),
        cut=CUTS,
    )
    def staff_change_the_roll(self, length_mm: int, steps: int, cut: int | None) -> None:
        """Left after so many steps; whoever comes next goes on with it."""
        self.do(self._as_clerk(lambda by: self._change_roll(by, length_mm, steps)), cut)

    async def _change_roll(self, by: By, length_mm: int, steps: int) -> None:
        paper = self.half.paper
        record = await paper.wizard() or WizardRecord(
            id=new_id(),
            step=1,
            staff_ref=by.staff_ref,
            login=by.login,
            begun_at=self.half.clock.best(),
            begun_s=self.half.clock.now_s(),
            boot_id=BOOT,
            roll_serial=f"R-{length_mm}",
            length_mm=length_mm,
        )
        for step in range(record.step, LAST_STEP + 1):
            if step >= steps:
                return
            record = replace(record, step=step)
            await paper.wizard_at(record)
            if step == LAST_STEP - 2:
                record = await paper.roll_loaded(record)
        await paper.wizard_ended(52)

    @rule()
    def staff_give_a_roll_change_up(self) -> None:
        self.do(self._give_up())

    async def _give_up(self) -> None:
        if await self.half.paper.wizard() is not None:
            await self.half.paper.wizard_ended(None)

    @rule(act=st.sampled_from(ACTS), cut=CUTS)
    def staff_print_a_test(self, act: Act, cut: int | None) -> None:
        self._script(act)
        self.do(self._as_clerk(self._print_test), cut)

    async def _print_test(self, by: By) -> None:
        await self.half.paper.test_begun(by)
        try:
            printed = self.half.printer.print(TEST_PAGE, 10.0)
        except Exception as error:  # noqa: BLE001 - NothingPrinted or PrinterLost, by script
            mm = getattr(error, "paper_mm", 0)
            await self.half.paper.test_ended(mm, Proof.LOST, "not whole")
        else:
            await self.half.paper.test_ended(printed.paper_mm, Proof.FENCE)

    @rule(near=st.booleans())
    def the_sensor_speaks(self, *, near: bool) -> None:
        self.half.paper.near_end(near)
        self.half.clock.advance(HELD_S)
        self.do(self.half.paper.refresh())

    @rule(cut=CUTS)
    def the_service_hears(self, cut: int | None) -> None:
        self.do(self._sync(), cut)

    async def _sync(self) -> None:
        await self.half.settler.round()
        await RollSender(self.half.journal, self.half.client).round()

    # --- What must hold ------------------------------------------------------------------

    @invariant()
    def no_code_is_made_by_staff(self) -> None:
        assert {UUID(row) for row in self.service.rows} <= set(self.begun)

    @invariant()
    def never_two_codes_for_a_redemption(self) -> None:
        for redemption, codes in self.out.codes.items():
            assert codes == {self.service.rows[redemption].code}

    @invariant()
    def at_most_two_reprints(self) -> None:
        assert all(row.copy <= 2 for row in self.service.rows.values())

    @invariant()
    def the_books_hold(self) -> None:
        if hasattr(self, "half"):
            self.do(self._check())

    async def _check(self) -> None:
        do = self.half.journal.do
        verdict = await do(lambda book: chain.verify(book._db))
        assert verdict.ok, verdict
        gauge = await self.half.paper.refresh()
        tallies = await do(Book.rolls)
        assert gauge.mm_left >= 0
        assert gauge.vouchers_left >= 0
        assert all(tally.mm_left >= 0 for tally in tallies)
        assert sum(tally.roll.removed_at is None for tally in tallies) <= 1
        counted = await do(
            lambda book: book._db.execute(
                "SELECT ifnull(sum(mm), 0) FROM paper_use WHERE kind <> 'sensor'"
            ).fetchone()[0]
        )
        assert counted >= self.out.mm, "paper came out that nobody counted"
        for redemption, mm in self.out.mm_of.items():
            papers = await do(Book.papers_of, UUID(redemption))
            told = sum(paper.use.mm for paper in papers if paper.use.kind in OF_CODES)
            assert told >= mm, f"{redemption}: {mm} mm came out, {told} mm were counted"
        for entry in await do(Book.entries):
            state = self.service.state(entry.id)
            if entry.state == "RELEASED":
                assert state in (None, "RELEASED"), entry
            if state == "RELEASED":
                assert entry.state not in {"PRINTED", "CAPTURED", "CLOSED"}, entry

    def teardown(self) -> None:
        """At rest: nothing is left in hand, everything is told, no token was written."""
        try:
            if hasattr(self, "half"):
                for _ in range(2):
                    self.do(self._sync())
                self.do(self._at_rest())
                self.loop.run_until_complete(self.running.aclose())
                self.loop.run_until_complete(self.serving.aclose())
        finally:
            self.loop.close()
            shutil.rmtree(self.folder)

    async def _at_rest(self) -> None:
        do = self.half.journal.do
        assert await do(Book.in_hand) is None
        for entry in await do(Book.waiting):
            assert (entry.state, self.service.state(entry.id)) == ("UNCERTAIN", "UNCERTAIN")
        changes = [tally.roll.id for tally in await do(Book.rolls)]
        unfinished = await do(Book.wizard)
        told = [UUID(roll["id"]) for roll in self.service.staff.rolls]
        if unfinished is not None and changes and changes[-1] == unfinished.id:
            assert told in (changes, changes[:-1])
        else:
            assert told == changes
        on_disk = b"".join(part.read_bytes() for part in self.folder.glob("journal*"))
        assert not any(token.encode() in on_disk for token in self.service.staff.tokens)

    # --- How -----------------------------------------------------------------------------

    def _some(self, data: st.DataObject) -> UUID | None:
        return data.draw(st.sampled_from(self.begun)) if self.begun else None

    def _script(self, act: Act) -> None:
        self.half.printer._script[:] = [act]

    async def _as_clerk(self, act: Callable[[By], Awaitable[Any]]) -> None:
        login = await self.half.session.log_in("B1", "135790")
        await act(By(login.staff_ref, login.login))


async def _awaited(work: Awaitable[Any]) -> Any:
    return await work
