"""Races in the ledger: fifty connections, where the wire makes no difference. One round each.

Which of two comes first is not said; what follows from it is.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from central.ledger import proposal
from central.ledger.money import Ledger
from central.ledger.points import ClawedBack
from central.ledger.proposal import AwardGiven, Proposal, ProposedLine, Scope
from central.ledger.timekeeper import Timekeeper
from tests.central.races.crowd import CLIENTS, Crowd, at_once, books_are_right, outcome
from wire.api.redemptions import CaptureRequest, PrintingRequest, PrintResult, ReserveRequest, State
from wire.ids import new_id

HALF = CLIENTS // 2
PRICE = 100


async def _requests(
    crowd: Crowd, member: UUID, count: int, reward: UUID | None = None
) -> list[ReserveRequest]:
    chosen = reward or await crowd.chain.reward(PRICE)
    return [await crowd.chain.request(member, chosen, PRICE) for _ in range(count)]


def _reserving(crowd: Crowd, requests: list[ReserveRequest]) -> list[Callable[[], Awaitable[str]]]:
    return [
        lambda r=request: outcome(crowd.ledger.reserve(crowd.chain.kiosk, r))
        for request in requests
    ]


async def _after(chance: random.Random, call: Callable[[], Awaitable[str]]) -> str:
    """`call`, some turns of the loop later: in the middle of the others, as it falls."""
    for _ in range(chance.randrange(60)):
        await asyncio.sleep(0)
    return await call()


def _counts(answers: list[str]) -> Counter[str]:
    return Counter(answers)


async def first_purchases(crowd: Crowd, _chance: random.Random) -> None:
    """Fifty first purchases of one member: each is credited once, one of them as the first.

    Each client evaluates anew when its facts are stale, as the caller of `award` must.
    """
    member = await crowd.chain.member()

    async def buy(number: int) -> int:
        for _ in range(CLIENTS):
            facts = await crowd.chain.owner.fetchrow(
                "SELECT facts_version, EXISTS (SELECT FROM lot WHERE member_id = $1"
                " AND source = 'sale') AS bought FROM member WHERE id = $1",
                member,
            )
            lines = [ProposedLine(10, "base", "sale")]
            if not facts["bought"]:
                lines.append(ProposedLine(500, "base", "first_purchase"))
            sale = Proposal(member, f"{member}:{number}", f"basket {number}", tuple(lines))
            given = await crowd.awards.award(
                sale, facts["facts_version"], client=f"pos of {member}", key=str(number)
            )
            if isinstance(given, AwardGiven):
                return given.points
        raise AssertionError("stale fifty times: somebody else moved each time")

    answers = await at_once([lambda n=n: buy(n) for n in range(CLIENTS)])
    assert sorted(answers) == [10] * (CLIENTS - 1) + [510]
    assert (await crowd.chain.balance(member))["available"] == 10 * CLIENTS + 500
    await books_are_right(crowd.chain)


async def award_budget(crowd: Crowd, chance: random.Random) -> None:
    """Fifty members and the last points of a campaign: all of it is given, not one more."""
    budget = chance.randrange(1, 9 * CLIENTS)
    campaign = f"spring {new_id()}"
    counter = proposal.Counter(Scope.CAMPAIGN, "double day", "ever", budget, campaign)
    members = [await crowd.chain.member() for _ in range(CLIENTS)]

    async def award(member: UUID) -> int:
        lines = (
            ProposedLine(7, "base", "sale", counters=(counter,)),
            ProposedLine(2, "base", "bonus", counters=(counter,)),
        )
        given = await crowd.awards.award(
            Proposal(member, f"R {member}", "s", lines), 1, client=str(member), key="1"
        )
        assert isinstance(given, AwardGiven), "nobody else moves this member"
        return given.points

    answers = await at_once([lambda m=m: award(m) for m in members])
    assert sum(answers) == min(budget, 9 * CLIENTS)
    used = "SELECT used FROM award_counter WHERE subject = $1"
    assert await crowd.chain.value(used, campaign) == min(budget, 9 * CLIENTS)
    await books_are_right(crowd.chain)


async def stock_of_three_places(crowd: Crowd, chance: random.Random) -> None:
    """A kiosk's own box, the store's shelf, the chain's stock: all of it goes, to two kiosks."""
    chain, beside = crowd.chain, new_id()
    await chain.execute(
        "INSERT INTO device (id, number, role, store_id, public_key)"
        " VALUES ($1, $2, 'kiosk', 'S1', $3)",
        beside,
        f"X{beside.hex[-10:]}",
        beside.bytes * 2,
    )
    places = [chance.randrange(1, 16) for _ in range(3)]
    reward = await chain.reward(PRICE, stock=places[0], from_central=True)
    await chain.stock(reward, places[1], None, chain.kiosk)
    await chain.stock(reward, places[2], None)
    asked = [
        (kiosk, await chain.request(await chain.member(PRICE), reward, PRICE, device=kiosk))
        for kiosk in (chain.kiosk, beside) * HALF
    ]
    outcomes = _counts(
        await at_once([lambda k=k, r=r: outcome(crowd.ledger.reserve(k, r)) for k, r in asked])
    )
    pieces = sum(places)
    assert outcomes == +Counter({"ok": pieces, "out_of_stock": CLIENTS - pieces})
    left = "SELECT sum(on_hand)::int, sum(reserved)::int FROM stock_bucket WHERE reward_id = $1"
    assert tuple((await chain.rows(left, reward))[0]) == (0, pieces)
    await books_are_right(chain)


