"""A desk at which E01 stands."""

import asyncio
from datetime import UTC, datetime

import pytest

from central.staff import people
from tests.central.commands.desk import By
from tests.chain import Chain
from tests.office import Said, office
from tests.postgres import Database
from wire.api.staff import StaffRole


@pytest.fixture
async def by(chain: Chain, database: Database) -> By:
    """`await by("member", "freeze", ...)`: by E01, because; three people are on record."""
    chain.clock.at = datetime.now(UTC)
    async with chain.owner.acquire() as connection:
        for number, role in (
            ("E01", StaffRole.CLERK), ("E02", StaffRole.MANAGER), ("E09", StaffRole.IT)
        ):  # fmt: skip
            await people.add(connection, number, "李小红", role, ())

    async def say(*words: str, status: int = 0) -> Said:
        given = words if "--operator" in words else (*words, "--operator", "e01")
        if "--reason" not in given:
            given = (*given, "--reason", "complaint 77")
        return await asyncio.to_thread(office, database, *given, status=status)

    return say
