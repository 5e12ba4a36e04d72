"""Two accounts of one person become one: lot by lot, dates kept, nothing lost, nothing twice."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from central.ledger.accounts import Accounts
from central.ledger.invariants import violations
from central.ledger.proposal import AwardBook, AwardGiven, Counter, Proposal, ProposedLine, Scope
from central.ledger.refusal import LedgerRefused
from tests.chain import Chain
from tests.postgres import Database
from tests.service import eventually
from wire.api.redemptions import State
from wire.errors import ErrorCode

BY = {"operator": "E1", "reason": "two cards, one person"}


async def test_lot_by_lot_with_its_dates(chain: Chain, accounts: Accounts) -> None:
    one, other = await chain.member(), await chain.member(50)
    now = chain.clock()
    await chain.award(one, 30, reference="R1", expires_at=now + timedelta(days=3))
    await chain.award(one, 20, reference="R2", available_at=now + timedelta(days=5))
    before = await chain.rows(
        "SELECT type, source, reference, state, available_at, expires_at FROM lot"
        " WHERE member_id = $1 ORDER BY reference",
        one,
    )
    merged = await accounts.merge(key="1", member=one, into=other, **BY)
    assert (merged.lots, merged.pending, merged.available, merged.spendable) == (2, 20, 30, 80)
    after = await chain.rows(
        "SELECT type, source, reference, state, available_at, expires_at FROM lot"
        " WHERE member_id = $1 AND merged_from_id IS NOT NULL ORDER BY reference",
        other,
    )
    assert after == before
    assert set((await chain.balance(one)).values()) == {0}
    assert await violations(chain.owner) == []


async def test_repeating_it_changes_nothing(chain: Chain, accounts: Accounts) -> None:
    one, other = await chain.member(30), await chain.member(50)
    first = await accounts.merge(key="1", member=one, into=other, **BY)
    before = await chain.value("SELECT count(*) FROM posting")
    assert await accounts.merge(key="1", member=one, into=other, **BY) == first
    again = await accounts.merge(key="2", member=one, into=other, **BY)
    assert (again.lots, again.available, again.spendable) == (0, 0, 80)
    assert await chain.value("SELECT count(*) FROM posting") == before
    assert await chain.value("SELECT count(*) FROM audit_event") == 1


async def test_what_was_held_goes_along_and_resolves_there(
    chain: Chain, accounts: Accounts
) -> None:
    one, other = await chain.member(300), await chain.member()
    reward = await chain.reward(per_member_ever=5, stock=9)
    printing = await chain.in_state(State.PRINTING, reward, one)
    reserved = await chain.in_state(State.RESERVED, reward, one)
    issued = await chain.in_state(State.ISSUED, reward, one)
    await accounts.merge(key="1", member=one, into=other, **BY)
    assert await chain.balance(other) == {"pending": 0, "available": 0, "held": 200, "debt": 0}
    assert await violations(chain.owner) == []
    await chain.capture(printing)
    await chain.release(reserved)
    assert await chain.balance(other) == {"pending": 0, "available": 100, "held": 0, "debt": 0}
    await chain.ledger.void(operator="E1", key="v", redemption=issued, reason="unwanted")
    assert await chain.balance(other) == {"pending": 0, "available": 200, "held": 0, "debt": 0}
    lots = await chain.rows(
        "SELECT expires_at FROM lot WHERE member_id = $1 AND remaining > 0", other
    )
    assert {lot["expires_at"] for lot in lots} == {
        await chain.value("SELECT expires_at FROM lot WHERE member_id = $1", one)
    }, "also what came back to a lot of the old account has its date"
    assert await violations(chain.owner) == []


async def test_the_check_knows_that_what_was_held_went_along(
    chain: Chain, accounts: Accounts
) -> None:
    """The lot that died first is held as a whole, another one was spent after it: all in order."""
    one, other = await chain.member(), await chain.member()
    await chain.award(one, 100, expires_at=chain.clock() + timedelta(days=3))
    await chain.award(one, 200, point_type="forever")
    reward = await chain.reward()
    await chain.in_state(State.PRINTING, reward, one)
    await chain.in_state(State.ISSUED, reward, one)
    assert await violations(chain.owner) == []
    await accounts.merge(key="1", member=one, into=other, **BY)
    assert await violations(chain.owner) == []


async def test_the_check_counts_what_came_back_once(chain: Chain, accounts: Accounts) -> None:
    """What goods brought back gave a lot of its own, goes along as another lot."""
    one, other = await chain.member(), await chain.member()
    await chain.award(one, 100, expires_at=chain.clock() + timedelta(days=1))
    used = await chain.in_state(State.USED, await chain.reward(), one)
    chain.clock.forward(days=3)
    await chain.ledger.goods_returned(operator="E1", key="1", redemption=used, reason="broken")
    await accounts.merge(key="2", member=one, into=other, **BY)
    assert (await chain.balance(other))["available"] == 100
    assert await violations(chain.owner) == []


async def test_debt_goes_along_and_is_settled_there(chain: Chain, accounts: Accounts) -> None:
    one, other = await chain.member(), await chain.member(50)
    await chain.ledger.clawback(
        client="t", key="1", member=one, points=30, reference="", reason="returned"
    )
    merged = await accounts.merge(key="1", member=one, into=other, **BY)
    assert (merged.debt, merged.spendable) == (-30, 20)
    assert await chain.balance(other) == {"pending": 0, "available": 20, "held": 0, "debt": 0}
    assert await violations(chain.owner) == []


async def test_awards_and_returns_find_the_account_that_it_is_now(
    chain: Chain, accounts: Accounts
) -> None:
    one, middle, last = [await chain.member() for _ in range(3)]
    await chain.award(one, 40, reference="R1")
    await accounts.merge(key="1", member=one, into=middle, **BY)
    await accounts.merge(key="2", member=middle, into=last, **BY)
    await chain.award(one, 10)
    await chain.ledger.clawback(
        client="t", key="1", member=one, points=40, reference="R1", reason="returned"
    )
    assert (await chain.balance(last))["available"] == 10
    assert set((await chain.balance(one)).values()) == {0}
    assert await violations(chain.owner) == []


async def test_codes_and_limits_of_both_are_one(chain: Chain, accounts: Accounts) -> None:
    one, other = await chain.member(500), await chain.member(500)
    ref = await chain.ref(one)
    reward = await chain.reward(per_member_per_day=3)
    for member in (one, other):
        await chain.in_state(State.ISSUED, reward, member)
    await accounts.merge(key="1", member=one, into=other, **BY)
    assert await chain.value("SELECT member_id FROM member_ref WHERE ref = $1", ref) == other
    await chain.reserve(other, reward)
    with pytest.raises(LedgerRefused) as refused:
        await chain.reserve(other, reward)
    assert refused.value.code is ErrorCode.LIMIT_REACHED
    assert await violations(chain.owner) == []


async def test_points_that_rules_gave_count_for_both(
    chain: Chain, accounts: Accounts, awards: AwardBook
) -> None:
    one, other = await chain.member(), await chain.member()
    counter = Counter(Scope.MEMBER, "monthly", "month", 100)
    for number, member in enumerate((one, other)):
        line = ProposedLine(70, "base", "sale", counters=(counter,))
        given = await awards.award(
            Proposal(member, f"R{number}", "s", (line,)), 1, client="pos", key=str(number)
        )
        assert isinstance(given, AwardGiven)
    await accounts.merge(key="1", member=one, into=other, **BY)
    facts = await chain.value("SELECT facts_version FROM member WHERE id = $1", other)
    line = ProposedLine(70, "base", "sale", counters=(counter,))
    given = await awards.award(Proposal(other, "R9", "s", (line,)), facts, client="pos", key="9")
    assert isinstance(given, AwardGiven)
    assert given.points == 0
    await chain.ledger.clawback(
        client="t", key="1", member=one, points=70, reference="R0", reason="returned"
    )
    assert await violations(chain.owner) == []


async def test_what_was_spent_before_is_free_again_when_its_sale_is_returned(
    chain: Chain, accounts: Accounts, awards: AwardBook
) -> None:
    one, other = await chain.member(), await chain.member()
    counter = Counter(Scope.CAMPAIGN, "spring", "ever", 100, "spring")
    line = ProposedLine(100, "base", "sale", counters=(counter,))
    await awards.award(Proposal(one, "R1", "s", (line,)), 1, client="pos", key="1")
    await chain.in_state(State.ISSUED, await chain.reward(), one)
    await accounts.merge(key="1", member=one, into=other, **BY)
    await chain.ledger.clawback(
        client="t", key="1", member=other, points=100, reference="R1", reason="returned"
    )
    assert await chain.value("SELECT used FROM award_counter") == 0
    assert await violations(chain.owner) == []


async def test_an_award_to_a_merged_account_waits_for_the_other_one_only(
    chain: Chain, accounts: Accounts, database: Database
) -> None:
    """Else it and a night's batch, which goes by the ids, wait for each other."""
    small, great = sorted([await chain.member(), await chain.member()])
    await accounts.merge(key="1", member=great, into=small, **BY)
    batch = await asyncpg.connect(database.owner)
    transaction = batch.transaction()
    await transaction.start()
    await batch.execute("SELECT member_lock($1)", small)
    awarding = asyncio.create_task(chain.award(great, 5))

    async def waits() -> bool:
        waiting: int = await chain.value(
            "SELECT count(*) FROM pg_locks w JOIN pg_locks h USING (transactionid)"
            " WHERE NOT w.granted AND h.granted AND h.pid = $1",
            batch.get_server_pid(),
        )
        return waiting > 0

    await eventually(waits, within_s=20)
    # Half as long as until the server looks for a deadlock, and has somebody give in.
    await batch.execute("SET LOCAL lock_timeout = '500ms'")
    try:
        await batch.execute("SELECT member_lock($1)", great)
        free = True
    except asyncpg.LockNotAvailableError:
        free = False
    finally:
        await transaction.rollback()
        await awarding
        await batch.close()
    assert free, "they wait for each other"
    assert (await chain.balance(small))["available"] == 5


