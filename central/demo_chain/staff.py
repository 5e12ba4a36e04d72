"""The demo's staff, hired as the command line hires: on record, with a badge and a PIN."""

from datetime import datetime
from typing import Any

import asyncpg

from central.demo_chain.people import STAFF, STAFF_PIN
from central.staff import people
from central.staff.pins import PinVerifier


async def hire(owner: "asyncpg.Connection[Any]", now: datetime) -> None:
    """Their badges are printed by `central staff badge`; their PIN is known to everybody."""
    hashed = PinVerifier().hash(STAFF_PIN)
    for each in STAFF:
        added = await people.add(owner, each.staff_no, each.name, each.role, each.stores)
        await people.badge(owner, added, now)
        await people.set_pin(owner, added.ref, hashed)
