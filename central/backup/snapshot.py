"""What the database holds at one moment, and that moment's name for pg_dump."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from central.backup.manifest import AuditHead, Movement, State
from central.database.trouble import NotMigrated, Unreachable

_TABLES = """
    SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    name: str
    """For `pg_dump --snapshot`; good while the block that gave it lasts."""
    database: str
    server: int
    """PostgreSQL's major version."""
    tables: list[str]
    state: State


@contextmanager
def taken(dsn: str) -> Iterator[Snapshot]:
    """One snapshot of the database, while others go on writing. Locks nobody out.

    Raises:
        NotMigrated: there is nothing to back up, or no chain of shops in it.
        Unreachable
    """
    try:
        connection = psycopg.connect(dsn, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise Unreachable(
            "the database does not answer, or was never set up (`central migrate`): "
            + str(error).strip().splitlines()[-1].strip()
        ) from None
    with connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        name = _value(connection, "SELECT pg_export_snapshot()")
        try:
            state = read_state(connection)
        except psycopg.errors.UndefinedTable:
            raise NotMigrated("the database is empty: there is nothing to back up") from None
        if not state.rows.get("programme"):
            raise NotMigrated(
                f"the database {connection.info.dbname} {where(connection)} has no programme, so it"
                " is no shop's: name the right one with DATABASE_URL"
                " (/etc/points-central/environment has it)"
            )
        yield Snapshot(
            name,
            connection.info.dbname,
            connection.info.server_version // 10000,
            list(state.rows),
            state,
        )


def where(connection: "psycopg.Connection[Any]") -> str:
    """The server of a connection, in words; no login, no password."""
    return f"on {connection.info.host}, port {connection.info.port}"


def read_state(connection: "psycopg.Connection[Any]") -> State:
    """The state as the connection's transaction sees it.

    Raises:
        psycopg.errors.UndefinedTable: the database was never migrated.
    """
    migrations: dict[str, list[str]] = {}
    for app, migration in connection.execute(
        "SELECT app, name FROM django_migrations ORDER BY app, name"
    ):
        migrations.setdefault(app, []).append(migration)
    moved = connection.execute(
        "SELECT id, kind, at FROM journal ORDER BY at DESC, id DESC LIMIT 1"
    ).fetchone()
    head = None
    # The first version had no chain; whoever updates makes a backup before `central migrate`.
    if _value(connection, "SELECT to_regclass('audit_event')") is not None:
        head = connection.execute(
            "SELECT seq, encode(hash, 'hex') FROM audit_event ORDER BY seq DESC LIMIT 1"
        ).fetchone()
    unsettled = connection.execute(
        "SELECT state, count(*) FROM redemption"
        " WHERE state IN ('RESERVED', 'PRINTING', 'UNCERTAIN') GROUP BY state ORDER BY state"
    ).fetchall()
    keys = connection.execute("SELECT kid FROM token_key WHERE retired_at IS NULL ORDER BY kid")
    return State(
        migrations=migrations,
        functions=str(_value(connection, "SELECT max(source_hash) FROM function_set") or ""),
        rows=count_rows(connection),
        timezone=str(_value(connection, "SELECT max(timezone) FROM programme") or "UTC"),
        last_movement=Movement(*moved) if moved else None,
        audit=AuditHead(*head) if head else None,
        unsettled=dict(unsettled),
        token_keys=[kid for (kid,) in keys],
    )


def count_rows(connection: "psycopg.Connection[Any]") -> dict[str, int]:
    """Rows of every table of the schema."""
    return {
        table: int(
            _value(connection, sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        )
        for (table,) in connection.execute(_TABLES).fetchall()
    }


def _value(connection: "psycopg.Connection[Any]", query: LiteralString | sql.Composed) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None
