"""Issue section 6: what changes between the screen and the tap. No refusal costs a point."""

from uuid import UUID

import pytest
from PIL import Image
from pyzbar import pyzbar

from kiosk.devices.printer.emulator.drawing import draw_piece
from kiosk.flow.state import Confirm, Done, MemberHome, MessageCode, Refused
from kiosk.journal.state import JournalState
from tests.kiosk.run.shop import Shop
from wire.api.redemptions import State


def read_back(paper: Image.Image) -> list[str]:
    """What zbar, which has no part in drawing, reads from the paper."""
    return [code.data.decode() for code in pyzbar.decode(paper)]


async def nothing_happened(shop: Shop, redemption: UUID) -> None:
    """The points are all there, nothing is held, nothing printed, nothing waits."""
    assert (await shop.settled(redemption)).state is JournalState.RELEASED
    assert await shop.balance() == 1000
    assert await shop.held() == 0
    assert shop.paper.pieces == []
    await shop.books_are_right()


async def test_a_code_becomes_a_voucher(shop: Shop) -> None:
    async with shop.open():
        redemption = await shop.redeem()
        done = await shop.screen(Done)
        assert done.session.spendable == 700
        assert (await shop.settled(redemption)).state is JournalState.CLOSED
        assert await shop.state_there(redemption) is State.ISSUED
        code = await shop.chain.code_of(redemption)
        assert done.tail == code[-4:]
        assert read_back(draw_piece(shop.paper.pieces[0])) == ["V1" + code]
        assert await shop.balance() == 700
        await shop.leave()
        assert shop.running.runner.state.language == shop.config.screen.language
    assert len(shop.paper.pieces) == 1
    await shop.books_are_right()


async def test_a_second_voucher_in_the_same_session(shop: Shop) -> None:
    async with shop.open():
        first = await shop.redeem()
        await shop.screen(Done)
        shop.tap("continue")
        home = await shop.screen(MemberHome)
        assert home.session.spendable == 700
        await shop.choose()
        shop.confirm()
        done = await shop.screen(Done)
        assert done.session.spendable == 400
        await shop.settled(first)
    assert await shop.balance() == 400
    assert len(shop.paper.pieces) == 2
    await shop.books_are_right()


async def test_too_few_points_are_told_before_the_tap(shop: Shop) -> None:
    dear = await shop.chain.reward(1001)
    async with shop.open(rewards=2):
        await shop.scan()
        confirm = await shop.choose(dear)
        assert confirm.notice is not None
        assert (confirm.notice.code, confirm.notice.params) == (MessageCode.E_PTS, {"n": 1})
        assert confirm.blocked


async def test_points_spent_elsewhere_between_screen_and_tap(shop: Shop) -> None:
    async with shop.open():
        await shop.scan()
        await shop.choose()
        other = await shop.chain.reward(900)
        await shop.chain.in_state(State.ISSUED, other, shop.member, 900)
        shop.confirm()
        redemption = shop.state.screen.redemption
        refused = await shop.screen(Refused, MessageCode.E_PTS)
        assert refused.message.params == {"n": 200}
        assert (await shop.settled(redemption)).state is JournalState.RELEASED
        shop.tap("continue")
        home = await shop.screen(MemberHome)
        assert home.session.spendable == 100, "the balance is the one that the service told"
    assert shop.paper.pieces == []
    assert await shop.balance() == 100
    await shop.books_are_right()


async def test_stock_gone_between_screen_and_tap(shop: Shop) -> None:
    async with shop.open():
        await shop.scan()
        await shop.choose()
        await shop.chain.value(
            "SELECT stock_count('test', 'k', reward_id, store_id, NULL, 0, 'counted')"
            " FROM stock_bucket"
        )
        shop.confirm()
        redemption = shop.state.screen.redemption
        await shop.screen(Refused, MessageCode.E_STOCK)
        await nothing_happened(shop, redemption)


async def test_a_price_that_rose_is_asked_about_again(shop: Shop) -> None:
    async with shop.open():
        await shop.scan()
        await shop.choose()
        await shop.chain.execute("UPDATE reward SET price_points = 400, rev = rev + 1")
        shop.confirm()
        first = shop.state.screen.redemption
        confirm = await shop.screen(Confirm, MessageCode.E_STALE)
        assert confirm.price == 400
        assert not confirm.blocked
        await nothing_happened(shop, first)
        shop.confirm()
        done = await shop.screen(Done)
        assert done.session.spendable == 600
        second = (await shop.chain.rows("SELECT id FROM redemption WHERE state <> 'RELEASED'"))[0]
        assert second["id"] != first, "a second try has an id of its own"
    assert await shop.balance() == 600
    await shop.books_are_right()


async def test_a_limit_for_each_member(shop: Shop) -> None:
    await shop.chain.execute("UPDATE reward SET per_member_per_day = 1")
    async with shop.open():
        await shop.redeem()
        await shop.screen(Done)
        shop.tap("continue")
        await shop.screen(MemberHome)
        await shop.choose()
        shop.confirm()
        refused = await shop.screen(Refused, MessageCode.E_LIMIT)
        assert refused.message.params["time"]
    assert await shop.balance() == 700
    await shop.books_are_right()


async def test_the_pin_is_asked_for_at_the_counter(shop: Shop) -> None:
    await shop.chain.execute("UPDATE programme SET pin_over_points = 299")
    async with shop.open():
        redemption = await shop.redeem()
        await shop.screen(Refused, MessageCode.E_PIN_COUNTER)
        await nothing_happened(shop, redemption)


async def test_a_session_that_was_left_too_long(shop: Shop) -> None:
    async with shop.open():
        await shop.scan()
        await shop.choose()
        await shop.chain.execute("UPDATE member_session SET expires_at = created_at")
        shop.confirm()
        redemption = shop.state.screen.redemption
        await shop.screen(Refused, MessageCode.E_SESSION)
        await nothing_happened(shop, redemption)


async def test_a_member_frozen_while_choosing(shop: Shop) -> None:
    async with shop.open():
        await shop.scan()
        await shop.choose()
        await shop.chain.execute("UPDATE member SET status = 'frozen'")
        shop.confirm()
        redemption = shop.state.screen.redemption
        await shop.screen(Refused, MessageCode.E_FROZEN)
        await nothing_happened(shop, redemption)


@pytest.mark.parametrize("fast", [True, False])
async def test_a_double_tap_is_one_redemption(shop: Shop, fast: bool) -> None:
    async with shop.open():
        await shop.scan()
        await shop.choose()
        shop.confirm()
        if not fast:
            shop.clock.skip(1)
        from kiosk.flow.event import Confirmed

        shop.running.runner.emit(Confirmed())
        await shop.screen(Done)
    assert await shop.balance() == 700
    assert len(shop.paper.pieces) == 1
