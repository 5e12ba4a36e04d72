"""The database that a restore fills, and the names that databases change at its end.

What is restored grows in a database of its own (`NAME_restoring`). Only when it is whole and
its books are right does it get the name; the one that had the name keeps its content under
another. Both names change in one commit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from central.backup import snapshot
from central.backup.trouble import InUse, NotEmpty, Refused
from central.database import dsn
from central.database.trouble import Unreachable

_LONGEST_NAME = 40
"""PostgreSQL cuts names at 63 bytes; ours add to it."""
_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('central restore ' || %s, 5))"


class Target:
    """The name that the restored database shall have, on one server. Not thread-safe."""

    def __init__(self, connection: "psycopg.Connection[Any]", admin: str, name: str) -> None:
        self._connection = connection
        self._admin = admin
        self.name = name
        self.growing = f"{name}_restoring"

    def dsn(self, name: str) -> str:
        """The administrator's, for a database of this server."""
        return dsn.with_database(self._admin, name)

    @property
    def server(self) -> int:
        """PostgreSQL's major version."""
        return self._connection.info.server_version // 10000

    @property
    def where(self) -> str:
        """The server, in words."""
        return snapshot.where(self._connection)

    def exists(self, name: str) -> bool:
        found = self._connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,))
        return found.fetchone() is not None

    def must_be_free(self, *, replace: bool) -> None:
        """Raises:
        NotEmpty: there is something under this name, and it is not to be replaced.
        InUse: somebody is connected to what is to be replaced.
        """
        if not self.exists(self.name):
            return
        who = self._connection.execute(
            "SELECT DISTINCT coalesce(nullif(application_name, ''), usename, 'somebody')"
            " FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
            " ORDER BY 1",
            (self.name,),
        ).fetchall()
        if not replace and (tables := self._tables()):
            raise NotEmpty(
                f"the database {self.name} {self.where} has {tables} tables: `--replace` puts the"
                " backup in its place and keeps it under another name, `--into NAME` restores"
                " beside it"
            )
        if who:
            names = ", ".join(str(row[0]) for row in who)
            raise InUse(
                f"the database {self.name} is in use ({names}): stop the service first"
                " (systemctl stop central-api central-web central-worker, or `central serve`)"
            )

    def _tables(self) -> int:
        with psycopg.connect(self.dsn(self.name), connect_timeout=10) as there:
            row = there.execute(
                "SELECT count(*) FROM pg_tables"
                " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            ).fetchone()
        return int(row[0]) if row else 0

    @contextmanager
    def grown(self) -> Iterator[str]:
        """A new empty database, for the DSN that it yields; dropped unless it was given the name.

        Raises:
            InUse: another restore is at work.
            Refused: this login may not create databases.
        """
        locked = self._connection.execute(_LOCK, (self.name,)).fetchone()
        if locked is None or not locked[0]:
            raise InUse(f"another restore into {self.name} is at work")
        self._drop()  # what a restore that was killed has left
        try:
            self._connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(
                    sql.Identifier(self.growing)
                )
            )
        except psycopg.errors.InsufficientPrivilege:
            raise Refused(
                "this login may not create databases: let a superuser run once"
                " ALTER ROLE <login> CREATEDB, or restore with another DATABASE_URL"
            ) from None
        try:
            yield self.dsn(self.growing)
        finally:
            if not self._connection.closed:  # else the next restore does it
                self._drop()

    def _drop(self) -> None:
        self._connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.growing))
        )

    @contextmanager
    def renamed(self, stamp: str) -> Iterator[str | None]:
        """Gives the grown database its name when the block ends well; else nothing has changed.

        Yields the name under which the one that was there before is kept, if there was one.

        Raises:
            InUse, Refused, Unreachable
        """
        before = f"{self.name}_before_{stamp}" if self.exists(self.name) else None
        try:
            with self._connection.transaction():
                if before is not None:
                    self._rename(self.name, before)
                self._rename(self.growing, self.name)
                yield before
        except psycopg.errors.ObjectInUse:
            raise InUse(
                f"somebody has connected to {self.name} meanwhile: stop the service first"
            ) from None
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise Unreachable(
                "the database went away while the names were being changed"
                f" ({str(error).strip().splitlines()[0]}): see which there are, and restore again"
            ) from None
        except psycopg.errors.InsufficientPrivilege as error:
            raise Refused(
                f"this login may not rename {self.name}: it must own it"
                f" ({str(error).splitlines()[0]})"
            ) from None

    def _rename(self, name: str, to: str) -> None:
        self._connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(name), sql.Identifier(to)
            )
        )


@contextmanager
def on_server(dsns: dsn.Dsns, name: str | None) -> Iterator[Target]:
    """Args:
        name: of the database to be; without it the one that the service uses.

    Raises:
        Unreachable, Refused
    """
    name = name or dsn.database_of(dsns.admin)
    if len(name.encode()) > _LONGEST_NAME:
        raise Refused(f"{name}: a name of at most {_LONGEST_NAME} bytes is needed")
    if name in {"postgres", "template0", "template1"}:
        raise Refused(f"{name} is PostgreSQL's own: choose another name")
    try:
        connection = psycopg.connect(
            dsn.with_database(dsns.admin, "postgres"), autocommit=True, connect_timeout=10
        )
    except psycopg.OperationalError as error:
        raise Unreachable(
            f"the database does not answer: {str(error).strip().splitlines()[-1].strip()}"
        ) from None
    with connection:
        yield Target(connection, dsns.admin, name)
