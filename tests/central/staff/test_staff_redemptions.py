"""What staff may do to a redemption: say that it was taken, print it again, give points back."""

import asyncio
import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from central.ledger.invariants import violations
from central.ledger.money import Ledger
from central.ledger.refusal import LedgerRefused
from central.ledger.secret import secret_hash
from central.staff.desk import StaffDesk
from central.staff.people import StaffOnRecord
from tests.central.staff.conftest import LogsIn
from tests.chain import Chain, HandClock
from tests.postgres import Database
from tests.staff import StaffRoom
from wire.api.redemptions import (
    CaptureRequest,
    PrintResult,
    Redemption,
    ReleaseReason,
    ReleaseRequest,
    ReprintAnswer,
    ReprintReason,
    ReprintRequest,
    State,
)
from wire.api.staff import FindRequest, FoundRedemption, StaffRole
from wire.api.vouchers import UseRequest, VoucherState
from wire.errors import ErrorCode
from wire.ids import new_id

_LIVE = {State.PRINTING, State.UNCERTAIN, State.ISSUED}


class Counter:
    """A clerk of store S1 at its kiosk, with the ledger."""

    def __init__(self, chain: Chain, ledger: Ledger, person: StaffOnRecord, token: str) -> None:
        self.chain, self.ledger, self.person, self.token = chain, ledger, person, token

    async def redemption(self, state: State) -> UUID:
        member = await self.chain.member(1000)
        return await self.chain.in_state(state, await self.chain.reward(100), member)

    async def reprint(
        self, redemption: UUID, key: str | None = None, device: UUID | None = None, **more: object
    ) -> ReprintAnswer:
        asked = {"staff_token": self.token, "reason": ReprintReason.TORN} | more
        request = ReprintRequest(**asked)  # type: ignore[arg-type]  # its fields
        return await self.ledger.reprint(
            device or self.chain.kiosk, redemption, key or str(new_id()), request
        )

    async def release(
        self,
        redemption: UUID,
        reason: ReleaseReason = ReleaseReason.STAFF_NOT_PRINTED,
        key: str | None = None,
        device: UUID | None = None,
        token: str | None = None,
    ) -> Redemption:
        request = ReleaseRequest(reason, staff_token=token or self.token)
        return await self.ledger.release(
            device or self.chain.kiosk, redemption, key or str(new_id()), request
        )

    async def taken(
        self, redemption: UUID, key: str | None = None, device: UUID | None = None, **more: object
    ) -> Redemption:
        asked = {
            "print_result": PrintResult.OK,
            "printed_at": self.chain.clock(),
            "staff_token": self.token,
        } | more
        request = CaptureRequest(**asked)  # type: ignore[arg-type]  # its fields
        return await self.ledger.capture(
            device or self.chain.kiosk, redemption, key or str(new_id()), request
        )

    async def last_note(self, redemption: UUID) -> dict[str, object]:
        (row,) = await self.chain.rows(
            "SELECT kind, operator, store_id, device_id, reference FROM voucher_event"
            " WHERE voucher_id = $1 ORDER BY id DESC LIMIT 1",
            redemption,
        )
        return dict(row)

    def noted(self, kind: str, reason: str) -> dict[str, object]:
        return {
            "kind": kind,
            "operator": self.person.ref.hex(),
            "store_id": "S1",
            "device_id": self.chain.kiosk,
            "reference": reason,
        }


@pytest.fixture
async def counter(
    chain: Chain, ledger: Ledger, room: StaffRoom, logs_in: LogsIn, clock: HandClock
) -> Counter:
    person = await room.person(clock())
    return Counter(chain, ledger, person, (await logs_in(person)).staff_token)


async def code_of(awaitable: object) -> ErrorCode:
    with pytest.raises(LedgerRefused) as refused:
        await awaitable  # type: ignore[misc]  # whatever a test awaits
    return refused.value.code


