"""`central migrate`, step by step: roles, tables, functions, rights, keys."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

import psycopg

from central.database import dsn, rights
from central.database.trouble import FolderNotWritable, PostgresTooOld, Unreachable
from central.ledger import functions
from central.members import token_keys

_OLDEST_VERSION_NUM = 150000


def migrate(dsns: dsn.Dsns, data: Path, *, embedded: bool, say: Callable[[str], None]) -> None:
    """Brings database and data folder to what this program needs; again: changes nothing.

    Args:
        embedded: the cluster is ours, so that the database itself may have to be created.
        say: gets a line per step.

    Raises:
        DatabaseTrouble
    """
    keep_secret(data)
    if embedded:
        _create_database(dsns, say)
    with _connect(dsns.admin) as connection:
        say("roles: created" if rights.create_roles(connection) else "roles: there")
    _migrate_tables(say)
    with _connect(dsns.owner) as connection:
        count = functions.install(connection)
        rights.grant(connection)
    say(f"functions: {count} re-created, rights set")
    with _connect(dsns.owner) as connection:
        kid, made = token_keys.ensure(connection, data)
    say(f"token key {kid}: {'made' if made else 'there'}")


def keep_secret(data: Path) -> None:
    """Django's secret key, made at the first start and kept in the data folder.

    Raises:
        FolderNotWritable
    """
    path = data / "secret_key"
    try:
        data.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(50))
    except OSError as error:
        raise FolderNotWritable(
            f"the data folder {data} cannot be written: {error.strerror}; choose another with"
            " --data"
        ) from None


def _create_database(dsns: dsn.Dsns, say: Callable[[str], None]) -> None:
    with _connect(dsn.with_database(dsns.admin, "postgres"), autocommit=True) as connection:
        exists = connection.execute(
            "SELECT FROM pg_database WHERE datname = %s", (dsn.DATABASE,)
        ).fetchone()
        if exists is None:
            connection.execute(f"CREATE DATABASE {dsn.DATABASE}".encode())
            say("database: created")


def _migrate_tables(say: Callable[[str], None]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "central.settings")
    import django
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    django.setup()
    connection = connections["owner"]
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        say(f"tables: {len(plan)} migrations to apply")
        call_command("migrate", database="owner", interactive=False, verbosity=0)
    say("tables: up to date")
    connection.close()


def _connect(url: str, *, autocommit: bool = False) -> "psycopg.Connection[tuple[object, ...]]":
    try:
        connection = psycopg.connect(url, autocommit=autocommit, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise Unreachable(
            f"the database does not answer: {str(error).strip().splitlines()[-1].strip()}"
        ) from None
    if connection.info.server_version < _OLDEST_VERSION_NUM:
        version = connection.info.server_version // 10000
        connection.close()
        raise PostgresTooOld(f"the server is PostgreSQL {version}; 15 or later is needed")
    return connection
