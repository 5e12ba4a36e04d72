"""kiosk.md's recovery table: a process killed at each state, started again, and what is left.

Everything is real but the printer's mechanism: the service and its ledger, sockets, files,
processes, SIGKILL.
"""

import pytest

from tests.fault_proxy import What
from tests.kiosk.crash.killed_kiosk import KilledKiosk


async def test_nobody_is_killed(kiosk: KilledKiosk) -> None:
    said = await kiosk.start("redeem")
    assert said == {"answer": "VoucherPrinted", "heard": True, "state": "CLOSED", "enough": True}
    await kiosk.check("CLOSED", "ISSUED")
    code = await kiosk.chain.code_of(kiosk.redemption)
    assert kiosk.paper == [f"rows of {code} copy 0", f"whole {code} copy 0"]


# The row, where it is killed, on disk then; after the restart: on disk, at the service, slips.
TABLE = {
    "before INTENT": ("before:begin", None, None, None, 0),
    "INTENT, not sent": ("after:begin", "INTENT", "RELEASED", "RELEASED", 0),
    "INTENT, answered": ("before:reserved", "INTENT", "RELEASED", "RELEASED", 0),
    "RESERVED, printing not sent": ("after:reserved", "RESERVED", "RELEASED", "RELEASED", 0),
    "RESERVED, printing answered": ("before:armed", "RESERVED", "RELEASED", "RELEASED", 0),
    "ARMED, 0 bytes": ("after:armed", "ARMED", "UNCERTAIN", "UNCERTAIN", 1),
    "PRINTING, 0 bytes": ("after:printing", "PRINTING", "UNCERTAIN", "UNCERTAIN", 1),
    "PRINTING, some bytes": ("printer:START", "PRINTING", "UNCERTAIN", "UNCERTAIN", 1),
    "PRINTING, fence read": ("printer:FENCE", "PRINTING", "UNCERTAIN", "UNCERTAIN", 1),
    "PRINTING, not committed": ("before:printed", "PRINTING", "UNCERTAIN", "UNCERTAIN", 1),
    "PRINTED, capture not sent": ("after:printed", "PRINTED", "CLOSED", "ISSUED", 0),
    "PRINTED, capture answered": ("before:captured", "PRINTED", "CLOSED", "ISSUED", 0),
    "CAPTURED": ("after:captured", "CAPTURED", "CLOSED", "ISSUED", 0),
    "CLOSED": ("after:closed", "CLOSED", "CLOSED", "ISSUED", 0),
}


@pytest.mark.parametrize("row", list(TABLE))
async def test_killed_at(kiosk: KilledKiosk, row: str) -> None:
    kill_at, left, after, there, slips = TABLE[row]
    assert await kiosk.start("redeem", kill_at) is None
    assert kiosk.on_disk() == left
    for _ in range(2):  # a restart after the restart changes nothing
        said = await kiosk.start("recover")
        assert said is not None
        assert said["heard"]
        await kiosk.check(after, there)
        assert (kiosk.slips, kiosk.paper.count("reset")) == (slips, slips)


# Killed while a call is on its way: before the service hears it, and after it did it.
ON_THE_WIRE = {
    "reserve, not arrived": (What.REFUSE, "/v1/redemptions", "INTENT", "RELEASED", "RELEASED"),
    "reserve, done": (What.LOSE_ANSWER, "/v1/redemptions", "INTENT", "RELEASED", "RELEASED"),
    "printing, not arrived": (What.REFUSE, ".*/printing", "RESERVED", "RELEASED", "RELEASED"),
    "printing, done": (What.LOSE_ANSWER, ".*/printing", "RESERVED", "RELEASED", "RELEASED"),
    "capture, not arrived": (What.REFUSE, ".*/capture", "PRINTED", "CLOSED", "ISSUED"),
    "capture, done": (What.LOSE_ANSWER, ".*/capture", "PRINTED", "CLOSED", "ISSUED"),
}


@pytest.mark.parametrize("row", list(ON_THE_WIRE))
async def test_killed_on_the_wire(kiosk: KilledKiosk, row: str) -> None:
    what, path, left, after, there = ON_THE_WIRE[row]
    kiosk.proxy.suffer(what, path=path, then=kiosk.kill)
    assert await kiosk.start("redeem") is None
    assert kiosk.on_disk() == left
    assert await kiosk.start("recover")
    await kiosk.check(after, there)


