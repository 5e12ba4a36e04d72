"""A voucher at the till: once, and only once, and by the same receipt back."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from central.ledger.invariants import violations
from central.ledger.money import Ledger
from central.ledger.refusal import LedgerRefused
from tests.chain import Chain
from tests.postgres import Database
from wire import voucher_code
from wire.api.redemptions import State
from wire.api.vouchers import RestoreRequest, UseRequest
from wire.errors import ErrorCode
from wire.ids import new_id


async def issued_code(chain: Chain, **columns: object) -> str:
    member = await chain.member(1000)
    return await chain.code_of(
        await chain.in_state(State.ISSUED, await chain.reward(**columns), member)
    )


async def test_use_restore_use(chain: Chain) -> None:
    code = await issued_code(chain)
    use = UseRequest(pos="1", receipt="R1")
    used = await chain.ledger.use_voucher(chain.till, code, "u1", use)
    assert (used.state, used.usable, used.used_store, used.used_receipt) == (
        State.USED,
        False,
        "S1",
        "R1",
    )
    restore = RestoreRequest(pos="1", receipt="R1")
    restored = await chain.ledger.restore_voucher(chain.till, code, "r1", restore)
    assert (restored.state, restored.usable, restored.used_at) == (State.ISSUED, True, None)
    other = UseRequest(pos="9", receipt="R9")
    assert (await chain.ledger.use_voucher(chain.till_2, code, "u2", other)).used_store == "S2"
    assert await violations(chain.owner) == []


async def test_same_receipt_again_is_the_same_answer_under_any_key(chain: Chain) -> None:
    code = await issued_code(chain)
    use = UseRequest(pos="1", receipt="R1")
    first = await chain.ledger.use_voucher(chain.till, code, "u1", use)
    assert await chain.ledger.use_voucher(chain.till, code, "u1", use) == first
    assert await chain.ledger.use_voucher(chain.till, code, "another key", use) == first
    assert await chain.value("SELECT count(*) FROM voucher_event WHERE kind = 'use'") == 1


async def test_one_receipt_and_key_can_use_it_again_after_its_restore(chain: Chain) -> None:
    """The till's key comes from the receipt: its second use is no replay of the first."""
    code = await issued_code(chain)
    use, key = UseRequest(pos="1", receipt="R1"), "use:S1:1:R1:1"
    first = await chain.ledger.use_voucher(chain.till, code, key, use)
    await chain.ledger.restore_voucher(chain.till, code, "back", RestoreRequest("1", "R1"))
    chain.clock.forward(minutes=5)
    second = await chain.ledger.use_voucher(chain.till, code, key, use)
    assert (second.state, second.used_at) == (State.USED, chain.clock())
    assert first.used_at != second.used_at
    assert await chain.value("SELECT state FROM redemption") == "USED"
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.use_voucher(chain.till_2, code, "other", UseRequest("9", "R9"))
    assert refused.value.code is ErrorCode.ALREADY_USED
    assert refused.value.facts["store"] == "S1"
    assert refused.value.facts["at"][:19] == chain.clock().isoformat()[:19]

    before = await noted(chain)
    chain.clock.forward(minutes=5)
    assert await chain.ledger.use_voucher(chain.till, code, key, use) == second
    assert await noted(chain) == before, "a replay posted something"
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.use_voucher(chain.till, code, key, UseRequest("1", "R1", 2))
    assert refused.value.code is ErrorCode.IDEMPOTENCY_MISMATCH
    assert await violations(chain.owner) == []


