"""Awards, holds and their lots: double entry, FEFO, debt, expiry, idempotency."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from central.ledger.accounts import Accounts
from central.ledger.award_desk import AwardDesk
from central.ledger.invariants import violations
from central.ledger.money import Ledger
from central.ledger.proposal import AwardBook, AwardGiven, Proposal, ProposedLine
from central.ledger.refusal import LedgerRefused
from central.ledger.timekeeper import Timekeeper
from tests.chain import Chain
from tests.postgres import Database
from tests.service import eventually
from wire.api.redemptions import PrintResult, ReleaseReason, ReleaseRequest, State
from wire.errors import ErrorCode
from wire.ids import new_id


async def postings(chain: Chain, kind: str) -> list[tuple[str, str, int]]:
    rows = await chain.rows(
        "SELECT p.account, p.detail, p.points FROM posting p JOIN journal j ON j.id = p.journal_id"
        " WHERE j.kind = $1 ORDER BY p.points, p.account",
        kind,
    )
    return [tuple(row) for row in rows]


async def test_award_at_once(chain: Chain) -> None:
    member = await chain.member(300)
    assert await postings(chain, "award") == [("issued", "sale", -300), ("available", "", 300)]
    assert (await chain.balance(member))["available"] == 300


async def test_award_pending_then_active(chain: Chain, timekeeper: Timekeeper) -> None:
    member = await chain.member()
    await chain.award(member, 50, available_at=chain.clock() + timedelta(days=7))
    assert await chain.balance(member) == {"pending": 50, "available": 0, "held": 0, "debt": 0}
    chain.clock.forward(days=7)
    assert await timekeeper.settle_lots() == {"activated": 1}
    assert await timekeeper.settle_lots() == {}
    assert await postings(chain, "activate") == [("pending", "", -50), ("available", "", 50)]
    assert await violations(chain.owner) == []


async def test_debt_is_settled_first_and_blocks_spending(chain: Chain) -> None:
    member = await chain.member(100, tier="gold")
    reward = await chain.reward(40)
    await chain.ledger.clawback(
        client="t", key="c", member=member, points=160, reference="R1", reason="returned"
    )
    assert await chain.balance(member) == {"pending": 0, "available": 0, "held": 0, "debt": -60}
    await chain.award(member, 50)
    assert (await chain.balance(member))["debt"] == -10
    with pytest.raises(LedgerRefused) as refused:
        await chain.reserve(member, reward, 40)
    assert (refused.value.code, refused.value.facts) == (
        ErrorCode.INSUFFICIENT,
        {"need": 40, "have": 0},
    )
    await chain.award(member, 50)
    assert await chain.balance(member) == {"pending": 0, "available": 40, "held": 0, "debt": 0}
    assert (await chain.reserve(member, reward, 40)).spendable == 0
    assert await violations(chain.owner) == []


async def test_points_that_had_ended_before_the_award_pay_no_debt(chain: Chain) -> None:
    """Nothing dead is spent, and to pay a debt is to spend: a sale that was told days late."""
    member = await chain.member()
    await chain.ledger.clawback(
        client="t", key="c", member=member, points=60, reference="R1", reason="returned"
    )
    now = chain.clock()
    await chain.award(
        member, 100, available_at=now - timedelta(days=9), expires_at=now - timedelta(days=2)
    )
    assert await chain.balance(member) == {"pending": 0, "available": 0, "held": 0, "debt": -60}
    assert await postings(chain, "award") == [("issued", "sale", -100), ("available", "", 100)]
    assert await postings(chain, "expire") == [("available", "", -100), ("expired", "", 100)]
    await chain.award(member, 70, available_at=now - timedelta(days=9), expires_at=now)
    await chain.award(
        member, 70, available_at=now - timedelta(days=9), expires_at=now + timedelta(seconds=1)
    )
    assert await chain.balance(member) == {"pending": 0, "available": 10, "held": 0, "debt": 0}
    assert await violations(chain.owner) == []


async def test_a_type_whose_day_is_over_is_named(
    chain: Chain, accounts: Accounts, awards: AwardBook, pool: "asyncpg.Pool[Any]"
) -> None:
    """Who gives such points is told what to set; a sale's other points do not wait for it."""
    await chain.execute(
        "INSERT INTO point_type (code, name, expiry, expiry_on)"
        " VALUES ('cal', '{}', 'date', '2026-11-21')"
    )
    member = await chain.member()
    chain.clock.at = datetime(2026, 11, 21, 15, 59, 59, tzinfo=UTC)
    await chain.award(member, 10, point_type="cal")
    chain.clock.forward(seconds=1)
    told = {"until": "2026-11-21T16:00:00+00:00", "limit": "cal"}
    lines = (ProposedLine(10, "base", "sale"), ProposedLine(5, "cal", "campaign"))
    sale = Proposal(member, "S1:1:7", "basket", lines)
    by: dict[str, Any] = {"operator": "E1", "reason": "complaint", "key": "1"}
    desk = AwardDesk(pool, chain.clock)
    for giving in (
        chain.award(member, 10, point_type="cal"),
        accounts.adjust(member=member, points=10, point_type="cal", **by),
        desk.award(sale, **by),
    ):
        with pytest.raises(LedgerRefused) as refused:
            await giving
        assert (refused.value.code, refused.value.facts) == (ErrorCode.WINDOW_CLOSED, told)
    given = await awards.award(sale, 2, client="till", key="1")
    assert isinstance(given, AwardGiven)
    assert [(line.granted, line.clipped_by) for line in given.lines] == [
        (10, None), (0, "expiry:cal")
    ]  # fmt: skip
    with pytest.raises(LedgerRefused) as refused:
        await chain.award(member, 10, expires_at=chain.clock())
    assert refused.value.code is ErrorCode.BAD_REQUEST, "dates that were told are the teller's"
    assert await violations(chain.owner) == []


