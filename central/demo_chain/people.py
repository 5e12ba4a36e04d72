"""Sixty members; the same ones every time. Only masked names exist, as in the real service."""

import random
from dataclasses import dataclass

_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
_GIVEN = "明华丽强芳军敏静磊洋勇艳杰娟涛超霞平刚桂英玉兰文辉健俊帆雪琳宇浩欣怡晨"
TIERS = ("plain", "silver", "gold")
COUNT = 60


@dataclass(frozen=True, slots=True)
class DemoMember:
    number: str
    display: str
    tier: str
    visits: int
    """Sales in the past year."""


MAIN = DemoMember("8800106210", "张*明", "gold", 0)
"""The demo's shopper: `history` gives exactly what its screens show."""


def sixty(rng: random.Random) -> list[DemoMember]:
    """The main shopper, then fifty-nine others."""
    members = [MAIN]
    for i in range(1, COUNT):
        display = rng.choice(_FAMILY) + "*" + rng.choice(_GIVEN)
        tier = rng.choices(TIERS, (60, 28, 12))[0]
        visits = {"plain": 6, "silver": 14, "gold": 26}[tier] + rng.randrange(6)
        members.append(DemoMember(f"88001{10000 + i * 83:05d}", display, tier, visits))
    return members
