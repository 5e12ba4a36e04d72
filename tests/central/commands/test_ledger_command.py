"""`central ledger`: a statement at the desk, for whoever is named."""

import re
from zoneinfo import ZoneInfo

import msgspec
import psycopg
import pytest

from central.ledger.statement import Statement
from tests.central.conftest import DemoChain
from tests.office import office
from wire.plain_card import check_digits

MAIN = "8800106210"


def test_a_statement_in_three_languages(demo_chain: DemoChain) -> None:
    said = {
        lang: office(demo_chain.database, "ledger", MAIN, "--lang", lang).out
        for lang in ("zh-Hans", "zh-Hant", "en")
    }
    assert re.search(r"消费积分 S0101:1:\d{8}-\d{4} +\+4,000 +12,860\n", said["zh-Hans"])
    assert "張" not in said["zh-Hant"].split("\n")[0], "names are told as they are kept"
    assert "消費積分" in said["zh-Hant"]
    assert "available 12,860 points" in said["en"]
    for text in said.values():
        assert text.startswith("张*明 …6210")
        assert MAIN not in text, "the whole number is never told"
        assert max(len(line) for line in text.splitlines()) < 100


@pytest.mark.parametrize("typed", ["6210", "张*明", "ref", "REF"])
def test_a_member_by_whatever_names_them(demo_chain: DemoChain, typed: str) -> None:
    if typed.lower() == "ref":
        with psycopg.connect(demo_chain.database.owner) as connection:
            row = connection.execute(
                "SELECT encode(ref, 'hex') FROM member_ref JOIN member m ON m.id = member_id"
                " WHERE number = %s", (MAIN,)
            ).fetchone()  # fmt: skip
        assert row is not None
        typed = str(row[0]) if typed == "ref" else str(row[0]).upper()
    if typed == "张*明":
        said = office(demo_chain.database, "ledger", typed, status=None)
        assert said.out.startswith("张*明 …6210") or "could be" in said.why
    else:
        assert office(demo_chain.database, "ledger", typed).out.startswith("张*明 …6210")


def test_a_member_by_card_and_by_phone(demo_chain: DemoChain) -> None:
    text = office(demo_chain.database, "member-code", MAIN).out.strip().splitlines()[0]
    assert office(demo_chain.database, "ledger", text).out.startswith("张*明 …6210")
    broken = text[:-1] + ("A" if text[-1] != "A" else "B")
    assert "names nobody" in office(demo_chain.database, "ledger", broken, status=1).why
    number = "200000000010"
    assert "no member" in office(demo_chain.database, "ledger", number, status=1).why


def test_a_member_by_a_card_in_bars_blocked_or_not(demo_chain: DemoChain) -> None:
    number = "2771000000" + check_digits("2771000000")
    office(demo_chain.database, "plain-card", "add", MAIN, number)
    assert office(demo_chain.database, "ledger", number).out.startswith("张*明 …6210")
    office(demo_chain.database, "plain-card", "block", number)
    assert office(demo_chain.database, "ledger", number).out.startswith("张*明 …6210")


def test_a_phone_number_is_not_known_and_not_repeated(demo_chain: DemoChain) -> None:
    for typed in ("13800138000", "+86 138 0013 8000"):
        why = office(demo_chain.database, "ledger", typed, status=1).why
        assert why.startswith("no phone numbers are kept here: give the member number")
        assert "8000" not in why


def test_nobody_and_days_in_the_wrong_order(demo_chain: DemoChain) -> None:
    why = office(demo_chain.database, "ledger", "0000000000", status=1).why
    assert "no member '0000000000'; there are" in why
    said = office(
        demo_chain.database, "ledger", MAIN, "--from", "2026-02-02", "--to", "2026-02-01", status=2
    )
    assert "--to 2026-02-01 is before --from 2026-02-02" in said.err


def test_json_pages_and_days(demo_chain: DemoChain) -> None:
    told = office(demo_chain.database, "ledger", MAIN, "--json", "--limit", "2").out
    first = msgspec.json.decode(told, type=Statement)
    raw = msgspec.json.decode(told)
    assert raw["lines"][0]["words"] == {
        "zh-Hans": "消费积分", "zh-Hant": "消費積分", "en": "Points from a purchase"
    }  # fmt: skip
    assert [line.left.available for line in first.lines] == [12860, 8860]
    told = office(demo_chain.database, "ledger", MAIN, "--json", "--before", str(first.next)).out
    rest = msgspec.json.decode(told, type=Statement)
    assert ([line.left.available for line in rest.lines], rest.next) == ([7660, 4000], None)
    day = f"{first.lines[1].at.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d}"
    told = office(demo_chain.database, "ledger", MAIN, "--json", "--from", day, "--to", day).out
    one = msgspec.json.decode(told, type=Statement)
    assert one.lines == first.lines[1:], "one sale a day"


def test_help_is_in_sections(demo_chain: DemoChain) -> None:
    text = office(demo_chain.database, "--help").out
    titles = re.findall(r"^(\w+):$", text, re.MULTILINE)
    assert titles[:4] == ["Options", "Service", "Books", "Members"]
    assert re.search(r"^  ledger +What happened", text, re.MULTILINE)


def test_the_sums_are_of_the_last_day_asked_for(demo_chain: DemoChain) -> None:
    told = office(demo_chain.database, "ledger", MAIN, "--json").out
    lines = msgspec.json.decode(told, type=Statement).lines
    earned = next(line for line in lines[1:] if line.moved.usable > 0)
    day = f"{earned.at.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d}"
    page = office(demo_chain.database, "ledger", MAIN, "--to", day).out
    assert page.splitlines()[0].endswith(f"截至 {day}")
    assert page.splitlines()[-1] == (
        f"可用 {earned.left.usable:,} 分  待生效 0 分  兑换中 0 分  尚欠 0 分"
    ), "and nothing of today's"
    before = office(demo_chain.database, "ledger", MAIN, "--to", "2001-01-01", "--lang", "en").out
    assert "nothing happened in this time" in before
    assert "available 0 points" in before
    today = office(demo_chain.database, "ledger", MAIN, "--to", "2199-12-31").out
    assert "可用 12,860 分" in today
    assert "到期" in today