async def test_a_source_is_told_whole(chain: Chain) -> None:
    member = await chain.member()
    await chain.award(member, 10, source="campaign:spring:2")
    assert (await postings(chain, "award"))[0] == ("issued", "campaign:spring:2", -10)
    assert await violations(chain.owner) == []


@pytest.mark.parametrize("source", ["adjust", "void", "", " "])
async def test_the_ledgers_own_words_are_no_source(
    chain: Chain, awards: AwardBook, source: str
) -> None:
    """The books would take the award for an adjustment, or for points of a voucher given back."""
    member = await chain.member()
    proposal = Proposal(member, "S1:1:7", "basket", (ProposedLine(10, "base", source),))
    for giving in (
        chain.award(member, 10, source=source),
        awards.award(proposal, 1, client="till", key="1"),
    ):
        with pytest.raises(LedgerRefused) as refused:
            await giving
        assert refused.value.code is ErrorCode.BAD_REQUEST
    assert await chain.value("SELECT count(*) FROM lot") == 0


async def test_held_points_are_never_clawed_back_but_taken_at_release(chain: Chain) -> None:
    member = await chain.member(100)
    redemption = (await chain.reserve(member, await chain.reward())).id
    await chain.ledger.clawback(
        client="t", key="c", member=member, points=30, reference="R1", reason="returned"
    )
    assert await chain.balance(member) == {"pending": 0, "available": 0, "held": 100, "debt": -30}
    await chain.release(redemption)
    assert await chain.balance(member) == {"pending": 0, "available": 70, "held": 0, "debt": 0}
    assert await violations(chain.owner) == []


async def test_clawback_takes_the_sales_own_lots_first(chain: Chain) -> None:
    member = await chain.member()
    later = chain.clock() + timedelta(days=3)
    spent = await chain.award(member, 20, reference="B")
    await chain.in_state(State.ISSUED, await chain.reward(20), member, 20)
    soon = await chain.award(member, 50, reference="A", expires_at=later)
    own = await chain.award(member, 50, reference="B", point_type="forever")
    pending = await chain.award(member, 50, reference="B", available_at=later)
    await chain.ledger.clawback(
        client="t", key="c", member=member, points=110, reference="B", reason="returned"
    )
    left = {row["id"]: row["remaining"] for row in await chain.rows("SELECT * FROM lot")}
    assert left == {spent: 0, soon: 40, own: 0, pending: 0}
    assert await violations(chain.owner) == []


async def test_expiry_lands_on_the_last_day_of_a_shorter_month(chain: Chain) -> None:
    chain.clock.at = datetime(2027, 2, 28, 4, 0, tzinfo=UTC)
    leap = datetime(2028, 2, 29, 4, 0, tzinfo=UTC)
    member = await chain.member(10)
    chain.clock.at = leap
    await chain.award(member, 20)
    rows = await chain.rows("SELECT expires_at FROM lot ORDER BY granted")
    assert [row["expires_at"] for row in rows] == [
        datetime(2028, 2, 28, 4, 0, tzinfo=UTC),
        datetime(2029, 2, 28, 4, 0, tzinfo=UTC),
    ]