async def test_after_its_restore_a_receipt_may_have_other_goods(chain: Chain) -> None:
    code = await issued_code(chain, min_spend_fen=20000)
    key, restore = "use:S1:1:R1:1", RestoreRequest("1", "R1")
    await chain.ledger.use_voucher(chain.till, code, key, UseRequest("1", "R1", 1, 30000))
    back = await chain.ledger.restore_voucher(chain.till, code, "back", restore)
    other = UseRequest("1", "R1", 1, 25000)
    used = await chain.ledger.use_voucher(chain.till, code, key, other)
    assert used.state is State.USED
    # The restore's answer was lost: its replay forgets no later use.
    assert await chain.ledger.restore_voucher(chain.till, code, "back", restore) == back
    assert await chain.ledger.use_voucher(chain.till, code, key, other) == used
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.use_voucher(chain.till, code, key, UseRequest("1", "R1", 1, 30000))
    assert refused.value.code is ErrorCode.IDEMPOTENCY_MISMATCH
    assert await violations(chain.owner) == []


async def test_after_its_restore_a_receipt_may_have_another_voucher(chain: Chain) -> None:
    code, other = await issued_code(chain), await issued_code(chain)
    key, use = "use:S1:1:R1:1", UseRequest("1", "R1")
    await chain.ledger.use_voucher(chain.till, code, key, use)
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.use_voucher(chain.till, other, key, use)
    assert refused.value.code is ErrorCode.IDEMPOTENCY_MISMATCH
    await chain.ledger.restore_voucher(chain.till, code, "back", RestoreRequest("1", "R1"))
    assert (await chain.ledger.use_voucher(chain.till, other, key, use)).state is State.USED


async def test_a_key_that_used_it_once_cannot_use_what_another_receipt_has(chain: Chain) -> None:
    code = await issued_code(chain)
    use = UseRequest(pos="1", receipt="R1")
    await chain.ledger.use_voucher(chain.till, code, "u1", use)
    await chain.ledger.restore_voucher(chain.till, code, "r1", RestoreRequest("1", "R1"))
    await chain.ledger.use_voucher(chain.till_2, code, "u2", UseRequest("9", "R9"))
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.use_voucher(chain.till, code, "u1", use)
    assert (refused.value.code, refused.value.facts["store"]) == (ErrorCode.ALREADY_USED, "S2")


async def test_a_replayed_restore_does_not_undo_a_later_use(chain: Chain) -> None:
    code = await issued_code(chain)
    use, restore = UseRequest("1", "R1"), RestoreRequest("1", "R1")
    await chain.ledger.use_voucher(chain.till, code, "u1", use)
    first = await chain.ledger.restore_voucher(chain.till, code, "r1", restore)
    assert await chain.ledger.restore_voucher(chain.till, code, "r1", restore) == first
    await chain.ledger.use_voucher(chain.till, code, "u1", use)
    before = await noted(chain)
    assert await chain.ledger.restore_voucher(chain.till, code, "r1", restore) == first
    assert await noted(chain) == before
    assert await chain.value("SELECT state FROM redemption") == "USED"
    await chain.ledger.restore_voucher(chain.till, code, "r2", restore)
    assert await chain.value("SELECT state FROM redemption") == "ISSUED"


async def test_a_restore_that_comes_late_does_not_undo_a_later_use(chain: Chain) -> None:
    """Its answer was lost and it was asked anew, under another key, and used once more."""
    code, start = await issued_code(chain), chain.clock()
    use, restore = UseRequest("1", "R1"), RestoreRequest("1", "R1")
    later = [start + timedelta(minutes=minutes) for minutes in range(5)]
    till = chain.till
    await chain.ledger.use_voucher(till, code, "u", use, signed_at=later[0])
    await chain.ledger.restore_voucher(till, code, "r1", restore, signed_at=later[2])
    await chain.ledger.use_voucher(till, code, "u", use, signed_at=later[3])
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.restore_voucher(till, code, "r2", restore, signed_at=later[1])
    assert refused.value.code is ErrorCode.NOT_USED_HERE
    assert refused.value.facts == {"state": "USED"}
    honest = await chain.ledger.restore_voucher(till, code, "r3", restore, signed_at=later[4])
    assert honest.state is State.ISSUED
    assert await violations(chain.owner) == []