class TestReprint:
    @pytest.mark.parametrize("state", [State.UNCERTAIN, State.ISSUED])
    async def test_the_same_code_twice_and_not_thrice(self, counter: Counter, state: State) -> None:
        made = await counter.redemption(state)
        for copy in (1, 2):
            told = await counter.reprint(made, reason=ReprintReason.UNREADABLE)
            assert (told.copy, told.voucher.code) == (copy, await counter.chain.code_of(made))
            assert await counter.last_note(made) == counter.noted("reprint", "unreadable")
        assert await code_of(counter.reprint(made)) is ErrorCode.REPRINT_LIMIT
        assert await counter.chain.state(made) is state

    async def test_the_shoppers_and_staffs_count_together(self, counter: Counter) -> None:
        chain = counter.chain
        member = await chain.member(1000)
        made = await chain.in_state(State.UNCERTAIN, await chain.reward(100), member)
        session = await chain.session(member)
        by_member = ReprintRequest(session)
        await counter.ledger.reprint(chain.kiosk, made, "1", by_member)
        assert (await counter.reprint(made)).copy == 2
        third = counter.ledger.reprint(chain.kiosk, made, "3", by_member)
        assert await code_of(third) is ErrorCode.REPRINT_LIMIT

    async def test_this_device_may_then_say_that_it_is_on_paper(
        self, chain: Chain, ledger: Ledger, room: StaffRoom, logs_in: LogsIn, clock: HandClock
    ) -> None:
        """A second kiosk of the same store, without a token."""
        await chain.execute("UPDATE device SET store_id = 'S1' WHERE id = $1", chain.kiosk_2)
        person = await room.person(clock())
        token = (await logs_in(person, device=chain.kiosk_2)).staff_token
        counter = Counter(chain, ledger, person, token)
        made = await counter.redemption(State.UNCERTAIN)
        ok = CaptureRequest(print_result=PrintResult.OK, paper_mm=80, printed_at=clock())
        early = ledger.capture(chain.kiosk_2, made, "early", ok)
        assert await code_of(early) is ErrorCode.FORBIDDEN
        await counter.reprint(made, device=chain.kiosk_2)
        assert (await ledger.capture(chain.kiosk_2, made, "ok", ok)).state is State.ISSUED

    @pytest.mark.parametrize(
        ("state", "code"),
        [
            (State.RESERVED, ErrorCode.REDEMPTION_STATE),
            (State.PRINTING, ErrorCode.REDEMPTION_STATE),
            (State.USED, ErrorCode.ALREADY_USED),
            (State.VOIDED, ErrorCode.REDEMPTION_STATE),
            (State.EXPIRED, ErrorCode.REDEMPTION_STATE),
            (State.RELEASED, ErrorCode.REDEMPTION_RELEASED),
        ],
    )
    async def test_only_what_is_worth_its_paper(
        self, counter: Counter, state: State, code: ErrorCode
    ) -> None:
        made = await counter.redemption(state)
        assert await code_of(counter.reprint(made)) is code
        assert await counter.chain.value("SELECT max(copies) FROM voucher") == 0

    async def test_not_what_has_expired_but_was_not_swept(
        self, counter: Counter, logs_in: LogsIn
    ) -> None:
        made = await counter.redemption(State.ISSUED)
        counter.chain.clock.forward(days=60)
        counter.token = (await logs_in(counter.person)).staff_token
        with pytest.raises(LedgerRefused) as refused:
            await counter.reprint(made)
        assert refused.value.facts == {"state": "EXPIRED"}

    async def test_with_a_reason_and_one_who_asks(self, counter: Counter) -> None:
        made = await counter.redemption(State.UNCERTAIN)
        session = await counter.chain.session(await counter.chain.member())
        for wrong in (
            {"reason": None},
            {"session": session},
            {"staff_token": None},
            {"staff_token": None, "session": session},
        ):
            assert await code_of(counter.reprint(made, **wrong)) is ErrorCode.BAD_REQUEST

    async def test_a_repetition_with_a_new_token_is_the_same_call(
        self, counter: Counter, logs_in: LogsIn, room: StaffRoom, clock: HandClock
    ) -> None:
        made = await counter.redemption(State.UNCERTAIN)
        first = await counter.reprint(made, key="once")
        old, counter.token = counter.token, (await logs_in(counter.person)).staff_token
        assert await counter.reprint(made, key="once") == first
        other = await logs_in(await room.person(clock()))
        mismatch = counter.reprint(made, key="once", staff_token=other.staff_token)
        assert await code_of(mismatch) is ErrorCode.IDEMPOTENCY_MISMATCH
        clock.forward(minutes=6)
        dead = counter.reprint(made, key="once", staff_token=old)
        assert await code_of(dead) is ErrorCode.STAFF_SESSION_EXPIRED, "no code for a dead token"
        assert await counter.chain.value("SELECT max(copies) FROM voucher") == 1


