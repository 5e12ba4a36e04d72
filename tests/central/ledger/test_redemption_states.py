"""The state table of the redemption, row by row: every allowed move, every forbidden one.

After each: the books are right (`central check`'s own queries).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from central.ledger.invariants import violations
from central.ledger.refusal import LedgerRefused
from central.ledger.timekeeper import Timekeeper
from tests.central.ledger.redemption_table import TABLE
from tests.chain import Chain
from wire.api.redemptions import (
    CaptureRequest,
    PrintResult,
    ReleaseReason,
    ReleaseRequest,
    ReprintRequest,
    State,
)
from wire.api.vouchers import RestoreRequest, UseRequest
from wire.errors import ErrorCode
from wire.ids import new_id

S = State
R = ErrorCode
POINTS = 100


class Moves:
    """Every verb that may be tried on a redemption."""

    def __init__(self, chain: Chain, timekeeper: Timekeeper, member: UUID) -> None:
        self.chain = chain
        self.timekeeper = timekeeper
        self.member = member

    async def do(self, verb: str, redemption: UUID) -> None:
        await getattr(self, verb)(redemption)

    async def printing(self, redemption: UUID) -> None:
        await self.chain.printing(redemption)

    async def capture_ok(self, redemption: UUID) -> None:
        await self.chain.capture(redemption)

    async def capture_unknown(self, redemption: UUID) -> None:
        await self.chain.capture(redemption, PrintResult.UNKNOWN)

    async def release(self, redemption: UUID) -> None:
        await self.chain.release(redemption)

    async def release_by_staff(self, redemption: UUID) -> None:
        await self.chain.ledger.release_uncertain(
            operator="E0001", key=str(new_id()), redemption=redemption, reason="paper jam seen"
        )

    async def reprint(self, redemption: UUID) -> None:
        session = await self.chain.session(self.member)
        await self.chain.ledger.reprint(
            self.chain.kiosk, redemption, str(new_id()), ReprintRequest(session)
        )

    async def use(self, redemption: UUID) -> None:
        await self._use(redemption, "R1")

    async def use_other_receipt(self, redemption: UUID) -> None:
        await self._use(redemption, "R2")

    async def _use(self, redemption: UUID, receipt: str) -> None:
        code = await self.chain.code_of(redemption)
        await self.chain.ledger.use_voucher(
            self.chain.till, code, str(new_id()), UseRequest(pos="1", receipt=receipt)
        )

    async def restore(self, redemption: UUID) -> None:
        code = await self.chain.code_of(redemption)
        await self.chain.ledger.restore_voucher(
            self.chain.till, code, str(new_id()), RestoreRequest(pos="1", receipt="R1")
        )

    async def void(self, redemption: UUID) -> None:
        await self.chain.ledger.void(
            operator="E0001", key=str(new_id()), redemption=redemption, reason="wrong reward"
        )

    async def goods_returned(self, redemption: UUID) -> None:
        await self.chain.ledger.goods_returned(
            operator="E0001", key=str(new_id()), redemption=redemption, reason="broken"
        )

    async def time_15_min(self, redemption: UUID) -> None:
        await self._after(minutes=15)

    async def time_24_h(self, redemption: UUID) -> None:
        await self._after(hours=24)

    async def time_72_h(self, redemption: UUID) -> None:
        await self._after(hours=72)

    async def time_60_days(self, redemption: UUID) -> None:
        await self._after(days=60)

    async def _after(self, **span: float) -> None:
        self.chain.clock.forward(**span)
        await self.timekeeper.settle_redemptions()


BACK, HELD, GONE = (1000, 0), (900, 100), (900, 0)
WHERE_POINTS_ARE = {
    S.RESERVED: HELD,
    S.PRINTING: HELD,
    S.UNCERTAIN: HELD,
    S.ISSUED: GONE,
    S.USED: GONE,
    S.EXPIRED: GONE,
    S.VOIDED: BACK,
    S.RELEASED: BACK,
}
"""(available, held) of a member who had 1,000, by the state of one redemption of 100."""
WHERE_STOCK_IS = {HELD: (4, 1, 0), GONE: (4, 0, 1), BACK: (5, 0, 0)}
"""(on hand, reserved, issued) of a bucket that had 5."""


@dataclass(frozen=True)
class Row:
    before: State
    verb: str
    expected: State | ErrorCode

    def __str__(self) -> str:
        return f"{self.before}-{self.verb}-{self.expected}"


ROWS = [
    Row(before, verb, expected) for before, row in TABLE.items() for verb, expected in row.items()
]


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_row(chain: Chain, timekeeper: Timekeeper, row: Row) -> None:
    member = await chain.member()
    await chain.award(member, 1000, point_type="forever")
    reward = await chain.reward(POINTS, stock=5)
    redemption = await chain.in_state(row.before, reward, member)
    assert await chain.state(redemption) is row.before
    before = await _postings(chain)

    if isinstance(row.expected, ErrorCode):
        with pytest.raises(LedgerRefused) as refused:
            await Moves(chain, timekeeper, member).do(row.verb, redemption)
        assert refused.value.code is row.expected
        after = row.before
    else:
        await Moves(chain, timekeeper, member).do(row.verb, redemption)
        after = row.expected

    assert await chain.state(redemption) is after
    where = WHERE_POINTS_ARE[after]
    balance = await chain.balance(member)
    assert (balance["available"], balance["held"]) == where
    assert tuple((await _stock(chain, reward)).values()) == WHERE_STOCK_IS[where]
    if where == WHERE_POINTS_ARE[row.before]:
        assert await _postings(chain) == before, "a move that moves no points posted some"
    assert await violations(chain.owner) == []


async def test_every_state_meets_every_verb() -> None:
    """A verb that is not in the table of a state is a hole in this test."""
    verbs = {"printing", "capture_ok", "capture_unknown", "release", "release_by_staff", "reprint"}
    verbs |= {"use", "restore", "void", "goods_returned"}
    for state in State:
        assert verbs <= set(TABLE[state]), state
        assert any(verb.startswith("time_") for verb in TABLE[state]), state


async def test_release_after_its_lot_died_goes_on_to_expired(chain: Chain) -> None:
    member = await chain.member()
    await chain.award(member, 60, expires_at=chain.clock() + timedelta(minutes=10))
    await chain.award(member, 60, point_type="forever")
    redemption = (await chain.reserve(member, await chain.reward())).id
    chain.clock.forward(minutes=12)
    await chain.release(redemption)
    assert await chain.balance(member) == {"pending": 0, "available": 60, "held": 0, "debt": 0}
    assert await chain.value("SELECT sum(points) FROM posting WHERE account = 'expired'") == 60
    assert await violations(chain.owner) == []


async def test_void_after_its_lot_died_grants_a_grace_lot(chain: Chain) -> None:
    member = await chain.member()
    await chain.award(member, 100, expires_at=chain.clock() + timedelta(days=1))
    redemption = await chain.in_state(S.ISSUED, await chain.reward(), member)
    chain.clock.forward(days=2)
    await chain.ledger.void(operator="E1", key="v", redemption=redemption, reason="sold out")
    lots = await chain.rows("SELECT remaining, expires_at FROM lot WHERE source = 'void'")
    assert [tuple(lot) for lot in lots] == [(100, chain.clock() + timedelta(days=30))]
    assert await violations(chain.owner) == []


async def test_reprint_gives_the_same_code_twice_and_no_more(chain: Chain) -> None:
    member = await chain.member(1000)
    redemption = await chain.in_state(S.UNCERTAIN, await chain.reward(), member)
    code = await chain.code_of(redemption)
    session = await chain.session(member, device=chain.kiosk_2)
    for copy in (1, 2):
        answer = await chain.ledger.reprint(
            chain.kiosk_2, redemption, f"reprint-{copy}", ReprintRequest(session)
        )
        assert (answer.voucher.code, answer.copy) == (code, copy)
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.reprint(chain.kiosk_2, redemption, "reprint-3", ReprintRequest(session))
    assert refused.value.code is R.REPRINT_LIMIT
    # The device that printed last may say that it was printed; the other one still may, too.
    opened = await chain.ledger.open_redemptions(chain.kiosk_2)
    assert [r.id for r in opened.redemptions] == [redemption]


async def test_what_no_till_takes_any_more_is_not_printed_again(chain: Chain) -> None:
    member = await chain.member(1000)
    redemption = await chain.in_state(S.UNCERTAIN, await chain.reward(voucher_days=1), member)
    chain.clock.at = await chain.value("SELECT valid_to FROM voucher") - timedelta(seconds=1)
    session = await chain.session(member)
    await chain.ledger.reprint(chain.kiosk, redemption, "1", ReprintRequest(session))
    chain.clock.forward(seconds=1)
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.reprint(chain.kiosk, redemption, "2", ReprintRequest(session))
    assert refused.value.code is R.REDEMPTION_STATE
    assert refused.value.facts == {"state": "EXPIRED"}


async def test_somebody_elses_redemption_is_unknown_to_a_session(chain: Chain) -> None:
    member, stranger = await chain.member(1000), await chain.member(1000)
    redemption = await chain.in_state(S.UNCERTAIN, await chain.reward(), member)
    session = await chain.session(stranger)
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.reprint(chain.kiosk, redemption, "k", ReprintRequest(session))
    assert refused.value.code is R.REDEMPTION_UNKNOWN


async def test_another_kiosk_may_not_move_it(chain: Chain) -> None:
    member = await chain.member(1000)
    redemption = await chain.in_state(S.RESERVED, await chain.reward(), member)
    chain.kiosk, other = chain.kiosk_2, chain.kiosk
    for move in (chain.printing, chain.capture, chain.release):
        with pytest.raises(LedgerRefused) as refused:
            await move(redemption)
        assert refused.value.code is R.FORBIDDEN
    with pytest.raises(LedgerRefused) as refused:
        await chain.ledger.redemption(chain.kiosk, redemption)
    assert refused.value.code is R.REDEMPTION_UNKNOWN
    assert (await chain.ledger.redemption(other, redemption)).state is S.RESERVED


@dataclass(frozen=True)
class Stranger:
    """A kiosk that neither reserved nor printed it, with whose session."""

    session: str
    expected: ErrorCode


STRANGERS = [
    Stranger("made up", R.SESSION_EXPIRED),
    Stranger("another member's", R.REDEMPTION_UNKNOWN),
    Stranger("the owner's elsewhere", R.SESSION_EXPIRED),
    Stranger("the owner's of yesterday", R.SESSION_EXPIRED),
    Stranger("the owner's read-only", R.SESSION_READ_ONLY),
    Stranger("none", R.FORBIDDEN),
]


async def _session(chain: Chain, stranger: Stranger, owner: UUID) -> UUID | None:
    match stranger.session:
        case "none":
            return None
        case "made up":
            return new_id()
        case "another member's":
            return await chain.session(await chain.member(), device=chain.kiosk_2)
        case "the owner's elsewhere":
            return await chain.session(owner, device=chain.kiosk)
        case "the owner's read-only":
            return await chain.session(owner, device=chain.kiosk_2, read_only=True)
    session = await chain.session(owner, device=chain.kiosk_2)
    await chain.execute("UPDATE member_session SET expires_at = $1", chain.clock())
    return session


def _capture(chain: Chain, session: UUID | None) -> CaptureRequest:
    return CaptureRequest(
        print_result=PrintResult.OK, paper_mm=7, printed_at=chain.clock(), confirmed_by=session
    )


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda s: s.session.replace(" ", "-"))
async def test_a_strange_kiosk_captures_nothing_in_any_state(
    chain: Chain, stranger: Stranger
) -> None:
    member, reward = await chain.member(1000), await chain.reward()
    for state in State:
        redemption = await chain.in_state(state, reward, member)
        paper = "SELECT paper_mm FROM redemption WHERE id = $1"
        before = await chain.value(paper, redemption)
        request = _capture(chain, await _session(chain, stranger, member))
        with pytest.raises(LedgerRefused) as refused:
            await chain.ledger.capture(chain.kiosk_2, redemption, str(new_id()), request)
        assert refused.value.code is stranger.expected, state
        assert await chain.state(redemption) is state
        assert await chain.value(paper, redemption) == before


async def test_the_owner_confirms_at_another_kiosk(chain: Chain) -> None:
    member = await chain.member(1000)
    redemption = await chain.in_state(S.UNCERTAIN, await chain.reward(), member)
    session = await chain.session(member, device=chain.kiosk_2)
    request = _capture(chain, session)
    answer = await chain.ledger.capture(chain.kiosk_2, redemption, "c", request)
    assert answer.state is S.ISSUED
    assert await violations(chain.owner) == []


async def test_a_confirmation_that_comes_late_from_its_own_kiosk_counts(chain: Chain) -> None:
    """The kiosk was offline longer than a session lives: it may say so by itself as well."""
    member = await chain.member(1000)
    redemption = await chain.in_state(S.UNCERTAIN, await chain.reward(), member)
    session = await chain.session(member)
    chain.clock.forward(hours=1)
    answer = await chain.ledger.capture(chain.kiosk, redemption, "c", _capture(chain, session))
    assert answer.state is S.ISSUED


async def test_every_kiosk_that_printed_a_copy_may_say_how_it_went(chain: Chain) -> None:
    """A later copy elsewhere does not orphan the earlier one."""
    member = await chain.member(1000)
    redemption = await chain.in_state(S.UNCERTAIN, await chain.reward(), member)
    third = new_id()
    await chain.execute(
        "INSERT INTO device (id, number, role, store_id, public_key)"
        " VALUES ($1, 'K03', 'kiosk', 'S1', $2)",
        third,
        third.bytes * 2,
    )
    for device in (chain.kiosk_2, third):
        session = await chain.session(member, device=device)
        await chain.ledger.reprint(device, redemption, "r", ReprintRequest(session))
    for device in (chain.kiosk, chain.kiosk_2, third):
        assert (await chain.ledger.redemption(device, redemption)).state is S.UNCERTAIN
        opened = await chain.ledger.open_redemptions(device)
        assert [r.id for r in opened.redemptions] == [redemption]
        request = ReleaseRequest(ReleaseReason.CANCELLED)
        with pytest.raises(LedgerRefused) as refused:
            await chain.ledger.release(device, redemption, str(new_id()), request)
        assert refused.value.code is R.REDEMPTION_STATE, "known to it, and on paper"
    answer = await chain.ledger.capture(chain.kiosk_2, redemption, "c", _capture(chain, None))
    assert answer.state is S.ISSUED
    assert (await chain.ledger.open_redemptions(chain.kiosk_2)).redemptions == []


async def test_one_whose_rows_are_broken_stops_nobodys_time(
    chain: Chain, timekeeper: Timekeeper, caplog: pytest.LogCaptureFixture
) -> None:
    reward = await chain.reward()
    broken, fine = await chain.member(100), await chain.member(100)
    left = (await chain.reserve(broken, reward)).id
    later = (await chain.reserve(fine, reward)).id
    await chain.execute("UPDATE lot SET held = 0 WHERE member_id = $1", broken)
    chain.clock.forward(minutes=16)
    assert await timekeeper.settle_redemptions() == {"failed": 1, "released": 1}
    assert (await chain.state(left), await chain.state(later)) == (S.RESERVED, S.RELEASED)
    assert str(left) in caplog.text


async def test_trouble_of_the_server_is_no_redemptions(
    chain: Chain, timekeeper: Timekeeper
) -> None:
    held = (await chain.reserve(await chain.member(100), await chain.reward())).id
    chain.clock.forward(minutes=16)
    await chain.execute(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE SQLSTATE '53100'; END $$;"
        " CREATE TRIGGER full_disk BEFORE UPDATE ON redemption"
        " FOR EACH ROW EXECUTE FUNCTION full_disk()"
    )
    with pytest.raises(asyncpg.DiskFullError):
        await timekeeper.settle_redemptions()
    assert await chain.state(held) is S.RESERVED


async def test_an_operator_gives_no_reason_of_staff_at_a_kiosk(chain: Chain) -> None:
    """Those say that somebody was logged in at a kiosk (`central check` S3)."""
    member = await chain.member(1000)
    redemption = await chain.in_state(S.UNCERTAIN, await chain.reward(), member)
    for reason in ("staff_torn", "staff_"):
        with pytest.raises(LedgerRefused) as refused:
            await chain.ledger.release_uncertain(
                operator="E0001", key=str(new_id()), redemption=redemption, reason=reason
            )
        assert refused.value.code is R.BAD_REQUEST
    answer = await chain.ledger.release_uncertain(
        operator="E0001", key=str(new_id()), redemption=redemption, reason="staffed by two"
    )
    assert answer.state is S.RELEASED


async def _postings(chain: Chain) -> int:
    count: int = await chain.value("SELECT count(*) FROM posting")
    return count


async def _stock(chain: Chain, reward: UUID) -> dict[str, Any]:
    query = "SELECT on_hand, reserved, issued FROM stock_bucket WHERE reward_id = $1"
    return dict((await chain.rows(query, reward))[0])
