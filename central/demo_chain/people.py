"""Sixty members and three of the staff; the same ones every time. Of their names the real service
keeps masked ones only.
"""

import random
from dataclasses import dataclass

from wire.api.staff import StaffRole

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


@dataclass(frozen=True, slots=True)
class DemoStaff:
    staff_no: str
    name: str
    role: StaffRole
    stores: tuple[str, ...]
    """None at all: every one."""


STAFF = (
    DemoStaff("E0101", "李小红", StaffRole.CLERK, ("S0101",)),
    DemoStaff("E0102", "王国强", StaffRole.MANAGER, ("S0101", "S0102")),
    DemoStaff("E0901", "赵技师", StaffRole.IT, ()),
)
STAFF_PIN = "258036"
"""Of each of them; everybody may know it, so nobody else ever gets it."""


def sixty(rng: random.Random) -> list[DemoMember]:
    """The main shopper, then fifty-nine others."""
    members = [MAIN]
    for i in range(1, COUNT):
        display = rng.choice(_FAMILY) + "*" + rng.choice(_GIVEN)
        tier = rng.choices(TIERS, (60, 28, 12))[0]
        visits = {"plain": 6, "silver": 14, "gold": 26}[tier] + rng.randrange(6)
        members.append(DemoMember(f"88001{10000 + i * 83:05d}", display, tier, visits))
    return members
