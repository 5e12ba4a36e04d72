"""`central check`"""

import asyncio
import os
import sys
import time
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
_WORTH_TELLING_S = 1.0


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
            all_of_them = (*INVARIANTS, *STAFF_INVARIANTS)
            for number, invariant in enumerate(all_of_them, 1):
                _progress(f"{number} of {len(all_of_them)}: {invariant.name} ...")
                began = time.monotonic()
                finding = await examine(connection, invariant)
                took_s = time.monotonic() - began
                _progress("")
                click.echo(
                    line(finding) + (f" ({took_s:.1f} s)" if took_s >= _WORTH_TELLING_S else "")
                )
                broken += bool(finding.broken)
        return broken
    finally:
        await connection.close()


def _progress(told: str) -> None:
    """What is being looked at, on a terminal: one line that is written over."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{told}", nl=False, err=True)


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
