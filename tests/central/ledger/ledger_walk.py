"""Random walks of a few members over everything the ledger can do, beside the model.

After each step: every lot lies where the model says (so FEFO was kept and no dead lot was spent),
balances and counters too, and every invariant holds. Move by move: a refused call posts nothing, a
replay posts nothing and answers the same, redemptions take no way that is not drawn.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from central.ledger.accounts import Accounts
from central.ledger.invariants import violations
from central.ledger.money import Ledger
from central.ledger.proposal import (
    AwardBook,
    AwardGiven,
    Counter,
    Proposal,
    ProposedLine,
    Scope,
    Stale,
)
from central.ledger.refusal import LedgerRefused
from central.ledger.timekeeper import Timekeeper
from central.members.desk import MemberDesk
from tests.central.ledger.expiry_reference import Policy
from tests.central.ledger.ledger_model import NEVER, ZONE, Account, Lot, Model
from tests.chain import Chain, HandClock, text
from tests.postgres import Database, PostgresServer
from wire.api.redemptions import PrintResult, ReprintRequest, State
from wire.api.vouchers import RestoreRequest, UseRequest
from wire.errors import ErrorCode
from wire.ids import new_id

PRICE = 100
DAILY, BUDGET = 150, 400
MEMBERS = 3
CALLS = {
    State.RESERVED: {State.PRINTING, State.RELEASED},
    State.PRINTING: {State.ISSUED, State.UNCERTAIN, State.RELEASED, State.USED},
    State.UNCERTAIN: {State.ISSUED, State.RELEASED, State.USED},
    State.ISSUED: {State.USED, State.VOIDED},
    State.USED: {State.ISSUED, State.VOIDED},
}
TIME = {
    State.RESERVED: {State.RELEASED},
    State.PRINTING: {State.UNCERTAIN},
    State.UNCERTAIN: {State.ISSUED},
    State.ISSUED: {State.EXPIRED},
}
ENDED = {State.ISSUED, State.USED, State.EXPIRED}
WHO = st.integers(0, MEMBERS - 1)
NUMBER = st.integers(0, 9)
RECEIPT = st.sampled_from(["", "R1", "R2"])


class LedgerWalk(RuleBasedStateMachine):
    """One database for all walks; each walk has members, point types and limits of its own."""

    runner: asyncio.Runner
    chain: Chain
    timekeeper: Timekeeper
    accounts: Accounts
    awards: AwardBook

    def __init__(self) -> None:
        super().__init__()
        self.name = new_id().hex[-12:]
        self.states: dict[UUID, State] = {}
        self.members = [self.run(self.chain.member()) for _ in range(MEMBERS)]
        self.reward = self.run(self.chain.reward(PRICE, stock=6, per_member_per_day=4))
        kinds = {
            "base": Policy("rolling", 10, "day"),
            "forever": Policy(),
            "slide": Policy("sliding", 3, "day", "exact"),
        }
        self.model = Model({f"{kind} {self.name}": policy for kind, policy in kinds.items()})
        for kind, policy in self.model.policies.items():
            self.run(self._type(kind, policy))
        for member in self.members:
            self.model.accounts[member] = Account()

    async def _type(self, kind: str, policy: Policy) -> None:
        row = {"code": kind, "name": text(kind)} | asdict(policy)
        places = ", ".join(f"${i}" for i in range(1, len(row) + 1))
        await self.chain.execute(
            f"INSERT INTO point_type ({', '.join(row)}) VALUES ({places})", *row.values()
        )

    # --- How calls are made --------------------------------------------------------------

    @property
    def now(self) -> Any:
        return self.chain.clock()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    def tried(self, call: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """The answer of a call, made twice; or the refusal's code. Of what it posts the second
        time nothing, of what it posts when it is refused nothing.
        """
        before = self.postings()
        try:
            answer = self.run(call())
        except LedgerRefused as refused:
            assert self.postings() == before, "a refused call posted something"
            return refused.code
        after = self.postings()
        assert self.run(call()) == answer, "a replay answered something else"
        assert self.postings() == after, "a replay posted something"
        return answer

    def postings(self) -> int:
        count: int = self.run(self.chain.value("SELECT count(*) FROM posting"))
        return count

    def pick(self, number: int) -> UUID | None:
        known = list(self.states)
        return known[number % len(known)] if known else None

    def account_of(self, who: int) -> UUID:
        """Where this member's points are now."""
        member = self.members[who]
        while into := self.merged.get(member):
            member = into
        return member

    @property
    def merged(self) -> dict[UUID, UUID]:
        rows = self.run(
            self.chain.rows(
                "SELECT id, merged_into_id FROM member WHERE merged_into_id IS NOT NULL"
                " AND id = ANY($1)",
                self.members,
            )
        )
        return {row["id"]: row["merged_into_id"] for row in rows}

    def follow(self, redemption: UUID, ways: dict[State, set[State]]) -> None:
        """Moves the model's points as the redemption's new state asks for."""
        before, now = self.states[redemption], self.run(self.chain.state(redemption))
        if now is before:
            return
        assert now in ways.get(before, set()), f"{before} -> {now}"
        self.states[redemption] = now
        hold = self.model.holds[redemption]
        if now is State.RELEASED:
            self.model.release(redemption, self.now)
        elif now in ENDED and hold.state == "open":
            self.model.capture(redemption, self.now)
        elif now is State.VOIDED:
            self.came_back(redemption)

    def came_back(self, redemption: UUID) -> None:
        grace = self.now + timedelta(days=30)
        rows = self.run(
            self.chain.rows(
                "SELECT * FROM lot WHERE source = 'void' AND reference = $1", str(redemption)
            )
        )
        made = [
            (r["type"], r["granted"], r["remaining"], r["available_at"], r["expires_at"] or NEVER)
            for r in rows
        ]
        for lot, part, left in self.model.give_back(redemption, self.now):
            dead = lot.expires_at <= self.now
            dates = (self.now, grace) if dead else (lot.available_at, lot.expires_at)
            index = made.index((lot.type, part, left, *dates))
            made[index] = ("", 0, 0, NEVER, NEVER)
            account = self.model.accounts[self.model.holds[redemption].member]
            account.lots.append(
                Lot(rows[index]["id"], lot.type, str(redemption), False, left, *dates)
            )

    # --- Earning -------------------------------------------------------------------------

    @rule(
        who=WHO,
        points=st.integers(1, 300),
        kind=st.sampled_from(["base", "forever", "slide"]),
        dies_in_h=st.none() | st.integers(1, 48),
        waits_h=st.integers(-12, 12),
        receipt=RECEIPT,
    )
    def award(
        self, who: int, points: int, kind: str, dies_in_h: int | None, waits_h: int, receipt: str
    ) -> None:
        at = self.now + timedelta(hours=max(waits_h, 0))
        end = at + timedelta(hours=dies_in_h) if dies_in_h and kind == "base" else None
        member, key, name = self.account_of(who), str(new_id()), f"{kind} {self.name}"
        answer = self.tried(
            lambda: self.chain.ledger.award(
                client="t", key=key, member=self.members[who], points=points, point_type=name,
                source="sale", reference=receipt, available_at=at, expires_at=end,
            )
        )  # fmt: skip
        if self.model.accounts[member].status == "closed":
            assert answer is ErrorCode.MEMBER_UNKNOWN
            return
        self.model.grant(
            member, answer.lot, points, name, self.now, reference=receipt, available_at=at,
            expires_at=end,
        )  # fmt: skip
        self.model.slide(member, self.now)

    @rule(who=WHO, base=st.integers(1, 120), bonus=st.integers(1, 120), late=st.booleans())
    def propose(self, who: int, base: int, bonus: int, *, late: bool) -> None:
        member, key, kind = self.account_of(who), str(new_id()), f"base {self.name}"
        daily = Counter(Scope.MEMBER, f"daily {self.name}", "day", DAILY)
        budget = Counter(Scope.CAMPAIGN, f"budget {self.name}", "ever", BUDGET, self.name)
        lines = (
            ProposedLine(base, kind, "sale", counters=(daily,)),
            ProposedLine(bonus, kind, "campaign", counters=(daily, budget)),
        )
        proposal = Proposal(member, "R1", "basket", lines)
        facts = self.run(self.chain.value("SELECT facts_version FROM member WHERE id = $1", member))
        before = self.postings()
        answer = self.tried(lambda: self.awards.award(proposal, facts - late, client="t", key=key))
        if self.model.accounts[member].status == "closed":
            assert answer is ErrorCode.MEMBER_UNKNOWN
            return
        if late:
            assert answer == Stale(member, facts)
            assert self.postings() == before
            return
        assert isinstance(answer, AwardGiven)
        today = self.now.astimezone(ZONE).date().isoformat()
        caps = {
            ("member", str(member), daily.rule, "day", today): DAILY,
            ("campaign", self.name, budget.rule, "ever", "1970-01-01"): BUDGET,
        }
        for line, told, names in zip(
            lines, answer.lines, [list(caps)[:1], list(caps)], strict=True
        ):
            points = self.model.room([(name, caps[name]) for name in names], line.points)
            assert told.granted == points
            if points:
                lot = self.model.grant(member, told.lot, points, kind, self.now, reference="R1")
                self.model.count(lot, names, points)
        self.model.slide(member, self.now)

    @rule(
        who=WHO,
        points=st.integers(1, 200),
        receipt=RECEIPT,
        policy=st.sampled_from(["only_pending", "within_balance", "debt"]),
    )
    def clawback(self, who: int, points: int, receipt: str, policy: str) -> None:
        key = str(new_id())
        back = self.tried(
            lambda: self.chain.ledger.clawback(
                client="t", key=key, member=self.members[who], points=points, reference=receipt,
                reason="returned", policy=policy,
            )
        )  # fmt: skip
        taken = self.model.clawback(self.account_of(who), points, receipt, policy, self.now)
        assert (back.from_lots, back.to_debt) == taken

    @rule(who=WHO, points=st.integers(-300, 300).filter(bool))
    def adjust(self, who: int, points: int) -> None:
        member, key, kind = self.account_of(who), str(new_id()), f"base {self.name}"
        have = self.model.spendable(member, self.now)
        answer = self.tried(
            lambda: self.accounts.adjust(
                operator="E1", key=key, member=self.members[who], points=points, reason="walk",
                point_type=kind,
            )
        )  # fmt: skip
        if self.model.accounts[member].status == "closed":
            assert answer is ErrorCode.MEMBER_UNKNOWN
        elif points > 0:
            rows = self.run(
                self.chain.rows("SELECT lot_id FROM journal WHERE kind = 'adjust' AND"
                    " member_id = $1 ORDER BY at DESC, id DESC LIMIT 1", member)
            )  # fmt: skip
            known = {lot.id for lot in self.model.accounts[member].lots}
            assert rows[0]["lot_id"] not in known
            self.model.grant(member, rows[0]["lot_id"], points, kind, self.now)
        elif have < -points:
            assert answer is ErrorCode.INSUFFICIENT
        else:
            self.model.settle(member, self.now)
            for lot, part in self.model.take(member, -points):
                lot.remaining -= part

    # --- Spending ------------------------------------------------------------------------

    @rule(who=WHO)
    def reserve(self, who: int) -> None:
        member = self.members[who]
        request = self.run(self.chain.request(member, self.reward, PRICE))
        answer = self.tried(lambda: self.chain.ledger.reserve(self.chain.kiosk, request))
        if self.model.accounts[member].status != "active":
            assert answer in {ErrorCode.MEMBER_FROZEN, ErrorCode.MEMBER_UNKNOWN}
            return
        have = self.model.spendable(member, self.now)
        if isinstance(answer, ErrorCode):
            assert (answer is ErrorCode.INSUFFICIENT) == (have < PRICE), answer
            return
        assert have >= PRICE, "debt blocks, and what is not there"
        assert answer.spendable == have - PRICE
        self.model.reserve(answer.id, member, PRICE, self.now)
        self.states[answer.id] = State.RESERVED

    @rule(number=NUMBER, verb=st.sampled_from(["printing", "capture", "release", "lose_sight"]))
    def kiosk(self, number: int, verb: str) -> None:
        if redemption := self.pick(number):
            key = str(new_id())
            if verb == "lose_sight":
                self.tried(lambda: self.chain.capture(redemption, PrintResult.UNKNOWN, key))
            else:
                self.tried(lambda: getattr(self.chain, verb)(redemption, key=key))
            self.follow(redemption, CALLS)

    @rule(number=NUMBER)
    def reprint(self, number: int) -> None:
        if redemption := self.pick(number):
            code = self.run(self.chain.code_of(redemption))
            owner = self.model.holds[redemption].member
            request, key = ReprintRequest(self.run(self.chain.session(owner))), str(new_id())
            answer = self.tried(
                lambda: self.chain.ledger.reprint(self.chain.kiosk, redemption, key, request)
            )
            assert isinstance(answer, ErrorCode) or answer.voucher.code == code
            self.follow(redemption, {})

    @rule(number=NUMBER, receipt=st.sampled_from(["R1", "R2"]), back=st.booleans())
    def till(self, number: int, receipt: str, *, back: bool) -> None:
        if redemption := self.pick(number):
            code, key = self.run(self.chain.code_of(redemption)), str(new_id())
            ledger, till = self.chain.ledger, self.chain.till
            if back:
                request = RestoreRequest(pos="1", receipt=receipt)
                self.tried(lambda: ledger.restore_voucher(till, code, key, request))
            else:
                use = UseRequest(pos="1", receipt=receipt)
                self.tried(lambda: ledger.use_voucher(till, code, key, use))
            # Five bad codes would pause the till and the walk with it.
            self.run(self.chain.execute("UPDATE device SET guessing_paused_until = NULL"))
            self.follow(redemption, CALLS)

    @rule(number=NUMBER, verb=st.sampled_from(["void", "release_uncertain", "goods_returned"]))
    def staff(self, number: int, verb: str) -> None:
        if redemption := self.pick(number):
            move, key = getattr(self.chain.ledger, verb), str(new_id())
            self.tried(lambda: move(operator="E1", key=key, redemption=redemption, reason="walk"))
            self.follow(redemption, CALLS)

    # --- Accounts and time ---------------------------------------------------------------

    @rule(who=WHO, verb=st.sampled_from(["freeze", "thaw", "close", "reopen"]))
    def status(self, who: int, verb: str) -> None:
        member, key = self.account_of(who), str(new_id())
        account = self.model.accounts[member]
        by = {"operator": "E1", "key": key, "member": self.members[who], "reason": "walk"}
        more = {"frozen": verb == "freeze"} if verb in ("freeze", "thaw") else {}
        call = getattr(self.accounts, "freeze" if verb == "thaw" else verb)
        answer = self.tried(lambda: call(**by, **more))
        if verb in ("freeze", "thaw"):
            may = account.status in ("active", "frozen")
        else:
            may = verb == "close" or bool(account.forfeits_at and account.forfeits_at > self.now)
        assert isinstance(answer, ErrorCode) is not may
        if may:
            account.status = answer.status
            account.forfeits_at = answer.forfeits_at

    @rule(one=WHO, other=WHO)
    def merge(self, one: int, other: int) -> None:
        key, member, into = str(new_id()), self.members[one], self.members[other]
        again = self.merged.get(member) == into
        well = all(self.model.accounts[m].status == "active" for m in (member, into))
        answer = self.tried(
            lambda: self.accounts.merge(
                operator="E1", key=key, member=member, into=into, reason="walk"
            )
        )
        if again:
            assert answer.lots == 0
        elif member == into or not well:
            assert isinstance(answer, ErrorCode)
        else:
            rows = self.run(
                self.chain.rows("SELECT id, merged_from_id FROM lot WHERE member_id = $1", into)
            )
            ids = {row["merged_from_id"]: row["id"] for row in rows}
            self.model.merge(member, into, ids, self.now)

    @rule(kind=st.sampled_from(["base", "slide"]), days=st.integers(0, 3))
    def announce(self, kind: str, days: int) -> None:
        name, key = f"{kind} {self.name}", str(new_id())
        last_day = self.now.astimezone(ZONE).date() + timedelta(days=days)
        told = self.run(
            self.accounts.announce_clearing(
                operator="E1", key=key, point_type=name, last_day=last_day, reason="walk"
            )
        )
        self.model.clearings.setdefault(name, []).append(told.clears_at)

    @rule(
        minutes=st.sampled_from([1, 16, 120, 1500, 4400, 22000]),
        job=st.sampled_from(["none", "minute", "night"]),
    )
    def time_passes(self, minutes: int, job: str) -> None:
        self.chain.clock.forward(minutes=minutes)
        if job == "minute":
            self.run(self.timekeeper.settle_redemptions())
            for redemption in sorted(self.states):
                self.follow(redemption, TIME)
        elif job == "night":
            assert "failed" not in self.run(self.timekeeper.settle_lots())
            self.model.night(self.now)

    # --- What must hold after each step --------------------------------------------------

    @invariant()
    def the_books_are_right(self) -> None:
        assert self.run(violations(self.chain.owner)) == []

    @invariant()
    def everything_lies_where_the_model_says(self) -> None:
        model, chain = self.model, self.chain
        for member, account in model.accounts.items():
            assert self.run(chain.balance(member)) == account.balance()
        rows = self.run(
            chain.rows("SELECT * FROM lot WHERE remaining > 0 AND member_id = ANY($1)",
                self.members)
        )  # fmt: skip
        found = {
            row["id"]: (row["member_id"], row["state"] == "pending", row["remaining"], row["held"],
                row["expires_at"] or NEVER)
            for row in rows
        }  # fmt: skip
        assert found == {
            lot.id: (member, lot.pending, lot.remaining, lot.held, lot.expires_at)
            for member, account in model.accounts.items()
            for lot in account.lots
            if lot.remaining
        }
        counters = self.run(
            chain.rows(
                "SELECT scope, subject, rule, period, starts_on::text, used FROM award_counter"
                " WHERE rule LIKE '%' || $1 AND used > 0",
                self.name,
            )
        )
        assert {tuple(row)[:5]: row["used"] for row in counters} == {
            name: used for name, used in model.used.items() if used
        }


