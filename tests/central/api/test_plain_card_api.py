"""A card of before at the real service: balance only, and few guesses."""

import json
from collections.abc import Callable

import pytest

from tests.service import Api, answered, log_lines, refused
from wire import plain_card
from wire.api.members import LookupRequest, Member
from wire.errors import ErrorCode
from wire.ids import new_id

LOOKUP = "/v1/members/lookup"


def number() -> str:
    stem = f"2{new_id().int % 10**9:09d}"
    return stem + plain_card.check_digits(stem)


async def carded(api: Api, points: int = 0, status: str = "active") -> str:
    member = await api.chain.member(points, status=status)
    await api.chain.execute(
        "INSERT INTO plain_card (number, member_id) VALUES ($1, $2)", made := number(), member
    )
    return made


async def test_it_shows_the_balance_and_spends_nothing(api: Api) -> None:
    card = LookupRequest(plain_card=await carded(api, 700))
    answer = await api.kiosk.post(LOOKUP, card, "plain-1")
    told = answered(answer, Member)
    assert (told.spendable, told.session.read_only) == (700, True)
    assert str(card.plain_card) not in answer.text
    assert (await api.kiosk.post(LOOKUP, card, "plain-1")).content == answer.content
    request = await api.request(
        await api.chain.member(700), await api.chain.reward(100), session=told.session.id
    )
    refused(await api.reserve(request), ErrorCode.SESSION_READ_ONLY)


async def test_who_is_not_shown(api: Api) -> None:
    frozen = LookupRequest(plain_card=await carded(api, 10, "frozen"))
    refused(await api.kiosk.post(LOOKUP, frozen), ErrorCode.MEMBER_FROZEN)
    blocked = LookupRequest(plain_card=await carded(api, 10))
    await api.chain.execute(
        "UPDATE plain_card SET blocked_at = now() WHERE number = $1", blocked.plain_card
    )
    refused(await api.kiosk.post(LOOKUP, blocked), ErrorCode.CODE_UNKNOWN)
    refused(await api.till.post(LOOKUP, frozen), ErrorCode.FORBIDDEN)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda number: number[:0],
        lambda number: number[:-1],
        lambda number: f" {number}",
        lambda number: number[:-1] + str((int(number[-1]) + 1) % 10),
        lambda number: number + plain_card.ean_check_digit(number),
        lambda number: number.replace("2", "２"),
        lambda number: number * 400,
        lambda number: number[:-1] + "\0",
    ],
    ids=["none", "short", "padded", "mistyped", "ean", "wide", "long", "zero byte"],
)
async def test_another_form_is_nobodys_and_no_guess(api: Api, spoil: Callable[[str], str]) -> None:
    """A kiosk sends the twelve digits, each checked; so also of an EAN-13."""
    device = await api.device()
    for _ in range(6):
        answer = await device.post(LOOKUP, LookupRequest(plain_card=spoil(number())))
        refused(answer, ErrorCode.CODE_UNKNOWN)
    good = LookupRequest(plain_card=await carded(api, 10))
    answered(await device.post(LOOKUP, good), Member)


async def test_exactly_one_way_to_say_who_it_is(api: Api) -> None:
    card = await carded(api)
    for also in ({"token": "M2"}, {"card": "C1"}, {"token": "M2", "card": "C1"}):
        answer = await api.kiosk.send(
            "POST", LOOKUP, json.dumps({"plain_card": card} | also).encode(), str(new_id())
        )
        assert "exactly one of" in refused(answer, ErrorCode.BAD_REQUEST).detail


async def test_guesses_are_paused_and_signed_cards_are_not(api: Api) -> None:
    device = await api.device()
    for _ in range(5):
        answer = await device.post(LOOKUP, LookupRequest(plain_card=number()))
        refused(answer, ErrorCode.CODE_UNKNOWN)
    good = LookupRequest(plain_card=await carded(api, 10))
    paused = await device.post(LOOKUP, good)
    told = refused(paused, ErrorCode.RATE_LIMITED)
    assert (told.status, told.retryable, paused.headers["retry-after"]) == (429, True, "600")
    assert told.resets_at is not None
    signed = LookupRequest(card=await api.card(await api.chain.member(10)))
    answered(await device.post(LOOKUP, signed), Member)
    answered(await api.kiosk.post(LOOKUP, good), Member)


async def test_no_number_stands_in_the_log(api: Api) -> None:
    known, unknown = await carded(api, 10), number()
    for text in (known, unknown):
        await api.kiosk.post(LOOKUP, LookupRequest(plain_card=text))
    assert any(LOOKUP in json.dumps(line) for line in log_lines(api.process)), "requests are logged"
    written = api.process.log.read_text()
    assert known not in written
    assert unknown not in written