async def test_a_restore_from_before_the_use_was_repeated_is_late(chain: Chain) -> None:
    code, start = await issued_code(chain), chain.clock()
    use, restore = UseRequest("1", "R1"), RestoreRequest("1", "R1")
    for minutes in (0, 2, 1):  # a repetition that comes late makes it no older
        signed = start + timedelta(minutes=minutes)
        again = await chain.ledger.use_voucher(chain.till, code, "u", use, signed_at=signed)
        assert again.state is State.USED
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.restore_voucher(
            chain.till, code, "r", restore, signed_at=start + timedelta(minutes=1)
        )
    assert refused.value.code is ErrorCode.NOT_USED_HERE
    now = start + timedelta(minutes=2)
    told = await chain.ledger.restore_voucher(chain.till, code, "r", restore, signed_at=now)
    assert told.state is State.ISSUED


async def noted(chain: Chain) -> tuple[int, int]:
    """What happened to vouchers and points, in numbers."""
    return (
        await chain.value("SELECT count(*) FROM voucher_event"),
        await chain.value("SELECT count(*) FROM posting"),
    )


async def test_a_replay_is_answered_while_the_till_is_paused(chain: Chain) -> None:
    code = await issued_code(chain)
    use = UseRequest("1", "R1")
    first = await chain.ledger.use_voucher(chain.till, code, "u1", use)
    await chain.execute(
        "UPDATE device SET guessing_paused_until = $1", chain.clock() + timedelta(minutes=1)
    )
    assert await chain.ledger.use_voucher(chain.till, code, "u1", use) == first


@pytest.mark.parametrize("other", ["receipt", "line", "pos", "store"])
async def test_another_receipt_is_told_where_and_when(chain: Chain, other: str) -> None:
    code = await issued_code(chain)
    at = chain.clock()
    await chain.ledger.use_voucher(chain.till, code, "u", UseRequest(pos="1", receipt="R1"))
    chain.clock.forward(minutes=5)
    till = chain.till_2 if other == "store" else chain.till
    fields = {"pos": "1", "receipt": "R1", "line": 1}
    changed = {"receipt": {"receipt": "R2"}, "line": {"line": 2}, "pos": {"pos": "2"}}
    fields |= changed.get(other, {})
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.use_voucher(till, code, "v", UseRequest(**fields))
    assert refused.value.code is ErrorCode.ALREADY_USED
    assert refused.value.facts["store"] == "S1"
    assert refused.value.facts["at"][:19] == at.isoformat()[:19]
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.restore_voucher(till, code, "w", RestoreRequest(**fields))
    assert refused.value.code is ErrorCode.NOT_USED_HERE


async def test_minimum_spend(chain: Chain) -> None:
    code = await issued_code(chain, min_spend_fen=5000)
    for basket in (None, 4999):
        request = UseRequest(pos="1", receipt="R1", basket_fen=basket)
        with pytest.raises(LedgerRefused) as refused:
            await chain.ledger.use_voucher(chain.till, code, f"k{basket}", request)
        assert refused.value.code is ErrorCode.VOUCHER_CONDITION
        told = {k: refused.value.facts[k] for k in ("condition", "need", "have")}
        assert told == {"condition": "minimum_spend", "need": 5000, "have": basket or 0}
    request = UseRequest(pos="1", receipt="R1", basket_fen=5000)
    assert (await chain.ledger.use_voucher(chain.till, code, "ok", request)).state is State.USED


async def test_good_through_the_end_of_its_last_day_in_the_chains_zone(chain: Chain) -> None:
    code = await issued_code(chain, voucher_days=1)
    shown = await chain.ledger.check_voucher(chain.till, code)
    assert shown.valid_to.isoformat() == "2026-11-23T16:00:00+00:00", "midnight in Shanghai"
    chain.clock.at = shown.valid_to - timedelta(microseconds=1)
    assert (await chain.ledger.check_voucher(chain.till, code)).usable
    chain.clock.at = shown.valid_to
    assert not (await chain.ledger.check_voucher(chain.till, code)).usable
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.use_voucher(chain.till, code, "u", UseRequest(pos="1", receipt="R1"))
    assert refused.value.code is ErrorCode.VOUCHER_EXPIRED


