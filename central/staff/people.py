"""Staff on record: who they are, where they work, which badge of theirs is good."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from wire.api.staff import NUMBERS, StaffRole
from wire.ids import new_id
from wire.tokens import StaffBadge, sign_staff_badge

BADGE_DAYS = 365
BADGE_DAYS_MAX = 3650
_REF_BYTES = 6
_VERSION_MAX = 2**16 - 1
_STAFF_NO = re.compile(r"[0-9A-Z][0-9A-Z-]{0,15}", re.ASCII)


class StaffRefused(Exception):
    """It cannot be done; `str()` says why and what can."""


@dataclass(frozen=True, slots=True)
class StaffOnRecord:
    ref: bytes
    staff_no: str
    display: str
    """Masked."""
    role: StaffRole
    active: bool
    badge_version: int
    """0: no badge was made yet."""
    badge_last_day: date | None


def masked(name: str) -> str:
    """What is kept of a name: 李小红 becomes 李**, `Amy Lee` becomes `A** L**`."""
    words = name.split()
    if len(words) == 1 and not name.strip().isascii():
        return words[0][0] + "*" * max(len(words[0]) - 1, 1)
    return " ".join(word[0] + "**" for word in words)


async def add(
    connection: "asyncpg.Connection[Any]",
    staff_no: str,
    name: str,
    role: StaffRole,
    stores: Sequence[str],
) -> StaffOnRecord:
    """A new person without badge and PIN.

    Args:
        name: kept masked only.
        stores: where they work; none at all means in every one.

    Raises:
        StaffRefused: the number is taken or malformed, a store is not known.
    """
    number = staff_no.strip().upper()
    if not _STAFF_NO.fullmatch(number):
        raise StaffRefused(f"{staff_no!r} is no staff number: 1 to 16 letters, digits and hyphens")
    if not name.strip():
        raise StaffRefused("a name is needed, of which only the first character is kept")
    await _require_stores(connection, stores)
    ref = secrets.token_bytes(_REF_BYTES)
    async with connection.transaction():
        added = await connection.fetchval(
            "INSERT INTO staff (ref, staff_no, display, role, every_store)"
            " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (staff_no) DO NOTHING RETURNING true",
            ref,
            number,
            masked(name),
            role.value,
            not stores,
        )
        if not added:
            raise StaffRefused(f"the staff number {number} is taken; see `central staff list`")
        await _place(connection, ref, stores)
    return await find(connection, number)


async def move(
    connection: "asyncpg.Connection[Any]", person: StaffOnRecord, stores: Sequence[str]
) -> None:
    """They work in these stores from now on; none at all means in every one.

    Raises:
        StaffRefused: a store is not known.
    """
    await _require_stores(connection, stores)
    async with connection.transaction():
        await connection.execute(
            "UPDATE staff SET every_store = $2 WHERE ref = $1", person.ref, not stores
        )
        await connection.execute("DELETE FROM staff_store WHERE staff_id = $1", person.ref)
        await _place(connection, person.ref, stores)


async def set_role(
    connection: "asyncpg.Connection[Any]", person: StaffOnRecord, role: StaffRole
) -> None:
    """A badge carries the role: the one of before is worthless from now on."""
    await connection.execute("UPDATE staff SET role = $2 WHERE ref = $1", person.ref, role.value)


async def _require_stores(connection: "asyncpg.Connection[Any]", stores: Sequence[str]) -> None:
    known = [row["id"] for row in await connection.fetch("SELECT id FROM store ORDER BY id")]
    if strange := [store for store in stores if store not in known]:
        raise StaffRefused(
            f"there is no store {strange[0]!r}; known: {', '.join(known) or 'none yet'}"
        )


async def _place(connection: "asyncpg.Connection[Any]", ref: bytes, stores: Sequence[str]) -> None:
    for store in dict.fromkeys(stores):
        await connection.execute(
            "INSERT INTO staff_store (id, staff_id, store_id) VALUES ($1, $2, $3)",
            new_id(),
            ref,
            store,
        )


async def find(connection: "asyncpg.Connection[Any]", named: str) -> StaffOnRecord:
    """By staff number.

    Raises:
        StaffRefused: nobody has it.
    """
    row = await connection.fetchrow("SELECT * FROM staff WHERE staff_no = $1", named.upper())
    if row is None:
        some = await connection.fetch("SELECT staff_no FROM staff ORDER BY staff_no LIMIT 5")
        known = ", ".join(each["staff_no"] for each in some) or "nobody yet"
        raise StaffRefused(f"there is nobody with the number {named!r}; there are {known}")
    return StaffOnRecord(
        bytes(row["ref"]),
        row["staff_no"],
        row["display"],
        StaffRole(row["role"]),
        row["active"],
        row["badge_version"],
        row["badge_last_day"],
    )


async def today(connection: "asyncpg.Connection[Any]", now: datetime) -> date:
    """By the chain's calendar."""
    zone: str | None = await connection.fetchval("SELECT timezone FROM programme")
    if zone is None:
        raise StaffRefused("the programme is not set up yet")
    found: date = await connection.fetchval("SELECT ($1 AT TIME ZONE $2)::date", now, zone)
    return found


async def badge(
    connection: "asyncpg.Connection[Any]",
    person: StaffOnRecord,
    now: datetime,
    *,
    days: int = BADGE_DAYS,
    replace: bool = False,
) -> StaffOnRecord:
    """The person with a badge that is good: the one there is, or a new one.

    Args:
        days: that a new one is good for.
        replace: make a new one although there is one; that one is worthless from now on.

    Raises:
        StaffRefused: the person has left, or the one there is has expired.
    """
    if not person.active:
        raise StaffRefused(f"{person.staff_no} has left: `central staff return` first")
    day = await today(connection, now)
    if person.badge_version > 0 and not replace:
        if person.badge_last_day is None or person.badge_last_day < day:
            raise StaffRefused(
                f"the badge of {person.staff_no} has expired: make a new one with --replace"
            )
        return person
    if person.badge_version == _VERSION_MAX:
        raise StaffRefused(f"{person.staff_no} has had {_VERSION_MAX} badges, and that is all")
    await connection.execute(
        "UPDATE staff SET badge_version = $2, badge_last_day = $3 WHERE ref = $1",
        person.ref,
        person.badge_version + 1,
        day + timedelta(days=days),
    )
    return await find(connection, person.staff_no)


def badge_text(person: StaffOnRecord, signer: tuple[int, Ed25519PrivateKey]) -> str:
    """The S1 of the badge that is good now.

    Raises:
        StaffRefused: none was made yet.
    """
    if person.badge_last_day is None:
        raise StaffRefused(f"{person.staff_no} has no badge yet")
    kid, key = signer
    return sign_staff_badge(
        key,
        StaffBadge(
            kid, person.ref, person.badge_version, NUMBERS[person.role], person.badge_last_day
        ),
    )


async def set_pin(connection: "asyncpg.Connection[Any]", ref: bytes, pin_hash: str) -> None:
    """A new PIN; wrong tries of before are forgotten, and a block is over."""
    await connection.fetchval("SELECT staff_pin_set($1, $2)", ref, pin_hash)


async def set_active(
    connection: "asyncpg.Connection[Any]", person: StaffOnRecord, *, active: bool
) -> None:
    """Whether badge, PIN and what they have opened are good; it takes effect at once."""
    await connection.execute("UPDATE staff SET active = $2 WHERE ref = $1", person.ref, active)
