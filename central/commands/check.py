"""`central check`"""

import asyncio
import os
import sys
from pathlib import Path

import asyncpg
import click

from central.database import cluster
from central.database.place import data_option
from central.database.trouble import Unreachable
from central.ledger import functions
from central.ledger.invariants import INVARIANTS, Finding, examine
from central.staff.invariants import STAFF_INVARIANTS

_IDS_SHOWN = 20
_TIMEOUT_S = 600


@click.command(
    help="Verify every invariant over the whole database; exit 1 and the ids of what is broken."
)
@data_option
def command(data: Path) -> None:  # noqa: ARG001  # `--data` takes effect through the environment
    with cluster.opened(os.environ) as dsns:
        broken = asyncio.run(_check(dsns.app))
    click.echo("the books are right" if not broken else f"{broken} invariants are broken")
    sys.exit(1 if broken else 0)


async def _check(dsn: str) -> int:
    """The number of broken invariants; a line for each one checked."""
    try:
        connection = await asyncpg.connect(dsn, command_timeout=_TIMEOUT_S)
    except (OSError, asyncpg.PostgresError) as error:
        raise Unreachable(f"the database does not answer: {error}") from None
    try:
        await functions.verify_async(connection)
        click.echo("functions: as this program made them, ok")
        broken = 0
        # One snapshot for all, so that a service at work is not seen half way.
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            await connection.execute("SET LOCAL jit = off")  # compiling would take the longest
            for invariant in (*INVARIANTS, *STAFF_INVARIANTS):
                finding = await examine(connection, invariant)
                click.echo(line(finding))
                broken += bool(finding.broken)
        return broken
    finally:
        await connection.close()


def line(finding: Finding) -> str:
    """What is told of one invariant, e.g. `3. each lot adds up: 1,284 checked, ok`."""
    checked = f"{finding.invariant.name}: {finding.checked:,} checked"
    if not finding.broken:
        return f"{checked}, ok"
    shown = ", ".join(finding.broken[:_IDS_SHOWN])
    more = len(finding.broken) - _IDS_SHOWN
    return f"{checked}, {len(finding.broken):,} BROKEN: {shown}" + (
        f" and {more:,} more" if more > 0 else ""
    )