@pytest.mark.parametrize("status", ["frozen", "closed"])
async def test_only_active_accounts_are_merged(
    chain: Chain, accounts: Accounts, status: str
) -> None:
    well, not_well = await chain.member(10), await chain.member(10, status="active")
    await chain.execute("UPDATE member SET status = $2 WHERE id = $1", not_well, status)
    for number, (one, other) in enumerate([(well, not_well), (not_well, well)]):
        with pytest.raises(LedgerRefused) as refused:
            await accounts.merge(key=str(number), member=one, into=other, **BY)
        assert refused.value.code in {ErrorCode.MEMBER_FROZEN, ErrorCode.MEMBER_UNKNOWN}


async def test_not_with_itself_and_not_into_two(chain: Chain, accounts: Accounts) -> None:
    one, other, third = [await chain.member(10) for _ in range(3)]
    await accounts.merge(key="1", member=one, into=other, **BY)
    for number, pair in enumerate([(one, one), (one, third), (third, one)]):
        with pytest.raises(LedgerRefused) as refused:
            await accounts.merge(key=f"k{number}", member=pair[0], into=pair[1], **BY)
        assert refused.value.code in {ErrorCode.BAD_REQUEST, ErrorCode.MEMBER_UNKNOWN}


async def test_repeated_into_the_account_that_it_is_now_changes_nothing(
    chain: Chain, accounts: Accounts
) -> None:
    one, other, third = [await chain.member(10) for _ in range(3)]
    await accounts.merge(key="1", member=one, into=other, **BY)
    await accounts.merge(key="2", member=other, into=third, **BY)
    rows = await chain.value("SELECT count(*) FROM posting")
    again = await accounts.merge(key="3", member=one, into=third, **BY)
    assert (again.member, again.lots, again.available, again.spendable) == (third, 0, 0, 30)
    assert await chain.value("SELECT count(*) FROM posting") == rows
    assert await violations(chain.owner) == []