class TestRelease:
    @pytest.mark.parametrize("reason", [ReleaseReason.STAFF_NOT_PRINTED, ReleaseReason.STAFF_TORN])
    async def test_the_code_dies_and_the_points_are_back(
        self, counter: Counter, reason: ReleaseReason
    ) -> None:
        chain = counter.chain
        member = await chain.member(1000)
        made = await chain.in_state(State.UNCERTAIN, await chain.reward(100), member)
        told = await counter.release(made, reason)
        assert (told.state, told.spendable, told.voucher) == (State.RELEASED, 1000, None)
        assert await counter.last_note(made) == counter.noted("revoke", reason.value)
        (posted,) = await chain.rows("SELECT operator, reason FROM journal WHERE kind = 'release'")
        assert dict(posted) == {"operator": counter.person.ref.hex(), "reason": reason.value}
        at_till = counter.ledger.use_voucher(
            chain.till, await chain.code_of(made), "use", UseRequest(pos="1", receipt="R1")
        )
        assert await code_of(at_till) is ErrorCode.VOUCHER_REVOKED
        assert await violations(chain.owner) == []

    @pytest.mark.parametrize("state", [s for s in State if s is not State.UNCERTAIN])
    async def test_from_no_other_state(self, counter: Counter, state: State) -> None:
        made = await counter.redemption(state)
        before = await counter.chain.rows("SELECT * FROM journal ORDER BY id")
        if state is State.RELEASED:
            assert (await counter.release(made)).state is State.RELEASED
        else:
            assert await code_of(counter.release(made)) is ErrorCode.REDEMPTION_STATE
        assert await counter.chain.rows("SELECT * FROM journal ORDER BY id") == before

    async def test_reasons_of_staff_need_staff_and_the_other_way_round(
        self, counter: Counter
    ) -> None:
        made = await counter.redemption(State.PRINTING)
        alone = counter.ledger.release(
            counter.chain.kiosk, made, "1", ReleaseRequest(ReleaseReason.STAFF_TORN)
        )
        assert await code_of(alone) is ErrorCode.BAD_REQUEST
        plain = counter.release(made, ReleaseReason.CANCELLED)
        assert await code_of(plain) is ErrorCode.BAD_REQUEST
        assert await counter.chain.state(made) is State.PRINTING

    async def test_an_unknown_id_leaves_no_tombstone(self, counter: Counter) -> None:
        assert await code_of(counter.release(new_id())) is ErrorCode.REDEMPTION_UNKNOWN
        assert await counter.chain.value("SELECT count(*) FROM tombstone") == 0

    async def test_repeated_it_is_the_first_answer(self, counter: Counter) -> None:
        made = await counter.redemption(State.UNCERTAIN)
        first = await counter.release(made, key="once")
        assert await counter.release(made, key="once") == first
        other = counter.release(made, ReleaseReason.STAFF_TORN, key="once")
        assert await code_of(other) is ErrorCode.IDEMPOTENCY_MISMATCH


class TestTaken:
    async def test_it_is_issued_on_staffs_word(self, counter: Counter) -> None:
        made = await counter.redemption(State.UNCERTAIN)
        assert (await counter.taken(made, key="once")).state is State.ISSUED
        assert await counter.last_note(made) == counter.noted("captured", "staff_taken")
        assert (await counter.taken(made, key="once")).state is State.ISSUED
        assert (await counter.taken(made)).state is State.ISSUED, "as it is, nothing moves"
        assert await violations(counter.chain.owner) == []

    async def test_not_unknown_and_not_for_the_member_too(self, counter: Counter) -> None:
        made = await counter.redemption(State.UNCERTAIN)
        for wrong in ({"print_result": PrintResult.UNKNOWN}, {"confirmed_by": new_id()}):
            assert await code_of(counter.taken(made, **wrong)) is ErrorCode.BAD_REQUEST

    async def test_while_it_prints_only_beside_that_kiosk(
        self, chain: Chain, ledger: Ledger, room: StaffRoom, logs_in: LogsIn, clock: HandClock
    ) -> None:
        await chain.execute("UPDATE device SET store_id = 'S1' WHERE id = $1", chain.kiosk_2)
        person = await room.person(clock())
        there = Counter(
            chain, ledger, person, (await logs_in(person, device=chain.kiosk_2)).staff_token
        )
        here = Counter(chain, ledger, person, (await logs_in(person)).staff_token)
        made = await here.redemption(State.PRINTING)
        elsewhere = there.taken(made, device=chain.kiosk_2)
        assert await code_of(elsewhere) is ErrorCode.REDEMPTION_STATE
        assert (await here.taken(made)).state is State.ISSUED