# Recovery itself, killed at each of its steps after a kill while printing.
RECOVERY_KILLS = [
    "printer:RESET",
    "printer:START",
    "printer:FENCE",
    "before:uncertain",
    "after:uncertain",
    "before:tell",
    "after:tell",
    "before:uncertain_known",
    "after:uncertain_known",
]


@pytest.mark.parametrize("kill_at", RECOVERY_KILLS)
async def test_recovery_of_a_print_killed(kiosk: KilledKiosk, kill_at: str) -> None:
    assert await kiosk.start("redeem", "printer:START") is None
    assert await kiosk.start("recover", kill_at) is None
    assert await kiosk.start("recover")
    await kiosk.check("UNCERTAIN", "UNCERTAIN")


@pytest.mark.parametrize(
    "kill_at", ["before:release_pending", "after:release_pending", "before:released"]
)
async def test_recovery_of_a_reserve_killed(kiosk: KilledKiosk, kill_at: str) -> None:
    assert await kiosk.start("redeem", "before:reserved") is None
    assert await kiosk.start("recover", kill_at) is None
    assert await kiosk.start("recover")
    await kiosk.check("RELEASED", "RELEASED")


REPRINT_KILLS = {
    "asked, not sent": ("after:reprint_asked", "UNCERTAIN", 0),
    "granted, not begun": ("before:reprint_begun", "UNCERTAIN", 0),
    "begun, 0 bytes": ("after:reprint_begun", "UNCERTAIN", 1),
    "some bytes": ("printer:START", "UNCERTAIN", 1),
    "fence read": ("printer:FENCE", "UNCERTAIN", 1),
    "printed": ("after:printed", "CLOSED", 0),
}


@pytest.mark.parametrize("row", list(REPRINT_KILLS))
async def test_a_reprint_killed(kiosk: KilledKiosk, row: str) -> None:
    kill_at, after, slips = REPRINT_KILLS[row]
    said = await kiosk.start("redeem", lose_paper_at_row=5)
    assert said == {
        "answer": "VoucherUncertain",
        "heard": True,
        "state": "UNCERTAIN",
        "enough": True,
    }
    assert await kiosk.start("reprint", kill_at) is None
    assert await kiosk.start("recover")
    await kiosk.check(after, "ISSUED" if after == "CLOSED" else "UNCERTAIN")
    assert kiosk.slips == slips
    if after == "UNCERTAIN":
        assert (await kiosk.start("reprint") or {})["answer"] == "VoucherPrinted"
        await kiosk.check("CLOSED", "ISSUED")


async def test_a_lost_database_takes_over_what_is_open(kiosk: KilledKiosk) -> None:
    assert await kiosk.start("redeem", "printer:START") is None
    for part in kiosk.folder.glob("journal.sqlite3*"):
        part.unlink()
    (kiosk.folder / "journal.sqlite3").write_bytes(b"this was a database" * 100)
    assert await kiosk.start("recover")
    await kiosk.check("UNCERTAIN", "UNCERTAIN")
    assert len(list(kiosk.folder.glob("*.quarantined-*"))) == 1


async def test_the_service_is_away_at_the_restart(kiosk: KilledKiosk) -> None:
    assert await kiosk.start("redeem", "before:reserved") is None
    kiosk.proxy.down = True
    said = await kiosk.start("recover")
    assert said == {
        "answer": "NoneType",
        "heard": False,
        "state": "RELEASE_PENDING",
        "enough": True,
    }
    kiosk.proxy.down = False
    assert await kiosk.start("recover")
    await kiosk.check("RELEASED", "RELEASED")


@pytest.mark.parametrize("limit_kib", [100, 120, 140, 160, 180, 200])
async def test_a_disk_that_ends_in_the_middle(kiosk: KilledKiosk, limit_kib: int) -> None:
    """Writes fail at another arrow with each size; nothing is printed after the first failure."""
    said = await kiosk.start("redeem", file_limit=limit_kib * 1024)
    assert said is not None
    left, there = kiosk.on_disk(), await kiosk.there()
    printed = any(line.startswith("rows") for line in kiosk.paper)
    assert not printed or left in {"PRINTING", "PRINTED", "CAPTURED", "CLOSED"}
    if said["answer"] == "JournalBroken":
        assert left != "CLOSED" or there == "ISSUED"
    assert await kiosk.start("recover")
    after = kiosk.on_disk()
    pairs = {
        None: None,
        "RELEASED": "RELEASED",
        "UNCERTAIN": "UNCERTAIN",
        "CLOSED": "ISSUED",
    }
    await kiosk.check(after, pairs[after])
