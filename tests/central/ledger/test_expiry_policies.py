"""When points die: each policy's worked examples, and the SQL beside a second telling of it."""

import asyncio
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.central.ledger.expiry_reference import Policy, available, expires
from tests.chain import Chain, text
from tests.postgres import PostgresServer
from wire.ids import new_id

SHANGHAI = ZoneInfo("Asia/Shanghai")
P12M = Policy("rolling", 12, "month")


def there(*clock: int) -> datetime:
    """A wall clock's time in Shanghai."""
    return datetime(*clock, tzinfo=SHANGHAI)  # type: ignore[arg-type, misc]  # year to second


WORKED: dict[str, tuple[Policy, datetime, datetime | None]] = {
    "never": (Policy(), there(2026, 3, 15, 10), None),
    "90 days, through the last": (
        Policy("rolling", 90, "day"), there(2026, 3, 15, 10), there(2026, 6, 14)
    ),
    "P12M to the second": (
        replace(P12M, expiry_round="exact"), there(2026, 3, 15, 10, 30), there(2027, 3, 15, 10, 30)
    ),
    "P12M end of month": (
        replace(P12M, expiry_round="month"), there(2026, 3, 15, 10), there(2027, 4, 1)
    ),
    "P12M from a month's first instant": (
        replace(P12M, expiry_round="month"), there(2026, 3, 1), there(2027, 4, 1)
    ),
    "P12M from a month's last instant": (
        replace(P12M, expiry_round="month"), there(2026, 2, 28, 23, 59, 59), there(2027, 3, 1)
    ),
    "P12M end of half, first": (
        replace(P12M, expiry_round="half"), there(2026, 6, 30, 23), there(2027, 7, 1)
    ),
    "P12M end of half, second": (
        replace(P12M, expiry_round="half"), there(2026, 7, 1), there(2028, 1, 1)
    ),
    "1 year, end of year": (
        Policy("rolling", 1, "year", "year"), there(2026, 12, 31, 23), there(2028, 1, 1)
    ),
    "a quarter rolling": (
        Policy("rolling", 3, "month", "quarter"), there(2026, 2, 10), there(2026, 7, 1)
    ),
    "a quarter of the calendar": (Policy("quarter"), there(2026, 2, 10), there(2026, 4, 1)),
    "this quarter and the next": (Policy("quarter", 1), there(2026, 12, 31), there(2027, 4, 1)),
    "31 January and a month": (
        Policy("rolling", 1, "month"), there(2026, 1, 31, 9), there(2026, 3, 1)
    ),
    "31 January and a month, to the second": (
        Policy("rolling", 1, "month", "exact"), there(2026, 1, 31, 9), there(2026, 2, 28, 9)
    ),
    "29 February and a year": (
        Policy("rolling", 1, "year"), there(2028, 2, 29, 9), there(2029, 3, 1)
    ),
    "29 February and four years": (
        Policy("rolling", 4, "year", "exact"), there(2028, 2, 29, 9), there(2032, 2, 29, 9)
    ),
    # 00:30 of the 1st in Shanghai is still the month before in UTC.
    "midnight in Shanghai": (
        replace(P12M, expiry_round="month"), datetime(2026, 2, 28, 16, 30, tzinfo=UTC),
        datetime(2027, 3, 31, 16, tzinfo=UTC),
    ),
    "one day for all": (
        Policy("date", expiry_on=date(2026, 12, 31)), there(2026, 3, 15), there(2027, 1, 1)
    ),
    "the end of this year": (
        Policy("yearly", expiry_on=date(2020, 12, 31)), there(2026, 12, 31, 23), there(2027, 1, 1)
    ),
    "the end of next year": (
        Policy("yearly", 1, expiry_on=date(2020, 12, 31)), there(2026, 3, 15), there(2028, 1, 1)
    ),
    "a day that has gone by this year": (
        Policy("yearly", expiry_on=date(2020, 6, 30)), there(2026, 7, 1), there(2027, 7, 1)
    ),
    "29 February of a common year": (
        Policy("yearly", expiry_on=date(2024, 2, 29)), there(2026, 1, 5), there(2026, 3, 1)
    ),
    "12 months after the last visit": (
        Policy("sliding", 12, "month", "month"), there(2026, 3, 15), there(2027, 4, 1)
    ),
}  # fmt: skip


async def _asked(database: Any, function: str, policy: Policy, at: datetime, zone: str) -> Any:
    """What one of the two pure functions says of a type that nobody has stored."""
    row = asdict(policy) | {"code": "t", "name": None, "qualifying": True}
    names = ", ".join(row)
    casts = {"expiry_on": "date", "expiry_length": "integer", "pending_days": "integer"}
    places = ", ".join(
        f"${i}::{casts.get(n, 'boolean' if n == 'qualifying' else 'text')}"
        for i, n in enumerate(row, 3)
    )
    query = (
        f"SELECT {function}(jsonb_populate_record(NULL::point_type, to_jsonb(t)), $1, $2)"
        f" FROM (SELECT {places}) AS t ({names})"
    )
    return await database.fetchval(query, at, zone, *row.values())


