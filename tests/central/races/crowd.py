"""Fifty clients that begin at the same moment, and what each was told."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.ledger.accounts import Accounts
from central.ledger.invariants import violations
from central.ledger.money import Ledger
from central.ledger.proposal import AwardBook
from central.ledger.refusal import LedgerRefused
from tests.chain import Chain
from tests.postgres import Database
from tests.service import Api, SignedDevice
from wire.api.devices import Role
from wire.errors import ErrorCode, Problem
from wire.ids import new_id

CLIENTS = 50
T = TypeVar("T")
Call = Callable[[], Awaitable[T]]


async def at_once(calls: Iterable[Call[T]]) -> list[T]:
    """What all of them answered; none begins before all are ready to."""
    ready = asyncio.Event()

    async def one(call: Call[T]) -> T:
        await ready.wait()
        return await call()

    tasks = [asyncio.create_task(one(call)) for call in calls]
    await asyncio.sleep(0)  # now each of them waits
    ready.set()
    return list(await asyncio.gather(*tasks))


async def books_are_right(chain: Chain) -> None:
    assert await violations(chain.owner) == []


# --- Over HTTP --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """An answer of the service: `problem` is None when it did what was asked."""

    content: bytes
    problem: Problem | None


def told(answer: httpx.Response) -> Told:
    """Any answer but a refusal that `/v1` knows is a failure: a race is no excuse for a 500."""
    if answer.is_success:
        return Told(answer.content, None)
    problem = msgspec.json.decode(answer.content, type=Problem)
    assert problem.code not in {ErrorCode.INTERNAL, ErrorCode.UNAVAILABLE}, answer.text
    return Told(answer.content, problem)


def counted(answers: Iterable[Told]) -> Counter[str]:
    """How often each code was told; `ok` for what was done."""
    return Counter("ok" if a.problem is None else str(a.problem.code) for a in answers)


def told_as(**expected: int) -> Counter[str]:
    """As `counted` counts: nothing where none is expected."""
    return +Counter(expected)


async def devices(api: Api, role: Role, count: int, store: str = "S1") -> list[SignedDevice]:
    """Devices with keys of their own. Their rows are written, not enrolled: fifty enrolments from
    one address would be throttled, and are no part of a race.
    """
    made = []
    for _ in range(count):
        key, id_ = Ed25519PrivateKey.generate(), new_id()
        await api.chain.execute(
            "INSERT INTO device (id, number, role, store_id, public_key)"
            " VALUES ($1, $2, $3, $4, $5)",
            id_,
            f"X{id_.hex[-10:]}",
            role.value,
            store,
            key.public_key().public_bytes_raw(),
        )
        made.append(SignedDevice(api.http, key, id_, store))
    return made


# --- Over fifty connections -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Crowd:
    """The ledger's faces over a connection for each client."""

    chain: Chain
    ledger: Ledger
    accounts: Accounts
    awards: AwardBook


@asynccontextmanager
async def crowd_over(chain: Chain, database: Database) -> AsyncIterator[Crowd]:
    pool: asyncpg.Pool[Any] = await asyncpg.create_pool(
        database.app, min_size=CLIENTS, max_size=CLIENTS
    )
    clock = chain.clock
    try:
        yield Crowd(chain, Ledger(pool, clock), Accounts(pool, clock), AwardBook(pool, clock))
    finally:
        await pool.close()


async def outcome(call: Awaitable[object]) -> str:
    """`ok`, or the code of the refusal. Anything else is a failure."""
    try:
        await call
    except LedgerRefused as refused:
        return str(refused.code)
    return "ok"


async def held_by(chain: Chain, member: UUID) -> int:
    held: int = await chain.value("SELECT held FROM balance WHERE member_id = $1", member)
    return held
