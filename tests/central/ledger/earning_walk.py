"""What a random walk does to give points and to take them back."""

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from central.ledger.proposal import AwardGiven, Counter, Proposal, ProposedLine, Scope, Stale
from tests.central.ledger.ledger_model import ZONE
from tests.central.ledger.walk_calls import WHO, WalkOfCalls
from tests.central.ledger.walk_ground import POLICIES
from wire.errors import ErrorCode
from wire.ids import new_id

DAILY, BUDGET = 150, 400
CAMPAIGN = "spring"
KIND = st.sampled_from(sorted(POLICIES))
RECEIPT = st.sampled_from(["", "R1", "R2"])


class EarningWalk(WalkOfCalls):
    @rule(
        who=WHO,
        points=st.integers(1, 300),
        kind=KIND,
        dies_in_h=st.none() | st.integers(1, 48),
        waits_h=st.integers(-12, 12),
        receipt=RECEIPT,
    )
    def award(
        self, who: int, points: int, kind: str, dies_in_h: int | None, waits_h: int, receipt: str
    ) -> None:
        at = self.now + timedelta(hours=max(waits_h, 0))
        end = at + timedelta(hours=dies_in_h) if dies_in_h and kind == "short" else None
        member, key = self.account_of(who), str(new_id())
        answer = self.tried(
            "award",
            lambda words: self.chain.ledger.award(
                client="t", key=key, member=self.members[who], points=points, point_type=kind,
                source=words, reference=receipt, available_at=at, expires_at=end,
            ),
        )  # fmt: skip
        if self.model.accounts[member].status == "closed":
            assert answer is ErrorCode.MEMBER_UNKNOWN
            return
        self.model.grant(
            member, answer.lot, points, kind, self.now, reference=receipt, available_at=at,
            expires_at=end,
        )  # fmt: skip
        self.model.visits.append((member, self.now))
        self.model.slide(member, self.now)

    @rule(who=WHO, base=st.integers(1, 120), bonus=st.integers(1, 120), late=st.booleans())
    def propose(self, who: int, base: int, bonus: int, *, late: bool) -> None:
        """As the rules would: the award is what was proposed and what counters leave of it."""
        member, key = self.account_of(who), str(new_id())
        daily = Counter(Scope.MEMBER, "daily", "day", DAILY)
        budget = Counter(Scope.CAMPAIGN, "budget", "ever", BUDGET, CAMPAIGN)
        lines = (
            ProposedLine(base, "short", "sale", counters=(daily,)),
            ProposedLine(bonus, "short", "campaign", counters=(daily, budget)),
        )
        facts, receipt = self.facts(member), f"sale {len(self.kept)} of {who}"
        answer = self.tried(
            "award_proposal",
            lambda words: self.ground.awards.award(
                Proposal(member, receipt, words, lines), facts - late, client="t", key=key
            ),
        )
        if self.model.accounts[member].status == "closed":
            assert answer is ErrorCode.MEMBER_UNKNOWN
        elif late:
            assert answer == Stale(member, facts)
        else:
            assert isinstance(answer, AwardGiven)
            self._clipped(member, receipt, lines, answer)

    def _clipped(
        self, member: UUID, receipt: str, lines: tuple[ProposedLine, ...], answer: AwardGiven
    ) -> None:
        today = self.now.astimezone(ZONE).date().isoformat()
        caps = {
            ("member", str(member), "daily", "day", today): DAILY,
            ("campaign", CAMPAIGN, "budget", "ever", "1970-01-01"): BUDGET,
        }
        counted = [list(caps)[:1], list(caps)]
        for line, told, names in zip(lines, answer.lines, counted, strict=True):
            points = self.model.room([(name, caps[name]) for name in names], line.points)
            assert told.granted == points
            if points:
                assert told.lot
                lot = self.model.grant(
                    member, told.lot, points, line.type, self.now, reference=receipt
                )
                self.model.count(lot, names, points)
                self.model.visits.append((member, self.now))
        self.model.slide(member, self.now)

    @rule(
        who=WHO,
        points=st.integers(1, 200),
        number=st.integers(0, 9),
        receipt=st.none() | RECEIPT,
        policy=st.sampled_from(["only_pending", "within_balance", "debt"]),
    )
    def clawback(
        self, who: int, points: int, number: int, receipt: str | None, policy: str
    ) -> None:
        key = str(new_id())
        if receipt is None:
            receipt = self._one_of(who, number)
        back = self.tried(
            "clawback",
            lambda words: self.chain.ledger.clawback(
                client="t", key=key, member=self.members[who], points=points, reference=receipt,
                reason=words, policy=policy,
            ),
        )  # fmt: skip
        taken = self.model.clawback(self.account_of(who), points, receipt, policy, self.now)
        assert (back.from_lots, back.to_debt) == taken

    @rule(
        who=WHO,
        points=st.none() | st.integers(1, 120),
        number=st.integers(0, 9),
        policy=st.sampled_from(["only_pending", "within_balance", "debt"]),
    )
    def book_return(self, who: int, points: int | None, number: int, policy: str) -> None:
        """By hand, as a till was not heard; it may tell the same later."""
        sold = [each for each in range(len(self.members)) if self._receipts(each)]
        who = sold[who % len(sold)] if sold else who
        member, key = self.account_of(who), str(new_id())
        account, receipt = self.model.accounts[member], self._one_of(who, number)
        left = account.left(receipt)
        answer = self.tried(
            "desk_clawback",
            lambda words: self.ground.at_desk.clawback(
                operator="E1", key=key, member=self.members[who], points=points,
                reference=receipt, reason=words, policy=policy,
            ),
        )  # fmt: skip
        if not account.gave[receipt]:
            assert answer is ErrorCode.BAD_REQUEST
        elif not left or (points or 0) > left:
            assert answer is ErrorCode.INSUFFICIENT
        else:
            taken = self.model.clawback(
                member, points or left, receipt, policy, self.now, by_hand=True
            )
            assert (answer.from_lots, answer.to_debt) == taken

    def _receipts(self, who: int) -> list[str]:
        """Of the sales of a member."""
        gave = self.model.accounts[self.account_of(who)].gave
        return sorted(receipt for receipt, points in gave.items() if receipt and points)

    def _one_of(self, who: int, number: int) -> str:
        known = self._receipts(who)
        return known[number % len(known)] if known else "R1"

    @rule(who=WHO, points=st.integers(-150, 300).filter(bool))
    def adjust(self, who: int, points: int) -> None:
        member, key = self.account_of(who), str(new_id())
        have = self.model.spendable(member, self.now)
        answer = self.tried(
            "adjust",
            lambda words: self.ground.accounts.adjust(
                operator="E1", key=key, member=self.members[who], points=points, reason=words,
                point_type="short", approver="M1",
            ),
        )  # fmt: skip
        if self.model.accounts[member].status == "closed":
            assert answer is ErrorCode.MEMBER_UNKNOWN
        elif points > 0:
            made = self.run(
                self.chain.value(
                    "SELECT lot_id FROM journal WHERE kind = 'adjust' AND member_id = $1"
                    " ORDER BY seq DESC LIMIT 1",
                    member,
                )
            )
            assert made not in {lot.id for lot in self.model.accounts[member].lots}
            self.model.grant(member, made, points, "short", self.now)
        elif have < -points:
            assert answer is ErrorCode.INSUFFICIENT
        else:
            self.model.settle(member, self.now)
            for lot, part in self.model.take(member, -points):
                lot.remaining -= part
