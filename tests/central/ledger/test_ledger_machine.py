"""Random walks of several members over rewards, tills and time: the books are right after each.

Beyond the invariants, move by move: a replay posts nothing, debt blocks, no dead lot is spent.
"""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from central.ledger.invariants import violations
from central.ledger.money import Ledger
from central.ledger.refusal import LedgerRefused
from central.ledger.timekeeper import Timekeeper
from central.members.desk import MemberDesk
from tests.chain import Chain, HandClock
from tests.postgres import Database, PostgresServer
from wire.api.redemptions import PrintResult, ReprintRequest, State
from wire.api.vouchers import RestoreRequest, UseRequest
from wire.ids import new_id

PRICE = 100
OPEN = {State.RESERVED, State.PRINTING, State.UNCERTAIN}


class LedgerWalk(RuleBasedStateMachine):
    """One database for all walks; each walk has members of its own."""

    runner: asyncio.Runner
    chain: Chain
    timekeeper: Timekeeper

    def __init__(self) -> None:
        super().__init__()
        self.redemptions: list[UUID] = []
        self.owners: dict[UUID, UUID] = {}
        self.members = [self.run(self.chain.member()) for _ in range(2)]
        self.reward = self.run(self.chain.reward(PRICE, stock=6, per_member_per_day=4))

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def tried(self, work: Coroutine[Any, Any, Any]) -> Any:
        """The answer, or None when the ledger refused; then nothing was posted."""
        before = self.postings()
        try:
            return self.run(work)
        except LedgerRefused:
            assert self.postings() == before, "a refused call posted something"
            return None

    def postings(self) -> int:
        count: int = self.run(self.chain.value("SELECT count(*) FROM posting"))
        return count

    def pick(self, number: int) -> UUID | None:
        return self.redemptions[number % len(self.redemptions)] if self.redemptions else None

    @rule(
        who=st.integers(0, 1),
        points=st.integers(1, 300),
        dies_in_h=st.none() | st.integers(1, 48),
        waits_h=st.integers(0, 12),
    )
    def award(self, who: int, points: int, dies_in_h: int | None, waits_h: int) -> None:
        now = self.chain.clock()
        at = now + timedelta(hours=waits_h)
        end = at + timedelta(hours=dies_in_h) if dies_in_h else None
        kind = "base" if end else "forever"
        self.run(
            self.chain.award(
                self.members[who], points, point_type=kind, available_at=at, expires_at=end
            )
        )

    @rule(who=st.integers(0, 1), points=st.integers(1, 200))
    def clawback(self, who: int, points: int) -> None:
        self.run(
            self.chain.ledger.clawback(
                client="t", key=str(new_id()), member=self.members[who], points=points,
                reference="", reason="returned",
            )
        )  # fmt: skip

    @rule(who=st.integers(0, 1))
    def reserve(self, who: int) -> None:
        member = self.members[who]
        debt = self.run(self.chain.balance(member))["debt"]
        request = self.run(self.chain.request(member, self.reward, PRICE))
        answer = self.tried(self.chain.ledger.reserve(self.chain.kiosk, request))
        if answer is None:
            return
        assert debt == 0, "debt blocks spending"
        before = self.postings()
        assert self.run(self.chain.ledger.reserve(self.chain.kiosk, request)) == answer
        assert self.postings() == before, "a replay posted something"
        self.redemptions.append(answer.id)
        self.owners[answer.id] = member

    @rule(number=st.integers(0, 9), verb=st.sampled_from(["printing", "capture", "release"]))
    def kiosk(self, number: int, verb: str) -> None:
        if redemption := self.pick(number):
            move = getattr(self.chain, verb)
            key = str(new_id())
            if answer := self.tried(move(redemption, key=key)):
                before = self.postings()
                assert self.run(move(redemption, key=key)) == answer
                assert self.postings() == before, "a replay posted something"

    @rule(number=st.integers(0, 9))
    def lose_sight(self, number: int) -> None:
        if redemption := self.pick(number):
            self.tried(self.chain.capture(redemption, PrintResult.UNKNOWN))

    @rule(number=st.integers(0, 9))
    def reprint(self, number: int) -> None:
        if redemption := self.pick(number):
            code = self.run(self.chain.code_of(redemption))
            session = self.run(self.chain.session(self.owners[redemption]))
            answer = self.tried(
                self.chain.ledger.reprint(
                    self.chain.kiosk, redemption, str(new_id()), ReprintRequest(session)
                )
            )
            assert answer is None or answer.voucher.code == code, "a reprint made a new code"

    @rule(number=st.integers(0, 9), receipt=st.sampled_from(["R1", "R2"]), back=st.booleans())
    def till(self, number: int, receipt: str, *, back: bool) -> None:
        if redemption := self.pick(number):
            code = self.run(self.chain.code_of(redemption))
            till, key = self.chain.till, str(new_id())
            if back:
                request = RestoreRequest(pos="1", receipt=receipt)
                self.tried(self.chain.ledger.restore_voucher(till, code, key, request))
            else:
                use = UseRequest(pos="1", receipt=receipt)
                self.tried(self.chain.ledger.use_voucher(till, code, key, use))
            # Five bad codes would pause the till and the walk with it.
            self.run(self.chain.execute("UPDATE device SET guessing_paused_until = NULL"))

    @rule(number=st.integers(0, 9), verb=st.sampled_from(["void", "release_uncertain"]))
    def staff(self, number: int, verb: str) -> None:
        if redemption := self.pick(number):
            move = getattr(self.chain.ledger, verb)
            self.tried(move(operator="E1", key=str(new_id()), redemption=redemption, reason="walk"))

    @rule(minutes=st.sampled_from([1, 16, 120, 1500, 4400]), nightly=st.booleans())
    def time_passes(self, minutes: int, *, nightly: bool) -> None:
        self.chain.clock.forward(minutes=minutes)
        if nightly:
            self.run(self.timekeeper.settle_redemptions())
            self.run(self.timekeeper.settle_lots())

    @invariant()
    def books_are_right(self) -> None:
        assert self.run(violations(self.chain.owner)) == []


@pytest.mark.timeout(180)
def test_random_walks(postgres: PostgresServer) -> None:
    name = f"walk_{new_id().hex}"
    database = postgres.create(name)
    try:
        _walk(database)
    finally:
        postgres.drop(name)


def _walk(database: Database) -> None:
    with asyncio.Runner() as runner:

        async def open_chain() -> tuple[Chain, Timekeeper, list[Any]]:
            clock = HandClock()
            pool = await asyncpg.create_pool(database.app, min_size=1, max_size=2)
            owner = await asyncpg.create_pool(database.owner, min_size=1, max_size=2)
            chain = Chain(owner, Ledger(pool, clock), MemberDesk(pool, clock), clock)
            await chain.open()
            return chain, Timekeeper(pool, clock), [pool, owner]

        chain, timekeeper, pools = runner.run(open_chain())
        machine = type(
            "Walk", (LedgerWalk,), {"runner": runner, "chain": chain, "timekeeper": timekeeper}
        )
        try:
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=8,
                    stateful_step_count=25,
                    deadline=None,
                    derandomize=True,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            for pool in pools:
                runner.run(pool.close())
