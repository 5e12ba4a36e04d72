"""Cards of before, in bars: unsigned numbers, so little is told and guesses are counted."""

import asyncio
from datetime import timedelta
from itertools import count
from uuid import UUID

import asyncpg
import pytest

from central.ledger.refusal import LedgerRefused
from central.ledger.timekeeper import Timekeeper
from central.members.desk import MemberDesk
from tests.chain import Chain
from tests.postgres import Database
from wire import plain_card
from wire.api.redemptions import State
from wire.errors import ErrorCode
from wire.tokens import MemberCard

_stems = count(2_000_000_421)


def number() -> str:
    """Of a card that no test has had."""
    stem = str(next(_stems))
    return stem + plain_card.check_digits(stem)


async def carded(chain: Chain, member: UUID) -> str:
    """A card of a member's."""
    made = number()
    await chain.execute(
        "INSERT INTO plain_card (number, member_id, created_at) VALUES ($1, $2, $3)",
        made,
        member,
        chain.clock(),
    )
    return made


async def told(chain: Chain, card: str, *, key: str | None = None, at: UUID | None = None) -> str:
    """The refusal's code, or `shown`."""
    try:
        await chain.desk.by_plain_card(at or chain.kiosk, card, key)
    except LedgerRefused as refused:
        return refused.code
    return "shown"


async def test_it_shows_the_balance_only(chain: Chain) -> None:
    card = await carded(chain, member := await chain.member(500))
    found = await chain.desk.by_plain_card(chain.kiosk, card)
    assert (found.spendable, found.session.read_only) == (500, True)
    assert found.session.expires_at == chain.clock() + timedelta(minutes=20)
    with pytest.raises(LedgerRefused) as refused:
        await chain.reserve(member, await chain.reward(), session=found.session.id)
    assert refused.value.code is ErrorCode.SESSION_READ_ONLY
    assert (await chain.balance(member))["available"] == 500


async def test_it_shows_no_more_than_a_signed_card(chain: Chain) -> None:
    """Neither does it take from the phone what is told once."""
    member = await chain.member(1000)
    await chain.ref(member)
    unfinished = await chain.in_state(State.UNCERTAIN, await chain.reward(), member)
    signed = MemberCard(kid=1, card_ref=b"12345678", version=1)
    await chain.execute(
        "INSERT INTO member_card (card_ref, member_id) VALUES ($1, $2)", signed.card_ref, member
    )
    by_card = await chain.desk.by_card(chain.kiosk, signed)
    plain = await chain.desk.by_plain_card(chain.kiosk, await carded(chain, member))
    assert plain.unfinished == []
    assert {f: getattr(plain, f) for f in plain.__struct_fields__ if f != "session"} == {
        f: getattr(by_card, f) for f in by_card.__struct_fields__ if f != "session"
    }
    by_phone = await chain.desk.by_code(chain.kiosk, chain.code(await chain.ref(member)))
    assert [u.id for u in by_phone.unfinished] == [unfinished]


async def test_unknown_and_blocked_are_told_alike(chain: Chain) -> None:
    card = await carded(chain, await chain.member(500))
    assert await told(chain, number()) == ErrorCode.CODE_UNKNOWN
    await chain.execute("UPDATE plain_card SET blocked_at = $1", chain.clock())
    assert await told(chain, card) == ErrorCode.CODE_UNKNOWN
    assert await chain.value("SELECT count(*) FROM bad_code") == 2, "counted alike, too"
    assert await chain.value("SELECT count(*) FROM member_session") == 0
    await chain.execute("UPDATE plain_card SET blocked_at = NULL")
    assert await told(chain, card) == "shown"


async def test_who_is_not_let_in(chain: Chain) -> None:
    frozen = await carded(chain, await chain.member(status="frozen"))
    assert await told(chain, frozen) == ErrorCode.MEMBER_FROZEN
    closed = await carded(chain, await chain.member(status="closed"))
    assert await told(chain, closed) == ErrorCode.MEMBER_UNKNOWN
    good = await carded(chain, await chain.member())
    assert await told(chain, good, at=chain.till) == ErrorCode.FORBIDDEN
    await chain.execute("UPDATE device SET revoked_at = now() WHERE id = $1", chain.kiosk)
    assert await told(chain, good) == ErrorCode.DEVICE_REVOKED
    assert await chain.value("SELECT count(*) FROM bad_code") == 0, "none of them is a guess"


async def test_a_lookup_whose_answer_was_lost_is_answered_again(chain: Chain) -> None:
    card = await carded(chain, await chain.member(500))
    first = await chain.desk.by_plain_card(chain.kiosk, card, "lost")
    assert await chain.desk.by_plain_card(chain.kiosk, card, "lost") == first
    assert (await chain.desk.by_plain_card(chain.kiosk, card, "new")).session != first.session
    other = await carded(chain, await chain.member())
    assert await told(chain, other, key="lost") == ErrorCode.IDEMPOTENCY_MISMATCH


