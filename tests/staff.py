"""Staff for tests: people, badges and log-ins, made as the command line makes them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.staff import people
from central.staff.people import StaffOnRecord
from central.staff.pins import PinVerifier
from wire.api.staff import StaffRole
from wire.ids import new_id
from wire.tokens import StaffBadge

PIN = "258036"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""argon2id all the same."""


def quick_pins() -> PinVerifier:
    return PinVerifier(QUICK)


@dataclass
class StaffRoom:
    """Args: `owner` connects as central_owner; `signer` is a live token key with its kid."""

    owner: "asyncpg.Pool[Any]"
    signer: tuple[int, Ed25519PrivateKey]
    number: int = field(default_factory=lambda: new_id().int % 10**9)

    async def person(
        self,
        now: datetime,
        role: StaffRole = StaffRole.CLERK,
        stores: Sequence[str] = ("S1",),
        pin: str | None = PIN,
        days: int = 365,
    ) -> StaffOnRecord:
        """Somebody new with a badge, and a PIN unless it is None."""
        self.number += 1
        async with self.owner.acquire() as connection:
            added = await people.add(connection, f"E{self.number}", "李小红", role, stores)
            if pin is not None:
                await people.set_pin(connection, added.ref, QUICK.hash(pin))
            return await people.badge(connection, added, now, days=days)

    async def replaced(self, person: StaffOnRecord, now: datetime) -> StaffOnRecord:
        async with self.owner.acquire() as connection:
            return await people.badge(connection, person, now, replace=True)

    async def leaves(self, person: StaffOnRecord) -> None:
        async with self.owner.acquire() as connection:
            await people.set_active(connection, person, active=False)

    async def set_pin(self, person: StaffOnRecord, pin: str) -> None:
        async with self.owner.acquire() as connection:
            await people.set_pin(connection, person.ref, QUICK.hash(pin))

    def text(self, person: StaffOnRecord) -> str:
        """The S1 on the badge."""
        return people.badge_text(person, self.signer)

    def badge(self, person: StaffOnRecord) -> StaffBadge:
        """What a scanner makes of it."""
        assert person.badge_last_day is not None
        number = {StaffRole.CLERK: 1, StaffRole.MANAGER: 2, StaffRole.IT: 3}[person.role]
        return StaffBadge(1, person.ref, person.badge_version, number, person.badge_last_day)
