"""The same voucher through the real window: real pixels, real touch path, no display needed."""

import asyncio
from pathlib import Path

import pytest
from PIL import Image
from pyzbar import pyzbar

from tests.kiosk.run.floor import Floor
from tests.kiosk.run.programs import Finger


def picture_of(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("RGB")


async def shot(finger: Finger, floor: Floor, name: str) -> Image.Image:
    """What stands in the window."""
    path = floor.folder / f"{name}.png"
    answer = await finger.ask(screenshot=str(path))
    assert answer.get("ok"), answer
    return await asyncio.to_thread(picture_of, path)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("portrait", [True, False], ids=["portrait", "landscape"])
async def test_one_voucher_by_touch(floor: Floor, portrait: bool) -> None:
    shop = floor.shop
    floor.configure(portrait=portrait)
    await floor.enrol()
    async with floor.emulator("--unpaced"), floor.kiosk(headless=False) as kiosk:
        finger = floor.finger(kiosk)
        await finger.until(screen="Attract", rewards=1)
        attract = await shot(finger, floor, "attract")
        assert attract.size == ((1080, 1920) if portrait else (1280, 800))
        floor.hold(await shop.fresh_code())
        home = await finger.until(screen="MemberHome")
        floor.hold(None)
        assert home["spendable"] == 1000
        await finger.tap("language:en")
        await finger.press("item:0")
        await finger.until(screen="Confirm", language="en")
        await finger.press("confirm")
        done = await finger.until(screen="Done")
        assert done["spendable"] == 700
        picture = await shot(finger, floor, "done")
        assert picture.tobytes() != attract.tobytes()
        assert len(picture.getcolors(1 << 24)) > 50, "something is drawn"
        await finger.press("end")
        await finger.until(screen="Attract", language="zh-Hans")
        assert await kiosk.stop() == 0, kiosk.said()
    assert "Traceback" not in kiosk.said()
    (paper,) = floor.paper()
    (read,) = pyzbar.decode(await asyncio.to_thread(picture_of, paper))
    assert read.data.decode() == "V1" + await shop.chain.value("SELECT code FROM voucher")
    assert await shop.balance() == 700
    await shop.books_are_right()
