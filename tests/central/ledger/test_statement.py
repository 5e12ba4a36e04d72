"""What a member reads of their account: every line from the postings, the same one each time."""

import re
from datetime import timedelta
from importlib import resources
from typing import Any

import asyncpg
import pytest

from central.ledger.accounts import Accounts
from central.ledger.night import NightRun
from central.ledger.refusal import LedgerRefused
from central.ledger.statement import Statement, StatementBook, StatementLine
from central.ledger.statement_page import StatementPage, masked
from central.ledger.statement_words import KINDS, words
from tests.chain import Chain, HandClock
from wire.api.redemptions import PrintResult, State
from wire.api.text import Language
from wire.errors import ErrorCode
from wire.ids import new_id

E1 = {"operator": "E1", "reason": "a reason of the chain's own"}


@pytest.fixture
def book(pool: "asyncpg.Pool[Any]", clock: HandClock) -> StatementBook:
    return StatementBook(pool, clock)


def said(lines: tuple[StatementLine, ...]) -> list[tuple[str, int, int]]:
    """Oldest first: words, change of what is usable, of what is pending."""
    return [
        (words(line).zh_hans, line.moved.usable, line.moved.pending) for line in reversed(lines)
    ]


def page(statement: Statement, language: Language = Language.ZH_HANS) -> str:
    return "\n".join(StatementPage(statement, language, every_line=False).text())


async def test_a_life_of_an_account_in_words(
    chain: Chain, accounts: Accounts, night: NightRun, book: StatementBook
) -> None:
    member = await chain.member()
    await chain.award(member, 600, reference="S1:1:77")
    await chain.award(member, 90, source="campaign", available_at=chain.clock() + timedelta(days=1))
    reward = await chain.reward(200)
    await chain.in_state(State.USED, reward, member, 200)
    cancelled = (await chain.reserve(member, reward, 200)).id
    await chain.release(cancelled)
    chain.clock.forward(days=1)
    await night.run()
    await chain.ledger.clawback(
        client="t", key="1", member=member, points=600, reference="S1:1:77", reason="returned"
    )
    await accounts.adjust(key="2", member=member, points=150, **E1)
    voided = await chain.in_state(State.ISSUED, await chain.reward(20), member, 20)
    await chain.ledger.void(key="3", redemption=voided, **E1)
    await accounts.adjust(key="4", member=member, points=-10, **E1)

    statement = await book.read(member)
    assert said(statement.lines) == [
        ("消费积分", 600, 0),
        ("活动积分（待生效）", 0, 90),
        ("兑换 雨伞", -200, 0),
        ("兑换完成 雨伞", 0, 0),
        ("兑换 雨伞", -200, 0),
        ("兑换未完成，积分退回 雨伞", 200, 0),
        ("积分生效", 90, -90),
        ("退货扣回，其中尚欠 110", -600, 0),
        ("人工调整，其中抵扣所欠 110", 150, 0),
        ("兑换 雨伞", -20, 0),
        ("兑换完成 雨伞", 0, 0),
        ("兑换券作废，积分退回 雨伞", 20, 0),
        ("人工调整", -10, 0),
    ]
    assert statement.lines[0].left.usable == statement.standing.spendable == 30
    assert statement.lines[-1].reference == "S1:1:77"
    assert "退货扣回 S1:1:77，其中尚欠 110" in page(statement), "two numbers do not run together"
    text = page(statement)
    assert "兑换完成" not in text, "what changes nothing for the member is left out"
    assert "a reason of" not in text
    assert "E1" not in text
    assert await read_whole(book, member) == statement.lines


async def read_whole(book: StatementBook, member: Any, limit: int = 3) -> tuple[StatementLine, ...]:
    lines: list[StatementLine] = []
    before = None
    while True:
        got = await book.read(member, before=before, limit=limit)
        lines += got.lines
        if got.next is None:
            return tuple(lines)
        assert len(got.lines) == limit
        before = got.next


async def test_a_return_names_its_receipt(chain: Chain, book: StatementBook) -> None:
    """Also of a sale that nobody here knows, and when the points were other sales'."""
    member = await chain.member(100)
    for receipt, told in (("S9:1:4", "S9:1:4"), ("", ""), ("for 13800138000", "for 138****8000")):
        await chain.ledger.clawback(
            client="t", key=receipt, member=member, points=5, reference=receipt, reason="returned"
        )
        statement = await book.read(member)
        assert statement.lines[0].reference == receipt
        line = page(statement).splitlines()[3]
        assert " ".join(line.split()[2:]).startswith(f"退货扣回 {told}".strip() + " -5")


