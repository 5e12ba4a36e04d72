"""The SQL functions: re-created whole by `central migrate`, checked at every start.

Two hashes are kept. One over the files tells that this program was written for other
functions than the database has; one over the functions as the database holds them tells
that somebody has changed one there.
"""

import hashlib
from importlib import resources
from typing import Any

import psycopg

from central.database.trouble import FunctionsChanged, NotMigrated

_BODIES = """
    SELECT coalesce(string_agg(pg_get_functiondef(p.oid), E'\\n' ORDER BY p.oid::regprocedure::text
        COLLATE "C"), '')
    FROM pg_proc p
    WHERE p.pronamespace = current_schema()::regnamespace AND p.prokind = 'f'
        AND p.proname NOT LIKE 'procrastinate%' AND NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""
_OURS = """
    SELECT p.oid::regprocedure::text, p.prosecdef AND p.prorettype <> 'trigger'::regtype
    FROM pg_proc p
    WHERE p.pronamespace = current_schema()::regnamespace AND p.prokind = 'f'
        AND p.proname NOT LIKE 'procrastinate%' AND NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""
_STORED = "SELECT source_hash, body_hash FROM function_set"


def sources() -> list[tuple[str, str]]:
    """File name and text of every SQL file, by name."""
    folder = resources.files("central.ledger") / "sql"
    return sorted(
        (entry.name, entry.read_text("utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".sql")
    )


def source_hash() -> str:
    """SHA-256 over names and texts of all files, in hex."""
    digest = hashlib.sha256()
    for name, text in sources():
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()


def install(connection: "psycopg.Connection[Any]") -> int:
    """Re-creates all functions in the caller's transaction, as central_owner; how many there are.

    What central_app may call are exactly the SECURITY DEFINER ones.
    """
    with connection.cursor() as cursor:
        for signature, _public in cursor.execute(_OURS).fetchall():
            cursor.execute(f"DROP FUNCTION IF EXISTS {signature} CASCADE".encode())
        # SQL-language bodies may call functions of later files.
        cursor.execute("SET LOCAL check_function_bodies = off")
        schema = _one(cursor.execute("SELECT quote_ident(current_schema())").fetchone())
        cursor.execute(f"SET LOCAL search_path = {schema}, pg_temp".encode())
        for _name, text in sources():
            cursor.execute(text.encode())
        signatures = cursor.execute(_OURS).fetchall()
        for signature, public in signatures:
            cursor.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC".encode())
            if public:
                cursor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO central_app".encode())
        bodies = _one(cursor.execute(_BODIES).fetchone())
        cursor.execute(
            "INSERT INTO function_set (singleton, source_hash, body_hash, created_at)"
            " VALUES (true, %s, %s, now()) ON CONFLICT (singleton) DO UPDATE"
            " SET source_hash = excluded.source_hash, body_hash = excluded.body_hash,"
            " created_at = excluded.created_at",
            (source_hash(), _hash(bodies)),
        )
    return len(signatures)


def verify(connection: "psycopg.Connection[Any]") -> None:
    """Passes if the database has exactly this program's functions.

    Raises:
        NotMigrated, FunctionsChanged
    """
    try:
        stored = connection.execute(_STORED).fetchone()
    except psycopg.errors.UndefinedTable:
        stored = None
    _compare(stored, _one(connection.execute(_BODIES).fetchone()) if stored else "")


async def verify_async(pool: Any) -> None:
    """The same over an asyncpg pool or connection, for readiness checks. About 5 ms."""
    if await pool.fetchval("SELECT to_regclass('function_set')") is None:
        raise NotMigrated(_NOT_MIGRATED)
    stored = await pool.fetchrow(_STORED)
    _compare(tuple(stored) if stored else None, await pool.fetchval(_BODIES))


_NOT_MIGRATED = "the database is empty: run `central migrate`"


def _compare(stored: tuple[Any, ...] | None, bodies: str) -> None:
    if stored is None:
        raise NotMigrated(_NOT_MIGRATED)
    if stored[0] != source_hash():
        raise FunctionsChanged(
            "the database's functions were made by another version: run `central migrate`"
        )
    if stored[1] != _hash(bodies):
        raise FunctionsChanged(
            "somebody has changed a function inside the database: run `central migrate`"
        )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _one(row: tuple[Any, ...] | None) -> str:
    if row is None:
        raise LookupError("a query that always has one row had none")
    return str(row[0])
