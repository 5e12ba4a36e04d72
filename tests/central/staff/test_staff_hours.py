"""Clocking in and out, what was forgotten, and handing over."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from central.ledger.refusal import LedgerRefused
from central.ledger.secret import secret_hash
from central.ledger.timekeeper import Timekeeper
from central.staff.desk import StaffDesk
from central.staff.people import StaffOnRecord
from tests.central.staff.conftest import LogsIn
from tests.chain import Chain, HandClock
from tests.staff import StaffRoom
from wire.api.staff import (
    ClockAnswer,
    ClockDirection,
    ClockRequest,
    HandoverAnswer,
    HandoverCounts,
    HandoverNote,
    HandoverRequest,
)
from wire.errors import ErrorCode
from wire.ids import new_id

MORNING = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
"""Nine o'clock in Shanghai."""


class TimeClock:
    """One person who clocks in and out, each time with a fresh log-in."""

    def __init__(
        self, desk: StaffDesk, chain: Chain, person: StaffOnRecord, logs_in: LogsIn
    ) -> None:
        self.desk, self.chain, self.person, self.logs_in = desk, chain, person, logs_in

    async def press(
        self, direction: ClockDirection, key: str | None = None, at: datetime | None = None
    ) -> ClockAnswer:
        token = (await self.logs_in(self.person)).staff_token
        request = ClockRequest(token, direction, at or self.chain.clock())
        return await self.desk.clock(self.chain.kiosk, key or str(new_id()), request)

    async def refused(self, direction: ClockDirection) -> LedgerRefused:
        with pytest.raises(LedgerRefused) as refused:
            await self.press(direction)
        return refused.value

    async def entries(self) -> list[tuple[datetime, datetime | None, bool]]:
        rows = await self.chain.rows(
            "SELECT started_at, ended_at, review FROM time_entry ORDER BY started_at"
        )
        return [(row["started_at"], row["ended_at"], row["review"]) for row in rows]


@pytest.fixture
async def time_clock(
    desk_of_staff: StaffDesk, chain: Chain, room: StaffRoom, logs_in: LogsIn, clock: HandClock
) -> TimeClock:
    clock.at = MORNING
    return TimeClock(desk_of_staff, chain, await room.person(clock()), logs_in)


IN, OUT = ClockDirection.IN, ClockDirection.OUT


class TestClock:
    async def test_a_day_with_a_break(self, time_clock: TimeClock, clock: HandClock) -> None:
        told = await time_clock.press(IN)
        assert (told.hours_today_min, told.on_shift_since) == (0, MORNING)
        clock.forward(hours=3, seconds=59)
        assert (await time_clock.press(OUT)) == ClockAnswer(180, None)
        clock.forward(minutes=45)
        back = clock()
        assert (await time_clock.press(IN)).hours_today_min == 180
        clock.forward(minutes=90)
        login = await time_clock.logs_in(time_clock.person)
        assert (login.hours_today_min, login.on_shift_since) == (270, back)
        assert (await time_clock.press(OUT)).hours_today_min == 270

    async def test_twice_in_or_out(self, time_clock: TimeClock, clock: HandClock) -> None:
        never = await time_clock.refused(OUT)
        assert (never.code, never.facts) == (ErrorCode.CLOCKED_ALREADY, {})
        await time_clock.press(IN)
        clock.forward(hours=1)
        again = await time_clock.refused(IN)
        assert again.code is ErrorCode.CLOCKED_ALREADY
        assert datetime.fromisoformat(again.facts["at"]) == MORNING
        await time_clock.press(OUT)
        ended = clock()
        clock.forward(hours=1)
        assert datetime.fromisoformat((await time_clock.refused(OUT)).facts["at"]) == ended

    async def test_a_repetition_is_the_first_answer(
        self, time_clock: TimeClock, clock: HandClock
    ) -> None:
        at = clock()
        first = await time_clock.press(IN, "once", at)
        clock.forward(minutes=2)
        assert await time_clock.press(IN, "once", at) == first
        assert await time_clock.entries() == [(MORNING, None, False)]

    async def test_two_kiosks_at_once(
        self,
        desk_of_staff: StaffDesk,
        chain: Chain,
        room: StaffRoom,
        logs_in: LogsIn,
        clock: HandClock,
    ) -> None:
        person = await room.person(clock(), stores=("S1", "S2"))
        tokens = [
            (device, (await logs_in(person, device=device)).staff_token)
            for device in (chain.kiosk, chain.kiosk_2)
        ]
        results = await asyncio.gather(
            *(
                desk_of_staff.clock(device, f"{device}:{n}", ClockRequest(token, IN, clock()))
                for device, token in tokens
                for n in range(4)
            ),
            return_exceptions=True,
        )
        assert sum(isinstance(r, ClockAnswer) for r in results) == 1
        others = [r for r in results if not isinstance(r, ClockAnswer)]
        assert all(isinstance(r, LedgerRefused) for r in others), others
        assert await chain.value("SELECT count(*) FROM time_entry") == 1

    @pytest.mark.parametrize(
        ("off", "taken"),
        [(-14, -14), (-16, 0), (1, 0), (60 * 24 * 365, 0)],
    )
    async def test_a_kiosks_clock_is_believed_within_a_quarter(
        self, time_clock: TimeClock, clock: HandClock, off: int, taken: int
    ) -> None:
        await time_clock.press(IN, at=clock() + timedelta(minutes=off))
        assert (await time_clock.entries())[0][0] == clock() + timedelta(minutes=taken)

    async def test_a_night_shift_counts_from_midnight(
        self, time_clock: TimeClock, clock: HandClock
    ) -> None:
        clock.at = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)  # 23:00 there
        await time_clock.press(IN)
        clock.forward(hours=3)
        assert (await time_clock.press(OUT)).hours_today_min == 120


