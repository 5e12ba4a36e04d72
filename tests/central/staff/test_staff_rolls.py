"""Rolls: what a kiosk tells of them, and what is odd about it."""

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from central.ledger.refusal import LedgerRefused
from central.staff.desk import StaffDesk
from central.staff.people import StaffOnRecord
from tests.central.staff.conftest import LogsIn
from tests.chain import Chain, HandClock
from tests.staff import StaffRoom
from wire.api.redemptions import PrintResult
from wire.api.staff import RemovedRoll, RollAnswer, RollChange
from wire.errors import ErrorCode
from wire.ids import new_id


class Kiosk:
    """Its outbox of roll changes."""

    def __init__(
        self, desk: StaffDesk, chain: Chain, person: StaffOnRecord, logs_in: LogsIn
    ) -> None:
        self.desk, self.chain, self.person, self.logs_in = desk, chain, person, logs_in

    def change(self, serial: str, **more: Any) -> RollChange:
        fields: dict[str, Any] = {
            "id": new_id(),
            "staff_ref": self.person.ref.hex(),
            "at": self.chain.clock(),
            "roll_serial": serial,
            "length_mm": 30_000,
        }
        return RollChange(**(fields | more))

    async def loads(self, serial: str, **more: Any) -> RollAnswer:
        """By somebody logged in, unless told otherwise."""
        if "login" not in more and "offline" not in more:
            more["login"] = (await self.logs_in(self.person)).login
        return await self.desk.roll(self.chain.kiosk, self.change(serial, **more))

    async def rolls(self) -> dict[str, dict[str, Any]]:
        rows = await self.chain.rows("SELECT * FROM roll ORDER BY loaded_at, id")
        return {
            row["serial"]: dict(row) | {"review": msgspec.json.decode(row["review"])}
            for row in rows
        }


@pytest.fixture
async def kiosk(
    desk_of_staff: StaffDesk, chain: Chain, room: StaffRoom, logs_in: LogsIn, clock: HandClock
) -> Kiosk:
    return Kiosk(desk_of_staff, chain, await room.person(clock()), logs_in)


async def test_one_after_the_other(kiosk: Kiosk, clock: HandClock) -> None:
    began = clock()
    first = await kiosk.loads("R1", seconds=48)
    assert first.predicted_vouchers == 30_000 // 120
    clock.forward(days=1)
    await kiosk.loads("R2", removed=RemovedRoll("R1", mm_left=900, printed=240, issued=240))
    rolls = await kiosk.rolls()
    one, two = rolls["R1"], rolls["R2"]
    assert (one["id"], one["seconds"], one["loaded_at"]) == (first.roll_id, 48, began)
    assert (one["staff_id"], one["staff_ref"]) == (kiosk.person.ref, kiosk.person.ref.hex())
    assert (one["removed_at"], one["mm_left"]) == (clock(), 900)
    assert (one["printed"], one["issued"], one["review"]) == (240, 240, [])
    assert (two["removed_at"], two["review"]) == (None, [])


async def test_how_many_vouchers_by_what_they_have_taken_here(kiosk: Kiosk, chain: Chain) -> None:
    """The median of what was measured: one that jammed and took a metre does not count."""
    for _ in range(5):
        redemption = (await chain.reserve(await chain.member(100), await chain.reward(100))).id
        await chain.printing(redemption)
        await chain.capture(redemption, PrintResult.OK)  # 80 mm
    await chain.execute(
        "UPDATE redemption SET paper_mm = 1000"
        " WHERE device_seq = (SELECT max(device_seq) FROM redemption)"
    )
    assert (await kiosk.loads("R1")).predicted_vouchers == 30_000 // 80


async def test_a_repetition_is_the_first_answer(kiosk: Kiosk, clock: HandClock) -> None:
    login = (await kiosk.logs_in(kiosk.person)).login
    change = kiosk.change("R1", login=login)
    told = [await kiosk.desk.roll(kiosk.chain.kiosk, change)]
    clock.forward(days=3)
    told += await asyncio.gather(*(kiosk.desk.roll(kiosk.chain.kiosk, change) for _ in range(2)))
    assert len({t.roll_id for t in told}) == 1
    assert len(await kiosk.rolls()) == 1
    other = msgspec.structs.replace(change, length_mm=1)
    with pytest.raises(LedgerRefused) as refused:
        await kiosk.desk.roll(kiosk.chain.kiosk, other)
    assert refused.value.code is ErrorCode.IDEMPOTENCY_MISMATCH
    with pytest.raises(LedgerRefused) as refused:
        await kiosk.desk.roll(kiosk.chain.kiosk_2, change)
    assert refused.value.code is ErrorCode.BAD_REQUEST, "another kiosk's id"


