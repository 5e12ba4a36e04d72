"""The time on the shop's wall clock, as far as it is known."""

from datetime import time
from zoneinfo import ZoneInfo

from kiosk.devices.ports import Clock


class ShopTime:
    """Local time of day; `zone` is set when the service has told it. Thread: any."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.zone = ""
        """IANA name from the device's configuration; "" before it has come."""

    def now(self) -> time | None:
        """None without a trusted clock or a known zone: guess neither."""
        wall = self._clock.wall()
        if wall is None or not self.zone:
            return None
        return wall.astimezone(ZoneInfo(self.zone)).time()
