"""Every write of points and accounts: other content under its key is 422, while it runs is 409."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from central.ledger.accounts import Accounts
from central.ledger.proposal import AwardBook, Proposal, ProposedLine
from central.ledger.refusal import LedgerRefused
from tests.chain import Chain
from tests.postgres import Database
from wire.api.redemptions import State
from wire.errors import STATUS, ErrorCode

KEY = "the key"
WAITING = (
    "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN ("
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
)


@dataclass(frozen=True, slots=True)
class Office:
    chain: Chain
    accounts: Accounts
    awards: AwardBook
    member: UUID
    other: UUID
    issued: UUID
    used: UUID
    uncertain: UUID


Write = Callable[[Office, str], Awaitable[Any]]
"""The text is part of its content."""


def _staff(words: str) -> dict[str, Any]:
    return {"operator": "E1", "key": KEY, "reason": words}


WRITES: dict[str, Write] = {
    "award": lambda o, w: o.chain.ledger.award(
        client="t", key=KEY, member=o.member, points=5, point_type="base", source=w
    ),
    "award_proposal": lambda o, w: o.awards.award(
        Proposal(o.member, "R1", w, (ProposedLine(5, "base", "sale"),)), 3, client="t", key=KEY
    ),
    "clawback": lambda o, w: o.chain.ledger.clawback(
        client="t", key=KEY, member=o.member, points=5, reference="", reason=w
    ),
    "adjust": lambda o, w: o.accounts.adjust(member=o.member, points=5, **_staff(w)),
    "freeze": lambda o, w: o.accounts.freeze(member=o.member, **_staff(w)),
    "close": lambda o, w: o.accounts.close(member=o.member, **_staff(w)),
    "merge": lambda o, w: o.accounts.merge(member=o.member, into=o.other, **_staff(w)),
    "void": lambda o, w: o.chain.ledger.void(redemption=o.issued, **_staff(w)),
    "goods_returned": lambda o, w: o.chain.ledger.goods_returned(redemption=o.used, **_staff(w)),
    "release_uncertain": lambda o, w: o.chain.ledger.release_uncertain(
        redemption=o.uncertain, **_staff(w)
    ),
}


@pytest.fixture
async def office(chain: Chain, accounts: Accounts, awards: AwardBook) -> Office:
    member, other = await chain.member(1000), await chain.member()
    reward = await chain.reward()
    made = [
        await chain.in_state(state, reward, member)
        for state in (State.ISSUED, State.USED, State.UNCERTAIN)
    ]
    await chain.award(member, 10, available_at=chain.clock() + timedelta(days=1))
    return Office(chain, accounts, awards, member, other, *made)


@pytest.mark.parametrize("name", WRITES)
async def test_other_content_is_refused_and_the_same_answered(office: Office, name: str) -> None:
    answer = await WRITES[name](office, "one")
    posted = await office.chain.value("SELECT count(*) FROM posting")
    with pytest.raises(LedgerRefused) as refused:
        await WRITES[name](office, "another")
    assert refused.value.code is ErrorCode.IDEMPOTENCY_MISMATCH
    assert STATUS[refused.value.code] == 422
    assert await WRITES[name](office, "one") == answer
    assert await office.chain.value("SELECT count(*) FROM posting") == posted


@pytest.mark.parametrize("name", WRITES)
async def test_while_the_first_runs_the_second_is_told_so(
    office: Office, database: Database, name: str
) -> None:
    blocker = await asyncpg.connect(database.owner)
    async with blocker.transaction():
        await blocker.execute("SELECT FROM balance WHERE member_id = $1 FOR UPDATE", office.member)
        first = asyncio.ensure_future(WRITES[name](office, "one"))
        while not await office.chain.value(WAITING):  # noqa: ASYNC110  # another process's event
            await asyncio.sleep(0)
        with pytest.raises(LedgerRefused) as refused:
            await WRITES[name](office, "one")
        assert refused.value.code is ErrorCode.IDEMPOTENCY_RUNNING
        assert STATUS[refused.value.code] == 409
    await blocker.close()
    done = await first
    assert await WRITES[name](office, "one") == done
