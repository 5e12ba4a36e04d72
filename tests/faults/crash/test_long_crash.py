"""Killed anywhere, and killed again while it recovers, in an order that dice choose."""

import random

import pytest

from tests.kiosk.crash.killed_kiosk import KilledKiosk
from tests.kiosk.crash.test_crash_table import RECOVERY_KILLS, TABLE

AFTER = {None: None, "RELEASED": "RELEASED", "UNCERTAIN": "UNCERTAIN", "CLOSED": "ISSUED"}
RECOVERIES = [
    *RECOVERY_KILLS,
    "before:release_pending",
    "after:release_pending",
    "before:released",
    "after:released",
    "before:captured",
    "after:captured",
    "before:closed",
]


@pytest.mark.parametrize("run", range(30))
async def test_killed_again_and_again(kiosk: KilledKiosk, chance: random.Random, run: int) -> None:
    kills = [chance.choice([row[0] for row in TABLE.values()])]
    assert await kiosk.start("redeem", kills[0]) is None
    for _ in range(chance.randrange(3)):
        kills.append(chance.choice(RECOVERIES))
        await kiosk.start("recover", kills[-1])  # it may be past that place already
    print(run, kills)
    assert await kiosk.start("recover")
    left = kiosk.on_disk()
    assert left in AFTER, kills
    await kiosk.check(left, AFTER[left])
