"""The book of what devices tell: right by its own invariant whatever they send."""

from uuid import UUID

import asyncpg
import msgspec
from msgspec.structs import replace

from central.devices import event_book
from central.ledger.invariants import violations
from tests.chain import Chain
from wire.api.devices import Event, EventStatus, EventType
from wire.ids import new_id


def event(chain: Chain, seq: int, id_: UUID | None = None) -> Event:
    told = EventType.STARTED.value
    return Event(seq, id_ or new_id(), told, chain.clock(), 1000 * seq, new_id(), {})


async def tell(
    pool: "asyncpg.Pool[asyncpg.Record]", chain: Chain, device: UUID, *events: Event
) -> dict[int, EventStatus]:
    async with pool.acquire() as connection:
        answer = await event_book.apply(connection, device, list(events), chain.clock())
    return {result.seq: result.status for result in answer.results}


async def test_an_id_told_twice_leaves_no_gap(
    chain: Chain, pool: "asyncpg.Pool[asyncpg.Record]"
) -> None:
    """A copied journal: its number is used up and kept for review, and the next one is applied."""
    first = event(chain, 1)
    assert await tell(pool, chain, chain.kiosk, first) == {1: EventStatus.APPLIED}
    copied = event(chain, 1, first.id)
    more = event(chain, 2)
    told = await tell(pool, chain, chain.kiosk_2, copied, more)
    assert told == {1: EventStatus.REVIEW, 2: EventStatus.APPLIED}
    again = await tell(pool, chain, chain.kiosk_2, copied, more)
    assert again == {1: EventStatus.REVIEW, 2: EventStatus.DUPLICATE}
    kept = await chain.rows(
        "SELECT status FROM device_event WHERE device_id = $1 ORDER BY seq", chain.kiosk_2
    )
    assert [row["status"] for row in kept] == ["review", "applied"]
    assert await violations(pool) == []


async def test_out_of_order_within_a_batch(
    chain: Chain, pool: "asyncpg.Pool[asyncpg.Record]"
) -> None:
    three = [event(chain, seq) for seq in (3, 1, 2)]
    told = await tell(pool, chain, chain.kiosk, *three)
    assert told == dict.fromkeys((1, 2, 3), EventStatus.APPLIED)
    assert await violations(pool) == []


async def test_a_nul_stops_no_queue(chain: Chain, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    """As a worn printer may answer; a backslash before `u0000` is no NUL."""
    odd = replace(event(chain, 2), type="said\0", payload={"a\0b": "\0c\0", "n": 1, "none": None})
    plain = replace(event(chain, 3), payload={"said": r"\u0000 \\u0000"})
    told = await tell(pool, chain, chain.kiosk, event(chain, 1), odd, plain)
    assert told == {1: EventStatus.APPLIED, 2: EventStatus.REVIEW, 3: EventStatus.APPLIED}
    assert await tell(pool, chain, chain.kiosk, odd) == {2: EventStatus.DUPLICATE}
    rows = await chain.rows("SELECT type, payload FROM device_event WHERE seq > 1 ORDER BY seq")
    assert [(row["type"], msgspec.json.decode(row["payload"])) for row in rows] == [
        ("said\ufffd", {"a\ufffdb": "\ufffdc\ufffd", "n": 1, "none": None}),
        (plain.type, plain.payload),
    ]
    assert await violations(pool) == []