async def test_holds_take_fefo_in_parts_and_give_back_the_same_lots(chain: Chain) -> None:
    member = await chain.member()
    now = chain.clock()
    never = await chain.award(member, 50, point_type="forever")
    late = await chain.award(member, 50, expires_at=now + timedelta(days=200))
    chain.clock.forward(seconds=1)
    later_available = await chain.award(member, 50, expires_at=now + timedelta(days=100))
    chain.clock.at = now
    early = await chain.award(member, 30, expires_at=now + timedelta(days=100))
    chain.clock.forward(minutes=1)

    redemption = (await chain.reserve(member, await chain.reward())).id

    async def held() -> dict[Any, int]:
        rows = await chain.rows("SELECT id, held FROM lot")
        return {row["id"]: row["held"] for row in rows}

    assert await held() == {early: 30, later_available: 50, late: 20, never: 0}
    await chain.release(redemption)
    assert set((await held()).values()) == {0}
    captured = await chain.in_state(State.ISSUED, await chain.reward(), member)
    assert captured
    rows = await chain.rows("SELECT id, redeemed FROM lot")
    assert {row["id"]: row["redeemed"] for row in rows} == {
        early: 30,
        later_available: 50,
        late: 20,
        never: 0,
    }
    assert await violations(chain.owner) == []


async def test_a_dead_lot_is_not_spent_before_the_nightly_run(chain: Chain) -> None:
    member = await chain.member()
    await chain.award(member, 500, expires_at=chain.clock() + timedelta(days=1))
    await chain.award(member, 70, point_type="forever")
    chain.clock.forward(days=1)
    with pytest.raises(LedgerRefused) as refused:
        await chain.reserve(member, await chain.reward())
    assert refused.value.facts == {"need": 100, "have": 70}


async def test_expiry_leaves_what_is_held_and_runs_late_and_twice(
    chain: Chain, timekeeper: Timekeeper
) -> None:
    member = await chain.member()
    await chain.award(member, 150, expires_at=chain.clock() + timedelta(days=1))
    redemption = await chain.in_state(State.PRINTING, await chain.reward(), member)
    chain.clock.forward(days=5)
    assert await timekeeper.settle_lots() == {"expired": 1}
    assert await timekeeper.settle_lots() == {}
    assert await chain.balance(member) == {"pending": 0, "available": 0, "held": 100, "debt": 0}
    await chain.capture(redemption)
    assert await violations(chain.owner) == []


async def test_reserve_and_capture_post_what_the_domain_says(chain: Chain) -> None:
    member = await chain.member(100)
    await chain.in_state(State.ISSUED, await chain.reward(), member)
    assert await postings(chain, "reserve") == [("available", "", -100), ("held", "", 100)]
    assert await postings(chain, "capture") == [("held", "", -100), ("redeemed", "goods", 100)]


# --- Idempotency -------------------------------------------------------------------------


async def test_same_key_same_content_is_the_stored_answer(chain: Chain) -> None:
    member = await chain.member(1000)
    request = await chain.request(member, await chain.reward())
    first = await chain.ledger.reserve(chain.kiosk, request)
    before = await chain.value("SELECT count(*) FROM posting")
    again = await chain.ledger.reserve(chain.kiosk, request)
    assert again == first, "the same code too"
    for verb in (chain.printing, chain.capture):
        answers = [await verb(first.id, key=f"key of {verb.__name__}") for _ in range(3)]
        assert answers[0] == answers[1] == answers[2]
    assert await chain.value("SELECT count(*) FROM posting") == before + 2
    assert await chain.value("SELECT count(*) FROM redemption") == 1
    # A replayed reserve still answers what it answered, although the state has moved on.
    assert (await chain.ledger.reserve(chain.kiosk, request)).state is State.RESERVED


async def test_same_key_other_content_is_refused(chain: Chain) -> None:
    member = await chain.member(1000)
    award = {"client": "pos", "key": "1", "point_type": "base", "source": "sale"}
    await chain.ledger.award(member=member, points=10, **award)
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.award(member=member, points=11, **award)
    assert refused.value.code is ErrorCode.IDEMPOTENCY_MISMATCH
    await chain.ledger.award(member=member, points=11, **(award | {"client": "other"}))


