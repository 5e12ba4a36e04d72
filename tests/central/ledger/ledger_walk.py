"""Random walks of a few members over everything the ledger can do, beside the model.

After each step: every lot lies where the model says (so FEFO was kept and no dead lot was spent),
balances, counters and goods too, and every invariant holds. Move by move: a refused call posts
nothing, a replay posts nothing and answers the same at any later time (`walk_calls.py`), and a
redemption goes the drawn ways only (`redemption_table.py`).
"""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import invariant, run_state_machine_as_test
from msgspec.structs import asdict as structs_dict

from central.ledger.invariants import INVARIANTS
from central.ledger.statement import StatementBook, StatementLine
from tests.central.ledger.account_walk import AccountWalk
from tests.central.ledger.earning_walk import EarningWalk
from tests.central.ledger.ledger_model import NEVER
from tests.central.ledger.stock_walk import StockWalk
from tests.central.ledger.walk_ground import template
from tests.postgres import PostgresServer

_VIOLATIONS = " UNION ALL ".join(
    f"SELECT $name${each.name}$name$, id::text FROM ({each.broken}) AS t (id)"
    for each in INVARIANTS
)
"""What `central check` asks, in one round trip: the name of what is broken, and where."""


class LedgerWalk(EarningWalk, AccountWalk, StockWalk):
    @invariant()
    def holds(self) -> None:
        """After each step that committed something. One name in the steps of a walk that failed:
        its assertion says what does not hold.
        """
        if not self.moved:
            return
        self.moved = False
        self.the_books_are_right()
        self.balances_are_the_models()
        self.every_lot_lies_where_the_model_says()
        self.counters_and_goods_are_the_models()
        self.a_statement_adds_up()

    def the_books_are_right(self) -> None:
        assert [tuple(row) for row in self.run(self.chain.rows(_VIOLATIONS))] == []

    def balances_are_the_models(self) -> None:
        for member, account in self.model.accounts.items():
            assert self.run(self.chain.balance(member)) == account.balance()

    def every_lot_lies_where_the_model_says(self) -> None:
        rows = self.run(self.chain.rows("SELECT * FROM lot WHERE remaining > 0"))
        found = {
            row["id"]: (row["member_id"], row["state"] == "pending", row["remaining"], row["held"],
                row["expires_at"] or NEVER)
            for row in rows
        }  # fmt: skip
        assert found == {
            lot.id: (member, lot.pending, lot.remaining, lot.held, lot.expires_at)
            for member, account in self.model.accounts.items()
            for lot in account.lots
            if lot.remaining
        }

    def counters_and_goods_are_the_models(self) -> None:
        query = "SELECT scope, subject, rule, period, starts_on::text, used FROM award_counter"
        counters = self.run(self.chain.rows(f"{query} WHERE used > 0"))
        assert {tuple(row)[:5]: row["used"] for row in counters} == {
            name: used for name, used in self.model.used.items() if used
        }
        stock = self.run(self.chain.rows("SELECT kiosk_id IS NULL, on_hand FROM stock_bucket"))
        goods = {"shelf" if row[0] else "box": row["on_hand"] for row in stock}
        assert goods == self.model.goods

    def a_statement_adds_up(self) -> None:
        """One member's after each step, the next one's after the next: its lines are the postings,
        their sum is the balance, and each leaves what the one before left and it moved.
        """
        members = list(self.model.accounts)
        member = members[self.postings() % len(members)]
        book = StatementBook(self.ground.owner, self.ground.clock)
        lines: list[StatementLine] = []
        before = None
        while not lines or before is not None:
            page = self.run(book.read(member, before=before, limit=7))
            lines += page.lines
            before = page.next
        left = dict.fromkeys(("pending", "available", "held", "debt"), 0)
        for line in reversed(lines):
            for account in left:
                left[account] += getattr(line.moved, account)
            assert left == structs_dict(line.left)
        assert left == self.run(self.chain.balance(member)) == structs_dict(page.standing.balance)


@dataclass(frozen=True, slots=True)
class Walked:
    walks: int
    met: Counter[str]
    """What was called, how often, and what came of it."""
    took_s: float

    def __str__(self) -> str:
        a_minute = self.walks / self.took_s * 60
        calls = self.met.total()
        each = "\n".join(f"{count:8} {name}" for name, count in sorted(self.met.items()))
        return f"{self.walks} walks, {calls} calls, {a_minute:.0f} walks a minute\n{each}"


def walk(postgres: PostgresServer, walks: int, steps: int, seed_number: int) -> Walked:
    """That many walks of at most that many steps; the seed repeats them.

    A walk that fails is told by its own assertion, with the steps that led there. It is not made
    shorter: that takes hundreds of walks, and the steps can be read as they are.
    """
    print(f"ledger walks: seed {seed_number}")
    began = time.monotonic()
    with asyncio.Runner() as runner, template(postgres, runner) as plan:
        faces = {"postgres": postgres, "runner": runner, "plan": plan, "met": Counter[str]()}
        machine = seed(seed_number)(type("Walk", (LedgerWalk,), faces))
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=walks,
                stateful_step_count=steps,
                deadline=None,
                database=None,
                print_blob=False,
                phases=(Phase.generate,),
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
            ),
        )
    return Walked(machine.walks, machine.met, time.monotonic() - began)