async def reserve_or_freeze(crowd: Crowd, chance: random.Random) -> None:
    """Who was before the freeze has the voucher; what is held resolves all the same."""
    await _reserve_or_stop(
        crowd,
        chance,
        "member_frozen",
        lambda member: crowd.accounts.freeze(
            operator="E1", key=str(new_id()), member=member, reason="a complaint"
        ),
    )


async def reserve_or_close(crowd: Crowd, chance: random.Random) -> None:
    await _reserve_or_stop(
        crowd,
        chance,
        "member_unknown",
        lambda member: crowd.accounts.close(
            operator="E1", key=str(new_id()), member=member, reason="by request"
        ),
    )


async def _reserve_or_stop(
    crowd: Crowd,
    chance: random.Random,
    code: str,
    stop: Callable[[UUID], Awaitable[object]],
) -> None:
    chain, total = crowd.chain, CLIENTS * PRICE
    member = await chain.member(total)
    requests = await _requests(crowd, member, CLIENTS - 1)
    calls = _reserving(crowd, requests)
    calls.insert(chance.randrange(CLIENTS), lambda: _stopped(stop(member)))
    outcomes = _counts(await at_once(calls))
    assert outcomes["stopped"] == 1
    assert set(outcomes) <= {"stopped", "ok", code}
    held = outcomes["ok"] * PRICE
    assert await chain.balance(member) == {
        "pending": 0, "available": total - held, "held": held, "debt": 0
    }  # fmt: skip
    assert await outcome(chain.reserve(member, await chain.reward(PRICE))) == code
    for request in requests[:3]:
        if await chain.value("SELECT count(*) FROM redemption WHERE id = $1", request.id):
            await chain.printing(request.id)
            assert (await chain.capture(request.id)).state is State.ISSUED
    await books_are_right(chain)


async def _stopped(call: Awaitable[object]) -> str:
    await call
    return "stopped"


async def reserve_or_merge(crowd: Crowd, chance: random.Random) -> None:
    """Two accounts become one while both spend: no point is lost, doubled or needlessly refused."""
    chain = crowd.chain
    one, other = await chain.member(HALF * PRICE), await chain.member(HALF * PRICE)
    reward = await chain.reward(PRICE)
    of_one = await _requests(crowd, one, HALF - 1, reward)
    of_other = await _requests(crowd, other, HALF, reward)

    async def merge() -> str:
        await crowd.accounts.merge(
            operator="E1", key=str(new_id()), member=one, into=other, reason="the same person"
        )
        return "merged"

    calls = _reserving(crowd, of_one)
    calls.append(lambda: _after(chance, merge))
    answers = await at_once([*calls, *_reserving(crowd, of_other)])
    assert _counts(answers[HALF:]) == {"ok": HALF}, "there is enough in the account that stays"
    gone = _counts(answers[: HALF - 1])
    # A session of the account that is gone either went over with it, or has ended.
    assert set(gone) <= {"ok", "member_unknown", "session_expired"}, gone
    held = (HALF + gone["ok"]) * PRICE
    assert await chain.balance(other) == {
        "pending": 0, "available": 2 * HALF * PRICE - held, "held": held, "debt": 0
    }  # fmt: skip
    assert await chain.balance(one) == {"pending": 0, "available": 0, "held": 0, "debt": 0}
    await books_are_right(chain)


