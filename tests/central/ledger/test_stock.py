"""Where goods are taken from and go back to, and every change that people make to them."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from central.ledger.invariants import violations
from central.ledger.money import Ledger
from central.ledger.refusal import LedgerRefused
from central.ledger.stock import OnShelf, Place, Stock
from tests.chain import Chain, HandClock
from tests.postgres import Database
from wire.api.redemptions import State
from wire.errors import ErrorCode
from wire.ids import new_id

S1, S2, CENTRAL = Place("S1"), Place("S2"), Place()


@pytest.fixture
def stock(pool: "asyncpg.Pool[Any]", clock: HandClock) -> Stock:
    return Stock(pool, clock)


def deed(**more: Any) -> dict[str, Any]:
    return {"operator": "E1", "key": str(new_id()), "reason": "why"} | more


async def on_hand(chain: Chain, reward: UUID) -> dict[str, tuple[int, int, int]]:
    """Per place: on hand, reserved, issued."""
    rows = await chain.rows(
        "SELECT stock_place(b) AS place, on_hand, reserved, issued FROM stock_bucket b"
        " WHERE reward_id = $1",
        reward,
    )
    return {row["place"]: (row["on_hand"], row["reserved"], row["issued"]) for row in rows}


async def rows_of(chain: Chain) -> set[tuple[Any, ...]]:
    rows = await chain.rows(
        "SELECT stock_place(b) AS place, kind, pieces, m.on_hand, operator, reason"
        " FROM stock_move m JOIN stock_bucket b ON b.id = m.bucket_id WHERE operator <> 'test'"
    )
    return {tuple(row) for row in rows}


async def test_each_change_is_a_row_and_in_the_audit_chain(chain: Chain, stock: Stock) -> None:
    reward = await chain.reward(stock=0)
    await stock.receive(**deed(reason="lorry"), reward=reward, place=CENTRAL, pieces=100)
    source, to = await stock.transfer(
        **deed(reason="weekly"), reward=reward, source=CENTRAL, to=S1, pieces=30
    )
    assert (source.place, source.on_hand, source.received) == ("central", 70, 70)
    assert (to.place, to.on_hand, to.received) == ("store S1", 30, 30)
    kiosk = Place(kiosk=chain.kiosk)
    await stock.transfer(**deed(reason="box"), reward=reward, source=S1, to=kiosk, pieces=5)
    await stock.write_off(**deed(reason="broken"), reward=reward, place=S1, pieces=2)
    fewer = await stock.count(**deed(reason="month"), reward=reward, place=S1, counted=20)
    assert fewer == OnShelf("store S1", 20, 0, 0, 25, 5, 0)
    more = await stock.count(**deed(reason="found"), reward=reward, place=kiosk, counted=6)
    assert (more.on_hand, more.received, more.written_off) == (6, 6, 0)
    assert await rows_of(chain) == {
        ("central", "received", 100, 100, "E1", "lorry"),
        ("central", "moved", -30, 70, "E1", "weekly"),
        ("store S1", "moved", 30, 30, "E1", "weekly"),
        ("store S1", "moved", -5, 25, "E1", "box"),
        ("kiosk K01", "moved", 5, 5, "E1", "box"),
        ("store S1", "written_off", -2, 23, "E1", "broken"),
        ("store S1", "counted", -3, 20, "E1", "month"),
        ("kiosk K01", "counted", 1, 6, "E1", "found"),
    }
    told = await chain.rows("SELECT action FROM audit_event WHERE actor = 'E1' ORDER BY seq")
    assert [row["action"] for row in told] == [
        f"stock_{event}" for event in ("receive", "move", "move", "write_off", "count", "count")
    ]
    assert await violations(chain.owner) == []


async def test_a_repeated_change_is_done_once(chain: Chain, stock: Stock) -> None:
    reward = await chain.reward(stock=10)
    for call, more in (
        (stock.receive, {"place": S1, "pieces": 5}),
        (stock.write_off, {"place": S1, "pieces": 1}),
        (stock.count, {"place": S1, "counted": 12}),
        (stock.transfer, {"source": S1, "to": S2, "pieces": 2}),
    ):
        again = deed(reward=reward) | more
        first = await call(**again)  # type: ignore[operator]  # one of four
        before = await chain.value("SELECT count(*) FROM stock_move")
        assert await call(**again) == first  # type: ignore[operator]  # one of four
        assert await chain.value("SELECT count(*) FROM stock_move") == before
        with pytest.raises(LedgerRefused) as refused:
            await call(**again | {"reason": "another"})  # type: ignore[operator]  # one of four
        assert refused.value.code is ErrorCode.IDEMPOTENCY_MISMATCH
    assert await on_hand(chain, reward) == {"store S1": (10, 0, 0), "store S2": (2, 0, 0)}


async def test_no_more_is_taken_than_is_there(chain: Chain, stock: Stock) -> None:
    reward = await chain.reward(stock=3)
    await chain.in_state(State.ISSUED, reward, await chain.member(100))
    await chain.in_state(State.RESERVED, reward, await chain.member(100))
    await chain.in_state(State.USED, reward, await chain.member(100))
    assert await on_hand(chain, reward) == {"store S1": (0, 1, 2)}
    for call in (
        stock.write_off(**deed(), reward=reward, place=S1, pieces=1),
        stock.transfer(**deed(), reward=reward, source=S1, to=S2, pieces=1),
    ):
        with pytest.raises(LedgerRefused) as refused:
            await call
        assert refused.value.code is ErrorCode.OUT_OF_STOCK
        assert refused.value.facts == {"need": 1, "have": 0}
    # Two are promised: the reserved one, and the printed one that lies there until it is used.
    with pytest.raises(LedgerRefused) as refused:
        await stock.count(**deed(), reward=reward, place=S1, counted=1)
    assert refused.value.facts == {"need": 2, "have": 1}
    told = await stock.count(**deed(), reward=reward, place=S1, counted=4)
    assert (told.on_hand, told.promised) == (2, 2)
    assert await violations(chain.owner) == []


async def test_past_its_end_a_voucher_promises_nothing(chain: Chain, stock: Stock) -> None:
    """Counted in the minute before its time has come to it, or long before a night."""
    reward = await chain.reward(stock=1, voucher_days=1)
    await chain.in_state(State.ISSUED, reward, await chain.member(100))
    chain.clock.at = await chain.value("SELECT valid_to FROM voucher") - timedelta(seconds=1)
    told = await stock.count(**deed(), reward=reward, place=S1, counted=1)
    assert (told.on_hand, told.promised) == (0, 1)
    chain.clock.forward(seconds=1)
    told = await stock.count(**deed(), reward=reward, place=S1, counted=1)
    assert (told.on_hand, told.promised) == (1, 0)
    assert await violations(chain.owner) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"operator": ""}, ErrorCode.BAD_REQUEST),
        ({"reason": ""}, ErrorCode.BAD_REQUEST),
        ({"pieces": 0}, ErrorCode.BAD_REQUEST),
        ({"pieces": -1}, ErrorCode.BAD_REQUEST),
        ({"pieces": 1_000_001}, ErrorCode.BAD_REQUEST),
        ({"place": Place("S9")}, ErrorCode.NOT_FOUND),
        ({"place": Place(kiosk=new_id())}, ErrorCode.NOT_FOUND),
        ({"reward": new_id()}, ErrorCode.REWARD_UNAVAILABLE),
    ],
)
async def test_what_makes_no_sense_is_refused(
    chain: Chain, stock: Stock, change: dict[str, Any], code: ErrorCode
) -> None:
    reward = await chain.reward(stock=0)
    with pytest.raises(LedgerRefused) as refused:
        await stock.receive(**deed(reward=reward, place=S1, pieces=1) | change)
    assert refused.value.code is code
    assert await chain.value("SELECT count(*) FROM stock_bucket") == 0


async def test_from_the_kiosks_box_then_its_store_then_central_if_the_reward_says_so(
    chain: Chain,
) -> None:
    reward = await chain.reward(stock=1)
    await chain.stock(reward, 1, None, chain.kiosk)
    await chain.stock(reward, 1, None)
    await chain.stock(reward, 5, "S2")
    await chain.stock(reward, 5, None, chain.kiosk_2)
    places = []
    redemptions = []
    for _ in range(2):
        redemptions.append((await chain.reserve(await chain.member(100), reward)).id)
        here = await on_hand(chain, reward)
        places.append([place for place, (_, reserved, _) in here.items() if reserved])
    assert [sorted(p) for p in places] == [["kiosk K01"], ["kiosk K01", "store S1"]]
    last = await chain.member(100)
    with pytest.raises(LedgerRefused) as refused:
        await chain.reserve(last, reward)
    assert refused.value.code is ErrorCode.OUT_OF_STOCK
    await chain.execute("UPDATE reward SET from_central = true WHERE id = $1", reward)
    redemptions.append((await chain.reserve(last, reward)).id)
    assert (await on_hand(chain, reward))["central"] == (0, 1, 0)
    for redemption in redemptions:  # each goes back to where it came from
        await chain.release(redemption)
    assert await on_hand(chain, reward) == {
        "kiosk K01": (1, 0, 0), "store S1": (1, 0, 0), "central": (1, 0, 0),
        "store S2": (5, 0, 0), "kiosk K02": (5, 0, 0),
    }  # fmt: skip
    assert await violations(chain.owner) == []


@pytest.mark.parametrize("restock", [True, False])
async def test_voided_and_returned_goods_go_where_they_came_from(
    chain: Chain, restock: bool
) -> None:
    reward = await chain.reward(stock=5)
    await chain.stock(reward, 2, None, chain.kiosk)
    voided = await chain.in_state(State.ISSUED, reward, await chain.member(100))
    used = await chain.in_state(State.USED, reward, await chain.member(100))
    await chain.ledger.void(operator="E1", key="1", redemption=voided, reason="why")
    await chain.ledger.goods_returned(
        operator="E1", key="2", redemption=used, reason="scratched", restock=restock
    )
    assert await on_hand(chain, reward) == {
        "kiosk K01": (2 if restock else 1, 0, 0),
        "store S1": (5, 0, 0),
    }
    broken = {("kiosk K01", "written_off", -1, 1, "E1", "scratched")}
    assert await rows_of(chain) == (set() if restock else broken)
    assert await violations(chain.owner) == []


async def test_sixteen_connections_take_the_last_ones_from_two_places(
    chain: Chain, database: Database
) -> None:
    """30 members, 4 in the kiosk's box, 6 on the shelf, and people who move goods meanwhile."""
    reward = await chain.reward(stock=6)
    await chain.stock(reward, 4, None, chain.kiosk)
    members = [await chain.member(100) for _ in range(30)]
    requests = [await chain.request(member, reward) for member in members]
    pool = await asyncpg.create_pool(database.app, min_size=16, max_size=16)
    ledger, stock = Ledger(pool, chain.clock), Stock(pool, chain.clock)
    box = Place(kiosk=chain.kiosk)
    moves = [
        stock.transfer(
            **deed(), reward=reward, source=(S1, box)[i % 2], to=(box, S1)[i % 2], pieces=1
        )
        for i in range(10)
    ]
    answers = await asyncio.gather(
        *(ledger.reserve(chain.kiosk, request) for request in requests),
        *moves,
        return_exceptions=True,
    )
    await pool.close()
    codes = [getattr(answer, "code", None) for answer in answers]
    assert set(codes) <= {None, ErrorCode.OUT_OF_STOCK}
    assert codes[:30].count(None) == 10, "one too many, or one that nobody got"
    left = await on_hand(chain, reward)
    assert sum(have for have, _, _ in left.values()) == 0
    assert sum(reserved for _, reserved, _ in left.values()) == 10
    assert await violations(chain.owner) == []
