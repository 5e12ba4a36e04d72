"""What the desk does by hand: on record with who and why, previewed, done once, and by two."""

import asyncio
import json
from datetime import date, timedelta
from pathlib import Path

from central.ledger.invariants import violations
from tests.central.commands.desk import By, number_of
from tests.chain import Chain
from tests.office import office
from tests.postgres import Database
from wire.api.redemptions import State


async def chain_of(chain: Chain) -> list[tuple[str, str]]:
    rows = await chain.rows(
        "SELECT actor, action FROM audit_event WHERE actor <> 'test' ORDER BY seq"
    )
    return [tuple(row) for row in rows]


async def test_adjusting_takes_a_manager_above_the_limit(chain: Chain, by: By) -> None:
    number = await number_of(chain, await chain.member(100))
    said = await by("points", "adjust", number, "--points", "50")
    assert said.out == f"张*明 …{number[-4:]}: +50 points; to spend 100 -> 150\n"
    assert said.err.startswith("key ")
    adjust = ("points", "adjust", number, "--points", "1001")
    assert (await by(*adjust, status=1)).err.splitlines()[-1] == (
        "Error: one person may move at most 1,000 points by hand, for one member in a day: name a"
        " manager with --approver"
    )
    for approver, told in (("E01", "a second person"), ("E09", "a manager"), ("E77", "a manager")):
        assert told in (await by(*adjust, "--approver", approver, status=1)).err
    assert "150 -> 1,151" in (await by(*adjust, "--approver", "e02")).out
    said = await by("points", "adjust", number, "--points", "-999")
    assert "1,151 -> 152" in said.out
    said = await by("points", "adjust", number, "--points", "-153", "--approver", "e02", status=1)
    assert "there are only 152 points to take, 153 were asked" in said.err
    await chain.execute(
        "INSERT INTO point_type (code, name, expiry, expiry_on)"
        " VALUES ('aged', '{}', 'date', '2020-12-31')"
    )
    said = await by("points", "adjust", number, "--points", "5", "--type", "aged", status=1)
    assert (
        "points of type aged have ended on 2020-12-31 16:00Z, all of them: set another day for that"
        " type (point_type.expiry_on), or name another type"
    ) in said.err
    assert "no point type 'x'; known: aged, base, forever" in (
        await by("points", "adjust", number, "--points", "5", "--type", "x", status=1)
    ).err  # fmt: skip
    for more, told in (
        (("-5", "--type", "forever"), "what ends first, of any type"),
        (("9223372036854775808",), "is not in the range"),
    ):
        words = ("points", "adjust", number, "--points", *more)
        assert told in " ".join((await by(*words, status=2)).err.split())
    assert await chain_of(chain) == [("E01", "adjust")] * 3
    assert await violations(chain.owner) == []


async def test_a_preview_does_nothing_and_a_key_does_it_once(chain: Chain, by: By) -> None:
    member = await chain.member(100)
    adjust = ("points", "adjust", await number_of(chain, member), "--points", "7")
    said = await by(*adjust, "--dry-run")
    assert said.out.startswith("would be: 张*明 …")
    assert "100 -> 107" in said.out
    assert said.err == ""
    assert await chain_of(chain) == []
    assert (await chain.balance(member))["available"] == 100
    first = await by(*adjust)
    key = first.err.split()[1]
    await by(*adjust, "--key", key)
    assert (await chain.balance(member))["available"] == 107
    said = await by(*adjust[:-1], "8", "--key", key, status=1)
    assert "this --key was used for something else" in said.err
    assert await chain_of(chain) == [("E01", "adjust")]


async def test_who_may_do_it(chain: Chain, by: By) -> None:
    freeze = ("member", "freeze", await number_of(chain, await chain.member()))
    for operator, told in (("E77", "nobody with the number"), ("E09", "touch no points")):
        assert told in (await by(*freeze, "--operator", operator, status=1)).err
    await chain.execute("UPDATE staff SET active = false WHERE staff_no = 'E01'")
    assert "E01 has left the chain" in (await by(*freeze, status=1)).err
    assert "--reason is empty" in (await by(*freeze, "--reason", " ", status=2)).err
    assert await chain_of(chain) == []


async def test_an_account_through_all_its_states(chain: Chain, by: By) -> None:
    number = await number_of(chain, await chain.member(100))
    assert (await by("member", "freeze", number)).out == f"张*明 …{number[-4:]}: frozen\n"
    assert ": active" in (await by("member", "unfreeze", number)).out
    closed = (await by("member", "close", number)).out
    assert ": closed; the points are forfeited " in closed
    refused = await by("member", "freeze", number, status=1)
    assert f"…{number[-4:]} is closed: `central member reopen` first" in refused.err
    assert ": active" in (await by("member", "reopen", number)).out
    assert await chain_of(chain) == [
        ("E01", "freeze"), ("E01", "unfreeze"), ("E01", "close"), ("E01", "reopen")
    ]  # fmt: skip


