"""A kiosk killed in the middle of a roll change, a test print and a staff reprint.

Real service, real ledger, real staff log-ins, real processes, SIGKILL.
"""

import pytest

from kiosk.journal.book import Book
from kiosk.journal.roll import RollTally
from tests.fault_proxy import What
from tests.kiosk.crash.killed_kiosk import KilledKiosk
from wire.ids import new_id


async def rolls_there(kiosk: KilledKiosk) -> list[dict[str, object]]:
    rows = await kiosk.chain.rows(
        "SELECT id, serial, seconds, mm_left FROM roll WHERE device_id = $1 ORDER BY received_at",
        kiosk.device,
    )
    return [dict(row) for row in rows]


def rolls_here(kiosk: KilledKiosk) -> list[RollTally]:
    return kiosk.in_journal(Book.rolls)


async def test_a_roll_change_that_nobody_interrupts(kiosk: KilledKiosk, badge: str) -> None:
    roll = new_id()
    said = await kiosk.start("roll", badge=badge, roll=roll)
    assert said is not None
    assert (said["heard"], said["enough"]) == (True, True)
    assert await rolls_there(kiosk) == [
        {"id": roll, "serial": "R-2", "seconds": 52, "mm_left": None}
    ]
    (tally,) = rolls_here(kiosk)
    assert (tally.roll.id, tally.tests, tally.used_mm) == (roll, 1, 98)
    assert kiosk.paper == ["rows of TEST", "whole TEST"]


# Killed where; whether the roll is in the ledger then, and whether a redemption may start after
# the restart; how many test prints are counted in the end, and how many came out whole.
ROLL_KILLS = {
    "before its first step": ("before:wizard_at", False, True, 1, 1),
    "cover to be opened": ("after:wizard_at", False, True, 1, 1),
    "core out": ("after:wizard_at#2", False, False, 1, 1),
    "new roll in": ("after:wizard_at#3", False, False, 1, 1),
    "closed, not in the ledger": ("before:roll_loaded", False, False, 1, 1),
    "in the ledger": ("after:roll_loaded", True, False, 1, 1),
    "test print not begun": ("before:slip_begun", True, False, 1, 1),
    "test print begun, 0 bytes": ("after:slip_begun", True, False, 2, 1),
    "test print, some bytes": ("printer:START", True, False, 2, 1),
    "test print, fence read": ("printer:FENCE", True, False, 2, 2),
    "test print counted": ("after:slip_ended", True, False, 2, 2),
    "is it sharp": ("after:wizard_at#6", True, False, 1, 1),
    "not ended": ("before:wizard_ended", True, False, 1, 1),
    "ended, not told": ("after:wizard_ended", True, True, 1, 1),
    "about to be told": ("before:next_roll_call", True, True, 1, 1),
    "told, not written": ("before:roll_acknowledged", True, True, 1, 1),
}


@pytest.mark.parametrize("row", list(ROLL_KILLS))
async def test_a_roll_change_killed(kiosk: KilledKiosk, badge: str, row: str) -> None:
    kill_at, loaded, enough, tests, whole = ROLL_KILLS[row]
    roll = new_id()
    assert await kiosk.start("roll", kill_at, badge=badge, roll=roll) is None
    assert len(rolls_here(kiosk)) == int(loaded)
    for _ in range(2):  # a restart after the restart changes nothing
        said = await kiosk.start("recover")
        assert said is not None
        assert (said["heard"], said["enough"]) == (True, enough)
    left = kiosk.in_journal(Book.wizard)
    if left is not None:
        assert (left.id, left.interrupted, left.loaded) == (roll, True, loaded)
    if left is not None or not loaded:
        assert (await kiosk.start("roll", badge=badge, roll=roll)) is not None
    assert kiosk.in_journal(Book.wizard) is None
    (there,) = await rolls_there(kiosk)
    untouched = (left is None and loaded) or kill_at == "before:wizard_at"
    assert there["id"] == roll
    assert there["seconds"] == (52 if untouched else None)
    (tally,) = rolls_here(kiosk)
    assert (tally.roll.id, tally.tests) == (roll, tests)
    assert kiosk.paper.count("whole TEST") == whole
    assert tally.mm_left == 30_000 - tally.used_mm > 0
    said = await kiosk.start("redeem")
    assert said is not None
    assert (said["answer"], said["enough"]) == ("VoucherPrinted", True)
    await kiosk.check("CLOSED", "ISSUED")


@pytest.mark.parametrize("what", [What.REFUSE, What.LOSE_ANSWER])
async def test_killed_while_the_roll_is_told(kiosk: KilledKiosk, badge: str, what: What) -> None:
    roll = new_id()
    kiosk.proxy.suffer(what, path=".*/rolls", then=kiosk.kill)
    assert await kiosk.start("roll", badge=badge, roll=roll) is None
    said = await kiosk.start("recover")
    assert said is not None
    assert said["heard"]
    assert [row["id"] for row in await rolls_there(kiosk)] == [roll]
    assert kiosk.in_journal(Book.next_roll_call) is None


# Killed where; how many copies the service has granted, VOID slips that came out.
REPRINT_KILLS = {
    "asked, not sent": ("after:staff_reprint_asked", 0, 0),
    "granted, not begun": ("before:reprint_begun", 1, 0),
    "begun, 0 bytes": ("after:reprint_begun", 1, 1),
    "some bytes": ("printer:START", 1, 1),
    "fence read": ("printer:FENCE", 1, 1),
    "not committed": ("before:printed", 1, 1),
    "printed": ("after:printed", 1, 0),
}


@pytest.mark.parametrize("row", list(REPRINT_KILLS))
@pytest.mark.parametrize("standing", ["ISSUED", "UNCERTAIN"])
async def test_a_staff_reprint_killed(
    kiosk: KilledKiosk, badge: str, row: str, standing: str
) -> None:
    kill_at, granted, slips = REPRINT_KILLS[row]
    torn = {"lose_paper_at_row": 5} if standing == "UNCERTAIN" else {}
    assert await kiosk.start("redeem", **torn) is not None
    before = ("CLOSED" if standing == "ISSUED" else "UNCERTAIN", standing)
    await kiosk.check(*before)
    assert await kiosk.start("staff_reprint", kill_at, badge=badge) is None
    for _ in range(2):
        assert await kiosk.start("recover")
        printed = row == "printed"
        await kiosk.check(*(("CLOSED", "ISSUED") if printed else before))
        assert kiosk.slips == slips
    copies = await kiosk.chain.value(
        "SELECT copies FROM voucher WHERE redemption_id = $1", kiosk.redemption
    )
    assert copies == granted
    said = await kiosk.start("staff_reprint", badge=badge)
    assert said is not None
    assert said["answer"] == "VoucherPrinted"
    await kiosk.check("CLOSED", "ISSUED")


async def test_a_test_print_killed_is_counted_once(kiosk: KilledKiosk, badge: str) -> None:
    roll = new_id()
    assert await kiosk.start("roll", badge=badge, roll=roll)
    assert await kiosk.start("test_print", "printer:START", badge=badge) is None
    for _ in range(2):
        assert await kiosk.start("recover")
    (tally,) = rolls_here(kiosk)
    assert (tally.tests, kiosk.paper.count("reset")) == (2, 1)


async def test_without_paper_for_voucher_and_trailer_nothing_begins(
    kiosk: KilledKiosk, badge: str
) -> None:
    assert await kiosk.start("roll", "after:wizard_at#3", badge=badge, roll=new_id()) is None
    said = await kiosk.start("redeem")
    assert said is not None
    assert said["answer"] == "PrinterRefused"
    await kiosk.check(None, None)
