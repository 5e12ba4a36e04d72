"""Who is let in: badges, PINs, lock-outs, and how long a token lives."""

import asyncio
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from central.ledger.refusal import LedgerRefused
from central.ledger.timekeeper import Timekeeper
from central.staff.desk import StaffDesk
from central.staff.people import StaffOnRecord
from tests.central.staff.conftest import LogsIn
from tests.chain import Chain, HandClock
from tests.staff import PIN, StaffRoom
from wire.api.staff import FindRequest, StaffRole
from wire.errors import ErrorCode
from wire.ids import new_id

WRONG = "111222"


async def refusal(awaitable: object) -> LedgerRefused:
    with pytest.raises(LedgerRefused) as refused:
        await awaitable  # type: ignore[misc]  # whatever a test awaits
    return refused.value


@pytest.fixture
async def clerk(room: StaffRoom, clock: HandClock) -> StaffOnRecord:
    return await room.person(clock())


async def alive(desk: StaffDesk, device: UUID, token: str) -> bool:
    """Whether a token opens anything; asking counts as use."""
    try:
        await desk.find(device, FindRequest(staff_token=token))
    except LedgerRefused as refused:
        if refused.code is not ErrorCode.STAFF_SESSION_EXPIRED:
            raise
        return False
    return True


async def third_kiosk(chain: Chain) -> UUID:
    """One more at the first store."""
    id_ = new_id()
    await chain.execute(
        "INSERT INTO device (id, number, role, store_id, public_key)"
        " VALUES ($1, 'K77', 'kiosk', 'S1', sha256('K77'))",
        id_,
    )
    return id_


