"""`central demo-data`: the chain that it makes, as its kiosks and its books see it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import asyncpg
import msgspec
import psycopg
import pytest
from PIL import Image

from central.demo_chain.people import MAIN
from central.ledger.pool import open_pool
from central.members.desk import MemberDesk
from tests.central.conftest import DemoChain
from tests.central_program import central, one_line
from tests.postgres import PostgresServer
from wire.api.text import Text
from wire.ids import new_id
from wire.tokens import MemberCode, slot_of

Rows = list[tuple[Any, ...]]


class Books:
    """Queries of the demo's database, as its owner."""

    def __init__(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        self._connection = connection

    def rows(self, query: str, *arguments: object) -> Rows:
        return self._connection.execute(query.encode(), arguments).fetchall()

    def one(self, query: str, *arguments: object) -> object:
        ((value,),) = self.rows(query, *arguments)
        return value


@pytest.fixture
def books(demo_chain: DemoChain) -> Iterator[Books]:
    with psycopg.connect(demo_chain.database.owner) as connection:
        yield Books(connection)


def test_the_books_are_right(demo_chain: DemoChain) -> None:
    checked = central(demo_chain.database.environment(), "check").stdout
    assert "the books are right" in checked
    assert "BROKEN" not in checked


def test_it_says_who_its_shopper_is(demo_chain: DemoChain) -> None:
    assert demo_chain.said.splitlines()[-1].endswith(f"{MAIN.number} ({MAIN.display})")


def test_a_second_time_is_refused_and_changes_nothing(demo_chain: DemoChain, books: Books) -> None:
    count = "SELECT (SELECT count(*) FROM member), (SELECT count(*) FROM journal)"
    before = books.rows(count)
    told = one_line(central(demo_chain.database.environment(), "demo-data", status=1))
    assert "has a programme already (Qinghe Living)" in told
    assert books.rows(count) == before


def test_an_empty_database_asks_for_migration(postgres: PostgresServer) -> None:
    empty = postgres.create(f"empty_{new_id().hex}", "template0")
    told = one_line(central(empty.environment(), "demo-data", status=1))
    assert "run `central migrate`" in told


@pytest.mark.parametrize(
    ("count", "of"),
    [
        (3, "store"),
        (2, "device WHERE role = 'kiosk'"),
        (60, "member"),
        (3, "tier"),
        (16, "reward"),
        (16, "reward_image"),
        (4, "category"),
        (1, "member WHERE status = 'frozen'"),
        (1, "balance WHERE debt < 0"),
        (1, "redemption WHERE state = 'UNCERTAIN'"),
        (0, "redemption WHERE state IN ('RESERVED', 'PRINTING')"),
        (1, "programme WHERE pin_over_points IS NULL"),
        (1, "reward_tier WHERE tier_id = 'gold'"),
    ],
)
def test_how_many(books: Books, count: int, of: str) -> None:
    assert books.one(f"SELECT count(*) FROM {of}") == count


def test_a_year_of_history(books: Books) -> None:
    first, last, awards, redemptions, used = books.rows(
        "SELECT min(at), max(at), count(*) FILTER (WHERE kind = 'award'),"
        " (SELECT count(*) FROM redemption), (SELECT count(*) FROM redemption WHERE state = 'USED')"
        " FROM journal"
    )[0]
    assert isinstance(first, datetime)
    assert isinstance(last, datetime)
    assert timedelta(days=330) < datetime.now(UTC) - first < timedelta(days=366)
    assert last <= datetime.now(UTC)
    assert isinstance(awards, int)
    assert awards > 500
    assert isinstance(redemptions, int)
    assert redemptions > 50
    assert isinstance(used, int)
    assert 0.5 < used / redemptions < 1


def test_every_tier_has_members(books: Books) -> None:
    tiers: dict[Any, Any] = dict(
        books.rows("SELECT tier_id, count(*) FROM member GROUP BY tier_id")
    )
    assert set(tiers) == {"plain", "silver", "gold"}
    assert all(isinstance(n, int) and n >= 4 for n in tiers.values())


def test_only_masked_names_are_kept(books: Books) -> None:
    for (display,) in books.rows("SELECT display FROM member"):
        assert isinstance(display, str)
        assert display[1] == "*"
        assert len(display) == 3


def test_some_rewards_are_gone_few_limited_or_for_gold(books: Books) -> None:
    stock: dict[Any, Any] = dict(
        books.rows("SELECT reward_id, min(on_hand) FROM stock_bucket GROUP BY reward_id")
    )
    left = [n for n in stock.values() if isinstance(n, int)]
    assert 0 in left
    assert any(0 < n <= 5 for n in left)
    assert any(n > 5 for n in left)
    limited = "reward WHERE per_member_per_day IS NOT NULL OR per_member_per_month IS NOT NULL"
    assert books.one(f"SELECT count(*) FROM {limited}") in range(1, 9)
    assert books.one("SELECT count(*) FROM reward_price WHERE tier_id = 'gold'") == 1
    assert books.one("SELECT count(*) FROM reward WHERE valid_to > now()") == 1
    (low, high) = books.rows("SELECT min(price_points), max(price_points) FROM reward")[0]
    assert (low, high) == (100, 13500)


def test_every_text_is_there_in_three_languages(books: Books) -> None:
    for (told,) in books.rows(
        "SELECT name FROM reward UNION ALL SELECT description FROM reward"
        " UNION ALL SELECT name FROM category UNION ALL SELECT name FROM store"
        " UNION ALL SELECT address FROM store UNION ALL SELECT name FROM tier"
    ):
        words = msgspec.convert(told, Text)
        assert words.zh_hans
        assert words.zh_hant
        assert words.en
        assert words.en.isascii() or "¥" in words.en or "×" in words.en


def test_every_reward_has_a_picture_of_its_own(books: Books) -> None:
    pictures = books.rows(
        "SELECT i.content FROM reward r JOIN reward_image i ON i.sha256 = r.image_sha256"
    )
    drawn = set()
    for (content,) in pictures:
        assert isinstance(content, bytes)
        assert len(content) < 60_000
        image = Image.open(BytesIO(content))
        assert (image.format, image.size) == ("PNG", (1200, 800))
        drawn.add(image.convert("RGB").resize((60, 40)).tobytes())
    assert len(drawn) == 16


async def test_its_shopper_sees_what_the_screens_show(demo_chain: DemoChain) -> None:
    """12,860 points, of which 1,200 die within 60 days: through the lookup that a kiosk makes."""
    pool: asyncpg.Pool[asyncpg.Record] = await open_pool(demo_chain.database.app)
    try:
        ref = await pool.fetchval(
            "SELECT r.ref FROM member_ref r JOIN member m ON m.id = r.member_id"
            " WHERE m.number = $1",
            MAIN.number,
        )
        kiosk = await pool.fetchval("SELECT id FROM device WHERE number = 'K01'")
        code = MemberCode(1, ref, slot_of(datetime.now(UTC)), balance=0, as_of_min=0)
        member = await MemberDesk(pool).by_code(kiosk, code)
    finally:
        await pool.close()
    assert member.display == "张*明"
    assert member.tier.id == "gold"
    assert (member.spendable, member.pending, member.held, member.debt) == (12860, 0, 0, 0)
    assert [lot.points for lot in member.expiring] == [1200]
    (lot,) = member.expiring
    assert timedelta(days=30) < lot.at - datetime.now(UTC) < timedelta(days=60)