async def test_two_accounts_are_merged(chain: Chain, by: By) -> None:
    one, two = await chain.member(100), await chain.member(20)
    numbers = await number_of(chain, one), await number_of(chain, two)
    said = await by("member", "merge", numbers[0], "--into", numbers[1], "--dry-run")
    assert "1 lots with 100 available" in said.out
    assert "there are now 120 points to spend" in said.out
    assert (await chain.balance(two))["available"] == 20
    await by("member", "merge", numbers[0], "--into", numbers[1])
    assert (await chain.balance(two))["available"] == 120
    said = await by("points", "adjust", numbers[0], "--points", "5")
    assert f"…{numbers[1][-4:]}: +5 points; to spend 120 -> 125" in said.out
    assert f"…{numbers[0][-4:]} was merged: its account is …{numbers[1][-4:]}" in said.err
    assert f"…{numbers[1][-4:]}: frozen" in (await by("member", "freeze", numbers[0])).out
    assert f"…{numbers[1][-4:]}: active" in (await by("member", "unfreeze", numbers[0])).out
    refused = await by("member", "merge", numbers[1], "--into", numbers[1], status=1)
    assert "mean the same account" in refused.err
    assert await violations(chain.owner) == []


async def test_a_sale_that_no_till_told_of_and_its_return(
    chain: Chain, by: By, tmp_path: Path
) -> None:
    number = await number_of(chain, await chain.member())
    said = await by("points", "award", number, "--points", "30", "--receipt", "S1:1:88")
    assert "+30 points; to spend 0 -> 30" in said.out
    twice = ("points", "award", number, "--points", "5", "--receipt", "S1:1:88")
    refused = await by(*twice, status=1)
    assert f"this receipt gave 30 points to …{number[-4:]} already, on 20" in refused.err
    assert "give --again if it is to give this account more" in refused.err
    assert "30 -> 35" in (await by(*twice, "--again", "--dry-run")).out
    refused = await by(*twice[:-1], " ", status=2)
    assert "--receipt is empty" in refused.err
    cap = {"scope": "all", "rule": "spring", "period": "ever", "cap": 15}
    line = {"points": 10, "type": "base", "source": "campaign", "counters": [cap]}
    proposal = {"reference": "S1:1:89", "sale": "basket 89", "lines": [line, line]}
    path = tmp_path / "proposal.json"
    path.write_text(json.dumps(proposal))
    said = await by("points", "award", number, "--file", str(path))
    assert "+15 points; 10 were asked and 5 granted: limit spring; to spend 30 -> 45" in said.out
    path.write_text('{"reference": 5}')
    refused = await by("points", "award", number, "--file", str(path), status=1)
    assert "proposal.json is no proposal: " in refused.err
    assert "give either --file" in (await by("points", "award", number, status=2)).err

    said = await by("points", "clawback", number, "--receipt", "S1:1:88", "--points", "10")
    assert "-10 points; to spend 45 -> 35" in said.out
    assert "-20 points" in (await by("points", "clawback", number, "--receipt", "S1:1:88")).out
    refused = await by("points", "clawback", number, "--receipt", "S1:1:88", status=1)
    assert "nothing is left of receipt S1:1:88: all that it gave 张*明" in refused.err
    refused = await by("points", "clawback", number, "--receipt", "S9", status=1)
    assert "receipt S9 gave 张*明" in refused.err
    path.write_text(json.dumps(proposal | {"reference": "S1:1:90", "spend_fen": 123456}))
    await by("points", "award", number, "--file", str(path))
    spent = ("points", "clawback", number, "--receipt", "S1:1:90")
    refused = await by(*spent, "--spend-fen", "123457", status=1)
    assert "only 123,456 fen of that sale count, 123,457 were asked" in refused.err
    said = await by(*spent)
    assert "no points; ¥1,234.56 spent count towards tiers no more; to spend" in said.out
    assert await violations(chain.owner) == []


async def test_what_is_waived_is_said_to_be_no_points(chain: Chain, by: By) -> None:
    await chain.execute("UPDATE programme SET clawback_policy = 'only_pending'")
    number = await number_of(chain, await chain.member())
    await by("points", "award", number, "--points", "10", "--receipt", "S1:1:1")
    said = await by("points", "clawback", number, "--receipt", "S1:1:1")
    assert ": no points; 10 are waived by policy; to spend 10 -> 10" in said.out
    refused = await by("points", "clawback", number, "--receipt", "S1:1:1", status=1)
    assert "was taken back or waived" in refused.err
    refused = await by(
        "points", "clawback", number, "--receipt", "S1:1:1", "--points", "3", status=1
    )
    assert "there are only 0 points to take, 3 were asked" in refused.err