class TestBadge:
    async def test_badge_and_pin_let_in(self, clerk: StaffOnRecord, logs_in: LogsIn) -> None:
        told = await logs_in(clerk)
        assert (told.staff_ref, told.role, told.display) == (clerk.ref.hex(), "clerk", "李**")
        assert (told.on_shift_since, told.hours_today_min) == (None, 0)
        assert len(told.staff_token) >= 40

    async def test_only_the_hash_of_a_token_is_kept(
        self, clerk: StaffOnRecord, logs_in: LogsIn, chain: Chain
    ) -> None:
        token = (await logs_in(clerk)).staff_token
        (row,) = await chain.rows("SELECT l::text AS row FROM staff_login l")
        assert token not in row["row"]
        keys = await chain.value("SELECT count(*) FROM idempotency_key")
        assert keys == 0, "no answer with a token is kept"

    @pytest.mark.parametrize(
        "spoilt",
        [
            {"staff": b"nobody"},
            {"version": 0},
            {"version": 2},
            {"role": 2},
            {"role": 0},
            {"role": 9},
            {"last_day": date(2026, 11, 21)},
        ],
    )
    async def test_a_badge_that_is_not_the_one_on_record(
        self,
        clerk: StaffOnRecord,
        room: StaffRoom,
        desk_of_staff: StaffDesk,
        chain: Chain,
        spoilt: dict[str, object],
    ) -> None:
        badge = replace(room.badge(clerk), **spoilt)  # type: ignore[arg-type]  # its fields
        told = await refusal(desk_of_staff.login(chain.kiosk, badge, PIN, "1"))
        assert told.code is ErrorCode.BADGE_INVALID
        assert await chain.value("SELECT count(*) FROM staff_try") == 0

    async def test_it_is_good_through_its_last_day_in_the_chains_zone(
        self, room: StaffRoom, logs_in: LogsIn, clock: HandClock
    ) -> None:
        person = await room.person(clock(), days=1)
        clock.at = datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)  # a second before midnight there
        await logs_in(person)
        clock.forward(seconds=1)
        assert (await refusal(logs_in(person))).code is ErrorCode.BADGE_INVALID

    async def test_a_replaced_badge_and_what_it_has_opened(
        self,
        clerk: StaffOnRecord,
        room: StaffRoom,
        logs_in: LogsIn,
        desk_of_staff: StaffDesk,
        chain: Chain,
        clock: HandClock,
    ) -> None:
        token = (await logs_in(clerk)).staff_token
        newer = await room.replaced(clerk, clock())
        assert newer.badge_version == clerk.badge_version + 1
        assert not await alive(desk_of_staff, chain.kiosk, token)
        assert (await refusal(logs_in(clerk))).code is ErrorCode.BADGE_INVALID
        await logs_in(newer)

    @pytest.mark.parametrize("meanwhile", ["replaced", "left", "elsewhere"])
    async def test_what_changes_while_the_pin_is_verified(
        self,
        clerk: StaffOnRecord,
        room: StaffRoom,
        logs_in: LogsIn,
        desk_of_staff: StaffDesk,
        chain: Chain,
        clock: HandClock,
        meanwhile: str,
    ) -> None:
        fits = desk_of_staff._pins.fits

        async def slowly(pin_hash: str, pin: str) -> bool:
            if meanwhile == "replaced":
                await room.replaced(clerk, clock())
            elif meanwhile == "left":
                await room.leaves(clerk)
            else:
                await chain.execute("UPDATE staff_store SET store_id = 'S2'")
            return await fits(pin_hash, pin)

        desk_of_staff._pins.fits = slowly  # type: ignore[method-assign]  # between two calls
        assert (await refusal(logs_in(clerk))).code is ErrorCode.BADGE_INVALID
        assert await chain.value("SELECT count(*) FROM staff_login") == 0
        assert await chain.value("SELECT count(*) FROM staff_try") == 0, "the PIN was right"

    async def test_who_has_left(
        self,
        clerk: StaffOnRecord,
        room: StaffRoom,
        logs_in: LogsIn,
        desk_of_staff: StaffDesk,
        chain: Chain,
    ) -> None:
        token = (await logs_in(clerk)).staff_token
        await room.leaves(clerk)
        assert not await alive(desk_of_staff, chain.kiosk, token)
        assert (await refusal(logs_in(clerk))).code is ErrorCode.BADGE_INVALID

    async def test_only_in_ones_own_stores(
        self, room: StaffRoom, logs_in: LogsIn, chain: Chain, clock: HandClock
    ) -> None:
        other = await room.person(clock(), stores=("S2",))
        both = await room.person(clock(), stores=("S1", "S2"))
        anywhere = await room.person(clock(), StaffRole.IT, stores=())
        assert (await refusal(logs_in(other))).code is ErrorCode.BADGE_INVALID
        for person in (other, both, anywhere):
            await logs_in(person, device=chain.kiosk_2)
        for person in (both, anywhere):
            await logs_in(person)

    async def test_one_without_pin(
        self, room: StaffRoom, logs_in: LogsIn, clock: HandClock
    ) -> None:
        person = await room.person(clock(), pin=None)
        assert (await refusal(logs_in(person))).code is ErrorCode.STAFF_PIN_UNSET

    async def test_not_at_a_till(self, clerk: StaffOnRecord, logs_in: LogsIn, chain: Chain) -> None:
        told = await refusal(logs_in(clerk, device=chain.till))
        assert told.code is ErrorCode.FORBIDDEN