async def test_what_is_posted_meanwhile_moves_no_page(chain: Chain, book: StatementBook) -> None:
    member = await chain.member()
    for number in range(5):
        await chain.award(member, 10 + number)
    first = await book.read(member, limit=2)
    assert [line.moved.available for line in first.lines] == [14, 13]
    await chain.award(member, 99)
    second = await book.read(member, limit=2, before=first.next)
    assert [line.moved.available for line in second.lines] == [12, 11]
    assert [line.left.available for line in second.lines] == [33, 21]
    last = await book.read(member, limit=2, before=second.next)
    assert ([line.moved.available for line in last.lines], last.next) == ([10], None)


async def test_days_are_half_open_and_balances_count_what_was_before(
    chain: Chain, book: StatementBook
) -> None:
    member = await chain.member(100)
    since = chain.clock() + timedelta(days=1)
    chain.clock.at = since
    await chain.award(member, 7)
    chain.clock.forward(days=1)
    await chain.award(member, 8)
    got = await book.read(member, since=since, until=chain.clock())
    assert [(line.moved.available, line.left.available) for line in got.lines] == [(7, 107)]


async def test_how_it_stands(chain: Chain, book: StatementBook) -> None:
    member = await chain.member()
    now = chain.clock()
    await chain.award(member, 30, expires_at=now + timedelta(days=2))
    await chain.award(member, 300, point_type="forever")
    await chain.award(member, 40, available_at=now + timedelta(days=5))
    reward = await chain.reward(25)
    await chain.reserve(member, reward, 25)
    await chain.in_state(State.UNCERTAIN, reward, member, 25)
    await chain.in_state(State.PRINTING, reward, member, 25)
    standing = (await book.read(member)).standing
    assert (standing.spendable, standing.balance.held, standing.balance.pending) == (255, 75, 40)
    assert [(c.points, c.at) for c in standing.pending] == [(40, now + timedelta(days=5))]
    assert [(h.state, h.points, h.until) for h in standing.holds] == [
        ("RESERVED", 25, now + timedelta(minutes=15)),
        ("UNCERTAIN", 25, now + timedelta(hours=72)),
        ("PRINTING", 25, None),
    ]
    assert [(lot.points, lot.held) for lot in standing.lots] == [(30, 30), (40, 0), (300, 45)]
    assert standing.dying == (), "what is held does not die"
    text = page(await book.read(member), Language.EN)
    assert "25 set aside for 雨伞, back at 2026-11-22 12:15" in text
    assert (
        "25 for 雨伞, not sure that it was printed; counts as issued from 2026-11-25 12:00" in text
    )
    assert "40 become available 2026-11-27 12:00" in text


async def test_what_dies_next_is_told_by_its_last_day(chain: Chain, book: StatementBook) -> None:
    member = await chain.member()
    midnight = chain.clock() + timedelta(hours=12)
    await chain.award(member, 30, expires_at=midnight)
    await chain.award(member, 30, expires_at=midnight + timedelta(days=3, minutes=1))
    text = page(await book.read(member))
    assert "2026-11-22 到期 30" in text
    assert "2026-11-26 00:00  消费积分" in text
    chain.clock.at = midnight
    statement = await book.read(member)
    assert (statement.standing.balance.available, statement.standing.spendable) == (60, 30)


