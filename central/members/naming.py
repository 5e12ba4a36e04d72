"""Who is meant by what somebody typed or scanned at a desk."""

import asyncio
import re
from typing import Any
from uuid import UUID

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from central.members.phone import MemberNotFound, MemberOnRecord, find_member
from wire import plain_card, tokens
from wire.tokens import MemberCard, MemberCode, TokenError

_REF = re.compile(r"[0-9a-f]{12}", re.ASCII)
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_PHONE = re.compile(r"(\+?86)?[ -]?1[3-9]\d[ -]?\d{4}[ -]?\d{4}", re.ASCII)

_WHOSE = "SELECT m.id, m.number, m.display FROM member m"
_BY_REF = f"{_WHOSE} JOIN member_ref r ON r.member_id = m.id WHERE r.ref = $1"
_BY_CARD = f"{_WHOSE} JOIN member_card c ON c.member_id = m.id WHERE c.card_ref = $1"
_BY_ID = f"{_WHOSE} WHERE m.id = $1"
_BY_PLAIN_CARD = f"{_WHOSE} JOIN plain_card c ON c.member_id = m.id WHERE c.number = $1"


async def member_named(connection: "asyncpg.Connection[Any]", typed: str) -> MemberOnRecord:
    """By number, its last digits, masked name, reference (12 hexadecimal digits), id (as `central
    audit --json` and `central check` tell it), the number of a plain card, or the scanned text of a
    card (C1) or of a phone's code (M2).

    It is for a desk, where the member stands or has written: a card that was blocked or replaced
    and a code of yesterday still tell whose they are.

    Raises:
        MemberNotFound: nobody, or more than one; the message never repeats a phone number.
    """
    named = typed.strip()
    if tokens.looks_ours(typed):
        return await _by_token(connection, typed)
    if plain_card.looks_ours(named):
        found = await _one(connection, _BY_PLAIN_CARD, named[: plain_card.LENGTH])
        if found is not None:
            return found
    if _REF.fullmatch(named.lower()):
        found = await _one(connection, _BY_REF, bytes.fromhex(named))
        if found is not None:
            return found
    if _ID.fullmatch(named.lower()):
        found = await _one(connection, _BY_ID, UUID(named))
        if found is not None:
            return found
    try:
        return await find_member(connection, named)
    except MemberNotFound:
        if _PHONE.fullmatch(named):
            raise MemberNotFound(
                "no phone numbers are kept here: give the member number, its last digits, or a card"
            ) from None
        raise


async def _by_token(connection: "asyncpg.Connection[Any]", text: str) -> MemberOnRecord:
    rows = await connection.fetch("SELECT kid, public_key FROM token_key")
    keys = {row["kid"]: Ed25519PublicKey.from_public_bytes(row["public_key"]) for row in rows}
    try:
        token = await asyncio.to_thread(tokens.parse, text, keys)
    except TokenError as error:
        raise MemberNotFound(f"this code names nobody: {error}") from None
    found = None
    if isinstance(token, MemberCode):
        found = await _one(connection, _BY_REF, token.ref)
    elif isinstance(token, MemberCard):
        found = await _one(connection, _BY_CARD, token.card_ref)
    if found is None:
        raise MemberNotFound("this is a code of the chain, but no member's")
    return found


async def _one(
    connection: "asyncpg.Connection[Any]", query: str, key: str | bytes | UUID
) -> MemberOnRecord | None:
    row = await connection.fetchrow(query, key)
    if row is None:
        return None
    return MemberOnRecord(UUID(int=row["id"].int), row["number"], row["display"])
