"""A code from `central enrol-code`, and a key pair, become a device; once."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from wire.api.devices import EnrolAnswer, EnrolRequest, Role, Store
from wire.errors import ErrorCode
from wire.ids import new_id

TYPED_LENGTH = 8
TYPED_GOOD_FOR = timedelta(minutes=15)
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0, 1, I, L, O, U: read aloud and typed by people."""
_NUMBER_LETTER = {Role.KIOSK: "K", Role.TILL: "T"}


class EnrolmentRefused(Exception):
    def __init__(self, code: ErrorCode) -> None:
        super().__init__(code.value)
        self.code = code


def make_code() -> str:
    """A fresh code to be typed: 39 bits, for 15 minutes, one use."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(TYPED_LENGTH))


def code_hash(code: str) -> bytes:
    """What is kept of a code: case, spaces and hyphens do not matter."""
    return hashlib.sha256("".join(code.upper().replace("-", "").split()).encode()).digest()


async def issue_code(
    connection: "asyncpg.Connection[Any]", store: str, role: Role, now: datetime
) -> str:
    """A code for one device of a store.

    Raises:
        asyncpg.ForeignKeyViolationError: no such store.
    """
    code = make_code()
    await connection.execute(
        "INSERT INTO enrol_code (id, code_hash, store_id, role, created_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        new_id(),
        code_hash(code),
        store,
        role.value,
        now,
        now + TYPED_GOOD_FOR,
    )
    return code


async def enrol_device(
    connection: "asyncpg.Connection[Any]", request: EnrolRequest, now: datetime
) -> EnrolAnswer:
    """The device, with `server_keys` left empty. The same key and code again: the same device.

    Raises:
        EnrolmentRefused: enrol_code_invalid, or enrol_code_used (expired and revoked too).
    """
    async with connection.transaction():
        code = await connection.fetchrow(
            "SELECT * FROM enrol_code WHERE code_hash = $1 FOR UPDATE",
            code_hash(request.enrol_code),
        )
        if code is None:
            raise EnrolmentRefused(ErrorCode.ENROL_CODE_INVALID)
        if code["used_by_id"] is not None:
            same = await connection.fetchval(
                "SELECT public_key = $2 AND revoked_at IS NULL FROM device WHERE id = $1",
                code["used_by_id"],
                request.public_key,
            )
            if not same:
                raise EnrolmentRefused(ErrorCode.ENROL_CODE_USED)
            return await _answer(connection, code["used_by_id"], now)
        if code["revoked_at"] is not None or now >= code["expires_at"]:
            raise EnrolmentRefused(ErrorCode.ENROL_CODE_USED)
        device = await _insert(connection, request, code["store_id"], Role(code["role"]), now)
        await connection.execute(
            "UPDATE enrol_code SET used_at = $2, used_by_id = $3 WHERE id = $1",
            code["id"],
            now,
            device,
        )
        return await _answer(connection, device, now)


async def _insert(
    connection: "asyncpg.Connection[Any]",
    request: EnrolRequest,
    store: str,
    role: Role,
    now: datetime,
) -> UUID:
    letter = _NUMBER_LETTER[role]
    # Numbers are given in turn: two enrolments at once must not get the same.
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('device_number', 4))")
    taken = await connection.fetchval(
        "SELECT coalesce(max(substr(number, 2)::integer), 0) FROM device WHERE number ~ $1",
        f"^{letter}[0-9]+$",
    )
    device = new_id()
    try:
        await connection.execute(
            "INSERT INTO device (id, number, role, store_id, public_key, hw_serial, image_version,"
            " enrolled_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            device,
            f"{letter}{taken + 1:02d}",
            role.value,
            store,
            request.public_key,
            request.hw_serial,
            request.image_version,
            now,
        )
    except asyncpg.UniqueViolationError:
        # This key pair is a device already, by another code: a new one needs a new pair.
        raise EnrolmentRefused(ErrorCode.ENROL_CODE_USED) from None
    return device


async def _answer(
    connection: "asyncpg.Connection[Any]", device: UUID, now: datetime
) -> EnrolAnswer:
    row = await connection.fetchrow(
        "SELECT d.id, d.role, jsonb_build_object('id', s.id, 'name', s.name, 'address', s.address,"
        " 'phone', s.phone) AS store FROM device d JOIN store s ON s.id = d.store_id"
        " WHERE d.id = $1",
        device,
    )
    if row is None:
        raise LookupError("the device that was just written is gone")
    return EnrolAnswer(
        device_id=UUID(int=row["id"].int),
        role=Role(row["role"]),
        store=msgspec.json.decode(row["store"], type=Store),
        server_keys=[],
        time=now,
    )
