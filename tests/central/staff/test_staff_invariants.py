"""`central check` over staff: quiet over a busy shop, and it finds what was planted."""

import subprocess
import sys

import psycopg
import pytest

from central.ledger.refusal import LedgerRefused
from central.staff.desk import StaffDesk
from tests.central.staff.conftest import LogsIn
from tests.chain import Chain, HandClock
from tests.postgres import Database
from tests.staff import StaffRoom
from wire.api.redemptions import (
    ReleaseReason,
    ReleaseRequest,
    ReprintReason,
    ReprintRequest,
    State,
)
from wire.api.staff import (
    ClockDirection,
    ClockRequest,
    HandoverCounts,
    HandoverRequest,
    RollChange,
)
from wire.ids import new_id


@pytest.fixture
async def busy(
    chain: Chain, desk_of_staff: StaffDesk, room: StaffRoom, logs_in: LogsIn, clock: HandClock
) -> Chain:
    """A reprint, a void, hours, a handover, two rolls and a wrong PIN."""
    person, other = await room.person(clock()), await room.person(clock())
    with pytest.raises(LedgerRefused):
        await logs_in(person, "111222")
    told, next_ = await logs_in(person), await logs_in(other)
    token = told.staff_token
    reward = await chain.reward(100)
    copied = await chain.in_state(State.ISSUED, reward, await chain.member(500))
    await chain.ledger.reprint(
        chain.kiosk, copied, "1", ReprintRequest(staff_token=token, reason=ReprintReason.TORN)
    )
    void = await chain.in_state(State.UNCERTAIN, reward, await chain.member(500))
    release = ReleaseRequest(ReleaseReason.STAFF_TORN, staff_token=token)
    await chain.ledger.release(chain.kiosk, void, "2", release)
    for direction in (ClockDirection.IN, ClockDirection.OUT, ClockDirection.IN):
        await desk_of_staff.clock(
            chain.kiosk, str(new_id()), ClockRequest(token, direction, clock())
        )
        clock.forward(minutes=4)
        token = (await logs_in(person)).staff_token
    next_ = await logs_in(other)
    counts = HandoverCounts(1000, 0, 0)
    await desk_of_staff.handover(
        chain.kiosk, "3", HandoverRequest(token, next_.staff_token, counts)
    )
    for serial in ("R1", "R2"):
        change = RollChange(
            id=new_id(),
            staff_ref=person.ref.hex(),
            offline=True,
            at=clock(),
            roll_serial=serial,
            length_mm=30_000,
        )
        await desk_of_staff.roll(chain.kiosk, change)
        clock.forward(minutes=1)
    return chain


def check(database: Database) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "central", "check"],
        check=False,
        capture_output=True,
        text=True,
        env=database.environment(),
    )


@pytest.mark.usefixtures("busy")
def test_quiet_over_a_busy_shop(database: Database) -> None:
    done = check(database)
    assert done.returncode == 0, done.stdout + done.stderr
    for number, checked in (("S1", 2), ("S2", 2), ("S3", 1), ("S4", 2), ("S5", 2), ("S6", 1)):
        (line,) = [line for line in done.stdout.splitlines() if line.startswith(f"{number}.")]
        assert f"{checked} checked, ok" in line


DAMAGE = {
    "S1.": "UPDATE voucher SET copies = copies + 1",
    "S2.": "UPDATE voucher_event SET operator = '0123456789ab' WHERE kind = 'reprint'",
    "S3.": "UPDATE redemption SET operator = '' WHERE state = 'RELEASED'",
    "S4.": "UPDATE time_entry SET ended_at = started_at + interval '9 h'"
    " WHERE ended_at IS NOT NULL",
    "S5.": "DROP INDEX roll_one_loaded; UPDATE roll SET removed_at = NULL",
    "S6.": "UPDATE handover SET login_in_id = login_out_id",
    "S7.": "INSERT INTO staff_try (id, staff_id, device_id, key, at, open, badge_version)"
    " SELECT gen_random_uuid(), staff_id, device_id, n::text, now(), false, 1"
    " FROM staff_try, generate_series(1, 30) AS n",
}


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("number", DAMAGE)
def test_it_finds_planted_damage(database: Database, number: str) -> None:
    with psycopg.connect(database.superuser) as superuser:
        for statement in DAMAGE[number].split(";"):
            superuser.execute(statement.encode())
    done = check(database)
    assert done.returncode == 1
    broken = [line for line in done.stdout.splitlines() if "BROKEN" in line]
    assert [line.partition(" ")[0] for line in broken] == [number], done.stdout
