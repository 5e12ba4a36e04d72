"""The worker's jobs, called as the queue calls them."""

import asyncpg

from central.serving import worker
from tests.chain import Chain
from tests.postgres import Database
from wire.api.redemptions import State


async def test_an_overdue_hold_is_released_and_nothing_else(
    database: Database, chain: Chain, pool: "asyncpg.Pool[asyncpg.Record]"
) -> None:
    member = await chain.member()
    await chain.award(member, 1000, point_type="forever")
    reward = await chain.reward(100)
    overdue = await chain.in_state(State.RESERVED, reward, member)
    on_paper = await chain.in_state(State.PRINTING, reward, member)
    uncertain = await chain.in_state(State.UNCERTAIN, reward, member)
    await chain.execute(
        "UPDATE redemption SET reserved_at = now() - interval '1 h', printing_at = CASE"
        " WHEN printing_at IS NOT NULL THEN now() - interval '1 h' END"
    )
    await chain.execute("UPDATE redemption SET uncertain_at = now() WHERE state = 'UNCERTAIN'")
    job = worker.create(database.app, pool).tasks["settle_redemptions"]
    for _ in range(2):  # late or twice: the same
        await job(timestamp=0)
        assert await chain.state(overdue) is State.RELEASED
        assert await chain.state(on_paper) is State.PRINTING, "no timer gives back what may be out"
        assert await chain.state(uncertain) is State.UNCERTAIN
        assert (await chain.balance(member))["held"] == 200


async def test_what_runs_when(database: Database, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    registry = worker.create(database.app, pool).periodic_registry
    crons = {task.task.name: task.cron for task in registry.periodic_tasks.values()}
    assert crons == {
        "settle_redemptions": worker.EVERY_MINUTE,
        "settle_hours": worker.EVERY_MINUTE,
        "settle_lots": worker.NIGHTLY,
        "forget": worker.NIGHTLY,
    }
