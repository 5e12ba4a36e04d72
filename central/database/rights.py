"""Who may do what: central_owner owns everything, central_app runs the service.

Money moves only through the SECURITY DEFINER functions: central_app may read the ledger's
tables and write none of them.
"""

from typing import Any

import psycopg

from central.database.dsn import APP, OWNER
from central.database.trouble import RolesMissing

_WRITABLE = {
    "device": "INSERT, UPDATE",
    "enrol_code": "INSERT, UPDATE",
    "device_event": "INSERT",
    "member": "INSERT, UPDATE",
    "member_ref": "INSERT, UPDATE",
    "member_card": "INSERT, UPDATE",
    "plain_card": "INSERT, UPDATE (blocked_at)",
    "staff": "INSERT, UPDATE (display, role, every_store, active, badge_version, badge_last_day)",
    "staff_store": "INSERT, DELETE",
}
"""Beyond SELECT, which central_app has on every table."""


def create_roles(connection: "psycopg.Connection[Any]") -> bool:
    """Creates what is missing of the two roles; whether anything was.

    Raises:
        RolesMissing: the login may not create them.
    """
    missing = [
        role
        for role in (OWNER, APP)
        if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None
    ]
    try:
        for role in missing:
            connection.execute(f"CREATE ROLE {role} LOGIN".encode())
        for role in (OWNER, APP):
            # A superuser may act as anybody; another login must be a member.
            connection.execute(
                f"DO $$ BEGIN IF NOT pg_has_role(current_user, '{role}', 'MEMBER') THEN"
                f" EXECUTE format('GRANT {role} TO %I', current_user); END IF; END $$".encode()
            )
        connection.execute(
            f"DO $$ BEGIN EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO {OWNER}',"
            " current_schema()); END $$".encode()
        )
    except psycopg.errors.InsufficientPrivilege as error:
        raise RolesMissing(
            "this login may not set up the roles; let a superuser run once: "
            f"CREATE ROLE {OWNER} LOGIN; CREATE ROLE {APP} LOGIN;"
            f" GRANT {OWNER}, {APP} TO <login>; GRANT USAGE, CREATE ON SCHEMA public TO {OWNER};"
            f" ({str(error).splitlines()[0]})"
        ) from None
    return bool(missing)


def grant(connection: "psycopg.Connection[Any]") -> None:
    """Sets central_app's rights on all tables anew, as central_owner, in one transaction."""
    with connection.cursor() as cursor:
        row = cursor.execute("SELECT quote_ident(current_schema())").fetchone()
        schema = row[0] if row else "public"
        statements = [
            f"GRANT USAGE ON SCHEMA {schema} TO {APP}",
            f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {APP}",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {APP}",
            *(f"GRANT {rights} ON {table} TO {APP}" for table, rights in _WRITABLE.items()),
        ]
        tables = cursor.execute(
            "SELECT quote_ident(tablename) FROM pg_tables"
            " WHERE schemaname = current_schema() AND tablename LIKE 'procrastinate%'"
        ).fetchall()
        # The job queue is procrastinate's own: the service is its only user.
        statements += [f"GRANT ALL ON {table} TO {APP}" for (table,) in tables]
        statements.append(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {APP}")
        for statement in statements:
            cursor.execute(statement.encode())