@contextmanager
def _chain(database: Database) -> Iterator[dict[str, Any]]:
    """What a walk needs, open in one event loop."""
    with asyncio.Runner() as runner:

        async def open_all() -> tuple[dict[str, Any], list[Any]]:
            clock = HandClock()
            pool = await asyncpg.create_pool(database.app, min_size=1, max_size=2)
            owner = await asyncpg.create_pool(database.owner, min_size=1, max_size=2)
            chain = Chain(owner, Ledger(pool, clock), MemberDesk(pool, clock), clock)
            await chain.open()
            faces = {
                "runner": runner,
                "chain": chain,
                "timekeeper": Timekeeper(pool, clock),
                "accounts": Accounts(pool, clock),
                "awards": AwardBook(pool, clock),
            }
            return faces, [pool, owner]

        faces, pools = runner.run(open_all())
        try:
            yield faces
        finally:
            for pool in pools:
                runner.run(pool.close())


def walk(postgres: PostgresServer, walks: int, steps: int, seed_number: int) -> None:
    """That many walks of that many steps; the seed repeats them."""
    print(f"ledger walks: seed {seed_number}")
    name = f"walk_{new_id().hex}"
    database = postgres.create(name)
    try:
        with _chain(database) as faces:
            machine = seed(seed_number)(type("Walk", (LedgerWalk,), faces))
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=walks,
                    stateful_step_count=steps,
                    deadline=None,
                    database=None,
                    print_blob=True,
                    suppress_health_check=list(HealthCheck),
                ),
            )
    finally:
        postgres.drop(name)
