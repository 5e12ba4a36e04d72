"""The nightly run: idempotent, resumable, days late without harm, and not stopped by one member."""

import asyncio
import importlib
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from central.ledger import night as night_module
from central.ledger.accounts import Accounts
from central.ledger.invariants import violations
from central.ledger.night import NightRun
from central.ledger.refusal import LedgerRefused
from tests.central.ledger.stopped_night import stopped
from tests.chain import Chain
from tests.postgres import Database
from wire.api.redemptions import State
from wire.errors import ErrorCode


async def due(chain: Chain, members: int) -> list[UUID]:
    """Members with a lot that becomes available in a day, and one that dies in two."""
    found = []
    for _ in range(members):
        member = await chain.member()
        now = chain.clock()
        await chain.award(member, 10, available_at=now + timedelta(days=1))
        await chain.award(member, 20, expires_at=now + timedelta(days=2))
        found.append(member)
    return found


async def test_activates_and_expires_once(chain: Chain, night: NightRun) -> None:
    await due(chain, 3)
    assert (await night.run()).lots == {}
    chain.clock.forward(days=1)
    done = await night.run()
    assert (done.settled, done.lots) == (3, {"activated": 3})
    chain.clock.forward(days=6)
    assert (await night.run()).lots == {"expired": 3}
    before = await chain.value("SELECT count(*) FROM posting")
    again = await night.run()
    assert (again.settled, again.lots) == (0, {})
    assert await chain.value("SELECT count(*) FROM posting") == before
    assert await violations(chain.owner) == []


async def test_what_becomes_available_and_dies_within_late_days(
    chain: Chain, night: NightRun
) -> None:
    """Activated first, in debt settled first, and only the rest dies."""
    member = await chain.member()
    now = chain.clock()
    await chain.award(
        member, 50, available_at=now + timedelta(days=1), expires_at=now + timedelta(days=2)
    )
    await chain.ledger.clawback(
        client="t", key="1", member=member, points=20, reference="", reason="returned"
    )
    chain.clock.forward(days=9)
    assert (await night.run()).lots == {"activated": 1, "expired": 1}
    assert await chain.balance(member) == {"pending": 0, "available": 0, "held": 0, "debt": 0}
    assert await chain.value("SELECT expired FROM lot") == 30
    assert await violations(chain.owner) == []


async def test_as_of_a_day_is_what_was_due_when_it_began(chain: Chain, night: NightRun) -> None:
    # A lot that dies at midnight in Shanghai, which is still the day before in UTC.
    midnight = datetime(2026, 11, 25, 16, tzinfo=UTC)
    member = await chain.member()
    await chain.award(member, 10, expires_at=midnight)
    await chain.award(member, 20, expires_at=midnight + timedelta(seconds=1))
    chain.clock.at = midnight + timedelta(days=5)
    assert (await night.run(date(2026, 11, 25))).lots == {}
    assert (await night.run(date(2026, 11, 26))).lots == {"expired": 1}
    assert (await chain.balance(member))["available"] == 20
    written = await chain.value("SELECT at FROM journal WHERE kind = 'expire'")
    assert written == chain.clock(), "written down when it was done"
    assert (await night.run(date(2026, 11, 27))).lots == {"expired": 1}


async def test_a_day_that_has_not_begun(chain: Chain, night: NightRun) -> None:
    tomorrow = date(2026, 11, 23)
    chain.clock.at = datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)
    with pytest.raises(LedgerRefused) as refused:
        await night.run(tomorrow)
    assert refused.value.code is ErrorCode.BAD_REQUEST
    chain.clock.forward(seconds=1)
    assert (await night.run(tomorrow)).day == tomorrow


