"""A card from before the member codes, held to the camera: every program real, no window."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from PIL import Image

from kiosk.flow.state import Identifying, MemberHome, MessageCode, Refused, Scan
from tests.fault_proxy import What
from tests.kiosk.run.floor import FRAME, Floor
from tests.kiosk.run.programs import output_of
from tests.kiosk.run.shop import Shop
from wire import plain_card

LOOKUP = "/v1/members/lookup"


def card(stem: int) -> str:
    return str(stem) + plain_card.check_digits(str(stem))


async def register(shop: Shop, number: str) -> str:
    await shop.chain.execute(
        "INSERT INTO plain_card (number, member_id) VALUES ($1, $2)", number, shop.member
    )
    return number


@pytest.mark.parametrize("bars", ["code128", "ean13"])
async def test_bars_before_the_camera_show_the_balance(floor: Floor, bars: str) -> None:
    """Registered and drawn by the service's command, read by the kiosk's own decoder."""
    shop, number = floor.shop, card(2000000421)
    owner = await shop.chain.value("SELECT number FROM member WHERE id = $1", shop.member)
    picture = floor.folder / "card.png"
    words = ("plain-card", "add", owner, number, "--bars", bars, "--png", str(picture))
    await output_of("central", *words, environment=shop.database.environment())
    await floor.enrol()
    async with floor.emulator("--unpaced"), floor.kiosk() as kiosk:
        finger = floor.finger(kiosk)
        await finger.until(screen="Attract", rewards=1)
        await finger.until(screen="Attract", message=None)
        async with in_a_hand(floor, picture):
            home = await finger.until(screen="MemberHome")
        assert (home["spendable"], home["message"]) == (1000, "E-READ-ONLY")
        await finger.tap("item:0")
        confirm = await finger.until(screen="Confirm")
        assert "confirm" not in confirm["targets"], "a card opens no more than the balance"
        assert await kiosk.stop() == 0, kiosk.said()
    assert number not in kiosk.said(), "its number stands in no log"
    assert floor.paper() == []
    assert await shop.balance() == 1000
    await shop.books_are_right()


@asynccontextmanager
async def in_a_hand(floor: Floor, picture: Path) -> AsyncIterator[None]:
    """The card before the camera, 4.8 px to a module, never quite still: bars count when two
    different pictures say the same.
    """
    with Image.open(picture) as drawn:
        face = drawn.resize((drawn.width * 3 // 5, drawn.height * 3 // 5))
    left, top = (FRAME[0] - face.width) // 2, (FRAME[1] - face.height) // 2

    async def tremble() -> None:
        part = floor.camera / ".frame.png"
        for shift in itertools.cycle((0, 3, 5, 2)):
            frame = Image.new("L", FRAME, 90)
            frame.paste(face, (left + shift, top + shift))
            frame.save(part, compress_level=1)
            part.replace(floor.camera / "frame.png")
            await asyncio.sleep(0.1)  # a camera's pace

    hand = asyncio.create_task(tremble())
    try:
        yield
    finally:
        hand.cancel()
        with suppress(asyncio.CancelledError):
            await hand


async def test_an_unknown_and_a_frozen_one(shop: Shop) -> None:
    frozen = await register(shop, card(2000000422))
    async with shop.open():
        shop.show(card(2000000423), "Code128")
        await shop.screen(Scan, MessageCode.E_QR_UNKNOWN)
        await shop.chain.execute("UPDATE member SET status = 'frozen'")
        shop.show(frozen, "Code128")
        await shop.screen(Refused, MessageCode.E_FROZEN)
    await shop.books_are_right()


async def test_the_answer_lost_on_its_way_is_asked_for_again(shop: Shop) -> None:
    number = await register(shop, card(2000000424))
    async with shop.open():
        lost = shop.proxy.suffer(What.LOSE_ANSWER, "POST", LOOKUP)
        shop.show(number, "Code128")
        await shop.screen(MemberHome, MessageCode.E_READ_ONLY)
        assert lost.met == 1
        assert await shop.chain.value("SELECT count(*) FROM member_session") == 1


async def test_after_five_unknown_ones_it_is_the_counter_for_cards_and_not_for_phones(
    shop: Shop,
) -> None:
    number = await register(shop, card(2000000425))
    async with shop.open():
        for stem in range(2000000430, 2000000435):
            shop.show(card(stem), "Code128")
            await shop.screen(Identifying)
            await shop.screen(Scan, MessageCode.E_QR_UNKNOWN)
        shop.show(number, "Code128")
        await shop.screen(Refused, MessageCode.E_STOP)
        await shop.leave()
        home = await shop.scan()
        assert not home.session.member.session.read_only