async def reserve_or_expire(crowd: Crowd, chance: random.Random) -> None:
    """Points are reserved in the second before they die, while the night takes them."""
    chain = crowd.chain
    end = chain.clock() + timedelta(minutes=1)
    member = await chain.member()
    total = CLIENTS * PRICE
    await chain.award(member, total, expires_at=end)
    requests = await _requests(crowd, member, CLIENTS - 1)
    pool = crowd.ledger._caller._pool
    early = Ledger(pool, lambda: end - timedelta(seconds=1))
    night = Timekeeper(pool, lambda: end)

    async def expire() -> str:
        await night.settle_lots()
        return "night"

    calls: list[Callable[[], Awaitable[str]]] = [
        lambda r=r: outcome(early.reserve(chain.kiosk, r)) for r in requests
    ]
    calls.append(lambda: _after(chance, expire))
    outcomes = _counts(await at_once(calls))
    assert set(outcomes) <= {"ok", "insufficient", "night"}
    held = outcomes["ok"] * PRICE
    # What the night found held it has left; the rest is gone.
    chain.clock.at = end
    await night.settle_lots()
    assert await chain.balance(member) == {"pending": 0, "available": 0, "held": held, "debt": 0}
    expired = await chain.value("SELECT sum(expired)::int FROM lot WHERE member_id = $1", member)
    assert held + expired == total
    chain.clock.at = end - timedelta(minutes=1)
    await books_are_right(chain)


async def reserve_or_claw_back(crowd: Crowd, chance: random.Random) -> None:
    """The sale goes back while its points are spent: what is held is never clawed back."""
    chain = crowd.chain
    policy = chance.choice(["within_balance", "debt"])
    total, wanted = CLIENTS * PRICE, chance.randrange(PRICE, (CLIENTS + 5) * PRICE)
    member = await chain.member()
    await chain.award(member, total, reference="S1:1:R1")
    requests = await _requests(crowd, member, CLIENTS - 1)
    taken: list[ClawedBack] = []

    async def claw_back() -> str:
        taken.append(
            await crowd.ledger.clawback(
                client="t", key=str(new_id()), member=member, points=wanted,
                reference="S1:1:R1", reason="returned", policy=policy,
            )
        )  # fmt: skip
        return "clawed"

    calls = [*_reserving(crowd, requests), lambda: _after(chance, claw_back)]
    outcomes = _counts(await at_once(calls))
    assert set(outcomes) <= {"ok", "insufficient", "clawed"}
    held = outcomes["ok"] * PRICE
    (clawed,) = taken
    short = wanted - clawed.from_lots
    assert (clawed.to_debt, clawed.waived) == ((short, 0) if policy == "debt" else (0, short))
    balance = await chain.balance(member)
    assert balance == {
        "pending": 0, "available": total - held - clawed.from_lots, "held": held,
        "debt": -clawed.to_debt,
    }  # fmt: skip
    if short:
        assert balance["available"] == 0, "a shortfall beside free points"
    elif outcomes["insufficient"]:
        assert balance["available"] < PRICE, "refused although there was enough"
    await books_are_right(chain)


async def capture_or_release_of_many(crowd: Crowd, chance: random.Random) -> None:
    """Twenty-five redemptions of one member, each captured and released at the same time."""
    chain = crowd.chain
    member = await chain.member(HALF * PRICE)
    requests = await _requests(crowd, member, HALF)
    for request in requests:
        await chain.ledger.reserve(chain.kiosk, request)
        await chain.ledger.printing(
            chain.kiosk, request.id, str(new_id()), PrintingRequest(chain.clock())
        )
    capture = CaptureRequest(print_result=PrintResult.OK, paper_mm=80, printed_at=chain.clock())

    async def captured(redemption: UUID) -> str:
        call = crowd.ledger.capture(chain.kiosk, redemption, str(new_id()), capture)
        return f"capture {await outcome(call)}"

    async def released(redemption: UUID) -> str:
        return f"release {await outcome(chain.release(redemption))}"

    calls = [
        lambda v=verb, r=request: v(r.id) for request in requests for verb in (captured, released)
    ]
    chance.shuffle(calls)
    outcomes = _counts(await at_once(calls))
    done, back = outcomes["capture ok"], outcomes["release ok"]
    assert outcomes == +Counter({
        "capture ok": done, "release redemption_state": done,
        "release ok": back, "capture redemption_released": back,
    })  # fmt: skip
    assert done + back == HALF
    assert await chain.balance(member) == {
        "pending": 0, "available": back * PRICE, "held": 0, "debt": 0
    }  # fmt: skip
    await books_are_right(chain)


LEDGER_RACES = (
    first_purchases,
    award_budget,
    stock_of_three_places,
    reserve_or_freeze,
    reserve_or_close,
    reserve_or_merge,
    reserve_or_expire,
    reserve_or_claw_back,
    capture_or_release_of_many,
)