async def test_points_are_taken_whatever_types_there_are(chain: Chain, by: By) -> None:
    await chain.execute("DELETE FROM point_type WHERE code = 'base'")
    member = await chain.member()
    await chain.award(member, 100, point_type="forever")
    number = await number_of(chain, member)
    said = await by("points", "adjust", number, "--points", "-50")
    assert "-50 points; to spend 100 -> 50" in said.out
    refused = await by("points", "adjust", number, "--points", "50", status=1)
    assert "there is no point type 'base'; known: forever" in refused.err


async def test_a_clearing_is_announced_and_taken_back(chain: Chain, by: By) -> None:
    await chain.member(100)
    day = str(date.today() + timedelta(days=40))  # noqa: DTZ011  # any day that is surely to come
    clear = ("points", "clear", "base", "--last-day", day)
    assert "takes a second person: name a manager" in (await by(*clear, status=1)).err
    assert "a second person" in (await by(*clear, "--approver", "e01", status=1)).err
    two = (*clear, "--approver", "e02")
    assert f"base points die with {day}; 100 of them" in (await by(*two)).out
    assert f"are not cleared after {day}" in (await by(*clear, "--withdraw")).out
    assert "no clearing of base is announced" in (await by(*clear, "--withdraw", status=1)).err
    over = ("points", "clear", "base", "--last-day", "2020-01-01")
    assert "2020-01-01 is over" in (await by(*over, status=1)).err
    today = str(await chain.value("SELECT (now() AT TIME ZONE timezone)::date FROM programme"))
    said = await by("points", "clear", "base", "--last-day", today, "--approver", "E02", status=1)
    assert f"{today} is today (Asia/Shanghai)" in said.err
    assert await chain_of(chain) == [("E01", "clearing"), ("E01", "clearing_withdraw")]


async def test_vouchers_at_the_desk(chain: Chain, by: By) -> None:
    member = await chain.member(500)
    reward = await chain.reward(stock=5)
    issued, used, doubtful = [
        await chain.in_state(state, reward, member)
        for state in (State.ISSUED, State.USED, State.UNCERTAIN)
    ]
    code = await chain.code_of(issued)
    said = await by("voucher", "void", f"V1{code}")
    assert f"雨伞 of 张*明 …{(await number_of(chain, member))[-4:]}: VOIDED" in said.out
    assert "100 points are back; to spend 200 -> 300" in said.out
    refused = await by("voucher", "void", str(used), status=1)
    assert "its voucher is USED, which does not allow this" in refused.err
    assert ": VOIDED" in (await by("voucher", "goods-returned", str(used), "--write-off")).out
    assert await chain.value("SELECT sum(written_off) FROM stock_bucket") == 1
    refused = await by("voucher", "release", str(doubtful), "--reason", "staff_taken", status=2)
    assert "staff_" in refused.err
    assert ": RELEASED" in (await by("voucher", "release", str(doubtful))).out
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert (await by("voucher", "void", wrong, status=1)).err.startswith("Error: ")
    assert await chain_of(chain) == [("E01", "void"), ("E01", "return"), ("E01", "release")]
    assert await violations(chain.owner) == []


async def test_the_record_is_read_and_verified(chain: Chain, by: By, database: Database) -> None:
    member = await chain.member(5000)
    number = await number_of(chain, member)
    voided = await chain.in_state(State.ISSUED, await chain.reward(), member)
    await by("points", "adjust", number, "--points", "2000", "--approver", "E02")
    await by("voucher", "void", str(voided), "--reason", "called from 13800138000")
    other = await number_of(chain, await chain.member())
    await by("member", "freeze", other)

    async def audit(*words: str, status: int = 0) -> str:
        said = await asyncio.to_thread(office, database, "audit", *words, status=status)
        return said.out

    lines = (await audit()).splitlines()
    assert [line.split()[0] for line in lines] == ["3", "2", "1"]
    assert "E01 with E02  adjust" in lines[2]
    assert "points 2000 type base “complaint 77”" in lines[2]
    assert "“called from 138****8000”" in lines[1]
    assert (await audit("--member", number)).splitlines() == lines[1:]
    assert (await audit("--person", "e02")).splitlines() == lines[2:]
    assert (await audit("--before", "2")).splitlines() == lines[2:]
    told = json.loads(await audit("--json", "--limit", "1"))
    assert (told[0]["seq"], told[0]["action"]) == (3, "freeze")

    said = await audit("--verify")
    assert said.startswith("3 entries, each follows from the one before\nhead ")
    head = said.splitlines()[1].split()[1].rstrip(":")
    assert "3 entries" in await audit("--verify", "--head", head)
    await chain.execute("DELETE FROM audit_event WHERE seq = 3")
    assert "2 entries, each follows" in await audit("--verify"), "the end alone is not seen ..."
    assert "is gone" in await audit("--verify", "--head", head, status=1), "... but by its head"
    await chain.execute("UPDATE audit_event SET detail = detail || '{\"points\": 1}' WHERE seq = 1")
    assert "BROKEN at 1" in await audit("--verify", status=1)
