"""The worker process: what time does to redemptions, lots, hours and old rows.

The queue is procrastinate's, in the same database; every job is idempotent and may run late
or twice.
"""

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
from procrastinate import App, PsycopgConnector

from central.database import dsn
from central.ledger.pool import open_pool
from central.ledger.timekeeper import Timekeeper
from central.serving import json_lines

log = logging.getLogger(__name__)

EVERY_MINUTE = "* * * * *"
NIGHTLY = "10 19 * * *"
"""UTC: ten past three in Shanghai, when shops are closed."""


def create(database: str, pool: "asyncpg.Pool[Any]") -> App:
    """The jobs and when they run.

    Args:
        database: DSN that connects as central_app, for the queue.
    """
    app = App(connector=PsycopgConnector(conninfo=database))
    keeper = Timekeeper(pool)

    def periodic(cron: str, work: Callable[[], Awaitable[dict[str, int]]]) -> None:
        @app.periodic(cron=cron)
        @app.task(name=work.__name__, queueing_lock=work.__name__, pass_context=False)
        async def run(timestamp: int) -> None:  # noqa: ARG001  # procrastinate tells when it was due
            done = await work()
            if any(done.values()):
                log.info("%s: %s", work.__name__, done)

    periodic(EVERY_MINUTE, keeper.settle_redemptions)
    periodic(EVERY_MINUTE, keeper.settle_hours)
    periodic(NIGHTLY, keeper.settle_lots)
    periodic(NIGHTLY, keeper.forget)
    return app


async def _run(database: str) -> None:
    pool = await open_pool(database, size=2)
    try:
        app = create(database, pool)
        async with app.open_async():
            loop = asyncio.get_running_loop()
            worker = asyncio.create_task(
                # A job that went well leaves no row: there are 1,440 a day.
                app.run_worker_async(
                    install_signal_handlers=False, concurrency=1, delete_jobs="successful"
                )
            )
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, worker.cancel)
            try:
                await worker
            except asyncio.CancelledError:
                log.info("stopped")
    finally:
        await pool.close()


def main() -> None:
    json_lines.start()
    asyncio.run(_run(dsn.from_environment(os.environ).app))
