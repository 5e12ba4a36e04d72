"""Lookups: what a kiosk may know, and the rules of rotating codes and cards."""

import secrets
from datetime import timedelta
from uuid import UUID

import pytest

from central.ledger.refusal import LedgerRefused
from central.ledger.timekeeper import Timekeeper
from tests.chain import Chain
from wire.api.members import Outcome
from wire.api.redemptions import State
from wire.errors import ErrorCode
from wire.tokens import MemberCard


async def refused_code(lookup: object) -> ErrorCode:
    with pytest.raises(LedgerRefused) as refused:
        await lookup  # type: ignore[misc]  # a coroutine
    return refused.value.code


async def test_a_fresh_code_opens_a_session(chain: Chain) -> None:
    member = await chain.member(500, tier="gold")
    await chain.award(member, 30, available_at=chain.clock() + timedelta(days=1))
    ref = await chain.ref(member)
    found = await chain.desk.by_code(chain.kiosk, chain.code(ref))
    assert (found.member_ref, found.display, found.tier.id) == (ref.hex(), "张*明", "gold")
    assert (found.spendable, found.pending, found.held, found.debt) == (500, 30, 0, 0)
    assert found.as_of == chain.clock()
    assert not found.session.read_only
    assert found.session.expires_at == chain.clock() + timedelta(minutes=20)
    reserved = await chain.reserve(member, await chain.reward(), session=found.session.id)
    assert reserved.spendable == 400
    assert reserved.voucher is not None
    assert reserved.voucher.print_fields.member_tail == found.tail


async def test_the_same_code_again(chain: Chain) -> None:
    ref = await chain.ref(await chain.member(500))
    code = chain.code(ref)
    await chain.desk.by_code(chain.kiosk, code)
    chain.clock.forward(seconds=59)
    assert (await chain.desk.by_code(chain.kiosk, code)).session.read_only
    assert await refused_code(chain.desk.by_code(chain.kiosk_2, code)) is ErrorCode.CODE_USED
    chain.clock.forward(seconds=1)
    assert await refused_code(chain.desk.by_code(chain.kiosk, code)) is ErrorCode.CODE_USED
    fresh = chain.code(ref)
    assert not (await chain.desk.by_code(chain.kiosk_2, fresh)).session.read_only


async def test_a_lookup_whose_answer_was_lost_is_answered_again(chain: Chain) -> None:
    """Same key: the same session, still good for spending, and what did not finish told."""
    member = await chain.member(500)
    unfinished = await chain.in_state(State.UNCERTAIN, await chain.reward(), member)
    code = chain.code(await chain.ref(member))
    first = await chain.desk.by_code(chain.kiosk, code, "lost")
    assert [u.id for u in first.unfinished] == [unfinished]
    assert not first.session.read_only
    chain.clock.forward(minutes=3)  # the code is neither fresh nor within its minute any more
    assert await chain.desk.by_code(chain.kiosk, code, "lost") == first
    assert await chain.value("SELECT count(*) FROM member_session WHERE id = $1", first.session.id)
    assert await chain.value("SELECT count(*) FROM member_session WHERE NOT read_only") == 2
    other = chain.code(await chain.ref(member))
    assert await refused_code(chain.desk.by_code(chain.kiosk, other, "lost")) is (
        ErrorCode.IDEMPOTENCY_MISMATCH
    )


async def test_another_key_or_kiosk_is_another_lookup(chain: Chain) -> None:
    code = chain.code(await chain.ref(await chain.member(500)))
    first = await chain.desk.by_code(chain.kiosk, code, "k1")
    second = await chain.desk.by_code(chain.kiosk, code, "k2")
    assert (second.session.read_only, second.session.id == first.session.id) == (True, False)
    assert await refused_code(chain.desk.by_code(chain.kiosk_2, code, "k1")) is ErrorCode.CODE_USED
    chain.clock.forward(minutes=3)
    assert await refused_code(chain.desk.by_code(chain.kiosk, code, "k3")) is (
        ErrorCode.CODE_EXPIRED
    )


async def test_a_card_whose_answer_was_lost_is_answered_again(chain: Chain) -> None:
    card = MemberCard(kid=1, card_ref=secrets.token_bytes(8), version=1)
    await chain.execute(
        "INSERT INTO member_card (card_ref, member_id, version) VALUES ($1, $2, 1)",
        card.card_ref,
        await chain.member(500),
    )
    first = await chain.desk.by_card(chain.kiosk, card, "lost")
    assert await chain.desk.by_card(chain.kiosk, card, "lost") == first
    assert (await chain.desk.by_card(chain.kiosk, card, "new")).session.id != first.session.id
    code = chain.code(await chain.ref(await chain.member()))
    assert await refused_code(chain.desk.by_code(chain.kiosk, code, "lost")) is (
        ErrorCode.IDEMPOTENCY_MISMATCH
    )