@pytest.fixture(scope="module")
def session(postgres: PostgresServer) -> Iterator[tuple[asyncio.Runner, Any]]:
    """One connection for all questions: they change nothing."""
    name = f"expiry_{new_id().hex}"
    database = postgres.create(name)
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(database.owner))
        yield runner, connection
        runner.run(connection.close())
    postgres.drop(name)


@pytest.mark.parametrize("name", WORKED)
def test_worked_example(session: tuple[asyncio.Runner, Any], name: str) -> None:
    runner, connection = session
    policy, activated, end = WORKED[name]
    said = runner.run(_asked(connection, "lot_expires", policy, activated, "Asia/Shanghai"))
    assert said == end
    assert expires(policy, activated, SHANGHAI) == end, "the reference itself"


DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
POLICIES = st.one_of(
    st.builds(
        Policy,
        expiry=st.sampled_from(["rolling", "sliding"]),
        expiry_length=st.integers(1, 40),
        expiry_unit=st.sampled_from(["day", "month", "year"]),
        expiry_round=st.sampled_from(["exact", "day", "month", "quarter", "half", "year"]),
    ),
    st.builds(Policy, expiry=st.just("date"), expiry_on=DAYS),
    st.builds(
        Policy,
        expiry=st.just("yearly"),
        expiry_on=DAYS,
        expiry_length=st.none() | st.integers(0, 3),
    ),
    st.builds(Policy, expiry=st.just("quarter"), expiry_length=st.none() | st.integers(0, 5)),
)
ZONES = ["Asia/Shanghai", "UTC", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe"]
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds the zone
MANY = settings(
    max_examples=300,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    print_blob=True,
)


@MANY
@given(policy=POLICIES, at=MOMENTS, zone=st.sampled_from(ZONES))
def test_any_policy_at_any_time(
    session: tuple[asyncio.Runner, Any], policy: Policy, at: datetime, zone: str
) -> None:
    runner, connection = session
    said = runner.run(_asked(connection, "lot_expires", policy, at, zone))
    assert said == expires(policy, at, ZoneInfo(zone))
    if policy.expiry != "date":
        assert said > at, "points that would be dead before they can be spent"


@settings(MANY, max_examples=100)
@given(
    days=st.integers(0, 60),
    rounds=st.sampled_from(["exact", "day", "month"]),
    at=MOMENTS,
    zone=st.sampled_from(ZONES),
)
def test_any_pending_time(
    session: tuple[asyncio.Runner, Any], days: int, rounds: str, at: datetime, zone: str
) -> None:
    runner, connection = session
    policy = Policy(pending_days=days, pending_round=rounds)
    said = runner.run(_asked(connection, "lot_available", policy, at, zone))
    assert said == available(policy, at, ZoneInfo(zone))
    assert said >= at


async def point_type(chain: Chain, code: str, policy: Policy) -> None:
    row = {"code": code, "name": text(code)} | asdict(policy)
    places = ", ".join(f"${i}" for i in range(1, len(row) + 1))
    await chain.execute(
        f"INSERT INTO point_type ({', '.join(row)}) VALUES ({places})", *row.values()
    )


async def test_expiry_counts_from_activation(chain: Chain) -> None:
    """Pending through the month's end, then a month: from the day they can be spent."""
    policy = Policy("rolling", 1, "month", pending_days=7, pending_round="month")
    await point_type(chain, "late", policy)
    chain.clock.at = there(2026, 1, 20, 12)
    lot = await chain.award(await chain.member(), 50, point_type="late")
    row = (await chain.rows("SELECT * FROM lot WHERE id = $1", lot))[0]
    assert row["state"] == "pending"
    assert row["available_at"] == there(2026, 2, 1)
    assert row["expires_at"] == there(2026, 3, 2), "the first of March is its last day"


async def test_a_lot_lives_until_just_before_its_end(chain: Chain) -> None:
    await point_type(chain, "month", Policy("rolling", 1, "month", "month"))
    chain.clock.at = there(2026, 1, 31, 9)
    member = await chain.member()
    await chain.award(member, 100, point_type="month")
    end = there(2026, 3, 1)
    chain.clock.at = end - timedelta(microseconds=1)
    assert await chain.value("SELECT spendable($1, $2)", member, chain.clock()) == 100
    chain.clock.at = end
    assert await chain.value("SELECT spendable($1, $2)", member, chain.clock()) == 0


@pytest.mark.parametrize(
    "columns",
    [
        "expiry = 'rolling'",
        "expiry = 'rolling', expiry_length = 0, expiry_unit = 'month'",
        "expiry = 'sliding', expiry_length = 1, expiry_unit = 'week'",
        "expiry = 'date'",
        "expiry = 'yearly', expiry_length = 1",
        "expiry = 'whenever'",
        "expiry_round = 'decade'",
        "pending_days = -1",
    ],
)
async def test_half_a_policy_is_no_policy(chain: Chain, columns: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await chain.execute(f"UPDATE point_type SET {columns} WHERE code = 'forever'")
