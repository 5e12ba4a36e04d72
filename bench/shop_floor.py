"""A database with many rich members before one kiosk, for measuring redemptions."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from wire.api.text import Text
from wire.ids import new_id

MEMBERS = 64
"""As many as never wait for each other's row, with eight connections."""
PRICE = 100
POINTS = 10_000_000


@dataclass(frozen=True)
class Floor:
    """What a client needs to redeem."""

    device: UUID
    key: Ed25519PrivateKey
    item: UUID
    sessions: tuple[UUID, ...]


def furnish(owner_dsn: str) -> Floor:
    """Fill a migrated, empty database. Points are awarded by the ledger's own function."""
    key = Ed25519PrivateKey.generate()
    device, item = new_id(), new_id()
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        _chain(connection, device, key, item)
        sessions = tuple(_member(connection, device, number) for number in range(MEMBERS))
        # What pgbench's clients read their session from, and a sequence for what must differ.
        connection.execute("CREATE TABLE bench_session (n int PRIMARY KEY, id uuid NOT NULL)")
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO bench_session VALUES (%s, %s)", list(enumerate(sessions))
            )
        connection.execute("GRANT SELECT ON bench_session TO central_app")
        connection.execute("ANALYZE")
    return Floor(device, key, item, sessions)


def _chain(
    connection: "psycopg.Connection[Any]", device: UUID, key: Ed25519PrivateKey, item: UUID
) -> None:
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
    execute(
        "INSERT INTO reward (id, kind, category_id, name, description, value_fen, image_sha256,"
        " price_points, conditions) VALUES (%s, 'goods', 'home', %s, %s, 1500, '00', %s, '[]')",
        (item, _text("雨伞"), _text("一把雨伞"), PRICE),
    )


def _member(connection: "psycopg.Connection[Any]", device: UUID, number: int) -> UUID:
    member, session, now = new_id(), new_id(), datetime.now(UTC)
    connection.execute(
        "INSERT INTO member (id, number, display, tier_id, status)"
        " VALUES (%s, %s, '张*明', 'plain', 'active')",
        (member, f"{number:010d}"),
    )
    connection.execute(
        "SELECT award('bench', %s, %s, %s, 'base', 'sale', '', NULL, NULL, NULL)",
        (secrets.token_hex(8), member, POINTS),
    )
    connection.execute(
        "INSERT INTO member_session (id, member_id, device_id, read_only, created_at, expires_at)"
        " VALUES (%s, %s, %s, false, %s, %s)",
        (session, member, device, now, now + timedelta(hours=1)),
    )
    return session


def _text(words: str) -> str:
    return msgspec.json.encode(Text(words, words, words)).decode()