class TestForgotten:
    async def test_it_is_closed_after_sixteen_hours_for_review(
        self, time_clock: TimeClock, clock: HandClock, timekeeper: Timekeeper
    ) -> None:
        await time_clock.press(IN)
        clock.forward(hours=16)
        assert await timekeeper.settle_hours() == {"forgotten": 0}
        clock.forward(seconds=1)
        assert await timekeeper.settle_hours() == {"forgotten": 1}
        assert await timekeeper.settle_hours() == {"forgotten": 0}
        assert await time_clock.entries() == [(MORNING, MORNING + timedelta(hours=16), True)]
        login = await time_clock.logs_in(time_clock.person)
        assert (login.hours_today_min, login.on_shift_since) == (0, None)

    @pytest.mark.parametrize("swept", [False, True])
    async def test_clocking_in_the_next_day_goes_on(
        self, time_clock: TimeClock, clock: HandClock, timekeeper: Timekeeper, swept: bool
    ) -> None:
        await time_clock.press(IN)
        clock.forward(days=1)
        if swept:
            await timekeeper.settle_hours()
        told = await time_clock.press(IN)
        assert (told.hours_today_min, told.on_shift_since) == (0, clock())
        assert await time_clock.entries() == [
            (MORNING, MORNING + timedelta(hours=16), True),
            (clock(), None, False),
        ]

    @pytest.mark.parametrize("swept", [False, True])
    async def test_who_worked_for_so_long_may_still_clock_out(
        self, time_clock: TimeClock, clock: HandClock, timekeeper: Timekeeper, swept: bool
    ) -> None:
        await time_clock.press(IN)
        clock.forward(hours=17)
        if swept:
            await timekeeper.settle_hours()
        await time_clock.press(OUT)
        assert await time_clock.entries() == [(MORNING, clock(), True)]
        assert (await time_clock.refused(OUT)).code is ErrorCode.CLOCKED_ALREADY

    async def test_but_not_a_day_later(self, time_clock: TimeClock, clock: HandClock) -> None:
        await time_clock.press(IN)
        clock.forward(hours=24)
        assert (await time_clock.refused(OUT)).code is ErrorCode.CLOCKED_ALREADY


