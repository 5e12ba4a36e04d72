from datetime import UTC, datetime, time

from kiosk.clock import ManualClock
from kiosk.shop_time import ShopTime

NOON = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)


def test_the_time_of_day_is_the_shops() -> None:
    shop = ShopTime(ManualClock(NOON))
    shop.zone = "Asia/Shanghai"
    assert shop.now() == time(22, 30)


def test_nothing_is_guessed() -> None:
    assert ShopTime(ManualClock(NOON)).now() is None  # no zone yet
    shop = ShopTime(ManualClock(NOON, anchored=False))
    shop.zone = "Asia/Shanghai"
    assert shop.now() is None
