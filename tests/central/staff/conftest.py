"""The desk of the staff over a database of the test's own, with a clock set by hand."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from central.members import token_keys
from central.staff.desk import StaffDesk
from central.staff.people import StaffOnRecord
from tests.chain import Chain, HandClock
from tests.postgres import Database
from tests.staff import PIN, StaffRoom, quick_pins
from wire.api.staff import Login
from wire.ids import new_id

LogsIn = Callable[..., Awaitable[Login]]


@pytest.fixture
async def desk_of_staff(pool: "asyncpg.Pool[Any]", clock: HandClock) -> StaffDesk:
    return StaffDesk(pool, clock, quick_pins())


@pytest.fixture
def room(chain: Chain, database: Database) -> StaffRoom:
    return StaffRoom(chain.owner, (1, token_keys.load(database.data, 1)))


@pytest.fixture
def logs_in(desk_of_staff: StaffDesk, room: StaffRoom, chain: Chain) -> LogsIn:
    """A log-in with badge and PIN, at the first kiosk unless told otherwise."""

    async def log_in(
        person: StaffOnRecord, pin: str = PIN, device: UUID | None = None, key: str | None = None
    ) -> Login:
        return await desk_of_staff.login(
            device or chain.kiosk, room.badge(person), pin, key or str(new_id())
        )

    return log_in
