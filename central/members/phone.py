"""What a member's phone and card show: fresh codes as text and as a picture."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from central.members import token_keys
from wire.tokens import (
    MemberCard,
    MemberCode,
    sign_member_card,
    sign_member_code,
    slot_of,
)

QR_VERSION = 5
"""Both texts fill a version 5-M symbol; a fixed version keeps its size on the phone."""
QUIET_MODULES = 4
_FEWEST_DIGITS = 4
"""Of a number's end that names somebody."""


class MemberNotFound(LookupError):
    """No member, or more than one, goes by that name; `str()` says which there are."""


@dataclass(frozen=True, slots=True)
class MemberOnRecord:
    id: UUID
    number: str
    display: str


async def find_member(connection: "asyncpg.Connection[Any]", named: str) -> MemberOnRecord:
    """By number, its last digits, or the masked name.

    Raises:
        MemberNotFound
    """
    rows = await connection.fetch(
        "SELECT id, number, display FROM member"
        " WHERE number = $1 OR display = $1"
        " OR (length($1) >= $2 AND right(number, length($1)) = $1) ORDER BY number LIMIT 3",
        named,
        _FEWEST_DIGITS,
    )
    if not rows:
        some = await connection.fetch("SELECT number, display FROM member ORDER BY number LIMIT 5")
        known = ", ".join(f"{row['number']} ({row['display']})" for row in some) or "nobody yet"
        raise MemberNotFound(f"no member {named!r}; there are {known}, ...")
    if len(rows) > 1:
        both = ", ".join(f"{row['number']} ({row['display']})" for row in rows)
        raise MemberNotFound(f"{named!r} could be {both}: give the whole number")
    row = rows[0]
    return MemberOnRecord(UUID(int=row["id"].int), row["number"], row["display"])


async def live_signer(
    connection: "asyncpg.Connection[Any]", data: Path
) -> tuple[int, Ed25519PrivateKey]:
    """The token key that signs now, with its `kid`.

    Raises:
        TokenKeyMissing
    """
    kid = await connection.fetchval(
        "SELECT kid FROM token_key WHERE retired_at IS NULL ORDER BY created_at DESC, kid DESC"
        " LIMIT 1"
    )
    if kid is None:
        raise token_keys.TokenKeyMissing("the service has no token key: run `central migrate`")
    return kid, token_keys.load(data, kid)


async def fresh_code(
    connection: "asyncpg.Connection[Any]",
    member: UUID,
    signer: tuple[int, Ed25519PrivateKey],
    now: datetime,
) -> str:
    """The M2 that the member's phone would show now, for the minute that has begun."""
    kid, key = signer
    row = await connection.fetchrow(
        "SELECT r.ref, b.available FROM member_ref r JOIN balance b USING (member_id)"
        " WHERE r.member_id = $1 AND r.retired_at IS NULL ORDER BY r.created_at DESC LIMIT 1",
        member,
    )
    if row is None:
        raise MemberNotFound("this member has no phone registered")
    code = MemberCode(kid, bytes(row["ref"]), slot_of(now), max(row["available"], 0), as_of_min=0)
    return sign_member_code(key, code)


async def card_text(
    connection: "asyncpg.Connection[Any]", member: UUID, signer: tuple[int, Ed25519PrivateKey]
) -> str:
    """The C1 of the member's newest card."""
    kid, key = signer
    row = await connection.fetchrow(
        "SELECT card_ref, version FROM member_card WHERE member_id = $1"
        " ORDER BY created_at DESC LIMIT 1",
        member,
    )
    if row is None:
        raise MemberNotFound("this member has no card")
    return sign_member_card(key, MemberCard(kid, bytes(row["card_ref"]), row["version"]))


def picture(text: str, module_px: int = 12) -> Image.Image:
    """The QR of a token, dark on light, with its quiet zone; mode "1"."""
    symbol = segno.make_qr(text, version=QR_VERSION, error="m", mode="alphanumeric")
    png = BytesIO()
    symbol.save(png, kind="png", scale=module_px, border=QUIET_MODULES)
    png.seek(0)
    return Image.open(png).convert("1")
