"""Plain cards on record: whose number it is, and whether it still counts."""

from datetime import datetime
from typing import Any

import asyncpg

from central.members.phone import MemberOnRecord
from wire import plain_card

_STEM = plain_card.LENGTH - 2


class PlainCardRefused(Exception):
    """The number is none, or is not to be had; `str()` says why."""


def number_of(typed: str) -> str:
    """The twelve digits of a card as typed or scanned; an EAN-13's thirteenth is left out.

    Raises:
        PlainCardRefused
    """
    text = typed.strip()
    if plain_card.looks_ours(text):
        return text[: plain_card.LENGTH]
    stem = text[:_STEM]
    digits = text.isascii() and text.isdecimal() and text.startswith("2")
    if digits and len(text) in (_STEM, plain_card.LENGTH, plain_card.LENGTH + 1):
        right = stem + plain_card.check_digits(stem)
        wrong = "lacks its check digits" if text == stem else "has check digits that do not fit"
        raise PlainCardRefused(
            f"{text} {wrong}: a card that begins with {stem} is {right}"
            f" (as EAN-13 {right}{plain_card.ean_check_digit(right)})"
        )
    raise PlainCardRefused(
        f"{typed!r} is no plain card: twelve digits, the first a 2, the last two check digits"
    )


async def register(
    connection: "asyncpg.Connection[Any]", number: str, member: MemberOnRecord
) -> bool:
    """The number is this member's; whether it was not before.

    Raises:
        PlainCardRefused: it is somebody else's, or blocked.
    """
    added = await connection.fetchval(
        "INSERT INTO plain_card (number, member_id) VALUES ($1, $2)"
        " ON CONFLICT (number) DO NOTHING RETURNING true",
        number,
        member.id,
    )
    if added:
        return True
    row = await connection.fetchrow(
        "SELECT c.member_id, c.blocked_at, m.number, m.display FROM plain_card c"
        " JOIN member m ON m.id = c.member_id WHERE c.number = $1",
        number,
    )
    owner = f"{row['number']} ({row['display']})"
    if row["blocked_at"] is not None:
        raise PlainCardRefused(
            f"{number} of {owner} is blocked since {row['blocked_at']:%Y-%m-%d %H:%M}Z"
        )
    if row["member_id"].int != member.id.int:
        raise PlainCardRefused(f"{number} is already taken: it is a card of {owner}")
    return False


async def block(connection: "asyncpg.Connection[Any]", number: str, at: datetime | None) -> None:
    """Nobody's from then on; None: its member's again.

    Raises:
        PlainCardRefused: nobody has it.
    """
    found = await connection.fetchval(
        "UPDATE plain_card SET blocked_at = CASE WHEN $2::timestamptz IS NULL THEN NULL"
        " ELSE coalesce(blocked_at, $2) END WHERE number = $1 RETURNING true",
        number,
        at,
    )
    if not found:
        raise PlainCardRefused(f"no member has the card {number}")
