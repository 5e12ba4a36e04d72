"""`central stock` over a real database."""

import asyncio
from uuid import UUID

import pytest
from click.testing import CliRunner

from central.commands.stock import command
from central.ledger.invariants import violations
from central.staff import people
from tests.chain import Chain, text
from tests.postgres import Database
from wire.api.redemptions import State
from wire.api.staff import StaffRole

BY = ("--operator", "E0007", "--reason")


class Shelf:
    """The command line, at a chain with one counted reward."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def says(self, *arguments: str, status: int = 0) -> str:
        """What it said; in a thread of its own, since it has a loop of its own."""
        done = await asyncio.to_thread(
            CliRunner().invoke, command, arguments, env=self._database.environment()
        )
        assert done.exit_code == status, done.output
        assert done.exception is None or isinstance(done.exception, SystemExit)
        return done.stdout if status == 0 else done.stderr


@pytest.fixture
async def shelf(chain: Chain, database: Database) -> Shelf:
    """E0007 works for the chain; E0008 has left, E0009 is of it."""
    async with chain.owner.acquire() as connection:
        for number, role in (
            ("E0007", StaffRole.CLERK), ("E0008", StaffRole.CLERK), ("E0009", StaffRole.IT)
        ):  # fmt: skip
            await people.add(connection, number, "李小红", role, ())
    await chain.execute("UPDATE staff SET active = false WHERE staff_no = 'E0008'")
    return Shelf(database)


async def test_a_delivery_from_the_lorry_to_the_kiosks_box(chain: Chain, shelf: Shelf) -> None:
    reward: UUID = await chain.reward(stock=0, voucher_days=10_000)  # commands go by today's clock
    assert "nothing is counted there" in await shelf.says("list")
    said = await shelf.says("receive", "雨伞", "central", "40", *BY, "PO 12")
    assert said == "central: 40 on hand, 0 promised, 0 written off\n"
    said = await shelf.says("move", "雨", "central", "S1", "30", *BY, "weekly")
    assert said.splitlines() == [
        "central: 10 on hand, 0 promised, 0 written off",
        "store S1: 30 on hand, 0 promised, 0 written off",
    ]
    await shelf.says("move", str(reward), "S1", "K01", "2", *BY, "box")
    await chain.in_state(State.ISSUED, reward, await chain.member(100))
    said = await shelf.says("count", "雨伞", "K01", "1", *BY, "month")
    assert said == "kiosk K01: 0 on hand, 1 promised, 1 written off\n"
    await shelf.says("write-off", "雨伞", "S1", "3", *BY, "wet")

    lines = (await shelf.says("list", "雨伞")).splitlines()
    assert [" ".join(line.split()) for line in lines] == [
        "central 10 on hand 0 promised 0 issued 0 written off 雨伞",
        "kiosk K01 0 on hand 1 promised 1 issued 1 written off 雨伞",
        "store S1 25 on hand 0 promised 0 issued 3 written off 雨伞",
    ]
    assert (await shelf.says("list", "--place", "S1")).count("\n") == 1
    moves = (await shelf.says("list", "--moves", "--place", "S1")).splitlines()
    assert len(moves) == 3
    assert "written_off" in moves[0]
    assert moves[0].endswith("E0007: wet")
    assert any(line.endswith("E0007: weekly (from central)") for line in moves)
    assert await violations(chain.owner) == []


async def test_the_same_key_does_it_once(chain: Chain, shelf: Shelf) -> None:
    await chain.reward(stock=0)
    receive = ("receive", "雨伞", "S1", "5", *BY, "lorry", "--key", "PO-12")
    assert await shelf.says(*receive) == await shelf.says(*receive)
    assert await chain.value("SELECT on_hand FROM stock_bucket") == 5
    said = await shelf.says("receive", "雨伞", "S1", "6", *BY, "lorry", "--key", "PO-12", status=1)
    assert said == (
        "key PO-12 (with --key it is not done twice)\n"
        "Error: this --key was used for something else: leave it out to do a new thing\n"
    )


async def test_who_may_do_it_and_under_which_name(chain: Chain, shelf: Shelf) -> None:
    await chain.reward(stock=0)
    receive = ("receive", "雨伞", "S1", "5", "--reason", "lorry", "--operator")
    for operator, told in (
        ("nobody", "nobody with the number"), ("E0008", "has left"), ("E0009", "of it"),
    ):  # fmt: skip
        assert told in await shelf.says(*receive, operator, status=1)
    await shelf.says(*receive, "e0007 ")
    assert [r[0] for r in await chain.rows("SELECT actor FROM audit_event")] == ["E0007"]


async def test_a_preview_moves_no_goods(chain: Chain, shelf: Shelf) -> None:
    await chain.reward(stock=0)
    said = await shelf.says("receive", "雨伞", "S1", "5", *BY, "lorry", "--dry-run")
    assert said == "would be: store S1: 5 on hand, 0 promised, 0 written off\n"
    assert await chain.value("SELECT count(*) FROM stock_bucket WHERE on_hand > 0") == 0
    assert await chain.value("SELECT count(*) FROM audit_event") == 0


async def test_what_cannot_be_done_says_what_can(chain: Chain, shelf: Shelf) -> None:
    reward = await chain.reward(stock=2, voucher_days=10_000)  # as above
    await chain.in_state(State.ISSUED, reward, await chain.member(100))
    await chain.reward(name=text("雨衣"), stock=0)
    await chain.reward(name=text("咖啡"))
    for arguments, says in (
        (("write-off", "雨伞", "S1", "2", *BY, "wet"), "2 are needed and 1 are there"),
        (("count", "雨伞", "S1", "0", *BY, "month"), "1 are needed and 0 are there"),
        (("receive", "雨", "S1", "2", *BY, "lorry"), "may be several rewards, say which: 雨"),
        (("receive", "茶", "S1", "2", *BY, "lorry"), "no reward is called '茶'"),
        (("receive", "咖啡", "S1", "2", *BY, "lorry"), "the stock of '咖啡' is not counted"),
        (("receive", "雨伞", "S9", "2", *BY, "lorry"), "'S9' is no place: a store (S1 S2)"),
        (("move", "雨伞", "S1", "S1", "1", *BY, "why"), "two different places"),
    ):
        assert says in await shelf.says(*arguments, status=1)
    for arguments, says in (
        (("receive", "雨伞", "S1", "2", *BY, " "), "--reason is empty"),
        (("receive", "雨伞", "S1", "0", *BY, "why"), "0 is not in the range"),
        (("receive", "雨伞", "S1", "2", "--reason", "why"), "Missing option '--operator'"),
    ):
        assert says in await shelf.says(*arguments, status=2)
    assert await chain.value("SELECT on_hand FROM stock_bucket WHERE reward_id = $1", reward) == 1
