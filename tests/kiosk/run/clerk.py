"""A member of staff at the kiosk of a shop: badge, PIN, taps by the names in the window."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kiosk.flow.staff.values import door
from kiosk.flow.state import Attract
from tests.kiosk.run.shop import Shop
from tests.staff import PIN, StaffRoom


@dataclass
class Clerk:
    shop: Shop
    badge: str

    async def come_in(self) -> None:
        """From the attract screen to the dashboard."""
        await self.shop.screen(Attract)
        self.shop.running.runner.emit(door.StaffKeyTurned())
        await self.shop.screen(door.BadgeAsked)
        self.shop.show(self.badge)
        await self.type_pin(door.PinAsked)
        await self.shop.screen(door.StaffHome)

    async def type_pin(self, screen: type) -> None:
        await self.shop.screen(screen)
        for digit in PIN:
            self.shop.tap(f"digit:{digit}")

    async def tap(self, name: str, then: type) -> Any:
        """The screen that comes after it."""
        self.shop.tap(name)
        return await self.shop.screen(then)

    async def tap_awake(self, name: str, then: type) -> Any:
        """A button that sleeps for a second."""
        self.shop.clock.skip(1.1)
        self.shop.running.runner.tick()
        return await self.tap(name, then)


async def hired(shop: Shop) -> Clerk:
    """Somebody new, with a badge that this shop's kiosk believes."""
    store = await shop.chain.value("SELECT store_id FROM device WHERE id = $1", shop.chain.kiosk)
    room = StaffRoom(shop.chain.owner, (1, shop.token_key))
    person = await room.person(datetime.now(UTC), stores=(str(store),))
    return Clerk(shop, room.text(person))