class TestWho:
    async def acts(self, counter: Counter, made: UUID, device: UUID | None = None) -> set[object]:
        """What each of the three is refused with."""
        return {
            await code_of(counter.reprint(made, device=device)),
            await code_of(counter.release(made, device=device)),
            await code_of(counter.taken(made, device=device)),
        }

    async def test_not_with_a_token_of_another_device(self, counter: Counter) -> None:
        made = await counter.redemption(State.UNCERTAIN)
        told = await self.acts(counter, made, counter.chain.kiosk_2)
        assert told == {ErrorCode.STAFF_SESSION_EXPIRED}

    async def test_not_after_five_idle_minutes(self, counter: Counter) -> None:
        made = await counter.redemption(State.UNCERTAIN)
        counter.chain.clock.forward(minutes=5)
        assert await self.acts(counter, made) == {ErrorCode.STAFF_SESSION_EXPIRED}

    async def test_not_after_logging_out(self, counter: Counter, desk_of_staff: StaffDesk) -> None:
        made = await counter.redemption(State.UNCERTAIN)
        await desk_of_staff.logout(counter.chain.kiosk, counter.token)
        assert await self.acts(counter, made) == {ErrorCode.STAFF_SESSION_EXPIRED}

    async def test_not_who_has_left(self, counter: Counter, room: StaffRoom) -> None:
        made = await counter.redemption(State.UNCERTAIN)
        await room.leaves(counter.person)
        assert await self.acts(counter, made) == {ErrorCode.STAFF_SESSION_EXPIRED}

    async def test_not_by_role_it(
        self, counter: Counter, room: StaffRoom, logs_in: LogsIn, clock: HandClock
    ) -> None:
        made = await counter.redemption(State.UNCERTAIN)
        counter.token = (await logs_in(await room.person(clock(), StaffRole.IT))).staff_token
        assert await self.acts(counter, made) == {ErrorCode.STAFF_ROLE}

    async def test_not_what_another_store_has_reserved(
        self, counter: Counter, logs_in: LogsIn, room: StaffRoom, clock: HandClock
    ) -> None:
        made = await counter.redemption(State.UNCERTAIN)
        person = await room.person(clock(), stores=("S2",))
        kiosk_2 = counter.chain.kiosk_2
        counter.token = (await logs_in(person, device=kiosk_2)).staff_token
        assert await self.acts(counter, made, kiosk_2) == {ErrorCode.REDEMPTION_UNKNOWN}


_MANY = """
WITH more AS (
    INSERT INTO redemption
    SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'state', 'ISSUED',
        'hold_id', gen_random_uuid(), 'device_seq', 1000 + n,
        'reserved_at', r.reserved_at - n * interval '1 min'))).*
    FROM redemption r, generate_series(1, 2000) AS n
    RETURNING id, device_seq
)
INSERT INTO voucher
SELECT (jsonb_populate_record(v, jsonb_build_object('redemption_id', more.id,
    'code', lpad(more.device_seq::text, 16, '0')))).*
FROM voucher v, more
"""