async def test_a_merge_amid_redemptions_of_both(chain: Chain, database: Database) -> None:
    """Each call sees the account before or after, never half of it."""
    pool: asyncpg.Pool[Any] = await asyncpg.create_pool(database.app, min_size=8, max_size=8)
    busy = Chain(chain.owner, type(chain.ledger)(pool, chain.clock), chain.desk, chain.clock)
    busy.kiosk, busy.till = chain.kiosk, chain.till
    reward = await chain.reward(10)
    for turn in range(6):
        one, other = await chain.member(100), await chain.member(100)
        held = [await chain.in_state(State.PRINTING, reward, one, 10) for _ in range(3)]
        busy._seq = 1000 * (turn + 1)
        requests = [await busy.request(m, reward, 10) for m in (one, other, one, other)]
        done = await asyncio.gather(
            *(busy.ledger.reserve(chain.kiosk, request) for request in requests),
            *(busy.capture(redemption) for redemption in held),
            Accounts(pool, chain.clock).merge(key=str(turn), member=one, into=other, **BY),
            busy.award(one, 5),
            return_exceptions=True,
        )
        refused = [d for d in done if isinstance(d, Exception)]
        assert all(isinstance(r, LedgerRefused) for r in refused), refused
        spent = 10 * sum(1 for d in done[:4] if not isinstance(d, Exception))
        balance = await chain.balance(other)
        assert balance["available"] == 205 - 30 - spent
        assert balance["held"] == spent
    await pool.close()
    assert await violations(chain.owner) == []