@pytest.mark.parametrize(("seconds", "fresh"), [(-31, False), (-30, True), (89, True), (90, False)])
async def test_the_window_of_a_code(chain: Chain, seconds: int, *, fresh: bool) -> None:
    code = chain.code(await chain.ref(await chain.member()))
    chain.clock.at = code.slot_time + timedelta(seconds=seconds)
    if fresh:
        await chain.desk.by_code(chain.kiosk, code)
    else:
        assert await refused_code(chain.desk.by_code(chain.kiosk, code)) is ErrorCode.CODE_EXPIRED


async def test_who_is_not_let_in(chain: Chain) -> None:
    unknown = chain.code(secrets.token_bytes(6))
    assert await refused_code(chain.desk.by_code(chain.kiosk, unknown)) is ErrorCode.CODE_UNKNOWN
    for status, expected in (
        ("frozen", ErrorCode.MEMBER_FROZEN),
        ("closed", ErrorCode.MEMBER_UNKNOWN),
    ):
        code = chain.code(await chain.ref(await chain.member(status=status)))
        assert await refused_code(chain.desk.by_code(chain.kiosk, code)) is expected
    code = chain.code(await chain.ref(await chain.member()))
    assert await refused_code(chain.desk.by_code(chain.till, code)) is ErrorCode.FORBIDDEN


async def test_a_card_is_balance_only_and_an_old_print_is_told(chain: Chain) -> None:
    member = await chain.member(500)
    card = MemberCard(kid=1, card_ref=secrets.token_bytes(8), version=2)
    await chain.execute(
        "INSERT INTO member_card (card_ref, member_id, version) VALUES ($1, $2, 2)",
        card.card_ref,
        member,
    )
    found = await chain.desk.by_card(chain.kiosk, card)
    assert (found.spendable, found.session.read_only) == (500, True)
    assert (await chain.desk.by_card(chain.kiosk_2, card)).session.read_only
    for version, code in ((1, ErrorCode.CARD_REPLACED), (3, ErrorCode.CODE_UNKNOWN)):
        other = MemberCard(1, card.card_ref, version)
        assert await refused_code(chain.desk.by_card(chain.kiosk, other)) is code


async def test_what_expires_soon(chain: Chain) -> None:
    member = await chain.member()
    now = chain.clock()
    for days, points in ((10, 100), (10, 20), (20, 30), (40, 40), (50, 50), (61, 60)):
        await chain.award(member, points, expires_at=now + timedelta(days=days))
    found = await chain.desk.by_code(chain.kiosk, chain.code(await chain.ref(member)))
    assert [(e.points, (e.at - now).days) for e in found.expiring] == [
        (120, 10),
        (30, 20),
        (40, 40),
    ]
    chain.clock.forward(days=10)
    found = await chain.desk.by_code(chain.kiosk, chain.code(await chain.ref(member)))
    assert found.spendable == 180, "a dead lot is not shown, swept or not"


async def test_vouchers_and_what_did_not_finish_is_told_once(
    chain: Chain, timekeeper: Timekeeper
) -> None:
    member = await chain.member(1000)
    reward = await chain.reward()
    uncertain = await chain.in_state(State.UNCERTAIN, reward, member)
    issued = await chain.in_state(State.ISSUED, reward, member)
    await chain.in_state(State.RELEASED, reward, member)  # cancelled before the shopper's eyes
    late = await chain.in_state(State.RESERVED, reward, member)
    chain.clock.forward(minutes=16)
    await timekeeper.settle_redemptions()

    ref = await chain.ref(member)
    card_like = await chain.desk.by_code(chain.kiosk, chain.code(ref))
    assert {(u.id, u.outcome) for u in card_like.unfinished} == {
        (uncertain, Outcome.UNCERTAIN),
        (late, Outcome.RELEASED),
    }
    assert [(v.id, v.state, v.reprints_left) for v in card_like.vouchers] == [
        (uncertain, "UNCERTAIN", 2),
        (issued, "ISSUED", 0),
    ]
    chain.clock.forward(minutes=2)
    again = await chain.desk.by_code(chain.kiosk, chain.code(ref))
    assert again.unfinished == []
    assert {v.id for v in again.vouchers} == {uncertain, issued}
    assert all(isinstance(v.id, UUID) for v in again.vouchers)


async def test_forgetting_what_has_served_its_time(chain: Chain, timekeeper: Timekeeper) -> None:
    await chain.desk.by_code(chain.kiosk, chain.code(await chain.ref(await chain.member(1))))
    assert await timekeeper.forget() == {
        "seen_codes": 0,
        "sessions": 0,
        "bad_codes": 0,
        "staff_tries": 0,
        "idempotency_keys": 0,
    }
    chain.clock.forward(days=2)
    assert await timekeeper.forget() == {
        "seen_codes": 1,
        "sessions": 1,
        "bad_codes": 0,
        "staff_tries": 0,
        "idempotency_keys": 1,  # what the kiosk was told of the member goes with the session
    }
    chain.clock.forward(days=89)
    assert await timekeeper.forget() == {
        "seen_codes": 0,
        "sessions": 0,
        "bad_codes": 0,
        "staff_tries": 0,
        "idempotency_keys": 1,
    }
