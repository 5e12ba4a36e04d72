"""What devices tell of themselves: once each, in the order of their own numbers."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from wire.api.devices import Event, EventResult, EventsAnswer, EventStatus
from wire.ids import new_id


async def apply(
    connection: "asyncpg.Connection[Any]", device: UUID, events: list[Event], now: datetime
) -> EventsAnswer:
    """Applies the next ones in sequence; stops at a gap, which waits for what is missing.

    An event whose number was applied with another id, or whose id was applied under another
    number, is marked for review: a device's journal was rolled back or copied.
    """
    async with connection.transaction():
        acked: int = await connection.fetchval(
            "SELECT acked_seq FROM device WHERE id = $1 FOR UPDATE", device
        )
        results = []
        for told in sorted(events, key=lambda e: e.seq):
            if told.seq <= acked:
                results.append(EventResult(told.seq, await _again(connection, device, told)))
            elif told.seq == acked + 1:
                status = await _insert(connection, device, told, now)
                acked = told.seq
                results.append(EventResult(told.seq, status))
            else:
                break
        await connection.execute("UPDATE device SET acked_seq = $2 WHERE id = $1", device, acked)
        rev = await connection.fetchval("SELECT config_rev FROM programme")
    return EventsAnswer(acked, results, server_time=now, config_rev=rev or 0)


async def _again(connection: "asyncpg.Connection[Any]", device: UUID, told: Event) -> EventStatus:
    known = await connection.fetchval(
        "SELECT id = $3 FROM device_event WHERE device_id = $1 AND seq = $2",
        device,
        told.seq,
        told.id,
    )
    return EventStatus.DUPLICATE if known else EventStatus.REVIEW


async def _insert(
    connection: "asyncpg.Connection[Any]", device: UUID, told: Event, now: datetime
) -> EventStatus:
    """Keeps it under its number.

    For review: an id that any device has told before (the row gets an id of its own and names the
    one that was told); a NUL in a text, which PostgreSQL cannot keep (U+FFFD stands in its place).
    Refused, either would come again for ever, and hold up what comes after it.
    """
    insert = (
        "INSERT INTO device_event (id, device_id, seq, type, at, received_at, mono_ms, boot_id,"
        " payload, status) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        " ON CONFLICT (id) DO NOTHING"
    )
    kind = _without_nul(told.type)
    payload = {
        _without_nul(name): _without_nul(value) if isinstance(value, str) else value
        for name, value in told.payload.items()
    }
    whole = (kind, payload) == (told.type, told.payload)
    status = EventStatus.APPLIED if whole else EventStatus.REVIEW
    row = (device, told.seq, kind, told.at, now, told.mono_ms, told.boot_id)
    done: str = await connection.execute(insert, told.id, *row, json.dumps(payload), status.value)
    if done == "INSERT 0 1":
        return status
    copied, status = json.dumps(payload | {"told_id": str(told.id)}), EventStatus.REVIEW
    await connection.execute(insert, new_id(), *row, copied, status.value)
    return status


def _without_nul(text: str) -> str:
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