async def test_a_refusal_whose_answer_was_lost_is_the_same_again(chain: Chain) -> None:
    """The fifth unknown card: asked again it is unknown still, and not the pause that it made."""
    for _ in range(4):
        await told(chain, number())
    fifth = number()
    for _ in range(3):
        assert await told(chain, fifth, key="lost") == ErrorCode.CODE_UNKNOWN
    assert await told(chain, fifth, key="new") == ErrorCode.RATE_LIMITED


async def test_five_unknown_numbers_in_ten_minutes_pause_plain_cards_there(chain: Chain) -> None:
    member = await chain.member(500)
    card = await carded(chain, member)
    for _ in range(4):
        assert await told(chain, number()) == ErrorCode.CODE_UNKNOWN
    chain.clock.forward(minutes=10)
    for _ in range(5):  # the first four are forgotten by now
        assert await told(chain, card) == "shown"
        assert await told(chain, number()) == ErrorCode.CODE_UNKNOWN
    assert await told(chain, number()) == ErrorCode.RATE_LIMITED
    with pytest.raises(LedgerRefused) as refused:
        await chain.desk.by_plain_card(chain.kiosk, card)
    until = chain.clock() + timedelta(minutes=10)
    assert refused.value.code is ErrorCode.RATE_LIMITED, "a hit among guesses is not told either"
    assert refused.value.facts["resets_at"][:19] == until.isoformat()[:19]
    assert await told(chain, card, at=chain.kiosk_2) == "shown", "another kiosk goes on"
    phone = await chain.desk.by_code(chain.kiosk, chain.code(await chain.ref(member)))
    assert not phone.session.read_only, "what is signed goes on"
    chain.clock.forward(minutes=10)
    assert await told(chain, card) == "shown"


async def test_a_card_that_is_held_there_is_one_guess(chain: Chain) -> None:
    """The scanner tells it again every three seconds, each time with a key of its own."""
    unknown, card = number(), await carded(chain, await chain.member())
    for _ in range(20):
        assert await told(chain, unknown) == ErrorCode.CODE_UNKNOWN
        chain.clock.forward(seconds=3)
    assert await told(chain, card) == "shown"
    assert await chain.value("SELECT count(*) FROM bad_code") == 1
    chain.clock.forward(minutes=10)
    await told(chain, unknown)
    assert await chain.value("SELECT count(*) FROM bad_code") == 2


async def test_guesses_at_the_same_time_are_five_at_most(chain: Chain, database: Database) -> None:
    card = await carded(chain, await chain.member())
    pool = await asyncpg.create_pool(database.app, min_size=16, max_size=16)
    desk = MemberDesk(pool, chain.clock)
    guesses = [desk.by_plain_card(chain.kiosk, number()) for _ in range(60)]
    guesses += [desk.by_plain_card(chain.kiosk, card) for _ in range(10)]  # a hit among the last
    answers = await asyncio.gather(*guesses, return_exceptions=True)
    await pool.close()
    codes = [getattr(answer, "code", None) for answer in answers]
    assert codes.count(ErrorCode.CODE_UNKNOWN) == 5
    assert codes.count(ErrorCode.RATE_LIMITED) == 65


async def test_no_number_is_kept_of_what_was_guessed(chain: Chain, timekeeper: Timekeeper) -> None:
    unknown = number()
    await told(chain, unknown)
    for table in ("bad_code", "idempotency_key"):
        (row,) = await chain.rows(f"SELECT t::text AS row FROM {table} t")
        assert unknown not in row["row"]
        assert unknown.encode().hex() not in row["row"]
    chain.clock.forward(days=2)
    assert (await timekeeper.forget())["bad_codes"] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        "200000042187",
        "200000048200",
        "200000051401",
        "100000042123",
        "20000004218",
        "2000000421865",
        "20000004218x",
        "",
        " ",
    ],
)
async def test_the_table_takes_nothing_but_numbers_that_check(chain: Chain, wrong: str) -> None:
    member = await chain.member()
    with pytest.raises((asyncpg.CheckViolationError, asyncpg.InvalidTextRepresentationError)):
        await chain.execute(
            "INSERT INTO plain_card (number, member_id) VALUES ($1, $2)", wrong, member
        )


async def test_the_services_role_adds_and_blocks_and_no_more(
    chain: Chain, database: Database
) -> None:
    member = await chain.member()
    app = await asyncpg.connect(database.app)
    card = number()
    await app.execute("INSERT INTO plain_card (number, member_id) VALUES ($1, $2)", card, member)
    await app.execute("UPDATE plain_card SET blocked_at = now()")
    for statement in (
        "UPDATE plain_card SET member_id = member_id",
        "UPDATE plain_card SET number = number",
        "DELETE FROM plain_card",
        "UPDATE bad_code SET at = at",
        "DELETE FROM bad_code",
        "INSERT INTO bad_code DEFAULT VALUES",
        "SELECT guessed(NULL, now())",
        "SELECT guesses_lock(NULL, '', now())",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(statement)
    await app.close()
