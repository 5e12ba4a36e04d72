"""Guessing and forging by the hundred thousand: tokens and voucher codes."""

import random
from collections.abc import Callable

import pytest

from central.ledger.refusal import LedgerRefused
from tests.chain import Chain
from tests.wire.test_tokens import CARD, CODE, KEY, KEYS, mutations
from wire import voucher_code
from wire.api.redemptions import State
from wire.errors import ErrorCode
from wire.tokens import TokenError, parse, sign_member_card, sign_member_code
from wire.voucher_code import ALPHABET, VoucherCodeError

Times = Callable[[int], int]


def test_100_000_mutated_tokens_none_accepted(chance: random.Random, times: Times) -> None:
    accepted = []
    for good in (sign_member_code(KEY, CODE), sign_member_card(KEY, CARD)):
        for text in mutations(good, chance, times(50_000)):
            try:
                parse(text, KEYS)
            except TokenError:
                continue
            if text != good:
                accepted.append(text)
    assert accepted == []


def test_100_000_random_codes_pass_the_check_symbol_as_often_as_chance(
    chance: random.Random, times: Times
) -> None:
    """One in 32 fits its check symbol, no more; no voucher of a chain of 100,000 is hit."""
    tried = times(100_000)
    vouchers = {voucher_code.generate() for _ in range(tried)}
    fit = hits = 0
    for _ in range(tried):
        try:
            code = voucher_code.parse("".join(chance.choices(ALPHABET, k=16)))
        except VoucherCodeError:
            continue
        fit += 1
        hits += code in vouchers
    assert hits == 0
    expected = tried / 32
    assert abs(fit - expected) < 6 * expected**0.5 + 1


async def test_2_000_guesses_at_the_till_hit_nothing(
    chain: Chain, chance: random.Random, times: Times
) -> None:
    member, reward = await chain.member(10_000), await chain.reward()
    issued = {
        await chain.code_of(await chain.in_state(State.ISSUED, reward, member)) for _ in range(20)
    }
    unknown = 0
    for _ in range(times(2_000)):
        body = "".join(chance.choices(ALPHABET, k=15))
        chain.clock.forward(minutes=3)  # slower than the pause of the till: each is looked up
        with pytest.raises(LedgerRefused) as refused:
            await chain.ledger.check_voucher(chain.till, body + voucher_code.check_symbol(body))
        unknown += refused.value.code == ErrorCode.VOUCHER_UNKNOWN
    assert unknown == times(2_000)
    chain.clock.forward(minutes=10)
    for code in issued:
        assert (await chain.ledger.check_voucher(chain.till, code)).usable
