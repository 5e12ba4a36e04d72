"""The ground that a random walk stands on: a fresh database, and the ledger's faces over it.

Fresh for each walk, with a clock that begins anew and ids that are numbers: so a walk that fails
fails at the same step when hypothesis takes it again, and what one walk breaks no other one meets.
Making one is a copy of a template in which the chain stands already, about 0.1 s.
"""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import asyncpg

from central.ledger.accounts import Accounts
from central.ledger.award_desk import AwardDesk
from central.ledger.call import Caller
from central.ledger.money import Ledger
from central.ledger.night import NightRun
from central.ledger.pool import open_pool
from central.ledger.proposal import AwardBook
from central.ledger.tiers import Tiers
from central.ledger.timekeeper import Timekeeper
from central.members.desk import MemberDesk
from tests.central.ledger.expiry_reference import Policy
from tests.chain import Chain, HandClock, text
from tests.postgres import Database, PostgresServer
from wire.ids import new_id

MEMBERS = 4
FIRST = {"short": 250, "long": 150}
"""Points that each member has to begin with."""
PRICE, PER_DAY = 100, 4
GOODS = {"box": 3, "shelf": 6}
"""In the kiosk's own box, and in its store."""
POLICIES = {
    "short": Policy("rolling", 2, "day"),
    "long": Policy(),
    "slide": Policy("sliding", 3, "day", "exact"),
}
"""The point types of a walk."""
_IDS_BY_NUMBER = """
    CREATE SEQUENCE walk_id;
    CREATE OR REPLACE FUNCTION new_id() RETURNS uuid LANGUAGE sql VOLATILE AS
        $$ SELECT lpad(to_hex(nextval('walk_id')), 32, '0')::uuid $$
"""


@dataclass(slots=True)
class Plan:
    """What stands in the template, and the template's name."""

    template: str
    members: list[UUID]
    lots: list[tuple[UUID, UUID, str, int]]
    """What members have to begin with: whose, which, of what type, how many points."""
    reward: UUID
    kiosk: UUID
    till: UUID


class Ground:
    """One walk's database. `run` waits for a call; `close` drops everything."""

    def __init__(self, postgres: PostgresServer, runner: asyncio.Runner, plan: Plan) -> None:
        self._postgres = postgres
        self._name = f"walk_{new_id().hex}"
        self.run = runner.run
        self.members = plan.members
        self.reward = plan.reward
        self.clock = HandClock()
        self._pools: list[Any] = []
        try:
            database = postgres.create(self._name, plan.template)
            app = self._opened(open_pool(database.app, size=1))
            self.owner = self._opened(_as_owner(database))
        except BaseException:
            self.close()
            raise
        ledger, desk = Ledger(app, self.clock), MemberDesk(app, self.clock)
        self.chain = Chain(self.owner, ledger, desk, self.clock, kiosk=plan.kiosk, till=plan.till)
        self.timekeeper = Timekeeper(app, self.clock)
        self.night = NightRun(app, self.clock)
        self.accounts = Accounts(app, self.clock)
        self.awards = AwardBook(app, self.clock)
        self.at_desk = AwardDesk(app, self.clock)
        self.tiers = Tiers(app, self.clock)
        self.caller = Caller(app, self.clock)

    def _opened(self, opening: Coroutine[Any, Any, Any]) -> Any:
        pool = self.run(opening)
        self._pools.append(pool)
        return pool

    def close(self) -> None:
        for pool in self._pools:
            self.run(pool.close())
        self._postgres.drop(self._name)


@contextmanager
def template(postgres: PostgresServer, runner: asyncio.Runner) -> Iterator[Plan]:
    """The chain that each walk's database is a copy of."""
    name = f"ground_{new_id().hex}"
    try:
        yield runner.run(_laid(postgres.create(name), name))
    finally:
        postgres.drop(name)


async def _laid(database: Database, name: str) -> Plan:
    owner = await _as_owner(database)
    clock = HandClock()
    try:
        await owner.execute(_IDS_BY_NUMBER)
        chain = Chain(owner, Ledger(owner, clock), MemberDesk(owner, clock), clock)
        await chain.open()
        await chain.manager()
        for code, policy in POLICIES.items():
            row = {"code": code, "name": text(code)} | asdict(policy)
            places = ", ".join(f"${i}" for i in range(1, len(row) + 1))
            await chain.execute(
                f"INSERT INTO point_type ({', '.join(row)}) VALUES ({places})", *row.values()
            )
        members = [await chain.member() for _ in range(MEMBERS)]
        lots = [
            (member, await chain.award(member, points, point_type=kind), kind, points)
            for member in members
            for kind, points in FIRST.items()
        ]
        reward = await chain.reward(PRICE, stock=GOODS["shelf"], per_member_per_day=PER_DAY)
        await chain.stock(reward, GOODS["box"], None, chain.kiosk)
        # Gold for what is earned in a quarter, lost step by step, with a few days of grace.
        await chain.execute("UPDATE tier SET threshold = 400 WHERE id = 'gold'")
        await chain.execute(
            "INSERT INTO tier_policy (id, measure, period, downgrade, grace_days)"
            " VALUES ($1, 'points', 'quarter', 'step', 5)",
            new_id(),
        )
        return Plan(name, members, lots, reward, chain.kiosk, chain.till)
    finally:
        await owner.close()


async def _as_owner(database: Database) -> "asyncpg.Pool[Any]":
    pool: asyncpg.Pool[Any] = await asyncpg.create_pool(database.owner, min_size=1, max_size=1)
    return pool
