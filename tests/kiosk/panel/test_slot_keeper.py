"""A voucher in the slot: chimes, is taken, is taken back, and makes room for the next."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest

from kiosk.clock import ManualClock
from kiosk.devices.ports import Fact
from kiosk.flow.event import Event, VoucherRetracted, VoucherTaken, VoucherWaits
from kiosk.slot import CHIME_S, LOOK_S, ROOM_S, SlotKeeper

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2)


class Shop:
    """A slot, and everything that its keeper does."""

    def __init__(self, *, retracts: bool) -> None:
        self.clock = ManualClock(NOON)
        self.barrier = Fact.UNKNOWN
        self.presenter = Fact.UNKNOWN
        self.stuck = False
        self.asked = 0
        self.retracted = 0
        self.busy = False
        self.heard: list[Event] = []
        self.written: list[tuple[UUID | None, str]] = []
        self.chimes: list[float] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self.keeper = SlotKeeper(
            sensor=lambda: self.barrier,
            printer=self,
            retracts=retracts,
            retract_after_s=30,
            clock=self.clock,
            emit=self.heard.append,
            write=self.write,
            chime=lambda: self.chimes.append(round(self.clock.boot - 1000, 1)),
            printing=lambda: self.busy,
            sleep=self.sleep,
        )

    async def look(self) -> Fact:
        self.asked += 1
        return self.presenter

    async def retract(self) -> bool:
        if not self.stuck:
            self.presenter = Fact.OK
            if self.barrier is not Fact.UNKNOWN:
                self.barrier = Fact.OK
            self.retracted += 1
        return not self.stuck

    async def write(self, redemption: UUID | None, what: str) -> None:
        self.written.append((redemption, what))

    async def sleep(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.meanwhile()

    async def pass_by(self, seconds: float) -> None:
        for _ in range(round(seconds / LOOK_S)):
            self.clock.advance(LOOK_S)
            await self.keeper.look()


@pytest.fixture
def presenter() -> Shop:
    shop = Shop(retracts=True)
    shop.presenter = Fact.FAULT
    return shop


@pytest.fixture
def barrier() -> Shop:
    """A plain cutter with a light barrier in the slot."""
    shop = Shop(retracts=False)
    shop.barrier = Fact.FAULT
    return shop


async def test_a_voucher_that_is_taken_is_told_once_and_silently(presenter: Shop) -> None:
    presenter.keeper.printed(ONE)
    await presenter.pass_by(4)
    presenter.presenter = Fact.OK
    await presenter.pass_by(60)
    assert presenter.heard == [VoucherTaken(ONE)]
    assert presenter.written == [(ONE, "taken")]
    assert presenter.chimes == []


async def test_it_chimes_at_ten_and_twenty_seconds_and_is_taken_back_at_thirty(
    presenter: Shop,
) -> None:
    presenter.keeper.printed(ONE)
    await presenter.pass_by(29.5)
    assert presenter.chimes == [10.0, 20.0]
    assert presenter.heard == [VoucherWaits(ONE), VoucherWaits(ONE)]
    assert presenter.retracted == 0
    await presenter.pass_by(60)
    assert presenter.retracted == 1
    assert presenter.heard[2:] == [VoucherRetracted(ONE)]
    assert presenter.written == [(ONE, "retracted")]
    assert presenter.chimes == [10.0, 20.0]


async def test_a_voucher_taken_after_the_chime(presenter: Shop) -> None:
    presenter.keeper.printed(ONE)
    await presenter.pass_by(CHIME_S + 2)
    presenter.presenter = Fact.OK
    await presenter.pass_by(60)
    assert presenter.heard == [VoucherWaits(ONE), VoucherTaken(ONE)]
    assert presenter.retracted == 0


async def test_a_slot_that_is_empty_for_a_moment_is_not_taken_yet(presenter: Shop) -> None:
    presenter.presenter = Fact.OK  # it is still coming
    presenter.keeper.printed(ONE)
    await presenter.pass_by(1)
    assert presenter.heard == []
    presenter.presenter = Fact.FAULT
    await presenter.pass_by(2)
    presenter.presenter = Fact.OK
    await presenter.pass_by(1)
    assert presenter.heard == [VoucherTaken(ONE)]


async def test_without_a_presenter_it_stays_and_is_told_once(barrier: Shop) -> None:
    barrier.keeper.printed(ONE)
    await barrier.pass_by(120)
    assert barrier.chimes == [10.0, 20.0]
    assert barrier.written == [(ONE, "left standing")]
    assert barrier.asked == 0
    barrier.barrier = Fact.OK
    await barrier.pass_by(1)
    assert barrier.heard[-1] == VoucherTaken(ONE)
    assert barrier.written[-1] == (ONE, "taken")


async def test_a_presenter_that_jams_leaves_it_standing(presenter: Shop) -> None:
    presenter.stuck = True
    presenter.keeper.printed(ONE)
    await presenter.pass_by(60)
    assert presenter.written == [(ONE, "left standing")]
    assert VoucherRetracted(ONE) not in presenter.heard


async def test_where_nothing_sees_the_slot_nothing_is_said() -> None:
    blind = Shop(retracts=True)
    blind.keeper.printed(ONE)
    await blind.pass_by(90)
    assert (blind.heard, blind.written, blind.chimes, blind.retracted) == ([], [], [], 0)
    asked = blind.asked
    await blind.pass_by(10)
    assert blind.asked == asked  # it has stopped asking


async def test_a_sensor_that_goes_blind_says_neither_taken_nor_there(presenter: Shop) -> None:
    presenter.keeper.printed(ONE)
    await presenter.pass_by(3)
    presenter.presenter = Fact.UNKNOWN
    await presenter.pass_by(90)
    assert presenter.heard == []
    assert presenter.retracted == 0


async def test_either_sensor_may_see_it(presenter: Shop) -> None:
    presenter.presenter = Fact.OK
    presenter.barrier = Fact.FAULT
    presenter.keeper.printed(ONE)
    await presenter.pass_by(12)
    assert presenter.heard == [VoucherWaits(ONE)]


async def test_a_redemption_in_progress_is_left_alone(presenter: Shop) -> None:
    presenter.keeper.printed(ONE)
    presenter.busy = True
    await presenter.pass_by(120)
    assert (presenter.asked, presenter.retracted, presenter.heard) == (0, 0, [])


async def test_a_second_voucher_is_watched_instead_of_the_first(presenter: Shop) -> None:
    presenter.keeper.printed(ONE)
    await presenter.pass_by(5)
    presenter.keeper.printed(TWO)
    await presenter.pass_by(8)
    assert presenter.heard == []
    await presenter.pass_by(2)
    assert presenter.heard == [VoucherWaits(TWO)]


# --- Room for the next --------------------------------------------------------------------


async def test_a_free_slot_makes_nobody_wait(presenter: Shop) -> None:
    presenter.presenter = Fact.OK
    await presenter.keeper.make_room()
    assert presenter.clock.boot == 1000
    assert presenter.heard == []


async def test_a_slot_that_nothing_sees_makes_nobody_wait() -> None:
    blind = Shop(retracts=False)
    await blind.keeper.make_room()
    assert blind.clock.boot == 1000


async def test_the_next_waits_until_the_last_is_taken(presenter: Shop) -> None:
    presenter.keeper.printed(ONE)
    await presenter.pass_by(5)

    def take() -> None:
        if presenter.clock.boot >= 1008:
            presenter.presenter = Fact.OK

    presenter.meanwhile = take
    await presenter.keeper.make_room()
    assert presenter.heard == [VoucherWaits(ONE), VoucherTaken(ONE)]
    assert presenter.chimes == [5.0]
    assert presenter.clock.boot == 1008
    assert presenter.retracted == 0


async def test_the_last_is_taken_back_before_the_next_is_printed(presenter: Shop) -> None:
    presenter.keeper.printed(ONE)
    await presenter.pass_by(5)
    await presenter.keeper.make_room()
    assert presenter.clock.boot == pytest.approx(1005 + ROOM_S)
    assert presenter.heard == [VoucherWaits(ONE), VoucherRetracted(ONE)]
    assert presenter.written == [(ONE, "retracted")]


async def test_without_a_presenter_the_next_pushes_the_last_out(barrier: Shop) -> None:
    barrier.keeper.printed(ONE)
    await barrier.pass_by(5)
    await barrier.keeper.make_room()
    assert barrier.heard == [VoucherWaits(ONE)]
    assert barrier.written == [(ONE, "left standing")]


async def test_a_barrier_that_never_sees_light_delays_one_voucher_only(barrier: Shop) -> None:
    barrier.keeper.printed(ONE)
    await barrier.keeper.make_room()
    barrier.keeper.printed(TWO)
    await barrier.pass_by(60)
    before_s = barrier.clock.boot
    await barrier.keeper.make_room()
    assert barrier.clock.boot == before_s
    assert barrier.heard == [VoucherWaits(ONE)]
    barrier.barrier = Fact.OK  # wiped clean: believed again
    await barrier.keeper.make_room()
    barrier.barrier = Fact.FAULT
    await barrier.keeper.make_room()
    assert barrier.clock.boot > before_s


async def test_a_voucher_that_is_just_being_taken_back_is_not_taken(presenter: Shop) -> None:
    """The next shopper confirms while the presenter still draws the last voucher in."""
    drawn_in = asyncio.Event()
    really = presenter.retract

    async def slowly() -> bool:
        await drawn_in.wait()
        return await really()

    presenter.retract = slowly
    presenter.keeper.printed(ONE)
    await presenter.pass_by(29.5)
    presenter.clock.advance(1)
    looking = asyncio.ensure_future(presenter.keeper.look())
    await asyncio.sleep(0)
    presenter.busy = True
    next_one = asyncio.ensure_future(presenter.keeper.make_room())
    await asyncio.sleep(0)
    presenter.presenter = Fact.OK  # drawn in already, and not yet told
    await asyncio.sleep(0)
    drawn_in.set()
    await asyncio.gather(looking, next_one)
    assert presenter.written == [(ONE, "retracted")]
    assert presenter.retracted == 1


async def test_paper_of_nobody_is_taken_back_too(presenter: Shop) -> None:
    await presenter.keeper.make_room()
    assert presenter.heard == [VoucherWaits(None), VoucherRetracted(None)]
    assert presenter.written == [(None, "retracted")]


async def test_a_voucher_taken_unseen_is_written_down_before_the_next(presenter: Shop) -> None:
    presenter.keeper.printed(ONE)
    await presenter.pass_by(1)
    presenter.presenter = Fact.OK
    await presenter.keeper.make_room()
    assert presenter.written == [(ONE, "taken")]
    assert presenter.heard == [VoucherTaken(ONE)]