class TestHandover:
    COUNTS = HandoverCounts(paper_mm=12_000, open=1, uncertain=2)

    async def test_two_people_sign(
        self,
        desk_of_staff: StaffDesk,
        chain: Chain,
        room: StaffRoom,
        logs_in: LogsIn,
        clock: HandClock,
    ) -> None:
        going, coming = await room.person(clock()), await room.person(clock())
        out, in_ = await logs_in(going), await logs_in(coming)
        notes = [HandoverNote.KEYS_GIVEN.value]
        request = HandoverRequest(out.staff_token, in_.staff_token, self.COUNTS, notes)
        told = await desk_of_staff.handover(chain.kiosk, "once", request)
        assert await desk_of_staff.handover(chain.kiosk, "once", request) == told
        (row,) = await chain.rows("SELECT * FROM handover")
        assert (row["id"], row["at"], row["store_id"]) == (told.handover_id, told.at, "S1")
        assert (row["login_out_id"], row["login_in_id"]) == (out.login, in_.login)
        assert (row["paper_mm"], row["open"], row["uncertain"]) == (12_000, 1, 2)
        assert row["notes"] == '["keys_given"]'

    async def test_signed_again_with_new_log_ins_it_counts_once(
        self,
        desk_of_staff: StaffDesk,
        chain: Chain,
        room: StaffRoom,
        logs_in: LogsIn,
        clock: HandClock,
    ) -> None:
        """The answer was lost: whoever takes over is logged out, and comes and counts anew."""
        going, coming = await room.person(clock()), await room.person(clock())

        async def sign(out: StaffOnRecord, in_: StaffOnRecord, open_: int) -> HandoverAnswer:
            tokens = (await logs_in(out)).staff_token, (await logs_in(in_)).staff_token
            counts = HandoverCounts(paper_mm=12_000, open=open_, uncertain=2)
            request = HandoverRequest(tokens[0], tokens[1], counts)
            return await desk_of_staff.handover(chain.kiosk, str(new_id()), request)

        first = await sign(going, coming, 1)
        clock.forward(minutes=14)
        assert await sign(going, coming, 3) == first
        assert await chain.value("SELECT count(*) FROM handover") == 1
        back = await sign(coming, going, 3)
        again = await sign(going, coming, 3)
        assert len({first.handover_id, back.handover_id, again.handover_id}) == 3
        clock.forward(minutes=15)
        assert (await sign(going, coming, 3)).handover_id != again.handover_id

    async def test_not_the_same_person_twice(
        self,
        desk_of_staff: StaffDesk,
        chain: Chain,
        room: StaffRoom,
        logs_in: LogsIn,
        clock: HandClock,
    ) -> None:
        person = await room.person(clock())
        tokens = [(await logs_in(person)).staff_token for _ in range(2)]
        for pair in (tokens, tokens[:1] * 2):
            with pytest.raises(LedgerRefused) as refused:
                await desk_of_staff.handover(
                    chain.kiosk, str(new_id()), HandoverRequest(*pair, self.COUNTS)
                )
            assert refused.value.code is ErrorCode.STAFF_SAME_PERSON

    @pytest.mark.parametrize("spoilt", ["left", "logged out", "elsewhere", "idle"])
    async def test_both_are_there_now(
        self,
        desk_of_staff: StaffDesk,
        chain: Chain,
        room: StaffRoom,
        logs_in: LogsIn,
        clock: HandClock,
        spoilt: str,
    ) -> None:
        going, coming = await room.person(clock()), await room.person(clock(), stores=())
        device = chain.kiosk_2 if spoilt == "elsewhere" else chain.kiosk
        in_ = await logs_in(coming, device=device)
        if spoilt == "idle":
            clock.forward(minutes=5)
        out = await logs_in(going)
        if spoilt == "left":
            await room.leaves(going)
        elif spoilt == "logged out":
            await desk_of_staff.logout(chain.kiosk, in_.staff_token)
        with pytest.raises(LedgerRefused) as refused:
            await desk_of_staff.handover(
                chain.kiosk, "1", HandoverRequest(out.staff_token, in_.staff_token, self.COUNTS)
            )
        assert refused.value.code is ErrorCode.STAFF_SESSION_EXPIRED
        assert await chain.value("SELECT count(*) FROM handover") == 0

    async def test_crosswise_at_the_same_time_nobody_waits_for_ever(
        self,
        pool: "asyncpg.Pool[Any]",
        chain: Chain,
        room: StaffRoom,
        logs_in: LogsIn,
        clock: HandClock,
    ) -> None:
        """Past the caller that would try again: a deadlock is an error here."""
        one, two = [
            secret_hash((await logs_in(await room.person(clock()))).staff_token) for _ in range(2)
        ]
        answers = await asyncio.gather(
            *(
                pool.fetchval(
                    "SELECT staff_handover($1, $2, $3, $4, 1, 0, 0, '[]', $5)",
                    chain.kiosk,
                    *pair,
                    str(new_id()),
                    clock(),
                )
                for pair in [(one, two), (two, one)] * 12
            )
        )
        assert len(answers) == 24
        assert await chain.value("SELECT count(*) FROM handover") >= 2

    async def test_no_less_than_nothing(
        self,
        desk_of_staff: StaffDesk,
        chain: Chain,
        room: StaffRoom,
        logs_in: LogsIn,
        clock: HandClock,
    ) -> None:
        out = (await logs_in(await room.person(clock()))).staff_token
        in_ = (await logs_in(await room.person(clock()))).staff_token
        with pytest.raises(LedgerRefused) as refused:
            await desk_of_staff.handover(
                chain.kiosk, "1", HandoverRequest(out, in_, HandoverCounts(-1, 0, 0))
            )
        assert refused.value.code is ErrorCode.BAD_REQUEST
