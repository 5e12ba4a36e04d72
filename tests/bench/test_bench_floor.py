"""What the benchmarks of the service measure over is a ledger like any other."""

import os
import subprocess
import sys

import msgspec
import psycopg

from bench import orm_program
from bench.many_members import grow
from bench.orm_program import Done, Work
from bench.shop_floor import PRICE, furnish
from central.database import dsn
from tests.central_program import central
from tests.postgres import Database

LIKE = """
    SELECT r.state, r.points, r.paper_mm, r.stock_counted, r.bucket_id IS NULL, h.state,
        v.state, v.copies, v.value_fen,
        (SELECT array_agg(kind || ' ' || reference ORDER BY kind) FROM voucher_event
         WHERE voucher_id = r.id),
        (SELECT array_agg(a.points) FROM hold_allocation a WHERE a.hold_id = h.id),
        (SELECT array_agg(concat_ws(' ', j.kind, p.account, p.detail, p.points,
            p.member_id = r.member_id) ORDER BY j.kind, p.points)
         FROM journal j JOIN posting p ON p.journal_id = j.id WHERE j.redemption = r.id),
        (SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(v.print_fields) AS k),
        (SELECT count(*) FROM idempotency_key) / (SELECT count(*) FROM redemption)
    FROM redemption r JOIN hold h ON h.id = r.hold_id JOIN voucher v ON v.redemption_id = r.id
"""
"""All that one redemption leaves, without ids and times."""


def by_django(database: Database, way: str, work: Work) -> Done:
    owner = {dsn.URL_VARIABLE: database.owner, dsn.APP_URL_VARIABLE: database.owner}
    done = subprocess.run(
        [sys.executable, "-m", orm_program.__name__],
        input=msgspec.json.encode(msgspec.structs.replace(work, way=way)),
        stdout=subprocess.PIPE,
        env={**os.environ, **owner, "CENTRAL_DATA": str(database.data)},
        check=True,
    )
    return msgspec.json.decode(done.stdout, type=Done)


def test_the_orm_does_the_same_work_as_the_functions(database: Database) -> None:
    floor = furnish(database.owner, members=4)
    work = Work("", 2, 0.05, floor.device, floor.counted, PRICE, floor.sessions, first_seq=1)
    by_orm = by_django(database, "orm", work)
    with psycopg.connect(database.owner) as connection:
        left_by_orm = connection.execute(LIKE).fetchall()
        connection.execute("TRUNCATE idempotency_key")
    by_functions = by_django(
        database, "functions", msgspec.structs.replace(work, first_seq=1_000_000)
    )

    with psycopg.connect(database.owner) as connection:
        left = connection.execute(LIKE).fetchall()
    assert len(left_by_orm) >= by_orm.turns > 0
    assert len(left) - len(left_by_orm) >= by_functions.turns > 0
    assert len({str(row[:-1]) for row in left}) == 1
    assert left_by_orm[0][-1] == 3
    central(database.environment(), "check")


def test_members_made_by_the_hundred_thousand_are_as_the_ledger_makes_them(
    database: Database,
) -> None:
    furnish(database.owner, members=2)
    grow(database.superuser, 1, 30, lots=2, dead=False)
    grow(database.superuser, 31, 20, lots=3, dead=True)

    central(database.environment(), "check")
    night = central(database.environment(), "run-night")

    assert "20 members settled" in night.stdout
    assert "60 lots expired" in night.stdout
    central(database.environment(), "check")
