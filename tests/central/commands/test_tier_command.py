"""`central tier`: rules, gifts and answers at the desk."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from central.ledger.invariants import violations
from central.staff import people
from tests.central.conftest import DemoChain
from tests.central.ledger.tier_ground import TierGround
from tests.chain import Chain
from tests.office import Said, office
from tests.postgres import Database
from wire.api.staff import StaffRole

MAIN = "8800106210"
"""A gold member of the demo's chain."""
BY = ("--operator", "E0102", "--reason", "thank you")


Desk = Callable[..., Awaitable[Said]]


@pytest.fixture
async def says(chain: Chain, pool: "asyncpg.Pool[Any]", database: Database) -> Desk:
    """`await says("list")`: a chain with three tiers; E0102 is on record."""
    chain.clock.at = datetime.now(UTC)
    await TierGround.over(chain, pool)
    async with chain.owner.acquire() as connection:
        await people.add(connection, "E0102", "王国强", StaffRole.MANAGER, ())

    async def say(*words: str, status: int = 0) -> Said:
        return await asyncio.to_thread(office, database, "tier", *words, status=status)

    return say


def tier(database: Database, *words: str) -> Said:
    return office(database, "tier", *words)


def test_the_demos_ladder(demo_chain: DemoChain) -> None:
    said = tier(demo_chain.database, "list").out.splitlines()
    assert said[0].startswith("by points, period rolling of 12 months: one step down")
    assert [line.split()[0] for line in said[1:]] == ["plain", "silver", "gold"]
    assert "2,000" in said[2]


def test_why_somebody_has_theirs_in_three_languages(demo_chain: DemoChain) -> None:
    hans, hant, en = (
        tier(demo_chain.database, "explain", MAIN, "--lang", lang).out
        for lang in ("zh-Hans", "zh-Hant", "en")
    )
    assert hans.startswith("张*明 …6210\n会员等级：金卡会员\n")
    assert "會員等級：金卡會員" in hant
    assert "Tier: Gold" in en
    assert "12,860 points" in en, "what counts of the last twelve months"
    assert "{" not in hans + hant + en


async def test_given_explained_and_withdrawn(chain: Chain, says: Desk) -> None:
    member = await chain.member()
    who = await chain.value("SELECT number FROM member WHERE id = $1", member)
    would = await says("give", who, "vip", "--until", "2099-12-31", "--dry-run", *BY)
    assert would.out.startswith("would be: ")
    assert await chain.value("SELECT count(*) FROM tier_grant") == 0
    given = await says("give", who, "vip", "--until", "2099-12-31", *BY)
    assert given.out.endswith(": vip through 2099-12-31\n")
    told = (await says("explain", who, "--lang", "en")).out
    assert "贵宾: given by the shop, through 2099-12-31" in told
    again = await says("give", who, "gold", "--for-life", *BY)
    assert "nothing changes for now" in again.err
    assert (await says("withdraw", who, *BY)).out.endswith(": plain\n")
    why = await says("withdraw", who, *BY, status=1)
    assert "has nothing from staff that still holds" in why.err
    told = (await says("explain", who, "--lang", "en")).out
    assert told.endswith("贵宾 → 卡: taken back by the shop\n")
    assert await violations(chain.owner) == []


async def test_rules_thresholds_and_what_they_tell(chain: Chain, says: Desk) -> None:
    assert (await says("list")).out.startswith("no rules: tiers change by hand only")
    early = await says("threshold", "gold", "--reach", "1000", *BY)
    assert "there are no rules yet" in early.err
    for period in ("year", "rolling"):
        months = ("--months", "6") if period == "rolling" else ()
        await says("rules", "--measure", "points", "--period", period, *months,
            "--downgrade", "full", "--grace", "30", *BY)  # fmt: skip
    await says("threshold", "vip", "--reach", "3000", "--life", "90000", *BY)
    said = (await says("list")).out
    assert said.startswith(
        "by points, period rolling of 6 months: down to what the period did reach, 30 days of grace"
    )
    assert "for life 90,000" in said
    member = await chain.member(1200)
    who = await chain.value("SELECT number FROM member WHERE id = $1", member)
    told = (await says("explain", who, "--lang", "en")).out
    assert "1,200 points, which reached 1,000 points" in told
    assert "1,800 points more for 贵宾" in told
    audited = await chain.rows("SELECT actor, action FROM audit_event ORDER BY seq")
    assert [tuple(row) for row in audited] == [
        ("E0102", "tier_threshold"), ("E0102", "tier_rules"), ("E0102", "tier_rules"),
        ("E0102", "tier_threshold"),
    ]  # fmt: skip


async def test_what_is_not_named_stays(says: Desk) -> None:
    changes = ("--reach 3000", "--life 90000", "--reach 4000", "--no-life", "--no-reach")
    told = [(await says("threshold", "vip", *change.split(), *BY)).out for change in changes]
    assert told == [
        "vip takes 3,000 in a period\n",
        "vip takes 3,000 in a period, 90,000 for life\n",
        "vip takes 4,000 in a period, 90,000 for life\n",
        "vip takes 4,000 in a period\n",
        "vip takes nothing that can be earned\n",
    ]
    for words in ((), ("--reach", "5", "--no-reach")):
        await says("threshold", "vip", *words, *BY, status=2)


async def test_thresholds_in_points_are_none_in_fen(chain: Chain, says: Desk) -> None:
    rules = ("--period", "year", "--downgrade", "full", *BY)
    await says("rules", "--measure", "points", *rules)
    await says("threshold", "vip", "--reach", "3000", *BY)
    refused = await says("rules", "--measure", "spend", *rules, status=1)
    assert "vip takes 3,000 in a period, in points, which is no spend" in refused.err
    assert await chain.value("SELECT measure FROM tier_policy") == "points"
    await says("rules", "--measure", "points", *rules)
    await says("threshold", "vip", "--no-reach", *BY)
    await says("rules", "--measure", "spend", *rules)


async def test_what_makes_no_sense(chain: Chain, says: Desk) -> None:
    who = await chain.value("SELECT number FROM member WHERE id = $1", await chain.member())
    await says("threshold", "vip", "--reach", "3000", *BY)
    rules = ("rules", "--measure", "points", "--downgrade", "full", "--period")
    for words, status, why in (
        (("give", who, "bronze", "--for-life"), 1, "no tier 'bronze'; there are plain, gold, vip"),
        (("give", who, "gold"), 2, "say --until DAY, or --for-life"),
        (("give", who, "gold", "--until", "2020-01-01"), 1, "2020-01-01 is over"),
        (("threshold", "gold", "--reach", "3000"), 1, "a higher tier takes more"),
        ((*rules, "year", "--months", "3"), 2, "--months goes with --period rolling"),
        ((*rules, "rolling"), 2, "--months goes with --period rolling"),
    ):
        assert why in (await says(*words, *BY, status=status)).err