async def test_same_key_while_the_first_runs_is_told_so(chain: Chain, database: Database) -> None:
    member = await chain.member(1000)
    blocker = await asyncpg.connect(database.owner)
    async with blocker.transaction():
        await blocker.execute("SELECT FROM balance WHERE member_id = $1 FOR UPDATE", member)
        award = {"client": "pos", "key": "1", "point_type": "base", "source": "sale"}
        first = asyncio.create_task(chain.ledger.award(member=member, points=10, **award))
        waiting = (
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN ("
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
        )
        while not await chain.value(waiting):  # noqa: ASYNC110  # another process's event
            await asyncio.sleep(0)
        with pytest.raises(LedgerRefused) as refused:
            await chain.ledger.award(member=member, points=10, **award)
        assert refused.value.code is ErrorCode.IDEMPOTENCY_RUNNING
    await blocker.close()
    done = await first
    assert await chain.ledger.award(member=member, points=10, **award) == done
    assert (await chain.balance(member))["available"] == 1010


async def test_two_ids_never_share_a_device_sequence(chain: Chain) -> None:
    member = await chain.member(1000)
    reward = await chain.reward()
    await chain.reserve(member, reward, device_seq=7)
    with pytest.raises(LedgerRefused) as refused:
        await chain.reserve(member, reward, device_seq=7)
    assert refused.value.code is ErrorCode.IDEMPOTENCY_MISMATCH
    assert refused.value.facts == {"need": 8}


async def test_nor_do_two_ids_that_come_at_once(chain: Chain, database: Database) -> None:
    """Of a kiosk's disk that was copied: the second waits for the first, and is told."""
    reward = await chain.reward()
    first = await chain.request(await chain.member(100), reward, device_seq=7)
    second = await chain.request(await chain.member(100), reward, device_seq=7)
    half_way = await asyncpg.connect(database.owner)
    async with half_way.transaction():
        await half_way.fetchval(
            "SELECT reserve($1, $2, $3, $4, 1, 1, 100, 7, NULL, '0000000000000000', $5)",
            chain.kiosk, first.id, first.session, reward, chain.clock(),
        )  # fmt: skip
        reserving = asyncio.create_task(chain.ledger.reserve(chain.kiosk, second))

        async def waits_or_is_done() -> bool:
            query = "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            here = "datname = current_database()"
            waiting = await chain.value(f"{query} WHERE NOT granted AND {here}")
            return reserving.done() or waiting > 0

        await eventually(waits_or_is_done, within_s=20)
    with pytest.raises(LedgerRefused) as refused:
        await reserving
    assert refused.value.code is ErrorCode.IDEMPOTENCY_MISMATCH
    assert refused.value.facts == {"need": 8}
    await half_way.close()


# --- Tombstones --------------------------------------------------------------------------


async def test_release_of_an_unknown_id_refuses_a_late_reserve(chain: Chain) -> None:
    member = await chain.member(1000)
    request = await chain.request(member, await chain.reward())
    answer = await chain.release(request.id)
    assert (answer.state, answer.points) == (State.RELEASED, 0)
    assert (await chain.release(request.id)).state is State.RELEASED
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.reserve(chain.kiosk, request)
    assert refused.value.code is ErrorCode.REDEMPTION_RELEASED
    for move in (chain.printing, chain.capture):
        with pytest.raises(LedgerRefused) as refused:
            await move(request.id)
        assert refused.value.code is ErrorCode.REDEMPTION_RELEASED
    assert (await chain.ledger.redemption(chain.kiosk, request.id)).state is State.RELEASED
    assert await violations(chain.owner) == []


async def test_reserve_and_release_of_one_id_at_once_end_released(
    chain: Chain, database: Database
) -> None:
    """Whichever comes first, never both a redemption that holds points and a tombstone."""
    member = await chain.member(10_000)
    reward = await chain.reward()
    pool = await asyncpg.create_pool(database.app, min_size=8, max_size=8)
    ledger = Ledger(pool, chain.clock)
    for _ in range(20):
        request = await chain.request(member, reward)
        release = ReleaseRequest(ReleaseReason.PRINTING_NOT_ACKNOWLEDGED)
        await asyncio.gather(
            ledger.reserve(chain.kiosk, request),
            ledger.release(chain.kiosk, request.id, str(new_id()), release),
            return_exceptions=True,
        )
        assert (await ledger.redemption(chain.kiosk, request.id)).state is State.RELEASED
    await pool.close()
    assert (await chain.balance(member))["available"] == 10_000
    assert await violations(chain.owner) == []


async def test_unknown_id_is_unknown(chain: Chain) -> None:
    for move in (chain.printing(new_id()), chain.capture(new_id(), PrintResult.UNKNOWN)):
        with pytest.raises(LedgerRefused) as refused:
            await move
        assert refused.value.code is ErrorCode.REDEMPTION_UNKNOWN


async def test_something_printed_is_never_released_by_a_device(chain: Chain) -> None:
    member = await chain.member(1000)
    redemption = await chain.in_state(State.PRINTING, await chain.reward(), member)
    request = ReleaseRequest(ReleaseReason.CANCELLED, printed_any=True)
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.release(chain.kiosk, redemption, "k", request)
    assert refused.value.code is ErrorCode.BAD_REQUEST
    assert await chain.state(redemption) is State.PRINTING
