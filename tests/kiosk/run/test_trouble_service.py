"""Issue section 6: a service that is down, slow, broken, or gone in the middle.

Whatever is lost on the wire: at most one debit, and none without a voucher.
"""

from uuid import UUID

import pytest

from kiosk.flow.state import (
    Dispensing,
    Done,
    MemberHome,
    MessageCode,
    PrinterReadiness,
    Refused,
)
from kiosk.journal.state import JournalState
from tests.fault_proxy import What
from tests.kiosk.run.shop import Shop
from wire.api.redemptions import State

LOOKUP = "/v1/members/lookup"
RESERVE = "/v1/redemptions"
PRINTING = "/v1/redemptions/[^/]+/printing"
CAPTURE = "/v1/redemptions/[^/]+/capture"

RETRIED = {What.REFUSE, What.LOSE_ANSWER, What.CUT_ANSWER}
"""A connection that was lost is tried once more, at once and under the same key."""
SILENT = [What.REFUSE, What.SERVER_ERROR, What.GARBAGE, What.WRONG_TYPES, What.CUT_ANSWER]


async def back_to_full(shop: Shop, redemption: UUID) -> None:
    """Released on both sides, nothing printed."""
    assert (await shop.settled(redemption)).state is JournalState.RELEASED
    assert await shop.state_there(redemption) in {None, State.RELEASED}
    assert (await shop.balance(), await shop.held()) == (1000, 0)
    assert shop.paper.pieces == []
    await shop.books_are_right()


async def test_a_service_that_is_down_from_the_start(shop: Shop) -> None:
    shop.proxy.down = True
    async with shop.open(rewards=0):
        await shop.until(lambda s: s.health.printer is PrinterReadiness.READY)
        assert not shop.state.health.online
        shop.show(await shop.fresh_code())
        await shop.screen(Refused, MessageCode.OFF_NO)
        await shop.leave()
        shop.proxy.down = False
        await shop.until(lambda s: s.health.online and s.catalogue)
        await shop.scan()


async def test_a_service_that_goes_down_leaves_the_rewards_on_the_screen(shop: Shop) -> None:
    async with shop.open():
        pass
    shop.proxy.down = True
    async with shop.open(rewards=0):
        await shop.until(lambda s: s.catalogue)
        assert shop.state.config is not None


@pytest.mark.parametrize("what", SILENT)
async def test_a_lookup_without_an_answer(shop: Shop, what: What) -> None:
    async with shop.open():
        shop.proxy.suffer(what, "POST", LOOKUP, times=2)
        shop.show(await shop.fresh_code())
        await shop.screen(Refused, MessageCode.OFF_NO)
        assert shop.state.screen.session is None
    await shop.books_are_right()


async def test_a_slow_service_is_given_up_after_five_seconds(shop: Shop) -> None:
    async with shop.open():
        shop.proxy.suffer(What.DELAY, "POST", LOOKUP, seconds=10)
        began_s = shop.clock.now_s()
        shop.show(await shop.fresh_code())
        await shop.screen(Refused, MessageCode.OFF_NO)
        assert 4.5 < shop.clock.now_s() - began_s < 6
        await shop.leave()
        await shop.scan()


@pytest.mark.parametrize("what", SILENT)
async def test_a_reserve_without_an_answer_is_released(shop: Shop, what: What) -> None:
    async with shop.open():
        await shop.scan()
        await shop.choose()
        shop.proxy.suffer(what, "POST", RESERVE, times=2 if what in RETRIED else 1)
        shop.confirm()
        redemption = shop.state.screen.redemption
        await shop.screen(Refused, MessageCode.E_HOLD)
        await back_to_full(shop, redemption)
        shop.tap("retry")
        second = shop.state.screen.redemption
        assert second != redemption
        await shop.screen(Done)
        assert (await shop.settled(second)).state is JournalState.CLOSED
    assert await shop.balance() == 700
    await shop.books_are_right()


async def test_one_lost_answer_to_reserve_costs_nothing(shop: Shop) -> None:
    """The same key again gets the same answer: one hold, one voucher."""
    async with shop.open():
        shop.proxy.suffer(What.LOSE_ANSWER, "POST", RESERVE)
        await shop.redeem()
        await shop.screen(Done)
        assert shop.proxy.count("POST", RESERVE) == 2
    assert await shop.balance() == 700
    await shop.books_are_right()