class TestSearch:
    async def find(
        self, desk: StaffDesk, counter: Counter, **asked: object
    ) -> list[FoundRedemption]:
        request = FindRequest(staff_token=counter.token, **asked)  # type: ignore[arg-type]  # its fields
        return (await desk.find(counter.chain.kiosk, request)).redemptions

    async def test_the_newest_first_by_tail_by_time_and_uncertain_ones(
        self, counter: Counter, desk_of_staff: StaffDesk
    ) -> None:
        chain, clock = counter.chain, counter.chain.clock
        made = []
        for state in (State.ISSUED, State.UNCERTAIN, State.USED):
            made.append(await counter.redemption(state))
            clock.forward(minutes=1)
        everything = await self.find(desk_of_staff, counter)
        assert [found.id for found in everything] == made[::-1]
        assert [found.state for found in everything] == [
            State.USED,
            State.UNCERTAIN,
            State.ISSUED,
        ]
        used = everything[0]
        assert (used.used_where, used.points, used.here, used.copies) == ("S1:1:R1", 100, True, 0)
        assert used.device_no == "K01"
        codes = [await chain.code_of(each) for each in made]
        told = str(everything)
        assert all(code not in told for code in codes), "never a full code"
        for each, code in zip(made, codes, strict=True):
            assert [f.id for f in await self.find(desk_of_staff, counter, tail=code[-4:])] == [each]
            assert await self.find(desk_of_staff, counter, tail=code[:4]) == []
        (lower,) = await self.find(desk_of_staff, counter, tail=codes[0][-4:].lower())
        assert lower.id == made[0]
        (unsure,) = await self.find(desk_of_staff, counter, uncertain_only=True)
        assert unsure.id == made[1]
        since = everything[1].at
        later = await self.find(desk_of_staff, counter, since=since)
        assert [found.id for found in later] == made[:0:-1]
        until = await self.find(
            desk_of_staff, counter, since=since, until=since + timedelta(seconds=1)
        )
        assert [found.id for found in until] == [made[1]]
        assert len(await self.find(desk_of_staff, counter, limit=2)) == 2

    async def test_of_this_store_only(self, counter: Counter, desk_of_staff: StaffDesk) -> None:
        chain = counter.chain
        made = await counter.redemption(State.UNCERTAIN)
        await chain.execute("UPDATE redemption SET store_id = 'S2' WHERE id = $1", made)
        tail = (await chain.code_of(made))[-4:]
        assert await self.find(desk_of_staff, counter) == []
        assert await self.find(desk_of_staff, counter, tail=tail) == []

    @pytest.mark.parametrize(
        "asked", [{"limit": 0}, {"limit": 201}, {"tail": "ABC"}, {"tail": "%"}, {"tail": ""}]
    )
    async def test_what_is_no_search(
        self, counter: Counter, desk_of_staff: StaffDesk, asked: dict[str, object]
    ) -> None:
        assert await code_of(self.find(desk_of_staff, counter, **asked)) is ErrorCode.BAD_REQUEST

    @pytest.mark.parametrize("asked", [{}, {"tail": "ZZZZ"}, {"uncertain_only": True}])
    async def test_it_reads_what_it_tells_and_not_the_whole_store(
        self, counter: Counter, desk_of_staff: StaffDesk, database: Database, asked: dict[str, Any]
    ) -> None:
        """2,000 older ones beside the one that is found."""
        made = await counter.redemption(State.UNCERTAIN)
        with psycopg.connect(database.superuser) as superuser:
            superuser.execute("SET session_replication_role = replica")  # no foreign keys
            superuser.execute(_MANY)
            superuser.execute("ANALYZE redemption, voucher")
        pool = counter.chain.owner
        async with pool.acquire() as connection, connection.transaction():
            await connection.fetchval(
                "SELECT staff_find($1, $2, $3, NULL, NULL, $4, 35, $5)",
                counter.chain.kiosk,
                secret_hash(counter.token),
                asked.get("tail"),
                asked.get("uncertain_only", False),
                counter.chain.clock(),
            )
            read = await connection.fetchval(
                "SELECT sum(seq_tup_read + idx_tup_fetch)::int FROM pg_stat_xact_user_tables"
                " WHERE relname IN ('redemption', 'voucher')"
            )
        assert read < 300
        found = await self.find(desk_of_staff, counter, **asked)
        assert (made in [each.id for each in found]) == ("tail" not in asked)


