"""What a random walk does to accounts, and what time does to all of them."""

from datetime import datetime, time, timedelta
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.central.ledger.ledger_model import ZONE
from tests.central.ledger.spending_walk import SpendingWalk
from tests.central.ledger.walk_calls import WHO
from wire.errors import ErrorCode
from wire.ids import new_id

QUARTER, DAY, THREE_DAYS, FIFTEEN_DAYS = 15, 24 * 60, 72 * 60, 15 * 24 * 60
"""Minutes after which something happens: to the minute, since ends are half-open."""


class AccountWalk(SpendingWalk):
    @rule(who=WHO, verb=st.sampled_from(["freeze", "thaw", "close", "reopen"]))
    def status(self, who: int, verb: str) -> None:
        member, key = self.account_of(who), str(new_id())
        account = self.model.accounts[member]
        by = {"operator": "E1", "key": key, "member": self.members[who]}
        more = {"frozen": verb == "freeze"} if verb in ("freeze", "thaw") else {}
        call = getattr(self.ground.accounts, "freeze" if verb == "thaw" else verb)
        answer = self.tried(verb, lambda words: call(**by, **more, reason=words))
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
        accounts = self.model.accounts
        again = member in self.model.merged_into(into)
        well = all(accounts[m].status == "active" for m in (member, into))
        answer = self.tried(
            "merge",
            lambda words: self.ground.accounts.merge(
                operator="E1", key=key, member=member, into=into, reason=words
            ),
        )
        if again:
            assert answer.lots == 0
        elif member == into or not well:
            assert isinstance(answer, ErrorCode)
        else:
            query = "SELECT id, merged_from_id FROM lot WHERE member_id = $1"
            rows = self.run(self.chain.rows(query, into))
            ids = {row["merged_from_id"]: row["id"] for row in rows}
            self.model.merge(member, into, ids, self.now)

    @rule(kind=st.sampled_from(["short", "slide"]), days=st.integers(1, 3), back=st.booleans())
    def clearing(self, kind: str, days: int, *, back: bool) -> None:
        """Announced, or taken back: lots have their own end again when they are next looked at."""
        key, last_day = str(new_id()), self.now.astimezone(ZONE).date() + timedelta(days=days)
        accounts = self.ground.accounts
        announce = partial(accounts.announce_clearing, approver="M1")
        call = accounts.withdraw_clearing if back else announce
        answer = self.tried(
            "clearing_withdraw" if back else "clearing_announce",
            lambda words: call(
                operator="E1", key=key, point_type=kind, last_day=last_day, reason=words
            ),
        )
        announced = self.model.clearings.setdefault(kind, set())
        clears_at = datetime.combine(last_day + timedelta(days=1), time(), ZONE)
        if back and clears_at not in announced:
            assert answer is ErrorCode.BAD_REQUEST
            return
        assert answer.clears_at == clears_at
        (announced.discard if back else announced.add)(clears_at)

    @rule(who=WHO, days=st.none() | st.integers(0, 20))
    def give_tier(self, who: int, days: int | None) -> None:
        """Gold by staff, through a day or for life: whatever is earned, it is never lower."""
        key, member = str(new_id()), self.account_of(who)
        today = self.now.astimezone(ZONE).date()
        last_day = None if days is None else today + timedelta(days=days)
        answer = self.tried(
            "tier_give",
            lambda words: self.ground.tiers.give(
                operator="E1", key=key, member=self.members[who], tier="gold", last_day=last_day,
                reason=words,
            ),
        )  # fmt: skip
        active = self.model.accounts[member].status == "active"
        assert isinstance(answer, ErrorCode) is not active
        if active:
            query = "SELECT tier_id FROM member WHERE id = $1"
            assert self.run(self.chain.value(query, member)) == "gold"

    @rule(minutes=st.sampled_from([1, 3, QUARTER, 120, DAY]))
    def clock_is_put_back(self, minutes: int) -> None:
        """As a time server does after a machine has run ahead: what came due stays as it is, what
        is yet to come is due once more, and nobody loses points.
        """
        self.ground.clock.forward(minutes=-minutes)
        self.met["clock: back"] += 1

    @rule(
        minutes=st.sampled_from([1, QUARTER, 120, DAY, THREE_DAYS, FIFTEEN_DAYS]),
        job=st.sampled_from(["none", "minute", "night", "night as of this day"]),
    )
    def time_passes(self, minutes: int, job: str) -> None:
        """Nothing is due twice, and jobs may be days late or never come."""
        self.ground.clock.forward(minutes=minutes)
        self.moved = job != "none"
        self.met[f"time: {job}"] += 1
        if job == "minute":
            self.run(self.ground.timekeeper.settle_redemptions())
            for redemption in sorted(self.model.holds):
                paper = self.model.holds[redemption].paper
                self.came(redemption, None, paper.after(self.now))
        elif job != "none":
            today = self.now.astimezone(ZONE).date()
            begins = datetime.combine(today, time(), ZONE)
            as_of = job == "night as of this day"
            done = self.run(self.ground.night.run(today if as_of else None))
            assert not done.failed
            self.model.night(begins if as_of else self.now)
