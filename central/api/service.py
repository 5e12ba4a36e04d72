"""What the endpoints work with: built once at the start, handed over in the app's state."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from central.api.device_keys import DeviceKeys
from central.api.throttle import Throttle
from central.api.token_keyring import TokenKeyring
from central.ledger.money import Ledger
from central.ledger.pool import open_pool
from central.members.desk import MemberDesk
from central.staff.desk import StaffDesk


@dataclass(frozen=True, slots=True)
class Service:
    pool: "asyncpg.Pool[Any]"
    ledger: Ledger
    desk: MemberDesk
    staff: StaffDesk
    device_keys: DeviceKeys
    token_keys: TokenKeyring
    enrolments: Throttle
    now: Callable[[], datetime]


@asynccontextmanager
async def opened(
    dsn: str, data: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> AsyncIterator[Service]:
    """Connected and listening; closed at the end of the block.

    Args:
        dsn: connects as central_app.
        data: the data folder, with the private token keys.
    """
    pool = await open_pool(dsn)
    keys = DeviceKeys(pool, dsn)
    listening = asyncio.create_task(keys.listen())
    try:
        yield Service(
            pool=pool,
            ledger=Ledger(pool),
            desk=MemberDesk(pool),
            staff=StaffDesk(pool),
            device_keys=keys,
            token_keys=TokenKeyring(pool, data),
            enrolments=Throttle(limit=5, window_s=600),
            now=now,
        )
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
        await pool.close()
