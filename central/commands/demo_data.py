"""`central demo-data`"""

import asyncio
import os
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import click

from central.database import cluster
from central.database.dsn import Dsns
from central.database.place import data_option
from central.database.trouble import Unreachable
from central.demo_chain import chain
from central.demo_chain.history import History, PastClock
from central.demo_chain.people import STAFF, STAFF_PIN, sixty
from central.demo_chain.staff import hire
from central.ledger import functions
from central.ledger.money import Ledger
from central.ledger.pool import open_pool
from central.ledger.timekeeper import Timekeeper

_SEED = 20261121


@click.command(
    help="Fill an empty database with a believable chain: 3 stores, 60 members with a year of"
    " history, 16 rewards with pictures, 3 of the staff. Refuses a database that has a programme."
)
@data_option
def command(data: Path) -> None:  # noqa: ARG001  # `--data` takes effect through the environment
    with cluster.opened(os.environ) as dsns:
        asyncio.run(_fill(dsns))
    click.echo("the chain is there; its best-known member is 8800106210 (张*明)")


async def _fill(dsns: Dsns) -> None:
    try:
        owner: asyncpg.Connection[Any] = await asyncpg.connect(dsns.owner)
    except (OSError, asyncpg.PostgresError) as error:
        raise Unreachable(
            f"the database does not answer, or was never set up (`central migrate`): {error}"
        ) from None
    pool = await open_pool(dsns.app, size=1)
    try:
        await functions.verify_async(owner)
        there = await owner.fetchval("SELECT name ->> 'en' FROM programme")
        if there is not None:
            raise click.ClickException(
                f"this database has a programme already ({there}); demo data go into an empty one:"
                " choose another with --data"
            )
        now = datetime.now(UTC)
        click.echo("stores, tiers, rewards and their pictures ...")
        # One transaction: a chain that is half there would be refused the next time.
        async with owner.transaction():
            rewards = await chain.write(owner, now)
            await hire(owner, now)
        clock = PastClock(now)
        rng = random.Random(_SEED)  # noqa: S311  # the same chain every time, nothing secret
        members = sixty(rng)
        history = History(owner, Ledger(pool, clock), clock, rewards, rng)
        with click.progressbar(length=len(members), label="members and their year") as bar:
            await history.tell(members, lambda _done: bar.update(1))
        keeper = Timekeeper(pool)
        settled = await keeper.settle_redemptions() | await keeper.settle_lots()
        click.echo(f"brought up to today: {settled}")
        names = ", ".join(f"{each.staff_no} ({each.role})" for each in STAFF)
        click.echo(f"staff for trying out: {names}; everybody's PIN is {STAFF_PIN}")
    finally:
        await pool.close()
        await owner.close()
