"""Issue section 6: codes and members. Each refusal has its words, and the books stay right."""

from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.flow.state import Attract, MemberHome, MessageCode, Refused, Scan
from kiosk.headless import targets
from tests.kiosk.run.shop import Shop
from wire.tokens import MemberCard, sign_member_card

STRANGER = Ed25519PrivateKey.from_private_bytes(b"stranger".ljust(32))


async def test_a_fresh_code_shows_the_members_home(shop: Shop) -> None:
    async with shop.open():
        home = await shop.scan()
        assert home.session.member.display == "张*明"
        assert home.session.spendable == 1000
        await shop.leave()
    await shop.books_are_right()


@pytest.mark.parametrize(
    ("text", "symbology"),
    [
        ("https://example.com/menu", "QRCode"),
        ("6901234567892", "EAN13"),
        ("M2" + "A" * 120, "QRCode"),
        ("[color=ff0000]hello[/color]", "QRCode"),
    ],
)
async def test_a_foreign_or_malformed_code(shop: Shop, text: str, symbology: str) -> None:
    async with shop.open():
        shop.show(text, symbology)
        await shop.screen(Scan, MessageCode.E_QR_UNKNOWN)
        assert shop.proxy.count("POST", "/v1/members/lookup") == 0
        await shop.scan()  # and the next one is read at once


async def test_a_forged_code(shop: Shop) -> None:
    async with shop.open():
        shop.show(await shop.fresh_code(key=STRANGER))
        await shop.screen(Scan, MessageCode.E_QR_UNKNOWN)
        assert shop.proxy.count("POST", "/v1/members/lookup") == 0


@pytest.mark.parametrize("minutes", [-5, -2, 5])
async def test_an_expired_code_is_refused_here(shop: Shop, minutes: int) -> None:
    async with shop.open():
        now = shop.clock.wall()
        slot = int((now + timedelta(minutes=minutes)).timestamp() // 60) - EPOCH_MINUTE
        shop.show(await shop.fresh_code(slot=slot))
        await shop.screen(Scan, MessageCode.E_QR_OLD)
        assert shop.proxy.count("POST", "/v1/members/lookup") == 0


EPOCH_MINUTE = 29453760
"""2026-01-01T00:00Z in minutes of the Unix clock."""


async def test_an_expired_code_is_refused_by_the_service_where_our_clock_is_not_trusted(
    shop: Shop,
) -> None:
    async with shop.open():
        shop.clock._anchor = None
        shop.show(await shop.fresh_code(slot=1))
        await shop.screen(Scan, MessageCode.E_QR_OLD)
        assert shop.proxy.count("POST", "/v1/members/lookup") == 1


async def test_a_code_seen_at_another_kiosk_before(shop: Shop) -> None:
    ref = await shop.chain.ref(shop.member)
    code = shop.chain.code(ref)
    await shop.chain.desk.by_code(shop.chain.kiosk_2, code)
    async with shop.open():
        shop.show(await shop.fresh_code(ref=ref, slot=code.slot))
        await shop.screen(Scan, MessageCode.E_QR_USED)
    await shop.books_are_right()


async def test_a_code_replayed_at_this_kiosk_shows_the_balance_only(shop: Shop) -> None:
    async with shop.open():
        text = await shop.fresh_code()
        shop.show(text)
        await shop.screen(MemberHome)
        await shop.leave()
        shop.clock.skip(4)  # the scanner ignores the same code for three seconds
        shop.scanner._repeats = type(shop.scanner._repeats)()
        shop.show(text)
        await shop.screen(MemberHome, MessageCode.E_READ_ONLY)
        confirm = await shop.choose()
        assert confirm.blocked
        shop.clock.skip(2)
        shop.running.runner.tick()
        assert "confirm" not in targets(shop.state)
    assert await shop.balance() == 1000
    await shop.books_are_right()


async def test_a_card_shows_the_balance_only(shop: Shop) -> None:
    async with shop.open():
        shop.show(await shop.card(shop.member))
        home = await shop.screen(MemberHome, MessageCode.E_READ_ONLY)
        assert home.session.spendable == 1000
        confirm = await shop.choose()
        assert confirm.blocked


async def test_a_card_that_was_replaced(shop: Shop) -> None:
    async with shop.open():
        shop.show(await shop.card(shop.member, version=2, signed=1))
        await shop.screen(Refused, MessageCode.E_CARD_OLD)
        assert shop.state.screen.session is None
        await shop.leave()


async def test_a_member_whom_nobody_knows(shop: Shop) -> None:
    async with shop.open():
        text = sign_member_card(shop.token_key, MemberCard(1, b"nobody00", 1))
        shop.show(text)
        await shop.screen(Scan, MessageCode.E_QR_UNKNOWN)
        closed = await shop.chain.member(status="closed")
        shop.show(await shop.fresh_code(closed))
        await shop.screen(Refused, MessageCode.E_MEMBER)


async def test_a_frozen_member(shop: Shop) -> None:
    frozen: UUID = await shop.chain.member(500, status="frozen")
    async with shop.open():
        shop.show(await shop.fresh_code(frozen))
        await shop.screen(Refused, MessageCode.E_FROZEN)
        await shop.leave()
        assert isinstance(shop.state.screen, Attract)
    await shop.books_are_right()