async def test_a_kiosk_is_no_till(chain: Chain) -> None:
    code = await issued_code(chain)
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.check_voucher(chain.kiosk, code)
    assert refused.value.code is ErrorCode.FORBIDDEN


async def test_five_bad_codes_in_ten_minutes_pause_that_till(chain: Chain) -> None:
    good = await issued_code(chain)

    async def bad() -> ErrorCode:
        with pytest.raises(LedgerRefused) as refused:
            await chain.ledger.check_voucher(chain.till, voucher_code.generate())
        return refused.value.code

    for _ in range(4):
        assert await bad() is ErrorCode.VOUCHER_UNKNOWN
    chain.clock.forward(minutes=10)
    for _ in range(5):  # the first four are forgotten by now
        assert await bad() is ErrorCode.VOUCHER_UNKNOWN
    assert await bad() is ErrorCode.TILL_PAUSED
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.check_voucher(chain.till, good)
    assert refused.value.code is ErrorCode.TILL_PAUSED
    assert (await chain.ledger.check_voucher(chain.till_2, good)).usable, "another till goes on"
    chain.clock.forward(minutes=10)
    assert (await chain.ledger.check_voucher(chain.till, good)).usable


async def test_mistyped_codes_count_like_unknown_ones(chain: Chain) -> None:
    good = await issued_code(chain)
    for _ in range(3):
        await chain.ledger.count_mistyped(chain.till)
    for _ in range(2):
        with pytest.raises(LedgerRefused) as refused:
            await chain.ledger.check_voucher(chain.till, voucher_code.generate())
        assert refused.value.code is ErrorCode.VOUCHER_UNKNOWN
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.check_voucher(chain.till, good)
    assert refused.value.code is ErrorCode.TILL_PAUSED
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.count_mistyped(chain.till)
    assert refused.value.code is ErrorCode.TILL_PAUSED
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.count_mistyped(chain.kiosk)
    assert refused.value.code is ErrorCode.FORBIDDEN
    assert await chain.value("SELECT count(*) FROM bad_code") == 5


async def test_guesses_at_the_same_time_are_five_at_most(chain: Chain, database: Database) -> None:
    """T6: however many a till sends before the first is answered."""
    good = await issued_code(chain)
    pool = await asyncpg.create_pool(database.app, min_size=16, max_size=16)
    ledger = Ledger(pool, chain.clock)
    guesses = [ledger.check_voucher(chain.till, voucher_code.generate()) for _ in range(60)]
    guesses += [ledger.check_voucher(chain.till, good) for _ in range(10)]  # a hit among the last
    told = await asyncio.gather(*guesses, return_exceptions=True)
    await pool.close()
    codes = [getattr(answer, "code", None) for answer in told]
    assert codes.count(ErrorCode.VOUCHER_UNKNOWN) == 5
    assert codes.count(ErrorCode.TILL_PAUSED) == 65
    assert await chain.value("SELECT count(*) FROM bad_code") == 5


async def test_two_hundred_uses_of_one_code_at_once_use_it_once(
    chain: Chain, database: Database
) -> None:
    code = await issued_code(chain)
    pool = await asyncpg.create_pool(database.app, min_size=16, max_size=16)
    ledger = Ledger(pool, chain.clock)
    answers = await asyncio.gather(
        *(
            ledger.use_voucher(chain.till, code, str(new_id()), UseRequest("1", f"R{i}"))
            for i in range(200)
        ),
        return_exceptions=True,
    )
    await pool.close()
    codes = [getattr(answer, "code", None) for answer in answers]
    assert (codes.count(None), codes.count(ErrorCode.ALREADY_USED)) == (1, 199)
    assert await violations(chain.owner) == []