async def test_stopped_and_taken_up(
    chain: Chain, night: NightRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    await due(chain, 7)
    chain.clock.forward(days=3)
    monkeypatch.setattr(night_module, "_BATCH", 2)
    told: list[tuple[int, int]] = []

    def stop(settled: int, members: int) -> None:
        told.append((settled, members))
        if settled >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await night.run(progress=stop)
    row = (await chain.rows("TABLE night"))[0]
    assert (row["settled"], row["members"], row["finished_at"]) == (4, 7, None)
    done = await night.run(progress=lambda *each: told.append(each))
    assert (done.settled, done.lots) == (3, {"activated": 3, "expired": 3})
    assert told == [(2, 7), (4, 7), (6, 7), (7, 7)]
    row = (await chain.rows("TABLE night"))[0]
    assert (row["settled"], row["activated"], row["expired"]) == (7, 7, 7)
    assert row["finished_at"] is not None
    assert await violations(chain.owner) == []


async def test_one_that_was_not_finished_is_taken_over_by_the_next(
    chain: Chain, night: NightRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whom it has left are due in that one, too; the older is over, and is not told as whole."""
    await due(chain, 7)
    chain.clock.forward(days=3)
    await stopped(night, monkeypatch, batch=2)
    older = await chain.value("SELECT day FROM night")
    chain.clock.forward(days=1)
    done = await night.run()
    assert (done.settled, done.lots) == (5, {"activated": 5, "expired": 5})
    assert await chain.value("SELECT count(*) FROM night_member") == 0
    rows = await chain.rows(
        "SELECT members, settled, failed, finished_at IS NOT NULL FROM night ORDER BY day"
    )
    assert [tuple(row) for row in rows] == [(7, 2, 5, True), (5, 5, 0, True)]
    again = await night.run(older)
    assert (again.settled, again.failed, again.lots) == (0, [], {}), "run again it finds nothing"
    assert await violations(chain.owner) == []


async def test_a_later_night_is_not_taken_over_by_a_day_of_before(
    chain: Chain, night: NightRun
) -> None:
    await due(chain, 3)
    chain.clock.forward(days=3)
    today = await chain.value("SELECT night_begin(NULL, $1)", chain.clock())
    assert '"members": 3' in today
    assert (await night.run(date(2026, 11, 24))).lots == {"activated": 3}
    assert await chain.value("SELECT count(*) FROM night_member") == 3
    done = await night.run()
    assert (done.settled, done.lots) == (3, {"expired": 3})
    assert await violations(chain.owner) == []


async def test_several_share_one_night(
    chain: Chain, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await due(chain, 24)
    chain.clock.forward(days=3)
    monkeypatch.setattr(night_module, "_BATCH", 3)
    pool: asyncpg.Pool[Any] = await asyncpg.create_pool(database.app, min_size=4, max_size=4)
    done = await asyncio.gather(*(NightRun(pool, chain.clock).run() for _ in range(4)))
    await pool.close()
    assert sum(each.settled for each in done) == 24
    assert sum(each.lots.get("expired", 0) for each in done) == 24
    assert await chain.value("SELECT count(*) FROM journal WHERE kind = 'expire'") == 24
    assert await violations(chain.owner) == []


async def test_one_whose_rows_are_broken_is_told_and_stops_nobody(
    chain: Chain, night: NightRun
) -> None:
    members = sorted(await due(chain, 3))
    await chain.execute("UPDATE balance SET pending = 0 WHERE member_id = $1", members[1])
    chain.clock.forward(days=3)
    done = await night.run()
    assert (done.settled, done.failed, done.lots) == (
        2,
        [members[1]],
        {"activated": 2, "expired": 2},
    )
    await chain.execute("UPDATE balance SET pending = 10 WHERE member_id = $1", members[1])
    chain.clock.forward(days=1)
    assert (await night.run()).lots == {"activated": 1, "expired": 1}, "the next night heals it"
    assert await violations(chain.owner) == []


async def trouble(chain: Chain, member: UUID, sqlstate: str) -> None:
    """Whoever touches a lot of this member gets this error, until the trigger is dropped."""
    await chain.execute(
        "CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN RAISE EXCEPTION 'trouble' USING ERRCODE = '{sqlstate}'; END $$"
    )
    await chain.execute(
        "CREATE TRIGGER trouble BEFORE UPDATE ON lot FOR EACH ROW"
        f" WHEN (OLD.member_id = '{member}') EXECUTE FUNCTION trouble()"
    )


@pytest.mark.parametrize("sqlstate", ["40P01", "53100", "55P03", "57P01", "58030"])
async def test_what_is_wrong_with_the_server_is_no_members_fault(
    chain: Chain, night: NightRun, sqlstate: str
) -> None:
    members = await due(chain, 2)
    await trouble(chain, members[0], sqlstate)
    chain.clock.forward(days=3)
    with pytest.raises(asyncpg.PostgresError) as raised:
        await night.run()
    assert raised.value.sqlstate == sqlstate
    await chain.execute("DROP TRIGGER trouble ON lot")
    done = await night.run()
    assert (done.settled, done.failed) == (2, []), "the same night is taken up"
    assert await violations(chain.owner) == []


async def test_a_clearing_is_carried_out_when_it_has_missed_nobody(
    chain: Chain, accounts: Accounts, night: NightRun
) -> None:
    member, _ = await chain.member(500), await chain.member(7)
    await accounts.announce_clearing(
        operator="E1",
        key="1",
        point_type="base",
        last_day=date(2026, 11, 30),
        reason="year's end",
        approver=await chain.manager(),
    )
    await trouble(chain, member, "P0001")
    chain.clock.forward(hours=1)
    assert (await night.run()).failed == [member]
    assert await chain.value("SELECT applied_at FROM point_clearing") is None
    await chain.execute("DROP TRIGGER trouble ON lot")
    chain.clock.forward(days=1)
    assert (await night.run()).lots == {"cleared": 1}
    assert await chain.value("SELECT applied_at FROM point_clearing") is not None
    assert await violations(chain.owner) == []


async def test_run_again_on_its_day_a_night_tells_of_itself(chain: Chain, night: NightRun) -> None:
    """Whom the first run left is settled by the second, and a lot that is left is found again."""
    member = await chain.member(500)
    lot = await chain.award(member, 10, expires_at=chain.clock() + timedelta(hours=1))
    await trouble(chain, member, "P0001")
    chain.clock.forward(hours=2)
    assert (await night.run()).failed == [member]
    await chain.execute("DROP TRIGGER trouble ON lot")
    chain.clock.forward(minutes=1)
    assert (await night.run()).lots == {"expired": 1}
    told = await chain.rows("SELECT members, settled, failed FROM night")
    assert [tuple(row) for row in told] == [(1, 1, 0)]
    assert await violations(chain.owner) == []
    await chain.execute(
        "UPDATE lot SET remaining = 10, expired = 0, state = 'active' WHERE id = $1", lot
    )
    left = [broken for broken in await violations(chain.owner) if broken.startswith("4j.")]
    assert left == [f"4j. a lot that was dead when the last night began has no free points: {lot}"]


async def test_one_that_is_announced_while_a_night_begins_waits_for_the_next(
    chain: Chain, night: NightRun, pool: "asyncpg.Pool[Any]"
) -> None:
    """The night has not seen it: it must not take it as carried out."""
    member = await chain.member(500)
    manager = await chain.manager()
    async with pool.acquire() as connection:
        not_yet = connection.transaction()
        await not_yet.start()
        await Accounts(connection, chain.clock).announce_clearing(
            operator="E1",
            key="1",
            point_type="base",
            last_day=date(2026, 11, 30),
            reason="year's end",
            approver=manager,
        )
        chain.clock.forward(seconds=1)
        await chain.value("SELECT night_begin(NULL, $1)", chain.clock())
        await not_yet.commit()
    assert (await night.run()).settled == 0
    assert await chain.value("SELECT applied_at FROM point_clearing") is None
    chain.clock.at = datetime(2026, 12, 1, 4, tzinfo=UTC)
    assert (await night.run()).lots == {"cleared": 1, "expired": 1}
    assert (await chain.balance(member))["available"] == 0
    assert await violations(chain.owner) == []


async def test_one_that_was_taken_as_carried_out_too_early_is_looked_at_again(
    chain: Chain, accounts: Accounts, night: NightRun
) -> None:
    """As nights of before could leave it: the check tells of it, `central migrate` mends it."""
    migration = importlib.import_module("central.ledger.migrations.0006_clawback_receipt")
    member = await chain.member(500)
    await accounts.announce_clearing(
        operator="E1",
        key="1",
        point_type="base",
        last_day=date(2026, 11, 30),
        reason="year's end",
        approver=await chain.manager(),
    )
    await chain.execute("UPDATE point_clearing SET applied_at = announced_at")
    assert [line[:3] for line in await violations(chain.owner)] == ["4o."]
    chain.clock.forward(days=1)
    assert (await night.run()).lots == {}, "a night alone does not look at it again"
    await chain.execute(migration._LOOK_AGAIN)
    assert (await night.run()).lots == {"cleared": 1}
    assert await chain.value("SELECT applied_at FROM point_clearing") is not None
    assert await violations(chain.owner) == []
    chain.clock.at = datetime(2026, 12, 1, 4, tzinfo=UTC)
    assert await chain.value("SELECT spendable($1, $2)", member, chain.clock()) == 0


async def test_what_is_held_outlives_the_night_and_dies_when_released(
    chain: Chain, night: NightRun
) -> None:
    member = await chain.member()
    await chain.award(member, 150, expires_at=chain.clock() + timedelta(hours=1))
    redemption = await chain.in_state(State.PRINTING, await chain.reward(), member)
    chain.clock.forward(days=1)
    assert (await night.run()).lots == {"expired": 1}
    assert (await chain.balance(member))["held"] == 100
    await chain.release(redemption)
    assert await chain.balance(member) == {"pending": 0, "available": 0, "held": 0, "debt": 0}
    assert await chain.value("SELECT expired FROM lot") == 150
    assert await violations(chain.owner) == []


async def test_the_command_tells_what_it_did(chain: Chain, database: Database) -> None:
    from tests.central_program import central, one_line

    await due(chain, 2)
    await chain.execute("UPDATE lot SET available_at = available_at - interval '10 days',"
        " expires_at = expires_at - interval '2 years'")  # fmt: skip
    early = central(database.environment(), "run-night", "--as-of", "2020-01-01")
    assert "nothing was due" in early.stdout
    done = central(database.environment(), "run-night")
    assert "2 members settled, 2 lots activated, 4 lots expired" in done.stdout
    assert "100 %: 2 of 2 members" in done.stderr
    never = central(database.environment(), "run-night", "--as-of", "2199-01-01", status=1)
    assert one_line(never) == "Error: 2199-01-01 has not begun yet: nothing dies early"