async def test_what_stands_is_told_as_it_can_be_spent(chain: Chain, book: StatementBook) -> None:
    """Nothing that is dead; of what cannot be spent, since when or how much."""
    member = await chain.member()
    now = chain.clock()
    await chain.award(member, 50, reference="S1:1:76", expires_at=now + timedelta(days=1))
    await chain.award(member, 100, reference="S1:1:77", expires_at=now + timedelta(days=9))
    await chain.award(member, 70, reference="S1:1:78", available_at=now + timedelta(days=7))
    await chain.reserve(member, await chain.reward(80), 80)
    statement = await book.read(member)
    assert lots_told(statement, Language.ZH_HANS) == [
        "2026-11-23 11:59 消费积分 S1:1:76 50 其中兑换中 50",
        "2026-12-01 11:59 消费积分 S1:1:77 100 其中兑换中 30",
        "2027-11-29 11:59 消费积分 S1:1:78 70 2026-11-29 12:00 生效",
    ]
    assert lots_told(statement, Language.ZH_HANT)[1:] == [
        "2026-12-01 11:59 消費積分 S1:1:77 100 其中兌換中 30",
        "2027-11-29 11:59 消費積分 S1:1:78 70 2026-11-29 12:00 生效",
    ]
    await chain.award(member, 9, reference="S1:1:79", expires_at=now + timedelta(days=1))
    await chain.award(member, 8, reference="S1:1:76", expires_at=now + timedelta(days=1))
    chain.clock.forward(days=7)
    assert lots_told(await book.read(member), Language.EN) == [
        "2026-11-23 11:59 Points from a purchase S1:1:76 50 50 of them set aside",
        "2026-12-01 11:59 Points from a purchase S1:1:77 100 30 of them set aside",
        "2027-11-29 11:59 Points from a purchase S1:1:78 70",
    ]


def lots_told(statement: Statement, language: Language) -> list[str]:
    """The list of what is left, line by line, without its head."""
    return [
        " ".join(li.split()) for li in page(statement, language).split("\n\n")[-1].splitlines()
    ][2:]


async def test_points_given_back_are_told_as_such(
    chain: Chain, book: StatementBook, night: NightRun
) -> None:
    """A lot of the ledger's own: neither a form of words nor the redemption's id is a shopper's."""
    member = await chain.member()
    await chain.award(member, 100, expires_at=chain.clock() + timedelta(days=2))
    redemption = await chain.in_state(State.ISSUED, await chain.reward(), member)
    chain.clock.forward(days=3)
    await chain.ledger.void(key="1", redemption=redemption, **E1)
    statement = await book.read(member)
    told = {language: page(statement, language).splitlines()[-1] for language in Language}
    for language, words_ in (
        (Language.ZH_HANS, "退回的积分"),
        (Language.ZH_HANT, "退回的積分"),
        (Language.EN, "Points given back"),
    ):
        assert re.search(rf"^2026-\S+( \S+)?  +{words_} +100$", told[language])
    chain.clock.forward(days=60)
    await night.run()
    lines = (await book.read(member)).lines
    assert (lines[0].kind, lines[0].reference) == ("expire", "")


async def test_two_accounts_become_one(
    chain: Chain, accounts: Accounts, book: StatementBook
) -> None:
    one, two, three = [await chain.member(points) for points in (100, 20, 3)]
    tails = [await chain.value("SELECT right(number, 4) FROM member WHERE id = $1", m)
        for m in (one, two, three)]  # fmt: skip
    await accounts.merge(key="1", member=one, into=two, **E1)
    await accounts.merge(key="2", member=two, into=three, **E1)
    assert said((await book.read(one)).lines)[1:] == [(f"并入账户 …{tails[1]}", -100, 0)]
    assert said((await book.read(two)).lines)[1:] == [
        (f"由账户 …{tails[0]} 并入", 100, 0),
        (f"并入账户 …{tails[2]}", -120, 0),
    ]
    last = await book.read(three)
    assert said(last.lines)[1:] == [(f"由账户 …{tails[1]} 并入", 120, 0)]
    assert last.lines[0].left.usable == last.standing.spendable == 123
    assert f"已并入账户 …{tails[1]}" in page(await book.read(one))


async def test_cleared_forfeited_and_debt_settled_have_their_words(
    chain: Chain, accounts: Accounts, night: NightRun, book: StatementBook
) -> None:
    member = await chain.member(100)
    held = (await chain.reserve(member, await chain.reward(60), 60)).id
    await chain.ledger.clawback(
        client="t", key="1", member=member, points=70, reference="", reason="returned"
    )
    await chain.release(held)
    await accounts.announce_clearing(
        key="2",
        point_type="base",
        last_day=chain.clock().date() + timedelta(days=1),
        approver=await chain.manager(),
        **E1,
    )
    chain.clock.forward(days=2)
    await night.run()
    await chain.award(member, 5)
    await accounts.close(key="3", member=member, **E1)
    chain.clock.forward(days=16)
    await night.run()
    assert "30 taken for points that were owed" in page(await book.read(member), Language.EN)
    assert said((await book.read(member)).lines)[2:] == [
        ("退货扣回，其中尚欠 30", -70, 0),
        ("兑换未完成，积分退回 雨伞", 60, 0),
        ("积分抵扣所欠 30", 0, 0),
        ("兑换期结束，积分清空", -30, 0),
        ("消费积分", 5, 0),
        ("账户注销，积分清零", -5, 0),
    ]


