"""Who stands before the kiosk, by a rotating code or a card."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.service import Api, SignedDevice, answered, refused
from wire import tokens
from wire.api.members import LookupRequest, Member, Outcome
from wire.api.redemptions import PrintResult
from wire.errors import ErrorCode
from wire.tokens import MemberCard, MemberCode, slot_of

LOOKUP = "/v1/members/lookup"


async def look(device: SignedDevice, **by: str) -> Member:
    return answered(await device.post(LOOKUP, LookupRequest(**by)), Member)


async def test_a_fresh_code_opens_a_session_of_twenty_minutes(api: Api) -> None:
    member = await api.chain.member(1240, tier="gold")
    number = await api.chain.value("SELECT number FROM member WHERE id = $1", member)
    told = await look(api.kiosk, token=await api.member_code(member))
    assert (told.display, told.spendable, told.tier.id) == ("张*明", 1240, "gold")
    assert told.tail == number[-4:]
    assert not told.session.read_only
    left = told.session.expires_at - datetime.now(UTC)
    assert timedelta(minutes=19) < left <= timedelta(minutes=20)


async def test_never_a_full_number_or_id(api: Api) -> None:
    member = await api.chain.member(10)
    number = await api.chain.value("SELECT number FROM member WHERE id = $1", member)
    answer = await api.kiosk.post(LOOKUP, LookupRequest(token=await api.member_code(member)))
    assert answer.is_success
    assert number not in answer.text
    assert str(member) not in answer.text


async def test_what_expires_soon_comes_soonest_first(api: Api) -> None:
    member = await api.chain.member()
    now = datetime.now(UTC)
    for points, days in ((300, 50), (200, 10), (100, 90)):
        await api.chain.award(member, points, expires_at=now + timedelta(days=days))
    told = await look(api.kiosk, token=await api.member_code(member))
    assert [e.points for e in told.expiring] == [200, 300]


async def test_sent_again_with_its_key_it_is_the_same_answer(api: Api) -> None:
    """The connection was lost before the answer came: the shopper can still spend."""
    told = LookupRequest(token=await api.member_code(await api.chain.member(100)))
    first = await api.kiosk.post(LOOKUP, told, "lookup-1")
    assert not answered(first, Member).session.read_only
    again = await api.kiosk.post(LOOKUP, told, "lookup-1")
    assert again.content == first.content
    card = LookupRequest(card=await api.card(await api.chain.member(100)))
    refused(await api.kiosk.post(LOOKUP, card, "lookup-1"), ErrorCode.IDEMPOTENCY_MISMATCH)
    first = await api.kiosk.post(LOOKUP, card, "lookup-2")
    assert (await api.kiosk.post(LOOKUP, card, "lookup-2")).content == first.content


async def test_the_same_code_again_is_read_only_here_and_refused_elsewhere(api: Api) -> None:
    """T1: a photographed code is worth nothing at another kiosk."""
    token = await api.member_code(await api.chain.member(100))
    other = await api.device()
    assert not (await look(api.kiosk, token=token)).session.read_only
    assert (await look(api.kiosk, token=token)).session.read_only
    answer = await other.post(LOOKUP, LookupRequest(token=token))
    refused(answer, ErrorCode.CODE_USED)


@pytest.mark.parametrize("off_s", [-150, 120])
async def test_a_code_out_of_its_minutes(api: Api, off_s: int) -> None:
    at = datetime.now(UTC) + timedelta(seconds=off_s)
    token = await api.member_code(await api.chain.member(), at)
    refused(await api.kiosk.post(LOOKUP, LookupRequest(token=token)), ErrorCode.CODE_EXPIRED)


async def test_forged_and_foreign_texts_are_no_codes(api: Api) -> None:
    ref = await api.chain.ref(await api.chain.member())
    code = MemberCode(1, ref, slot_of(datetime.now(UTC)), 0, 0)
    forged = tokens.sign_member_code(Ed25519PrivateKey.generate(), code)
    nobody = tokens.sign_member_code(api.signer[1], MemberCode(1, b"nobody", code.slot, 0, 0))
    for text in (forged, nobody, "", "M2", "https://example.com", "x" * 5000, "M2" + "\0" * 120):
        answer = await api.kiosk.post(LOOKUP, LookupRequest(token=text))
        refused(answer, ErrorCode.CODE_UNKNOWN)


async def test_a_code_is_no_card_and_a_card_no_code(api: Api) -> None:
    member = await api.chain.member()
    card, token = await api.card(member), await api.member_code(member)
    for told in (LookupRequest(token=card), LookupRequest(card=token)):
        refused(await api.kiosk.post(LOOKUP, told), ErrorCode.CODE_UNKNOWN)


async def test_a_card_shows_the_balance_only(api: Api) -> None:
    member = await api.chain.member(700)
    told = await look(api.kiosk, card=await api.card(member))
    assert (told.spendable, told.session.read_only) == (700, True)
    request = await api.request(member, await api.chain.reward(100), session=told.session.id)
    refused(await api.reserve(request), ErrorCode.SESSION_READ_ONLY)


async def test_an_older_card_was_replaced(api: Api) -> None:
    member = await api.chain.member()
    old = await api.card(member)
    await api.chain.execute("UPDATE member_card SET version = version + 1")
    refused(await api.kiosk.post(LOOKUP, LookupRequest(card=old)), ErrorCode.CARD_REPLACED)
    unknown = tokens.sign_member_card(api.signer[1], MemberCard(1, b"x" * 8, 1))
    refused(await api.kiosk.post(LOOKUP, LookupRequest(card=unknown)), ErrorCode.CODE_UNKNOWN)


async def test_a_frozen_account(api: Api) -> None:
    member = await api.chain.member(100, status="frozen")
    answer = await api.kiosk.post(LOOKUP, LookupRequest(token=await api.member_code(member)))
    refused(answer, ErrorCode.MEMBER_FROZEN)


async def test_in_debt_nothing_can_be_spent(api: Api) -> None:
    member = await api.chain.member()
    await api.chain.award(member, 100, reference="R9")
    await api.chain.ledger.clawback(
        client="t", key=str(member), member=member, points=150, reference="", reason="return"
    )
    told = await look(api.kiosk, token=await api.member_code(member))
    assert (told.spendable, told.debt) == (0, -50)


async def test_an_unfinished_redemption_is_told_once(api: Api) -> None:
    made = await api.printed(PrintResult.UNKNOWN)
    member = await api.chain.value("SELECT member_id FROM redemption WHERE id = $1", made.id)
    told = await look(api.kiosk, token=await api.member_code(member))
    (unfinished,) = told.unfinished
    assert (unfinished.id, unfinished.outcome) == (made.id, Outcome.UNCERTAIN)
    (voucher,) = told.vouchers
    assert (voucher.id, voucher.reprints_left) == (made.id, 2)
    assert made.voucher is not None
    assert voucher.tail == made.voucher.code[-4:]
    again = await look(api.kiosk, token=await api.member_code(member))
    assert (again.unfinished, len(again.vouchers)) == ([], 1)