class TestReview:
    async def test_offline(self, kiosk: Kiosk) -> None:
        await kiosk.loads("R1", offline=True)
        assert (await kiosk.rolls())["R1"]["review"] == ["offline"]

    async def test_somebody_whom_nobody_knows(self, kiosk: Kiosk) -> None:
        await kiosk.loads("R1", offline=True, staff_ref="0123456789ab")
        row = (await kiosk.rolls())["R1"]
        assert row["review"] == ["offline", "staff_unknown"]
        assert (row["staff_id"], row["staff_ref"]) == (None, "0123456789ab")

    async def test_somebody_of_another_store(
        self, kiosk: Kiosk, room: StaffRoom, clock: HandClock
    ) -> None:
        other = await room.person(clock(), stores=("S2",))
        await kiosk.loads("R1", offline=True, staff_ref=other.ref.hex())
        assert (await kiosk.rolls())["R1"]["review"] == ["offline", "staff_elsewhere"]

    async def test_somebody_who_has_left(self, kiosk: Kiosk, room: StaffRoom) -> None:
        await room.leaves(kiosk.person)
        await kiosk.loads("R1", offline=True)
        assert (await kiosk.rolls())["R1"]["review"] == ["offline", "staff_elsewhere"]

    async def test_a_login_that_was_another_persons(
        self, kiosk: Kiosk, room: StaffRoom, logs_in: LogsIn, clock: HandClock
    ) -> None:
        login = (await logs_in(await room.person(clock()))).login
        await kiosk.loads("R1", login=login)
        assert (await kiosk.rolls())["R1"]["review"] == ["login_unknown"]

    async def test_a_login_that_has_ended_is_good_the_outbox_was_late(
        self, kiosk: Kiosk, clock: HandClock
    ) -> None:
        login = (await kiosk.logs_in(kiosk.person)).login
        change = kiosk.change("R1", login=login)
        clock.forward(days=2)
        await kiosk.desk.roll(kiosk.chain.kiosk, change)
        assert (await kiosk.rolls())["R1"]["review"] == []

    @pytest.mark.parametrize(
        ("removed", "why", "left"),
        [
            (None, ["removed_untold"], None),
            (RemovedRoll("R9", 500, 1, 1), ["removed_other"], None),
            (RemovedRoll("R1", 500, 41, 40, difference=1), ["printed_not_issued"], 500),
            (RemovedRoll("R1", 500, 40, 41, difference=-1), ["printed_not_issued"], 500),
            (RemovedRoll("R1", 500, 41, 40), [], 500),  # one waits for the service's word
        ],
    )
    async def test_what_was_taken_out(
        self, kiosk: Kiosk, removed: RemovedRoll | None, why: list[str], left: int | None
    ) -> None:
        await kiosk.loads("R1")
        await kiosk.loads("R2", removed=removed)
        row = (await kiosk.rolls())["R1"]
        assert (row["review"], row["mm_left"]) == (why, left)
        assert row["removed_at"] is not None

    async def test_one_taken_out_that_was_never_told(self, kiosk: Kiosk) -> None:
        await kiosk.loads("R1", removed=RemovedRoll("R0", 500))
        assert (await kiosk.rolls())["R1"]["review"] == ["removed_other"]

    async def test_a_clock_that_went_back(self, kiosk: Kiosk, clock: HandClock) -> None:
        await kiosk.loads("R1")
        await kiosk.loads("R2", at=clock() - timedelta(days=9), removed=RemovedRoll("R1", 500))
        row = (await kiosk.rolls())["R1"]
        assert row["removed_at"] == row["loaded_at"]


@pytest.mark.parametrize("length", [0, -5])
async def test_a_roll_of_nothing(kiosk: Kiosk, length: int) -> None:
    with pytest.raises(LedgerRefused) as refused:
        await kiosk.loads("R1", length_mm=length)
    assert refused.value.code is ErrorCode.BAD_REQUEST
    assert await kiosk.rolls() == {}


async def test_the_same_roll_in_two_kiosks_at_once(kiosk: Kiosk, chain: Chain) -> None:
    """Each has one roll; a roll that was moved is told by both."""
    await kiosk.loads("R1")
    change = kiosk.change("R1", offline=True)
    await kiosk.desk.roll(chain.kiosk_2, change)
    loaded = await chain.rows("SELECT device_id, serial FROM roll WHERE removed_at IS NULL")
    assert {row["device_id"] for row in loaded} == {chain.kiosk, chain.kiosk_2}
