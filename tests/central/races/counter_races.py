"""Races at the counter: fifty signed clients of the real service. Each function is one round.

Never one too many, and nobody is refused while there is enough.
"""

import random
from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

from tests.central.races.crowd import (
    CLIENTS,
    Told,
    at_once,
    books_are_right,
    counted,
    devices,
    outcome,
    told,
    told_as,
)
from tests.service import Api, SignedDevice, answered
from wire.api.devices import Role
from wire.api.redemptions import (
    CaptureRequest,
    PrintingRequest,
    PrintResult,
    Redemption,
    ReleaseReason,
    ReleaseRequest,
    ReserveRequest,
    State,
)
from wire.api.vouchers import UseRequest
from wire.ids import new_id

NOW = datetime(2026, 11, 22, tzinfo=UTC)


async def _request(
    api: Api, kiosk: SignedDevice, member: UUID, reward: UUID, points: int
) -> ReserveRequest:
    session = await api.chain.session(member, device=kiosk.id)
    return await api.request(member, reward, points, session)


async def _reserve(kiosk: SignedDevice, request: ReserveRequest) -> Told:
    return told(await kiosk.post("/v1/redemptions", request, request.id))


async def last_points(api: Api, chance: random.Random) -> None:
    """One member at two kiosks, whose points are enough for some of fifty redemptions."""
    price = chance.randrange(20, 120)
    member = await api.chain.member()
    total = 0
    for _ in range(chance.randrange(1, 7)):  # lots that end and lots that do not
        points = chance.randrange(1, 900)
        kind = chance.choice(["base", "forever"])
        await api.chain.award(member, points, point_type=kind)
        total += points
    enough = min(total // price, CLIENTS)
    reward = await api.chain.reward(price)
    kiosks = await devices(api, Role.KIOSK, 2)
    asked = [
        (kiosk, await _request(api, kiosk, member, reward, price))
        for kiosk in kiosks * (CLIENTS // 2)
    ]
    answers = await at_once([lambda k=k, r=r: _reserve(k, r) for k, r in asked])
    assert counted(answers) == told_as(ok=enough, insufficient=CLIENTS - enough)
    for answer in answers:
        if answer.problem is not None:
            assert answer.problem.have is not None
            assert answer.problem.have < price, "refused although there was enough"
    assert await api.chain.balance(member) == {
        "pending": 0, "available": total - enough * price, "held": enough * price, "debt": 0
    }  # fmt: skip
    await books_are_right(api.chain)


async def last_stock(api: Api, chance: random.Random) -> None:
    """Fifty members at four kiosks, and fewer pieces than members."""
    pieces = chance.randrange(1, CLIENTS)
    reward = await api.chain.reward(100, stock=pieces)
    kiosks = await devices(api, Role.KIOSK, 4)
    members = [await api.chain.member(100) for _ in range(CLIENTS)]
    asked = [
        (kiosks[n % 4], await _request(api, kiosks[n % 4], member, reward, 100))
        for n, member in enumerate(members)
    ]
    answers = await at_once([lambda k=k, r=r: _reserve(k, r) for k, r in asked])
    assert counted(answers) == told_as(ok=pieces, out_of_stock=CLIENTS - pieces)
    bucket = await api.chain.rows(
        "SELECT on_hand, reserved, issued FROM stock_bucket WHERE reward_id = $1", reward
    )
    assert [tuple(row) for row in bucket] == [(0, pieces, 0)]
    held = await api.chain.value(
        "SELECT sum(held)::int FROM balance WHERE member_id = ANY($1)", members
    )
    assert held == pieces * 100, "who was refused has kept the points"
    await books_are_right(api.chain)


async def last_budget(api: Api, chance: random.Random) -> None:
    """Fifty members, two rewards of one campaign, whose budget ends in the middle."""
    pieces = chance.randrange(1, CLIENTS)
    by_points = chance.random() < 0.5
    rewards = [await api.chain.reward(100), await api.chain.reward(100)]
    budget = {"points": pieces * 100 + chance.randrange(100)} if by_points else {"pieces": pieces}
    campaign = f"race {new_id()}"
    await api.chain.campaign(campaign, *rewards, **budget)
    kiosk = (await devices(api, Role.KIOSK, 1))[0]
    asked = [
        await _request(api, kiosk, await api.chain.member(100), rewards[n % 2], 100)
        for n in range(CLIENTS)
    ]
    answers = await at_once([lambda r=r: _reserve(kiosk, r) for r in asked])
    assert counted(answers) == told_as(ok=pieces, limit_reached=CLIENTS - pieces)
    used = await api.chain.rows(
        "SELECT points_used, pieces_used FROM campaign WHERE id = $1", campaign
    )
    assert [tuple(row) for row in used] == [(pieces * 100, pieces)]
    await books_are_right(api.chain)


async def last_of_the_chains_limit(api: Api, chance: random.Random) -> None:
    """Fifty members under a limit of the whole chain that nobody has counted in yet."""
    cap = chance.randrange(1, CLIENTS)
    reward = await api.chain.reward(100)
    await api.chain.limit(reward, "chain", "day", cap)
    kiosk = (await devices(api, Role.KIOSK, 1))[0]
    asked = [
        await _request(api, kiosk, await api.chain.member(100), reward, 100) for _ in range(CLIENTS)
    ]
    answers = await at_once([lambda r=r: _reserve(kiosk, r) for r in asked])
    assert counted(answers) == told_as(ok=cap, limit_reached=CLIENTS - cap)
    await books_are_right(api.chain)


async def one_code(api: Api, _chance: random.Random) -> None:
    """One voucher at fifty tills, each with a receipt of its own."""
    made = await api.printed()
    assert made.voucher is not None
    path = f"/v1/vouchers/{made.voucher.code}/use"
    tills = await devices(api, Role.TILL, CLIENTS)

    async def use(till: SignedDevice, number: int) -> Told:
        return told(await till.post(path, UseRequest(pos=str(number), receipt=f"R{number}")))

    answers = await at_once([lambda t=t, n=n: use(t, n) for n, t in enumerate(tills)])
    assert counted(answers) == told_as(ok=1, already_used=CLIENTS - 1)
    assert {(a.problem.store, a.problem.at is not None) for a in answers if a.problem} == {
        ("S1", True)
    }
    uses = "SELECT count(*) FROM voucher_event WHERE voucher_id = $1 AND kind = 'use'"
    assert await api.chain.value(uses, made.id) == 1
    await books_are_right(api.chain)


async def one_key(api: Api, _chance: random.Random) -> None:
    """One reserve, sent fifty times: one posting; the others the same answer, or "running"."""
    kiosk = (await devices(api, Role.KIOSK, 1))[0]
    member, reward = await api.chain.member(5000), await api.chain.reward(100)
    request = await _request(api, kiosk, member, reward, 100)
    answers = await at_once([lambda: _reserve(kiosk, request) for _ in range(CLIENTS)])
    outcomes = counted(answers)
    assert outcomes["ok"] >= 1
    assert outcomes["ok"] + outcomes["idempotency_running"] == CLIENTS
    contents = {answer.content for answer in answers if answer.problem is None}
    assert len(contents) == 1
    assert (await _reserve(kiosk, request)).content in contents
    assert (await api.chain.balance(member))["held"] == 100
    moved = "SELECT count(*) FROM journal WHERE member_id = $1 AND kind = 'reserve'"
    assert await api.chain.value(moved, member) == 1
    await books_are_right(api.chain)


async def capture_or_release(api: Api, chance: random.Random) -> None:
    """Twenty-five captures and as many releases of one redemption: one side wins, for all."""
    made = await api.reserved()
    answered(await api.verb(made.id, "printing", PrintingRequest(NOW)), Redemption)
    capture = CaptureRequest(print_result=PrintResult.OK, paper_mm=98, printed_at=NOW)
    release = ReleaseRequest(ReleaseReason.CANCELLED)

    async def say(verb: str, key: str) -> Told:
        body = capture if verb == "capture" else release
        return told(await api.verb(made.id, verb, body, key))

    verbs = ["capture", "release"] * (CLIENTS // 2)
    chance.shuffle(verbs)
    answers = await at_once([lambda v=v: say(v, str(new_id())) for v in verbs])
    state = await api.chain.state(made.id)
    by_verb = {
        verb: counted(a for a, v in zip(answers, verbs, strict=True) if v == verb)
        for verb in ("capture", "release")
    }
    half = CLIENTS // 2
    if state is State.ISSUED:
        assert by_verb == {"capture": {"ok": half}, "release": {"redemption_state": half}}
    else:
        assert state is State.RELEASED
        assert by_verb == {"capture": {"redemption_released": half}, "release": {"ok": half}}
    await _moved_once(api, made.id, {State.ISSUED: "capture", State.RELEASED: "release"}[state])


async def _moved_once(api: Api, redemption: UUID, kind: str) -> None:
    kinds = await api.chain.rows(
        "SELECT kind FROM journal WHERE redemption = $1 AND kind <> 'reserve'", redemption
    )
    assert [row["kind"] for row in kinds] == [kind]
    await books_are_right(api.chain)


async def use_or_void(api: Api, _chance: random.Random) -> None:
    """Forty-nine tills use a voucher while the office voids it: goods or points, never both."""
    made = await api.printed()
    assert made.voucher is not None
    path = f"/v1/vouchers/{made.voucher.code}/use"
    tills = await devices(api, Role.TILL, CLIENTS - 1)

    async def use(till: SignedDevice) -> str:
        answer = told(await till.post(path, UseRequest(pos="1", receipt=str(new_id()))))
        return str(next(iter(counted([answer]))))

    async def void() -> str:
        call = api.chain.ledger.void(
            operator="E1", key=str(new_id()), redemption=made.id, reason="a mistake"
        )
        return f"void {await outcome(call)}"

    answers = await at_once([void, *(lambda t=t: use(t) for t in tills)])
    outcomes = Counter(answers)
    state = await api.chain.state(made.id)
    if state is State.USED:
        assert outcomes == {"void redemption_state": 1, "ok": 1, "already_used": CLIENTS - 2}
        await _moved_once(api, made.id, "capture")
    else:
        assert state is State.VOIDED
        assert outcomes == {"void ok": 1, "voucher_revoked": CLIENTS - 1}
        await books_are_right(api.chain)


COUNTER_RACES = (
    last_points,
    last_stock,
    last_budget,
    last_of_the_chains_limit,
    one_code,
    one_key,
    capture_or_release,
    use_or_void,
)
