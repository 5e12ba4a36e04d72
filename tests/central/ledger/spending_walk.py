"""What a random walk does with redemptions: at the kiosk, at the till, by staff."""

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule
from msgspec.structs import replace

from tests.central.ledger.ledger_model import NEVER, Anew, Lot
from tests.central.ledger.paper_model import COPIES
from tests.central.ledger.walk_calls import WHO, WORDS, Call, WalkOfCalls
from tests.central.ledger.walk_ground import PER_DAY, PRICE
from wire.api.redemptions import (
    CaptureRequest,
    PrintingRequest,
    PrintResult,
    ReleaseReason,
    ReleaseRequest,
    ReprintRequest,
    State,
)
from wire.api.vouchers import RestoreRequest, UseRequest
from wire.errors import ErrorCode
from wire.ids import new_id

NUMBER = st.integers(0, 9)
_GRACE = timedelta(days=30)
WAYS = [
    ("printing",),
    ("printing", "capture_unknown"),
    ("printing", "capture_ok"),
    ("printing", "capture_ok", "use"),
    ("printing", "use"),
]


class SpendingWalk(WalkOfCalls):
    def pick(self, number: int) -> UUID | None:
        """One of the redemptions; small numbers are the newest."""
        known = list(self.model.holds)
        return known[-1 - number % len(known)] if known else None

    def came(
        self, redemption: UUID, answer: object, expected: State | ErrorCode, *, restock: bool = True
    ) -> None:
        """It is what the table says; the model's points and goods go along."""
        if isinstance(expected, ErrorCode):
            assert answer is expected
            return
        assert not isinstance(answer, ErrorCode), answer
        assert self.run(self.chain.state(redemption)) is expected
        anew = self.model.arrive(redemption, expected, self.now, restock=restock)
        if anew:
            self._lots_anew(redemption, anew)

    def _lots_anew(self, redemption: UUID, anew: list[Anew]) -> None:
        """What came back and could not go to its own lot has one of its own, with these dates."""
        query = "SELECT * FROM lot WHERE source = 'void' AND reference = $1"
        rows = self.run(self.chain.rows(query, str(redemption)))
        made = {
            row["id"]: (row["type"], row["granted"], row["remaining"], row["available_at"],
                row["expires_at"] or NEVER)
            for row in rows
        }  # fmt: skip
        account = self.model.accounts[self.model.holds[redemption].member]
        for lot, points, left in anew:
            dead = self.model.dead(lot, self.now)
            since = self.now if dead else lot.available_at
            own_end = self.now + _GRACE if dead else lot.own_end
            end = self.now + _GRACE if dead else lot.expires_at
            if left:  # announced, and it is looked at again
                end = self.model.end(lot.type, since, own_end)
            wanted = (lot.type, points, left, since, end)
            found = next((each for each, row in made.items() if row == wanted), None)
            assert found, f"no lot of {wanted} among {made}"
            del made[found]
            account.lots.append(
                Lot(found, lot.type, str(redemption), False, left, since, own_end, end)
            )
        assert not made, "more came back than was taken"

    @rule(who=WHO)
    def reserve(self, who: int) -> None:
        self._reserve(who)

    @rule(who=WHO, ways=st.sampled_from(WAYS))
    def redeem(self, who: int, ways: tuple[str, ...]) -> None:
        """Reserved, and then as far as these calls go."""
        redemption = self._reserve(who)
        for verb in ways if redemption else ():
            if verb == "use":
                self._at_the_till(redemption, "R1", back=False)
            else:
                self._kiosk(redemption, verb)

    def _reserve(self, who: int) -> UUID | None:
        member = self.members[who]
        request = self.run(self.chain.request(member, self.ground.reward, PRICE))
        answer = self.tried(
            "reserve",
            lambda words: self.chain.ledger.reserve(
                self.chain.kiosk, replace(request, choice=words)
            ),
        )
        status = self.model.accounts[member].status
        have = self.model.spendable(member, self.now)
        if status != "active":
            assert answer is (
                ErrorCode.MEMBER_FROZEN if status == "frozen" else ErrorCode.MEMBER_UNKNOWN
            )
        elif have < PRICE:
            assert answer is ErrorCode.INSUFFICIENT, "debt blocks, and what is not there"
        elif not self.model.place():
            assert answer is ErrorCode.OUT_OF_STOCK
        elif self.model.had_today(member, self.now) >= PER_DAY:
            assert answer is ErrorCode.LIMIT_REACHED
        else:
            assert answer.spendable == have - PRICE
            self.model.reserve(answer.id, member, PRICE, self.now)
            return request.id
        return None

    @rule(
        number=NUMBER,
        verb=st.sampled_from(["printing", "capture_ok", "capture_unknown", "release"]),
    )
    def kiosk(self, number: int, verb: str) -> None:
        if redemption := self.pick(number):
            self._kiosk(redemption, verb)

    def _kiosk(self, redemption: UUID, verb: str) -> None:
        expected = self.model.holds[redemption].paper.asked(verb, self.now)
        self.came(redemption, self.tried(verb, self._by_kiosk(verb, redemption)), expected)

    def _by_kiosk(self, verb: str, redemption: UUID) -> Call:
        ledger, kiosk, key, now = self.chain.ledger, self.chain.kiosk, str(new_id()), self.now
        if verb == "printing":
            return lambda words: ledger.printing(
                kiosk, redemption, key, PrintingRequest(now + timedelta(seconds=words != WORDS))
            )
        if verb == "release":
            return lambda words: ledger.release(
                kiosk, redemption, key,
                ReleaseRequest(
                    ReleaseReason.CANCELLED if words == WORDS else ReleaseReason.RECOVERED
                ),
            )  # fmt: skip
        result = PrintResult.OK if verb == "capture_ok" else PrintResult.UNKNOWN
        return lambda words: ledger.capture(
            kiosk, redemption, key,
            CaptureRequest(print_result=result, paper_mm=len(words), printed_at=now),
        )  # fmt: skip

    @rule(number=NUMBER)
    def reprint(self, number: int) -> None:
        redemption = self.pick(number)
        if not redemption:
            return
        hold, key = self.model.holds[redemption], str(new_id())
        sessions = [self.run(self.chain.session(hold.member)) for _ in range(2)]
        answer = self.tried(
            "reprint",
            lambda words: self.chain.ledger.reprint(
                self.chain.kiosk, redemption, key, ReprintRequest(sessions[words != WORDS])
            ),
        )
        status, expected = (
            self.model.accounts[hold.member].status,
            hold.paper.asked("reprint", self.now),
        )
        if status != "active":
            assert answer is (
                ErrorCode.MEMBER_FROZEN if status == "frozen" else ErrorCode.MEMBER_UNKNOWN
            )
        elif isinstance(expected, ErrorCode) or hold.paper.copies < COPIES:
            self.came(redemption, answer, expected)
            if not isinstance(expected, ErrorCode):
                hold.paper.copies += 1
                code = self.run(self.chain.code_of(redemption))
                assert (answer.voucher.code, answer.copy) == (code, hold.paper.copies)
        else:
            assert answer is ErrorCode.REPRINT_LIMIT

    @rule(number=NUMBER, receipt=st.sampled_from(["R1", "R2"]), back=st.booleans())
    def at_the_till(self, number: int, receipt: str, *, back: bool) -> None:
        if redemption := self.pick(number):
            self._at_the_till(redemption, receipt, back=back)

    def _at_the_till(self, redemption: UUID, receipt: str, *, back: bool) -> None:
        """A till's key for a use is made from its receipt: after a restore it is the same."""
        paper = self.model.holds[redemption].paper
        code, ledger, till = (
            self.run(self.chain.code_of(redemption)),
            self.chain.ledger,
            self.chain.till,
        )
        if back:
            key, verb = str(new_id()), "restore"
            answer = self.tried(
                verb,
                lambda words: ledger.restore_voucher(
                    till, code, key, RestoreRequest(pos="1", receipt=receipt, reason=words)
                ),
            )
        else:
            key, verb, use = f"{receipt}:{code}", "use", UseRequest(pos="1", receipt=receipt)
            answer = self.tried(
                verb, lambda _words: ledger.use_voucher(till, code, key, use), kept=False
            )
        # Five bad codes would pause the till and the walk with it.
        self.run(self.chain.execute("UPDATE device SET guessing_paused_until = NULL"))
        expected = paper.asked(verb, self.now, receipt)
        self.came(redemption, answer, expected)
        if expected is State.USED:
            paper.used_by = receipt

    @rule(
        number=NUMBER,
        verb=st.sampled_from(["void", "release_uncertain", "goods_returned", "goods_broken"]),
    )
    def staff(self, number: int, verb: str) -> None:
        if redemption := self.pick(number):
            restock = verb != "goods_broken"
            name = verb if restock else "goods_returned"
            more = {} if restock else {"restock": False}
            move, key = getattr(self.chain.ledger, name), str(new_id())
            answer = self.tried(
                verb,
                lambda words: move(
                    operator="E1", key=key, redemption=redemption, reason=words, **more
                ),
            )
            row = "release_by_staff" if verb == "release_uncertain" else name
            expected = self.model.holds[redemption].paper.asked(row, self.now)
            self.came(redemption, answer, expected, restock=restock)