async def test_staff_till_and_reprint_at_the_same_time(counter: Counter) -> None:
    """Forty times: exactly one of void and use wins, and no code is both live and released."""
    chain, ledger = counter.chain, counter.ledger
    rng = random.Random(16)
    outcomes = set()
    for round_ in range(40):
        member = await chain.member(1000)
        made = await chain.in_state(State.UNCERTAIN, await chain.reward(100), member)
        code = await chain.code_of(made)
        use = UseRequest(pos="1", receipt=f"R{round_}")
        acts = {
            "void": counter.release(made),
            "use": ledger.use_voucher(chain.till, code, f"use{round_}", use),
            "reprint": counter.reprint(made),
            "taken": counter.taken(made),
            "void again": counter.release(made, ReleaseReason.STAFF_TORN),
            "use elsewhere": ledger.use_voucher(chain.till_2, code, f"other{round_}", use),
        }
        order = rng.sample(sorted(acts), len(acts))
        results = dict(
            zip(
                order,
                await asyncio.gather(*(acts[name] for name in order), return_exceptions=True),
                strict=True,
            )
        )
        strange = [r for r in results.values() if isinstance(r, BaseException)]
        assert all(isinstance(r, LedgerRefused) for r in strange), strange
        state = await chain.state(made)
        outcomes.add(state)
        used = [n for n in ("use", "use elsewhere") if isinstance(results[n], VoucherState)]
        voided = [n for n in ("void", "void again") if isinstance(results[n], Redemption)]
        assert bool(used) != bool(voided), (state, results)
        assert len(used) == (state is State.USED)
        voucher = await chain.value("SELECT state FROM voucher WHERE redemption_id = $1", made)
        assert (voucher == "revoked") == (state is State.RELEASED)
        balance = await chain.balance(member)
        assert balance["available"] == (1000 if voided else 900)
        if voided:
            assert state not in _LIVE
            assert await code_of(counter.reprint(made)) is ErrorCode.REDEMPTION_RELEASED
    assert outcomes == {State.USED, State.RELEASED}, "both were tried"
    assert await violations(chain.owner) == []


async def test_parallel_reprints_stop_at_two(counter: Counter) -> None:
    made = await counter.redemption(State.ISSUED)
    results = await asyncio.gather(
        *(counter.reprint(made) for _ in range(8)), return_exceptions=True
    )
    copies = sorted(r.copy for r in results if isinstance(r, ReprintAnswer))
    assert copies == [1, 2]
    assert {r.code for r in results if isinstance(r, LedgerRefused)} == {ErrorCode.REPRINT_LIMIT}
    assert len({r.voucher.code for r in results if isinstance(r, ReprintAnswer)}) == 1


async def test_five_hundred_steps_never_make_a_code(
    counter: Counter, logs_in: LogsIn, clock: HandClock
) -> None:
    """Whatever staff press, in whatever order: codes come from reserving alone (T16)."""
    chain, ledger = counter.chain, counter.ledger
    rng = random.Random(500)
    reward = await chain.reward(100)
    made = [
        await chain.in_state(state, reward, await chain.member(1000))
        for state in (State.UNCERTAIN, State.ISSUED, State.PRINTING, State.RESERVED)
        for _ in range(6)
    ]
    codes = {each: await chain.code_of(each) for each in made}
    told: dict[str, int] = {}
    for step in range(500):
        each = rng.choice(made)
        key = f"step{step - rng.randrange(3)}"  # now and then one that was used before
        act = rng.choice(["reprint", "release", "taken", "use", "log in", "wait"])
        try:
            match act:
                case "reprint":
                    reason = rng.choice(list(ReprintReason))
                    answer = await counter.reprint(each, key, reason=reason)
                    assert answer.voucher.code in codes.values()
                case "release":
                    await counter.release(each, rng.choice(list(ReleaseReason)), key)
                case "taken":
                    await counter.taken(each, key)
                case "use":
                    use = UseRequest(pos="1", receipt=f"R{step}")
                    await ledger.use_voucher(chain.till, codes[each], key, use)
                case "log in":
                    counter.token = (await logs_in(counter.person)).staff_token
                case _:
                    clock.forward(minutes=rng.randrange(4))
        except LedgerRefused as refused:
            told[refused.code] = told.get(refused.code, 0) + 1
        else:
            told[act] = told.get(act, 0) + 1
    rows = await chain.rows("SELECT redemption_id, code, copies FROM voucher")
    assert {row["redemption_id"]: row["code"] for row in rows} == codes
    assert max(row["copies"] for row in rows) == 2
    assert {"reprint", "release", "taken", "use", ErrorCode.REPRINT_LIMIT} <= set(told), told
    assert await violations(chain.owner) == []
