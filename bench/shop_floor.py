"""A database with many rich members before one kiosk, for measuring redemptions."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from wire.api.text import Text
from wire.ids import new_id

MEMBERS = 2_000
"""As many as hardly ever wait for each other's row, with 32 clients that choose at random."""
PRICE = 100
POINTS = 10_000_000
STOCK = 1_000_000


@dataclass(frozen=True)
class Floor:
    """What a client needs to redeem."""

    device: UUID
    key: Ed25519PrivateKey
    item: UUID
    """A reward of which there is always enough."""
    counted: UUID
    """One that is counted: every redemption passes through its one row of stock."""
    sessions: tuple[UUID, ...]


def furnish(owner_dsn: str, members: int = MEMBERS) -> Floor:
    """Fill a migrated, empty database. Points are awarded by the ledger's own function."""
    key = Ed25519PrivateKey.generate()
    device, item, counted = new_id(), new_id(), new_id()
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        _chain(connection, device, key)
        _reward(connection, item, counted=False)
        _reward(connection, counted, counted=True)
        connection.execute(
            "SELECT stock_receive('bench', 'first', %s, 'S1', NULL, %s, 'bench')", (counted, STOCK)
        )
        sessions = _members(connection, device, members)
        connection.execute("GRANT SELECT ON bench_session TO central_app")
    return Floor(device, key, item, counted, sessions)


def _chain(connection: "psycopg.Connection[Any]", device: UUID, key: Ed25519PrivateKey) -> None:
    execute = connection.execute
    execute(
        "INSERT INTO programme (id, name, point_unit, pin_over_points) VALUES (%s, %s, %s, 0)",
        (new_id(), _text("bench"), _text("分")),
    )
    execute(
        "INSERT INTO point_type (code, name, expiry, expiry_length, expiry_unit)"
        " VALUES ('base', %s, 'rolling', 12, 'month')",
        (_text("分"),),
    )
    execute("INSERT INTO tier (id, name, rank) VALUES ('plain', %s, 0)", (_text("卡"),))
    execute(
        "INSERT INTO store (id, name, address) VALUES ('S1', %s, %s)", (_text("店"), _text("路"))
    )
    execute("INSERT INTO category (id, name) VALUES ('home', %s)", (_text("居家"),))
    execute("INSERT INTO reward_image (sha256, content) VALUES ('00', '')")
    execute(
        "INSERT INTO device (id, number, role, store_id, public_key)"
        " VALUES (%s, 'K01', 'kiosk', 'S1', %s)",
        (device, key.public_key().public_bytes_raw()),
    )


def _reward(connection: "psycopg.Connection[Any]", item: UUID, *, counted: bool) -> None:
    connection.execute(
        "INSERT INTO reward (id, kind, category_id, name, description, value_fen, image_sha256,"
        " price_points, conditions, stock_counted)"
        " VALUES (%s, 'goods', 'home', %s, %s, 1500, '00', %s, '[]', %s)",
        (item, _text("雨伞"), _text("一把雨伞"), PRICE, counted),
    )


def _members(connection: "psycopg.Connection[Any]", device: UUID, members: int) -> tuple[UUID, ...]:
    """Each with a lot, and with a session that outlives the benchmark; numbered for pgbench."""
    connection.execute("CREATE TABLE bench_session (n int PRIMARY KEY, id uuid, member uuid)")
    sessions = tuple(new_id() for _ in range(members))
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO bench_session VALUES (%s, %s, %s)",
            [(number, session, new_id()) for number, session in enumerate(sessions)],
        )
        cursor.execute(
            "INSERT INTO member (id, number, display, tier_id, status)"
            " SELECT member, lpad(n::text, 10, '0'), '张*明', 'plain', 'active' FROM bench_session"
        )
        cursor.execute(
            "INSERT INTO member_session"
            " (id, member_id, device_id, read_only, created_at, expires_at)"
            " SELECT id, member, %s, false, now(), now() + interval '1 day' FROM bench_session",
            (device,),
        )
        cursor.execute(
            "SELECT award('bench', n::text, member, %s, 'base', 'sale', '', NULL, NULL, NULL)"
            " FROM bench_session",
            (POINTS,),
        )
    return sessions


def _text(words: str) -> str:
    return msgspec.json.encode(Text(words, words, words)).decode()
