"""`central run-night`"""

import asyncio
import os
import sys
from datetime import date
from pathlib import Path

import asyncpg
import click

from central.commands.member_named import names
from central.commands.typed import DAY
from central.database import cluster
from central.database.place import data_option
from central.database.session import in_database
from central.database.trouble import Unreachable
from central.ledger import functions
from central.ledger.night import NightDone, NightRun
from central.ledger.pool import open_pool
from central.ledger.refusal import LedgerRefused


@click.command(
    help="Points that become available, die, are cleared or forfeited: what the worker does every"
    " night. May be stopped, run again, and run late; exit 1 if somebody could not be settled."
)
@click.option(
    "--as-of",
    "day",
    type=DAY,
    help="Only what was due when this day began; without it, all that is due now.",
)
@data_option
def command(day: date | None, data: Path) -> None:  # noqa: ARG001  # `--data` takes effect through the environment
    with cluster.opened(os.environ) as dsns:
        done = asyncio.run(_run(dsns.app, day))
    lots = ", ".join(f"{count:,} lots {name}" for name, count in done.lots.items())
    tiers = ", ".join(f"{count:,} members {name}" for name, count in done.tiers.items())
    told = ", ".join(filter(None, [lots, tiers])) or "nothing was due"
    click.echo(f"{done.day}: {done.settled:,} members settled, {told}")
    for member in in_database(lambda c: names(c, done.failed)) if done.failed else ():
        click.echo(f"left as it was: {member}; `central check` tells why", err=True)
    sys.exit(1 if done.failed else 0)


async def _run(dsn: str, day: date | None) -> NightDone:
    try:
        pool = await open_pool(dsn, size=1)
    except (OSError, asyncpg.PostgresError) as error:
        raise Unreachable(f"the database does not answer: {error}") from None
    told = -1

    def progress(settled: int, members: int) -> None:
        nonlocal told
        percent = 100 * settled // members if members else 100
        if percent // 10 > told // 10:
            click.echo(f"{percent:3} %: {settled:,} of {members:,} members", err=True)
            told = percent

    try:
        await functions.verify_async(pool)
        return await NightRun(pool).run(day, progress)
    except LedgerRefused:
        raise click.ClickException(f"{day} has not begun yet: nothing dies early") from None
    finally:
        await pool.close()