class TestPin:
    async def test_five_wrong_ones_pause_for_fifteen_minutes(
        self, clerk: StaffOnRecord, logs_in: LogsIn, clock: HandClock
    ) -> None:
        for left in (4, 3, 2, 1):
            told = await refusal(logs_in(clerk, WRONG))
            assert (told.code, told.facts) == (ErrorCode.STAFF_PIN_WRONG, {"left": left})
        fifth = await refusal(logs_in(clerk, WRONG))
        until = (clock() + timedelta(minutes=15)).isoformat()
        assert (fifth.code, fifth.facts) == (ErrorCode.STAFF_PIN_LOCKED, {"until": until})
        clock.forward(minutes=15, seconds=-1)
        told = await refusal(logs_in(clerk, PIN))
        assert (told.code, told.facts) == (ErrorCode.STAFF_PIN_LOCKED, {"until": until})
        clock.forward(seconds=1)
        await logs_in(clerk, PIN)

    async def test_a_right_one_begins_the_five_anew_but_not_the_ten(
        self, clerk: StaffOnRecord, logs_in: LogsIn, clock: HandClock, chain: Chain
    ) -> None:
        first = clock()
        for _ in range(2):
            for _ in range(4):
                await refusal(logs_in(clerk, WRONG))
            await logs_in(clerk)
            clock.forward(minutes=1)
        told = await refusal(logs_in(clerk, WRONG))
        assert told.facts == {"left": 1}, "nine of the day's ten"
        told = await refusal(logs_in(clerk, WRONG))
        until = first + timedelta(hours=24)
        assert (told.code, told.facts) == (
            ErrorCode.STAFF_PIN_LOCKED,
            {"until": until.isoformat()},
        ), "until the first of the ten is a day old"
        clock.at = until - timedelta(seconds=1)
        assert (await refusal(logs_in(clerk))).code is ErrorCode.STAFF_PIN_LOCKED
        clock.at = until
        await logs_in(clerk)

    async def test_a_new_pin_ends_every_lock(
        self, clerk: StaffOnRecord, room: StaffRoom, logs_in: LogsIn, clock: HandClock
    ) -> None:
        for _ in range(10):
            await refusal(logs_in(clerk, WRONG))
            clock.forward(minutes=16)
        assert (await refusal(logs_in(clerk))).code is ErrorCode.STAFF_PIN_LOCKED
        await room.set_pin(clerk, "804162")
        assert (await refusal(logs_in(clerk, PIN))).facts == {"left": 4}
        await logs_in(clerk, "804162")

    async def test_the_locks_of_one_kiosk_leave_the_others(
        self, room: StaffRoom, logs_in: LogsIn, chain: Chain, clock: HandClock
    ) -> None:
        """A stranger with a found badge at one kiosk, however long, locks only that one (T5)."""
        person = await room.person(clock(), stores=("S1", "S2"))
        for _ in range(4):
            for _ in range(20):
                await refusal(logs_in(person, WRONG))
                clock.forward(minutes=16)
                await logs_in(person, device=chain.kiosk_2)
            assert (await refusal(logs_in(person))).code is ErrorCode.STAFF_PIN_LOCKED
        assert await chain.value("SELECT count(pin_blocked_at) FROM staff") == 0

    async def test_thirty_over_all_kiosks_block_until_a_new_pin(
        self, room: StaffRoom, logs_in: LogsIn, chain: Chain, clock: HandClock
    ) -> None:
        person = await room.person(clock(), stores=())
        for device in (chain.kiosk, chain.kiosk_2, await third_kiosk(chain)):
            assert "until" not in (await refusal(logs_in(person, WRONG, device))).facts
            for _ in range(9):
                clock.forward(minutes=16)
                told = await refusal(logs_in(person, WRONG, device))
        assert (told.code, told.facts) == (ErrorCode.STAFF_PIN_LOCKED, {})
        where = "SELECT pin_blocked_device_id FROM staff WHERE ref = $1"
        assert await chain.value(where, person.ref) == device
        clock.forward(days=30)
        for each in (chain.kiosk, chain.kiosk_2):
            told = await refusal(logs_in(person, device=each))
            assert (told.code, told.facts) == (ErrorCode.STAFF_PIN_LOCKED, {})
        await room.set_pin(person, "804162")
        await logs_in(person, "804162")
        assert await chain.value(where, person.ref) is None

    async def test_a_repeated_request_is_one_try(
        self, clerk: StaffOnRecord, logs_in: LogsIn
    ) -> None:
        for _ in range(3):
            assert (await refusal(logs_in(clerk, WRONG, key="same"))).facts == {"left": 4}
        told = await refusal(logs_in(clerk, PIN, key="same"))
        assert told.code is ErrorCode.STAFF_PIN_WRONG, "another PIN under the key is not tried"
        await logs_in(clerk, PIN, key="right")
        await logs_in(clerk, PIN, key="right")  # its answer was lost: a log-in of its own

    async def test_a_thousand_guesses_of_which_ten_a_day_are_looked_at(
        self, clerk: StaffOnRecord, desk_of_staff: StaffDesk, logs_in: LogsIn, clock: HandClock
    ) -> None:
        """10^3 PINs at one kiosk, every 90 s for 25 hours: ten in whichever 24 hours (T5)."""
        looked_at: list[datetime] = []
        fits = desk_of_staff._pins.fits

        async def counted(pin_hash: str, pin: str) -> bool:
            looked_at.append(clock())
            return await fits(pin_hash, pin)

        desk_of_staff._pins.fits = counted  # type: ignore[method-assign]  # counts what is verified
        rng = random.Random(4)
        for _ in range(1000):
            told = await refusal(logs_in(clerk, f"{rng.randrange(10**6):06d}"))
            assert told.code in (ErrorCode.STAFF_PIN_WRONG, ErrorCode.STAFF_PIN_LOCKED)
            clock.forward(seconds=90)
        day = timedelta(hours=24)
        assert max(sum(at <= x < at + day for x in looked_at) for at in looked_at) == 10
        assert len(looked_at) <= 20

    async def test_guesses_at_the_same_time_are_counted_each(
        self, clerk: StaffOnRecord, logs_in: LogsIn, chain: Chain
    ) -> None:
        results = await asyncio.gather(
            *(refusal(logs_in(clerk, f"{n:06d}")) for n in range(500_000, 500_040))
        )
        codes = [told.code for told in results]
        assert await chain.value("SELECT count(*) FROM staff_try") == 5
        assert codes.count(ErrorCode.STAFF_PIN_LOCKED) >= 35

    async def test_the_tries_of_a_day_ago_are_swept(
        self,
        clerk: StaffOnRecord,
        logs_in: LogsIn,
        clock: HandClock,
        timekeeper: Timekeeper,
    ) -> None:
        await refusal(logs_in(clerk, WRONG))
        clock.forward(days=1, seconds=1)
        assert (await timekeeper.forget())["staff_tries"] == 1
        assert (await refusal(logs_in(clerk, WRONG))).facts == {"left": 4}