@pytest.mark.parametrize("path", [RESERVE, PRINTING, CAPTURE])
async def test_a_request_that_arrives_twice(shop: Shop, path: str) -> None:
    async with shop.open():
        shop.proxy.suffer(What.TWICE, "POST", path)
        redemption = await shop.redeem()
        await shop.screen(Done)
        assert (await shop.settled(redemption)).state is JournalState.CLOSED
    assert (await shop.balance(), await shop.held()) == (700, 0)
    assert len(shop.paper.pieces) == 1
    await shop.books_are_right()


async def test_a_service_that_is_gone_after_reserve(shop: Shop) -> None:
    """Its answer is lost and it stays away: nothing prints, the points come back later."""

    async def gone() -> None:
        shop.proxy.down = True

    async with shop.open():
        shop.proxy.suffer(What.LOSE_ANSWER, "POST", RESERVE, then=gone)
        redemption = await shop.redeem()
        await shop.screen(Refused, MessageCode.E_HOLD)
        assert await shop.held() == 300, "held there, and nobody could tell it yet"
        entry = await shop.entry(redemption)
        assert entry is not None
        assert entry.state is JournalState.RELEASE_PENDING
        shop.proxy.down = False
        await back_to_full(shop, redemption)


@pytest.mark.parametrize("what", [*SILENT, What.LOSE_ANSWER])
async def test_a_service_that_is_gone_before_printing(shop: Shop, what: What) -> None:
    async with shop.open():
        shop.proxy.suffer(what, "POST", PRINTING, times=2)
        redemption = await shop.redeem()
        await shop.screen(Refused, MessageCode.E_HOLD)
        await back_to_full(shop, redemption)


async def test_a_service_that_is_gone_before_capture(shop: Shop) -> None:
    """The shopper has the voucher at once; the capture is repeated until it is heard."""

    async def gone() -> None:
        shop.proxy.down = True

    async with shop.open():
        fault = shop.proxy.suffer(What.REFUSE, "POST", CAPTURE, then=gone)
        redemption = await shop.redeem()
        await shop.screen(Done)
        await shop.when(lambda: fault.met)
        entry = await shop.entry(redemption)
        assert entry is not None
        assert entry.state is JournalState.PRINTED
        assert await shop.state_there(redemption) is State.PRINTING
        shop.proxy.down = False
        assert (await shop.settled(redemption)).state is JournalState.CLOSED
        assert await shop.state_there(redemption) is State.ISSUED
    assert (await shop.balance(), await shop.held()) == (700, 0)
    assert len(shop.paper.pieces) == 1
    await shop.books_are_right()


async def test_a_capture_that_was_heard_and_not_answered(shop: Shop) -> None:
    async with shop.open():
        shop.proxy.suffer(What.LOSE_ANSWER, "POST", CAPTURE, times=2)
        redemption = await shop.redeem()
        await shop.screen(Done)
        assert (await shop.settled(redemption)).state is JournalState.CLOSED
    assert await shop.balance() == 700
    await shop.books_are_right()


async def test_a_capture_outlives_the_kiosk(shop: Shop) -> None:
    """Switched off with the capture unsent: the next start sends it."""

    async def gone() -> None:
        shop.proxy.down = True

    async with shop.open():
        fault = shop.proxy.suffer(What.REFUSE, "POST", CAPTURE, then=gone)
        redemption = await shop.redeem()
        await shop.screen(Done)
        await shop.when(lambda: fault.met)
    shop.proxy.down = False
    async with shop.open():
        assert (await shop.settled(redemption)).state is JournalState.CLOSED
    assert await shop.state_there(redemption) is State.ISSUED
    assert len(shop.paper.pieces) == 1
    await shop.books_are_right()


async def test_the_chip_says_offline_and_online_again(shop: Shop) -> None:
    async with shop.open():
        await shop.scan()
        shop.proxy.down = True
        await shop.choose()
        shop.confirm()
        await shop.screen(Refused, MessageCode.E_HOLD)
        await shop.until(lambda s: not s.health.online)
        shop.proxy.down = False
        await shop.until(lambda s: s.health.online)
        assert not isinstance(shop.state.screen, MemberHome | Dispensing)
    await shop.books_are_right()
