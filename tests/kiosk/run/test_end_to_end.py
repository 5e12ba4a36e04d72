"""A code held to the camera becomes a printed voucher: every program real, no window.

Enrolment, camera folder, scanner process, signed API, printer driver, pty, paper, till.
"""

import signal

import pytest
from PIL import Image
from pyzbar import pyzbar

from tests.kiosk.run.floor import Floor
from tests.kiosk.run.programs import output_of
from wire.api.redemptions import State


@pytest.mark.parametrize(("width", "language"), [(576, "zh-Hans"), (384, "en")])
async def test_one_voucher(floor: Floor, width: int, language: str) -> None:
    shop = floor.shop
    floor.configure(width)
    await floor.enrol()
    async with floor.emulator("--unpaced"), floor.kiosk() as kiosk:
        finger = floor.finger(kiosk)
        await finger.until(screen="Attract", rewards=1)
        await finger.until(screen="Attract", message=None)
        floor.hold(await shop.fresh_code())
        home = await finger.until(screen="MemberHome")
        assert home["spendable"] == 1000
        await finger.tap(f"language:{language}")
        await finger.tap("item:0")
        await finger.tap("confirm")
        done = await finger.until(screen="Done")
        floor.hold(None)
        assert done["spendable"] == 700
        await finger.tap("end")
        await finger.until(screen="Attract", language="zh-Hans")
        assert await kiosk.stop() == 0, kiosk.said()
    (paper,) = floor.paper()
    (read,) = pyzbar.decode(Image.open(paper))
    text = read.data.decode()
    code = await shop.chain.value("SELECT code FROM voucher")
    assert text == "V1" + code
    assert done["tail"] == code[-4:]
    assert await shop.balance() == 700
    assert await shop.chain.value("SELECT state FROM redemption") == "ISSUED"
    assert code not in kiosk.said(), "a full code stands in no log"
    assert shop.database.url not in kiosk.said()

    till = ("--url", floor.url, "--data", str(floor.folder / "till"))
    keys = shop.database.environment()
    await output_of("central", "till", "use", code, "--receipt", "A1", *till, environment=keys)
    refused = await output_of(
        "central", "till", "use", code, "--receipt", "A2", *till, environment=keys, status=1
    )
    assert "used" in refused.lower()
    await shop.books_are_right()


async def test_sigterm_waits_for_the_paper(floor: Floor) -> None:
    """A kiosk that is told to end while it prints ends with the voucher in the hand."""
    shop = floor.shop
    await floor.enrol()
    async with floor.emulator("--baud", "38400"), floor.kiosk() as kiosk:
        finger = floor.finger(kiosk)
        await finger.until(screen="Attract", rewards=1)
        floor.hold(await shop.fresh_code())
        await finger.until(screen="MemberHome")
        await finger.tap("item:0")
        await finger.tap("confirm")
        await finger.until(screen="Dispensing")
        kiosk.process.send_signal(signal.SIGTERM)
        assert await kiosk.ends() == 0, kiosk.said()
        assert "ended while printing" not in kiosk.said()
    assert len(floor.paper()) == 1
    assert await shop.balance() == 700
    await shop.books_are_right()


async def test_a_kiosk_that_was_killed_while_printing_recovers(floor: Floor) -> None:
    shop = floor.shop
    await floor.enrol()
    async with floor.emulator("--baud", "38400"):
        async with floor.kiosk() as kiosk:
            finger = floor.finger(kiosk)
            await finger.until(screen="Attract", rewards=1)
            floor.hold(await shop.fresh_code())
            await finger.until(screen="MemberHome")
            floor.hold(None)
            await finger.tap("item:0")
            await finger.tap("confirm")
            # The service hears of printing a moment before the kiosk's own journal does, and a
            # kill between the two rightly gives the points back.
            await floor.when_journal("PRINTING")
            kiosk.process.kill()
            await kiosk.ends()
        async with floor.kiosk() as kiosk:
            finger = floor.finger(kiosk)
            await finger.until(screen="Attract")
            redemption = await shop.chain.value("SELECT id FROM redemption")
            await shop.when_state(redemption, State.UNCERTAIN)
            floor.hold(await shop.fresh_code())
            home = await finger.until(screen="MemberHome")
            assert home["message"] == "RESUME-UNCERTAIN"
            assert "recovered" in kiosk.said()
    await shop.books_are_right()