class TestToken:
    async def test_it_dies_after_five_minutes_without_use(
        self,
        clerk: StaffOnRecord,
        logs_in: LogsIn,
        desk_of_staff: StaffDesk,
        chain: Chain,
        clock: HandClock,
    ) -> None:
        token = (await logs_in(clerk)).staff_token
        for _ in range(3):
            clock.forward(seconds=299)
            assert await alive(desk_of_staff, chain.kiosk, token)
        clock.forward(seconds=300)
        assert not await alive(desk_of_staff, chain.kiosk, token)

    async def test_it_dies_after_eight_hours_of_use(
        self,
        clerk: StaffOnRecord,
        logs_in: LogsIn,
        desk_of_staff: StaffDesk,
        chain: Chain,
        clock: HandClock,
    ) -> None:
        token = (await logs_in(clerk)).staff_token
        for _ in range(8 * 15 - 1):
            clock.forward(minutes=4)
            assert await alive(desk_of_staff, chain.kiosk, token)
        clock.forward(minutes=4)
        assert not await alive(desk_of_staff, chain.kiosk, token)

    async def test_it_is_nothing_at_another_device_or_after_logging_out(
        self,
        room: StaffRoom,
        logs_in: LogsIn,
        desk_of_staff: StaffDesk,
        chain: Chain,
        clock: HandClock,
    ) -> None:
        person = await room.person(clock(), stores=())
        token = (await logs_in(person)).staff_token
        assert not await alive(desk_of_staff, chain.kiosk_2, token)
        await desk_of_staff.logout(chain.kiosk_2, token)
        assert await alive(desk_of_staff, chain.kiosk, token), "another device ends nothing"
        for _ in range(2):
            await desk_of_staff.logout(chain.kiosk, token)
            assert not await alive(desk_of_staff, chain.kiosk, token)

    async def test_it_may_look_into_vouchers_only_if_they_are_its_business(
        self,
        room: StaffRoom,
        logs_in: LogsIn,
        desk_of_staff: StaffDesk,
        chain: Chain,
        clock: HandClock,
    ) -> None:
        person = await room.person(clock(), StaffRole.IT)
        token = (await logs_in(person)).staff_token
        told = await refusal(desk_of_staff.find(chain.kiosk, FindRequest(staff_token=token)))
        assert told.code is ErrorCode.STAFF_ROLE

    async def test_made_up_ones(self, desk_of_staff: StaffDesk, chain: Chain) -> None:
        for token in ("", "x" * 43, str(new_id()), "😀"):
            assert not await alive(desk_of_staff, chain.kiosk, token)
