"""What the desk is told: what has died is not back, who is meant, and what in a file is wrong."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from central.ledger.invariants import violations
from tests.central.commands.desk import By, number_of
from tests.chain import Chain
from tests.office import office
from tests.postgres import Database
from wire.api.redemptions import State


async def test_points_that_died_meanwhile_are_not_said_to_be_back(chain: Chain, by: By) -> None:
    member = await chain.member(40)
    await chain.award(member, 60, expires_at=chain.clock() + timedelta(minutes=1))
    doubtful = await chain.in_state(State.UNCERTAIN, await chain.reward(), member)
    await chain.execute(
        "UPDATE lot SET expires_at = now() - interval '1 second' WHERE granted = 60"
    )
    said = await by("voucher", "release", str(doubtful))
    assert "40 of 100 points are back, the others have died meanwhile; to spend 0 -> 40" in said.out
    assert (await chain.balance(member))["available"] == 40


async def test_what_has_died_and_was_not_swept_is_nothing_to_spend(chain: Chain, by: By) -> None:
    member = await chain.member()
    await chain.award(member, 100, expires_at=chain.clock() + timedelta(minutes=1))
    await chain.execute("UPDATE lot SET expires_at = now() - interval '1 second'")
    said = await by("points", "adjust", await number_of(chain, member), "--points", "5")
    assert "+5 points; to spend 0 -> 5" in said.out


async def test_a_sale_is_taken_back_after_two_merges(chain: Chain, by: By) -> None:
    one, two, three = [await number_of(chain, await chain.member()) for _ in range(3)]
    await by("points", "award", one, "--points", "100", "--receipt", "S1:1:X")
    await by("points", "adjust", one, "--points", "-100")
    await by("member", "merge", one, "--into", two)
    await by("member", "merge", two, "--into", three)
    said = await by("points", "clawback", one, "--receipt", "S1:1:X")
    assert f"…{three[-4:]}: -100 points, 100 of them as debt; to spend 0 -> -100" in said.out
    assert await violations(chain.owner) == []


async def test_what_had_ended_unused_is_not_said_to_be_taken(chain: Chain, by: By) -> None:
    member = await chain.member(7)
    await chain.award(member, 30, reference="S1:1:X")
    await chain.award(member, 20, reference="S1:1:X")
    await chain.execute("UPDATE lot SET expires_at = now() - interval '1 hour' WHERE granted = 30")
    number = await number_of(chain, member)
    said = await by("points", "clawback", number, "--receipt", "S1:1:X")
    assert ": -20 points; 30 had ended unused; to spend 27 -> 7" in said.out


async def test_another_account_than_was_named_is_not_closed(chain: Chain, by: By) -> None:
    old, new, third = [await number_of(chain, await chain.member(10)) for _ in range(3)]
    await by("member", "merge", old, "--into", new)
    merged = f"…{old[-4:]} was merged: its account is …{new[-4:]}"
    refused = await by("member", "close", old, status=1)
    assert f"{merged}; if that one is meant, `central member close {new}`" in refused.err
    refused = await by("member", "merge", third, "--into", old, status=1)
    assert f"{merged}; if that one is meant, `central member merge {third} --into {new}`" in (
        refused.err
    )
    refused = await by("member", "merge", old, "--into", third, status=1)
    assert f"…{old[-4:]} was merged into 张*明 …{new[-4:]} before" in refused.err
    assert await chain.value("SELECT count(*) FROM member WHERE status = 'active'") == 2
    await by("member", "merge", new, "--into", third)
    refused = await by("member", "merge", old, "--into", new, status=1)
    assert f"`central member merge {old} --into {third}`" in refused.err
    said = await by("member", "merge", old, "--into", third)
    assert "0 lots with 0 available" in said.out
    assert "there are now 30 points to spend" in said.out
    assert ": frozen" in (await by("member", "freeze", old)).out, "a lost card: this one follows"


async def test_why_an_account_cannot_be_reopened(chain: Chain, by: By) -> None:
    number = await number_of(chain, await chain.member(10))
    reopen = ("member", "reopen", number)
    assert "is not closed: it is active" in (await by(*reopen, status=1)).err
    assert "is not closed: it is active" in (await by(*reopen, "--dry-run", status=1)).err
    await by("member", "freeze", number)
    assert "not closed, but on hold: `central member unfreeze`" in (await by(*reopen, status=1)).err
    await by("member", "close", number)
    await chain.execute("UPDATE account_closing SET forfeits_at = now() - interval '1 day'")
    assert "is closed for good: it could be reopened until 20" in (await by(*reopen, status=1)).err


async def test_the_record_says_who_it_was_done_to(chain: Chain, by: By, database: Database) -> None:
    member = await chain.member(500)
    number = await number_of(chain, member)
    whom = f"张*明 …{number[-4:]}"
    voided = await chain.in_state(State.ISSUED, await chain.reward(), member)
    await by("member", "freeze", number, "--reason", "lost \u2028 phone", status=2)
    await by("member", "freeze", number)
    await by("voucher", "void", str(voided))

    async def said(*words: str, status: int = 0) -> Any:
        return await asyncio.to_thread(office, database, *words, status=status)

    lines = (await said("audit")).out.splitlines()
    assert f"void {whom} ({voided}): points 100" in lines[0]
    assert f"freeze {whom} ({member}): " in lines[1]
    entries = json.loads((await said("audit", "--json")).out)
    assert [entry["whom"] for entry in entries] == [whom, whom]
    assert (await said("ledger", entries[1]["subject"])).out.startswith(whom)
    assert "no member" in (await said("ledger", str(voided), status=1)).err
    # Whatever stands in the record: one line each, and nothing that steers a terminal.
    await chain.execute(
        "UPDATE audit_event SET detail = jsonb_set(detail, '{reason}', $1::jsonb)",
        json.dumps("x\n  99  2026 E02 \x1b[2J"),
    )
    assert len((await said("audit")).out.splitlines()) == 2
    assert "\x1b" not in (await said("audit")).out
    # Somebody whose rows contradict each other is named by the night.
    await chain.award(member, 60, available_at=chain.clock() + timedelta(minutes=1))
    await chain.execute(
        "UPDATE lot SET available_at = now() - interval '1 s' WHERE state = 'pending'"
    )
    await chain.execute(
        "UPDATE balance SET pending = 0, available = 0 WHERE member_id = $1", member
    )
    night = await said("run-night", status=1)
    assert f"left as it was: {whom} ({member}); `central check` tells why" in night.err


_LINE = ("points", "type", "source", "expires_at")
_SALE: dict[str, Any] = {
    "reference": "S1:1:1",
    "sale": "a",
    "lines": [{"points": 5, "type": "base", "source": "sale"}],
}


_WRONG: list[tuple[bytes | dict[str, Any], str]] = [
    (b"", "it ends in the middle, in line 1"),
    (b'{"reference": "R",\n', "it ends in the middle, in line 2"),
    (b'{"reference": "R",\n "sale": x}', "invalid character, in line 2, column 10"),
    ('{"reference": "收据", x}'.encode(), "line 1, column 21"),
    (b"[1]", "an object in {} is needed"),
    (50_000 * b"[", "brackets within brackets"),
    ('{"reference": "收据"}'.encode("gb18030"), "it is not in UTF-8"),
    ({"reference": 5}, "reference: Expected `str`, got `int`"),
    ({"reference": " "}, "reference: it is empty"),
    ({"reference": "a\x00b"}, "reference: it has a line break or a control character"),
    ({"sale": 1_000 * "x"}, "sale: it has 1,000 characters: 200 at most"),
    ({"spend_fen": -3}, "spend_fen: -3 is not within 0 and 1000000000000"),
    ({"at": "2026-01-01T00:00:00"}, "at: 2026-01-01T00:00:00 has no zone: add Z or +08:00"),
    ({"at": "9999-12-31T23:59:59-08:00"}, "at: 9999-12-31 is not within 2000-01-01 and"),
    ({"points": -5}, "lines[0].points: -5 is not within 1"),
    ({"points": 10**20}, "lines[0].points: "),
    ({"points": "5"}, "lines[0].points: Expected `int`, got `str`"),
    ({"source": "no such"}, "lines[0].source: 'no such' is none of sale, bonus"),
    ({"type": "no such"}, "no point type 'no such'"),
    ({"expires_at": "0001-01-01T00:00:00Z"}, "lines[0].expires_at: 0001-01-01 is not within"),
]


async def test_what_is_wrong_in_a_proposals_file(chain: Chain, by: By, tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    number = await number_of(chain, await chain.member())
    for content, told in _WRONG:
        path.write_bytes(content if isinstance(content, bytes) else _with(content))
        said = await by("points", "award", number, "--file", str(path), status=1)
        assert told in said.err.splitlines()[-1]
        assert len(said.err.splitlines()) == 2, "the key, and what is wrong"


def _with(fields: dict[str, Any]) -> bytes:
    """A proposal with other fields, its own or its line's."""
    top = {key: value for key, value in fields.items() if key not in _LINE}
    line = {key: value for key, value in fields.items() if key in _LINE}
    return json.dumps(_SALE | top | {"lines": [_SALE["lines"][0] | line]}).encode()


async def test_a_file_of_windows_notepad(chain: Chain, by: By, tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(_SALE).encode())
    number = await number_of(chain, await chain.member())
    assert "0 -> 5" in (await by("points", "award", number, "--file", str(path))).out