async def test_a_shopper_is_told_what_debt_and_closing_mean(
    chain: Chain, accounts: Accounts, book: StatementBook
) -> None:
    member = await chain.member()
    await accounts.adjust(key="1", member=member, points=20, **E1)
    assert "\n有效至            来源 " in page(await book.read(member))
    assert re.search(r"\n2027-11-22\S*.*  人工调整 +20$", page(await book.read(member)))
    await chain.ledger.clawback(
        client="t", key="1", member=member, points=70, reference="", reason="returned"
    )
    told = {language: page(await book.read(member), language) for language in Language}
    assert (
        "尚欠 50 分\n  尚欠的积分从以后获得的积分中扣除，还清之前不能兑换。"
        in told[Language.ZH_HANS]
    )
    assert "\n  尚欠的積分從以後獲得的積分中扣除，還清之前不能兌換。" in told[Language.ZH_HANT]
    assert "Taken back for a return, 50 are owed" in told[Language.EN]
    assert "  What is owed is taken from the points that come next;" in told[Language.EN]
    closed = await accounts.close(key="2", member=member, **E1)
    assert closed.forfeits_at is not None
    title = page(await book.read(member)).splitlines()[0]
    assert "账户已注销  2026-12-" in title
    assert "之前可以恢复，之后积分清零" in title
    chain.clock.at = closed.forfeits_at
    assert "恢复" not in page(await book.read(member)).splitlines()[0]


async def test_no_member_and_no_page(chain: Chain, book: StatementBook) -> None:
    with pytest.raises(LedgerRefused) as refused:
        await book.read(new_id())
    assert refused.value.code is ErrorCode.MEMBER_UNKNOWN
    member = await chain.member()
    for limit in (0, 201):
        with pytest.raises(LedgerRefused) as refused:
            await book.read(member, limit=limit)
        assert refused.value.code is ErrorCode.BAD_REQUEST
    assert (await book.read(member)).lines == ()
    assert "这段时间没有记录" in page(await book.read(member))


def test_a_phone_number_in_a_receipt_is_masked() -> None:
    assert masked("S1:1:13800138000") == "S1:1:138****8000"
    assert masked("20261122138001380001") == "20261122138001380001"


def test_every_kind_that_is_posted_has_words() -> None:
    folder = resources.files("central.ledger") / "sql"
    text = "\n".join(entry.read_text("utf-8") for entry in folder.iterdir())
    posted = set(re.findall(r"post\(\s*'(\w+)'", text))
    posted |= set(re.findall(r"p_kind text DEFAULT '(\w+)'", text))
    posted |= set(re.findall(r"redemption_void\(\w+, '(\w+)'", text))
    assert {"award", "merge", "reserve", "void", "return"} <= posted | {"merge"}
    assert posted - {"award"} <= set(KINDS)


def test_no_text_is_missing() -> None:
    for text in KINDS.values():
        assert text.zh_hans
        assert text.zh_hant
        assert text.en


async def test_a_late_clock_changes_no_order(chain: Chain, book: StatementBook) -> None:
    member = await chain.member(10)
    chain.clock.forward(hours=-3)
    await chain.in_state(State.UNCERTAIN, await chain.reward(5), member, 5)
    await chain.capture(await chain.value("SELECT id FROM redemption"), PrintResult.OK)
    lines = (await book.read(member)).lines
    assert [line.kind for line in lines] == ["capture", "reserve", "award"]
    assert [line.left.available for line in lines] == [5, 5, 10]


async def test_words_that_are_too_long_move_no_column(chain: Chain, book: StatementBook) -> None:
    member = await chain.member()
    long = "S0101:1:20261122-0001"
    await chain.award(member, 80, reference=long, available_at=chain.clock() + timedelta(days=1))
    await chain.award(member, 70, reference="R1")
    told = page(await book.read(member), Language.EN).splitlines()
    rows = [line for line in told if "Points from a purchase" in line and line.startswith("20")][:2]
    assert len({len(row) for row in rows}) == 1, rows
    assert any(long in row for row in rows)
