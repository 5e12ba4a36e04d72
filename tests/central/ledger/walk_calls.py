"""How a random walk makes its calls: each twice, and any of them once more at any later time.

A call that is refused posts nothing; a replay posts nothing and answers the same, whenever it
comes; its key with another content is refused.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from central.ledger.proposal import Stale
from central.ledger.refusal import LedgerRefused
from tests.central.ledger.ledger_model import Account, Model
from tests.central.ledger.walk_ground import GOODS, MEMBERS, POLICIES, Ground, Plan
from tests.postgres import PostgresServer
from wire.errors import ErrorCode

WHO = st.integers(0, MEMBERS - 1)
BY = {"operator": "E1", "reason": "walk"}
Call = Callable[[str], Coroutine[Any, Any, Any]]
"""Makes the call; the text is part of its content, `WORDS` the first time."""
WORDS, OTHER_WORDS = "walk", "another walk"


@dataclass(frozen=True, slots=True)
class Kept:
    """A call whose answer is stored under its key."""

    name: str
    make: Call
    answer: Any


class WalkOfCalls(RuleBasedStateMachine):
    """One walk: its ground, the model beside it, and what was called before."""

    postgres: ClassVar[PostgresServer]
    runner: ClassVar[asyncio.Runner]
    plan: ClassVar[Plan]
    walks: ClassVar[int] = 0
    met: ClassVar[Counter[str]]
    """What was called and what came of it, over all walks."""

    def __init__(self) -> None:
        super().__init__()
        self.ground = Ground(self.postgres, self.runner, self.plan)
        self.chain = self.ground.chain
        self.members = self.ground.members
        accounts = {member: Account() for member in self.members}
        self.model = Model(POLICIES, accounts, goods=dict(GOODS))
        for member, lot, kind, points in self.plan.lots:
            self.model.grant(member, lot, points, kind, self.now)
        self.kept: list[Kept] = []
        self.moved = True
        """Something was committed since the books were last looked at."""
        type(self).walks += 1

    def teardown(self) -> None:
        self.ground.close()

    @property
    def now(self) -> datetime:
        return self.ground.clock()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.ground.run(work)

    def postings(self) -> int:
        count: int = self.run(self.chain.value("SELECT count(*) FROM posting"))
        return count

    def facts(self, member: UUID) -> int:
        query = "SELECT facts_version FROM member WHERE id = $1"
        version: int = self.run(self.chain.value(query, member))
        return version

    def account_of(self, who: int) -> UUID:
        """Where this member's points are now."""
        member = self.members[who]
        while into := self.model.accounts[member].merged_into:
            member = into
        return member

    def tried(self, name: str, call: Call, *, kept: bool = True) -> Any:
        """The answer of a call, made twice; or the refusal's code.

        Args:
            kept: its answer is stored under its key; else each answer is told anew.
        """
        before = self.postings()
        try:
            answer = self.run(call(WORDS))
        except LedgerRefused as refused:
            assert self.postings() == before, f"{name} was refused and posted something"
            self.met[f"{name}: {refused.code}"] += 1
            return refused.code
        self.met[name] += 1
        self.moved = True
        after = self.postings()
        assert self.run(call(WORDS)) == answer, f"a replayed {name} answered something else"
        assert self.postings() == after, f"a replayed {name} posted something"
        if kept and not isinstance(answer, Stale):
            self.kept.append(Kept(name, call, answer))
        return answer

    @rule(number=st.integers(0, 99), words=st.sampled_from([WORDS, OTHER_WORDS]))
    def call_again(self, number: int, words: str) -> None:
        """Any earlier call, however long ago, in whatever state things are now."""
        if not self.kept:
            return
        call = self.kept[number % len(self.kept)]
        before = self.postings()
        if words == WORDS:
            answer = self.run(call.make(words))
            assert answer == call.answer, f"a late replay of {call.name} answered something else"
        else:
            with pytest.raises(LedgerRefused) as refused:
                self.run(call.make(words))
            assert refused.value.code is ErrorCode.IDEMPOTENCY_MISMATCH, call.name
        self.met[f"{call.name}, later: {words}"] += 1
        assert self.postings() == before, f"a late replay of {call.name} posted something"
