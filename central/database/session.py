"""One connection for one command."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import asyncpg

from central.database import cluster
from central.database.trouble import NotMigrated, Unreachable

T = TypeVar("T")


def in_database(work: "Callable[[asyncpg.Connection[Any]], Awaitable[T]]") -> T:
    """Runs `work` with a connection as central_app, the embedded cluster running if it is ours.

    Raises:
        DatabaseTrouble: told by the command line as one line.
    """
    with cluster.opened(os.environ) as dsns:
        return asyncio.run(_connected(dsns.app, work))


async def _connected(dsn: str, work: "Callable[[asyncpg.Connection[Any]], Awaitable[T]]") -> T:
    try:
        connection = await asyncpg.connect(dsn, command_timeout=30)
    except (OSError, asyncpg.PostgresError) as error:
        raise Unreachable(
            f"the database does not answer, or was never set up (`central migrate`): {error}"
        ) from None
    try:
        return await work(connection)
    except asyncpg.UndefinedTableError:
        raise NotMigrated("the database is empty: run `central migrate`") from None
    finally:
        await connection.close()
