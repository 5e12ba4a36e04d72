"""Members by the hundred thousand, with lots that the ledger itself would have made so.

Rows are inserted by SQL without triggers, which is forty times as fast as one award each; what the
triggers and functions would have written is written here. `central check` finds nothing wrong
(tests/bench/test_bench_floor.py).
"""

from typing import Any

import psycopg
from psycopg.sql import SQL, Literal

POINTS = 1_000
"""Of each lot."""
_AT_ONCE = 100_000
_FRESH = """
    CREATE TEMP TABLE fresh ON COMMIT DROP AS
    SELECT n, new_id() AS member FROM generate_series({first}::bigint, {last}::bigint) AS n;
    CREATE TEMP TABLE fresh_lot ON COMMIT DROP AS
    SELECT member, k, new_id() AS lot, new_id() AS journal
    FROM fresh, generate_series(1, {lots}) AS k;
    INSERT INTO member (id, number, display, tier_id, status, joined_at)
    SELECT member, 'B' || lpad(n::text, 9, '0'), '张*明', 'plain', 'active',
        now() - interval '400 days'
    FROM fresh;
    INSERT INTO member_ref (ref, member_id, created_at)
    SELECT decode(lpad(to_hex(n), 12, '0'), 'hex'), member, now() FROM fresh;
    INSERT INTO balance (member_id, available) SELECT member, {lots} * {points} FROM fresh;
    INSERT INTO lot (id, member_id, type, source, reference, state, granted, remaining,
        available_at, expires_at, created_at)
    SELECT lot, member, 'base', 'sale', '', 'active', {points}, {points},
        now() - interval '366 days',
        now() + CASE WHEN {dead} THEN interval '-1 hour' * k ELSE interval '1 day' * k END,
        now() - interval '366 days'
    FROM fresh_lot;
    INSERT INTO journal (id, kind, member_id, at, lot_id)
    SELECT journal, 'award', member, now() - interval '366 days', lot FROM fresh_lot;
    INSERT INTO posting (id, journal_id, account, detail, member_id, points)
    SELECT new_id(), journal, account, detail, CASE WHEN account = 'available' THEN member END,
        points
    FROM fresh_lot,
        (VALUES ('issued', 'sale', -{points}), ('available', '', {points}))
            AS moved (account, detail, points);
    INSERT INTO tier_entry (id, member_id, reference, at, made_at, points, qualifying)
    SELECT lot, member, '', now() - interval '366 days', now() - interval '366 days', {points},
        {points}
    FROM fresh_lot;
"""


def grow(admin_dsn: str, first: int, members: int, *, lots: int, dead: bool) -> None:
    """Adds members numbered from `first` on; their codes' refs are their numbers, 6 bytes.

    Args:
        admin_dsn: connects as a superuser, who alone may leave triggers out.
        lots: of each member.
        dead: whether they ended in the last hours and wait for the night.
    """
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for at in range(first, first + members, _AT_ONCE):
            last = min(at + _AT_ONCE, first + members) - 1
            with connection.transaction():
                connection.execute(
                    SQL(_FRESH).format(
                        first=Literal(at),
                        last=Literal(last),
                        lots=Literal(lots),
                        points=Literal(POINTS),
                        dead=Literal(dead),
                    )
                )
        connection.execute("VACUUM ANALYZE")


def sessions_of(
    connection: "psycopg.Connection[Any]", device: object, numbers: list[int]
) -> list[object]:
    """A session of a day for each of these members, in their order."""
    rows = connection.execute(
        "INSERT INTO member_session (id, member_id, device_id, read_only, created_at, expires_at)"
        " SELECT new_id(), r.member_id, %s, false, now(), now() + interval '1 day'"
        " FROM unnest(%s::bigint[]) AS n"
        " JOIN member_ref r ON r.ref = decode(lpad(to_hex(n), 12, '0'), 'hex') RETURNING id",
        (device, numbers),
    ).fetchall()
    return [row[0] for row in rows]
